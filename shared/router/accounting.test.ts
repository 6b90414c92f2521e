import assert from "node:assert/strict";
import { run } from "./run.ts";
import {
  answer,
  candidate,
  fail,
  numberAsk as ask,
  plan,
  runNumbers,
  ScriptedModels,
  START,
  testTools,
} from "./testing/mod.ts";

const mini = candidate("openai", "mini");
const haiku = candidate("anthropic", "haiku");
const sonnet = candidate("anthropic", "sonnet", { tier: "large", worst_cost_usd: "0.05", context_window: 200_000 });
const gpt = candidate("openai", "gpt", { tier: "large", worst_cost_usd: "0.04" });
const all = [mini, haiku, sonnet, gpt];
const server = fail("server");
const go = (scripts: Parameters<typeof runNumbers>[0], candidates = all) => runNumbers(scripts, { candidates });

Deno.test("run() gets the money of every call beyond the hold first, no more than is missing", async () => {
  const { tools, result } = await go({ "openai/mini": ["0.3"], "anthropic/sonnet": ["0.9"] });
  // The first call cost 100 x 0.15 + 10 x 0.60 per million; 0.01 was held; sonnet may cost 0.05.
  assert.deepEqual(tools.extensions, ["0.040021"]);
  assert.equal(result.costUsd, "0.000042");
});

Deno.test("run() names a truncated answer in its row, and counts its tokens", async () => {
  const { result } = await go({ "openai/mini": [answer("0.9x", { finishReason: "length" })] }, [mini]);
  const [call] = result.calls;
  assert.deepEqual([call?.finish_reason, call?.error_code, call?.output_tokens, call?.usage_source], [
    "length",
    "truncated",
    10,
    "provider",
  ]);
  assert.equal(result.failure?.reason, "truncated");
  assert.equal(result.costUsd, "0.000021");
});

Deno.test("run() charges a lost answer at its bound, and an HTTP error at nothing", async () => {
  const { result } = await go({ "openai/mini": [fail("timeout"), server], "anthropic/haiku": ["0.9"] });
  assert.deepEqual(result.calls.map((call) => [call.usage_source, call.input_tokens, call.output_tokens]), [
    ["estimated", 50, 1_000],
    ["none", null, null],
    ["provider", 100, 10],
  ]);
  // 50 x 0.15 + 1000 x 0.60, then 100 x 0.15 + 10 x 0.60 per million.
  assert.equal(result.costUsd, "0.0006285");
});

Deno.test("run() shows the model its answer and what was wrong with it", async () => {
  const { models } = await go({ "openai/mini": ["sure!", "0.9"] });
  assert.deepEqual(models.asked[1]?.request.messages.slice(1), [
    { role: "assistant", content: "sure!" },
    {
      role: "user",
      content: "Your answer cannot be used: it is no number. Answer again.",
    },
  ]);
});

Deno.test("run() asks for log-probabilities only where there are some", async () => {
  const asked = candidate("openai", "mini", { capabilities: ["logprobs"], max_output_tokens: 77 });
  const models = new ScriptedModels({ "openai/mini": ["0.9"] });
  await run(plan([asked]), ask(), testTools(models));
  assert.equal(models.asked[0]?.request.logprobs, true);
  assert.equal(models.asked[0]?.request.maxOutputTokens, 77);
  const { models: others } = await go({ "openai/mini": ["0.9"] });
  assert.equal(others.asked[0]?.request.logprobs, undefined);
});

Deno.test("run() gives an attempt no more time than the deadline leaves", async () => {
  const models = new ScriptedModels({ "openai/mini": [server, "0.9"] });
  const tools = testTools(models);
  await run(plan([mini], { settings: { "ai.request.timeout": "PT10S" } }), ask({ deadline: START + 2_000 }), tools);
  assert.deepEqual(tools.limits.map((limits) => limits.totalMs), [2_000, 1_500]);
});

Deno.test("run() gives an answer that may be long the time to be written", async () => {
  for (const [tokens, totalMs] of [[1_000, 30_000], [1_500, 30_000], [3_000, 60_000], [16_000, 100_000]] as const) {
    const tools = testTools(new ScriptedModels({ "openai/mini": ["0.9"] }));
    const writer = candidate("openai", "mini", { max_output_tokens: tokens });
    await run(plan([writer]), ask({ deadline: START + 100_000 }), tools);
    assert.deepEqual(tools.limits.map((limits) => limits.totalMs), [totalMs]);
  }
});

Deno.test("run() makes no attempt after the deadline", async () => {
  const models = new ScriptedModels({});
  const result = await run(plan(all), ask({ deadline: START }), testTools(models));
  assert.deepEqual([result.failure?.code, result.calls], ["timeout", []]);
});

Deno.test("run() does not wait for a round that would begin after the deadline", async () => {
  const models = new ScriptedModels({ "openai/mini": [fail("rate_limited", 60_000)] });
  const result = await run(plan([mini]), ask({ deadline: START + 30_000 }), testTools(models));
  assert.deepEqual([result.failure?.code, result.failure?.retryAfterMs, models.names.length], [
    "provider_unavailable",
    60_000,
    1,
  ]);
});

Deno.test("run() stops when the caller goes away, and accounts for what was under way", async () => {
  const gone = new AbortController();
  const models = new ScriptedModels({ "openai/mini": ["never"] });
  const running = run(plan(all), ask({ signal: gone.signal }), testTools(models));
  while (models.names.length === 0) await Promise.resolve();
  gone.abort();
  const result = await running;
  assert.equal(result.cancelled, true);
  assert.deepEqual(result.calls.map((call) => [call.error_code, call.usage_source, call.output_tokens]), [
    ["cancelled", "estimated", 1_000],
  ]);
});

Deno.test("run() treats a judge that fails as an answer that does not fit", async () => {
  const models = new ScriptedModels({ "openai/mini": ["0.9"] });
  const broken = ask({
    judge() {
      throw new Error("Cannot judge");
    },
  });
  const result = await run(plan([mini]), broken, testTools(models));
  assert.equal(result.failure?.code, "invalid_model_output");
});

Deno.test("run() never makes more than twelve calls", async () => {
  const many = Array.from(
    { length: 30 },
    (_, index) => candidate(`provider-${index}`, "m", { worst_cost_usd: "0.0001" }),
  );
  const scripts = Object.fromEntries(many.map(({ provider }) => [`${provider}/m`, [server]]));
  const { result } = await go(scripts, many);
  assert.equal(result.calls.length, 12);
});
