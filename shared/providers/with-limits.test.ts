import assert from "node:assert/strict";
import { fakeProvider, type FakeStep } from "./testing/fake-provider.ts";
import type { ChatRequest, Provider } from "./provider.ts";
import { failure, ManualTimers } from "./provider-ways.ts";
import { withLimits } from "./with-limits.ts";

const limits = { totalMs: 60_000, firstTokenMs: 20_000, idleMs: 10_000 };

function request(signal = new AbortController().signal): ChatRequest {
  return { model: "m", system: null, messages: [], maxOutputTokens: 10, signal };
}

function limited(script: FakeStep[]) {
  const timers = new ManualTimers();
  const fake = fakeProvider(script);
  return { fake, timers, provider: withLimits(fake, limits, timers) };
}

Deno.test("withLimits passes an answer on and leaves no timer behind", async () => {
  const { provider, timers } = limited([{ answer: "whole" }, { deltas: ["a", "b"], end: "done" }, { vectors: [[1]] }]);
  assert.equal((await provider.chat(request())).text, "whole");
  assert.equal(timers.running.size, 0);
  const texts: string[] = [];
  for await (const event of provider.stream(request())) if (event.type === "delta") texts.push(event.text);
  assert.deepEqual(texts, ["a", "b"]);
  assert.equal(timers.running.size, 0);
  const { signal } = new AbortController();
  assert.deepEqual((await provider.embed({ model: "m", texts: ["x"], signal })).vectors, [[1]]);
  assert.equal(timers.running.size, 0);
});

Deno.test("withLimits ends a silent call as timeout and aborts it", async () => {
  for (const method of ["chat", "embed"] as const) {
    const { provider, timers, fake } = limited([{ silence: true }]);
    const { signal } = new AbortController();
    const call = method === "chat" ? provider.chat(request()) : provider.embed({ model: "m", texts: ["x"], signal });
    const failing = failure(call);
    assert.deepEqual([...timers.running.keys()], [60_000]);
    timers.fire(60_000);
    const error = await failing;
    assert.equal(error.kind, "timeout");
    assert.equal(error.message, "Cannot get an answer from 'fake': the total limit of 60000 ms passed");
    assert.equal(fake.calls[0]?.request.signal.aborted, true);
    assert.equal(timers.running.size, 0);
  }
});

Deno.test("withLimits ends a call even when the provider does not heed its signal", async () => {
  const timers = new ManualTimers();
  const deaf: Provider = { ...fakeProvider([]), slug: "deaf", chat: () => new Promise(() => {}) };
  const failing = failure(withLimits(deaf, limits, timers).chat(request()));
  timers.fire(60_000);
  assert.equal((await failing).kind, "timeout");
});

Deno.test("withLimits waits for the first token, then only for silence, and only while the consumer waits", async () => {
  const { provider, timers } = limited([{ deltas: ["a", "b"], end: "silence" }]);
  const events = provider.stream(request())[Symbol.asyncIterator]();
  assert.deepEqual([...timers.running.keys()], [60_000, 20_000]);
  await events.next();
  assert.deepEqual([...timers.running.keys()], [60_000]);
  const second = events.next();
  assert.deepEqual([...timers.running.keys()], [60_000, 10_000]);
  await second;
  assert.deepEqual([...timers.running.keys()], [60_000]);
  const failing = failure(events.next());
  timers.fire(10_000);
  const error = await failing;
  assert.match(error.message, /the idle limit of 10000 ms passed/);
  assert.deepEqual(error.partial, { text: "ab", usage: null });
  assert.equal(timers.running.size, 0);
});

Deno.test("withLimits counts pings before the first token as silence, and after it as a sign of life", async () => {
  const timers = new ManualTimers();
  const pings = Promise.withResolvers<void>();
  const usage = { inputTokens: 5, outputTokens: 1, cacheReadInputTokens: null, cacheWriteInputTokens: null };
  const pinging: Provider = {
    ...fakeProvider([]),
    stream: (asked) => ({
      async *[Symbol.asyncIterator]() {
        asked.onProgress?.({ token: false, usage });
        assert.deepEqual([...timers.running.keys()], [60_000, 20_000]);
        asked.onProgress?.({ token: true, usage });
        const before = timers.running.get(10_000);
        asked.onProgress?.({ token: false, usage });
        assert.notEqual(timers.running.get(10_000), before);
        pings.resolve();
        await new Promise(() => {});
        yield { type: "delta", text: "never" };
      },
    }),
  };
  const failing = failure(withLimits(pinging, limits, timers).stream(request())[Symbol.asyncIterator]().next());
  await pings.promise;
  timers.fire(10_000);
  assert.deepEqual((await failing).partial, { text: "", usage });
});

Deno.test("withLimits passes the provider's own failure and the caller's abort on", async () => {
  const { provider, timers } = limited([{ error: "server" }, { deltas: ["a"], end: "cut" }, { silence: true }]);
  assert.equal((await failure(provider.chat(request()))).kind, "server");
  const cut = await failure((async () => {
    for await (const _ of provider.stream(request()));
  })());
  assert.deepEqual([cut.kind, cut.partial?.text], ["cut", "a"]);
  const controller = new AbortController();
  const failing = failure(provider.chat(request(controller.signal)));
  controller.abort();
  assert.equal((await failing).kind, "cancelled");
  assert.equal(timers.running.size, 0);
});

Deno.test("withLimits aborts the provider when the consumer leaves the stream", async () => {
  const { provider, timers, fake } = limited([{ deltas: ["a", "b"], end: "silence" }]);
  for await (const _ of provider.stream(request())) break;
  assert.equal(fake.calls[0]?.request.signal.aborted, true);
  assert.equal(timers.running.size, 0);
});

Deno.test("withLimits sets no timer for a limit that is null", () => {
  const timers = new ManualTimers();
  const none = { totalMs: null, firstTokenMs: null, idleMs: null };
  void withLimits(fakeProvider([{ answer: "x" }]), none, timers).chat(request());
  assert.equal(timers.running.size, 0);
});
