/**
 * A fetch whose request goes out once.
 *
 * Deno's fetch sends a POST again by itself when a kept-alive connection is lost before an answer, as long as it can replay the
 * body: the provider may run, and bill, a call that no log knows of. A body that is a stream cannot be replayed, so the loss
 * comes back as an error and the router decides. The price is a request without Content-Length.
 */
export function singleFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return (input: URL | RequestInfo, init?: RequestInit) => {
    const body = init?.body;
    if (typeof body !== "string" && !(body instanceof Uint8Array)) return fetch(input, init);
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    const once = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes);
        controller.close();
      },
    });
    return fetch(input, { ...init, body: once });
  };
}
