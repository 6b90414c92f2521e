import { FunctionsFetchError, type SupabaseClient } from "@supabase/supabase-js";
import assert from "node:assert/strict";
import { ApiError } from "./api-error.ts";
import { turnEvents } from "./turn-events.ts";

/** What one call of the function gives: events and whether the connection then breaks, or nothing at all. */
type Reply = { events: [id: string, event: string, data: unknown][]; breaks?: boolean } | "unreachable" | "gone";

function clientWith(replies: Reply[]) {
  const asked: { path: string; method: string; last: string | null }[] = [];
  const client = {
    functions: {
      invoke: (path: string, { method, headers }: { method: string; headers?: Record<string, string> }) => {
        asked.push({ path, method, last: headers?.["last-event-id"] ?? null });
        const reply = replies.shift();
        if (reply === undefined) throw new Error("Cannot answer: nothing is left to say");
        if (reply === "unreachable") return { data: null, error: new FunctionsFetchError(new Error("offline")) };
        if (reply === "gone") return { data: null, error: new Error("404") };
        return { data: new Response(streamOf(reply)), error: null };
      },
    },
  } as unknown as SupabaseClient;
  return { client, asked };
}

function streamOf({ events, breaks = false }: Exclude<Reply, string>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const text = events.map(([id, event, data]) => `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  return new ReadableStream({
    pull(controller) {
      const next = text.shift();
      if (next !== undefined) controller.enqueue(new TextEncoder().encode(next));
      else if (breaks) controller.error(new TypeError("network error"));
      else controller.close();
    },
  });
}

const meta = ["1", "meta", { request_id: "r" }] as [string, string, unknown];
const done = ["4", "done", { data: {} }] as [string, string, unknown];

async function namesOf(replies: Reply[]) {
  const { client, asked } = clientWith(replies);
  const names: string[] = [];
  const events = turnEvents(client, {}, new AbortController().signal, () => Promise.resolve());
  for await (const { event } of events) names.push(event);
  return { names, asked };
}

Deno.test("turnEvents goes on after the last event that came when the connection breaks or ends too early", async () => {
  for (const breaks of [true, false]) {
    const { names, asked } = await namesOf([
      { events: [meta, ["2", "delta", { text: "a" }]], breaks },
      "unreachable",
      { events: [["3", "delta", { text: "b" }], done] },
    ]);
    assert.deepEqual(names, ["meta", "delta", "delta", "done"]);
    assert.deepEqual(asked.slice(1), [
      { path: "chat?request_id=r", method: "GET", last: "2" },
      { path: "chat?request_id=r", method: "GET", last: "2" },
    ]);
  }
});

Deno.test("turnEvents gives up when nothing answers any more, and names the turn", async () => {
  const attempts = namesOf([
    { events: [meta], breaks: true },
    ...Array.from({ length: 20 }, () => "unreachable" as const),
  ]);
  await assert.rejects(attempts, (error) => error instanceof ApiError && error.unreachable && error.requestId === "r");
  await assert.rejects(
    namesOf([{ events: [meta], breaks: true }, "gone"]),
    (error) => error instanceof ApiError && error.requestId === "r",
  );
});

Deno.test("turnEvents takes nothing up that had not begun", async () => {
  await assert.rejects(
    namesOf([{ events: [], breaks: true }]),
    (error) => error instanceof ApiError && error.requestId === null,
  );
});

Deno.test("turnEvents throws what an error event says", async () => {
  const failed = ["2", "error", { detail: "No provider", code: "provider_unavailable", status: 503 }];
  await assert.rejects(
    namesOf([{ events: [meta, failed as [string, string, unknown]] }]),
    (error) => error instanceof ApiError && error.code === "provider_unavailable" && error.requestId === "r",
  );
});
