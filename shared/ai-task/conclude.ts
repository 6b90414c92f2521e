import { outcomeOf, type Settlement } from "@shared/ai-logger/mod.ts";
import type { Plan } from "@shared/budget/mod.ts";
import { chooseAction, levelOf } from "@shared/confidence/mod.ts";
import { AppError, type ErrorCode } from "@shared/errors/mod.ts";
import type { RouteResult } from "@shared/router/mod.ts";
import type { z } from "zod";
import type { TaskCall } from "./call.ts";
import type { TaskContext, TaskDefinition } from "./define-task.ts";
import { confidenceBreakdown } from "./judge.ts";
import { type Envelope, metaOf } from "./meta.ts";

/** What became of a request: an answer or a failure, and in either case what there is to settle. */
export interface Conclusion {
  /** Null when there is no answer. */
  envelope: Envelope | null;
  /** Null when there is one. */
  failure: AppError | null;
  outcome: Settlement["outcome"];
  cacheable: boolean;
}

/** Failures a task's rules answer in the place of. A filter, and an input that is too long, are for the caller to know. */
const RULES_ANSWER: readonly ErrorCode[] = [
  "provider_unavailable",
  "timeout",
  "invalid_model_output",
  "budget_exhausted",
  "invalid_request",
  "internal",
];

/** Draws the conclusion of a routed request: the model's answer, the rules', or none. */
export function conclude<Input extends z.ZodType, Output extends z.ZodType>(
  definition: TaskDefinition<Input, Output>,
  call: TaskCall<z.output<Input>>,
  plan: Plan,
  result: RouteResult<z.output<Output>>,
  context: TaskContext & { nowMs: number },
): Conclusion {
  const { best } = result;
  const decided = decide(definition, plan, result);
  const byRules = decided.kind === "rules";
  const confidence = confidenceBreakdown(best?.verdict.factors ?? null);
  const outcome: Settlement["outcome"] = {
    ...outcomeOf({ ...result, failure: decided.kind === "none" ? decided.failure : null }, {
      isAnswered: decided.kind !== "none",
      candidate: byRules ? null : best?.candidate ?? null,
      latencyMs: Math.round(context.nowMs - call.startedAt),
      decision: {
        route: result.decisions,
        agreement: result.agreement,
        confidence: best?.verdict.factors ?? null,
        level: confidence === null ? null : levelOf(confidence.score, plan.thresholds),
      },
    }),
    escalated: result.escalated,
    confidence_score: confidence?.score ?? null,
    confidence_breakdown: confidence === null ? null : known(confidence),
    action: decided.kind === "none" ? null : byRules ? "fallback_to_rules" : "use_ai_result",
    fallback_reason: decided.kind === "rules" ? decided.reason : decided.kind === "model" ? shortcoming(result) : null,
    needs_review: decided.kind !== "none" && decided.needsReview,
  };
  if (decided.kind === "none") return { envelope: null, failure: decided.failure, outcome, cacheable: false };
  const data = byRules ? definition.output.parse(definition.rules?.(call.input, context)) : best?.verdict.output;
  return {
    envelope: { data, meta: { ...metaOf(definition.task, call, plan, result, outcome), confidence } },
    failure: null,
    outcome,
    cacheable: !byRules && !outcome.needs_review && best?.answer.finishReason === "stop" && !result.shortened,
  };
}

type Decided =
  | { kind: "model"; needsReview: boolean }
  | { kind: "rules"; reason: string; needsReview: boolean }
  | { kind: "none"; failure: AppError };

function decide<Input extends z.ZodType, Output extends z.ZodType>(
  { rules, rulesReplaceWeak = true }: TaskDefinition<Input, Output>,
  plan: Plan,
  result: RouteResult<z.output<Output>>,
): Decided {
  const { best, failure } = result;
  if (best !== null) {
    // What the caller has read is the answer; and where models disagreed, a person decides, not the rules.
    const mayUseRules = rules !== null && rulesReplaceWeak && !result.piecesStand && !result.needsReview;
    const score = best.verdict.score ?? 1;
    const { escalate_below, rules_below = escalate_below } = plan.thresholds;
    const chosen = chooseAction(score, rules_below, mayUseRules);
    const needsReview = chosen.needs_review || result.needsReview;
    return chosen.action === "use_ai_result"
      ? { kind: "model", needsReview }
      : { kind: "rules", reason: "low_confidence", needsReview };
  }
  const code = failure?.code ?? "internal";
  if (rules !== null && !result.cancelled && RULES_ANSWER.includes(code)) {
    return { kind: "rules", reason: failure?.reason === "truncated" ? "truncated" : code, needsReview: false };
  }
  // A provider that refuses what WE made of a valid input is our defect, not the caller's.
  const told = code === "invalid_request" ? "internal" : code;
  return {
    kind: "none",
    failure: new AppError(told, failure?.detail ?? "Cannot answer: unexpected error", {
      retryAfterMs: failure?.retryAfterMs ?? undefined,
    }),
  };
}

/** What the caller must know about a model's answer that is used all the same. */
function shortcoming({ best, shortened }: RouteResult<unknown>): string | null {
  if (best?.answer.finishReason === "length") return "truncated";
  return shortened ? "shortened" : null;
}

function known(confidence: object): Record<string, number> {
  return Object.fromEntries(Object.entries(confidence).filter(([, value]) => value !== null));
}
