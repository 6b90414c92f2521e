import { join } from "node:path";
import { authApi } from "../auth/auth-api.ts";
import { admit } from "../auth/token-gate.ts";
import { type Caller, callerOf, callerOfClaims, type KeyRoles } from "../data-api/caller.ts";
import { startLiteApp } from "../data-api/lite-app.ts";
import { rpcFastPath } from "../data-api/rpc-fast-path.ts";
import { folderFiles } from "../storage/folder-files.ts";
import { liteStorage } from "../storage/lite-storage.ts";
import { memoryFiles } from "../storage/memory-files.ts";
import { storageApi } from "../storage/storage-api.ts";
import type { Foundation } from "./foundation.ts";
import type { StackOptions } from "./stack-options.ts";

type Handler = (request: Request) => Promise<Response>;

/** The APIs that clients reach. */
export interface Apis {
  auth: Handler;
  rest: Handler;
  storage: Handler;
  /** Who a bearer token or an API key stands for; null when it is no good. */
  callerOfToken: (token: string) => Promise<Caller | null>;
}

const SCHEMAS = ["public"];
const MAX_ROWS = 1000;

/** Puts auth, data and storage APIs on the foundation. */
export async function startApis(
  { http, keys, tokens, data }: Foundation,
  { dataFolder, onLog }: Pick<StackOptions, "dataFolder" | "onLog">,
  started: AsyncDisposableStack,
): Promise<Apis> {
  const keyRoles: KeyRoles = new Map([
    [keys.publishable_key, "anon"],
    [keys.secret_key, "service_role"],
    [keys.automations_key, "service_role"],
  ]);
  const app = await startLiteApp({
    connection: data.connection,
    keyRoles,
    internalSecret: keys.internal_secret,
    publicUrl: http.url,
    schemas: SCHEMAS,
    maxRows: MAX_ROWS,
    storage: liteStorage(dataFolder === null ? memoryFiles() : folderFiles(join(dataFolder, "storage"))),
    onFailure: (report) => onLog(`[api] ${report}`),
    onMail: ({ to, subject, text }) => onLog(`[auth] mail to ${to}: ${subject}: ${text ?? ""}`),
  });
  const reload = () => {
    // The next request reads what this could not.
    app.reloadSchema().catch((error) => onLog(`[api] Cannot read the schema: ${error}`));
  };
  const startAfresh = () => {
    data.connection.reconnect();
    reload();
  };
  started.defer(await data.database.listen("pgrst", reload, startAfresh));

  const fastPath = rpcFastPath({
    scripts: data.scripts,
    functions: () => app.functions(),
    schemas: SCHEMAS,
    maxRows: MAX_ROWS,
  });
  const rest = async (request: Request, caller: Caller | null) => {
    if (caller === null) return await app.fetch(request);
    const result = await fastPath(request, caller);
    return "answer" in result ? result.answer : await app.fetch(result.passedOn);
  };
  const storage = storageApi({
    inner: (request) => app.fetch(request),
    scripts: data.scripts,
    pieces: dataFolder === null ? await temporaryFolder(started) : join(dataFolder, "uploads"),
  });
  const auth = authApi({
    database: data.database,
    tokens,
    publicUrl: http.url,
    inner: (request) => app.fetch(request),
  });

  const behindGate =
    (inner: (request: Request, caller: Caller | null) => Promise<Response>): Handler => async (request) => {
      const admission = await admit(request, tokens);
      if (admission.refusal !== undefined) return admission.refusal;
      return await inner(admission.request, callerOf(request.headers, admission.claims, keyRoles));
    };
  const callerOfToken = async (token: string): Promise<Caller | null> => {
    const role = keyRoles.get(token);
    if (role !== undefined) return { role, claims: { role } };
    const check = await tokens.check(token);
    return check.outcome === "valid" ? callerOfClaims(check.claims) : null;
  };
  return { auth: behindGate(auth), rest: behindGate(rest), storage: behindGate(storage), callerOfToken };
}

/** A folder that goes when the stack does. */
async function temporaryFolder(started: AsyncDisposableStack): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "signalbox-uploads-" });
  started.defer(() => Deno.remove(folder, { recursive: true }));
  return folder;
}
