import { deepEqual, equal, rejects } from "node:assert/strict";
import type { Ledger } from "@shared/budget/mod.ts";
import { batchedLedger } from "./batched-ledger.ts";

const admitted = (plan: object = {}) => ({ outcome: "admitted", plan });

/** A ledger that answers when it is told to, and remembers what it was asked. */
function slowLedger(answer: (name: string, item: { request_id: string }) => unknown = () => admitted()) {
  const asked: [name: string, items: number][] = [];
  const open: (() => void)[] = [];
  const ledger: Ledger = {
    rpc<Result>(name: string, args: Record<string, unknown>): Promise<Result> {
      const [value] = Object.values(args) as [{ request_id: string } | { request_id: string }[]];
      asked.push([name, Array.isArray(value) ? value.length : 1]);
      return new Promise((resolve, reject) => {
        open.push(() => {
          try {
            resolve((Array.isArray(value) ? value.map((item) => answer(name, item)) : answer(name, value)) as Result);
          } catch (error) {
            reject(error);
          }
        });
      });
    },
  };
  /** Answers what was asked so far, and lets everything that follows from it happen. */
  const tick = async () => {
    for (const answerNow of open.splice(0)) answerNow();
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  return { ledger, asked, tick };
}

const request = (id: string, more: object = {}) => ({
  request: {
    request_id: id,
    org_id: null,
    user_id: null,
    key_hash: "k",
    service: false,
    job_id: null,
    subject_id: null,
    idempotency_key: null,
    ...more,
  },
});

const settlement = (id: string, answer: unknown = null) => ({ settlement: { request_id: id, answer } });

Deno.test("batchedLedger sends the first alone and at once, and those that wait meanwhile together; settlements gather", async () => {
  const { ledger, asked, tick } = slowLedger();
  const later: (() => void)[] = [];
  const batched = batchedLedger(ledger, (_, run) => later.push(run));
  const all = Promise.all(["1", "2", "3"].map((id) => batched.rpc("ai_admit", request(id))));
  deepEqual(asked, [["ai_admit", 1]]);
  await tick();
  deepEqual(asked, [["ai_admit", 1], ["ai_admit_many", 2]]);
  await tick();
  equal((await all).length, 3);
  const settled = Promise.all(
    ["1", "2", "3"].map((id) => batched.rpc("ai_settle", settlement(id))),
  );
  equal(asked.length, 2);
  for (const run of later.splice(0)) run();
  await tick();
  await settled;
  deepEqual(asked.slice(2), [["ai_settle_many", 3]]);
});

/** A batched ledger with requests admitted by these plans, and the gatherings it has begun: how long, and how to end them. */
async function withAdmitted(plans: Record<string, object>) {
  const { ledger, asked, tick } = slowLedger((_, { request_id: id }) => admitted(plans[id]));
  const gatherings: { ms: number; end(): void }[] = [];
  const batched = batchedLedger(ledger, (ms, end) => gatherings.push({ ms, end }));
  for (const id of Object.keys(plans)) {
    const admission = batched.rpc("ai_admit", request(id));
    await tick();
    await admission;
  }
  asked.length = 0;
  const settle = (id: string, answer: unknown = null) => batched.rpc("ai_settle", settlement(id, answer));
  return { asked, tick, gatherings, settle };
}

Deno.test("batchedLedger lets settlements that nobody waits for gather longer, and takes them along with one that somebody does", async () => {
  const { asked, tick, gatherings, settle } = await withAdmitted({
    "1": { unhurried: true },
    "2": { unhurried: true },
    "3": {},
    "4": { unhurried: true },
  });
  const first = [settle("1"), settle("2")];
  deepEqual(gatherings.map(({ ms }) => ms), [50]);
  first.push(settle("3"));
  deepEqual(gatherings.map(({ ms }) => ms), [50, 10]);
  gatherings[1]?.end();
  deepEqual(asked, [["ai_settle_many", 3]]);
  // What comes meanwhile, and is in no hurry, waits for company of its own.
  const last = settle("4", { data: "stored", meta: {} });
  await tick();
  await Promise.all(first);
  equal(asked.length, 1);
  deepEqual(gatherings.map(({ ms }) => ms), [50, 10, 10]);
  gatherings[2]?.end();
  deepEqual(asked.at(-1), ["ai_settle", 1]);
  await tick();
  await last;
});

Deno.test("batchedLedger settles as soon as a batch is full", async () => {
  const ids = Array.from({ length: 65 }, (_, n) => String(n));
  const { asked, tick, gatherings, settle } = await withAdmitted(
    Object.fromEntries(ids.map((id) => [id, { unhurried: true }])),
  );
  const all = Promise.all(ids.map((id) => settle(id)));
  deepEqual(asked, [["ai_settle_many", 64]]);
  await tick();
  equal(asked.length, 1);
  gatherings.at(-1)?.end();
  deepEqual(asked.at(-1), ["ai_settle", 1]);
  await tick();
  await all;
});

Deno.test("batchedLedger keeps apart what locks other rows", async () => {
  const { ledger, asked, tick } = slowLedger();
  const batched = batchedLedger(ledger);
  const all = Promise.all([
    batched.rpc("ai_admit", request("1")),
    batched.rpc("ai_admit", request("2", { key_hash: "other" })),
    batched.rpc("ai_admit", request("3", { job_id: "j" })),
    batched.rpc("ai_admit", request("4", { subject_id: "s" })),
    batched.rpc("ai_admit", request("5", { idempotency_key: "i" })),
  ]);
  deepEqual(asked, Array.from({ length: 5 }, () => ["ai_admit", 1]));
  await tick();
  await all;
});

Deno.test("batchedLedger asks alone for what failed in company, and gives each its own answer", async () => {
  const { ledger, asked, tick } = slowLedger((name, { request_id: id }) =>
    name === "ai_admit_many" && id === "3" ? { failed: "40001" } : { outcome: "refused", request_id: id }
  );
  const batched = batchedLedger(ledger);
  const all = Promise.all(["1", "2", "3"].map((id) => batched.rpc<{ request_id: string }>("ai_admit", request(id))));
  await tick();
  await tick();
  await tick();
  deepEqual((await all).map((answer) => answer.request_id), ["1", "2", "3"]);
  deepEqual(asked, [["ai_admit", 1], ["ai_admit_many", 2], ["ai_admit", 1]]);
});

Deno.test("batchedLedger tells everybody in a batch that it failed, and goes on", async () => {
  let down = true;
  const { ledger, tick } = slowLedger(() => {
    if (down) throw new Error("down");
    return admitted();
  });
  const batched = batchedLedger(ledger);
  const failing = ["1", "2", "3"].map((id) => rejects(batched.rpc("ai_admit", request(id)), /down/));
  await tick();
  await tick();
  await Promise.all(failing);
  down = false;
  const after = batched.rpc("ai_admit", request("4"));
  await tick();
  deepEqual(await after, admitted());
});

Deno.test("batchedLedger forgets a request that a similar question has settled", async () => {
  const { ledger, asked, tick } = slowLedger((name) => name === "ai_recall_similar" ? { hit: true } : admitted());
  const batched = batchedLedger(ledger);
  const settled = (async () => {
    await batched.rpc("ai_admit", request("1"));
    await batched.rpc("ai_recall_similar", { lookup: { request_id: "1" } });
    // Nobody settles it now; if somebody did, it would go alone and at once.
    return await batched.rpc("ai_settle", settlement("1"));
  })();
  for (let round = 0; round < 3; round++) await tick();
  await settled;
  deepEqual(asked, [["ai_admit", 1], ["ai_recall_similar", 1], ["ai_settle", 1]]);
});
