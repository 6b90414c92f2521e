import type { StoredAnswer, Tier } from "@shared/budget/mod.ts";

/** Why a call was made; every HTTP attempt is one call. */
export type CallPurpose =
  | "answer"
  | "retry"
  | "fallback"
  | "escalation"
  | "repair"
  | "consensus"
  | "restart"
  | "probe"
  | "embedding"
  | "tool"
  | "gate";

/** One row of `ai_call_logs`. The database computes its cost from the usage and the price. */
export interface CallRecord {
  /** 1, 2, 3 … within the request. */
  attempt: number;
  purpose: CallPurpose;
  provider: string;
  request_model: string;
  response_model: string | null;
  price_id: string;
  input_tokens: number | null;
  output_tokens: number | null;
  cache_read_input_tokens: number | null;
  cache_write_input_tokens: number | null;
  /** Images sent to a model that charges for each. Absent: none. */
  images?: number;
  /** Milliseconds of audio billed; null = nobody knows. Absent: none. */
  audio_ms?: number | null;
  /** True for a call of a batch job, which costs the batch prices. */
  batch?: boolean;
  /**
   * Where the tokens come from: `provider` said them; `estimated` = an upper bound of what a lost or cancelled call may be
   * billed; `none` = the provider bills nothing (an HTTP error), cost 0 and tokens null.
   */
  usage_source: "provider" | "estimated" | "none";
  latency_ms: number;
  time_to_first_token_ms: number | null;
  finish_reason: string | null;
  /** A {@linkcode ProviderErrorKind}, `invalid_model_output`, or null for success. */
  error_code: string | null;
  stand_in: boolean;
  /** Left of the provider's own rate limit, as it said with the answer: kept with the breaker. Absent = it did not say. */
  requests_left?: number;
  tokens_left?: number;
  /** What the provider asked to wait, milliseconds; opens the breaker that long after a rate limit. */
  retry_after_ms?: number | null;
  /** ISO time the attempt started. */
  created_at: string;
}

/** The argument of `rpc('ai_settle')`: everything there is to write about a finished request. */
export interface Settlement {
  request_id: string;
  /** Only read when the hold was lost and has to be recovered. */
  task: string;
  /** Only read when the hold was lost and has to be recovered. */
  user_id: string | null;
  org_id: string;
  calls: CallRecord[];
  outcome: {
    status: "succeeded" | "failed" | "cancelled";
    error_code: string | null;
    tier: Tier | null;
    provider: string | null;
    model: string | null;
    latency_ms: number;
    time_to_first_token_ms: number | null;
    escalated: boolean;
    fell_back: boolean;
    confidence_score: number | null;
    confidence_breakdown: Record<string, number> | null;
    action: "use_ai_result" | "fallback_to_rules" | null;
    fallback_reason: string | null;
    needs_review: boolean;
    /** Merged into the decision that admission stored: factor values, reasons, attempts. */
    decision: Record<string, unknown>;
  };
  /** The envelope, kept for 24 h under the idempotency key if there is one; null for a failure (which frees the key). */
  answer: StoredAnswer | null;
  /** Whether `answer` may enter the exact cache (never for rules, flagged, truncated or failed answers). */
  cacheable: boolean;
  /** Embeddings computed, to be cached one by one. */
  items: { hash: string; vector: number[] }[] | null;
  /** Prompt and answer text, stored only where `ai.log.payloads` is on. */
  payload: { input: unknown; output: unknown } | null;
}
