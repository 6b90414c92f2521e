import assert from "node:assert/strict";
import { RetryBudget } from "./retry-budget.ts";
import { run } from "./run.ts";
import {
  answer,
  candidate,
  fail,
  numberAsk,
  plan,
  runNumbers,
  ScriptedModels,
  type ScriptedReply,
  testTools,
} from "./testing/mod.ts";

const mini = candidate("openai", "mini");
const haiku = candidate("anthropic", "haiku");
const sonnet = candidate("anthropic", "sonnet", { tier: "large", worst_cost_usd: "0.05", context_window: 200_000 });
const gpt = candidate("openai", "gpt", { tier: "large", worst_cost_usd: "0.04" });
const all = [mini, haiku, sonnet, gpt];

interface Case {
  name: string;
  scripts: Record<string, ScriptedReply[]>;
  names: string[];
  purposes: string[];
  output: number | string;
  waits?: number[];
  options?: Partial<Parameters<typeof runNumbers>[1]>;
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
    name: "climbs a ladder candidate by candidate where the policy has one, and no further than it says",
    scripts: { "openai/mini": ["0.4"], "anthropic/haiku": ["0.5"], "anthropic/sonnet": ["0.6"] },
    names: ["openai/mini", "anthropic/haiku", "anthropic/sonnet"],
    purposes: ["answer", "escalation", "escalation"],
    output: 0.6,
    options: {
      candidates: all,
      change: { thresholds: { ...plan([]).thresholds, escalate_to: "next_candidate", max_escalations: 2 } },
    },
  },
  {
    name: "makes no further call that could take the request above the policy's cost",
    scripts: { "openai/mini": ["0.4"], "anthropic/sonnet": ["0.9"] },
    names: ["openai/mini"],
    purposes: ["answer"],
    output: 0.4,
    options: { candidates: all, change: { thresholds: { ...plan([]).thresholds, max_cost_usd: "0.04" } } },
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
    const went = await runNumbers(scripts, { candidates: all, ...options });
    assert.deepEqual({ names: went.names, purposes: went.purposes, output: went.output, waits: went.waits }, {
      names,
      purposes,
      output,
      waits,
    });
    assert.deepEqual(went.result.calls.map((call) => call.attempt), went.result.calls.map((_, index) => index + 1));
  });
}

Deno.test("run() leaves part of the prompt out when no window is large enough, and says so", async () => {
  const tooLong = fail("context_length");
  const went = async (replies: ScriptedReply[]) => {
    const models = new ScriptedModels({ "anthropic/sonnet": replies });
    let left = 800;
    const ask = numberAsk({
      shorten: () => ({ system: null, messages: [{ role: "user", content: "x".repeat(left /= 2) }] }),
    });
    const result = await run(plan([sonnet, mini]), ask, testTools(models));
    const sent = models.asked.map(({ request }) => String(request.messages[0]?.content).length);
    return {
      sent,
      names: models.names,
      shortened: result.shortened,
      output: result.best?.verdict.output ?? result.failure?.code,
    };
  };
  assert.deepEqual(await went([tooLong, tooLong, "0.9"]), {
    sent: [9, 400, 200],
    names: ["anthropic/sonnet", "anthropic/sonnet", "anthropic/sonnet"],
    shortened: true,
    output: 0.9,
  });
  const hopeless = await went([tooLong]);
  assert.deepEqual([hopeless.sent, hopeless.output], [[9, 400, 200], "context_length_exceeded"]);
  assert.equal((await went(["0.9"])).shortened, false);
});

Deno.test("run() goes elsewhere at once when no retry is left over all requests", async () => {
  const models = new ScriptedModels({ "openai/mini": [fail("network")], "anthropic/haiku": [fail("network"), "0.9"] });
  const retries = new RetryBudget(1, 0);
  retries.spend("openai");
  const tools = { ...testTools(models), retries };
  const result = await run(plan([mini, haiku]), numberAsk(), tools);
  assert.deepEqual(models.names, ["openai/mini", "anthropic/haiku", "anthropic/haiku"]);
  assert.deepEqual(result.calls.map(({ purpose }) => purpose), ["answer", "fallback", "retry"]);
  assert.ok(result.decisions.includes("openai/mini: no retry left"));
  const storm = await run(plan([mini, haiku]), numberAsk(), tools);
  assert.deepEqual([storm.calls.length, storm.failure?.code ?? "answered"], [2, "answered"]);
});
