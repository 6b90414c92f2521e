import assert from "node:assert/strict";
import { Stream as AnthropicStream } from "@anthropic-ai/sdk/core/streaming";
import { Stream as OpenAiStream } from "openai/core/streaming";
import { fixture } from "./fixture-server.ts";
import { type ServerSentEvent, serverSentEvents } from "./server-sent-events.ts";

function bodyOf(bytes: Uint8Array, cut: number): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += cut) controller.enqueue(bytes.slice(at, at + cut));
      controller.close();
    },
  });
}

async function decoded(text: string, cut = 1): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  const body = bodyOf(new TextEncoder().encode(text), cut);
  for await (const event of serverSentEvents(body, new AbortController().signal)) events.push(event);
  return events;
}

const streams = {
  openai: ["openai/chat-stream.txt", "openai/chat-stream-tools.txt", "together/chat-stream.txt"],
  anthropic: ["anthropic/stream.txt", "anthropic/stream-tools.txt", "anthropic/stream-thinking.txt"],
};

Deno.test("serverSentEvents gives what OpenAI's SDK gives, wherever the bytes are cut", async () => {
  for (const name of streams.openai) {
    const text = fixture(name);
    const expected: unknown[] = [];
    for await (const item of OpenAiStream.fromSSEResponse(new Response(text), new AbortController())) {
      expected.push(item);
    }
    for (const cut of [1, 2, 3, 7, 64, 4096]) {
      const events = (await decoded(text, cut)).filter((event) => event.data !== "[DONE]");
      assert.deepEqual(events.map((event) => JSON.parse(event.data)), expected, `${name} cut at ${cut}`);
    }
  }
});

Deno.test("serverSentEvents gives what Anthropic's SDK gives, wherever the bytes are cut", async () => {
  for (const name of streams.anthropic) {
    const text = fixture(name);
    const expected: { event: string | null; data: string }[] = [];
    for await (const { event, data } of AnthropicStream.rawEvents(new Response(text))) expected.push({ event, data });
    for (const cut of [1, 2, 3, 7, 64, 4096]) {
      const events = (await decoded(text, cut)).map(({ event, data }) => ({ event, data }));
      assert.deepEqual(events, expected, `${name} cut at ${cut}`);
    }
  }
});

Deno.test("serverSentEvents reads every line end, comments, several data lines and a byte order mark", async () => {
  for (const cut of [1, 2, 1000]) {
    assert.deepEqual(
      await decoded(
        "\ufeffevent: a\r\ndata: 1\r\n\r\n: keep-alive\n\ndata:2\ndata: 3\n\n\n\rdata\rid: 7\r\revent: lost\n\n",
        cut,
      ),
      [
        { event: "a", data: "1", complete: true },
        { event: null, data: "2\n3", complete: true },
        { event: null, data: "", complete: true },
      ],
      `cut at ${cut}`,
    );
  }
});

Deno.test("serverSentEvents marks the event a stream ended in", async () => {
  assert.deepEqual(await decoded("data: 1\n\ndata: {"), [
    { event: null, data: "1", complete: true },
    { event: null, data: "{", complete: false },
  ]);
});

Deno.test("serverSentEvents cancels the body when the loop is left and when the signal aborts", async () => {
  const cancelled: string[] = [];
  const open = (name: string) =>
    new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\n")),
      cancel: () => void cancelled.push(name),
    });
  for await (const _ of serverSentEvents(open("left"), new AbortController().signal)) break;
  const controller = new AbortController();
  for await (const _ of serverSentEvents(open("aborted"), controller.signal)) controller.abort();
  assert.deepEqual(cancelled, ["left", "aborted"]);
});
