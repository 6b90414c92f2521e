import { withCors } from "./cors.ts";

/** A JSON answer any origin may read. `headers` are added to its own. */
export function jsonResponse(
  body: unknown,
  init: { status?: number; headers?: Record<string, string> } = {},
): Response {
  return withCors(
    new Response(JSON.stringify(body), {
      status: init.status ?? 200,
      headers: { "content-type": "application/json; charset=utf-8", ...init.headers },
    }),
  );
}
