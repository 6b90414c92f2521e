import assert from "node:assert/strict";
import { betaCdf, betaQuantile, logGamma, normalCdf, normalQuantile, upperGamma } from "./special-functions.ts";

/** Expected values are SciPy 1.17's: gammaln, gammaincc, betainc, betaincinv, norm.cdf, norm.ppf. */
const cases: [name: string, got: () => number, expected: number][] = [
  ["logGamma(0.5)", () => logGamma(0.5), 0.5723649429247],
  ["logGamma(1)", () => logGamma(1), 0],
  ["logGamma(3.7)", () => logGamma(3.7), 1.428072326665388],
  ["logGamma(171.5)", () => logGamma(171.5), 709.1431630309283],
  ["logGamma(0.001)", () => logGamma(0.001), 6.907178885383853],
  ["logGamma(1e5)", () => logGamma(1e5), 1051287.7089736569],
  ["upperGamma(0.5, 0)", () => upperGamma(0.5, 0), 1],
  ["upperGamma(0.5, 0.02)", () => upperGamma(0.5, 0.02), 0.841480581121794],
  ["upperGamma(0.5, 1.92)", () => upperGamma(0.5, 1.92), 0.05004352124870519],
  ["upperGamma(1, 3)", () => upperGamma(1, 3), 0.04978706836786395],
  ["upperGamma(5, 20)", () => upperGamma(5, 20), 1.694474393006737e-5],
  ["upperGamma(50, 40)", () => upperGamma(50, 40), 0.9296649333406051],
  ["upperGamma(200, 260)", () => upperGamma(200, 260), 4.750012444300866e-5],
  ["upperGamma(0.5, 50)", () => upperGamma(0.5, 50), 1.5239706048320995e-23],
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
  ["normalCdf(-6)", () => normalCdf(-6), 9.865876450376946e-10],
  ["normalCdf(-1.96)", () => normalCdf(-1.96), 0.024997895148220435],
  ["normalCdf(0)", () => normalCdf(0), 0.5],
  ["normalCdf(2.5)", () => normalCdf(2.5), 0.9937903346742238],
  ["normalQuantile(0.975)", () => normalQuantile(0.975), 1.959963984540054],
  ["normalQuantile(0.5)", () => normalQuantile(0.5), 0],
  ["normalQuantile(0.001)", () => normalQuantile(0.001), -3.090232306167813],
];

for (const [name, got, expected] of cases) {
  Deno.test(`${name} is ${expected}`, () => {
    const difference = Math.abs(got() - expected);
    assert.ok(difference <= 1e-9 * Math.max(Math.abs(expected), 1e-3), `${got()} is not ${expected}`);
  });
}

Deno.test("upperGamma(0.5, 50) is right in its far tail too", () => {
  assert.ok(Math.abs(upperGamma(0.5, 50) / 1.5239706048320995e-23 - 1) < 1e-10);
});
