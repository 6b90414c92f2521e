import { betaQuantile, normalQuantile, upperGamma } from "./special-functions.ts";

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

/** Wilson's score interval of a proportion: never outside 0 and 1, and sensible for few trials. 0 to 1 without any. */
export function wilsonInterval({ successes, trials }: Tally, confidence = 0.95): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const z = normalQuantile((1 + confidence) / 2);
  const share = successes / trials;
  const scale = 1 + z * z / trials;
  const center = (share + z * z / (2 * trials)) / scale;
  const half = z * Math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials)) / scale;
  return { low: successes === 0 ? 0 : center - half, high: successes === trials ? 1 : center + half };
}

/** The exact upper bound of a proportion (Clopper–Pearson, one-sided): the truth is below it with at least this confidence. */
export function clopperPearsonUpper({ successes, trials }: Tally, confidence = 0.95): number {
  return successes >= trials ? 1 : betaQuantile(confidence, successes + 1, trials - successes);
}

/** The exact two-sided interval of a proportion (Clopper–Pearson): at least the asked confidence, often more. */
export function clopperPearsonInterval({ successes, trials }: Tally, confidence = 0.95): Interval {
  const side = (1 + confidence) / 2;
  return {
    low: successes === 0 ? 0 : betaQuantile(1 - side, successes, trials - successes + 1),
    high: clopperPearsonUpper({ successes, trials }, side),
  };
}

/**
 * The interval of `first - second` for two independent proportions, by Newcombe's hybrid of two Wilson intervals.
 *
 * @see Newcombe (1998), Statistics in Medicine 17, method 10
 */
export function differenceInterval(first: Tally, second: Tally, confidence = 0.95): Interval {
  if (first.trials === 0 || second.trials === 0) return { low: -1, high: 1 };
  const [a, b] = [first.successes / first.trials, second.successes / second.trials];
  const [ofA, ofB] = [wilsonInterval(first, confidence), wilsonInterval(second, confidence)];
  return {
    low: a - b - Math.hypot(a - ofA.low, ofB.high - b),
    high: a - b + Math.hypot(ofA.high - a, b - ofB.low),
  };
}

/** A chi-square test of independence. */
export interface ChiSquareTest {
  statistic: number;
  degreesOfFreedom: number;
  /** Chance of a table at least this uneven when all groups have the same rate. Looked at once, when the sample is complete. */
  pValue: number;
  /** Smallest expected count; below 5 the p-value is only a rough one. */
  smallestExpected: number;
}

/** Pearson's chi-square test that all groups succeed at the same rate, without Yates' correction. Null when nothing can be compared. */
export function chiSquareTest(groups: readonly Tally[]): ChiSquareTest | null {
  const tried = groups.filter(({ trials }) => trials > 0);
  const trials = tried.reduce((sum, group) => sum + group.trials, 0);
  const successes = tried.reduce((sum, group) => sum + group.successes, 0);
  if (tried.length < 2 || successes === 0 || successes === trials) return null;
  let statistic = 0;
  let smallestExpected = Infinity;
  for (const group of tried) {
    const cells = [[group.successes, successes], [group.trials - group.successes, trials - successes]] as const;
    for (const [observed, total] of cells) {
      const expected = group.trials * total / trials;
      statistic += (observed - expected) ** 2 / expected;
      smallestExpected = Math.min(smallestExpected, expected);
    }
  }
  const degreesOfFreedom = tried.length - 1;
  return { statistic, degreesOfFreedom, pValue: upperGamma(degreesOfFreedom / 2, statistic / 2), smallestExpected };
}
