import assert from "node:assert/strict";
import { readNumber } from "./read-number.ts";

Deno.test("readNumber reads numbers and long decimals, and keeps the unknown apart from zero", () => {
  assert.equal(readNumber(0), 0);
  assert.equal(readNumber("0.00844205424343580"), 0.0084420542434358);
  assert.equal(readNumber(null), null);
  assert.equal(readNumber(undefined), null);
  assert.equal(readNumber(""), null);
  assert.equal(readNumber("many"), null);
});
