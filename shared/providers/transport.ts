import type { JsonRecord } from "./json-value.ts";

/** The way to one vendor: keys, headers and URLs are its own, what is sent and what comes back is the adapter's. */
export interface Transport {
  /**
   * ONE POST of a JSON body, or of a form where a file is sent, never repeated and never timed.
   *
   * @param path Below the base URL, with its leading slash.
   * @returns A response with a status of 200 to 299, its body not read yet.
   * @throws An error for `classifyError`: one with `status`, `headers` and `error` (the body) for any other status.
   */
  post(
    path: string,
    body: JsonRecord | FormData,
    sending: { signal: AbortSignal; headers?: Record<string, string> },
  ): Promise<Response>;
}

/** What every transport is opened with. */
export interface TransportOptions {
  apiKey: string;
  /** Null = the vendor's own address. */
  baseUrl: string | null;
  fetch: typeof fetch;
}

/** Where a vendor is, and the headers that say who asks. */
export interface Access {
  baseUrl: string;
  headers: Record<string, string>;
}

/** The most milliseconds a timer takes: an SDK whose own timeout is this far away has none; the attempt's limits end it long before. */
export const longestTimer = 2 ** 31 - 1;

/** A status that is not 2xx, with the members the SDKs' `APIError` has. */
export class StatusError extends Error {
  override readonly name = "StatusError";

  constructor(readonly status: number, readonly headers: Headers, readonly error: unknown) {
    super(`The provider answered with status ${status}`);
  }
}
