import type { Candidate } from "@shared/budget/mod.ts";
import {
  type AttemptLimits,
  type ChatAnswer,
  type ChatStreamEvent,
  type Provider,
  ProviderError,
  type Relay,
  type RelayPiece,
  type RelayRequest,
  type RelaySink,
} from "@shared/providers/mod.ts";
import type { Asked, Body, ClientFormat } from "./asked.ts";
import { AttemptClock } from "./attempt-clock.ts";
import type { BytePipe } from "./byte-pipe.ts";

/** What passes through a relay, for those who wait for it. */
export interface RelayedExchange {
  format: ClientFormat;
  asked: Asked;
  clientHeaders: Headers;
  /** Where a stream goes; null for a whole answer. */
  pipe: BytePipe | null;
  /** Gets a whole answer as it came. */
  onWhole(text: string, body: Body): void;
  /** Gets the events of a stream. */
  onEvents(events: Body[]): void;
  /** Gets the headers of a provider that answers, before the first byte is passed on. */
  onHeaders(headers: Headers): void;
  now(): number;
}

/**
 * A provider for the router whose answers go past it: bytes pass from the provider to the client, and the router is told what it
 * needs for retries, fallbacks and the bill. Nothing of a failed attempt reaches the client before its first output.
 */
export function relayProvider(
  relay: Relay,
  candidate: Candidate,
  limits: AttemptLimits,
  exchange: RelayedExchange,
): Provider {
  const { format, asked } = exchange;
  const request = (signal: AbortSignal) => ({
    path: format.relayPath,
    format: format.relayFormat,
    body: format.relayBody(asked, candidate),
    headers: format.relayHeaders(exchange.clientHeaders),
    signal,
    onHeaders: exchange.onHeaders,
  });
  return {
    slug: relay.slug,
    async chat({ signal }) {
      const clock = new AttemptClock(relay.slug, signal, exchange.now);
      clock.expect("total", limits.totalMs);
      try {
        const { text, body, answer } = await relay.send(request(clock.signal));
        exchange.onWhole(text, body);
        return passed(answer);
      } finally {
        clock.end();
      }
    },
    stream({ signal }) {
      const clock = new AttemptClock(relay.slug, signal, exchange.now);
      return relayed(relay, request(clock.signal), clock, limits, exchange);
    },
    embed: () =>
      Promise.reject(new ProviderError("not_found", `Cannot embed with '${relay.slug}': it is asked to chat`)),
    transcribe: () =>
      Promise.reject(new ProviderError("not_found", `Cannot transcribe with '${relay.slug}': it is asked to chat`)),
  };
}

/** Tells the router when output begins, and how it ended; in between the bytes flow without it. */
async function* relayed(
  relay: Relay,
  request: RelayRequest,
  clock: AttemptClock,
  limits: AttemptLimits,
  exchange: RelayedExchange,
): AsyncGenerator<ChatStreamEvent, void, undefined> {
  const flow = new Flow(clock, limits, exchange);
  const ending = relay.stream(request, flow).then(
    (answer) => ({ answer, error: null }),
    (error: unknown) => ({ answer: null, error }),
  );
  try {
    await Promise.race([flow.begun, ending]);
    const first = flow.takeText();
    if (first !== "") yield { type: "delta", text: first };
    flow.open();
    const { answer, error } = await ending;
    // The router bills a call that broke off by what it has seen.
    const rest = flow.takeText();
    if (rest !== "") yield { type: "delta", text: rest };
    if (answer === null) throw error;
    await flow.flush();
    yield { type: "done", answer: passed(answer) };
  } finally {
    clock.end();
  }
}

/** Pieces on their way to the client. Those before the first output wait for it: until then another provider may still answer. */
class Flow implements RelaySink {
  readonly usageEvent: boolean;
  /** Resolves with the first output. */
  readonly begun: Promise<void>;
  #begin: () => void = () => {};
  /** Resolves when the router knows of it: only then may anything be shown. */
  #opened: Promise<void>;
  #isOpen = false;
  #held: RelayPiece[] = [];
  #text = "";
  readonly open: () => void;

  constructor(readonly clock: AttemptClock, readonly limits: AttemptLimits, readonly exchange: RelayedExchange) {
    this.usageEvent = exchange.format.wantsUsageEvent(exchange.asked);
    this.begun = new Promise((resolve) => this.#begin = resolve);
    const opened = Promise.withResolvers<void>();
    this.#opened = opened.promise;
    this.open = () => opened.resolve();
    clock.expect("first token", limits.firstTokenMs);
  }

  /** Everything produced since it was last asked. */
  takeText(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }

  piece(piece: RelayPiece): Promise<void> | null {
    this.#text += piece.text;
    if (!this.#isOpen && !piece.token) {
      this.#held.push(piece);
      return null;
    }
    // While the client takes its time, nobody expects anything of the provider.
    if (!this.#isOpen) return this.#first(piece);
    const full = this.#write(piece);
    if (full === null) {
      this.clock.expect("idle", this.limits.idleMs);
      return null;
    }
    this.clock.expect("idle", null);
    return full.then(() => this.clock.expect("idle", this.limits.idleMs));
  }

  /** Writes what was held back. */
  async flush(): Promise<void> {
    for (const piece of this.#held.splice(0)) await this.#write(piece);
  }

  async #first(piece: RelayPiece): Promise<void> {
    this.clock.expect("idle", null);
    this.#held.push(piece);
    this.#begin();
    await this.#opened;
    this.#isOpen = true;
    await this.flush();
    this.clock.expect("idle", this.limits.idleMs);
  }

  #write({ bytes, events }: RelayPiece): Promise<void> | null {
    const { pipe, onEvents } = this.exchange;
    onEvents(events);
    return bytes === null ? null : pipe?.write(bytes) ?? null;
  }
}

/** What the provider decided about its content is passed on as it is; to the router it is an answer. */
function passed(answer: ChatAnswer): ChatAnswer {
  return answer.finishReason === "content_filter" ? { ...answer, finishReason: "other" } : answer;
}
