import { roundHalfUp } from "./round.ts";

/** The model's own part of the confidence, and where it comes from. */
export interface ModelConfidence {
  /** 0..1 at 4 digits; null when the model gave no sign of it. */
  value: number | null;
  method: "logprobs" | "self_report" | "none";
}

/**
 * Geometric mean of the probabilities of the chosen tokens, `exp(mean(logprob))`: the inverse of perplexity. Null without tokens.
 *
 * @param logprobs Natural logarithms, each at most 0. Impossible tokens (-Infinity) count as one in a million.
 */
export function meanTokenProbability(logprobs: readonly number[] | null): number | null {
  const known = (logprobs ?? []).filter((logprob) => !Number.isNaN(logprob));
  if (known.length === 0) return null;
  const floor = Math.log(1e-6);
  const sum = known.reduce((total, logprob) => total + Math.min(0, Math.max(floor, logprob)), 0);
  return Math.exp(sum / known.length);
}

/**
 * How sure the model was: measured from log-probabilities where the provider gives them, else what it says of itself, else unknown.
 *
 * @param selfReport The answer's own confidence field. Outside 0..1 it is no probability and counts as not given.
 */
export function modelConfidence(logprobs: readonly number[] | null, selfReport: number | null): ModelConfidence {
  const measured = meanTokenProbability(logprobs);
  if (measured !== null) return { value: roundHalfUp(measured, 4), method: "logprobs" };
  if (selfReport !== null && selfReport >= 0 && selfReport <= 1) {
    return { value: roundHalfUp(selfReport, 4), method: "self_report" };
  }
  return { value: null, method: "none" };
}
