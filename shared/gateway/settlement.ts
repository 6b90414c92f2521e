import { type CallRecord, outcomeOf, type Settlement } from "@shared/ai-logger/mod.ts";
import type { Plan, StoredAnswer } from "@shared/budget/mod.ts";
import type { Answered, RouteResult } from "@shared/router/mod.ts";
import { requestSettings } from "@shared/settings/mod.ts";
import { GATEWAY } from "./admission.ts";
import type { Body } from "./asked.ts";
import type { CallContext } from "./call-context.ts";

/** What became of a chat. */
export interface Ending {
  result: RouteResult<null>;
  /** The answer as a whole body of the client's format; null when there is none or nobody keeps it. */
  body: Body | null;
  /** Whether it may be given to the next who asks the same. */
  mayKeep: boolean;
  latencyMs: number;
}

/** What is settled about a chat through the gateway. */
export function chatSettlement(plan: Plan, context: CallContext, asked: Body, ending: Ending): Settlement {
  const { result, body } = ending;
  const { best } = result;
  const finish = best?.answer.finishReason ?? null;
  const cacheable = ending.mayKeep && (finish === "stop" || finish === "tool_calls");
  const stored = best !== null && body !== null && (cacheable || context.idempotencyKey !== null);
  return {
    request_id: plan.request_id,
    org_id: plan.org_id,
    task: GATEWAY,
    user_id: context.userId,
    calls: best === null ? result.calls : withRawFinish(result.calls, best),
    outcome: outcomeOf(result, {
      isAnswered: best !== null,
      candidate: best?.candidate ?? null,
      latencyMs: ending.latencyMs,
      decision: { route: result.decisions },
    }),
    answer: stored ? storedAnswer(plan, body, best, result.costUsd) : null,
    cacheable: stored && cacheable,
    items: null,
    payload: requestSettings(plan.settings).logPayloads
      ? { input: asked, output: body ?? (best === null ? null : { text: best.answer.text }) }
      : null,
  };
}

/** An answer as it is kept, with what its log row says of it. */
export function storedAnswer(plan: Plan, data: Body, { candidate }: Answered<null>, costUsd: string): StoredAnswer {
  return {
    data,
    meta: {
      request_id: plan.request_id,
      task: GATEWAY,
      provider: candidate.provider,
      model: candidate.model,
      tier: candidate.tier,
      cost_usd: costUsd,
      action: "use_ai_result",
      confidence: null,
    },
  };
}

/** A filtered answer is passed on as the provider gave it, and is called what it is in the log. */
function withRawFinish(calls: CallRecord[], { answer }: Answered<null>): CallRecord[] {
  const filtered = answer.rawFinishReason === "content_filter" || answer.rawFinishReason === "refusal";
  const last = calls.at(-1);
  return filtered && last !== undefined ? [...calls.slice(0, -1), { ...last, finish_reason: "content_filter" }] : calls;
}
