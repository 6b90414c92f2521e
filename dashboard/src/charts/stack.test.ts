import assert from "node:assert/strict";
import { stack } from "./stack.ts";

Deno.test("stack puts the whole first and takes a missing value for nothing", () => {
  assert.deepEqual(stack([[1, 2], [3, null], [0.5, 1]]), [[4.5, 3], [4, 2], [1, 2]]);
  assert.deepEqual(stack([]), []);
});
