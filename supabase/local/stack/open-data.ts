import { join } from "node:path";
import type { StackKeys } from "../auth/stack-keys.ts";
import { LiteConnection } from "../data-api/lite-connection.ts";
import { pgliteDialect } from "../data-api/pglite-dialect.ts";
import { pgliteScripts, type ScriptRunner, serverScripts } from "../data-api/script-runner.ts";
import type { Database } from "../database/database.ts";
import type { Migration } from "../database/migrations.ts";
import { openPgliteFolder, openPgliteMemory } from "../database/open-pglite.ts";
import { vectorTypeOids } from "../database/vector-types.ts";
import { openPostgres } from "../database/open-postgres.ts";

/** The database of a stack, and the connection that its Data API uses. */
export interface OpenedData {
  database: Database;
  connection: LiteConnection;
  /** Whole transactions of the APIs in one round trip each. */
  scripts: ScriptRunner;
  close(): Promise<void>;
}

/** Where the data of a stack is. */
export interface DataPlace {
  /** A Postgres server; null for the embedded one. */
  databaseUrl: string | null;
  /** Null keeps nothing. */
  dataFolder: string | null;
  /** Where databases in memory keep their snapshots. */
  cacheFolder: string;
}

/** Opens the database of a stack, prepared as a new project; `onFirst` is called before that takes its time. */
export async function openData(
  { databaseUrl, dataFolder, cacheFolder }: DataPlace,
  { keys, migrations, onFirst }: { keys: StackKeys; migrations: readonly Migration[]; onFirst: () => void },
): Promise<OpenedData> {
  if (databaseUrl !== null) {
    const { database, dataApiUrl, close } = await openPostgres(databaseUrl, keys.data_api_password);
    const vectorOids = await vectorTypeOids(database);
    const connection = new LiteConnection({ url: dataApiUrl, ownerUrl: databaseUrl, vectorOids });
    const scripts = serverScripts(dataApiUrl);
    return {
      database,
      connection,
      scripts,
      async close() {
        await scripts.close();
        await connection.close();
        await close();
      },
    };
  }
  const database = dataFolder === null
    ? await openPgliteMemory(join(cacheFolder, "snapshots"), migrations)
    : await openPgliteFolder(dataFolder, onFirst);
  const connection = new LiteConnection({ dialect: pgliteDialect(database.pglite, await vectorTypeOids(database)) });
  return { database, connection, scripts: pgliteScripts(database.pglite), close: () => database.close() };
}
