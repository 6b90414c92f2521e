import assert from "node:assert/strict";
import { tierReason } from "./tier-reason.ts";

for (
  const [code, expected] of [
    ["base:small", ["reason_base", { tier: "small" }]],
    ["upgrade:complexity_0.71", ["reason_complexity", { value: "0.71" }]],
    ["upgrade:importance_high", ["reason_importance"]],
    ["downgrade:cost_high_importance_low", ["reason_cost"]],
    ["limit:max_tier_large", ["reason_limit", { tier: "large" }]],
    // These two had been told as limits of the policy.
    ["limit:soft_budget:small", ["reason_soft", { tier: "small" }]],
    ["limit:affordable_or_available:small", ["reason_available", { tier: "small" }]],
    ["named:gpt-4o", ["reason_named", { model: "gpt-4o" }]],
    ["limit:something_new", null],
    ["something else", null],
  ] as const
) {
  Deno.test(`tierReason(${code}) is ${expected === null ? "unknown" : expected[0]}`, () =>
    assert.deepEqual(tierReason(code), expected));
}
