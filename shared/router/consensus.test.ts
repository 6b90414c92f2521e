import assert from "node:assert/strict";
import { type ChatAnswer, ProviderError } from "@shared/providers/mod.ts";
import type { Ask, Verdict } from "./ask.ts";
import { run } from "./run.ts";
import { candidate, plan, ScriptedModels, type ScriptedReply, testTools } from "./testing/mod.ts";

const llama = candidate("together", "llama");
const haiku = candidate("anthropic", "haiku");
const mini = candidate("openai", "mini");
const sonnet = candidate("anthropic", "sonnet", { tier: "large" });
const thresholds = { ...plan([]).thresholds, critical: true, consensus: { models: 3, agree: 0.8, weighted: 0.5 } };
const START = Date.UTC(2026, 10, 21);

interface Output {
  material: string;
  reasoning: string;
}

/** Answers read "material|reasoning|confidence". */
function judge({ text }: ChatAnswer, agreement: number | null): Verdict<Output> {
  const [material = "", reasoning = "", score = "0"] = text.split("|");
  if (material === "") return { valid: false, problem: "no material" };
  return { valid: true, output: { material, reasoning }, score: Number(score), factors: { agreement } };
}

async function go(scripts: Record<string, ScriptedReply[]>, budgetUsd = "1") {
  const models = new ScriptedModels(scripts);
  const ask: Ask<Output> = {
    chat: { system: null, messages: [] },
    inputTokens: 50,
    judge,
    comparedBy: ({ material }) => material,
    stream: null,
    signal: new AbortController().signal,
    deadline: START + 60_000,
  };
  const tools = testTools(models, "0.01", budgetUsd);
  const result = await run(plan([llama, haiku, mini, sonnet], { thresholds }), ask, tools);
  return { models, tools, result };
}

Deno.test("run() asks several models of a critical task and takes what their values agree on", async () => {
  const { models, tools, result } = await go({
    "together/llama": ["Ceramic|it shines|0.9"],
    "anthropic/haiku": ["ceramic|glazed|0.8"],
    "openai/mini": ["ceramic |fired clay|0.85"],
  });
  assert.deepEqual(models.names, ["together/llama", "anthropic/haiku", "openai/mini"]);
  assert.equal(tools.extensions.length, 2, "the hold covered the first");
  assert.deepEqual(result.calls.map((call) => [call.attempt, call.purpose]), [
    [1, "consensus"],
    [2, "consensus"],
    [3, "consensus"],
  ]);
  assert.deepEqual(result.agreement, {
    share: 1,
    method: "majority",
    models: [
      { provider: "together", model: "llama", score: 0.9, support: 1 },
      { provider: "anthropic", model: "haiku", score: 0.8, support: 1 },
      { provider: "openai", model: "mini", score: 0.85, support: 1 },
    ],
  });
  assert.equal(result.best?.verdict.output.reasoning, "glazed", "haiku: 0.85 x 0.8 outweighs 0.8 x 0.85 by order only");
  assert.deepEqual(result.best?.verdict.factors, { agreement: 1 });
  assert.equal(result.needsReview, false);
});

Deno.test("run() flags contradictory answers for review, however sure they are", async () => {
  const { result } = await go({
    "together/llama": ["ceramic|a|0.95"],
    "anthropic/haiku": ["glass|b|0.95"],
    "openai/mini": ["wood|c|0.95"],
  });
  assert.deepEqual([result.agreement?.method, result.agreement?.share, result.needsReview], ["flagged", 0, true]);
  assert.equal(result.best?.verdict.output.material, "glass", "haiku's vote is the heaviest");
});

Deno.test("run() goes on with what it got when models of a consensus fail", async () => {
  const server = new ProviderError("server", "500", { status: 500 });
  const two = await go({ "together/llama": [server], "anthropic/haiku": ["oak|a|0.9"], "openai/mini": ["oak|b|0.9"] });
  assert.deepEqual([two.result.agreement?.method, two.result.agreement?.models.length], ["majority", 2]);
  const one = await go({ "together/llama": [server], "anthropic/haiku": [server], "openai/mini": ["oak|b|0.9"] });
  assert.deepEqual([one.result.agreement?.method, one.result.needsReview], ["single", true]);
  assert.equal(one.result.best?.verdict.output.material, "oak");
});

Deno.test("run() goes on one by one when no model of a consensus gave a usable answer", async () => {
  const server = new ProviderError("server", "500", { status: 500 });
  const { models, result } = await go({
    "together/llama": [server],
    "anthropic/haiku": ["|nothing|0"],
    "openai/mini": [server],
    "anthropic/sonnet": ["oak|a|0.9"],
  });
  assert.deepEqual(models.names.slice(3), ["anthropic/sonnet"]);
  assert.equal(result.calls[3]?.purpose, "fallback");
  assert.deepEqual([result.agreement, result.best?.verdict.output.material], [null, "oak"]);
});

Deno.test("run() asks as many models as the budget covers", async () => {
  const { models, result } = await go(
    { "together/llama": ["oak|a|0.9"], "anthropic/haiku": ["oak|b|0.9"], "openai/mini": ["oak|c|0.9"] },
    "0.01",
  );
  assert.deepEqual(models.names, ["together/llama", "anthropic/haiku"]);
  assert.equal(result.agreement?.method, "majority");
});
