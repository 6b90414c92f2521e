import type { CallRecord, Settlement } from "@shared/ai-logger/mod.ts";
import { type BudgetAfter, budgetAfter, type Plan, type PlanPrompt, type Tier } from "@shared/budget/mod.ts";
import type { TaskCall } from "./call.ts";
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
  /** Null for speech. */
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

/** `meta` of an answer that calls were made for, by what the log says of them. Confidence: what is judged says it itself. */
export function metaOf(
  task: string,
  call: Pick<TaskCall<unknown>, "options">,
  plan: Plan,
  { calls, costUsd }: { calls: readonly CallRecord[]; costUsd: string },
  outcome: Omit<Settlement["outcome"], "status" | "error_code" | "decision">,
): Meta {
  const { key, version, variant } = plan.prompt;
  return {
    request_id: plan.request_id,
    job_id: call.options.job_id ?? null,
    task,
    provider: outcome.provider,
    model: outcome.model,
    tier: outcome.tier,
    usage: usageOf(calls),
    cost_usd: Number(costUsd),
    latency_ms: outcome.latency_ms,
    calls: calls.length,
    cached: false,
    escalated: outcome.escalated,
    fell_back: outcome.fell_back,
    confidence: null,
    action: outcome.action ?? "use_ai_result",
    fallback_reason: outcome.fallback_reason,
    needs_review: outcome.needs_review,
    prompt: { key, version, variant },
    budget: budgetAfter(plan.budget, costUsd),
    // Only where it did: an answer of a real provider says nothing of it.
    ...(calls.some((one) => one.stand_in) ? { stand_in: true } : {}),
  };
}

/** Tokens of all calls; calls nobody bills have none. */
function usageOf(calls: readonly CallRecord[]): Meta["usage"] {
  const sum = (count: (call: CallRecord) => number | null) =>
    calls.reduce((total, call) => total + (count(call) ?? 0), 0);
  return {
    input_tokens: sum((call) => call.input_tokens),
    output_tokens: sum((call) => call.output_tokens),
    cache_read_input_tokens: sum((call) => call.cache_read_input_tokens),
  };
}
