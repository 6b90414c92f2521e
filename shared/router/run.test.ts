import assert from "node:assert/strict";
import { ProviderError } from "@shared/providers/mod.ts";
import type { Plan } from "@shared/budget/mod.ts";
import type { Ask, Verdict } from "./ask.ts";
import { run } from "./run.ts";
import { answer, candidate, plan, ScriptedModels, type ScriptedReply, testTools } from "./testing/mod.ts";

const mini = candidate("openai", "mini");
const haiku = candidate("anthropic", "haiku");
const sonnet = candidate("anthropic", "sonnet", { tier: "large", worst_cost_usd: "0.05", context_window: 200_000 });
const gpt = candidate("openai", "gpt", { tier: "large", worst_cost_usd: "0.04" });
const all = [mini, haiku, sonnet, gpt];
const START = Date.UTC(2026, 10, 21);

/** Answers are confidences: "0.9" is a good one, anything that is no number does not fit the schema. */
function judge({ text }: { text: string }): Verdict<number> {
  const score = Number(text);
  if (text === "" || Number.isNaN(score)) return { valid: false, problem: "it is no number" };
  return { valid: true, output: score, score, factors: null };
}

function ask(change: Partial<Ask<number>> = {}): Ask<number> {
  return {
    chat: { system: null, messages: [{ role: "user", content: "How sure?" }] },
    inputTokens: 50,
    judge,
    stream: null,
    signal: new AbortController().signal,
    deadline: START + 120_000,
    ...change,
  };
}

const fail = (kind: ProviderError["kind"], retryAfterMs: number | null = null) =>
  new ProviderError(kind, kind, { retryAfterMs, mayBeBilled: kind === "timeout" });

async function go(
  scripts: Record<string, ScriptedReply[]>,
  { candidates = all, change = {}, budgetUsd = "100" }: {
    candidates?: Plan["candidates"];
    change?: Partial<Plan>;
    budgetUsd?: string;
  } = {},
) {
  const models = new ScriptedModels(scripts);
  const tools = testTools(models, change.hold_usd, budgetUsd);
  const result = await run(plan(candidates, change), ask(), tools);
  const purposes = result.calls.map((call) => call.purpose);
  const output = result.best?.verdict.output ?? result.failure?.code;
  return { models, tools, result, output, names: models.names, purposes, waits: tools.waits };
}

interface Case {
  name: string;
  scripts: Record<string, ScriptedReply[]>;
  names: string[];
  purposes: string[];
  output: number | string;
  waits?: number[];
  options?: Parameters<typeof go>[1];
}

const server = fail("server");
const cases: Case[] = [
  {
    name: "takes a good first answer",
    scripts: { "openai/mini": ["0.9"] },
    names: ["openai/mini"],
    purposes: ["answer"],
    output: 0.9,
  },
  {
    name: "moves to another provider of the tier at once after a server error",
    scripts: { "openai/mini": [server], "anthropic/haiku": ["0.9"] },
    names: ["openai/mini", "anthropic/haiku"],
    purposes: ["answer", "fallback"],
    output: 0.9,
  },
  {
    name: "retries a reset once, then moves on",
    scripts: { "openai/mini": [fail("network")], "anthropic/haiku": ["0.9"] },
    names: ["openai/mini", "openai/mini", "anthropic/haiku"],
    purposes: ["answer", "retry", "fallback"],
    output: 0.9,
    waits: [250],
  },
  {
    name: "waits a short Retry-After out",
    scripts: { "openai/mini": [fail("rate_limited", 700), "0.8"] },
    names: ["openai/mini", "openai/mini"],
    purposes: ["answer", "retry"],
    output: 0.8,
    waits: [700],
  },
  {
    name: "asks nobody at a provider whose key is refused",
    scripts: { "openai/mini": [fail("authentication")], "anthropic/haiku": [server], "anthropic/sonnet": ["0.9"] },
    names: ["openai/mini", "anthropic/haiku", "anthropic/sonnet"],
    purposes: ["answer", "fallback", "fallback"],
    output: 0.9,
  },
  {
    name: "goes round again when everybody fails, and waits before it does",
    scripts: {
      "openai/mini": [server, "0.9"],
      "anthropic/haiku": [server],
    },
    names: ["openai/mini", "anthropic/haiku", "openai/mini"],
    purposes: ["answer", "fallback", "retry"],
    output: 0.9,
    waits: [500],
    options: { candidates: [mini, haiku] },
  },
  {
    name: "asks first in the next round who has to wait least",
    scripts: { "openai/mini": [fail("rate_limited", 9_000)], "anthropic/haiku": [fail("rate_limited", 3_000), "0.9"] },
    names: ["openai/mini", "anthropic/haiku", "anthropic/haiku"],
    purposes: ["answer", "fallback", "retry"],
    output: 0.9,
    waits: [3_000],
    options: { candidates: [mini, haiku] },
  },
  {
    name: "survives a single 500 of the only candidate",
    scripts: { "openai/mini": [server, "0.9"] },
    names: ["openai/mini", "openai/mini"],
    purposes: ["answer", "retry"],
    output: 0.9,
    waits: [500],
    options: { candidates: [mini] },
  },
  {
    name: "ends when the retries of the last candidate are used up",
    scripts: { "openai/mini": [server] },
    names: ["openai/mini", "openai/mini", "openai/mini", "openai/mini"],
    purposes: ["answer", "retry", "retry", "retry"],
    output: "provider_unavailable",
    waits: [500, 1_000, 2_000],
    options: { candidates: [mini] },
  },
  {
    name: "says timeout when nobody answered in time",
    scripts: { "openai/mini": [fail("timeout")] },
    names: ["openai/mini", "openai/mini"],
    purposes: ["answer", "retry"],
    output: "timeout",
    waits: [250],
    options: { candidates: [mini], change: { settings: { "ai.retry.count": 1 } } },
  },
  {
    name: "stops at a content filter and asks nobody else",
    scripts: { "openai/mini": [fail("content_filter")] },
    names: ["openai/mini"],
    purposes: ["answer"],
    output: "content_filtered",
  },
  {
    name: "stops at an answer that a content filter ended",
    scripts: { "openai/mini": [answer("0.9", { finishReason: "content_filter" })] },
    names: ["openai/mini"],
    purposes: ["answer"],
    output: "content_filtered",
  },
  {
    name: "stops at a request that is wrong",
    scripts: { "openai/mini": [fail("invalid_request")] },
    names: ["openai/mini"],
    purposes: ["answer"],
    output: "invalid_request",
  },
  {
    name: "moves to a larger window when the input is too long",
    scripts: { "openai/mini": [fail("context_length")], "anthropic/sonnet": ["0.9"] },
    names: ["openai/mini", "anthropic/sonnet"],
    purposes: ["answer", "fallback"],
    output: 0.9,
  },
  {
    name: "stops when no window is larger",
    scripts: { "openai/mini": [fail("context_length")] },
    names: ["openai/mini"],
    purposes: ["answer"],
    output: "context_length_exceeded",
    options: { candidates: [mini, haiku, gpt] },
  },
  {
    name: "escalates a weak answer a tier up",
    scripts: { "openai/mini": ["0.69"], "anthropic/sonnet": ["0.9"] },
    names: ["openai/mini", "anthropic/sonnet"],
    purposes: ["answer", "escalation"],
    output: 0.9,
  },
  {
    name: "does not escalate at the threshold itself",
    scripts: { "openai/mini": ["0.7"] },
    names: ["openai/mini"],
    purposes: ["answer"],
    output: 0.7,
  },
  {
    name: "keeps the better answer when escalation made it worse",
    scripts: { "openai/mini": ["0.6"], "anthropic/sonnet": ["0.4"] },
    names: ["openai/mini", "anthropic/sonnet"],
    purposes: ["answer", "escalation"],
    output: 0.6,
  },
  {
    name: "does not escalate where the policy forbids it",
    scripts: { "openai/mini": ["0.3"] },
    names: ["openai/mini"],
    purposes: ["answer"],
    output: 0.3,
    options: {
      change: { thresholds: { ...plan([]).thresholds, max_escalations: 0 } },
    },
  },
  {
    name: "keeps a weak answer when the money for a better one is refused",
    scripts: { "openai/mini": ["0.3"] },
    names: ["openai/mini"],
    purposes: ["answer"],
    output: 0.3,
    options: { budgetUsd: "0.001" },
  },
  {
    name: "keeps a weak answer when the higher tier fails, without waiting for it",
    scripts: { "openai/mini": ["0.3"], "anthropic/sonnet": [fail("network")], "openai/gpt": [server] },
    names: ["openai/mini", "anthropic/sonnet", "openai/gpt"],
    purposes: ["answer", "escalation", "fallback"],
    output: 0.3,
  },
  {
    name: "falls back to what the budget still covers",
    scripts: { "openai/mini": [server], "openai/gpt": ["0.9"] },
    names: ["openai/mini", "openai/gpt"],
    purposes: ["answer", "fallback"],
    output: 0.9,
    options: { candidates: [mini, sonnet, gpt], budgetUsd: "0.03" },
  },
  {
    name: "calls nobody when the hold covers nobody",
    scripts: {},
    names: [],
    purposes: [],
    output: "budget_exhausted",
    options: { candidates: [sonnet, gpt], budgetUsd: "0" },
  },
  {
    name: "repairs an answer that does not fit, once",
    scripts: { "openai/mini": ["sure!", "0.9"] },
    names: ["openai/mini", "openai/mini"],
    purposes: ["answer", "repair"],
    output: 0.9,
  },
  {
    name: "escalates when the repair did not help",
    scripts: { "openai/mini": ["sure!"], "anthropic/sonnet": ["0.9"] },
    names: ["openai/mini", "openai/mini", "anthropic/sonnet"],
    purposes: ["answer", "repair", "escalation"],
    output: 0.9,
  },
  {
    name: "asks the same tier elsewhere when nothing is above",
    scripts: { "openai/mini": ["sure!"], "anthropic/haiku": ["0.9"] },
    names: ["openai/mini", "openai/mini", "anthropic/haiku"],
    purposes: ["answer", "repair", "fallback"],
    output: 0.9,
    options: { candidates: [mini, haiku] },
  },
  {
    name: "does not repair a truncated answer",
    scripts: { "openai/mini": [answer("0.9x", { finishReason: "length" })], "anthropic/sonnet": ["0.9"] },
    names: ["openai/mini", "anthropic/sonnet"],
    purposes: ["answer", "escalation"],
    output: 0.9,
  },
  {
    name: "gives up when every answer is unusable",
    scripts: { "openai/mini": ["sure!"] },
    names: ["openai/mini", "openai/mini"],
    purposes: ["answer", "repair"],
    output: "invalid_model_output",
    options: { candidates: [mini] },
  },
  {
    name: "has no answer without candidates",
    scripts: {},
    names: [],
    purposes: [],
    output: "provider_unavailable",
    options: { candidates: [] },
  },
];
for (const { name, scripts, names, purposes, output, waits = [], options } of cases) {
  Deno.test(`run() ${name}`, async () => {
    const went = await go(scripts, options);
    assert.deepEqual({ names: went.names, purposes: went.purposes, output: went.output, waits: went.waits }, {
      names,
      purposes,
      output,
      waits,
    });
    assert.deepEqual(went.result.calls.map((call) => call.attempt), went.result.calls.map((_, index) => index + 1));
  });
}

Deno.test("run() gets the money of every call beyond the hold first, no more than is missing", async () => {
  const { tools, result } = await go({ "openai/mini": ["0.3"], "anthropic/sonnet": ["0.9"] });
  // The first call cost 100 x 0.15 + 10 x 0.60 per million; 0.01 was held; sonnet may cost 0.05.
  assert.deepEqual(tools.extensions, ["0.040021"]);
  assert.equal(result.costUsd, "0.000042");
});

Deno.test("run() names a truncated answer in its row, and counts its tokens", async () => {
  const { result } = await go({ "openai/mini": [answer("0.9x", { finishReason: "length" })] }, { candidates: [mini] });
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
      content:
        "Your answer cannot be used: it is no number. Answer again with the corrected JSON object and nothing else.",
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
  const { result } = await go(scripts, { candidates: many });
  assert.equal(result.calls.length, 12);
});
