import { outcomeOf } from "@shared/ai-logger/mod.ts";
import type { Plan } from "@shared/budget/mod.ts";
import type { RouteResult } from "@shared/router/mod.ts";
import type { TaskCall } from "./call.ts";
import { type Envelope, metaOf } from "./meta.ts";

/**
 * The envelope of an answer that was stopped on request, or that a later request goes on with: what had come, and what it cost. The log
 * keeps the request as cancelled. Provider, model and tier are null when it was stopped before the first call.
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
  const outcome = outcomeOf(result, {
    isAnswered: true,
    candidate: candidate ?? null,
    latencyMs: Math.round(nowMs - call.startedAt),
    decision: {},
  });
  return { data, meta: metaOf(task, call, plan, result, { ...outcome, escalated: result.escalated }) };
}
