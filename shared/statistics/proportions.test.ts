import assert from "node:assert/strict";
import { clopperPearsonUpper } from "./proportions.ts";

Deno.test("clopperPearsonUpper() of 3 wrong in 100, and of all wrong (SciPy's binomtest)", () => {
  assert.ok(Math.abs(clopperPearsonUpper({ successes: 3, trials: 100 }) - 0.07571079374983004) < 1e-9);
  assert.equal(clopperPearsonUpper({ successes: 5, trials: 5 }), 1);
});
