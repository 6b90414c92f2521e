import { directTransport } from "./direct-transport.ts";
import { once } from "./once.ts";
import { type Access, longestTimer, type Transport, type TransportOptions } from "./transport.ts";

const address = "https://api.openai.com/v1";

/** Where a server that speaks OpenAI's format is, and what it is shown. */
export function openAiAccess({ apiKey, baseUrl }: Omit<TransportOptions, "fetch">): Access {
  // Servers of one's own often have no key, and some refuse an empty one.
  return { baseUrl: baseUrl ?? address, headers: apiKey === "" ? {} : { authorization: `Bearer ${apiKey}` } };
}

/** The way to it, by one `fetch`. */
export function openAiDirectTransport({ fetch, ...options }: TransportOptions): Transport {
  return directTransport({ ...openAiAccess(options), fetch });
}

/** The same way by the official SDK, loaded with the first call: retries off, timeouts as far away as a timer goes. */
export function openAiSdkTransport({ apiKey, baseUrl, fetch }: TransportOptions): Transport {
  const opening = once(async () => {
    const { default: OpenAI } = await import("openai");
    return new OpenAI({
      // Null and not undefined: undefined would be read from the environment, which is config's business.
      apiKey: apiKey === "" ? "none" : apiKey,
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      baseURL: baseUrl ?? address,
      maxRetries: 0,
      timeout: longestTimer,
      logLevel: "off",
      fetch,
      fetchOptions: { redirect: "error" },
      defaultHeaders: apiKey === "" ? { authorization: null } : {},
    });
  });
  return {
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
