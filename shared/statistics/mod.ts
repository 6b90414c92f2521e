/**
 * The mathematics behind calibration and experiments: pure functions on counts and labels, nothing else.
 *
 * @module
 */
export type { Label } from "./labels.ts";
export {
  applyCalibration,
  type Calibration,
  fewestLabels,
  fitCalibration,
  type IdentityCalibration,
  parseCalibration,
} from "./calibration.ts";
export { applyIsotonic, fitIsotonic, type IsotonicCalibration } from "./isotonic.ts";
export { applyLogistic, fitLogistic, type LogisticCalibration } from "./logistic.ts";
export {
  auroc,
  brierScore,
  expectedCalibrationError,
  type ReliabilityBin,
  reliabilityBins,
} from "./calibration-quality.ts";
export {
  areaUnderRisk,
  type BoundedThreshold,
  riskCoverageCurve,
  type RiskPoint,
  thresholdForRisk,
} from "./risk-coverage.ts";
export {
  type ChiSquareTest,
  chiSquareTest,
  clopperPearsonInterval,
  clopperPearsonUpper,
  differenceInterval,
  type Interval,
  type Tally,
  wilsonInterval,
} from "./proportions.ts";
export { type SequentialResult, type SequentialSettings, sequentialTest } from "./sequential-test.ts";
export { type AllocationSettings, thompsonWeights } from "./allocation.ts";
export { seededRandom } from "./seeded-random.ts";
export { type LogBucket, logBucket, quantileOfLogHistogram } from "./log-histogram.ts";
