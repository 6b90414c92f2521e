import assert from "node:assert/strict";
import type { Tally } from "./proportions.ts";
import { seededRandom } from "./seeded-random.ts";
import { sequentialTest } from "./sequential-test.ts";

/** Above it, a chi-square test of two groups that is looked at once is wrong in 5 % at most. */
const SIGNIFICANT = 3.841;

/** Pearson's statistic of two groups of the same size; 0 where there is nothing to compare. */
function chiSquareOf(a: Tally, b: Tally): number {
  const share = (a.successes + b.successes) / (a.trials + b.trials);
  return share === 0 || share === 1 ? 0 : (a.successes - b.successes) ** 2 / (2 * a.trials * share * (1 - share));
}

interface Watched {
  /** Share of experiments in which a look ever called a winner. */
  sequential: number;
  /** The same for a chi-square test at every look. */
  chiSquare: number;
  /** Share of experiments in which the interval left the truth out at some look. */
  missed: number;
  /** Trials per variant at the sequential verdict, on average over those that came to one. */
  trials: number;
}

/** Runs experiments and looks after every trial of both variants: as impatient as one can be. */
function watch(
  rates: readonly [number, number],
  { runs, trials, seed }: { runs: number; trials: number; seed: number },
): Watched {
  const random = seededRandom(seed);
  let [sequential, chiSquare, missed, spent] = [0, 0, 0, 0];
  for (let run = 0; run < runs; run++) {
    const [a, b]: [Tally, Tally] = [{ successes: 0, trials: 0 }, { successes: 0, trials: 0 }];
    let [won, fooled, left] = [0, false, false];
    for (let trial = 1; trial <= trials; trial++) {
      a.successes += random() < rates[0] ? 1 : 0;
      b.successes += random() < rates[1] ? 1 : 0;
      a.trials = b.trials = trial;
      const { winner, interval } = sequentialTest(a, b);
      if (winner !== null && won === 0) won = trial;
      left ||= interval.low > rates[0] - rates[1] || interval.high < rates[0] - rates[1];
      fooled ||= trial >= 30 && chiSquareOf(a, b) > SIGNIFICANT;
    }
    sequential += won > 0 ? 1 : 0;
    spent += won;
    chiSquare += fooled ? 1 : 0;
    missed += left ? 1 : 0;
  }
  return {
    sequential: sequential / runs,
    chiSquare: chiSquare / runs,
    missed: missed / runs,
    trials: spent / sequential,
  };
}

for (const rate of [0.03, 0.2, 0.5, 0.9]) {
  Deno.test(`sequentialTest() looked at 1,000 times is fooled in at most 5 % of experiments at a rate of ${rate}`, () => {
    const { sequential, chiSquare, missed } = watch([rate, rate], { runs: 200, trials: 1_000, seed: 11 });
    assert.ok(sequential <= 0.05, `fooled in ${sequential * 100} %`);
    assert.ok(missed <= 0.05, `the interval left the truth out in ${missed * 100} %`);
    assert.ok(chiSquare > 0.15, `chi-square was fooled in only ${chiSquare * 100} %: the check has no teeth`);
  });
}

Deno.test("sequentialTest() finds a difference of ten points, and on the right side", () => {
  const { sequential, missed } = watch([0.4, 0.3], { runs: 100, trials: 2_000, seed: 12 });
  assert.ok(sequential > 0.95, `found in ${sequential * 100} %`);
  assert.ok(missed <= 0.05);
  assert.equal(sequentialTest({ successes: 400, trials: 1_000 }, { successes: 250, trials: 1_000 }).winner, "first");
  assert.equal(sequentialTest({ successes: 250, trials: 1_000 }, { successes: 400, trials: 1_000 }).winner, "second");
});

Deno.test("sequentialTest() says nothing before the fewest trials, nor without any", () => {
  const early = sequentialTest({ successes: 29, trials: 29 }, { successes: 0, trials: 500 });
  assert.deepEqual(early, { difference: 1, interval: { low: -1, high: 1 }, pValue: 1, winner: null });
  assert.equal(sequentialTest({ successes: 0, trials: 0 }, { successes: 9, trials: 90 }).difference, null);
});

Deno.test("sequentialTest() of variants that never or always succeed calls no winner", () => {
  assert.equal(sequentialTest({ successes: 0, trials: 900 }, { successes: 0, trials: 900 }).winner, null);
  assert.equal(sequentialTest({ successes: 900, trials: 900 }, { successes: 900, trials: 900 }).winner, null);
});
