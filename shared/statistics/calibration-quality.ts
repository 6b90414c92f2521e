import { groupByScore, type Label } from "./labels.ts";

/** One bar of a reliability diagram. */
export interface ReliabilityBin {
  /** Labels in the bin. */
  count: number;
  /** Mean score. */
  said: number;
  /** Share that was right. */
  right: number;
}

/** Labels in bins of equal width from 0 to 1; empty bins are left out. */
export function reliabilityBins(labels: readonly Label[], bins = 10): ReliabilityBin[] {
  const sums = Array.from({ length: bins }, () => ({ count: 0, said: 0, right: 0 }));
  for (const { score, correct } of labels) {
    const bin = sums[Math.min(bins - 1, Math.max(0, Math.floor(score * bins)))];
    if (bin === undefined) continue;
    bin.count += 1;
    bin.said += score;
    bin.right += correct ? 1 : 0;
  }
  return sums.filter(({ count }) => count > 0).map(({ count, said, right }) => ({
    count,
    said: said / count,
    right: right / count,
  }));
}

/** Expected calibration error: how far scores are from the share that was right, 0 to 1, averaged over bins. Null without labels. */
export function expectedCalibrationError(labels: readonly Label[], bins = 10): number | null {
  if (labels.length === 0) return null;
  const error = reliabilityBins(labels, bins).reduce(
    (sum, { count, said, right }) => sum + count * Math.abs(said - right),
    0,
  );
  return error / labels.length;
}

/** Brier score: mean squared distance of score and outcome, 0 (perfect) to 1. Null without labels. */
export function brierScore(labels: readonly Label[]): number | null {
  if (labels.length === 0) return null;
  return labels.reduce((sum, { score, correct }) => sum + (score - (correct ? 1 : 0)) ** 2, 0) / labels.length;
}

/** Area under the ROC curve: the chance that a right answer scores above a wrong one, ties counted half. Null when all are alike. */
export function auroc(labels: readonly Label[]): number | null {
  let wrongBelow = 0;
  let won = 0;
  let right = 0;
  for (const { count, correct } of groupByScore(labels)) {
    const wrong = count - correct;
    won += correct * (wrongBelow + wrong / 2);
    wrongBelow += wrong;
    right += correct;
  }
  return right === 0 || wrongBelow === 0 ? null : won / (right * wrongBelow);
}
