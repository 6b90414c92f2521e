import assert from "node:assert/strict";
import { parseCorrection } from "./parse-correction.ts";

Deno.test("parseCorrection keeps nothing, JSON and what is neither apart", () => {
  assert.equal(parseCorrection("  "), null);
  assert.deepEqual(parseCorrection('{"class": "B"}'), { class: "B" });
  assert.equal(parseCorrection("class: B"), undefined);
});
