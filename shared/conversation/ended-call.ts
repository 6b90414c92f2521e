import type { Citation } from "@shared/tools/mod.ts";
import type { TurnStep } from "./begun-turn.ts";
import type { ToldCall } from "./schemas.ts";

/** How one call ended, for the model, the user and the log. */
export interface EndedCall {
  told: ToldCall;
  /** What the model is told; null = nothing yet. */
  text: string | null;
  latencyMs: number | null;
  citations?: Citation[];
}

/** Characters of a result that an event shows. */
const SHOWN = 2_000;

/** What whoever listens is told of it. */
export function eventOf({ told, text, latencyMs }: EndedCall) {
  return { ...told, result: text === null ? null : text.slice(0, SHOWN), latency_ms: latencyMs };
}

/** What of it is kept. */
export function storable({ told, text, latencyMs, citations }: EndedCall) {
  return {
    status: told.status,
    result: text,
    error_code: told.code,
    latency_ms: latencyMs,
    ...(citations === undefined ? {} : { citations }),
  };
}

/** A call of an earlier request as its row tells it. */
export function endOf(step: TurnStep): EndedCall {
  const { call_id: id, name, status, code } = step;
  const ended = status === "succeeded" || status === "denied" ? status : "failed";
  return {
    told: { id, name, status: ended, code: ended === "failed" ? code ?? "internal" : null, approval_id: null },
    text: step.result,
    latencyMs: null,
  };
}
