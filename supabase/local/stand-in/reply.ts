import type { ServerResponse } from "node:http";
import type { VendorError } from "./faults/vendor-error.ts";
import type { ProviderName } from "./wire/prompt.ts";

/** The answer to one HTTP request, with what every answer of the stand-in carries. It can also be broken off, as Deno.serve cannot. */
export class Reply {
  /** Aborts when the client has gone or the answer was broken off. */
  readonly closed: AbortSignal;
  readonly #response: ServerResponse;

  constructor(response: ServerResponse, provider: ProviderName | null) {
    this.#response = response;
    const closed = new AbortController();
    this.closed = closed.signal;
    response.on("close", () => closed.abort());
    response.setHeader("x-signalbox-stand-in", "true");
    const id = `req_${crypto.randomUUID().replaceAll("-", "")}`;
    if (provider === "anthropic") {
      response.setHeader("request-id", id);
      response.setHeader("anthropic-ratelimit-requests-remaining", "3999");
      response.setHeader("anthropic-ratelimit-tokens-remaining", "1990000");
    } else if (provider !== null) {
      response.setHeader("x-request-id", id);
      response.setHeader("x-ratelimit-remaining-requests", "9999");
      response.setHeader("x-ratelimit-remaining-tokens", "1990000");
    }
  }

  /** Sends a JSON body. */
  json(status: number, body: unknown, headers: Record<string, string> = {}): void {
    this.#response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  }

  /** Sends an error in the vendor's shape. */
  error({ status, headers, body }: VendorError): void {
    if (status === 429) {
      const remaining = this.#response.getHeaderNames().filter((name) => /ratelimit.*requests/.test(name));
      for (const name of remaining) this.#response.setHeader(name, "0");
    }
    this.json(status, body, headers);
  }

  /** Sends the head now and the body later. */
  start(contentType: string, length?: number): void {
    const size = length === undefined ? {} : { "content-length": String(length) };
    this.#response.writeHead(200, { "content-type": contentType, "cache-control": "no-cache", ...size });
    this.#response.flushHeaders();
  }

  /** Sends a part of the body; resolves when the connection takes more. */
  async write(text: string): Promise<void> {
    if (this.closed.aborted || this.#response.write(text)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#response.once("drain", resolve);
    this.closed.addEventListener("abort", () => resolve(), { once: true });
    await promise;
  }

  /** Ends the body in good order. */
  end(): void {
    this.#response.end();
  }

  /** Breaks the connection off. */
  destroy(): void {
    this.#response.socket?.destroy();
  }

  /** Resolves after the time, or earlier when the client goes. */
  async wait(milliseconds: number): Promise<void> {
    if (this.closed.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    this.closed.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    clearTimeout(timer);
  }
}
