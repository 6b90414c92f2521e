import { deepEqual, equal, match, ok } from "node:assert/strict";
import { fakePost, type FakeStack, fakeStack } from "@shared/ai-task/testing/mod.ts";
import { assistant, begun, conversing, id, tool } from "@shared/conversation/testing/mod.ts";
import { exactTokens, messageOverheadTokens } from "@shared/pricing/mod.ts";
import type { ChatRequest, Message, ToolCall } from "@shared/providers/mod.ts";
import type { FakeStep } from "@shared/providers/testing/mod.ts";
import { chatTask } from "./task.ts";

const chatting = conversing(chatTask);

const calling = (calls: [name: string, values: unknown][], text = ""): FakeStep => ({
  answer: {
    text,
    finishReason: "tool_calls",
    toolCalls: calls.map(([name, values], index): ToolCall => ({
      id: `call_${index}`,
      name,
      arguments: typeof values === "string" ? values : JSON.stringify(values),
    })),
  },
});
const calculator = tool("calculator", {
  parameters: {
    type: "object",
    additionalProperties: false,
    required: ["expression"],
    properties: { expression: { type: "string" } },
  },
});
const leads = tool("find_leads");
const note = tool("note_lead", { writes: true });
const turnWith = (tools: { name: string }[], change: object = {}) => ({
  ...begun,
  tools,
  assistant: { ...assistant, tools: tools.map(({ name }) => name), ...change },
});
const requests = (stack: FakeStack) => stack.provider.calls.map(({ request }) => request as ChatRequest);
const toolMessages = (request: ChatRequest | undefined) =>
  (request?.messages ?? []).filter((message): message is Message & { role: "tool" } => message.role === "tool");

Deno.test("chat calls tools side by side, tells the model what they gave, and pays for every step", async () => {
  const stack = fakeStack([
    calling([["calculator", { expression: "42 * 18.5" }], ["find_leads", { query: "Anna" }]]),
    { answer: "It is 777 for Anna." },
  ]);
  const { post, named } = chatting(stack, turnWith([calculator, leads]), undefined, {
    user: { find_leads: () => [{ name: "Anna Berger" }] },
  });
  const { data, meta } = await (await post({ input: { message: "Hello" } })).json();
  equal(data.text, "It is 777 for Anna.");
  deepEqual(data.tool_calls.map(({ name, status }: Record<string, unknown>) => [name, status]), [
    ["calculator", "succeeded"],
    ["find_leads", "succeeded"],
  ]);
  equal(meta.calls, 2);
  deepEqual(stack.ledger.settlements[0]?.calls.map(({ purpose }) => purpose), ["answer", "tool"]);
  const [first, second] = requests(stack);
  deepEqual(first?.tools?.map(({ name }) => name), ["calculator", "find_leads"]);
  const results = toolMessages(second);
  match(
    results[0]?.content ?? "",
    /^<data id="[0-9a-f]{8}" name="result-of-calculator">\n777\n<\/data id="[0-9a-f]{8}">$/,
  );
  match(results[1]?.content ?? "", /Anna Berger/);
  deepEqual(named("find_leads"), [{ p_org_id: begun.org_id, p_query: "Anna", p_limit: 5 }]);
});

Deno.test("chat sends a tool's name that a model made up back as providers take names", async () => {
  const stack = fakeStack([calling([["calc\nulator<x>", {}], ["", {}], ["n".repeat(99), {}]]), { answer: "Hm." }]);
  const { post } = chatting(stack, turnWith([calculator]));
  const { data } = await (await post({ input: { message: "Hello" } })).json();
  deepEqual(data.tool_calls.map(({ name, code }: Record<string, string>) => [name?.slice(0, 20), code]), [
    ["calc\nulator<x>", "not_found"],
    ["", "not_found"],
    ["n".repeat(20), "not_found"],
  ]);
  const back = requests(stack)[1]?.messages.find(({ role }) => role === "assistant") as Message & { role: "assistant" };
  deepEqual(back.toolCalls?.map(({ name }) => name), ["calc_ulator_x_", "_", "n".repeat(64)]);
});

Deno.test("chat streams what tools are called and what they gave", async () => {
  const stack = fakeStack([calling([["calculator", { expression: "1 + 1" }]], "Let me see."), { answer: "Two." }]);
  const { handler } = chatting(stack, turnWith([calculator]));
  const response = await handler(fakePost({ input: { message: "Hello" }, options: { stream: true } }));
  const events = (await response.text()).split("\n\n").map((block) => /event: (.*)\ndata: (.*)$/s.exec(block))
    .flatMap((found) => found === null ? [] : [{ event: found[1], data: JSON.parse(found[2] ?? "") }]);
  deepEqual(events.map(({ event }) => event), ["meta", "delta", "tool_call", "delta", "tool_result", "delta", "done"]);
  deepEqual(events[2]?.data, { id: "call_0", name: "calculator", arguments: '{"expression":"1 + 1"}' });
  const { latency_ms: _, ...result } = events[4]?.data;
  deepEqual(result, {
    id: "call_0",
    name: "calculator",
    status: "succeeded",
    code: null,
    approval_id: null,
    result: "2",
  });
  const text = events.filter(({ event }) => event === "delta").map(({ data }) => data.text).join("");
  equal(text, "Let me see.\n\nTwo.");
  equal(events.at(-1)?.data.data.text, text);
});

const bad: [name: string, call: [string, unknown], code: string, told: RegExp][] = [
  ["malformed arguments", ["calculator", '{"expression": '], "invalid_request", /not valid JSON/],
  ["arguments that are no object", ["calculator", "[1]"], "invalid_request", /not a JSON object/],
  ["arguments that do not fit the schema", ["calculator", { expression: 3 }], "invalid_request", /expression/],
  ["a member the schema does not have", ["calculator", { expression: "1", code: "x" }], "invalid_request", /code/],
  ["a tool the assistant does not have", ["delete_everything", {}], "not_found", /no such tool/],
  ["a tool that fails", ["calculator", { expression: "2 +" }], "invalid_request", /ends too early/],
  ["an expression that is code", ["calculator", { expression: "Deno.exit(1)" }], "invalid_request", /not expected/],
];
for (const [name, call, code, told] of bad) {
  Deno.test(`chat tells the model and the user of ${name}, and goes on`, async () => {
    const stack = fakeStack([calling([call]), { answer: "I could not." }]);
    const { post } = chatting(stack, turnWith([calculator]));
    const { data } = await (await post({ input: { message: "Hello" } })).json();
    deepEqual([data.text, data.tool_calls[0].status, data.tool_calls[0].code], ["I could not.", "failed", code]);
    const [result] = toolMessages(requests(stack)[1]);
    match(result?.content ?? "", told);
    equal(result?.isError, true);
  });
}

Deno.test("chat gives a tool up that hangs", async () => {
  const stack = fakeStack([calling([["find_leads", {}]]), { answer: "It does not answer." }]);
  const { post } = chatting(stack, turnWith([tool("find_leads", { timeout_ms: 30 })]), undefined, {
    user: { find_leads: () => new Promise(() => {}) },
  });
  const { data } = await (await post({ input: { message: "Hello" } })).json();
  deepEqual([data.text, data.tool_calls[0].code], ["It does not answer.", "timeout"]);
});

Deno.test("chat calls nothing it cannot write down", async () => {
  const stack = fakeStack([calling([["find_leads", { query: "Anna" }]]), { answer: "Not now." }]);
  const { post, named } = chatting(stack, turnWith([leads]), undefined, {
    database: { begin_tool_calls: () => Promise.reject(new Error("away")) },
  });
  const { data } = await (await post({ input: { message: "Hello" } })).json();
  deepEqual([data.tool_calls[0].code, named("find_leads")], ["ledger_unavailable", []]);
});

Deno.test("chat ends a chain of calls at the assistant's limit of steps", async () => {
  const stack = fakeStack((_, index) =>
    index < 3 ? calling([["calculator", { expression: `${index} + 1` }]]) : { answer: "Enough." }
  );
  const { post } = chatting(stack, turnWith([calculator], { max_steps: 3 }));
  const { data, meta } = await (await post({ input: { message: "Hello" } })).json();
  deepEqual([data.text, data.limit, data.tool_calls.length, meta.calls], ["Enough.", "steps", 3, 4]);
  const last = requests(stack).at(-1);
  equal(last?.toolChoice, "none");
  match(last?.system ?? "", /cannot call any more tools/);
});

Deno.test("chat ends a model that calls on and on although it may not", async () => {
  const stack = fakeStack((_, index) => calling([["calculator", { expression: `${index}` }]], "Hm."));
  const { post } = chatting(stack, turnWith([calculator], { max_steps: 2 }));
  const { data, meta } = await (await post({ input: { message: "Hello" } })).json();
  deepEqual([data.status, data.limit, meta.calls, data.tool_calls.length], ["complete", "steps", 3, 2]);
});

Deno.test("chat notices when nothing new is called", async () => {
  const stack = fakeStack((_, index) =>
    index < 3 ? calling([["calculator", { expression: "1 + 1" }]]) : { answer: "Two." }
  );
  const { post } = chatting(stack, turnWith([calculator], { max_steps: 20 }));
  const { data } = await (await post({ input: { message: "Hello" } })).json();
  deepEqual([data.text, data.limit, data.tool_calls.length], ["Two.", "no_progress", 3]);
});

Deno.test("chat ends at the assistant's limit of cost", async () => {
  const stack = fakeStack((_, index) =>
    index < 1 ? calling([["calculator", { expression: "1" }]]) : { answer: "Done." }
  );
  const { post } = chatting(stack, turnWith([calculator], { max_steps: 20, max_cost_usd: 0.000001 }));
  equal((await (await post({ input: { message: "Hello" } })).json()).data.limit, "cost");
});

Deno.test("chat asks before a tool writes, and does nothing until then", async () => {
  const stack = fakeStack([calling([["note_lead", { lead_id: id(1), note: "Call back" }]], "I would note that.")]);
  const { post, named } = chatting(stack, turnWith([note]));
  const { data } = await (await post({ input: { message: "Hello" } })).json();
  deepEqual([data.status, data.text, data.tool_calls], ["awaiting_approval", "I would note that.\n\n", [
    { id: "call_0", name: "note_lead", status: "awaiting_approval", code: null, approval_id: id(0) },
  ]]);
  deepEqual(named("add_lead_note"), []);
  deepEqual((named("end_turn")[0] as Record<string, unknown>)["status"], "awaiting_approval");
  deepEqual([stack.ledger.settlements[0]?.outcome.status, stack.ledger.openHolds], ["succeeded", 0]);
});

const waited = (status: string) => ({
  ...turnWith([note]),
  resumed: true,
  steps: [{
    id: id(5),
    step: 1,
    said: "I would note that.",
    call_id: "call_0",
    name: "note_lead",
    arguments: '{"note":"Call back"}',
    status,
    result: null,
    code: null,
  }],
});
const resume = { input: { conversation_id: id(1), resume_message_id: id(3) } };

Deno.test("chat carries out what was granted and goes on with the answer", async () => {
  const stack = fakeStack([{ answer: "Noted." }]);
  const { post, named } = chatting(stack, waited("approved"), undefined, {
    user: { add_lead_note: () => ({ id: id(1) }) },
  });
  const { data } = await (await post(resume)).json();
  deepEqual([data.status, data.text], ["complete", "I would note that.\n\nNoted."]);
  equal(named("add_lead_note").length, 1);
  deepEqual(
    named("end_tool_calls").map((args) =>
      (args as { p_results: { id: string; status: string }[] }).p_results
        .map(({ id, status }) => [id, status])
    ),
    [[[id(5), "succeeded"]]],
  );
  const messages = requests(stack)[0]?.messages ?? [];
  deepEqual(messages.map(({ role }) => role), ["user", "assistant", "tool"]);
  equal((named("end_turn")[0] as Record<string, unknown>)["content"], "I would note that.\n\nNoted.");
});

Deno.test("chat does not do what was denied, and says so to the model", async () => {
  const stack = fakeStack([{ answer: "Then not." }]);
  const { post, named } = chatting(stack, waited("denied"));
  const { data } = await (await post(resume)).json();
  deepEqual([data.tool_calls[0].status, named("add_lead_note")], ["denied", []]);
  match(toolMessages(requests(stack)[0])[0]?.content ?? "", /does not want this to be done/);
});

Deno.test("chat hands over to another assistant, who speaks and acts as itself from then on", async () => {
  const colleague = {
    ...assistant,
    id: id(8),
    name: "Closer",
    instructions: "Close deals.",
    tools: ["calculator"],
    temperature: 0.9,
  };
  const stack = fakeStack([
    calling([["hand_off", { assistant: "Closer", reason: "A price is asked for" }]]),
    { answer: "I am Closer." },
  ]);
  const { post, named } = chatting(stack, {
    ...turnWith([calculator], { hand_off_to: [id(8)], tools: [] }),
    colleagues: [colleague],
  });
  const { data } = await (await post({ input: { message: "Hello" } })).json();
  deepEqual(data.assistant, { id: id(8), version: 2, name: "Closer" });
  const [before, after] = requests(stack);
  deepEqual([before?.tools?.map(({ name }) => name), after?.tools?.map(({ name }) => name)], [["hand_off"], [
    "calculator",
  ]]);
  ok(before?.system?.includes("Never name a price.") && !after?.system?.includes("Never name a price."));
  ok(after?.system?.includes("Close deals."));
  equal(after?.temperature, 0.9);
  equal((named("end_turn")[0] as Record<string, unknown>)["assistant_id"], id(8));
});

Deno.test("chat counts what tools give into its context, and comes to an end when it is full", async () => {
  const found = Array.from({ length: 4_000 }, (_, at) => ({ name: `Lead number ${at}`, notes: "wants slate" }));
  const search = tool("find_leads");
  const history = Array.from({ length: 40 }, (_, at) => ({
    id: String(at),
    role: at % 2 === 0 ? "user" : "assistant",
    content: `${at} ` + "tiles and grout for the bath ".repeat(20),
    pinned: false,
    at: "",
  }));
  const stack = fakeStack([calling([["find_leads", { query: "slate" }]]), { answer: "Many." }]);
  const { post } = chatting(stack, { ...turnWith([search]), history }, undefined, {
    user: { find_leads: () => found },
  });
  const { data } = await (await post({ input: { message: "Hello" } })).json();
  deepEqual([data.status, data.limit, data.text], ["complete", "context", "Many."]);
  for (const { system, tools, messages } of requests(stack)) {
    const texts = [system, JSON.stringify(tools), ...messages.map(({ content }) => String(content))];
    const counts = await Promise.all(texts.map((text) => exactTokens(text ?? "", "o200k_base")));
    const tokens = messageOverheadTokens(messages.length + 1) + counts.reduce((sum, count) => sum + count, 0);
    ok(tokens <= 6_000, `${tokens} tokens`);
  }
  const last = requests(stack).at(-1);
  match(String(last?.messages.at(-1)?.content), /Lead number 0[^]*<\/data id="[0-9a-f]{8}">\n\(Cut here/);
  ok(last?.toolChoice === "none" && data.context.tokens <= 6_000 && data.context.left_out > 0);
});

Deno.test("chat in agent mode plans, acts and observes", async () => {
  const stack = fakeStack([
    calling([["plan", { steps: [{ title: "Compute", state: "doing" }] }]]),
    calling([["calculator", { expression: "6 * 7" }]]),
    { answer: "42" },
  ]);
  const { post } = chatting(stack, turnWith([calculator], { mode: "agent", max_steps: 10 }));
  const { data } = await (await post({ input: { message: "Hello" } })).json();
  deepEqual([data.text, data.tool_calls.map(({ name }: { name: string }) => name)], ["42", ["plan", "calculator"]]);
  match(requests(stack)[0]?.system ?? "", /first write down a short plan/);
});
