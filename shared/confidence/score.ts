import { applyCalibration, type Calibration } from "@shared/statistics/mod.ts";
import { type Check, shareOfPassed } from "./checks.ts";
import { type ModelConfidence, modelConfidence } from "./model-confidence.ts";
import { roundHalfUp } from "./round.ts";

export type FactorName = "model_confidence" | "completeness" | "consistency" | "validation";

/** Hundredths of the score each factor carries: 0.30, 0.30, 0.25, 0.15. */
const WEIGHTS: Record<FactorName, number> = {
  model_confidence: 30,
  completeness: 30,
  consistency: 25,
  validation: 15,
};

/** What an unknown model confidence counts as. A silent model must not look surer than one that says "half". */
const MODEL_PRIOR = 0.5;

/** What is known about an output before the score. */
export interface Checks {
  /** See {@linkcode ModelConfidence}. */
  logprobs: readonly number[] | null;
  selfReport: number | null;
  /** Fields that must be filled. */
  completeness: readonly Check[];
  /** Contradictions looked for. */
  consistency: readonly Check[];
  /** Share of compared models' values that agree, 0..1; null when only one model was asked. Counts as much as all other checks. */
  agreement: number | null;
  /** Business rules. */
  validation: readonly Check[];
}

/** A judged output. Factors are 0..1 at 4 digits, null when nothing could be said. */
export interface Confidence extends Record<FactorName, number | null> {
  /** 0..1, half up to 2 digits: the weighted factors, or with a calibration the probability that the answer is right. */
  score: number;
  /** The weighted factors themselves: what calibrations are fitted on. */
  raw_score: number;
  /** Where the model's part comes from. */
  method: ModelConfidence["method"];
  /** Factors that are null. */
  missing: FactorName[];
  /** Names of the checks that did not pass. */
  failed: string[];
}

/**
 * The confidence of one output: `0.30 model + 0.30 completeness + 0.25 consistency + 0.15 validation`.
 *
 * A factor without a method for this output is null and its weight is shared out over the others in proportion; only an unknown
 * model confidence is replaced by a prior of 0.5 instead, because leaving it out would reward models that say nothing.
 *
 * @param calibration The task's; it moves the score as a whole, since what people judged was the answer and not one factor. Null
 * leaves the score as it is.
 */
export function scoreConfidence(checks: Checks, calibration: Calibration | null = null): Confidence {
  const model = modelConfidence(checks.logprobs, checks.selfReport);
  const factors: Record<FactorName, number | null> = {
    model_confidence: model.value,
    completeness: shareOfPassed(checks.completeness),
    consistency: withAgreement(shareOfPassed(checks.consistency), checks.agreement),
    validation: shareOfPassed(checks.validation),
  };
  const all = [...checks.completeness, ...checks.consistency, ...checks.validation];
  const raw = weigh({ ...factors, model_confidence: factors.model_confidence ?? MODEL_PRIOR });
  return {
    score: calibration === null ? raw : roundHalfUp(applyCalibration(calibration, raw), 2),
    raw_score: raw,
    ...factors,
    method: model.method,
    missing: names.filter((name) => factors[name] === null),
    failed: all.filter((check) => !check.passed).map((check) => check.name),
  };
}

const names = Object.keys(WEIGHTS) as FactorName[];

/** Exact in ten-thousandths, so that 0.865 is 0.865 when it is rounded. */
function weigh(factors: Record<FactorName, number | null>): number {
  let sum = 0;
  let weights = 0;
  for (const name of names) {
    const factor = factors[name];
    if (factor === null) continue;
    sum += WEIGHTS[name] * Math.round(factor * 10_000);
    weights += WEIGHTS[name];
  }
  return roundHalfUp(sum / weights / 10_000, 2);
}

function withAgreement(share: number | null, agreement: number | null): number | null {
  if (agreement === null) return share;
  return roundHalfUp(share === null ? agreement : (share + agreement) / 2, 4);
}
