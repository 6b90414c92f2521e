import { deepEqual } from "node:assert/strict";
import { laterOrAtTheEnd } from "./later.ts";

Deno.test("laterOrAtTheEnd runs everything that waits when the isolate is told to end, and once only", async () => {
  const isolate = new EventTarget();
  const later = laterOrAtTheEnd(isolate);
  const ran: string[] = [];
  later(3_600_000, () => ran.push("an hour"));
  await new Promise<void>((done) => later(0, () => done()));
  later(0, () => ran.push("at once"));
  isolate.dispatchEvent(new Event("beforeunload"));
  deepEqual(ran, ["an hour", "at once"]);
  isolate.dispatchEvent(new Event("beforeunload"));
  await new Promise<void>((done) => later(1, () => done()));
  deepEqual(ran, ["an hour", "at once"]);
});
