import assert from "node:assert/strict";
import type { PolicyValues } from "../../api/policies.ts";
import { parsePolicy, policyText } from "./policy-text.ts";

const values: PolicyValues = {
  tiers: { small: [{ provider: "openai", model: "gpt-4o-mini" }] },
  base_tier: "small",
  max_tier: "frontier",
  requires_large: false,
  critical: false,
  escalate_below: 0.7,
  good_from: 0.8,
  excellent_from: 0.9,
  max_escalations: 2,
  escalate_to: "next_tier",
  max_cost_usd: null,
  complexity_large_from: null,
  demotion_cooldown: null,
  stream_on_failure: "restart",
  consensus: null,
};

Deno.test("policyText and parsePolicy are each other's inverse", () => {
  assert.deepEqual(parsePolicy(policyText(values)), values);
});

Deno.test("policyText leaves out what a new version has of its own", () => {
  assert.ok(!policyText({ ...values, ...{ id: "1", status: "active" } }).includes("status"));
});

for (const text of ["[]", "null", "{", '{"org_id": "other"}']) {
  Deno.test(`parsePolicy refuses ${text}`, () => assert.throws(() => parsePolicy(text)));
}
