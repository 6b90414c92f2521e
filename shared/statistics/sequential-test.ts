import type { Interval, Tally } from "./proportions.ts";

/** How a comparison is watched. */
export interface SequentialSettings {
  /** Chance of ever calling a difference that is not there, however often one looks. */
  alpha?: number;
  /** Size of difference the test is sharpest at (0.1 = ten points). It costs speed when wrong, never validity. */
  expectedDifference?: number;
  /** No verdict before every variant has so many trials. */
  fewestTrials?: number;
}

/** What can be said so far, and stays true for whoever looks again later. */
export interface SequentialResult {
  /** `first - second`; null while a variant has no trials. */
  difference: number | null;
  /** Holds the true difference at every look at once with confidence `1 - alpha`. */
  interval: Interval;
  /** Always-valid: below alpha at any look, the difference is real but for alpha. 1 before the fewest trials. */
  pValue: number;
  /** `first` or `second` = that one is better and the experiment may stop; null = go on. */
  winner: "first" | "second" | null;
}

/**
 * Compares two success rates while the experiment runs: a mixture sequential probability ratio test with a normal mixture over the
 * difference. Unlike a chi-square test looked at every day, it keeps its error at `alpha` under any number of looks and any stopping rule.
 * It needs only the counts so far. Its variance is estimated, so it starts at `fewestTrials`; a seeded simulation in the tests watches
 * that the error holds.
 *
 * @see Johari, Koomen, Pekelis and Walsh, "Always Valid Inference" (Operations Research 70, 2022), section 4
 */
export function sequentialTest(
  first: Tally,
  second: Tally,
  { alpha = 0.05, expectedDifference = 0.1, fewestTrials = 30 }: SequentialSettings = {},
): SequentialResult {
  const unknown: SequentialResult = { difference: null, interval: { low: -1, high: 1 }, pValue: 1, winner: null };
  if (first.trials === 0 || second.trials === 0) return unknown;
  const [a, b] = [first.successes / first.trials, second.successes / second.trials];
  const difference = a - b;
  if (Math.min(first.trials, second.trials) < fewestTrials) return { ...unknown, difference };

  const mixture = expectedDifference ** 2;
  const pooled = smoothed({
    successes: first.successes + second.successes,
    trials: first.trials + second.trials,
  });
  const underNull = pooled * (1 - pooled) * (1 / first.trials + 1 / second.trials);
  const evidence = Math.sqrt(underNull / (underNull + mixture)) *
    Math.exp(mixture * difference ** 2 / (2 * underNull * (underNull + mixture)));
  const pValue = Math.min(1, 1 / evidence);

  const [rateA, rateB] = [smoothed(first), smoothed(second)];
  const variance = rateA * (1 - rateA) / first.trials + rateB * (1 - rateB) / second.trials;
  const half = Math.sqrt(
    variance * (variance + mixture) / mixture * (Math.log((variance + mixture) / variance) - 2 * Math.log(alpha)),
  );
  return {
    difference,
    interval: { low: Math.max(-1, difference - half), high: Math.min(1, difference + half) },
    pValue,
    winner: pValue > alpha ? null : difference > 0 ? "first" : "second",
  };
}

/** A rate that is never exactly 0 or 1, where its variance would vanish. */
function smoothed({ successes, trials }: Tally): number {
  return (successes + 0.5) / (trials + 1);
}
