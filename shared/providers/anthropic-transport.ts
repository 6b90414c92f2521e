import { anthropicVersion } from "./anthropic-sampling.ts";
import { directTransport } from "./direct-transport.ts";
import { once } from "./once.ts";
import { type Access, longestTimer, type Transport, type TransportOptions } from "./transport.ts";

const address = "https://api.anthropic.com";

/** Where Anthropic is, and what it is shown. */
export function anthropicAccess({ apiKey, baseUrl }: Omit<TransportOptions, "fetch">): Access {
  const headers = { "authorization": `Bearer ${apiKey}`, "anthropic-version": anthropicVersion };
  return { baseUrl: baseUrl ?? address, headers };
}

/** The way to it, by one `fetch`. */
export function anthropicDirectTransport({ fetch, ...options }: TransportOptions): Transport {
  return directTransport({ ...anthropicAccess(options), fetch });
}

/** The same way by the official SDK, loaded with the first call: retries off, timeouts as far away as a timer goes. */
export function anthropicSdkTransport({ apiKey, baseUrl, fetch }: TransportOptions): Transport {
  const opening = once(async () => {
    const { default: Anthropic } = await import("@anthropic-ai/sdk");
    return new Anthropic({
      apiKey,
      webhookKey: null,
      baseURL: baseUrl ?? address,
      maxRetries: 0,
      timeout: longestTimer,
      logLevel: "off",
      fetch,
      fetchOptions: { redirect: "error" },
    });
  });
  return {
    // Not `messages.create`: that prints a line for every call to a model near its end, past the log.
    async post(path, body, { signal, headers = {} }) {
      const client = await opening();
      return await client.post(path, {
        body,
        signal,
        headers,
        stream: !(body instanceof FormData) && body.stream === true,
      }).asResponse();
    },
  };
}
