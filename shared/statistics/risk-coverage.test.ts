import assert from "node:assert/strict";
import type { Label } from "./labels.ts";
import { riskCoverageCurve, thresholdForRisk } from "./risk-coverage.ts";
import { seededRandom } from "./seeded-random.ts";

const four: Label[] = [
  { score: 0.4, correct: false },
  { score: 0.9, correct: true },
  { score: 0.7, correct: true },
  { score: 0.7, correct: false },
];

Deno.test("riskCoverageCurve() accepts equal scores together", () => {
  assert.deepEqual(riskCoverageCurve(four), [
    { threshold: 0.9, coverage: 0.25, risk: 0 },
    { threshold: 0.7, coverage: 0.75, risk: 1 / 3 },
    { threshold: 0.4, coverage: 1, risk: 0.5 },
  ]);
});

Deno.test("thresholdForRisk() promises nothing from few labels", () => {
  const labels = Array.from({ length: 50 }, (_, i) => ({ score: i / 50, correct: true }));
  assert.equal(thresholdForRisk(labels, { maxRisk: 0.05 }), null);
});

Deno.test("thresholdForRisk() accepts everything when enough labels are right", () => {
  const labels = Array.from({ length: 200 }, (_, i) => ({ score: i / 200, correct: true }));
  const found = thresholdForRisk(labels, { maxRisk: 0.05 });
  assert.equal(found?.coverage, 1);
  assert.equal(found?.threshold, 0);
  // Without an error among n, the bound at confidence 1 - δ is 1 - δ^(1/n), with δ shared by two starts.
  assert.ok(Math.abs((found?.riskBound ?? NaN) - (1 - 0.025 ** (1 / 200))) < 1e-9);
});

Deno.test("thresholdForRisk() promises nothing when too many are wrong at every threshold", () => {
  const labels = Array.from({ length: 1_000 }, (_, i) => ({ score: i / 1_000, correct: i % 5 !== 0 }));
  assert.equal(thresholdForRisk(labels, { maxRisk: 0.1 }), null);
});

/** Right with probability 0.6 + 0.4 * score: of what is accepted from a threshold t on, 0.2 * (1 - t) is wrong. */
function draw(random: () => number): Label[] {
  return Array.from({ length: 600 }, () => {
    const score = random();
    return { score, correct: random() < 0.6 + 0.4 * score };
  });
}

const trueRisk = (threshold: number) => 0.2 * (1 - threshold);

Deno.test("thresholdForRisk() keeps its promise in 300 seeded experiments, where picking the best threshold breaks it", () => {
  const random = seededRandom(7);
  let [found, broken, brokenByPicking] = [0, 0, 0];
  for (let experiment = 0; experiment < 300; experiment++) {
    const labels = draw(random);
    const bounded = thresholdForRisk(labels, { maxRisk: 0.1, confidence: 0.9 });
    if (bounded !== null) found += 1;
    if (bounded !== null && trueRisk(bounded.threshold) > 0.1) broken += 1;
    const picked = riskCoverageCurve(labels).findLast(({ risk }) => risk <= 0.1);
    if (picked !== undefined && trueRisk(picked.threshold) > 0.1) brokenByPicking += 1;
  }
  assert.ok(broken <= 0.1 * 300, `${broken} of 300 promises broken`);
  assert.ok(brokenByPicking > 0.3 * 300, `only ${brokenByPicking} of 300 picks were wrong: the check has no teeth`);
  assert.ok(found > 0.8 * 300, `only ${found} of 300 searches found a threshold`);
});
