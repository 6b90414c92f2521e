import assert from "node:assert/strict";
import { answer, candidate, runNumbers } from "./testing/mod.ts";

/** Held for 100 tokens, 0.002 dollars; the task allows 1,000 for 0.01. */
const learned = candidate("openai", "mini", {
  max_output_tokens: 100,
  worst_cost_usd: "0.002",
  full_output_tokens: 1_000,
  full_cost_usd: "0.01",
});
const haiku = candidate("anthropic", "haiku");
const cut = answer("0.9", { finishReason: "length" });
const options = { candidates: [learned, haiku], change: { hold_usd: "0.002" } };

Deno.test("run() asks no further where an answer stays within its learned bound", async () => {
  const { models, purposes, output } = await runNumbers({ "openai/mini": ["0.8"] }, options);
  assert.deepEqual([purposes, output, models.asked[0]?.request.maxOutputTokens], [["answer"], 0.8, 100]);
});

Deno.test("run() asks once more in full for an answer that was cut at its learned bound, and takes that one", async () => {
  const { models, tools, result, purposes, output } = await runNumbers({ "openai/mini": [cut, "0.8"] }, options);
  assert.deepEqual([purposes, output], [["answer", "retry"], 0.8]);
  assert.deepEqual(models.asked.map(({ request }) => request.maxOutputTokens), [100, 1_000]);
  // What the first cost (100 × 0.15 and 10 × 0.60 per million) and the second may cost at most, beyond the 0.002 held.
  assert.deepEqual(tools.extensions, ["0.008021"]);
  assert.equal(result.decisions[0], "openai/mini: cut at its learned bound of 100 tokens");
});

Deno.test("run() lets a cut answer stand where the rest is refused", async () => {
  const { purposes, output } = await runNumbers({ "openai/mini": [cut] }, { ...options, budgetUsd: "0.002" });
  assert.deepEqual([purposes, output], [["answer"], 0.9]);
});

Deno.test("run() does not ask a third time where the full bound cuts as well", async () => {
  const { purposes, output } = await runNumbers({ "openai/mini": [cut, cut] }, options);
  assert.deepEqual([purposes, output], [["answer", "retry"], 0.9]);
});

Deno.test("run() asks in full for a cut answer that cannot be read", async () => {
  const broken = answer("{", { finishReason: "length" });
  const { purposes, output } = await runNumbers({ "openai/mini": [broken, "0.8"] }, options);
  assert.deepEqual([purposes, output], [["answer", "retry"], 0.8]);
});
