/**
 * The mathematics behind calibration and experiments: pure functions on counts and labels, nothing else. What the database does itself,
 * fitting, testing and sharing out, stands here as well, because here it is simulated often enough to see that its promises hold.
 *
 * @module
 */
export type { Label } from "./labels.ts";
export { applyCalibration, type Calibration, fitCalibration, parseCalibration } from "./calibration.ts";
export { auroc, brierScore, expectedCalibrationError } from "./calibration-quality.ts";
export { thresholdForRisk } from "./risk-coverage.ts";
export { seededRandom } from "./seeded-random.ts";
