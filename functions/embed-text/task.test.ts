import assert from "node:assert/strict";
import { taskHandler } from "@shared/ai-task/mod.ts";
import { fakeCandidate, fakeStack } from "@shared/ai-task/testing/mod.ts";
import { ProviderError } from "@shared/providers/mod.ts";
import { type FakeCall } from "@shared/providers/testing/mod.ts";
import { embedText } from "./task.ts";

const model = "text-embedding-3-small";
const candidates = [
  fakeCandidate("openai", model, { dimensions: 1536, max_output_tokens: 0 }),
  fakeCandidate("azure", model, { dimensions: 1536, max_output_tokens: 0 }),
  fakeCandidate("openai", "text-embedding-3-large", { dimensions: 3072, max_output_tokens: 0 }),
];

/** A vector that says which text it is of. */
const vectorOf = (text: string) => [text.length, ...Array.from({ length: 1535 }, () => 0)];
const embed = (call: FakeCall) => {
  assert.ok(call.method === "embed");
  return { vectors: call.request.texts.map((text) => vectorOf(String(text))) };
};
const textsOf = (calls: readonly FakeCall[]) =>
  calls.map((call) => call.method === "embed" ? call.request.texts : null);

Deno.test("embed-text gives one text one vector, without a confidence", async () => {
  const stack = fakeStack(embed, candidates);
  const response = await stack.post(taskHandler(embedText, stack.deps), { input: { text: "abc" } });
  assert.equal(response.status, 200);
  const { data, meta } = await response.json();
  assert.deepEqual(data, { embeddings: [vectorOf("abc")], dimensions: 1536, model });
  assert.deepEqual(meta, {
    request_id: "00000000-0000-4000-8000-000000000001",
    job_id: null,
    task: "embed-text",
    provider: "openai",
    model,
    tier: "small",
    usage: { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 0 },
    cost_usd: 0.0000045,
    latency_ms: 0,
    calls: 1,
    cached: false,
    escalated: false,
    fell_back: false,
    confidence: null,
    action: "use_ai_result",
    fallback_reason: null,
    needs_review: false,
    prompt: { key: "embed-text", version: 1, variant: "A" },
    budget: { state: "ok", remaining: 99.9999955, currency: "USD" },
  });
  assert.equal(stack.ledger.settlements[0]?.calls[0]?.purpose, "embedding");
});

Deno.test("embed-text embeds a text that occurs twice once, and keeps the order", async () => {
  const stack = fakeStack(embed, candidates);
  const response = await stack.post(taskHandler(embedText, stack.deps), { input: { texts: ["aa", "b", "aa"] } });
  const { data } = await response.json();
  assert.deepEqual(data.embeddings.map((vector: number[]) => vector[0]), [2, 1, 2]);
  assert.deepEqual(textsOf(stack.provider.calls), [["aa", "b"]]);
});

Deno.test("embed-text asks only for texts it has not seen, and pays nothing when it has seen all", async () => {
  const stack = fakeStack(embed, candidates);
  const handler = taskHandler(embedText, stack.deps);
  await stack.post(handler, { input: { texts: ["aa", "b"] } });
  await stack.post(handler, { input: { texts: ["b", "ccc"] } });
  assert.deepEqual(textsOf(stack.provider.calls), [["aa", "b"], ["ccc"]]);
  const { data, meta } = await (await stack.post(handler, { input: { text: "ccc" } })).json();
  assert.equal(stack.provider.calls.length, 2);
  assert.deepEqual(data.embeddings, [vectorOf("ccc")]);
  assert.deepEqual([meta.cached, meta.calls, meta.cost_usd, meta.model], [true, 0, 0, model]);
});

Deno.test("embed-text goes another way to the same model, never to another model", async () => {
  const server = new ProviderError("server", "500", { status: 500 });
  const stack = fakeStack((call, index) => index === 0 ? { error: server } : embed(call), candidates);
  const { meta } = await (await stack.post(taskHandler(embedText, stack.deps), { input: { text: "abc" } })).json();
  assert.deepEqual([meta.provider, meta.model, meta.fell_back, meta.calls], ["azure", model, true, 2]);
});

Deno.test("embed-text says provider_unavailable when no way to the model works, and gives its hold back", async () => {
  const server = new ProviderError("server", "500", { status: 500 });
  const stack = fakeStack(() => ({ error: server }), candidates);
  const response = await stack.post(taskHandler(embedText, stack.deps), { input: { text: "abc" } });
  assert.equal(response.status, 503);
  assert.equal((await response.json()).code, "provider_unavailable");
  const [settlement] = stack.ledger.settlements;
  assert.deepEqual([settlement?.outcome.status, settlement?.outcome.error_code], ["failed", "provider_unavailable"]);
  assert.ok(settlement?.calls.every((call) => call.request_model === model));
  assert.deepEqual([stack.ledger.openHolds, stack.ledger.leftUsd], [0, "100"]);
});

Deno.test("embed-text does not take vectors of another length for an answer", async () => {
  const stack = fakeStack(() => ({ vectors: [[1, 2, 3]] }), candidates);
  const response = await stack.post(taskHandler(embedText, stack.deps), { input: { text: "abc" } });
  assert.equal(response.status, 503);
  assert.equal(stack.ledger.settlements[0]?.calls[0]?.error_code, "malformed");
});

Deno.test("embed-text cuts many texts into calls and embeds all of them", async () => {
  const stack = fakeStack(embed, candidates);
  const texts = Array.from({ length: 13 }, (_, index) => "x".repeat(20_000 + index));
  const { data } = await (await stack.post(taskHandler(embedText, stack.deps), { input: { texts } })).json();
  assert.deepEqual(textsOf(stack.provider.calls).map((batch) => batch?.length), [9, 4]);
  assert.deepEqual(data.embeddings.map((vector: number[]) => vector[0]), texts.map((text) => text.length));
});

const bad: [name: string, input: unknown][] = [
  ["nothing", {}],
  ["a blank text", { text: " \n" }],
  ["no texts", { texts: [] }],
  ["both a text and texts", { text: "a", texts: ["b"] }],
  ["too many texts", { texts: Array.from({ length: 257 }, () => "a") }],
  ["too long a text", { text: "a".repeat(32_001) }],
  ["a number", { text: 1 }],
];
for (const [name, input] of bad) {
  Deno.test(`embed-text refuses ${name}`, async () => {
    const stack = fakeStack([], candidates);
    const response = await stack.post(taskHandler(embedText, stack.deps), { input });
    assert.equal(response.status, 400);
    assert.equal(stack.ledger.admissions.length, 0);
  });
}
