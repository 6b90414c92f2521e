import { join } from "node:path";
import { startBackground } from "../background/start-background.ts";
import { AccessTokens } from "../auth/access-tokens.ts";
import { authApi } from "../auth/auth-api.ts";
import { generateStackKeys, loadStackKeys } from "../auth/stack-keys.ts";
import { admit } from "../auth/token-gate.ts";
import { startLiteApp } from "../data-api/lite-app.ts";
import { applyMigrations, readMigrations } from "../database/migrations.ts";
import { dashboard } from "../host/dashboard.ts";
import { host } from "../host/host.ts";
import { listen } from "../host/listen.ts";
import { startIsolates } from "../isolates/mod.ts";
import { folderFiles } from "../storage/folder-files.ts";
import { liteStorage } from "../storage/lite-storage.ts";
import { memoryFiles } from "../storage/memory-files.ts";
import { storageApi } from "../storage/storage-api.ts";
import { createDemo, DEMO_EMAIL, DEMO_ORG_ID } from "./demo.ts";
import { openData } from "./open-data.ts";
import { lockFolder } from "./folder-lock.ts";
import { functionEnvironment } from "./function-environment.ts";
import { projectFiles } from "./project-files.ts";
import { type Provider, providerEnvironment, standInProviders } from "./providers.ts";
import type { Stack } from "./stack.ts";
import { removeStackFile, writeStackFile } from "./stack-file.ts";
import { startStandInProviders } from "./stand-in-providers.ts";
import { storeVaultSecrets } from "./vault-secrets.ts";

/** How a stack is started. */
export interface StackOptions {
  /** The repository to run: its migrations, functions and config. */
  projectRoot: string;
  /** 0 takes any free port. */
  port: number;
  /** Null keeps nothing. */
  dataFolder: string | null;
  demo: boolean;
  /** Where scripts find URL and keys while the stack runs; null writes none. */
  stackFile: string | null;
  /** Providers that the stand-in plays although another has a real key. */
  standIn: readonly Provider[];
  /** `DATABASE_URL`, provider keys and base URLs, and what else functions may read. */
  environment: Readonly<Record<string, string>>;
  /** Whether edits of functions take effect while the stack runs. */
  watch: boolean;
  /** Gets a line about each step that takes time. */
  onProgress: (line: string) => void;
  /** Gets each line that functions and background work print. */
  onLog: (line: string) => void;
}

/**
 * Starts everything and resolves when the first request can be answered. What was started is stopped again when a
 * later step fails.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataFolder, environment, onProgress, onLog } = options;
  await using started = new AsyncDisposableStack();
  const files = await projectFiles(options.projectRoot);
  const standIns = standInProviders(environment, options.standIn);

  const http = listen(options.port);
  started.defer(() => http.stop());
  if (dataFolder !== null) {
    const lock = await lockFolder(dataFolder);
    started.defer(() => lock.release());
  }
  if (options.stackFile !== null) await removeStackFile(options.stackFile);
  const { keys, fresh } = dataFolder === null
    ? { keys: await generateStackKeys(), fresh: true }
    : await loadStackKeys(join(dataFolder, "keys.json"));

  const migrations = await readMigrations(files.migrations);
  const databaseUrl = environment["DATABASE_URL"] || null;
  const data = await openData({ databaseUrl, dataFolder, cacheFolder: join(files.root, ".signalbox") }, {
    keys,
    migrations,
    onFirst: () => onProgress("Creating the database, which happens once"),
  });
  started.defer(() => data.close());
  const { database } = data;
  const { applied, changed } = await applyMigrations(database, migrations, ({ version, name }) => {
    onProgress(`Applying migration ${version}_${name}`);
  });
  for (const { version, name } of changed) {
    onProgress(
      `Note: migration ${version}_${name} was applied with another text; start on a new --data folder to get it`,
    );
  }

  const tokens = await AccessTokens.create(keys.signing_key, keys.internal_secret);
  const storage = liteStorage(dataFolder === null ? memoryFiles() : folderFiles(join(dataFolder, "storage")));
  const app = await startLiteApp({
    connection: data.connection,
    publishableKey: keys.publishable_key,
    secretKeys: [keys.secret_key, keys.automations_key],
    internalSecret: keys.internal_secret,
    publicUrl: http.url,
    storage,
    onFailure: (report) => onLog(`[api] ${report}`),
    onMail: ({ to, subject, text }) => onLog(`[auth] mail to ${to}: ${subject}: ${text ?? ""}`),
  });
  await database.listen("pgrst", () => void app.reloadSchema());

  await storeVaultSecrets(database, { project_url: http.url, automations_key: keys.automations_key });
  const auth = authApi({ database, tokens, publicUrl: http.url, inner: (request) => app.fetch(request) });
  if (options.demo) {
    await createDemo({
      database,
      seedFile: files.seed,
      password: keys.demo_password,
      passwordIsFresh: fresh,
      signUp: (email, password) =>
        auth(
          new Request(`${http.url}/auth/v1/signup`, {
            method: "POST",
            headers: { apikey: keys.publishable_key, "content-type": "application/json" },
            body: JSON.stringify({ email, password }),
          }),
        ),
    });
  }
  if (files.cron !== null) await database.script(await Deno.readTextFile(files.cron));

  const standIn = await startStandInProviders(standIns);
  started.defer(() => standIn.stop());
  const isolates = await startIsolates({
    functionsDir: files.functions,
    configToml: files.configToml,
    importMap: files.importMap,
    env: {
      ...functionEnvironment({ url: http.url, keys, jwks: tokens.jwks, databaseUrl }),
      ...providerEnvironment(environment, standIn.urls),
    },
    publicUrl: http.url,
    watch: options.watch,
    log: onLog,
    verifyJwt: async (token) => (await tokens.check(token)).outcome === "valid",
  });
  started.defer(() => isolates.stop());

  const behindGate = (inner: (request: Request) => Promise<Response>) => async (request: Request) => {
    const admission = await admit(request, tokens);
    return admission.refusal ?? await inner(admission.request);
  };
  http.serve(host({
    auth: behindGate(auth),
    rest: behindGate((request) => app.fetch(request)),
    storage: behindGate(storageApi((request) => app.fetch(request))),
    realtime: () => Response.json({ message: "Realtime is not running" }, { status: 503 }),
    functions: (request, slug) => isolates.fetch(request, slug),
    dashboard: dashboard(files.dashboard, { url: http.url, publishable_key: keys.publishable_key }),
  }));

  const { url } = http;
  const { publishable_key, secret_key } = keys;
  const demo = options.demo ? { email: DEMO_EMAIL, password: keys.demo_password, org_id: DEMO_ORG_ID } : null;
  const { stackFile } = options;
  if (stackFile !== null) {
    await writeStackFile(stackFile, { url, dashboard_url: `${url}/dashboard/`, publishable_key, secret_key, demo });
    started.defer(() => removeStackFile(stackFile));
  }

  const background = await startBackground({ database, log: onLog });
  started.defer(() => background.stop());

  const running = started.move();
  return {
    url,
    publishableKey: publishable_key,
    secretKey: secret_key,
    demo: demo === null ? null : { email: demo.email, password: demo.password, orgId: demo.org_id },
    appliedMigrations: applied.length,
    sql: (text, parameters) => database.query(text, parameters),
    warm: (slugs) => isolates.warm(slugs),
    stop: () => running.disposeAsync(),
  };
}
