import { toAppError } from "@shared/errors/mod.ts";
import { withCors } from "@shared/http/mod.ts";
import { errorHeaders } from "../openai-error.ts";

/** JSON-RPC's number for an error of the server's own making. */
const SERVER_ERROR = -32_000;

/** Any thrown value before the protocol has begun: an HTTP status, and JSON-RPC's error for whoever reads the body. */
export function mcpErrorResponse(thrown: unknown, requestId: string): Response {
  const failure = toAppError(thrown);
  const message = failure.code === "internal"
    ? "The gateway had an error while processing your request"
    : failure.message;
  const error = { code: SERVER_ERROR, message, data: { code: failure.code, request_id: requestId } };
  return withCors(
    new Response(JSON.stringify({ jsonrpc: "2.0", error, id: null }), {
      status: failure.status,
      headers: errorHeaders(thrown, requestId, failure.retryAfterMs ?? null),
    }),
  );
}
