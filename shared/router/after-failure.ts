import type { Candidate } from "@shared/budget/mod.ts";
import { tokenBound } from "@shared/pricing/mod.ts";
import type { ProviderError } from "@shared/providers/mod.ts";
import { backoffMs } from "./backoff.ts";
import { prefillOf } from "./continuation.ts";
import { decide, type Decision } from "./decide.ts";
import { deadlinePassed, providerFailure } from "./failure.ts";
import type { Step, Trip } from "./trip.ts";

/** A quarter of a prompt may still be worth an answer; less is another question. */
const MOST_SHORTENINGS = 2;
/** In less than this nobody gets further than the answer that broke off, milliseconds. */
const LEAST_MS = 1_000;

/** Carries a decision out: where the request goes after a failed attempt; null = nowhere. */
export async function afterFailure<Output>(
  trip: Trip<Output>,
  step: Step,
  failed: { error: ProviderError; seen: string },
): Promise<Step | null> {
  const { candidate } = step;
  const { error } = failed;
  const decision = decideOn(trip, candidate, error, trip.best !== null);
  trip.note(candidate, `${error.kind}, ${decision.next}`);
  if (decision.next === "stop") return null;
  if (trip.piecesOut) return await resume(trip, step, failed, decision);
  return await follow(trip, step, decision, error.retryAfterMs);
}

/** Decides on a failure; until there is an answer, it is what stands in the way. */
export function decideOn<Output>(
  trip: Trip<Output>,
  candidate: Candidate,
  error: ProviderError,
  haveAnswer: boolean,
): Decision {
  trip.failure = providerFailure(error);
  return decide({
    kind: error.kind,
    retryAfterMs: error.retryAfterMs,
    failures: trip.countFailure(candidate),
    retryCount: trip.settings.retryCount,
    haveAnswer,
    leftMs: trip.leftMs,
  }, trip.tools.random);
}

/**
 * A step may not be made, for want of money or of retries: a cheaper candidate, or another provider, may still be asked, unless it was only
 * to better an answer.
 */
export function afterRefusal<Output>(trip: Trip<Output>, step: Step, why: "uncovered" | "spent"): Step | null {
  const { candidate } = step;
  trip.note(candidate, why === "spent" ? "no retry left" : "not covered");
  if (trip.best !== null || step.purpose === "repair") return null;
  const other = trip.route.after(candidate, null);
  if (other === null) return null;
  return trip.step(other, step.purpose === "retry" && !trip.hasFailed(other) ? "fallback" : step.purpose);
}

async function follow<Output>(
  trip: Trip<Output>,
  step: Step,
  decision: Exclude<Decision, { next: "stop" }>,
  retryAfterMs: number | null,
): Promise<Step | null> {
  const { candidate } = step;
  if (decision.next === "retry") {
    await trip.tools.wait(decision.waitMs, trip.ask.signal);
    return { ...step, purpose: "retry" };
  }
  if (decision.next === "larger") {
    const larger = trip.route.larger(candidate);
    return larger === null ? shorter(trip, candidate) : trip.step(larger, "fallback");
  }
  strikeOut(trip, candidate, decision, retryAfterMs);
  // While an answer is there, only a better one is worth money: nothing below the tier that failed.
  const next = trip.route.after(candidate, trip.best === null ? null : candidate.tier);
  if (next !== null) return trip.step(next, trip.hasFailed(next) ? "retry" : "fallback");
  return trip.best === null ? await anotherRound(trip) : null;
}

/** Nobody has a larger window: the same model once more, with part of the prompt left out. */
function shorter<Output>(trip: Trip<Output>, candidate: Candidate): Step | null {
  const chat = trip.shortened < MOST_SHORTENINGS ? trip.ask.shorten?.(trip.chat) ?? null : null;
  if (chat === null) return null;
  trip.chat = chat;
  trip.shortened++;
  trip.decisions.push("prompt shortened");
  return trip.step(candidate, "retry");
}

/** Takes out of the route what must not be asked again, and remembers what may be. */
export function strikeOut<Output>(
  trip: Trip<Output>,
  candidate: Candidate,
  decision: Decision,
  retryAfterMs: number | null,
): void {
  if (decision.next !== "fallback") return;
  if (decision.out === "provider") trip.route.dropProvider(candidate.provider);
  if (decision.out === "nothing" && trip.mayRetry(candidate)) {
    trip.route.failed(candidate, trip.tools.now() + (retryAfterMs ?? 0));
  }
}

/** Everybody has failed once: go round again, with a pause, as long as retries and time are left. */
export async function anotherRound<Output>(trip: Trip<Output>): Promise<Step | null> {
  const pause = backoffMs(trip.route.rounds + 1, trip.tools.random);
  const again = trip.route.again();
  if (again === null) return null;
  const waitMs = Math.max(pause, again.notBefore - trip.tools.now());
  if (waitMs >= trip.leftMs) return null;
  await trip.tools.wait(waitMs, trip.ask.signal);
  trip.decisions.push(`round ${trip.route.rounds + 1}`);
  return trip.step(again.candidate, "retry");
}

/** The caller has seen the beginning of an answer that broke off: what happens now is the policy's to say. */
async function resume<Output>(
  trip: Trip<Output>,
  step: Step,
  failed: { error: ProviderError; seen: string },
  decision: Exclude<Decision, { next: "stop" }>,
): Promise<Step | null> {
  if (trip.leftMs < LEAST_MS) {
    trip.failure = deadlinePassed();
    return null;
  }
  const policy = trip.plan.thresholds.stream_on_failure;
  if (policy === "error") return null;
  if (policy === "continue") {
    const continuing = trip.route.accepting("prefill");
    if (continuing !== null) return continueWith(trip, continuing, step.prefix + failed.seen);
  }
  const next = await follow(
    trip,
    { ...step, ...trip.step(step.candidate, "retry") },
    decision,
    failed.error.retryAfterMs,
  );
  return next === null ? null : await restart(trip, next, failed.error.kind);
}

/** Tells the caller to forget what came before a step that starts the answer again. */
export async function restart<Output>(trip: Trip<Output>, next: Step, reason: string): Promise<Step> {
  trip.piecesOut = false;
  await trip.ask.stream?.restart(reason);
  // Only this step starts again: what was said before the tools were called stands.
  if (trip.said !== "") await trip.ask.stream?.piece({ type: "delta", text: trip.said }, next.candidate);
  return { ...next, purpose: "restart" };
}

function continueWith<Output>(trip: Trip<Output>, candidate: Candidate, seen: string): Step {
  const whole = trip.step(candidate, "restart");
  const content = prefillOf(seen);
  return {
    ...whole,
    chat: { ...whole.chat, messages: [...whole.chat.messages, { role: "assistant", content }] },
    extraTokens: whole.extraTokens + tokenBound(content),
    prefix: seen,
  };
}
