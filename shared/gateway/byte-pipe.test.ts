import { deepEqual, equal } from "node:assert/strict";
import { BytePipe } from "./byte-pipe.ts";
import { Pulse } from "./pulse.ts";

const decoder = new TextDecoder();

/** A pipe whose pulse the test beats, and everything its reader has got so far, one entry a chunk. */
function opened() {
  const pulse = new Pulse(60_000);
  let gone = 0;
  const pipe = new BytePipe(() => gone++, pulse);
  const got: string[] = [];
  const ended = (async () => {
    for await (const bytes of pipe.readable) got.push(decoder.decode(bytes));
  })();
  return { pulse, pipe, got, ended, gone: () => gone };
}

/** Lets the reader take what is there. */
const read = () => new Promise((done) => setTimeout(done, 0));

Deno.test("BytePipe sends the first bytes at once, and what follows them together at the next beat", async () => {
  const { pulse, pipe, got, ended } = opened();
  await read();
  pipe.write("a");
  await read();
  deepEqual(got, ["a"]);
  for (const text of ["b", "c", "d"]) equal(pipe.write(text), null);
  await read();
  deepEqual(got, ["a"]);
  pulse.beat();
  await read();
  deepEqual(got, ["a", "bcd"]);
  pulse.beat();
  pipe.write("e");
  await read();
  deepEqual(got, ["a", "bcd", "e"], "after a quiet while nothing waits");
  pipe.write("f");
  pipe.close();
  await ended;
  deepEqual(got, ["a", "bcd", "e", "f"], "the end waits for no beat");
});

Deno.test("BytePipe lets no more than a buffer wait for company", async () => {
  const { pipe, got, ended } = opened();
  await read();
  pipe.write("a");
  await read();
  pipe.write("b".repeat(16_384));
  await read();
  deepEqual(got.map(({ length }) => length), [1, 16_384]);
  pipe.close();
  await ended;
});

Deno.test("BytePipe slows the writer down until the reader has taken what waits", async () => {
  const pulse = new Pulse(60_000);
  const pipe = new BytePipe(() => {}, pulse);
  const full = pipe.write("a".repeat(65_536));
  const reader = pipe.readable.getReader();
  equal((await reader.read()).value?.byteLength, 65_536);
  await full;
  pipe.close();
  equal((await reader.read()).done, true);
});

Deno.test("BytePipe tells once that its reader has gone, and leaves no timer", async () => {
  let gone = 0;
  const pipe = new BytePipe(() => gone++);
  const reader = pipe.readable.getReader();
  const first = reader.read();
  pipe.write("a");
  await first;
  pipe.write("b");
  await reader.cancel();
  pipe.abandon();
  equal(gone, 1);
});
