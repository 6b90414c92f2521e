import assert from "node:assert/strict";
import {
  chiSquareTest,
  clopperPearsonInterval,
  clopperPearsonUpper,
  differenceInterval,
  type Interval,
  type Tally,
  wilsonInterval,
} from "./proportions.ts";

const tally = (successes: number, trials: number): Tally => ({ successes, trials });

function assertNear(got: Interval, low: number, high: number): void {
  assert.ok(Math.abs(got.low - low) < 1e-9 && Math.abs(got.high - high) < 1e-9, `${got.low} to ${got.high}`);
}

Deno.test("wilsonInterval() of 0 of 10, 3 of 20 and 50 of 50", () => {
  assertNear(wilsonInterval(tally(0, 10)), 0, 0.2775327998628892);
  assertNear(wilsonInterval(tally(3, 20)), 0.052368745896216595, 0.36041886474075696);
  assertNear(wilsonInterval(tally(50, 50)), 0.9286524008666414, 1);
});

Deno.test("clopperPearsonInterval() of 0 of 10, 3 of 20 and 50 of 50 (SciPy's binomtest)", () => {
  assertNear(clopperPearsonInterval(tally(0, 10)), 0, 0.30849710781876294);
  assertNear(clopperPearsonInterval(tally(3, 20)), 0.03207093718554477, 0.37892682654529564);
  assertNear(clopperPearsonInterval(tally(50, 50)), 0.9288782635357954, 1);
});

Deno.test("clopperPearsonUpper() of 3 wrong in 100, and of all wrong", () => {
  assert.ok(Math.abs(clopperPearsonUpper(tally(3, 100)) - 0.07571079374983004) < 1e-9);
  assert.equal(clopperPearsonUpper(tally(5, 5)), 1);
});

Deno.test("differenceInterval() gives the worked examples of Newcombe (1998)", () => {
  assertNear(differenceInterval(tally(56, 70), tally(48, 80)), 0.05243147240236498, 0.333872654036906);
  assertNear(differenceInterval(tally(0, 10), tally(0, 20)), -0.16112515805281938, 0.2775327998628892);
  assertNear(differenceInterval(tally(9, 10), tally(3, 10)), 0.17052272393450302, 0.8090179735354881);
});

Deno.test("intervals of nothing hold everything", () => {
  assert.deepEqual(wilsonInterval(tally(0, 0)), { low: 0, high: 1 });
  assert.deepEqual(clopperPearsonInterval(tally(0, 0)), { low: 0, high: 1 });
  assert.deepEqual(differenceInterval(tally(0, 0), tally(1, 2)), { low: -1, high: 1 });
});

Deno.test("chiSquareTest() of two and of three groups (SciPy's chi2_contingency)", () => {
  const two = chiSquareTest([tally(30, 100), tally(45, 100)]);
  assert.ok(two !== null && Math.abs(two.statistic - 4.8) < 1e-9 && Math.abs(two.pValue - 0.028459736916310638) < 1e-9);
  assert.equal(two.degreesOfFreedom, 1);
  assert.equal(two.smallestExpected, 37.5);
  const three = chiSquareTest([tally(120, 1_000), tally(150, 1_000), tally(90, 1_000)]);
  assert.ok(three !== null && Math.abs(three.pValue - 0.0001988962407016268) < 1e-9);
});

Deno.test("chiSquareTest() is null where there is nothing to compare", () => {
  assert.equal(chiSquareTest([tally(3, 10), tally(0, 0)]), null);
  assert.equal(chiSquareTest([tally(0, 10), tally(0, 20)]), null);
  assert.equal(chiSquareTest([tally(10, 10), tally(20, 20)]), null);
});
