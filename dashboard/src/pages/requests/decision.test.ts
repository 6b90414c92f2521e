import assert from "node:assert/strict";
import { readDecision } from "./decision.ts";

Deno.test("readDecision reads what admission and the task stored", () => {
  const decision = readDecision({
    tier: "small",
    tier_reasons: ["base:small"],
    policy: { id: "p", version: 3 },
    candidates: [{
      tier: "small",
      provider: "openai",
      model: "gpt-4o-mini",
      breaker: "open",
      worst_cost_usd: "0.5",
      problem: "breaker_open",
    }],
    route: ["openai/gpt-4o-mini: server, fallback"],
    hold_usd: 0.007,
    soft: true,
    confidence: { failed: ["score"], missing: [], method: "self_report" },
  });
  assert.equal(decision.policyVersion, 3);
  assert.deepEqual(decision.candidates[0], {
    tier: "small",
    provider: "openai",
    model: "gpt-4o-mini",
    breaker: "open",
    worstCostUsd: 0.5,
    problem: "breaker_open",
  });
  assert.deepEqual(decision.confidence.failed, ["score"]);
  assert.equal(decision.soft, true);
});

Deno.test("readDecision takes nothing, or something else, for a decision without parts", () => {
  for (const stored of [null, undefined, "text", [], { candidates: "none", agreement: null }]) {
    const decision = readDecision(stored);
    assert.deepEqual([decision.candidates, decision.route, decision.agreement, decision.refused], [[], [], null, null]);
  }
});
