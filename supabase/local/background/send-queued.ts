/** A row of `net.http_request_queue`. */
export interface QueuedRequest {
  id: number;
  method: string;
  url: string;
  headers: Record<string, string> | null;
  body: string | null;
  timeout_milliseconds: number;
}

/** A row for `net._http_response`; the fields of an answer are null when none came. */
export interface QueuedAnswer {
  statusCode: number | null;
  contentType: string | null;
  headers: Record<string, string> | null;
  content: string | null;
  timedOut: boolean | null;
  error: string | null;
}

/**
 * Sends one request, and tells a failure as pg_net would, which words it as libcurl does. Never rejects.
 * @param stop Breaks the request off when the stack ends.
 */
export async function sendQueued(request: QueuedRequest, stop: AbortSignal): Promise<QueuedAnswer> {
  const begun = performance.now();
  const timeout = AbortSignal.timeout(request.timeout_milliseconds);
  try {
    const answer = await fetch(request.url, {
      method: request.method,
      headers: request.headers ?? {},
      body: request.body,
      signal: AbortSignal.any([timeout, stop]),
    });
    return {
      statusCode: answer.status,
      contentType: answer.headers.get("content-type"),
      headers: Object.fromEntries(answer.headers),
      content: await answer.text(),
      timedOut: false,
      error: null,
    };
  } catch (error) {
    const none = { statusCode: null, contentType: null, headers: null, content: null };
    if (stop.aborted) return { ...none, timedOut: null, error: "Operation was aborted: the stack stopped" };
    if (!timeout.aborted) return { ...none, timedOut: null, error: curlMessage(error) };
    const spent = (performance.now() - begun).toFixed(6);
    const message = `Timeout of ${request.timeout_milliseconds} ms reached. Total time: ${spent} ms`;
    return { ...none, timedOut: true, error: message };
  }
}

function curlMessage(error: unknown): string {
  const messages = [];
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) messages.push(cause.message);
  const all = messages.join(": ");
  if (/dns error|failed to lookup/i.test(all)) return "Couldn't resolve host name";
  if (/\(Connect\)|connection refused|tcp connect error/i.test(all)) return "Couldn't connect to server";
  if (/invalid url|relative url/i.test(all)) return "URL using bad/illegal format or missing URL";
  return all === "" ? String(error) : all;
}
