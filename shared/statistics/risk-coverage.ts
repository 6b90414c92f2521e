import { groupByScore, type Label } from "./labels.ts";
import { clopperPearsonUpper } from "./proportions.ts";

/** What is accepted when every answer with at least this score is. */
export interface RiskPoint {
  threshold: number;
  /** Share of all answers that are accepted, 0 to 1. */
  coverage: number;
  /** Share of the accepted that are wrong, 0 to 1. */
  risk: number;
}

/** One point per distinct score, from the strictest threshold to the loosest. */
export function riskCoverageCurve(labels: readonly Label[]): RiskPoint[] {
  let accepted = 0;
  let wrong = 0;
  return groupByScore(labels).reverse().map(({ score, count, correct }) => {
    accepted += count;
    wrong += count - correct;
    return { threshold: score, coverage: accepted / labels.length, risk: wrong / accepted };
  });
}

/** A threshold with its promise. */
export interface BoundedThreshold extends RiskPoint {
  /** With the asked confidence, no more than this share of accepted answers is wrong. */
  riskBound: number;
}

/** How many thresholds a search looks at. */
const steps = 40;

/**
 * The loosest threshold at which at most `maxRisk` of the accepted answers are wrong, with `confidence` (0.95 = true in at least 95 of
 * 100 searches on fresh labels of the same traffic). Null when the labels cannot promise that at any threshold: too few, or too many wrong.
 *
 * Looking at many thresholds and keeping the best would break the promise. So thresholds are fixed by their coverage before any outcome is
 * looked at, and tested in order from strict to loose until one fails (fixed-sequence testing), from two starts that share the
 * error probability. Each test is the exact Clopper–Pearson bound.
 *
 * @see Angelopoulos et al., "Learn then Test" (2021), section 2.3
 */
export function thresholdForRisk(
  labels: readonly Label[],
  { maxRisk, confidence = 0.95 }: { maxRisk: number; confidence?: number },
): BoundedThreshold | null {
  const candidates = spacedPoints(riskCoverageCurve(labels));
  const acceptedAt = ({ coverage }: RiskPoint) => Math.round(coverage * labels.length);
  const sideConfidence = 1 - (1 - confidence) / 2;
  const bound = (successes: number, trials: number) => clopperPearsonUpper({ successes, trials }, sideConfidence);
  // Known from the counts alone: where a third of the allowed errors would still pass. Any start before it would fail by bad luck.
  const first = candidates.findIndex((point) => {
    const accepted = acceptedAt(point);
    return bound(Math.floor(accepted * maxRisk / 3), accepted) <= maxRisk;
  });
  if (first < 0) return null;
  let best: BoundedThreshold | null = null;
  for (const start of [first, 2 * first + 1]) {
    for (const point of candidates.slice(start)) {
      const accepted = acceptedAt(point);
      const riskBound = bound(Math.round(point.risk * accepted), accepted);
      if (riskBound > maxRisk) break;
      if (best === null || point.coverage > best.coverage) best = { ...point, riskBound };
    }
  }
  return best;
}

/** At most {@linkcode steps} points, evenly spaced by coverage: chosen by the scores alone. */
function spacedPoints(curve: readonly RiskPoint[]): RiskPoint[] {
  const chosen = Array.from(
    { length: steps },
    (_, i) => curve.find(({ coverage }) => coverage >= (i + 1) / steps - 1e-9),
  );
  return [...new Set(chosen)].filter((point) => point !== undefined);
}
