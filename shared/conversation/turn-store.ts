import type { TurnEnd, TurnTools } from "@shared/ai-task/mod.ts";
import type { Assistant, BegunTurn } from "./begun-turn.ts";

/** How often the isolate that streams asks the database whether it should stop, milliseconds. */
const STOP_POLL_MS = 500;

/** How a turn ended, with who spoke last. */
export interface ChatEnd extends Omit<TurnEnd, "status"> {
  status: TurnEnd["status"] | "awaiting_approval";
  assistant: Assistant | null;
}

/** A turn's end in the database, and the wish to end it. */
export interface TurnStore {
  stopAsked(signal: AbortSignal): Promise<boolean>;
  ended(end: ChatEnd): Promise<void>;
}

/** Keeps how a turn ended in `ai_messages`. */
export function turnStore(
  { org_id }: BegunTurn,
  requestId: string,
  language: string,
  { service, wait }: Pick<TurnTools, "service" | "wait">,
): TurnStore {
  return {
    async stopAsked(signal) {
      while (true) {
        await wait(STOP_POLL_MS, signal);
        if (signal.aborted) return false;
        // A database that does not answer asks for nothing.
        const asked = await service.rpc<boolean>("turn_stop_requested", { p_org_id: org_id, p_request_id: requestId })
          .catch(() => false);
        if (asked) return !signal.aborted;
      }
    },
    async ended({ status, text, provider, model, tokens, errorCode, assistant }) {
      await service.rpc("end_turn", {
        turn: {
          org_id,
          request_id: requestId,
          content: text,
          status,
          provider,
          model,
          tokens,
          error_code: errorCode,
          language,
          assistant_id: assistant?.id ?? null,
          assistant_version: assistant?.version ?? null,
        },
      }, { idempotent: true });
    },
  };
}
