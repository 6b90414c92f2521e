import type { Candidate } from "@shared/budget/mod.ts";
import type { CallRecord, Settlement } from "./settlement.ts";

/** How a route ended, whichever it was. */
export interface RouteEnd {
  calls: readonly CallRecord[];
  /** Why there is no answer. */
  failure: { code: string } | null;
  /** Nobody waits for the answer any more. */
  cancelled: boolean;
  fellBack: boolean;
}

/** The outcome of a request that nobody judged: the answer as it came, or none. What a judge says is written over it. */
export function outcomeOf(
  { calls, failure, cancelled, fellBack }: RouteEnd,
  { isAnswered, candidate, latencyMs, decision }: {
    isAnswered: boolean;
    /** Who answered, or the last who was to; null = nobody. */
    candidate: Pick<Candidate, "provider" | "model" | "tier"> | null;
    latencyMs: number;
    decision: Record<string, unknown>;
  },
): Settlement["outcome"] {
  const { tier = null, provider = null, model = null } = candidate ?? {};
  return {
    status: isAnswered ? "succeeded" : cancelled ? "cancelled" : "failed",
    error_code: isAnswered ? null : cancelled ? "cancelled" : failure?.code ?? "internal",
    tier,
    provider,
    model,
    latency_ms: latencyMs,
    time_to_first_token_ms: calls.find((call) => call.time_to_first_token_ms !== null)?.time_to_first_token_ms ?? null,
    escalated: false,
    fell_back: fellBack,
    confidence_score: null,
    confidence_breakdown: null,
    action: isAnswered ? "use_ai_result" : null,
    fallback_reason: null,
    needs_review: false,
    decision,
  };
}
