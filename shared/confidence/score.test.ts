import assert from "node:assert/strict";
import type { Check } from "./checks.ts";
import { scoreConfidence } from "./score.ts";

function checks(passed: number, of: number): Check[] {
  return Array.from({ length: of }, (_, index) => ({ name: `check-${index}`, passed: index < passed }));
}
const nothing = {
  logprobs: null,
  selfReport: null,
  completeness: [],
  consistency: [],
  agreement: null,
  validation: [],
};

// The seed's own samples: 0.865 is the one that binary rounding gets wrong.
const samples: [model: number, completeness: number, consistency: number, validation: number, score: number][] = [
  [0.9, 0.85, 0.88, 0.8, 0.87],
  [0.95, 0.9, 0.95, 0.85, 0.92],
  [0.98, 1, 0.95, 0.9, 0.97],
  [0.85, 0.8, 0.9, 0.75, 0.83],
  [1, 1, 1, 1, 1],
  [0, 0, 0, 0, 0],
  [0.7, 0.7, 0.7, 0.7, 0.7],
];
for (const [model, completeness, consistency, validation, score] of samples) {
  Deno.test(`scoreConfidence() gives ${score} for ${model}, ${completeness}, ${consistency}, ${validation}`, () => {
    const confidence = scoreConfidence({
      logprobs: null,
      selfReport: model,
      completeness: checks(completeness * 100, 100),
      consistency: checks(consistency * 100, 100),
      agreement: null,
      validation: checks(validation * 100, 100),
    });
    assert.equal(confidence.score, score);
    assert.deepEqual(confidence.missing, []);
  });
}

Deno.test("scoreConfidence() says which factors are missing and shares their weight out", () => {
  const confidence = scoreConfidence({ ...nothing, selfReport: 0.6, completeness: checks(2, 2) });
  assert.deepEqual(confidence, {
    score: 0.8,
    raw_score: 0.8,
    model_confidence: 0.6,
    completeness: 1,
    consistency: null,
    validation: null,
    method: "self_report",
    missing: ["consistency", "validation"],
    failed: [],
  });
});

Deno.test("scoreConfidence() counts a silent model as one half, and says it was silent", () => {
  const confidence = scoreConfidence({ ...nothing, completeness: checks(2, 2) });
  assert.equal(confidence.score, 0.75);
  assert.equal(confidence.model_confidence, null);
  assert.deepEqual(confidence.missing, ["model_confidence", "consistency", "validation"]);
});

Deno.test("scoreConfidence() knows nothing of an answer nothing is known about", () => {
  assert.equal(scoreConfidence(nothing).score, 0.5);
});

Deno.test("scoreConfidence() names the checks that failed", () => {
  const confidence = scoreConfidence({
    ...nothing,
    selfReport: 1,
    completeness: [{ name: "filled:text", passed: false }],
    validation: [{ name: "known category", passed: true }, { name: "short", passed: false }],
  });
  assert.deepEqual(confidence.failed, ["filled:text", "short"]);
});

Deno.test("scoreConfidence() lets disagreeing models weigh as much as all consistency checks together", () => {
  const confidence = scoreConfidence({ ...nothing, selfReport: 1, consistency: checks(4, 4), agreement: 0.5 });
  assert.equal(confidence.consistency, 0.75);
  assert.equal(scoreConfidence({ ...nothing, agreement: 0.4 }).consistency, 0.4);
});

Deno.test("scoreConfidence() with a calibration says the probability, keeps the raw score and leaves the factors alone", () => {
  const seen = { ...nothing, selfReport: 0.6, completeness: checks(2, 2) };
  const plain = scoreConfidence(seen);
  const calibrated = scoreConfidence(seen, { kind: "isotonic", scores: [0.5, 0.9], values: [0.25, 0.65] });
  assert.equal(plain.score, 0.8);
  assert.equal(plain.raw_score, 0.8);
  assert.deepEqual(calibrated, { ...plain, score: 0.55 });
});
