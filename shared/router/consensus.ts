import type { Candidate } from "@shared/budget/mod.ts";
import type { ChatAnswer } from "@shared/providers/mod.ts";
import { judged } from "./after-answer.ts";
import { countVotes } from "./agreement.ts";
import { strikeOut } from "./after-failure.ts";
import type { AttemptEnd } from "./attempt.ts";
import { decide } from "./decide.ts";
import { invalidOutput, providerFailure } from "./failure.ts";
import { voteWeight } from "./model-weight.ts";
import type { Answered, Trip } from "./trip.ts";

/** How the models of a critical task agreed, for the log. */
export interface Agreement {
  /** Mean similarity of the most agreed-with answer to the others, 0..1; null when only one answered. */
  share: number | null;
  method: "majority" | "weighted" | "flagged" | "single";
  models: { provider: string; model: string; score: number | null; support: number | null }[];
}

/**
 * Asks several models side by side where the policy wants a consensus, and takes the answer their values agree on.
 *
 * @returns Null when no consensus is wanted or possible, or nobody gave a usable answer: then the request goes on one by one.
 */
export async function askSeveral<Output>(trip: Trip<Output>): Promise<Agreement | null> {
  const { consensus, critical } = trip.plan.thresholds;
  if (consensus === null || !critical || trip.ask.stream !== null) return null;
  const candidates = trip.route.several(Math.min(3, consensus.models));
  const ends = await Promise.all(candidates.map((candidate) => trip.make(trip.step(candidate, "consensus"))));
  const usable = ends.flatMap((end, index) => {
    const candidate = candidates[index];
    return candidate === undefined ? [] : usableAnswer(trip, candidate, end);
  });
  const [only] = usable;
  if (only === undefined) return null;
  if (usable.length === 1) {
    trip.best = only;
    trip.needsReview = true;
    return { share: null, method: "single", models: [voter(only, null)] };
  }
  return vote(trip, usable, { agree: consensus.agree, weighted: consensus.weighted });
}

function vote<Output>(
  trip: Trip<Output>,
  usable: Answered<Output>[],
  bars: { agree: number; weighted: number },
): Agreement | null {
  const valueOf = trip.ask.valueOf ?? ((output: Output) => output);
  const count = countVotes(
    usable.map(({ candidate, verdict }) => ({
      value: valueOf(verdict.output),
      weight: voteWeight(candidate),
      score: verdict.score,
    })),
    bars,
  );
  const winner = usable[count.winner];
  if (winner === undefined) return null;
  const verdict = judged(trip, winner.answer, count.support[count.winner] ?? null);
  trip.best = verdict.valid ? { ...winner, verdict } : winner;
  trip.needsReview = count.method === "flagged";
  trip.decisions.push(`consensus of ${usable.length}: ${count.method}, ${count.share.toFixed(2)}`);
  const models = usable.map((answered, index) => voter(answered, count.support[index] ?? null));
  return { share: count.share, method: count.method, models };
}

function usableAnswer<Output>(
  trip: Trip<Output>,
  candidate: Candidate,
  end: AttemptEnd | "uncovered" | "spent" | "over",
): Answered<Output>[] {
  if (typeof end === "string") return [];
  if (end.error !== null) {
    const { kind, retryAfterMs } = end.error;
    const failures = trip.countFailure(candidate);
    const { retryCount } = trip.settings;
    const failed = {
      kind,
      retryAfterMs,
      failures,
      retryCount,
      othersLeft: true,
      haveAnswer: true,
      leftMs: trip.leftMs,
    };
    strikeOut(trip, candidate, decide(failed, trip.tools.random), retryAfterMs);
    trip.failure = providerFailure(end.error);
    trip.decisions.push(`${candidate.provider}/${candidate.model}: ${kind}`);
    return [];
  }
  return judgedAnswer(trip, candidate, end.answer, end);
}

function judgedAnswer<Output>(
  trip: Trip<Output>,
  candidate: Candidate,
  answer: ChatAnswer,
  { record }: AttemptEnd,
): Answered<Output>[] {
  const verdict = judged(trip, answer, null);
  if (verdict.valid) return [{ candidate, answer, verdict }];
  const truncated = answer.finishReason === "length";
  record.error_code = truncated ? "truncated" : "invalid_model_output";
  trip.failure = invalidOutput(truncated, verdict.problem);
  return [];
}

function voter<Output>({ candidate, verdict }: Answered<Output>, support: number | null): Agreement["models"][number] {
  return { provider: candidate.provider, model: candidate.model, score: verdict.score, support };
}
