import type { CallRecord } from "@shared/ai-logger/mod.ts";
import type { Candidate } from "@shared/budget/mod.ts";
import { tokenBound } from "@shared/pricing/mod.ts";
import { type ChatAnswer, ProviderError } from "@shared/providers/mod.ts";
import type { Verdict } from "./ask.ts";
import { restart } from "./after-failure.ts";
import { invalidOutput, providerFailure } from "./failure.ts";
import type { Answered, Step, Trip } from "./trip.ts";

/** Judges an answer and says where the request goes from there; null = it is good enough, or nothing could better it. */
export async function afterAnswer<Output>(
  trip: Trip<Output>,
  step: Step,
  { record, answer }: { record: CallRecord; answer: ChatAnswer },
): Promise<Step | null> {
  if (answer.finishReason === "content_filter") {
    record.error_code = "content_filter";
    trip.failure = providerFailure(new ProviderError("content_filter", "filtered"));
    return null;
  }
  if (answer.toolCalls.length > 0 && trip.ask.follow !== undefined) return await afterToolCalls(trip, step, answer);
  const whole = { ...answer, text: trip.said + answer.text };
  return askInFull(trip, step, whole) ?? await afterWords(trip, step, record, whole);
}

/** An answer cut at a learned bound is asked for once more in full; until there is one, and where its money is refused, it stands. */
function askInFull<Output>(trip: Trip<Output>, step: Step, answer: ChatAnswer): Step | null {
  const { candidate } = step;
  const isCut = answer.finishReason === "length" && candidate.full_output_tokens !== undefined && step.full !== true;
  // What the caller has begun to read is not taken back.
  if (!isCut || trip.piecesOut) return null;
  const verdict = judged(trip, answer, null);
  if (verdict.valid) trip.best = better(trip.best, { candidate, answer, verdict });
  else trip.failure = invalidOutput(true, verdict.problem);
  trip.note(candidate, `cut at its learned bound of ${candidate.max_output_tokens} tokens`);
  return { ...trip.step(candidate, "retry"), full: true };
}

/** Carries out what the answer calls, and asks the same model again. */
async function afterToolCalls<Output>(trip: Trip<Output>, step: Step, answer: ChatAnswer): Promise<Step | null> {
  const said = answer.text === "" ? "" : `${answer.text}${PARAGRAPH}`;
  trip.said += said;
  if (said !== "" && trip.piecesOut) {
    await trip.ask.stream?.piece({ type: "delta", text: PARAGRAPH }, step.candidate);
  }
  const following = await trip.ask.follow?.(answer, { said: trip.said, spentUsd: trip.purse.spentUsd });
  trip.note(step.candidate, `called ${answer.toolCalls.map(({ name }) => name).join(", ")}`);
  if (following === undefined) return null;
  if (following.next === "end") {
    const verdict = { valid: true, output: following.output, score: null, factors: null } as const;
    trip.best = { candidate: step.candidate, answer: { ...answer, text: trip.said }, verdict };
    return null;
  }
  trip.grow(answer, following);
  return trip.step(step.candidate, "tool");
}

/** Stands between what a model says before it calls a tool and what it says after. */
const PARAGRAPH = "\n\n";

async function afterWords<Output>(
  trip: Trip<Output>,
  step: Step,
  record: CallRecord,
  answer: ChatAnswer,
): Promise<Step | null> {
  const verdict = judged(trip, answer, null);
  if (!verdict.valid) return await afterInvalid(trip, step, record, answer, verdict.problem);
  const next = { candidate: step.candidate, answer, verdict };
  trip.best = isBetter(trip, step, next) ? next : trip.best;
  if (!isWeak(trip, verdict)) return null;
  trip.note(step.candidate, `weak (${verdict.score})`);
  // What the caller has begun to read is not exchanged for something better.
  return trip.piecesOut ? null : escalation(trip, step.candidate);
}

/** Whether an answer's confidence is below what the policy asks for. */
export function isWeak<Output>(trip: Trip<Output>, verdict: Verdict<Output>): boolean {
  return verdict.valid && verdict.score !== null && verdict.score < trip.plan.thresholds.escalate_below;
}

/** The verdict on an answer. A judge that fails has found an answer it was not made for. */
export function judged<Output>(trip: Trip<Output>, answer: ChatAnswer, agreement: number | null): Verdict<Output> {
  try {
    return trip.ask.judge(answer, agreement);
  } catch {
    return { valid: false, problem: "it cannot be judged" };
  }
}

async function afterInvalid<Output>(
  trip: Trip<Output>,
  step: Step,
  record: CallRecord,
  answer: ChatAnswer,
  problem: string,
): Promise<Step | null> {
  const truncated = answer.finishReason === "length";
  const failure = invalidOutput(truncated, problem);
  record.error_code = failure.reason;
  trip.note(step.candidate, failure.reason);
  if (trip.best === null) trip.failure = failure;
  if (trip.piecesOut) {
    if (trip.plan.thresholds.stream_on_failure === "error") return null;
    const other = trip.route.after(step.candidate, null);
    return other === null ? null : await restart(trip, trip.step(other, "restart"), failure.reason);
  }
  // Asked again with the same limit, a cut answer would only be cut again.
  if (!truncated && !trip.repaired) return repair(trip, step, answer, problem);
  const higher = escalation(trip, step.candidate);
  if (higher !== null || trip.best !== null) return higher;
  const other = trip.route.after(step.candidate, null);
  return other === null ? null : trip.step(other, "fallback");
}

/** The same model once more, with what was wrong. */
function repair<Output>(trip: Trip<Output>, step: Step, answer: ChatAnswer, problem: string): Step {
  trip.repaired = true;
  const said = answer.text === "" ? "(nothing)" : answer.text;
  const again = trip.chat.responseSchema === undefined
    ? "Answer again"
    : "Answer again with the corrected JSON object and nothing else";
  const wanted = `Your answer cannot be used: ${problem}. ${again}.`;
  const whole = trip.step(step.candidate, "repair");
  return {
    ...whole,
    chat: {
      ...whole.chat,
      messages: [...whole.chat.messages, { role: "assistant", content: said }, { role: "user", content: wanted }],
    },
    extraTokens: whole.extraTokens + tokenBound(said) + tokenBound(wanted) + 20,
  };
}

/** The step up from a weak answer; null = the policy has none, or none left. */
export function escalation<Output>(trip: Trip<Output>, from: Candidate): Step | null {
  if (trip.escalations >= trip.plan.thresholds.max_escalations) return null;
  const higher = trip.plan.thresholds.escalate_to === "next_candidate"
    ? trip.route.behind(from)
    : trip.route.above(from.tier);
  if (higher === null) return null;
  trip.escalations++;
  return trip.step(higher, "escalation");
}

/** Whether an answer takes the place of the best one so far. */
function isBetter<Output>(trip: Trip<Output>, step: Step, next: Answered<Output>): boolean {
  const { best } = trip;
  if (best === null) return true;
  // The same answer in full stands before what was cut, whatever both score; and one that is good enough before one that is disputed.
  if (step.full === true && best.candidate === step.candidate) return true;
  if (best === trip.disputed && !isWeak(trip, next.verdict)) return true;
  return better(best, next) === next;
}

function better<Output>(best: Answered<Output> | null, next: Answered<Output>): Answered<Output> {
  return best === null || (next.verdict.score ?? 1) >= (best.verdict.score ?? 1) ? next : best;
}
