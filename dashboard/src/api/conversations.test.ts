import assert from "node:assert/strict";
import { escapePattern } from "./conversations.ts";

Deno.test("escapePattern looks for signs as themselves", () => {
  assert.equal(escapePattern("100 % of a_b"), "100 \\% of a\\_b");
  assert.equal(escapePattern("back\\slash"), "back\\\\slash");
  // PostgREST makes a percent sign of a star; one sign of any kind is the nearest that can be said.
  assert.equal(escapePattern("2*3"), "2_3");
});
