import assert from "node:assert/strict";
import type { PlanThresholds } from "@shared/budget/mod.ts";
import { ProviderError } from "@shared/providers/mod.ts";
import type { Ask, Verdict } from "./ask.ts";
import { run } from "./run.ts";
import { candidate, plan, ScriptedModels, type ScriptedReply, testTools } from "./testing/mod.ts";

const mini = candidate("openai", "mini");
const haiku = candidate("anthropic", "haiku", { capabilities: ["streaming", "prefill"] });
const sonnet = candidate("anthropic", "sonnet", { tier: "large" });
const START = Date.UTC(2026, 10, 21);
const cut = new ProviderError("cut", "cut", { mayBeBilled: true });
const silence = new ProviderError("timeout", "no first token", { mayBeBilled: true });

/** An answer is weak if it says so, unusable if it says nothing. */
function judge({ text }: { text: string }): Verdict<string> {
  if (text === "" || text.includes("broken")) return { valid: false, problem: "broken" };
  return { valid: true, output: text, score: text.includes("weak") ? 0.3 : 0.9, factors: null };
}

async function go(
  scripts: Record<string, ScriptedReply[]>,
  onFailure: PlanThresholds["stream_on_failure"] = "restart",
  signal = new AbortController().signal,
  leftMs = 60_000,
) {
  const models = new ScriptedModels(scripts);
  const events: string[] = [];
  const ask: Ask<string> = {
    chat: { system: null, messages: [{ role: "user", content: "Write" }] },
    inputTokens: 50,
    judge,
    stream: {
      piece: (piece, { model }) => void events.push(`${model}: ${piece.type === "delta" ? piece.text : piece.type}`),
      restart: (reason) => void events.push(`restart: ${reason}`),
    },
    signal,
    deadline: START + leftMs,
  };
  const thresholds = { ...plan([]).thresholds, stream_on_failure: onFailure };
  const tools = testTools(models, "0.01", "1");
  const result = await run(plan([mini, haiku, sonnet], { thresholds }), ask, tools);
  const output = result.best?.verdict.output ?? result.failure?.code;
  return { models, events, result, output, purposes: result.calls.map((call) => call.purpose), limits: tools.limits };
}

Deno.test("run() hands pieces on as they come", async () => {
  const { events, output, result } = await go({ "openai/mini": [{ pieces: ["Dear ", "Anna"], then: "done" }] });
  assert.deepEqual([events, output], [["mini: Dear ", "mini: Anna"], "Dear Anna"]);
  assert.equal(result.calls[0]?.time_to_first_token_ms, 0);
  assert.deepEqual([result.streamed, result.piecesStand], [true, true]);
});

Deno.test("run() lets a stream that is heard write on until the deadline: only silence ends it", async () => {
  const { limits } = await go({ "openai/mini": [{ pieces: ["Dear Anna"], then: "done" }] });
  assert.deepEqual(limits, [{ totalMs: 60_000, firstTokenMs: 10_000, idleMs: 15_000 }]);
});

Deno.test("run() moves a stream silently that failed before its first piece", async () => {
  const { events, output, purposes } = await go({
    "openai/mini": [{ pieces: [], then: cut }],
    "anthropic/haiku": [{ pieces: ["Hi"], then: "done" }],
  });
  assert.deepEqual([events, output, purposes], [["haiku: Hi"], "Hi", ["answer", "fallback"]]);
});

Deno.test("run() restarts a broken stream elsewhere, and says so", async () => {
  const { events, output, purposes, result } = await go({
    "openai/mini": [{ pieces: ["Dear An"], then: cut }],
    "anthropic/haiku": [{ pieces: ["Hi"], then: "done" }],
  });
  assert.deepEqual(events, ["mini: Dear An", "restart: cut", "haiku: Hi"]);
  assert.deepEqual([output, purposes, result.fellBack], ["Hi", ["answer", "restart"], true]);
  assert.deepEqual([result.calls[0]?.usage_source, result.calls[0]?.output_tokens], ["estimated", 7]);
});

Deno.test("run() continues a broken stream on a model that takes a beginning", async () => {
  const { events, output, models } = await go({
    "openai/mini": [{ pieces: ["Dear Anna, "], then: cut }],
    "anthropic/haiku": [{ pieces: [" how", " are you?"], then: "done" }],
  }, "continue");
  assert.deepEqual(events, ["mini: Dear Anna, ", "haiku: how", "haiku:  are you?"]);
  assert.equal(output, "Dear Anna, how are you?");
  assert.deepEqual(models.asked[1]?.request.messages.at(-1), { role: "assistant", content: "Dear Anna," });
});

Deno.test("run() restarts where no model left takes a beginning", async () => {
  const { events } = await go({
    "openai/mini": [{ pieces: ["a"], then: cut }],
    "anthropic/haiku": [{ pieces: ["b"], then: cut }],
    "anthropic/sonnet": [{ pieces: ["c"], then: "done" }],
  }, "continue");
  assert.deepEqual(events, ["mini: a", "haiku: b", "restart: cut", "sonnet: c"]);
});

Deno.test("run() ends a broken stream with an error where the policy says so", async () => {
  const { events, output, models } = await go({ "openai/mini": [{ pieces: ["a"], then: cut }] }, "error");
  assert.deepEqual([events, output, models.names.length], [["mini: a"], "provider_unavailable", 1]);
});

Deno.test("run() takes nothing back where no time is left to say it again", async () => {
  const late = new ProviderError("timeout", "no whole answer", { mayBeBilled: true });
  const scripts = { "openai/mini": [{ pieces: ["Dear An"], then: late }], "anthropic/haiku": ["Hi"] };
  const { events, result, models } = await go(scripts, "restart", new AbortController().signal, 500);
  assert.deepEqual([events, models.names.length], [["mini: Dear An"], 1]);
  assert.deepEqual([result.failure?.code, result.failure?.reason], ["timeout", "deadline"]);
});

Deno.test("run() does not call a stream finished that failed everywhere", async () => {
  const { output, events, result } = await go({
    "openai/mini": [{ pieces: ["a"], then: cut }],
    "anthropic/haiku": [silence],
    "anthropic/sonnet": [cut],
  });
  assert.equal(output, "provider_unavailable");
  assert.deepEqual(events.slice(0, 2), ["mini: a", "restart: cut"]);
  assert.equal(result.piecesStand, false);
});

Deno.test("run() does not escalate an answer the caller has begun to read", async () => {
  const { output, purposes, result } = await go({ "openai/mini": [{ pieces: ["weak"], then: "done" }] });
  assert.deepEqual([output, purposes, result.weak], ["weak", ["answer"], true]);
});

Deno.test("run() restarts a stream whose answer turned out unusable", async () => {
  const { events, output } = await go({
    "openai/mini": [{ pieces: ["broken"], then: "done" }],
    "anthropic/haiku": [{ pieces: ["Hi"], then: "done" }],
  });
  assert.deepEqual([events, output], [["mini: broken", "restart: invalid_model_output", "haiku: Hi"], "Hi"]);
});

Deno.test("run() repairs an unusable stream nobody has seen anything of", async () => {
  const { events, purposes } = await go({
    "openai/mini": [{ pieces: [], then: "done" }, { pieces: ["Hi"], then: "done" }],
  });
  assert.deepEqual([events, purposes], [["mini: Hi"], ["answer", "repair"]]);
});

Deno.test("run() settles what a stream had produced when its reader left", async () => {
  const gone = new AbortController();
  const scripts: Record<string, ScriptedReply[]> = { "openai/mini": [{ pieces: ["Dear", " Anna"], then: "done" }] };
  const models = new ScriptedModels(scripts);
  const ask: Ask<string> = {
    chat: { system: null, messages: [] },
    inputTokens: 50,
    judge,
    stream: { piece: () => gone.abort(), restart: () => {} },
    signal: gone.signal,
    deadline: START + 60_000,
  };
  const result = await run(plan([mini, haiku]), ask, testTools(models));
  assert.deepEqual([result.cancelled, models.names], [true, ["openai/mini"]]);
  const [call] = result.calls;
  assert.deepEqual([call?.error_code, call?.usage_source, call?.output_tokens], ["cancelled", "estimated", 4]);
});
