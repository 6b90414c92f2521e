import { deepEqual, equal, rejects } from "node:assert/strict";
import { Semaphore } from "./semaphore.ts";

Deno.test("Semaphore never lets more run than it has places, and all run in order", async () => {
  const semaphore = new Semaphore(2);
  const started: number[] = [];
  let running = 0;
  let most = 0;
  await Promise.all([1, 2, 3, 4, 5].map((name) =>
    semaphore.run(async () => {
      started.push(name);
      most = Math.max(most, ++running);
      await Promise.resolve();
      running -= 1;
    })
  ));
  equal(most, 2);
  deepEqual(started, [1, 2, 3, 4, 5]);
});

Deno.test("Semaphore gives the place of failed work back", async () => {
  const semaphore = new Semaphore(1);
  await rejects(semaphore.run(() => Promise.reject(new Error("failed"))), /failed/);
  equal(await semaphore.run(() => Promise.resolve("ran")), "ran");
});
