import type { Candidate, PlanConsensus } from "@shared/budget/mod.ts";
import { escalation, isWeak, judged } from "./after-answer.ts";
import { countVotes } from "./agreement.ts";
import { decideOn, strikeOut } from "./after-failure.ts";
import type { AttemptEnd } from "./attempt.ts";
import { invalidOutput } from "./failure.ts";
import { voteWeight } from "./model-weight.ts";
import type { Answered, Step, Trip } from "./trip.ts";

/** Samples of one model differ enough to tell something from here on: at a task's own temperature, mostly near zero, it repeats itself. */
const SAMPLE_TEMPERATURE = 0.7;

/** How several answers agreed, for the log. */
export interface Agreement {
  /** Mean similarity of the most agreed-with answer to the others, 0..1; null when only one answered. */
  share: number | null;
  method: "majority" | "weighted" | "flagged" | "single";
  /** One entry an answer: a model that was sampled is there as often. */
  models: { provider: string; model: string; score: number | null; support: number | null }[];
}

/**
 * Asks for several answers side by side where the policy pays for it, of several models for critical tasks, else of one, and takes the one
 * their values agree on.
 *
 * @returns Null when no consensus is wanted or possible, or nobody gave a usable answer: then the request goes on one by one.
 */
export async function askSeveral<Output>(trip: Trip<Output>): Promise<Agreement | null> {
  const { consensus, critical } = trip.plan.thresholds;
  if (consensus === null || trip.ask.stream !== null) return null;
  const candidates = trip.route.several(critical ? Math.min(3, consensus.models) : 1, consensus.samples);
  const ends = await Promise.all(candidates.map((candidate) => trip.make(stepOf(trip, candidate, consensus))));
  const usable = ends.flatMap((end, index) => {
    const candidate = candidates[index];
    return candidate === undefined ? [] : usableAnswer(trip, candidate, end);
  });
  const [only] = usable;
  if (only === undefined) return null;
  if (usable.length === 1) {
    trip.best = only;
    trip.disputed = only;
    return { share: null, method: "single", models: [voter(only, null)] };
  }
  return vote(trip, usable, { agree: consensus.agree, weighted: consensus.weighted });
}

/**
 * Where a request goes when the answers of ONE model were compared: up, if they contradict each other or the best is weak. Several models
 * have had their say: what they leave open is for a person.
 */
export function afterSamples<Output>(trip: Trip<Output>): Step | null {
  const { best } = trip;
  const asked = new Set(trip.calls.map(({ provider, request_model }) => `${provider}/${request_model}`));
  if (best === null || asked.size > 1 || best !== trip.disputed && !isWeak(trip, best.verdict)) return null;
  return escalation(trip, best.candidate);
}

function stepOf<Output>(
  trip: Trip<Output>,
  candidate: Candidate,
  { samples = 1, temperature }: PlanConsensus,
): Step {
  const step = trip.step(candidate, "consensus");
  const own = step.chat.temperature;
  // Where the task leaves it to the provider, it is high enough.
  const wanted = temperature ?? (own === undefined ? undefined : Math.max(own, SAMPLE_TEMPERATURE));
  return samples < 2 || wanted === undefined ? step : { ...step, chat: { ...step.chat, temperature: wanted } };
}

function vote<Output>(
  trip: Trip<Output>,
  usable: Answered<Output>[],
  bars: { agree: number; weighted: number },
): Agreement | null {
  const comparedBy = trip.ask.comparedBy ?? ((output: Output) => output);
  const count = countVotes(
    usable.map(({ candidate, verdict }) => ({
      value: comparedBy(verdict.output),
      weight: voteWeight(candidate),
      score: verdict.score,
    })),
    bars,
  );
  const winner = usable[count.winner];
  if (winner === undefined) return null;
  const verdict = judged(trip, winner.answer, count.support[count.winner] ?? null);
  trip.best = verdict.valid ? { ...winner, verdict } : winner;
  if (count.method === "flagged") trip.disputed = trip.best;
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
    // Others were asked beside it: one who failed is not asked again for the same.
    strikeOut(trip, candidate, decideOn(trip, candidate, end.error, true), end.error.retryAfterMs);
    trip.note(candidate, end.error.kind);
    return [];
  }
  const { answer, record } = end;
  const verdict = judged(trip, answer, null);
  if (verdict.valid) return [{ candidate, answer, verdict }];
  trip.failure = invalidOutput(answer.finishReason === "length", verdict.problem);
  record.error_code = trip.failure.reason;
  return [];
}

function voter<Output>({ candidate, verdict }: Answered<Output>, support: number | null): Agreement["models"][number] {
  return { provider: candidate.provider, model: candidate.model, score: verdict.score, support };
}
