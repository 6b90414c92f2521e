import type { Label } from "./labels.ts";

/** Platt scaling on the log-odds of the score: `1 / (1 + exp(-(slope * logit(score) + offset)))`. Stored as it is. */
export interface LogisticCalibration {
  kind: "logistic";
  /** 1 leaves the score as sure as it was; below 1 it was too sure. Never negative: a better score is never a worse answer. */
  slope: number;
  offset: number;
}

/** Scores of exactly 0 and 1 have no log-odds; they are taken for these. */
const outermost = 1e-4;

/**
 * The line through the log-odds that fits the labels best, by Newton's method, with Platt's targets (a little inside 0 and 1, so that
 * separable labels stay finite) and a slight pull towards leaving the score as it is. Null without labels.
 *
 * @see Platt (1999), section 2.2; Lin, Lin and Weng (2007)
 */
export function fitLogistic(labels: readonly Label[]): LogisticCalibration | null {
  if (labels.length === 0) return null;
  const right = labels.filter(({ correct }) => correct).length;
  const high = (right + 1) / (right + 2);
  const low = 1 / (labels.length - right + 2);
  const points = labels.map(({ score, correct }) => ({ x: logOdds(score), target: correct ? high : low }));
  let slope = 1;
  let offset = 0;
  let loss = lossAt(points, slope, offset);
  for (let step = 0; step < 100; step++) {
    const [changeSlope, changeOffset] = newtonStep(points, slope, offset);
    let size = 1;
    while (size > 1e-6 && lossAt(points, slope - size * changeSlope, offset - size * changeOffset) > loss) size /= 2;
    slope -= size * changeSlope;
    offset -= size * changeOffset;
    const next = lossAt(points, slope, offset);
    if (loss - next < 1e-12 * points.length) break;
    loss = next;
  }
  return slope >= 0
    ? { kind: "logistic", slope, offset }
    : { kind: "logistic", slope: 0, offset: logOdds(right / labels.length) };
}

/** The calibrated probability of a score. */
export function applyLogistic({ slope, offset }: LogisticCalibration, score: number): number {
  return sigmoid(slope * logOdds(score) + offset);
}

interface Point {
  x: number;
  target: number;
}

function lossAt(points: readonly Point[], slope: number, offset: number): number {
  let loss = (slope - 1) ** 2 / 2 + offset ** 2 / 2;
  for (const { x, target } of points) {
    const sum = slope * x + offset;
    loss += Math.max(sum, 0) + Math.log1p(Math.exp(-Math.abs(sum))) - target * sum;
  }
  return loss;
}

function newtonStep(points: readonly Point[], slope: number, offset: number): [slope: number, offset: number] {
  let [gradientSlope, gradientOffset] = [slope - 1, offset];
  let [slopeSlope, slopeOffset, offsetOffset] = [1, 0, 1];
  for (const { x, target } of points) {
    const probability = sigmoid(slope * x + offset);
    const curvature = probability * (1 - probability);
    gradientSlope += (probability - target) * x;
    gradientOffset += probability - target;
    slopeSlope += curvature * x * x;
    slopeOffset += curvature * x;
    offsetOffset += curvature;
  }
  const determinant = slopeSlope * offsetOffset - slopeOffset ** 2;
  return [
    (offsetOffset * gradientSlope - slopeOffset * gradientOffset) / determinant,
    (slopeSlope * gradientOffset - slopeOffset * gradientSlope) / determinant,
  ];
}

function logOdds(score: number): number {
  const inside = Math.min(1 - outermost, Math.max(outermost, score));
  return Math.log(inside / (1 - inside));
}

function sigmoid(sum: number): number {
  return 1 / (1 + Math.exp(-sum));
}
