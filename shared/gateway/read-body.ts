import { reject } from "@shared/ai-logger/mod.ts";
import { toAppError } from "@shared/errors/mod.ts";
import { bodyLimits, parseJson, readJsonBytes } from "@shared/http/mod.ts";
import { GATEWAY, identityColumns } from "./admission.ts";
import type { Body } from "./asked.ts";
import type { CallContext } from "./call-context.ts";
import { badParameter } from "./client-error.ts";
import type { GatewayDeps } from "./gateway-deps.ts";

/** The body as a JSON object and its size. What is wrong with it goes into the log of the organization it came from. */
export function readBody(
  request: Request,
  context: CallContext,
  deps: GatewayDeps,
): Promise<{ body: Body; size: number }> {
  return logged(context, deps, async () => {
    const bytes = await readJsonBytes(request, bodyLimits.gateway);
    const body = parseJson(bytes);
    if (typeof body === "object" && body !== null && !Array.isArray(body)) {
      return { body: body as Body, size: bytes.byteLength };
    }
    throw badParameter("Invalid type for the body: expected an object");
  });
}

/** Runs what may find the request wrong, and writes that down. */
export async function logged<Result>(
  context: CallContext,
  deps: GatewayDeps,
  read: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    const { code, message } = toAppError(error);
    deps.waitUntil(reject(deps.ledger, {
      request_id: context.requestId,
      org_id: context.orgId,
      ...identityColumns(context),
      task: GATEWAY,
      code,
      detail: message,
      latency_ms: Math.round(deps.now() - context.startedAt),
    }, deps.settling));
    throw error;
  }
}
