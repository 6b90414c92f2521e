import assert from "node:assert/strict";
import { sumCounts } from "./sum-counts.ts";

Deno.test("sumCounts does not confuse zero with unknown", () => {
  assert.equal(sumCounts([0, 0]), 0);
  assert.equal(sumCounts([0, null]), null);
});
