import { answerError, type Attempt } from "./classify-error.ts";
import type { JsonRecord } from "./json-value.ts";
import type { Transport } from "./transport.ts";

/** Sends the one request of an attempt and notes on it that it was sent and what came back. */
export async function send(
  transport: Transport,
  attempt: Attempt,
  { path, body, headers }: { path: string; body: JsonRecord | FormData; headers?: Record<string, string> },
): Promise<Response> {
  attempt.sent = true;
  const response = await transport.post(path, body, {
    signal: attempt.signal,
    ...(headers === undefined ? {} : { headers }),
  });
  attempt.headers = response.headers;
  return response;
}

/** The body of a response that must stream; a provider that answers with something else has not understood us. */
export function streamBody(response: Response, attempt: Attempt): ReadableStream<Uint8Array> {
  const type = response.headers.get("content-type") ?? "";
  if (response.body !== null && type.includes("text/event-stream")) return response.body;
  void response.body?.cancel().catch(() => undefined);
  throw answerError("malformed", `it sent '${type}' where a stream was promised`, attempt);
}
