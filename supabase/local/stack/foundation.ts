import { dirname, join } from "node:path";
import { AccessTokens } from "../auth/access-tokens.ts";
import { generateStackKeys, loadStackKeys, type StackKeys } from "../auth/stack-keys.ts";
import { applyMigrations, readMigrations } from "../database/migrations.ts";
import { type HttpServer, listen } from "../host/listen.ts";
import { lockFolder } from "./folder-lock.ts";
import { openData, type OpenedData } from "./open-data.ts";
import { type ProjectFiles, projectFiles } from "./project-files.ts";
import { removeStackFile } from "./stack-file.ts";
import type { StackOptions } from "./stack-options.ts";

/** What everything else stands on: a port, keys, and a migrated database. */
export interface Foundation {
  files: ProjectFiles;
  http: HttpServer;
  keys: StackKeys;
  /** Whether the database may know others: they were made just now, or nothing ties them to this database. */
  keysAreFresh: boolean;
  tokens: AccessTokens;
  data: OpenedData;
  /** Null for the embedded database. */
  databaseUrl: string | null;
}

/** Takes the port and the folder before anything else, so that a conflict is told at once; then opens the database. */
export async function layFoundation(options: StackOptions, started: AsyncDisposableStack): Promise<Foundation> {
  const { dataFolder, stackFile, onProgress } = options;
  const files = await projectFiles(options.projectRoot);
  const http = listen(options.port, (error) => options.onLog(`[host] ${error instanceof Error ? error.stack : error}`));
  started.defer(() => http.stop());
  if (dataFolder !== null) {
    const lock = await lockFolder(dataFolder);
    started.defer(() => lock.release());
  }
  if (stackFile !== null) await removeStackFile(stackFile);
  // Without data of its own a stack still has the keys it had before, where somebody is told them by a file.
  const keysFolder = dataFolder ?? (stackFile === null ? null : dirname(stackFile));
  const { keys, fresh } = keysFolder === null
    ? { keys: await generateStackKeys(), fresh: true }
    : await loadStackKeys(join(keysFolder, "keys.json"));
  const tokens = await AccessTokens.create(keys.signing_key, keys.internal_secret);

  const migrations = await readMigrations(files.migrations);
  const databaseUrl = options.environment["DATABASE_URL"] || null;
  const place = { databaseUrl, dataFolder, cacheFolder: join(files.root, ".signalbox") };
  const onFirst = () => onProgress("Creating the database, which happens once");
  const data = await openData(place, { keys, migrations, onFirst });
  started.defer(() => data.close());
  const { changed } = await applyMigrations(data.database, migrations, ({ version, name }) => {
    onProgress(`Applying migration ${version}_${name}`);
  });
  for (const { version, name } of changed) {
    onProgress(
      `Note: migration ${version}_${name} was applied with another text; a new --data folder would get this one`,
    );
  }
  return { files, http, keys, keysAreFresh: fresh || dataFolder === null, tokens, data, databaseUrl };
}
