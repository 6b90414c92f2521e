import assert from "node:assert/strict";
import { readInput } from "./read-input.ts";

Deno.test("readInput tells nothing, a number and nonsense apart", () => {
  assert.equal(readInput(" "), null);
  assert.equal(readInput("0"), 0);
  assert.equal(readInput("12,5"), 12.5);
  assert.equal(readInput("1.000,5"), undefined);
  assert.equal(readInput("ten"), undefined);
});
