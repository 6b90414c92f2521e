import { equal, notEqual } from "node:assert/strict";
import { readProcessUsage } from "./process-usage.ts";
import { startFixtures } from "./fixtures/start-fixtures.ts";

Deno.test("Watchdog kills a function over its CPU or memory limit and the next request finds a fresh one", async (t) => {
  await using fixtures = await startFixtures({ limits: { cpuMs: 300, memoryMb: 64 } });
  for (const path of ["spin", "heap", "buffers"]) {
    await t.step(`${path} answers 546 and leaves no process`, async () => {
      const pid = await (await fixtures.call("probe/process")).json();
      const answer = await fixtures.call(`probe/${path}`);
      equal(answer.status, 546);
      equal((await answer.json()).code, "WORKER_RESOURCE_LIMIT");
      equal(await readProcessUsage(pid), null);
      notEqual(await (await fixtures.call("probe/process")).json(), pid);
    });
  }
});

Deno.test("Watchdog kills a function that computes for ever after its answer", async () => {
  await using fixtures = await startFixtures({ limits: { cpuMs: 300 } });
  const pid = await (await fixtures.call("probe/process")).json();
  equal(await (await fixtures.call("probe/spin-later")).text(), "answered");
  await fixtures.printed("CPU time limit reached");
  notEqual(await (await fixtures.call("probe/process")).json(), pid);
});

Deno.test("Watchdog kills one endless request among many although the process reports one figure for all", async () => {
  await using fixtures = await startFixtures({ limits: { cpuMs: 300 } });
  await fixtures.isolates.warm(["probe"]);
  const waiting = Array.from({ length: 10 }, () => fixtures.call("probe/hang"));
  await fixtures.printed("hanging");
  const statuses = (await Promise.all([...waiting, fixtures.call("probe/spin")])).map(({ status }) => status);
  equal(statuses.every((status) => status === 546), true);
});

Deno.test("Watchdog ends a stream at the wall clock limit", async () => {
  await using fixtures = await startFixtures({ limits: { wallClockMs: 300 } });
  const answer = await fixtures.call("probe/stream");
  const cut = await answer.text().then(() => "ended", () => "cut");
  equal(cut, "cut");
  await fixtures.printed("Wall clock time limit reached");
});
