import type { JsonRecord } from "./json-value.ts";
import { StatusError, type Transport } from "./transport.ts";

/**
 * A transport of one `fetch`: what an official SDK does with retries, timeouts and parsing turned off, at none of its
 * 1.4 MB of modules. `transports.test.ts` compares what the two put on the wire.
 *
 * Redirects are refused: following one would hand the key to whoever sent it.
 */
export function directTransport(
  { baseUrl, headers, fetch }: { baseUrl: string; headers: Record<string, string>; fetch: typeof globalThis.fetch },
): Transport {
  const root = baseUrl.replace(/\/+$/, "");
  return {
    async post(path: string, body: JsonRecord | FormData, sending) {
      const isForm = body instanceof FormData;
      const response = await fetch(`${root}${path}`, {
        method: "POST",
        headers: {
          "accept": "application/json",
          // A form names its own type, with the boundary between its parts.
          ...(isForm ? {} : { "content-type": "application/json" }),
          ...headers,
          ...sending.headers,
        },
        body: isForm ? body : JSON.stringify(body),
        redirect: "error",
        signal: sending.signal,
      });
      if (response.ok) return response;
      // The status says enough when its body is lost.
      const text = await response.text().catch(() => "");
      throw new StatusError(response.status, response.headers, errorBody(text));
    },
  };
}

/** A GET of one `fetch` with the same manners: nothing is followed, a status that is not 2xx is an error. */
export async function directGet(
  { baseUrl, headers, fetch }: { baseUrl: string; headers: Record<string, string>; fetch: typeof globalThis.fetch },
  path: string,
  signal: AbortSignal,
): Promise<Response> {
  const response = await fetch(`${baseUrl.replace(/\/+$/, "")}${path}`, {
    headers: { accept: "application/json", ...headers },
    redirect: "error",
    signal,
  });
  if (response.ok) return response;
  throw new StatusError(response.status, response.headers, errorBody(await response.text().catch(() => "")));
}

/** The body as JSON where it is JSON, else its text: proxies answer in HTML. */
function errorBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
