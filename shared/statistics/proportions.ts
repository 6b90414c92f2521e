import { betaQuantile } from "./special-functions.ts";

/** `successes` out of `trials`. */
export interface Tally {
  successes: number;
  trials: number;
}

/** A range that holds the true value with the asked confidence. */
export interface Interval {
  low: number;
  high: number;
}

/** The exact upper bound of a proportion (Clopper–Pearson, one-sided): the truth is below it with at least this confidence. */
export function clopperPearsonUpper({ successes, trials }: Tally, confidence = 0.95): number {
  return successes >= trials ? 1 : betaQuantile(confidence, successes + 1, trials - successes);
}
