import { deepEqual, equal, ok } from "node:assert/strict";
import { fakePost, fakeStack } from "@shared/ai-task/testing/mod.ts";
import { apart, assistant, begun, conversing, id, tool } from "@shared/conversation/testing/mod.ts";
import type { ChatRequest, ToolCall } from "@shared/providers/mod.ts";
import type { FakeStep } from "@shared/providers/testing/mod.ts";
import { chatTask } from "./task.ts";

const chatting = conversing(chatTask);
const run = {
  id: id(9),
  job_id: id(9),
  language: "de",
  spent_usd: 0,
  active_ms: 0,
  events: 0,
  lost: false,
  stop_asked: false,
  slice_ms: 0,
};
const calling = (expression: string, text = ""): FakeStep => ({
  answer: {
    text,
    finishReason: "tool_calls",
    toolCalls: [{ id: "call_0", name: "calculator", arguments: JSON.stringify({ expression }) } satisfies ToolCall],
  },
});
const turnOf = (of: object, change: object = {}, more: object = {}) => ({
  ...begun,
  tools: [tool("calculator")],
  assistant: { ...assistant, tools: ["calculator"], mode: "agent", max_steps: 20, max_seconds: 3_600, ...change },
  run: { ...run, ...of },
  ...more,
});
const step = (number: number, said = "", expression = `${number} + 1`) => ({
  id: id(number),
  step: number,
  said,
  call_id: `call_${number}`,
  name: "calculator",
  arguments: JSON.stringify({ expression }),
  status: "succeeded",
  result: "2",
  code: null,
});
const hello = { input: { message: "Hello" } };
const end = (calls: unknown[]) => calls[0] as Record<string, unknown>;

Deno.test("an agent whose request has had its time ends it after a step, as a job that continues", async () => {
  const stack = fakeStack([calling("1 + 1", "Let me see.")]);
  const { post, named } = chatting(stack, turnOf({}));
  const { data, meta } = await (await post(hello)).json();
  deepEqual([data.status, data.text, data.limit, meta.job_id, meta.calls], [
    "continues",
    "Let me see.\n\n",
    null,
    id(9),
    1,
  ]);
  const { status, cost_usd, elapsed_ms } = end(named("end_turn"));
  deepEqual([status, elapsed_ms], ["continues", 0]);
  ok(Number(cost_usd) > 0);
});

Deno.test("an agent within its time, and whoever is no agent, answers in one request", async () => {
  for (const turn of [turnOf({ slice_ms: 60_000 }), turnOf({}, { mode: "chat" })]) {
    const { post } = chatting(fakeStack([calling("1 + 1"), { answer: "Two." }]), turn);
    const { data } = await (await post(hello)).json();
    deepEqual([data.status, data.text], ["complete", "Two."]);
  }
});

const limits: [limit: string, of: object, change: object, steps: object[]][] = [
  ["steps", {}, { max_steps: 3 }, [step(1), step(2)]],
  ["time", { active_ms: 90_000 }, { max_seconds: 90 }, []],
  ["cost", { spent_usd: 0.5 }, { max_cost_usd: 0.5 }, []],
  ["no_progress", {}, {}, [step(1, "", "1"), step(2, "", "1")]],
];
for (const [limit, of, change, steps] of limits) {
  Deno.test(`a job counts ${limit} over all of its requests`, async () => {
    const stack = fakeStack([calling("1"), { answer: "Enough." }]);
    const { post } = chatting(stack, turnOf(of, change, { resumed: true, steps }));
    const { data } = await (await post(hello)).json();
    deepEqual([data.status, data.limit, data.text], ["complete", limit, "Enough."]);
  });
}

/** The queue's call, with what the database gives it. */
async function continued(turn: ReturnType<typeof turnOf>, steps: FakeStep[], user = {}, stack = fakeStack(steps)) {
  const { handler, named } = chatting(stack, turn, undefined, {
    user,
    database: {
      continue_chat: async ({ request }) => ({
        ...apart(turn),
        admission: await stack.ledger.rpc("ai_admit", { request }),
      }),
    },
  });
  const response = await handler(
    new Request("https://project.test/functions/v1/chat", {
      method: "POST",
      headers: { apikey: "secret", "content-type": "application/json" },
      body: JSON.stringify({ input: { run_id: id(9) }, org_id: begun.org_id, options: { stream: true } }),
    }),
  );
  const answer = await response.json();
  await stack.settled();
  const kept = named("keep_turn_events").flatMap((args) =>
    (args as { p_events: { first: number; last: number; event: string; data: Record<string, unknown> }[] }).p_events
  );
  return { stack, response, answer, kept, named };
}

Deno.test("the queue is answered at once, and the run goes on as its user, in its language and its numbering", async () => {
  const turn = turnOf({ events: 7 }, {}, { resumed: true, steps: [step(1, "Let me see.")] });
  const { response, answer, kept, named, stack } = await continued(turn, [{ answer: "Zwei." }]);
  deepEqual([response.status, answer.data, answer.meta.job_id], [202, null, id(9)]);
  deepEqual(kept.map(({ first, event }) => [first, event]), [[9, "delta"], [10, "done"]]);
  const { content, status, language } = end(named("end_turn"));
  deepEqual([content, status, language], ["Let me see.\n\nZwei.", "complete", "de"]);
  equal(stack.ledger.settlements[0]?.user_id, begun.user_id);
  deepEqual((stack.provider.calls[0]?.request as ChatRequest).messages.map(({ role }) => role), [
    "user",
    "assistant",
    "tool",
  ]);
});

Deno.test("a run whose request was lost says again what stands", async () => {
  const turn = turnOf({ events: 7, lost: true }, {}, { resumed: true, steps: [step(1, "Let me see.")] });
  const { kept } = await continued(turn, [{ answer: "Two." }]);
  deepEqual(kept.map(({ event, data }) => [event, data["reason"] ?? data["texts"] ?? null]), [
    ["restart", "continued"],
    ["delta", ["Let me see.\n\n", "Two."]],
    ["done", null],
  ]);
});

Deno.test("a run that was asked to stop calls no model any more", async () => {
  const turn = turnOf({ events: 7, stop_asked: true }, {}, { resumed: true, steps: [step(1, "Let me see.")] });
  const { stack, named } = await continued(turn, [{ answer: "Two." }]);
  const { content, status } = end(named("end_turn"));
  deepEqual([stack.provider.calls.length, status, content], [0, "stopped", "Let me see.\n\n"]);
});

Deno.test("a request that hands over leaves no end in the stream", async () => {
  const turn = turnOf({ events: 7 }, {}, { resumed: true, steps: [step(1)] });
  const { kept } = await continued(turn, [calling("5 + 5")]);
  deepEqual(kept.map(({ event }) => event), ["tool_call", "tool_result"]);
});

Deno.test("only the queue goes on with a run", async () => {
  const { handler, calls } = chatting(fakeStack([]), turnOf({}));
  const refused = await handler(fakePost({ input: { run_id: id(9) } }));
  equal(refused.status, 403);
  equal((await handler(fakePost({ input: { run_id: id(9), message: "Hello" } }))).status, 400);
  deepEqual(calls, []);
});

const late: FakeStep[] = Array(12).fill({ error: "timeout" });

Deno.test("an agent whose request ends while its model answers goes on as a job, and its caller is told so", async () => {
  const stack = fakeStack([calling("1 + 1", "Let me see."), ...late]);
  const { post, named } = chatting(stack, turnOf({ slice_ms: 60_000 }));
  const response = await post(hello);
  const { data, meta } = await response.json();
  deepEqual([response.status, data?.status, data?.text, meta?.job_id], [200, "continues", "Let me see.\n\n", id(9)]);
  const { status, error_code } = end(named("end_turn"));
  deepEqual([status, error_code], ["continues", "timeout"]);
});

Deno.test("a chat whose request ends while its model answers has failed, and so has an agent that was asked to stop", async () => {
  for (const turn of [turnOf({}, { mode: "chat" }), turnOf({ stop_asked: true, slice_ms: 60_000 })]) {
    const { post, named } = chatting(fakeStack([calling("1 + 1"), ...late]), turn);
    await post(hello);
    ok(end(named("end_turn"))["status"] !== "continues");
  }
});

Deno.test("what the queue works on is put off by the database, which counts how often", async () => {
  const { named } = await continued(turnOf({ events: 7 }, {}, { resumed: true, steps: [step(1)] }), late);
  const { status, error_code } = end(named("end_turn"));
  deepEqual([status, error_code], ["failed", "timeout"]);
});

Deno.test("an agent whose answer was cut off is told to take a smaller step", async () => {
  for (const cut of [true, false]) {
    const turn = turnOf({ cut }, {}, { resumed: true, steps: [step(1)] });
    const { stack } = await continued(turn, [{ answer: "Two." }]);
    const { system } = stack.provider.calls[0]?.request as ChatRequest;
    equal(system?.includes("took too long"), cut);
  }
});

Deno.test("a request that runs out of time was not stopped by anybody", async () => {
  const stack = fakeStack([{ silence: true }]);
  const begunAt = stack.deps.now();
  let isLate = false;
  const called = async () => {
    while (stack.provider.calls.length === 0) await new Promise((done) => setTimeout(done));
    isLate = true;
  };
  const deps = {
    ...stack.deps,
    now: () => begunAt + (isLate ? 120_000 : 0),
    wait: (ms: number, signal: AbortSignal) => ms >= 120_000 ? called() : stack.deps.wait(ms, signal),
  };
  const { named } = await continued(turnOf({ events: 7 }, {}, { resumed: true, steps: [step(1)] }), [], {}, {
    ...stack,
    deps,
  });
  const { status, error_code } = end(named("end_turn"));
  deepEqual([status, error_code], ["failed", "timeout"]);
});
