import { equal } from "node:assert/strict";
import { calculate } from "./arithmetic.ts";

Deno.test("calculate() follows the order of operations", () => {
  equal(calculate("What is 17 * (3 + 4)?"), 119);
  equal(calculate("2 + 3 * 4"), 14);
  equal(calculate("10 / 4"), 2.5);
  equal(calculate("2 ^ 3 ^ 2"), 512);
});

Deno.test("calculate() finds no calculation in prose, dates or a division by zero", () => {
  equal(calculate("Chapter 7 is long"), null);
  equal(calculate("1 / 0"), null);
  equal(calculate("no numbers"), null);
});
