import assert from "node:assert/strict";
import { readEvents, type StreamEvent } from "./events.ts";

async function eventsOf(...pieces: string[]): Promise<StreamEvent[]> {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(encoder.encode(piece));
      controller.close();
    },
  });
  return await Array.fromAsync(readEvents(new Response(body)));
}

Deno.test("readEvents reads events however they were cut, and passes over comments and what is not JSON", async () => {
  assert.deepEqual(
    await eventsOf(
      "id: 1\nevent: me",
      'ta\ndata: {"a":1}\n',
      "\n: alive\n\nevent: delta\ndata: nonsense\n\n",
      'event: done\ndata: {"b":"ü"}\n\n',
    ),
    [{ event: "meta", data: { a: 1 }, id: "1" }, { event: "done", data: { b: "ü" }, id: null }],
  );
});

Deno.test("readEvents ends quietly with a stream that ends in the middle of an event", async () => {
  assert.deepEqual(await eventsOf('event: delta\ndata: {"text":"x"}\n\nevent: del'), [
    { event: "delta", data: { text: "x" }, id: null },
  ]);
});
