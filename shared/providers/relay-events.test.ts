import { deepEqual, equal } from "node:assert/strict";
import { EventCutter } from "./relay-events.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const text = 'data: {"a":"grün"}\n\n: keep-alive\n\nevent: error\ndata: one\ndata: two\n\ndata: [DONE]\n\n';

/** Everything a cutter hands on, and the events it saw, when the bytes come in these pieces. */
function cut(pieces: Uint8Array[], wanted = (_: { name: string | null; data: string }) => true) {
  const cutter = new EventCutter();
  const seen: [string | null, string][] = [];
  const out = pieces.map((piece) =>
    cutter.push(piece, (event) => {
      seen.push([event.name, event.data]);
      return wanted(event);
    })
  );
  return { seen, out, text: out.map((bytes) => bytes === null ? "" : decoder.decode(bytes)).join("") };
}

Deno.test("EventCutter sees the same events and hands on the same bytes wherever the network cut them", () => {
  for (const whole of [text, text.replaceAll("\n", "\r\n")]) {
    const bytes = encoder.encode(whole);
    for (let at = 1; at < bytes.length; at++) {
      const { seen, text: passed } = cut([bytes.slice(0, at), bytes.slice(at)]);
      deepEqual(seen, [[null, '{"a":"grün"}'], ["error", "one\ntwo"], [null, "[DONE]"]]);
      equal(passed, whole);
    }
  }
});

Deno.test("EventCutter hands on the very bytes where it has nothing to change", () => {
  const bytes = encoder.encode(text);
  equal(cut([bytes]).out[0], bytes);
});

Deno.test("EventCutter leaves out what is not wanted and keeps its neighbours", () => {
  const { text: passed } = cut([encoder.encode(text)], ({ name }) => name !== "error");
  equal(passed, 'data: {"a":"grün"}\n\n: keep-alive\n\ndata: [DONE]\n\n');
});

Deno.test("EventCutter hands on nothing of an event that is not whole yet", () => {
  deepEqual(cut([encoder.encode("data: half")]).out, [null]);
});
