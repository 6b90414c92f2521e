import assert from "node:assert/strict";
import { fakeOrgId, fakePost, fakeStack } from "@shared/ai-task/testing/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { insightHandler } from "@shared/insights/mod.ts";
import { ProviderError } from "@shared/providers/mod.ts";
import type { FakeStep } from "@shared/providers/testing/mod.ts";
import { summaryByRules } from "./rules.ts";
import { conversationSummary } from "./task.ts";

const conversationId = "00000000-0000-4000-8000-0000000000c1";
const jobId = "00000000-0000-4000-8000-0000000000c2";
const answer = {
  summary_text: "Slate for 42 bathrooms.",
  key_points: ["42 bathrooms"],
  action_items: [],
  decisions_made: ["Slate"],
  questions_asked: [],
  timeline: [],
  confidence: 0.9,
};
const stored = {
  org_id: fakeOrgId,
  user_id: "00000000-0000-4000-8000-0000000000b1",
  conversation_id: conversationId,
  title: "Slate",
  language: "de",
  messages: [
    { index: 3, speaker: "user", text: "Slate for 42 bathrooms it is.", said_at: "2026-11-27T08:00:00+00:00" },
    { index: 4, speaker: "assistant", text: "Very well.", said_at: "2026-11-27T08:02:00+00:00" },
  ],
  left_out: 2,
  earlier: "They compared stones.",
  up_to: 17,
};

function world(script: () => FakeStep = () => ({ answer: JSON.stringify(answer) }), transcript: unknown = stored) {
  const prompts: string[] = [];
  const stack = fakeStack((call) => {
    if ("messages" in call.request) prompts.push(`${call.request.system}\n${JSON.stringify(call.request.messages)}`);
    return script();
  });
  const asked: { name: string; args: Record<string, unknown> }[] = [];
  const database = {
    rpc<Result>(name: string, args: Record<string, unknown>) {
      asked.push({ name, args });
      const given = name === "conversation_transcript" ? transcript : null;
      return given instanceof AppError ? Promise.reject(given) : Promise.resolve(given as Result);
    },
  };
  const handler = insightHandler(conversationSummary, {
    authenticate: stack.deps.authenticate,
    database: { ...database, asUser: () => database },
    task: stack.deps,
    newId: stack.deps.newId,
    now: stack.deps.now,
  });
  const send = async (request: Request) => {
    const response = await handler(request);
    await stack.settled();
    return { status: response.status, body: await response.json() };
  };
  const job = () =>
    send(
      new Request("http://local/functions/v1/conversation-summary", {
        method: "POST",
        headers: { "content-type": "application/json", apikey: "secret" },
        body: JSON.stringify({
          input: { conversation_id: conversationId, up_to: 17, summary_type: "executive" },
          org_id: fakeOrgId,
          options: { idempotency_key: `queue:${jobId}`, cache: "off" },
        }),
      }),
    );
  return { post: (input: unknown) => send(fakePost({ input })), job, asked, prompts, stack };
}

Deno.test("conversation-summary reads the conversation as the caller and keeps what it tells", async () => {
  const { post, asked, prompts } = world();
  const { status, body } = await post({ conversation_id: conversationId, summary_type: "key_points" });
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(
    [
      body.data.summary_type,
      body.data.word_count,
      body.data.duration_seconds,
      body.data.participants,
      body.data.compression_ratio,
    ],
    ["key_points", 4, 120, ["user", "assistant"], 0.5],
  );
  assert.deepEqual(asked.map(({ name }) => name), ["conversation_transcript", "store_insight"]);
  const kept = asked[1]?.args["insight"] as Record<string, unknown>;
  assert.deepEqual([kept["task"], kept["up_to"], kept["language"], kept["data"]], [
    "conversation-summary",
    17,
    "de",
    body.data,
  ]);
  assert.match(prompts[0] ?? "", /They compared stones/);
  assert.match(prompts[0] ?? "", /code de/, "it is told in the conversation's language");
});

Deno.test("conversation-summary keeps nothing of messages that are sent along", async () => {
  const { post, asked } = world();
  const { status } = await post({ messages: [{ speaker: "Anna", text: "42 slates." }] });
  assert.deepEqual([status, asked], [200, []]);
});

Deno.test("conversation-summary ends a job of the queue with what it tells, in one call", async () => {
  const { job, asked, stack } = world();
  assert.equal((await job()).status, 200);
  assert.deepEqual(asked.map(({ name }) => name), ["conversation_transcript", "finish_insight_job"]);
  assert.deepEqual([asked[0]?.args["p_up_to"], asked[1]?.args["p_job_id"]], [17, jobId]);
  assert.deepEqual(stack.ledger.admissions.map(({ idempotency_key }) => idempotency_key), [`job:${jobId}`]);
});

Deno.test("conversation-summary gives a job back that it cannot do", async () => {
  const { job, asked } = world(undefined, new AppError("not_found", "Cannot read the conversation"));
  assert.equal((await job()).status, 404);
  assert.deepEqual(asked.map(({ name }) => name), ["conversation_transcript", "finish_insight_job", "ai_reject"]);
  assert.equal(asked[1]?.args["p_error_code"], "not_found");
});

Deno.test("conversation-summary answers by its rules when no provider does", async () => {
  const { post } = world(() => ({ error: new ProviderError("server", "500", { status: 500 }) }));
  const { status, body } = await post({ conversation_id: conversationId });
  assert.deepEqual([status, body.meta.action, body.data.model_used], [200, "fallback_to_rules", null]);
  assert.match(body.data.summary_text, /Slate for 42 bathrooms/);
});

Deno.test("conversation-summary tells nothing of a conversation in which nothing was said", async () => {
  const { post } = world(undefined, { ...stored, messages: [], up_to: null });
  const { status, body } = await post({ conversation_id: conversationId });
  assert.deepEqual([status, body.code], [400, "invalid_request"]);
});

Deno.test("summaryByRules() finds promises, decisions and questions", () => {
  const told = summaryByRules({
    summary_type: "detailed",
    earlier: null,
    messages: [
      { index: 1, speaker: "Anna", text: "We decided on slate. What does it cost?", said_at: null },
      { index: 2, speaker: "Bert", text: "I will send the offer by Friday.", said_at: "2026-11-27T08:00:00Z" },
    ],
  });
  assert.deepEqual(told.decisions_made, ["We decided on slate."]);
  assert.deepEqual(told.questions_asked, ["What does it cost?"]);
  assert.deepEqual(told.action_items, [{ task: "I will send the offer by Friday.", owner: "Bert", due: null }]);
  assert.deepEqual(told.timeline.map(({ at }) => at), ["#1", "2026-11-27T08:00:00Z"]);
});

for (
  const [name, input] of Object.entries({
    nothing: {},
    both: { conversation_id: conversationId, messages: [{ speaker: "a", text: "b" }] },
    "an unknown kind": { conversation_id: conversationId, summary_type: "poem" },
    "an empty message": { messages: [{ speaker: "a", text: "" }] },
  })
) {
  Deno.test(`conversation-summary refuses ${name} and does no more than log it`, async () => {
    const { post, asked } = world();
    const { status, body } = await post(input);
    assert.deepEqual([status, body.code, asked.map(({ name }) => name)], [400, "invalid_request", ["ai_reject"]]);
  });
}
