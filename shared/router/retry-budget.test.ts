import assert from "node:assert/strict";
import { RetryBudget } from "./retry-budget.ts";

/** Retries granted when every one of so many first tries is followed by one. */
function storm(budget: RetryBudget, requests: number, provider = "openai"): number {
  let granted = 0;
  for (let request = 0; request < requests; request++) {
    budget.earn(provider);
    if (budget.spend(provider)) granted++;
  }
  return granted;
}

Deno.test("RetryBudget lets a burst through, then a part of the first tries", () => {
  const budget = new RetryBudget(10, 0.25);
  assert.equal(storm(budget, 10), 10);
  assert.equal(storm(budget, 1_000), 252);
});

Deno.test("RetryBudget saves no more than a burst", () => {
  const budget = new RetryBudget(10, 0.2);
  for (let request = 0; request < 1_000; request++) budget.earn("openai");
  assert.deepEqual(Array.from({ length: 12 }, () => budget.spend("openai")).filter(Boolean).length, 10);
});

Deno.test("RetryBudget keeps providers apart", () => {
  const budget = new RetryBudget(2, 0);
  storm(budget, 5, "openai");
  assert.deepEqual([budget.spend("openai"), budget.spend("anthropic")], [false, true]);
});
