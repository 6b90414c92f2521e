import assert from "node:assert/strict";
import { fixture } from "./fixture-server.ts";
import { openProvider, type ProviderKind } from "./open-provider.ts";
import { type ChatRequest, type Provider, ProviderError } from "./provider.ts";

/** 2026-11-21T12:00:00Z, from which dates in `Retry-After` are measured. */
export const now = Date.UTC(2026, 10, 21, 12, 0, 0);

/** What one vendor's faults look like. */
export interface Vendor {
  kind: ProviderKind;
  model: string;
  stream: string;
  /** The text of the stream and the input tokens it reports before it ends. */
  text: string;
  startTokens: number | null;
  /** Everything up to and including the event before the end marker. */
  withoutEnd: string;
}

const openAiStream = fixture("openai/chat-stream.txt");
const anthropicStream = fixture("anthropic/stream.txt");

const vendors: Record<string, Vendor> = {
  openai: {
    kind: "openai",
    model: "gpt-4o-mini",
    stream: openAiStream,
    text: "Drei bis fünf Werktage 🙂.",
    startTokens: null,
    withoutEnd: openAiStream.replace("data: [DONE]\n\n", ""),
  },
  anthropic: {
    kind: "anthropic",
    model: "claude-haiku-4-5",
    stream: anthropicStream,
    text: "Drei bis fünf Werktage 🙂.",
    startTokens: 132,
    withoutEnd: anthropicStream.slice(0, anthropicStream.indexOf("event: message_stop")),
  },
};

/** A vendor by one of its transports. */
export type Way = {
  name: string;
  vendor: Vendor;
  provider: (url: string) => Provider;
  request: (signal?: AbortSignal) => ChatRequest;
};

/** Both vendors by both transports: every fault is shown for each. */
export const ways: Way[] = Object.entries(vendors).flatMap(([slug, vendor]) =>
  (["direct", "sdk"] as const).map((transport) => ({
    name: `${slug} by ${transport}`,
    vendor,
    provider: (url: string) =>
      openProvider({
        slug,
        kind: vendor.kind,
        apiKey: "test-key",
        baseUrl: vendor.kind === "anthropic" ? url : `${url}/v1`,
        transport,
        now: () => now,
      }),
    request: (signal = new AbortController().signal) => ({
      model: vendor.model,
      system: null,
      messages: [{ role: "user", content: "Wie lange?" }],
      maxOutputTokens: 100,
      signal,
    }),
  }))
);

/** Reads a stream to its end; its text. */
export async function drain(provider: Provider, request: ChatRequest): Promise<string> {
  let text = "";
  for await (const event of provider.stream(request)) if (event.type === "delta") text += event.text;
  return text;
}

/** The provider error some work ends with. */
export async function failure(work: Promise<unknown>): Promise<ProviderError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof ProviderError, `not a ProviderError: ${error}`);
    return error;
  }
  assert.fail("It did not fail");
}

/** Both methods of a provider against the same server. */
export function calls(provider: Provider, request: () => ChatRequest): [string, () => Promise<unknown>][] {
  return [["chat()", () => provider.chat(request())], ["stream()", () => drain(provider, request())]];
}

/** Timers that run out when told to. */
export class ManualTimers {
  /** Running timers by their milliseconds. */
  readonly running = new Map<number, () => void>();
  readonly #waiting = new Map<number, () => void>();

  start(run: () => void, ms: number): () => void {
    this.running.set(ms, run);
    this.#waiting.get(ms)?.();
    return () => void this.running.delete(ms);
  }

  /** Settles when a timer of so many milliseconds runs. */
  async started(ms: number): Promise<void> {
    if (!this.running.has(ms)) await new Promise<void>((resolve) => this.#waiting.set(ms, resolve));
  }

  /** Lets a running timer run out. */
  fire(ms: number): void {
    const run = this.running.get(ms);
    assert.ok(run, `no timer of ${ms} ms is running`);
    run();
  }
}
