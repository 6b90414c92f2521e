import type { ComposedCall, Envelope } from "@shared/ai-task/mod.ts";

type Meta = Envelope["meta"];

/** What an answer says about its making when no provider had a part in it. */
export function metaWithoutCalls(task: string, requestId: string, latencyMs: number): Meta {
  return {
    request_id: requestId,
    job_id: null,
    task,
    provider: null,
    model: null,
    tier: null,
    usage: { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0 },
    cost_usd: 0,
    latency_ms: latencyMs,
    calls: 0,
    cached: false,
    escalated: false,
    fell_back: false,
    confidence: null,
    action: "use_ai_result",
    fallback_reason: null,
    needs_review: false,
    prompt: null,
    budget: { state: "ok", remaining: null, currency: null },
  };
}

/**
 * One `meta` of a task's steps: the last one's with the tokens, calls and cost of all, and none where there were no steps. Each step has
 * its own row in the log.
 */
export function metaOfSteps(
  task: string,
  { requestId, startedAt, options }: Pick<ComposedCall<unknown>, "requestId" | "startedAt" | "options">,
  steps: readonly Meta[],
  nowMs: number,
): Meta {
  const latencyMs = nowMs - startedAt;
  const last = steps.at(-1);
  if (last === undefined) {
    return { ...metaWithoutCalls(task, requestId, latencyMs), job_id: options.job_id ?? null };
  }
  const sum = (count: (meta: Meta) => number) => steps.reduce((total, meta) => total + count(meta), 0);
  return {
    ...last,
    task,
    usage: {
      input_tokens: sum(({ usage }) => usage.input_tokens),
      output_tokens: sum(({ usage }) => usage.output_tokens),
      cache_read_input_tokens: sum(({ usage }) => usage.cache_read_input_tokens),
    },
    cost_usd: sum((meta) => meta.cost_usd),
    calls: sum((meta) => meta.calls),
    cached: steps.every((meta) => meta.cached),
    fell_back: steps.some((meta) => meta.fell_back),
    latency_ms: latencyMs,
  };
}
