import type { TurnTools } from "@shared/ai-task/mod.ts";
import { errorKinds } from "@shared/errors/mod.ts";
import type { Citation } from "@shared/tools/mod.ts";
import type { BegunTurn } from "./begun-turn.ts";

/** A call as it is written down before it is carried out. */
export interface NewCall {
  call_id: string;
  name: string;
  arguments: string;
  /** Why it is not carried out at all; null = nothing is wrong with it. */
  problem: string | null;
  code: string | null;
  /** Whether it is a tool of the turn itself, which no registry knows. */
  internal: boolean;
}

/** What the database says to a call. */
export interface BegunCall {
  id: string;
  status: "running" | "awaiting_approval" | "failed";
  code: string | null;
  detail: string | null;
}

/** How a call ended, as it is written down. */
export interface EndedCall {
  id: string;
  status: string;
  result: string | null;
  error_code: string | null;
  latency_ms: number | null;
  /** Absent = the result has no sources. */
  citations?: Citation[];
}

/** Where the tool calls of a turn are kept. */
export interface CallStore {
  /** Writes a round down; the database says which may be carried out. Empty when it cannot: then none may. */
  begin(round: { said: string; tainted: boolean; assistantId: string | null; calls: NewCall[] }): Promise<BegunCall[]>;
  /** Writes down how calls ended. Never throws. */
  end(ended: EndedCall[]): Promise<void>;
}

/** Longer arguments are no longer kept whole; they have been refused by their schema. */
const KEPT_CHARACTERS = 100_000;

/** Keeps the calls of a turn in `ai_tool_calls`. */
export function callStore(
  { org_id, user_id, conversation_id, message_id }: BegunTurn,
  requestId: string,
  { service, log }: Pick<TurnTools, "service" | "log">,
): CallStore {
  return {
    async begin({ said, tainted, assistantId, calls }) {
      try {
        return await service.rpc<BegunCall[]>("begin_tool_calls", {
          calls: {
            org_id,
            user_id,
            conversation_id,
            message_id,
            request_id: requestId,
            assistant_id: assistantId,
            said,
            tainted,
            calls: calls.map((call) => ({
              ...call,
              call_id: call.call_id.slice(0, 200),
              name: call.name.slice(0, 200),
              arguments: call.arguments.slice(0, KEPT_CHARACTERS),
            })),
          },
        });
      } catch (error) {
        log("tool_calls_not_stored", { request_id: requestId, kinds: errorKinds(error) });
        return [];
      }
    },
    async end(ended) {
      if (ended.length === 0) return;
      try {
        await service.rpc("end_tool_calls", { p_org_id: org_id, p_results: ended }, { idempotent: true });
      } catch (error) {
        log("tool_calls_not_stored", { request_id: requestId, kinds: errorKinds(error) });
      }
    },
  };
}
