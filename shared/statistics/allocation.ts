import type { Tally } from "./proportions.ts";
import { betaCdf, betaQuantile } from "./special-functions.ts";

/** How weights are shared out. */
export interface AllocationSettings {
  /** Every variant keeps at least this weight, so that a late starter can still be seen. */
  floor?: number;
  /** Successes and failures every variant is thought to have had before; 1 and 1 know nothing. */
  prior?: { successes: number; failures: number };
}

/** Points of the numeric integral. */
const points = 400;

/**
 * Weights for the variants of an experiment, adding up to 1: each gets the probability that it is the best (Thompson's rule with Beta
 * posteriors), but at least `floor`. The probabilities are integrated, not drawn, so the same counts give the same weights.
 */
export function thompsonWeights(
  variants: readonly Tally[],
  { floor = 0.05, prior = { successes: 1, failures: 1 } }: AllocationSettings = {},
): number[] {
  const best = probabilitiesOfBest(
    variants.map(({ successes, trials }) => [successes + prior.successes, trials - successes + prior.failures]),
  );
  const lowest = Math.min(floor, 1 / Math.max(variants.length, 1));
  return best.map((probability) => lowest + (1 - lowest * variants.length) * probability);
}

/** The probability of each Beta(a, b) variable to be the largest of all. */
function probabilitiesOfBest(betas: readonly (readonly [a: number, b: number])[]): number[] {
  const low = Math.min(...betas.map(([a, b]) => betaQuantile(1e-6, a, b)));
  const high = Math.max(...betas.map(([a, b]) => betaQuantile(1 - 1e-6, a, b)));
  const grid = Array.from({ length: points + 1 }, (_, i) => low + (high - low) * i / points);
  const cumulative = betas.map(([a, b]) => grid.map((x) => betaCdf(x, a, b)));
  const wins = betas.map((_, own) => {
    let probability = 0;
    for (let i = 0; i < points; i++) {
      const mass = (cumulative[own]?.[i + 1] ?? 0) - (cumulative[own]?.[i] ?? 0);
      const othersBelow = cumulative.reduce(
        (product, curve, other) => other === own ? product : product * ((curve[i] ?? 0) + (curve[i + 1] ?? 0)) / 2,
        1,
      );
      probability += mass * othersBelow;
    }
    return probability;
  });
  const total = wins.reduce((sum, probability) => sum + probability, 0);
  return wins.map((probability) => probability / total);
}
