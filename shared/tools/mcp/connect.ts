import { AppError, isErrorCode } from "@shared/errors/mod.ts";
import { outgoingProblem } from "@shared/http/mod.ts";
import type { ToolDeps } from "../tool.ts";
import type { McpSession } from "./session.ts";

/** How a user reaches a server, as the database says. */
export interface McpAccess {
  id: string;
  name: string;
  url: string;
  /** Null = the server asks for none. */
  token: string | null;
  min_role: string;
  /** Whether the user may change what the organization knows of it. */
  admin: boolean;
}

/** Milliseconds for saying goodbye, whatever became of the call. */
const GOODBYE_MS = 1_000;

/** More is not read of one answer. */
const MAX_BYTES = 1_000_000;

/**
 * Opens a session with a server, does something in it, and ends it.
 *
 * @throws {AppError} `forbidden` for an address that must not be reached, `unauthorized` when the server does not take the token,
 * `provider_unavailable` for everything else that is wrong with it.
 */
export async function withServer<Result>(
  access: McpAccess,
  { fetch, innerHosts, resolve }: Pick<ToolDeps, "fetch" | "innerHosts" | "resolve">,
  signal: AbortSignal,
  use: (session: McpSession) => Promise<Result>,
): Promise<Result> {
  const [{ Client }, { StreamableHTTPClientTransport }, { CfWorkerJsonSchemaValidator }] = await Promise.all([
    import("@modelcontextprotocol/sdk/client/index.js"),
    import("@modelcontextprotocol/sdk/client/streamableHttp.js"),
    import("@modelcontextprotocol/sdk/validation/cfworker"),
  ]);
  const guarded = async (input: string | URL, init?: RequestInit): Promise<Response> => {
    await requirePublic(String(input), { innerHosts, resolve });
    const limits = [init?.method === "DELETE" ? AbortSignal.timeout(GOODBYE_MS) : signal, init?.signal ?? []].flat();
    const response = await fetch(input, { ...init, redirect: "manual", signal: AbortSignal.any(limits) });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw new AppError("provider_unavailable", "Cannot use the server: it has moved, and redirects are not followed");
    }
    return limited(response);
  };
  const headers = access.token === null ? {} : { authorization: `Bearer ${access.token}` };
  const transport = new StreamableHTTPClientTransport(new URL(access.url), {
    fetch: guarded,
    requestInit: { headers },
    reconnectionOptions: {
      maxRetries: 0,
      initialReconnectionDelay: 1_000,
      maxReconnectionDelay: 1_000,
      reconnectionDelayGrowFactor: 1,
    },
  });
  // Not ajv: it makes code of schemas, and these are a stranger's.
  const client: McpSession = new Client({ name: "signalbox", version: "1.0.0" }, {
    jsonSchemaValidator: new CfWorkerJsonSchemaValidator(),
  });
  try {
    await client.connect(transport, { signal });
    return await use(client);
  } catch (error) {
    throw told(error);
  } finally {
    // A server that keeps sessions would keep this one.
    await transport.terminateSession().catch(() => {});
    await client.close().catch(() => {});
  }
}

async function requirePublic(address: string, { innerHosts, resolve }: Pick<ToolDeps, "innerHosts" | "resolve">) {
  const host = URL.canParse(address) ? new URL(address).host.toLowerCase() : "";
  const problem = await outgoingProblem(address, { allowed: innerHosts.includes(host) ? innerHosts : null, resolve });
  if (problem !== null) throw new AppError("forbidden", `Cannot use the server: ${problem}`);
}

/** The same response, its body cut off with an error where it goes on and on. */
function limited(response: Response): Response {
  let bytes = 0;
  const counted = response.body?.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.length;
        if (bytes > MAX_BYTES) controller.error(new Error("The answer is too long"));
        else controller.enqueue(chunk);
      },
    }),
  );
  const { status, statusText, headers } = response;
  return new Response(counted ?? null, { status, statusText, headers });
}

function told(error: unknown): AppError {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (cause instanceof AppError) return cause;
  const status = Object(error)["code"];
  if (status === 401 || status === 403) {
    return new AppError("unauthorized", "Cannot use the server: it does not take the token", { cause: error });
  }
  if (isErrorCode(status)) return new AppError(status, "Cannot use the server", { cause: error });
  return new AppError("provider_unavailable", "Cannot use the server: it does not answer as the protocol says", {
    cause: error,
  });
}
