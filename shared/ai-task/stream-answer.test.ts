import assert from "node:assert/strict";
import { ProviderError } from "@shared/providers/mod.ts";
import { z } from "zod";
import { defineTask } from "./define-task.ts";
import { fakePost, fakeStack } from "./testing/fake-stack.ts";
import { taskHandler } from "./task-handler.ts";

const poem = defineTask({
  task: "poem",
  title: "Poem",
  description: "Writes a poem.",
  input: z.strictObject({ about: z.string() }),
  output: z.strictObject({ text: z.string().min(3) }),
  example: { input: { about: "rain" } },
  prompt: { version: 1, system: "Write a poem.", template: "{{about}}" },
  variables: ({ about }) => ({ about }),
  fromText: (text) => ({ text }),
  maxOutputTokens: 50,
  rules: null,
  streams: true,
});
const ruled = { ...poem, rules: () => ({ text: "Rain falls." }) };
const body = { input: { about: "rain" }, options: { stream: true, cache: "off" } };
const cut = new ProviderError("cut", "cut", { mayBeBilled: true });

interface Event {
  event: string;
  data: Record<string, unknown> & { meta?: Record<string, unknown>; data?: unknown };
}

async function eventsOf(response: Response): Promise<Event[]> {
  const blocks = (await response.text()).split("\n\n").filter((block) => block.startsWith("event: "));
  return blocks.map((block) => {
    const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
    return { event, data: JSON.parse(data) };
  });
}

async function stream(
  steps: Parameters<typeof fakeStack>[0],
  task: typeof poem | typeof ruled = poem,
  sent: unknown = body,
) {
  const stack = fakeStack(steps);
  const response = await taskHandler(task, stack.deps)(fakePost(sent));
  const events = response.headers.get("content-type")?.startsWith("text/event-stream") === true
    ? await eventsOf(response)
    : [];
  await stack.settled();
  return { ...stack, response, events, names: events.map(({ event }) => event) };
}

Deno.test("a stream is meta, deltas and done with the whole envelope", async () => {
  const { response, events, names, ledger } = await stream([{ deltas: ["Rain ", "falls"], end: "done" }]);
  assert.equal(response.status, 200);
  assert.deepEqual(names, ["meta", "delta", "delta", "done"]);
  assert.deepEqual(events.slice(1, 3).map(({ data }) => data), [{ text: "Rain " }, { text: "falls" }]);
  const [meta, , , done] = events;
  assert.deepEqual([meta?.data["model"], meta?.data["cost_usd"]], ["gpt-4o-mini", null]);
  assert.deepEqual(
    Object.keys(meta?.data ?? {}),
    Object.keys(done?.data.meta ?? {}),
    "the same members from the start",
  );
  assert.deepEqual(done?.data.data, { text: "Rain falls" });
  assert.deepEqual([ledger.openHolds, ledger.settlements[0]?.outcome.time_to_first_token_ms], [0, 0]);
  assert.equal(ledger.admissions[0]?.needs.join(), "streaming");
});

Deno.test("a stream that fails before its first event keeps its HTTP status", async () => {
  const { response, ledger } = await stream(() => ({ error: "server" }));
  assert.deepEqual([response.status, (await response.json()).code], [503, "provider_unavailable"]);
  assert.equal(ledger.settlements[0]?.outcome.status, "failed");
});

Deno.test("a stream that breaks starts again elsewhere, and says so", async () => {
  const { events, names } = await stream([{ deltas: ["Rai"], end: cut }, { deltas: ["Snow falls"], end: "done" }]);
  assert.deepEqual(names, ["meta", "delta", "restart", "delta", "done"]);
  assert.deepEqual(events[2]?.data, { reason: "cut" });
  assert.deepEqual(events[4]?.data.data, { text: "Snow falls" });
});

Deno.test("a stream that fails after its first event ends with an error, never with done", async () => {
  const { events, names, ledger } = await stream((_, index) =>
    index === 0 ? { deltas: ["Rai"], end: cut } : { error: "server" }
  );
  assert.deepEqual(names, ["meta", "delta", "restart", "error"]);
  assert.deepEqual([events.at(-1)?.data["code"], events.at(-1)?.data["status"]], ["provider_unavailable", 503]);
  assert.equal(ledger.settlements[0]?.outcome.status, "failed");
});

Deno.test("a stream that nobody finished is answered by rules, what came before taken back", async () => {
  const failing = () => ({ error: "server" as const });
  const { names, events } = await stream((_, index) => index === 0 ? { deltas: ["Rai"], end: cut } : failing(), ruled);
  assert.deepEqual(names, ["meta", "delta", "restart", "done"]);
  assert.deepEqual(events.at(-1)?.data.data, { text: "Rain falls." });
  const silent = await stream(failing, ruled);
  assert.deepEqual(silent.names, ["meta", "done"]);
});

Deno.test("a stream passes tool calls on", async () => {
  const call = { id: "c1", name: "look_up", arguments: "{}" };
  const { events, names } = await stream([{ deltas: ["Rain"], end: "done", answer: { toolCalls: [call] } }]);
  assert.deepEqual([names, events[2]?.data], [["meta", "delta", "tool_call", "done"], call]);
});

Deno.test("a stream from the cache is meta and done at once", async () => {
  const stack = fakeStack([{ deltas: ["Rain falls"], end: "done" }]);
  const handler = taskHandler(poem, stack.deps);
  const cached = { ...body, options: { stream: true } };
  await eventsOf(await handler(fakePost(cached)));
  await stack.settled();
  const events = await eventsOf(await handler(fakePost(cached)));
  assert.deepEqual(events.map(({ event }) => event), ["meta", "done"]);
  assert.deepEqual([events[1]?.data.meta?.["cached"], stack.provider.calls.length], [true, 1]);
});

for (const [setting, status] of [["cancel", "cancelled"], ["finish", "succeeded"]] as const) {
  Deno.test(`a reader who leaves a stream has it settled: ${setting}`, async () => {
    const stack = fakeStack([{ deltas: ["Rain ", "falls ", "down"], end: "done" }]);
    stack.ledger.adjustPlan = (plan) => ({ ...plan, settings: { "ai.stream.on_client_gone": setting } });
    const response = await taskHandler(poem, stack.deps)(fakePost(body));
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await stack.settled();
    const [settlement] = stack.ledger.settlements;
    assert.equal(settlement?.outcome.status, status);
    assert.equal(stack.ledger.openHolds, 0);
    if (setting === "finish") return;
    const [call] = settlement?.calls ?? [];
    assert.deepEqual([call?.error_code, call?.usage_source], ["cancelled", "estimated"]);
    assert.ok(
      (call?.output_tokens ?? 0) > 0 && (call?.output_tokens ?? 99) < 50,
      "what was produced, not what was allowed",
    );
  });
}

Deno.test("a reader is let go after the deadline, not with it: what runs out of time still says so", async () => {
  const stack = fakeStack([{ answer: "Rain." }]);
  const waits: number[] = [];
  const wait = (ms: number, signal: AbortSignal) => {
    waits.push(ms);
    return stack.deps.wait(ms, signal);
  };
  await eventsOf(await taskHandler(poem, { ...stack.deps, wait })(fakePost(body)));
  await stack.settled();
  assert.ok(Math.max(...waits) > 120_000, `${waits}`);
});

Deno.test("a reader who neither reads nor leaves does not keep the request beyond its deadline", async () => {
  const stack = fakeStack([{ deltas: ["Rain ", "falls ", "down ", "on ", "us"], end: "done" }]);
  let pass = () => {};
  const deadline = new Promise<void>((resolve) => pass = resolve);
  const response = await taskHandler(poem, { ...stack.deps, wait: () => deadline })(fakePost(body));
  pass();
  await stack.settled();
  assert.equal(stack.ledger.settlements[0]?.outcome.status, "cancelled");
  assert.ok((await eventsOf(response)).every(({ event }) => event !== "done"));
});
