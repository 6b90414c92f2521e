import { budgetAfter, type Plan } from "@shared/budget/mod.ts";
import type { RouteResult } from "@shared/router/mod.ts";
import type { TaskCall } from "./call.ts";
import { type Envelope, standInOf, usageOf } from "./meta.ts";

/**
 * The envelope of an answer that was stopped on request, or that a later request goes on with: what had come, and what it cost. The log keeps the request as cancelled.
 * Provider, model and tier are null when it was stopped before the first call.
 */
export function stoppedEnvelope(
  data: unknown,
  task: string,
  call: TaskCall<unknown>,
  plan: Plan,
  result: RouteResult<unknown>,
  nowMs: number,
): Envelope {
  const last = result.calls.at(-1);
  const candidate = plan.candidates.find(({ provider, model }) =>
    provider === last?.provider && model === last.request_model
  );
  const { key, version, variant } = plan.prompt;
  return {
    data,
    meta: {
      request_id: plan.request_id,
      job_id: call.options.job_id ?? null,
      task,
      provider: candidate?.provider ?? null,
      model: candidate?.model ?? null,
      tier: candidate?.tier ?? null,
      usage: usageOf(result.calls),
      cost_usd: Number(result.costUsd),
      latency_ms: Math.round(nowMs - call.startedAt),
      calls: result.calls.length,
      cached: false,
      escalated: result.escalated,
      fell_back: result.fellBack,
      confidence: null,
      action: "use_ai_result",
      fallback_reason: null,
      needs_review: false,
      prompt: { key, version, variant },
      budget: budgetAfter(plan.budget, result.costUsd),
      ...standInOf(result.calls),
    },
  };
}
