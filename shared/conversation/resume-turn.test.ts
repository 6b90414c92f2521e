import { deepEqual, rejects } from "node:assert/strict";
import type { ResumeTurn, TurnTools } from "@shared/ai-task/mod.ts";
import type { ServerSentEvent } from "@shared/http/mod.ts";
import { resumeTurn } from "./resume-turn.ts";

const requestId = "00000000-0000-4000-8000-000000000001";
const user = { kind: "user", userId: requestId, token: "t", claims: {} } as unknown as Parameters<ResumeTurn>[1];
const delta = (first: number, ...texts: string[]) => ({
  first,
  last: first + texts.length - 1,
  event: "delta",
  data: { texts },
});
const done = (number: number, status = "complete") => ({
  first: number,
  last: number,
  event: "done",
  data: { data: { status } },
});

/** What a client hears that comes back after an event number. Each look at the database takes the next answer; the last one stays. */
async function heard(after: string | null, ...looks: object[]): Promise<ServerSentEvent[]> {
  let clock = 0;
  let look = 0;
  const rpc = () => Promise.resolve(looks[Math.min(look++, looks.length - 1)] as never);
  const tools = {
    asUser: () => ({ rpc }),
    now: () => clock,
    wait: (ms: number) => Promise.resolve(void (clock += ms)),
  } as unknown as TurnTools;
  const events: ServerSentEvent[] = [];
  const source = await resumeTurn({ request_id: requestId, after }, user, tools, new AbortController().signal);
  for await (const event of source) events.push(event);
  return events;
}

Deno.test("resumeTurn gives what came after an event, and what still comes", async () => {
  const events = await heard(
    "2",
    { status: "streaming", ended: false, events: [delta(2, "a", "b")] },
    { status: "streaming", ended: false, events: [] },
    { status: "complete", ended: true, events: [delta(4, "c"), done(5)] },
  );
  deepEqual(events.map(({ event, id }) => [event, id]), [["delta", "3"], ["delta", "4"], ["done", "5"]]);
  deepEqual(events[0]?.data, { text: "b" });
});

Deno.test("resumeTurn tells a client that has heard everything nothing more", async () => {
  deepEqual(await heard("5", { status: "complete", ended: true, events: [] }), []);
  deepEqual(await heard("99", { status: "stopped", ended: true, events: [] }), []);
  deepEqual(await heard("5", { status: "awaiting_approval", ended: true, events: [] }), []);
});

Deno.test("resumeTurn waits for the end of an answer that went on after its user had decided", async () => {
  const events = await heard(
    "5",
    { status: "streaming", ended: true, events: [] },
    { status: "complete", ended: true, events: [] },
    { status: "complete", ended: true, events: [delta(6, "d"), done(7)] },
  );
  deepEqual(events.map(({ event }) => event), ["delta", "done"]);
});

Deno.test("resumeTurn waits for the last event of an answer that had said nothing for long before it ended", async () => {
  const silent = Array.from({ length: 100 }, () => ({ status: "continues", ended: false, events: [] }));
  const events = await heard(
    "5",
    ...silent,
    { status: "complete", ended: false, events: [] },
    { status: "complete", ended: true, events: [delta(6, "d"), done(7)] },
  );
  deepEqual(events.map(({ event }) => event), ["delta", "done"]);
});

Deno.test("resumeTurn says that an answer is there although its events are not", async () => {
  for (const status of ["complete", "stopped", "awaiting_approval"]) {
    await rejects(heard(null, { status, ended: false, events: [] }), {
      code: "not_found",
      message: "Cannot go on: the events of the answer are not kept, but its message is",
    });
  }
});

Deno.test("resumeTurn says why an answer broke off", async () => {
  await rejects(heard("3", { status: "failed", error_code: "provider_unavailable", ended: false, events: [] }), {
    code: "provider_unavailable",
  });
  await rejects(heard("3", { status: "streaming", ended: false, events: [] }), {
    code: "timeout",
    message: "Cannot go on: the answer broke off",
  });
});
