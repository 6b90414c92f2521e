import type { Isolate } from "./isolate.ts";
import type { IsolateLimits } from "./limits.ts";
import { platformResponse } from "./platform-response.ts";
import type { GuestRequest } from "./wire.ts";

/** Nobody is left to read it: the client closed the connection. */
const clientGone = 499;

/** Passes a request to an isolate and its answer back, both as streams, and answers in the platform's words when there is none. */
export async function forwardHttp(
  isolate: Isolate,
  request: Request,
  seen: GuestRequest,
  limits: IsolateLimits,
): Promise<Response> {
  const open = isolate.begin(performance.now());
  const end = () => isolate.end(open);
  const idle = new AbortController();
  const timer = setTimeout(() => idle.abort(), limits.idleMs);
  try {
    const signal = AbortSignal.any([request.signal, idle.signal]);
    const answer = await isolate.send(seen, { method: request.method, body: request.body, signal });
    const headers = new Headers(answer.headers);
    if (answer.status >= 500 && !headers.has("sb-error-code")) headers.set("sb-error-code", "EDGE_FUNCTION_ERROR");
    const body = answer.body === null ? null : watchEnd(answer.body, end);
    if (body === null) end();
    return new Response(body, { status: answer.status, statusText: answer.statusText, headers });
  } catch {
    end();
    if (request.signal.aborted) return new Response(null, { status: clientGone });
    if (idle.signal.aborted) return platformResponse("IDLE_TIMEOUT");
    return platformResponse(await lossOf(isolate));
  } finally {
    clearTimeout(timer);
  }
}

/** Names why an isolate gave no answer. A connection can break a moment before the process is known to have ended. */
async function lossOf(isolate: Isolate): Promise<"WORKER_ERROR" | "WORKER_RESOURCE_LIMIT"> {
  const alive = isolate.ping().then(() => "alive" as const, () => isolate.ended);
  const reason = await Promise.race([alive, isolate.ended]);
  return reason === "limit" ? "WORKER_RESOURCE_LIMIT" : "WORKER_ERROR";
}

/** The same stream; `end` is called once it is read to the end, has failed or is cancelled. */
function watchEnd(body: ReadableStream<Uint8Array>, end: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        end();
        controller.close();
      } catch (cause) {
        end();
        controller.error(cause);
      }
    },
    async cancel(reason) {
      end();
      await reader.cancel(reason);
    },
  });
}
