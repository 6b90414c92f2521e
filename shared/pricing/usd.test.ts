import assert from "node:assert/strict";
import { addUsd, compareUsd, convert, subtractUsd } from "./usd.ts";

Deno.test("addUsd adds decimals that floats cannot", () => {
  assert.equal(addUsd("0.1", "0.2"), "0.3");
  assert.equal(addUsd("0.000000000001", "999999999999.999999999999"), "1000000000000");
  assert.equal(addUsd(), "0");
  assert.equal(addUsd("1.50", "-1.5"), "0");
});

Deno.test("subtractUsd may fall below zero", () => {
  assert.equal(subtractUsd("0.1", "0.30"), "-0.2");
});

Deno.test("compareUsd orders by value, not by text", () => {
  assert.equal(compareUsd("0.10", "0.1"), 0);
  assert.equal(compareUsd("9", "10"), -1);
  assert.equal(compareUsd("-0.5", "-0.6"), 1);
  assert.equal(compareUsd("1e-7", "0.0000001"), 0);
});

Deno.test("convert keeps every decimal of amount and rate", () => {
  assert.equal(convert("0.00016", "0.92437"), "0.0001478992");
  assert.equal(convert("100", "1"), "100");
});

Deno.test("a text that is not a decimal number is refused, not read as zero", () => {
  for (const text of ["", "abc", "1,5", "NaN", "Infinity", "0x10", ".5"]) {
    assert.throws(() => addUsd(text), RangeError, text);
  }
});
