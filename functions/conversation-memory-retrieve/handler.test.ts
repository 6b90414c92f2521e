import assert from "node:assert/strict";
import { fakeCandidate, fakeOrgId, fakePost, fakeStack } from "@shared/ai-task/testing/mod.ts";
import { ProviderError } from "@shared/providers/mod.ts";
import type { FakeCall, FakeStep } from "@shared/providers/testing/mod.ts";
import { retrieveHandler } from "./handler.ts";

const hit = {
  kind: "memory",
  id: "00000000-0000-4000-8000-0000000000f1",
  type: "preference",
  content: "Prefers email.",
  importance: 0.5,
  speaker: null,
  lead_id: null,
  conversation_id: null,
  message_id: null,
  said_at: "2026-11-27T08:00:00+00:00",
  score: 1,
  similarity: 0.6,
};

function world(script?: (call: FakeCall) => FakeStep) {
  const answer = (call: FakeCall) =>
    call.method === "embed"
      ? { vectors: call.request.texts.map(() => Array.from({ length: 1536 }, () => 0.5)) }
      : { answer: "{}" };
  const stack = fakeStack(script ?? answer, [fakeCandidate("openai", "model", { dimensions: 1536 })]);
  const asked: { name: string; args: Record<string, unknown> }[] = [];
  const rights = {
    rpc<Result>(name: string, args: Record<string, unknown>) {
      asked.push({ name, args });
      const { kind: _kind, similarity: _similarity, score: _score, speaker: _speaker, ...item } = hit;
      return Promise.resolve(
        (name === "list_memories"
          ? { items: [item] }
          : { org_id: fakeOrgId, found: true, confidence: 0.7, results: [hit] }) as Result,
      );
    },
  };
  const handler = retrieveHandler({
    authenticate: stack.deps.authenticate,
    database: { rpc: () => Promise.reject(new Error("Cannot recall as the service")), asUser: () => rights },
    task: stack.deps,
    newId: stack.deps.newId,
    now: stack.deps.now,
  });
  const post = async (input: unknown, options: Record<string, unknown> = {}) => {
    const response = await handler(fakePost({ input, options }));
    await stack.settled();
    return { status: response.status, body: await response.json() };
  };
  return { post, asked, stack };
}

Deno.test("conversation-memory-retrieve embeds the question and searches once, as the caller", async () => {
  const { post, asked, stack } = world();
  const { status, body } = await post({ query: "How do they like to be contacted?", limit: 3 });
  assert.equal(status, 200);
  assert.deepEqual(body.data, { found: true, confidence: 0.7, search_type: "hybrid", results: [hit] });
  assert.deepEqual(asked.map(({ name }) => name), ["recall_memory"]);
  assert.match(String(asked[0]?.args["p_embedding"]), /^\[0\.5,/);
  assert.equal(asked[0]?.args["p_limit"], 3);
  assert.equal(stack.ledger.openHolds, 0);
});

Deno.test("conversation-memory-retrieve by words asks no provider", async () => {
  const { post, stack } = world();
  const { body } = await post({ query: "contact", search_type: "keyword" });
  assert.deepEqual([body.data.search_type, body.meta.calls, stack.ledger.admissions.length], ["keyword", 0, 0]);
});

Deno.test("conversation-memory-retrieve without a question gives the latest statements", async () => {
  const { post, asked } = world();
  const { body } = await post({});
  assert.deepEqual([body.data.search_type, body.data.confidence, asked[0]?.name], ["latest", null, "list_memories"]);
  assert.equal(body.data.results[0].content, "Prefers email.");
});

Deno.test("conversation-memory-retrieve answers by words when no provider does", async () => {
  const { post, asked } = world(() => ({ error: new ProviderError("server", "500", { status: 500 }) }));
  const { status, body } = await post({ query: "contact" });
  assert.deepEqual([status, body.meta.action, body.meta.fallback_reason], [
    200,
    "fallback_to_rules",
    "provider_unavailable",
  ]);
  assert.equal(asked[0]?.args["p_embedding"], null);
});

for (
  const [name, input] of Object.entries({
    "a blank question": { query: " " },
    "no limit at all": { query: "a", limit: 0 },
    "an unknown kind": { query: "a", kinds: ["dream"] },
    "an unknown field": { query: "a", mood: "good" },
  })
) {
  Deno.test(`conversation-memory-retrieve refuses ${name}`, async () => {
    const { post, asked } = world();
    const { status, body } = await post(input);
    assert.deepEqual([status, body.code, asked.length], [400, "invalid_request", 0]);
  });
}

Deno.test("conversation-memory-retrieve names the job it is part of, whether a provider was asked or not", async () => {
  const { post } = world();
  const job_id = "30000000-0000-4000-8000-000000000001";
  for (const input of [{ query: "Contact?" }, { query: "Contact?", search_type: "keyword" }, {}]) {
    assert.equal((await post(input, { job_id })).body.meta.job_id, job_id, JSON.stringify(input));
  }
});
