import { equal, throws } from "node:assert/strict";
import { calculator } from "./calculator.ts";

for (
  const [expression, value] of [
    ["1 + 2 * 3", "7"],
    ["(1 + 2) * 3", "9"],
    ["2 ^ 3 ^ 2", "512"],
    ["-2 ^ 2", "-4"],
    ["7 % 4 + 10 / 4", "5.5"],
    ["0.1 + 0.2", "0.3"],
    ["42 × 18.5 ÷ 2 − 1", "387.5"],
    ["sqrt(16) + max(1, 2, 3) - min(4, 5)", "3"],
    ["round(2.345, 2)", "2.35"],
    ["round(2 * pi)", "6"],
    ["1e3 + .5", "1000.5"],
    ["2 ** 8", "256"],
    ["999999999999999 * 9", "8999999999999991"],
    ["99999999 * 99999999", "about 9.9999998e+15"],
    ["10 ^ 24", "about 1e+24"],
    ["round(1.005, 2)", "1.01"],
    ["round(-2.5)", "-3"],
    ["round(1234.5, -2)", "1200"],
    ["1 / 3", "0.333333333333333"],
  ]
) {
  Deno.test(`calculator: ${expression} = ${value}`, () => equal(calculator(expression ?? ""), value));
}

for (
  const expression of [
    "",
    "1 +",
    "(1",
    "1)",
    "1 2",
    "1 / 0",
    "sqrt(-1)",
    "constructor(1)",
    "toString()",
    "Deno.exit()",
    "a = 1",
    "1; 2",
    "sqrt(2,25)",
    "abs(1, 2)",
    "round(1, 2, 3)",
    "(".repeat(500) + "1" + ")".repeat(500),
    "-".repeat(5_000) + "1",
  ]
) {
  Deno.test(`calculator refuses ${expression.slice(0, 20)}`, () => {
    throws(() => calculator(expression), { code: "invalid_request" });
  });
}
