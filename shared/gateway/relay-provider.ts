import type { Candidate } from "@shared/budget/mod.ts";
import {
  type AttemptLimits,
  type ChatAnswer,
  type ChatStreamEvent,
  type Provider,
  ProviderError,
  type Relay,
  type RelayPiece,
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
  /** Gets the events of a stream; null = nobody keeps them. */
  onEvents: ((events: Body[]) => void) | null;
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
      const pieces = relay.stream(request(clock.signal), { usageEvent: format.wantsUsageEvent(asked) });
      return relayed(pieces, clock, limits, exchange);
    },
    embed: () =>
      Promise.reject(new ProviderError("not_found", `Cannot embed with '${relay.slug}': it is asked to chat`)),
  };
}

async function* relayed(
  pieces: ReturnType<Relay["stream"]>,
  clock: AttemptClock,
  limits: AttemptLimits,
  exchange: RelayedExchange,
): AsyncGenerator<ChatStreamEvent, void, undefined> {
  const pass = passer(exchange);
  let untold = "";
  let begun = false;
  clock.expect("first token", limits.firstTokenMs);
  try {
    while (true) {
      const next = await pieces.next();
      if (next.done === true) {
        if (untold !== "") yield { type: "delta", text: untold };
        untold = "";
        // An answer without any output is an answer too.
        if (!begun) await pass.begin();
        yield { type: "done", answer: passed(next.value) };
        return;
      }
      const { value } = next;
      // While the client takes its time, nobody expects anything of the provider.
      clock.expect("idle", null);
      untold += value.text;
      if (value.token && !begun) {
        begun = true;
        yield { type: "delta", text: untold };
        untold = "";
      }
      const full = begun ? pass.on(value) : pass.hold(value);
      if (full !== null) await full;
      clock.expect(begun ? "idle" : "first token", begun ? limits.idleMs : limits.firstTokenMs);
    }
  } catch (error) {
    // The router bills by what it has seen.
    if (untold !== "") yield { type: "delta", text: untold };
    throw error;
  } finally {
    clock.end();
    await pieces.return(undefined as never);
  }
}

/** Passes pieces on; those before the first output wait for it, for until then another provider may still answer. */
function passer({ pipe, onEvents }: RelayedExchange) {
  let held: RelayPiece[] = [];
  const write = ({ bytes, events }: RelayPiece): Promise<void> | null => {
    onEvents?.(events);
    return bytes === null ? null : pipe?.write(bytes) ?? null;
  };
  const begin = async () => {
    const pieces = held;
    held = [];
    for (const piece of pieces) await write(piece);
  };
  return {
    begin,
    hold(piece: RelayPiece): null {
      held.push(piece);
      return null;
    },
    on(piece: RelayPiece): Promise<void> | null {
      if (held.length === 0) return write(piece);
      return begin().then(() => write(piece) ?? undefined);
    },
  };
}

/** What the provider decided about its content is passed on as it is; to the router it is an answer. */
function passed(answer: ChatAnswer): ChatAnswer {
  return answer.finishReason === "content_filter" ? { ...answer, finishReason: "other" } : answer;
}
