import assert from "node:assert/strict";
import postgres from "postgres";
import {
  addOrganization,
  type Admission,
  admissionRequest,
  admit,
  openLedgerWorld,
  settle,
  type Settled,
  settlement,
  sweep,
} from "./ledger-world.ts";
import { assertSound } from "./ledger-state.ts";
import { seededRandom } from "./seeded-random.ts";
import { sized } from "./size.ts";

const world = await openLedgerWorld("groups");
const { crowd, database: { sql } } = world;
const REQUESTS = sized(1000);
const TOGETHER = 8;
const LATER = new Date(Date.now() + 3_600_000);

Deno.test.afterAll(() => world.close());

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);
const inGroups = <Item>(items: Item[]) =>
  Array.from({ length: Math.ceil(items.length / TOGETHER) }, (_, n) => items.slice(n * TOGETHER, (n + 1) * TOGETHER));

type Json = Parameters<postgres.Sql["json"]>[0];

/** As the direct way sends it: locks go before the flush. */
async function together<Answer>(name: string, items: object[]): Promise<Answer[]> {
  return await crowd.begin(async (own) => {
    await own`set local synchronous_commit = off`;
    const [row] = await own<{ answers: Answer[] }[]>`select ${own(name)}(${own.json(items as Json)}) as answers`;
    return row?.answers ?? [];
  }) as Answer[];
}
const admitTogether = (items: object[]) => together<Admission>("ai_admit_many", items);
const settleTogether = (items: object[]) => together<Settled>("ai_settle_many", items);

/** Into how many counters a budget is split. */
for (const counters of [1, 8]) {
  Deno.test(`${REQUESTS} requests in groups and alone, at once on one budget of ${counters}, admit exactly as many as fit`, async () => {
    const orgId = await addOrganization(sql, `groups-of-one-size-${counters}`);
    const fit = REQUESTS / 2;
    await sql`update public.ai_budgets set cap = ${fit * 1.2 + 1.19}, counters = ${counters} where org_id = ${orgId}`;
    const requests = numbers(REQUESTS, counters * 100_000).map((n) => admissionRequest(orgId, n, 1200));
    const half = inGroups(requests.slice(0, fit));
    const answers = (await Promise.all([
      ...half.map(admitTogether),
      ...requests.slice(fit).map(async (request) => [await admit(crowd, request)]),
    ])).flat();
    assert.equal(answers.filter(({ outcome }) => outcome === "admitted").length, fit);
    assert.equal(answers.filter(({ code }) => code === "budget_exhausted").length, REQUESTS - fit);
    await sweep(sql, LATER);
    await assertSound(sql, "after the sweep");
  });

  Deno.test(`groups of different sizes on a budget of ${counters}, settled in groups, twice and alone, while others are admitted, leave exact books`, async () => {
    const orgId = await addOrganization(sql, `groups-coming-and-going-${counters}`);
    const random = seededRandom(3);
    const lives = numbers(REQUESTS, counters * 100_000 + 50_000).map((n) => {
      const bound = random.between(100, 5000);
      // One in ten costs more than its bound, one in ten nobody knows.
      const used = n % 10 === 0 ? bound + 7 : n % 10 === 1 ? null : random.between(0, bound);
      return { n, bound, used };
    });
    const bounds = lives.reduce((sum, { bound }) => sum + bound, 0);
    await sql`update public.ai_budgets set cap = ${
      bounds / 3
    }::numeric / 1000, counters = ${counters} where org_id = ${orgId}`;
    let admitted = 0;
    await Promise.all(
      inGroups(lives).map(async (group) => {
        const answers = await admitTogether(group.map(({ n, bound }) => admissionRequest(orgId, n, bound)));
        const settled = group.filter((_, index) => answers[index]?.outcome === "admitted")
          .map(({ n, used }) => settlement(orgId, n, used));
        admitted += settled.length;
        const [first, again, alone] = await Promise.all([
          settleTogether(settled),
          settleTogether(settled.toReversed()),
          ...settled.slice(0, 1).map((each) => settle(crowd, each)),
        ]);
        const counts = [...first, ...again, ...(alone === undefined ? [] : [alone])];
        assert.equal(counts.filter((each) => each.settled).length, settled.length, "each once");
      }),
    );
    assert.ok(admitted > 0 && admitted < REQUESTS, `${admitted} of ${REQUESTS} were admitted`);
    const [rows] = await sql<{ calls: number; requests: number }[]>`
    select (select count(*)::integer from public.ai_call_logs where org_id = ${orgId}) as calls,
           (select count(*)::integer from public.ai_request_logs where org_id = ${orgId} and status = 'succeeded') as requests`;
    assert.deepEqual(rows, { calls: admitted, requests: admitted });
    await sweep(sql, LATER);
    await assertSound(sql, "after all have settled");
  });
}
