import type { CallRecord } from "@shared/ai-logger/mod.ts";
import type { BudgetAfter, PlanPrompt, Tier } from "@shared/budget/mod.ts";
import type { ConfidenceMeta } from "./judge.ts";

/** `meta` of an answer. Every member is always there; null is what the contract says it is. */
export interface Meta {
  request_id: string;
  job_id: string | null;
  task: string;
  /** Null when rules answered. */
  provider: string | null;
  model: string | null;
  tier: Tier | null;
  /** Of all calls, failed ones included. */
  usage: { input_tokens: number; output_tokens: number; cache_read_input_tokens: number };
  /** US dollars of all calls. */
  cost_usd: number;
  latency_ms: number;
  calls: number;
  cached: boolean;
  escalated: boolean;
  fell_back: boolean;
  /** Null where it means nothing (embeddings) and where no model's answer was judged. */
  confidence: ConfidenceMeta | null;
  action: "use_ai_result" | "fallback_to_rules";
  /** Why rules answered; null when they did not. */
  fallback_reason: string | null;
  needs_review: boolean;
  /** Null for embeddings. */
  prompt: Pick<PlanPrompt, "key" | "version" | "variant"> | null;
  budget: BudgetAfter;
  /** Only there, and true, when the local provider stand-in answered. */
  stand_in?: true;
}

/** What every answer is. */
export interface Envelope {
  data: unknown;
  meta: Meta;
}

/** Tokens of all calls; calls nobody bills have none. */
export function usageOf(calls: readonly CallRecord[]): Meta["usage"] {
  const sum = (count: (call: CallRecord) => number | null) =>
    calls.reduce((total, call) => total + (count(call) ?? 0), 0);
  return {
    input_tokens: sum((call) => call.input_tokens),
    output_tokens: sum((call) => call.output_tokens),
    cache_read_input_tokens: sum((call) => call.cache_read_input_tokens),
  };
}

/** The members that say an answer came from the stand-in. */
export function standInOf(calls: readonly CallRecord[]): Pick<Meta, "stand_in"> {
  return calls.some((call) => call.stand_in) ? { stand_in: true } : {};
}
