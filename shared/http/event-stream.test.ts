import assert from "node:assert/strict";
import { AppError } from "@shared/errors/mod.ts";
import { eventStream, type EventStreamOptions, type StreamItem } from "./event-stream.ts";

/** A clock whose ticks the test makes. */
function manualTicks() {
  const ticks = new Set<() => void>();
  const every = (_: number, tick: () => void) => {
    ticks.add(tick);
    return () => ticks.delete(tick);
  };
  return { every, running: () => ticks.size, tick: () => ticks.forEach((tick) => tick()) };
}

function open(source: AsyncIterable<StreamItem>, more: Partial<EventStreamOptions> = {}) {
  const clock = manualTicks();
  const response = eventStream(source, { requestId: "req-1", every: clock.every, log: () => {}, ...more });
  return { clock, response };
}

async function* of(...items: StreamItem[]): AsyncGenerator<StreamItem> {
  yield* items;
}

/** A source that waits for `release` between its first item and its second. */
function halting() {
  const gate = Promise.withResolvers<void>();
  const state = { taken: 0, cleaned: 0 };
  async function* items(): AsyncGenerator<StreamItem> {
    try {
      state.taken += 1;
      yield { event: "meta", data: {} };
      await gate.promise;
      for (;;) {
        state.taken += 1;
        yield { event: "delta", data: { text: "x" } };
      }
    } finally {
      state.cleaned += 1;
    }
  }
  return { gate, state, items: items() };
}

const text = (chunk: { value?: Uint8Array | undefined }) => new TextDecoder().decode(chunk.value);
/** Lets promises that are ready run. */
const turn = () => new Promise<void>((resolve) => queueMicrotask(() => setTimeout(resolve, 0)));

Deno.test("eventStream writes named events, ids and raw items in their order", async () => {
  const { response, clock } = open(of(
    { event: "meta", data: { request_id: "req-1" } },
    { event: "delta", id: "2", data: { text: "line 1\nline 2" } },
    { data: null },
    "data: [DONE]\n\n",
    new TextEncoder().encode(": bytes\n\n"),
  ));
  assert.equal(
    await (await response).text(),
    'event: meta\ndata: {"request_id":"req-1"}\n\n' +
      'id: 2\nevent: delta\ndata: {"text":"line 1\\nline 2"}\n\n' +
      "data: null\n\ndata: [DONE]\n\n: bytes\n\n",
  );
  assert.equal(clock.running(), 0);
});

Deno.test("eventStream answers 204 when there is nothing to tell, so that clients do not come back", async () => {
  const { response, clock } = open(of());
  const { status, body } = await response;
  assert.deepEqual([status, body], [204, null]);
  assert.equal(clock.running(), 0);
});

Deno.test("eventStream's headers keep proxies from holding the stream back", async () => {
  const response = await open(of("x"), { headers: { "x-signalbox-model": "m" } }).response;
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  assert.equal(response.headers.get("cache-control"), "no-cache, no-transform");
  assert.equal(response.headers.get("x-accel-buffering"), "no");
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.equal(response.headers.get("x-signalbox-model"), "m");
  await response.text();
});

Deno.test("eventStream throws what fails before the first item, so that it keeps its status", async () => {
  async function* failing(): AsyncGenerator<StreamItem> {
    yield* of();
    throw new AppError("budget_exhausted", "Cannot admit the request: spent");
  }
  await assert.rejects(open(failing()).response, { code: "budget_exhausted" });
});

Deno.test("eventStream ends with an error event when the source fails later", async () => {
  async function* failing(): AsyncGenerator<StreamItem> {
    yield { event: "meta", data: {} };
    throw new Error("hunter2");
  }
  let cancelled = 0;
  const { response, clock } = open(failing(), { onCancel: () => cancelled += 1 });
  const body = await (await response).text();
  assert.match(body, /^event: meta\ndata: {}\n\nevent: error\ndata: {"type":"urn:signalbox:problem:internal"/);
  assert.equal(body.includes("hunter2"), false);
  assert.equal(cancelled, 0);
  assert.equal(clock.running(), 0);
});

Deno.test("eventStream lets the gateway shape its own error event", async () => {
  async function* failing(): AsyncGenerator<StreamItem> {
    yield "data: 1\n\n";
    throw new Error("x");
  }
  const errorEvent = (_: unknown, requestId: string) => ({ data: { error: { message: requestId } } });
  const body = await (await open(failing(), { errorEvent }).response).text();
  assert.equal(body, 'data: 1\n\ndata: {"error":{"message":"req-1"}}\n\n');
});

Deno.test("eventStream turns an item that cannot be sent into the error event", async () => {
  const body = await (await open(of("a\n\n", { event: "x\ndata: injected", data: 1 }, "never\n\n")).response).text();
  assert.match(body, /^a\n\nevent: error\n/);
  assert.equal(body.includes("injected"), false);
  assert.equal(body.includes("never"), false);
});

Deno.test("eventStream reads no further than one item ahead of its client", async () => {
  const { gate, state, items } = halting();
  gate.resolve();
  const reader = (await open(items).response).body!.getReader();
  await turn();
  assert.equal(state.taken, 1);
  await reader.read();
  await turn();
  assert.equal(state.taken, 2);
  await reader.read();
  await reader.read();
  await turn();
  assert.equal(state.taken, 4);
  await reader.cancel();
});

Deno.test("eventStream tells once that the client went away, and lets the source clean up", async () => {
  const { gate, state, items } = halting();
  let cancelled = 0;
  const abort = new AbortController();
  const { response, clock } = open(items, { onCancel: () => cancelled += 1, signal: abort.signal });
  const reader = (await response).body!.getReader();
  await reader.read();
  await reader.cancel();
  abort.abort();
  assert.equal(cancelled, 1);
  assert.equal(clock.running(), 0);
  gate.resolve();
  await turn();
  assert.equal(state.cleaned, 1);
  assert.equal(cancelled, 1);
});

Deno.test("eventStream notices a client that leaves by the request's signal", async () => {
  const { gate, items } = halting();
  let cancelled = 0;
  const abort = new AbortController();
  const reader = (await open(items, { onCancel: () => cancelled += 1, signal: abort.signal }).response).body!
    .getReader();
  await reader.read();
  const pending = reader.read();
  abort.abort();
  await assert.rejects(pending, { name: "AbortError" });
  assert.equal(cancelled, 1);
  gate.resolve();
  await turn();
});

Deno.test("eventStream notices a client that leaves before the first item", async () => {
  const abort = new AbortController();
  async function* waiting(): AsyncGenerator<StreamItem> {
    await new Promise((_, reject) => abort.signal.addEventListener("abort", () => reject(new Error("cancelled"))));
    yield "never";
  }
  let cancelled = 0;
  const { response } = open(waiting(), { onCancel: () => cancelled += 1, signal: abort.signal });
  abort.abort();
  await assert.rejects(response, { message: "cancelled" });
  assert.equal(cancelled, 1);
});

Deno.test("eventStream does not take a stream's own end for a client that went away", async () => {
  let cancelled = 0;
  const abort = new AbortController();
  const { response } = open(of("x"), { onCancel: () => cancelled += 1, signal: abort.signal });
  await (await response).text();
  abort.abort();
  assert.equal(cancelled, 0);
});

Deno.test("eventStream comments on silence, and only while it waits for the source", async () => {
  const { gate, items } = halting();
  const { response, clock } = open(items);
  const reader = (await response).body!.getReader();
  assert.equal(text(await reader.read()), "event: meta\ndata: {}\n\n");
  await turn();
  clock.tick();
  clock.tick();
  assert.equal(text(await reader.read()), ": keep-alive\n\n");
  gate.resolve();
  await turn();
  clock.tick();
  clock.tick();
  assert.equal(text(await reader.read()), 'event: delta\ndata: {"text":"x"}\n\n');
  assert.equal(text(await reader.read()), 'event: delta\ndata: {"text":"x"}\n\n');
  await reader.cancel();
});
