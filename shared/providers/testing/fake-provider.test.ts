import assert from "node:assert/strict";
import { fakeProvider } from "./fake-provider.ts";
import { type ChatRequest, type ChatStreamEvent, ProviderError } from "../provider.ts";
import { failure } from "../provider-ways.ts";

function request(signal = new AbortController().signal): ChatRequest {
  return { model: "m", system: null, messages: [], maxOutputTokens: 10, signal };
}

async function collect(events: AsyncIterable<ChatStreamEvent>): Promise<string[]> {
  const collected: string[] = [];
  for await (const event of events) collected.push(event.type === "delta" ? event.text : event.type);
  return collected;
}

Deno.test("fakeProvider follows its script call by call and remembers the calls", async () => {
  const call = { id: "1", name: "find", arguments: "{}" };
  const fake = fakeProvider([
    { answer: "one" },
    { answer: { text: "two", toolCalls: [call], usage: null } },
    { deltas: ["a", "b"], end: "done" },
    { error: "rate_limited" },
  ], { slug: "openai" });
  assert.equal((await fake.chat(request())).text, "one");
  assert.deepEqual(await collect(fake.stream(request())), ["two", "tool_call", "done"]);
  assert.equal((await fake.chat(request())).text, "ab");
  assert.equal((await failure(fake.chat(request()))).kind, "rate_limited");
  assert.deepEqual(fake.calls.map(({ method }) => method), ["chat", "stream", "chat", "chat"]);
  await assert.rejects(fake.chat(request()), (error) => !(error instanceof ProviderError));
});

Deno.test("fakeProvider answers by a function of the call", async () => {
  const fake = fakeProvider(({ request }, index) => ({ answer: `${request.model} ${index}` }));
  assert.equal((await fake.chat(request())).text, "m 0");
  assert.equal((await fake.chat(request())).text, "m 1");
});

Deno.test("fakeProvider fails mid-stream with what was sent, and is silent until aborted", async () => {
  const fake = fakeProvider([{ deltas: ["a"], end: "cut" }, { deltas: ["a"], end: "silence" }, { silence: true }]);
  const cut = await failure(collect(fake.stream(request())));
  assert.deepEqual([cut.kind, cut.partial?.text, cut.mayBeBilled], ["cut", "a", true]);
  for (const method of ["stream", "embed"] as const) {
    const controller = new AbortController();
    const { signal } = controller;
    const failing = failure(
      method === "stream" ? collect(fake.stream(request(signal))) : fake.embed({ model: "m", texts: [], signal }),
    );
    controller.abort();
    assert.equal((await failing).kind, "cancelled");
  }
});
