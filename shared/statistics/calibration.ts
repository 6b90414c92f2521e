import { AppError } from "@shared/errors/mod.ts";
import { brierScore } from "./calibration-quality.ts";
import { applyIsotonic, fitIsotonic, type IsotonicCalibration } from "./isotonic.ts";
import type { Label } from "./labels.ts";
import { applyLogistic, fitLogistic, type LogisticCalibration } from "./logistic.ts";

/** Leaves a score as it is. */
export interface IdentityCalibration {
  kind: "identity";
}

/** From a score to the probability that the answer is right. It never turns the order of two scores around. JSON as it stands. */
export type Calibration = IdentityCalibration | LogisticCalibration | IsotonicCalibration;

/** Fewer labels than this say nothing reliable about a score. */
const fewestLabels = 50;

/**
 * The calibration that predicts labels it was not fitted on best (Brier score, five folds): none, logistic or isotonic.
 * Null with fewer than {@linkcode fewestLabels} labels, or when they are all right or all wrong.
 * Labels are dealt to the folds in their order, so give them in an order that has nothing to do with the outcome, e.g. by id.
 */
export function fitCalibration(labels: readonly Label[]): Calibration | null {
  const right = labels.filter(({ correct }) => correct).length;
  if (labels.length < fewestLabels || right === 0 || right === labels.length) return null;
  const folds = 5;
  const errorOf = (fit: (labels: readonly Label[]) => Calibration | null) => {
    const predicted = Array.from({ length: folds }, (_, fold) => {
      const fitted = fit(labels.filter((_, i) => i % folds !== fold));
      return labels.filter((_, i) => i % folds === fold).map(({ score, correct }) => ({
        score: fitted === null ? score : applyCalibration(fitted, score),
        correct,
      }));
    });
    return brierScore(predicted.flat()) ?? 1;
  };
  const identity: IdentityCalibration = { kind: "identity" };
  const fits = [() => identity, fitLogistic, fitIsotonic];
  const errors = fits.map(errorOf);
  return fits[errors.indexOf(Math.min(...errors))]?.(labels) ?? identity;
}

/** The probability that an answer with this score is right; the score itself, kept within 0 and 1, without a calibration. */
export function applyCalibration(calibration: Calibration | null, score: number): number {
  const inside = Math.min(1, Math.max(0, score));
  switch (calibration?.kind) {
    case "isotonic":
      return applyIsotonic(calibration, inside);
    case "logistic":
      return applyLogistic(calibration, inside);
    default:
      return inside;
  }
}

/** A calibration read back from JSON. Throws `internal` for anything that is not one: a wrong one would be applied in silence. */
export function parseCalibration(json: unknown): Calibration {
  if (isRecord(json)) {
    const { kind, slope, offset, scores, values } = json;
    if (kind === "identity") return { kind };
    if (kind === "logistic" && isFinite(slope) && slope >= 0 && isFinite(offset)) return { kind, slope, offset };
    if (kind === "isotonic" && isRising(scores) && isRising(values) && scores.length === values.length) {
      const inside = [...scores, ...values].every((value) => value >= 0 && value <= 1);
      if (inside && scores.length > 0) return { kind, scores, values };
    }
  }
  throw new AppError("internal", "Cannot read the calibration: it is neither identity, logistic nor isotonic");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isFinite(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isRising(values: unknown): values is number[] {
  return Array.isArray(values) && values.every((value, i) => isFinite(value) && (i === 0 || values[i - 1] <= value));
}
