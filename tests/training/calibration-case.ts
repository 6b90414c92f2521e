import {
  applyCalibration,
  auroc,
  brierScore,
  type Calibration,
  expectedCalibrationError,
  fitCalibration,
  type Label,
  thresholdForRisk,
} from "@shared/statistics/mod.ts";

/** A model's scores on labels to calibrate with and on later labels to check with. */
export interface CalibrationCase {
  name: string;
  /** What the calibration is fitted on; the model did not train on it. */
  fitted: Label[];
  /** Neither the model nor the calibration saw these. */
  held: Label[];
}

/** How sure and how right scores are. */
export interface ScoreQuality {
  ece: number;
  brier: number;
  auroc: number;
}

/** What the calibration did on held-out labels. */
export interface CalibrationResult {
  name: string;
  labels: number;
  held: number;
  kind: Calibration["kind"] | "none";
  before: ScoreQuality;
  after: ScoreQuality;
  /** The threshold that promises at most 5 % wrong, found on the fitted labels and looked at on the held-out ones; null = none. */
  bounded: { coverage: number; risk: number } | null;
}

/** Fits on one part and measures on the other. */
export function measureCalibration({ name, fitted, held }: CalibrationCase): CalibrationResult {
  const calibration = fitCalibration(fitted);
  const apply = ({ score, correct }: Label): Label => ({ score: applyCalibration(calibration, score), correct });
  const bounded = thresholdForRisk(fitted.map(apply), { maxRisk: 0.05 });
  const calibrated = held.map(apply);
  const accepted = bounded === null ? [] : calibrated.filter(({ score }) => score >= bounded.threshold);
  return {
    name,
    labels: fitted.length,
    held: held.length,
    kind: calibration?.kind ?? "none",
    before: qualityOf(held),
    after: qualityOf(calibrated),
    bounded: accepted.length === 0 ? null : {
      coverage: accepted.length / held.length,
      risk: accepted.filter(({ correct }) => !correct).length / accepted.length,
    },
  };
}

function qualityOf(labels: readonly Label[]): ScoreQuality {
  return {
    ece: expectedCalibrationError(labels) ?? NaN,
    brier: brierScore(labels) ?? NaN,
    auroc: auroc(labels) ?? NaN,
  };
}
