import assert from "node:assert/strict";
import { auroc, brierScore, expectedCalibrationError, reliabilityBins } from "./calibration-quality.ts";
import type { Label } from "./labels.ts";

const labels: Label[] = [
  { score: 0.95, correct: true },
  { score: 0.9, correct: false },
  { score: 0.35, correct: true },
  { score: 0.3, correct: false },
  { score: 1, correct: true },
];

Deno.test("reliabilityBins() compares what was said with what was right; a score of 1 is in the last bin", () => {
  const bins = reliabilityBins(labels).map((
    { count, said, right },
  ) => [count, Number(said.toFixed(6)), Number(right.toFixed(6))]);
  assert.deepEqual(bins, [[2, 0.325, 0.5], [3, 0.95, 0.666667]]);
});

Deno.test("expectedCalibrationError() weighs the bins by their labels", () => {
  const expected = (2 * 0.175 + 3 * (0.95 - 2 / 3)) / 5;
  assert.ok(Math.abs((expectedCalibrationError(labels) ?? NaN) - expected) < 1e-12);
});

Deno.test("brierScore() is the mean squared distance", () => {
  const expected = (0.05 ** 2 + 0.9 ** 2 + 0.65 ** 2 + 0.3 ** 2 + 0) / 5;
  assert.ok(Math.abs((brierScore(labels) ?? NaN) - expected) < 1e-12);
});

Deno.test("auroc() is the share of right-and-wrong pairs in order, ties half", () => {
  assert.equal(auroc(labels), 5 / 6);
  assert.equal(auroc([{ score: 0.5, correct: true }, { score: 0.5, correct: false }]), 0.5);
});

Deno.test("figures of nothing are unknown, not zero", () => {
  assert.equal(expectedCalibrationError([]), null);
  assert.equal(brierScore([]), null);
  assert.equal(auroc([{ score: 0.9, correct: true }]), null);
});
