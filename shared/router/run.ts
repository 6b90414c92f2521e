import type { CallRecord } from "@shared/ai-logger/mod.ts";
import type { Plan } from "@shared/budget/mod.ts";
import { afterAnswer, isWeak } from "./after-answer.ts";
import { afterFailure, afterRefusal, anotherRound } from "./after-failure.ts";
import type { Ask, RouterTools } from "./ask.ts";
import { afterSamples, type Agreement, askSeveral } from "./consensus.ts";
import { nobodyToAsk, type RouteFailure } from "./failure.ts";
import { type Answered, type Step, Trip } from "./trip.ts";

/** How a request ended. */
export interface RouteResult<Output> {
  /** The best usable answer; null when there is none. */
  best: Answered<Output> | null;
  /** Why there is none; null when there is. */
  failure: RouteFailure | null;
  /** Nobody waits for the answer any more. */
  cancelled: boolean;
  /** Whether the best answer's confidence is below the policy's threshold. */
  weak: boolean;
  /** Answers to the same question disagreed: somebody should look. */
  needsReview: boolean;
  /** Every attempt, in order. */
  calls: CallRecord[];
  /** US dollars, decimal string: what the ledger will compute from `calls`. */
  costUsd: string;
  escalated: boolean;
  fellBack: boolean;
  /** Whether the caller has seen pieces of an answer. */
  streamed: boolean;
  /** Whether the pieces the caller has seen belong to the best answer. */
  piecesStand: boolean;
  /** Part of what was asked was left out, since it fitted into no window. */
  shortened: boolean;
  /** How several answers agreed; null when one was asked for. */
  agreement: Agreement | null;
  /** What was decided on the way, in words, for the log. */
  decisions: string[];
}

/**
 * Gets a request answered.
 *
 * One attempt at a time: a failed one is retried, moved to another candidate or given up ({@linkcode decide}); an answered one is
 * judged, repaired once if it does not fit the schema, and escalated a tier if it is weak. Every attempt beyond the hold gets its
 * money first; where that is refused, the best answer so far stands. Where the policy pays for it, several answers are asked for side by
 * side before, of one model or of several.
 *
 * Never throws: whatever happens, the calls made so far come back to be settled.
 */
export async function run<Output>(plan: Plan, ask: Ask<Output>, tools: RouterTools): Promise<RouteResult<Output>> {
  const trip = new Trip(plan, ask, tools);
  if (plan.candidates.length === 0) trip.failure = nobodyToAsk(await tools.breakerWait?.());
  const agreement = await askSeveral(trip);
  let step = trip.best === null ? await firstStep(trip) : afterSamples(trip);
  while (step !== null) step = await advance(trip, step);
  return result(trip, agreement);
}

function firstStep<Output>(trip: Trip<Output>): Promise<Step | null> {
  const candidate = trip.route.first();
  if (candidate !== null) return Promise.resolve(trip.step(candidate, trip.calls.length === 0 ? "answer" : "fallback"));
  return anotherRound(trip);
}

async function advance<Output>(trip: Trip<Output>, step: Step): Promise<Step | null> {
  const end = await trip.make(step);
  if (end === "over") return null;
  if (end === "uncovered" || end === "spent") return afterRefusal(trip, step, end);
  return end.error === null ? await afterAnswer(trip, step, end) : await afterFailure(trip, step, end);
}

function result<Output>(trip: Trip<Output>, agreement: Agreement | null): RouteResult<Output> {
  const { best } = trip;
  const calls = trip.calls.toSorted((a, b) => a.attempt - b.attempt);
  return {
    best,
    failure: best === null ? lastWord(trip.failure, calls) : null,
    cancelled: trip.ask.signal.aborted,
    weak: best !== null && isWeak(trip, best.verdict),
    needsReview: best !== null && best === trip.disputed,
    calls,
    costUsd: trip.purse.spentUsd,
    escalated: calls.some((call) => call.purpose === "escalation"),
    fellBack: calls.some(isFallback),
    streamed: trip.streamed,
    piecesStand: trip.piecesOut,
    shortened: trip.shortened > 0,
    agreement,
    decisions: trip.decisions,
  };
}

/** Whether a call went elsewhere because another had failed; a stream that had begun says restart, wherever it goes. */
function isFallback(
  { purpose, provider, request_model: model }: CallRecord,
  index: number,
  calls: CallRecord[],
): boolean {
  const before = calls[index - 1];
  return purpose === "fallback" ||
    purpose === "restart" && (before?.provider !== provider || before.request_model !== model);
}

/**
 * Silence was only the last of several troubles: then it is the providers that are unavailable, not time that is short. The steps of
 * a turn that went well before are none.
 */
function lastWord(failure: RouteFailure, calls: CallRecord[]): RouteFailure {
  const mixed = calls.some(({ error_code: code }) => code !== null && code !== "timeout");
  return failure.reason === "timeout" && mixed ? { ...failure, code: "provider_unavailable" } : failure;
}
