import assert from "node:assert/strict";
import { betaCdf, betaQuantile, logGamma } from "./special-functions.ts";

/** Expected values are SciPy 1.17's: gammaln, betainc, betaincinv. */
const cases: [name: string, got: () => number, expected: number][] = [
  ["logGamma(0.5)", () => logGamma(0.5), 0.5723649429247],
  ["logGamma(1)", () => logGamma(1), 0],
  ["logGamma(3.7)", () => logGamma(3.7), 1.428072326665388],
  ["logGamma(171.5)", () => logGamma(171.5), 709.1431630309283],
  ["logGamma(0.001)", () => logGamma(0.001), 6.907178885383853],
  ["logGamma(1e5)", () => logGamma(1e5), 1051287.7089736569],
  ["betaCdf(0.5, 2, 3)", () => betaCdf(0.5, 2, 3), 0.6875],
  ["betaCdf(0.01, 0.5, 0.5)", () => betaCdf(0.01, 0.5, 0.5), 0.06376856085851985],
  ["betaCdf(0.99, 30, 2)", () => betaCdf(0.99, 30, 2), 0.9616104854047645],
  ["betaCdf(0.3, 300, 700)", () => betaCdf(0.3, 300, 700), 0.5036711828607681],
  ["betaCdf(0.32, 3000, 7000)", () => betaCdf(0.32, 3000, 7000), 0.9999920167351537],
  ["betaCdf(1e-6, 1, 50)", () => betaCdf(1e-6, 1, 50), 4.999877501959977e-5],
  ["betaCdf(0.05, 1, 59)", () => betaCdf(0.05, 1, 59), 0.9515054747505768],
  ["betaCdf(0.7, 0.2, 9)", () => betaCdf(0.7, 0.2, 9), 0.9999990566845244],
  ["betaQuantile(0.95, 1, 59)", () => betaQuantile(0.95, 1, 59), 0.04950760988822693],
  ["betaQuantile(0.025, 5, 6)", () => betaQuantile(0.025, 5, 6), 0.18708602844739855],
  ["betaQuantile(0.975, 301, 700)", () => betaQuantile(0.975, 301, 700), 0.329461678697366],
  ["betaQuantile(1e-6, 2, 2)", () => betaQuantile(1e-6, 2, 2), 0.0005774614337920399],
];

for (const [name, got, expected] of cases) {
  Deno.test(`${name} is ${expected}`, () => {
    const difference = Math.abs(got() - expected);
    assert.ok(difference <= 1e-9 * Math.max(Math.abs(expected), 1e-3), `${got()} is not ${expected}`);
  });
}
