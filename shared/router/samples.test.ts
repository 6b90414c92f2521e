import assert from "node:assert/strict";
import type { PlanConsensus } from "@shared/budget/mod.ts";
import { type ChatAnswer, ProviderError } from "@shared/providers/mod.ts";
import type { Ask, Verdict } from "./ask.ts";
import { run } from "./run.ts";
import { candidate, plan, ScriptedModels, type ScriptedReply, testTools } from "./testing/mod.ts";

const mini = candidate("openai", "mini");
const haiku = candidate("anthropic", "haiku");
const sonnet = candidate("anthropic", "sonnet", { tier: "large" });
const START = Date.UTC(2026, 10, 21);
const server = new ProviderError("server", "500", { status: 500 });

/** Answers read "material|confidence"; agreement is a quarter of the score, as consistency is. */
function judge({ text }: ChatAnswer, agreement: number | null): Verdict<string> {
  const [material = "", confidence = "0"] = text.split("|");
  if (material === "") return { valid: false, problem: "no material" };
  const score = Math.round(750 * Number(confidence) + 250 * (agreement ?? 1)) / 1_000;
  return { valid: true, output: material, score, factors: { agreement } };
}

async function go(
  scripts: Record<string, ScriptedReply[]>,
  { critical = false, own = 0.2, budgetUsd = "1", ...consensus }:
    & Partial<PlanConsensus>
    & { critical?: boolean; own?: number | null; budgetUsd?: string } = {},
) {
  const models = new ScriptedModels(scripts);
  const tools = testTools(models, "0.01", budgetUsd);
  const ask: Ask<string> = {
    chat: { system: null, messages: [], ...(own === null ? {} : { temperature: own }) },
    inputTokens: 50,
    judge,
    stream: null,
    signal: new AbortController().signal,
    deadline: START + 60_000,
  };
  const thresholds = {
    ...plan([]).thresholds,
    critical,
    consensus: { models: 1, samples: 3, agree: 0.8, weighted: 0.5, ...consensus },
  };
  const result = await run(plan([mini, haiku, sonnet], { thresholds }), ask, tools);
  return { models, tools, result };
}

Deno.test("run() asks one model several times where the policy pays for it, each answer with its own money and row", async () => {
  const { models, tools, result } = await go({ "openai/mini": ["oak|0.9", "Oak |0.8", "oak|0.9"] });
  assert.deepEqual(models.names, ["openai/mini", "openai/mini", "openai/mini"]);
  assert.equal(tools.extensions.length, 2, "the hold covered the first");
  assert.deepEqual(result.calls.map(({ attempt, purpose }) => [attempt, purpose]), [
    [1, "consensus"],
    [2, "consensus"],
    [3, "consensus"],
  ]);
  assert.deepEqual([result.agreement?.method, result.agreement?.share, result.agreement?.models.length], [
    "majority",
    1,
    3,
  ]);
  assert.deepEqual([result.best?.verdict.factors, result.needsReview], [{ agreement: 1 }, false]);
});

Deno.test("run() samples warmer than a task asks, unless the policy says how warm", async () => {
  const asked = async (change: Parameters<typeof go>[1]) => {
    const { models } = await go({ "openai/mini": ["oak|0.9"] }, change);
    return models.asked.map(({ request }) => request.temperature ?? null);
  };
  assert.deepEqual(await asked({}), [0.7, 0.7, 0.7]);
  assert.deepEqual(await asked({ own: 0.9 }), [0.9, 0.9, 0.9]);
  assert.deepEqual(await asked({ own: null }), [null, null, null]);
  assert.deepEqual(await asked({ own: 0.9, temperature: 0.4 }), [0.4, 0.4, 0.4]);
});

Deno.test("run() lets samples that agree in part lower the confidence, and goes up a tier where it is weak then", async () => {
  const { models, result } = await go({
    "openai/mini": ["oak|0.8", "oak|0.8", "ash|0.6"],
    "anthropic/sonnet": ["beech|0.9"],
  });
  // 0.75 × 0.8 + 0.25 × 0.5 = 0.725: good enough. With 0.75 each it is 0.688.
  assert.deepEqual([models.names.length, result.agreement?.method, result.best?.verdict.score], [3, "weighted", 0.725]);
  const weak = await go({
    "openai/mini": ["oak|0.75", "oak|0.75", "ash|0.6"],
    "anthropic/sonnet": ["beech|0.9"],
  });
  assert.deepEqual(weak.models.names.slice(3), ["anthropic/sonnet"]);
  assert.deepEqual([weak.result.best?.verdict.output, weak.result.escalated], ["beech", true]);
});

Deno.test("run() never passes off one of several contradictory samples, however sure it is", async () => {
  const contradictory = ["oak|1", "ash|1", "beech|1"];
  const up = await go({ "openai/mini": contradictory, "anthropic/sonnet": ["elm|0.7"] });
  assert.equal(up.result.agreement?.method, "flagged");
  // 0.75 × 1 + 0.25 × 0 = 0.75 is above the threshold, and 0.775 not by much; what is not disputed counts.
  assert.deepEqual([up.result.best?.verdict.output, up.result.needsReview, up.result.escalated], ["elm", false, true]);

  const alone = await go({ "openai/mini": contradictory, "anthropic/sonnet": [server], "anthropic/haiku": [server] });
  assert.deepEqual([alone.result.best?.verdict.output, alone.result.needsReview], ["oak", true]);
});

Deno.test("run() has as many samples as the budget covers, and one alone is looked at", async () => {
  const two = await go({ "openai/mini": ["oak|0.9"] }, { budgetUsd: "0.01" });
  assert.deepEqual([two.models.names.length, two.result.agreement?.method], [2, "majority"]);
  const one = await go({ "openai/mini": ["oak|0.9"] }, { budgetUsd: "0.00001" });
  assert.deepEqual([one.models.names, one.result.agreement?.method], [["openai/mini"], "single"]);
  assert.deepEqual([one.result.best?.verdict.output, one.result.needsReview], ["oak", true]);
});

Deno.test("run() goes elsewhere when all samples fail, and comes back to their model once", async () => {
  const { models, result } = await go({
    "openai/mini": [server, server, server, "oak|0.9"],
    "anthropic/haiku": [server],
    "anthropic/sonnet": [server],
  });
  assert.deepEqual(models.names, [
    ...["openai/mini", "openai/mini", "openai/mini"],
    ...["anthropic/haiku", "anthropic/sonnet", "openai/mini"],
  ]);
  assert.deepEqual([result.agreement, result.best?.verdict.output], [null, "oak"]);
});

Deno.test("run() samples each of several models for critical tasks, and the first alone for others", async () => {
  const scripts = { "openai/mini": ["oak|0.9"], "anthropic/haiku": ["oak|0.9"] };
  const critical = await go(scripts, { critical: true, models: 2, samples: 2 });
  assert.deepEqual(critical.models.names, ["openai/mini", "openai/mini", "anthropic/haiku", "anthropic/haiku"]);
  const other = await go(scripts, { models: 2, samples: 2 });
  assert.deepEqual(other.models.names, ["openai/mini", "openai/mini"]);
});
