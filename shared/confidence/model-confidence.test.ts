import assert from "node:assert/strict";
import { meanTokenProbability, modelConfidence } from "./model-confidence.ts";

Deno.test("meanTokenProbability() is the geometric mean", () => {
  const mean = meanTokenProbability([Math.log(0.9), Math.log(0.4)]);
  assert.ok(mean !== null && Math.abs(mean - 0.6) < 1e-9);
});

Deno.test("meanTokenProbability() is unknown without tokens", () => {
  assert.equal(meanTokenProbability(null), null);
  assert.equal(meanTokenProbability([]), null);
  assert.equal(meanTokenProbability([Number.NaN]), null);
});

Deno.test("meanTokenProbability() survives an impossible token", () => {
  const mean = meanTokenProbability([0, -Infinity]);
  assert.ok(mean !== null && Math.abs(mean - 0.001) < 1e-9);
});

Deno.test("modelConfidence() measures before it believes", () => {
  assert.deepEqual(modelConfidence([Math.log(0.5)], 0.99), { value: 0.5, method: "logprobs" });
});

Deno.test("modelConfidence() takes the self-report where nothing was measured", () => {
  assert.deepEqual(modelConfidence(null, 0.8), { value: 0.8, method: "self_report" });
  assert.deepEqual(modelConfidence(null, 0), { value: 0, method: "self_report" });
});

for (const selfReport of [null, 85, -1, Number.NaN]) {
  Deno.test(`modelConfidence() does not guess from a self-report of ${selfReport}`, () => {
    assert.deepEqual(modelConfidence(null, selfReport), { value: null, method: "none" });
  });
}
