import assert from "node:assert/strict";
import { applyCalibration, type Calibration, fitCalibration, parseCalibration } from "./calibration.ts";
import { expectedCalibrationError } from "./calibration-quality.ts";
import { fitIsotonic } from "./isotonic.ts";
import type { Label } from "./labels.ts";
import { fitLogistic } from "./logistic.ts";
import { seededRandom } from "./seeded-random.ts";

/** Labels whose share of right answers at each score is exactly as given, to the nearest of 1,000. */
function exactLabels(probability: (score: number) => number, scores: readonly number[]): Label[] {
  return scores.flatMap((score) =>
    Array.from({ length: 1_000 }, (_, i) => ({ score, correct: i < Math.round(1_000 * probability(score)) }))
  );
}

function drawnLabels(
  probability: (score: number) => number,
  { count, seed }: { count: number; seed: number },
): Label[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const score = random();
    return { score, correct: random() < probability(score) };
  });
}

const logOdds = (p: number) => Math.log(p / (1 - p));
const tooSure = (score: number) => 1 / (1 + Math.exp(-(0.5 * logOdds(score) - 0.3)));
const staircase = (score: number) => score < 0.7 ? 0.2 : 0.85;
const calibrated = (labels: readonly Label[], calibration: Calibration | null) =>
  labels.map(({ score, correct }) => ({ score: applyCalibration(calibration, score), correct }));

/** Ten labels at each of the scores 0.1, 0.2, …, so many of them right. */
const tens = (right: readonly number[]) =>
  right.flatMap((count, i) => Array.from({ length: 10 }, (_, j) => ({ score: (i + 1) / 10, correct: j < count })));

Deno.test("fitIsotonic() pools what falls and keeps away from certainty", () => {
  assert.deepEqual(fitIsotonic(tens([0, 6, 4, 9, 9])), {
    kind: "isotonic",
    scores: [0.1, 0.2, 0.3, 0.4, 0.5],
    values: [1 / 12, 0.5, 0.5, 0.9, 0.9],
  });
});

Deno.test("fitIsotonic() makes no step of fewer than ten labels", () => {
  const labels = [...tens([2, 8]), { score: 0.9, correct: true }, { score: 0.95, correct: true }];
  assert.deepEqual(fitIsotonic(labels), {
    kind: "isotonic",
    scores: [0.1, 0.2, 0.95],
    values: [0.2, 10 / 12, 10 / 12],
  });
});

Deno.test("fitIsotonic() does not depend on the order of labels, ties included", () => {
  const labels = drawnLabels(staircase, { count: 300, seed: 4 }).map(({ score, correct }) => ({
    score: Math.round(score * 20) / 20,
    correct,
  }));
  assert.deepEqual(fitIsotonic(labels), fitIsotonic(labels.toReversed()));
});

Deno.test("fitIsotonic() without labels is null", () => {
  assert.equal(fitIsotonic([]), null);
});

Deno.test("fitLogistic() finds the line the labels were drawn from", () => {
  const fitted = fitLogistic(exactLabels(tooSure, [0.1, 0.3, 0.5, 0.7, 0.9]));
  assert.ok(fitted !== null);
  assert.ok(Math.abs(fitted.slope - 0.5) < 0.005, `slope ${fitted.slope}`);
  assert.ok(Math.abs(fitted.offset + 0.3) < 0.005, `offset ${fitted.offset}`);
});

Deno.test("fitLogistic() stays finite where scores separate right from wrong, and at scores of 0 and 1", () => {
  const fitted = fitLogistic([0, 0, 0, 1, 1, 1].map((score) => ({ score, correct: score === 1 })));
  assert.ok(fitted !== null && Number.isFinite(fitted.slope) && fitted.slope > 0);
  assert.ok(applyCalibration(fitted, 1) < 1 && applyCalibration(fitted, 0) > 0);
});

Deno.test("fitLogistic() never turns a score around: against nature it says the mean", () => {
  const fitted = fitLogistic(exactLabels((score) => 1 - score, [0.2, 0.4, 0.8]));
  assert.equal(fitted?.slope, 0);
  assert.ok(fitted !== null && Math.abs(applyCalibration(fitted, 0.9) - 1.6 / 3) < 0.001);
});

Deno.test("applyCalibration() interpolates between knots and is flat outside", () => {
  const calibration: Calibration = { kind: "isotonic", scores: [0.2, 0.4, 0.8], values: [0.1, 0.5, 0.9] };
  const got = [0, 0.2, 0.3, 0.4, 0.6, 0.8, 1].map((score) => applyCalibration(calibration, score));
  assert.deepEqual(got.map((value) => Number(value.toFixed(12))), [0.1, 0.1, 0.3, 0.5, 0.7, 0.9, 0.9]);
});

Deno.test("applyCalibration() without a calibration keeps the score, within 0 and 1", () => {
  assert.deepEqual([-0.5, 0.3, 1.5].map((score) => applyCalibration(null, score)), [0, 0.3, 1]);
});

Deno.test("fitCalibration() with few labels, or all alike, is null", () => {
  assert.equal(fitCalibration(drawnLabels(staircase, { count: 49, seed: 1 })), null);
  assert.equal(fitCalibration(drawnLabels(() => 1, { count: 500, seed: 1 })), null);
  assert.equal(fitCalibration(drawnLabels(() => 0, { count: 500, seed: 1 })), null);
});

const shapes = [
  ["logistic", tooSure],
  ["isotonic", staircase],
] as const;

for (const [kind, truth] of shapes) {
  Deno.test(`fitCalibration() chooses the ${kind} one where it fits, and errs less on fresh labels`, () => {
    const fitted = fitCalibration(drawnLabels(truth, { count: 2_000, seed: 2 }));
    assert.equal(fitted?.kind, kind);
    const fresh = drawnLabels(truth, { count: 20_000, seed: 3 });
    const before = expectedCalibrationError(fresh) ?? NaN;
    const after = expectedCalibrationError(calibrated(fresh, fitted)) ?? NaN;
    assert.ok(after < 0.03 && after < before / 3, `${before} → ${after}`);
  });
}

Deno.test("a fitted calibration never turns the order of two scores around", () => {
  for (const [, truth] of shapes) {
    const fitted = fitCalibration(drawnLabels(truth, { count: 400, seed: 5 }));
    const values = Array.from({ length: 101 }, (_, i) => applyCalibration(fitted, i / 100));
    values.forEach((value, i) => assert.ok(i === 0 || value >= (values[i - 1] ?? 0) - 1e-12));
  }
});

Deno.test("parseCalibration() reads what was stored", () => {
  const stored: Calibration[] = [
    { kind: "identity" },
    { kind: "logistic", slope: 0.7, offset: -0.1 },
    { kind: "isotonic", scores: [0.1, 0.9], values: [0.2, 0.6] },
  ];
  for (const calibration of stored) {
    assert.deepEqual(parseCalibration(JSON.parse(JSON.stringify(calibration))), calibration);
  }
});

const broken = [
  null,
  "identity",
  { kind: "magic" },
  { kind: "logistic", slope: "1", offset: 0 },
  { kind: "logistic", slope: -1, offset: 0 },
  { kind: "isotonic", scores: [0.1, 0.9], values: [0.6, 0.2] },
  { kind: "isotonic", scores: [0.1], values: [0.2, 0.3] },
  { kind: "isotonic", scores: [], values: [] },
  { kind: "isotonic", scores: [0.1, 0.2], values: [0.5, 1.5] },
];

for (const json of broken) {
  Deno.test(`parseCalibration() refuses ${JSON.stringify(json)}`, () => {
    assert.throws(() => parseCalibration(json), { code: "internal" });
  });
}
