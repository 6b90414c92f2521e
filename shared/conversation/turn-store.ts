import type { KeptEvent, TurnEnd, TurnTools } from "@shared/ai-task/mod.ts";
import { errorKinds } from "@shared/errors/mod.ts";
import { textDirection } from "@shared/messages/mod.ts";
import type { Assistant, BegunTurn } from "./begun-turn.ts";

/** How often what is new of a stream is written down, milliseconds. */
const KEEP_MS = 250;
/** How often a silent turn asks the database whether it should stop: every so many of the above. */
const SILENT_TICKS = 2;

/** How a turn ended, with who spoke last. */
export interface ChatEnd extends Omit<TurnEnd, "status"> {
  status: TurnEnd["status"] | "awaiting_approval" | "continues";
  assistant: Assistant | null;
}

/** A turn's stream and end in the database, and the wish to end it. */
export interface TurnStore {
  stopAsked(signal: AbortSignal): Promise<boolean>;
  keep(event: KeptEvent): void;
  flush(): Promise<void>;
  ended(end: ChatEnd): Promise<void>;
}

/** An event as it is written down: deltas that came within one interval are one. */
interface WrittenEvent {
  first: number;
  last: number;
  event: string;
  data: unknown;
}

/** Keeps a turn's stream in `ai_turn_events` and its end in `ai_messages`. */
export function turnStore(
  { org_id, user_id, run = null }: BegunTurn,
  requestId: string,
  language: string,
  { service, wait, log }: Pick<TurnTools, "service" | "wait" | "log">,
): TurnStore {
  let waiting: WrittenEvent[] = [];
  /** Writes what waits; says whether the turn should stop. One at a time, so that numbers are written in order. */
  let writing: Promise<boolean> = Promise.resolve(false);
  const write = (): Promise<boolean> =>
    writing = writing.then(async () => {
      const events = waiting;
      waiting = [];
      try {
        return await service.rpc<boolean>("keep_turn_events", {
          p_org_id: org_id,
          p_user_id: user_id,
          p_request_id: requestId,
          p_events: events,
        }, { idempotent: true });
      } catch (error) {
        // A database that does not answer asks for nothing; what it missed cannot be gone back to.
        log("turn_events_not_kept", { request_id: requestId, kinds: errorKinds(error) });
        return false;
      }
    });
  // Over all requests of a run there is one stream: it begins once, and ends once.
  const goesOn = run !== null && run.events > 0;
  let isHandedOver = false;
  return {
    keep({ number, event, data }) {
      if (isHandedOver || goesOn && event === "meta") return;
      const previous = waiting.at(-1);
      if (event !== "delta") waiting.push({ first: number, last: number, event, data });
      else if (previous?.event === "delta") {
        previous.last = number;
        (previous.data as { texts: unknown[] }).texts.push((data as { text: unknown }).text);
      } else {
        waiting.push({ first: number, last: number, event, data: { texts: [(data as { text: unknown }).text] } });
      }
    },
    async flush() {
      if (waiting.length > 0) await write();
    },
    async stopAsked(signal) {
      if (run?.stop_asked) return true;
      for (let tick = 1;; tick++) {
        await wait(KEEP_MS, signal);
        if (signal.aborted) return false;
        if (waiting.length === 0 && tick % SILENT_TICKS !== 0) continue;
        if (await write()) return !signal.aborted;
      }
    },
    async ended({ status, text, provider, model, tokens, errorCode, costUsd, elapsedMs, assistant }) {
      if (status === "continues") {
        isHandedOver = true;
        // The next request counts on from the last event that is there.
        if (waiting.length > 0) await write();
      }
      await service.rpc("end_turn", {
        turn: {
          org_id,
          request_id: requestId,
          content: text,
          direction: textDirection(null, text),
          status,
          provider,
          model,
          tokens,
          error_code: errorCode,
          language,
          assistant_id: assistant?.id ?? null,
          assistant_version: assistant?.version ?? null,
          cost_usd: costUsd,
          elapsed_ms: elapsedMs,
        },
      }, { idempotent: true });
    },
  };
}
