/** Idempotency keys, over HTTP: the same answer again, other bodies refused, freed by what fails; also for tasks of several steps. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { startWorld } from "./world.ts";

const lead = (name: string) => ({
  lead: {
    name,
    company: "Gasthof Sonne GmbH",
    notes: "Asked for a demo and for prices. Wants to start before Christmas.",
  },
});

Deno.test("idempotency keys", { sanitizeOps: false, sanitizeResources: false }, async (t) => {
  const world = await startWorld();
  const { stack, call } = world;
  const keyOnly = { apikey: stack.publishableKey };

  await t.step("the same idempotency key replays, conflicts and is freed", async () => {
    const body = { input: lead("Ida Idempotent"), options: { idempotency_key: "k-1", cache: "off" } };
    const first = await call("classify-lead", body);
    await world.settled();
    const second = await call("classify-lead", body);
    equal(second.headers.get("idempotent-replayed"), "true");
    equal(second.body.meta.request_id, first.body.meta.request_id);
    const other = await call("classify-lead", { ...body, input: lead("Somebody Else") });
    deepEqual([other.status, other.body.code], [409, "idempotency_conflict"]);
    const refused = { ...body, options: { ...body.options, idempotency_key: "k-2", model: "no-such-model" } };
    equal((await call("classify-lead", refused)).status, 404);
    equal((await call("classify-lead", { ...body, options: { ...body.options, idempotency_key: "k-2" } })).status, 200);
  });

  await t.step(
    "whoever has the answer under a key gets it again at once, and never that it is in the making",
    async () => {
      for (const [task, input] of [["classify-lead", lead("Otto Once")], ["embed-text", { text: "once" }]] as const) {
        for (const time of [1, 2, 3, 4, 5]) {
          const body = { input, options: { idempotency_key: `${task}-${time}`, cache: "off" } };
          equal((await call(task, body)).headers.get("idempotent-replayed"), null);
          const again = await call(task, body);
          deepEqual([task, again.status, again.headers.get("idempotent-replayed")], [task, 200, "true"]);
        }
      }
    },
  );

  await t.step("an answer from the cache is replayed as it was given, not as it was first made", async () => {
    const body = { input: lead("Carla Cached") };
    const made = await call("classify-lead", body);
    await world.settled();
    const keyed = { ...body, options: { idempotency_key: "k-cached" } };
    const given = await call("classify-lead", keyed);
    deepEqual([given.body.meta.cached, given.body.meta.cost_usd, given.body.meta.calls], [true, 0, 0]);
    ok(given.body.meta.request_id !== made.body.meta.request_id);
    const again = await call("classify-lead", keyed);
    equal(again.headers.get("idempotent-replayed"), "true");
    deepEqual(again.body, given.body);
    equal(again.headers.get("x-request-id"), given.body.meta.request_id);
  });

  await t.step("tasks of several steps answer once under an idempotency key", async () => {
    for (const task of ["conversation-memory-retrieve", "rag-knowledge-search", "sentiment-analysis"]) {
      const { example } = await (await fetch(`${stack.url}/functions/v1/${task}`, { headers: keyOnly })).json();
      const body = { ...example, options: { idempotency_key: `${task}-1` } };
      const first = await call(task, body);
      deepEqual([task, first.status, first.headers.get("idempotent-replayed")], [task, 200, null]);
      const again = await call(task, body);
      deepEqual([task, again.headers.get("idempotent-replayed"), again.body], [task, "true", first.body]);
      const other = await call(task, { ...body, options: { ...body.options, importance: "low" } });
      deepEqual([task, other.status, other.body.code], [task, 409, "idempotency_conflict"]);
    }
  });

  await world.stop();
});
