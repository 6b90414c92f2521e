import assert from "node:assert/strict";
import type { LogFields } from "./log-line.ts";
import { background } from "./wait-until.ts";

Deno.test("background hands work to the platform's runtime", async () => {
  const given: Promise<unknown>[] = [];
  const work = background(() => ({ waitUntil: (promise) => given.push(promise) }));
  work.waitUntil(Promise.resolve(1));
  assert.equal(given.length, 1);
  await work.settled();
});

Deno.test("background waits for work that work hands over", async () => {
  const done: string[] = [];
  const work = background(() => undefined);
  work.waitUntil((async () => {
    await Promise.resolve();
    done.push("first");
    work.waitUntil((async () => {
      await Promise.resolve();
      done.push("second");
    })());
  })());
  await work.settled();
  assert.deepEqual(done, ["first", "second"]);
});

Deno.test("background logs a rejection by kind and goes on", async () => {
  const logged: [string, LogFields][] = [];
  const handed: Promise<unknown>[] = [];
  const work = background(
    () => ({ waitUntil: (promise) => handed.push(promise) }),
    (event, fields) => logged.push([event, fields]),
  );
  work.waitUntil(Promise.reject(new TypeError("hunter2")));
  await work.settled();
  assert.deepEqual(logged, [["background_failed", { kinds: ["TypeError"] }]]);
  assert.deepEqual(await Promise.allSettled(handed), [{ status: "fulfilled", value: undefined }]);
});

Deno.test("background has nothing to wait for at first", async () => {
  await background(() => undefined).settled();
});
