import assert from "node:assert/strict";
import {
  addOrganization,
  admissionRequest,
  admit,
  openLedgerWorld,
  requestId,
  settle,
  settlement,
  sweep,
} from "./ledger-world.ts";
import { assertSound } from "./ledger-state.ts";

const world = await openLedgerWorld("one_of_many");
const { crowd, orgId, database: { sql } } = world;

Deno.test.afterAll(() => world.close());

const numbers = (count: number, from: number) => Array.from({ length: count }, (_, index) => from + index);
const outcomes = (answers: { outcome: string }[]) =>
  Object.fromEntries(
    ["admitted", "refused", "replayed"].map((each) => [each, answers.filter(({ outcome }) => outcome === each).length]),
  );

Deno.test("of 50 requests at once exactly one is given the half-open probe of a breaker", async () => {
  await sql`insert into public.ai_breakers (provider, model, state, failures, opened_at, open_until)
    values ('acme', 'acme-s', 'open', 5, now() - interval '2 minutes', now() - interval '1 minute')`;
  const answers = await Promise.all(numbers(50, 0).map((n) => admit(crowd, admissionRequest(orgId, n, 10))));
  const probes = answers.filter(({ plan }) => plan?.candidates.some(({ breaker }) => breaker === "half_open"));
  assert.equal(probes.length, 1);
  assert.equal(answers.filter(({ plan }) => plan?.candidates.length === 0).length, 49);
  // It answers: the breaker closes, and everybody may call again.
  const prober = answers.findIndex(({ plan }) => (plan?.candidates.length ?? 0) > 0);
  await settle(crowd, settlement(orgId, prober, 10));
  assert.deepEqual([...await sql`select state, failures from public.ai_breakers`], [{ state: "closed", failures: 0 }]);
});

Deno.test("of 50 requests at once with one idempotency key one runs, and its answer is everybody's", async () => {
  const key = { idempotency_key: "same", body_hash: "a" };
  const first = await Promise.all(numbers(50, 1000).map((n) => admit(crowd, admissionRequest(orgId, n, 10, key))));
  assert.deepEqual(outcomes(first), { admitted: 1, refused: 49, replayed: 0 });
  assert.deepEqual(new Set(first.map(({ code }) => code)), new Set([undefined, "idempotency_conflict"]));
  const winner = 1000 + first.findIndex(({ outcome }) => outcome === "admitted");
  await settle(crowd, settlement(orgId, winner, 10, { answer: { data: 42, meta: {} } }));
  const second = await Promise.all(numbers(50, 2000).map((n) => admit(crowd, admissionRequest(orgId, n, 10, key))));
  assert.deepEqual(outcomes(second), { admitted: 0, refused: 0, replayed: 50 });
  const other = await admit(crowd, admissionRequest(orgId, 3000, 10, { ...key, body_hash: "b" }));
  assert.deepEqual([other.outcome, other.code], ["refused", "idempotency_conflict"]);
});

Deno.test("an answer is kept under its key while others ask for it: nobody runs the request once more", async () => {
  const key = { idempotency_key: "asked-meanwhile", body_hash: "a" };
  assert.equal((await admit(crowd, admissionRequest(orgId, 3100, 10, key))).outcome, "admitted");
  // Somebody asks, is told that it is in flight, and his transaction is still open when the answer comes.
  await crowd.begin(async (asking) => {
    assert.equal((await admit(asking, admissionRequest(orgId, 3101, 10, key))).code, "idempotency_conflict");
    await settle(crowd, settlement(orgId, 3100, 10, { answer: { data: 42, meta: {} } }));
  });
  const after = await admit(crowd, admissionRequest(orgId, 3102, 10, key));
  assert.deepEqual([after.outcome, after.request_id], ["replayed", requestId(3100)]);
});

Deno.test("a key whose request died goes to exactly one of those who ask again", async () => {
  const key = { idempotency_key: "died", body_hash: "a" };
  assert.equal((await admit(crowd, admissionRequest(orgId, 4000, 10, key))).outcome, "admitted");
  const later = new Date(Date.now() + 3_600_000);
  const again = await Promise.all([
    ...numbers(40, 4001).map((n) => admit(crowd, admissionRequest(orgId, n, 10, key), later)),
    // The dead one comes back at the same time, twice, and the sweep with it.
    settle(crowd, settlement(orgId, 4000, 10, { answer: { data: 1, meta: {} } }), later),
    settle(crowd, settlement(orgId, 4000, 10, { answer: { data: 1, meta: {} } }), later),
    sweep(crowd, later),
  ]);
  const admissions = again.slice(0, 40) as { outcome: string }[];
  const { admitted, replayed } = outcomes(admissions);
  assert.ok(
    (admitted === 1 && replayed === 0) || (admitted === 0 && (replayed ?? 0) > 0),
    JSON.stringify(outcomes(admissions)),
  );
});

Deno.test("a settlement delivered by 50 at once counts once", async () => {
  const fresh = await addOrganization(sql, "delivered-often");
  await admit(crowd, admissionRequest(fresh, 5000, 1000));
  const answers = await Promise.all(numbers(50, 0).map(() => settle(crowd, settlement(fresh, 5000, 700))));
  assert.equal(answers.filter(({ settled }) => settled).length, 1);
  assert.deepEqual(new Set(answers.map(({ cost_usd }) => Number(cost_usd))), new Set([0.7]));
  const [rows] = await sql`
    select (select count(*)::integer from public.ai_call_logs where org_id = ${fresh}) as calls,
           (select count(*)::integer from public.ai_request_logs where org_id = ${fresh}) as requests`;
  assert.deepEqual(rows, { calls: 1, requests: 1 });
});

Deno.test("a settlement nobody was admitted for, delivered by 50 at once, is recovered once", async () => {
  const fresh = await addOrganization(sql, "recovered-often");
  const answers = await Promise.all(numbers(50, 0).map(() => settle(crowd, settlement(fresh, 6000, 700))));
  assert.equal(answers.filter(({ settled }) => settled).length, 1);
  assert.deepEqual([
    ...await sql`select status, trim_scale(settled_usd)::text as usd from public.ai_holds where org_id = ${fresh}`,
  ], [
    { status: "recovered", usd: "0.7" },
  ]);
});

Deno.test("the ledger is sound after all of it", async () => {
  await sweep(sql, new Date(Date.now() + 7_200_000));
  await assertSound(sql, "after the sweep");
});
