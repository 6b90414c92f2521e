import assert from "node:assert/strict";
import { admissionRequest, admit, openLedgerWorld, settle, settlement, sweep } from "./ledger-world.ts";
import { assertSound } from "./ledger-state.ts";

const world = await openLedgerWorld("breaker_locks");
const { crowd, orgId, database: { sql } } = world;

Deno.test.afterAll(() => world.close());

const COUNT = 60;

type Json = Parameters<typeof crowd.json>[0];

/** Calls of one request: a provider failed and the other answered, which one by turns, and what is left of the limit of the one that did. */
function crossed(number: number) {
  const [call] = settlement(orgId, number, 10).calls;
  const [failed, answered] = number % 2 === 0 ? ["acme", "bolt"] : ["bolt", "acme"];
  return [
    {
      ...call,
      provider: failed,
      request_model: `${failed}-s`,
      usage_source: "none",
      input_tokens: null,
      output_tokens: null,
      error_code: "server",
    },
    {
      ...call,
      attempt: 2,
      purpose: "fallback",
      provider: answered,
      request_model: `${answered}-s`,
      requests_left: 1000 - number,
    },
  ];
}

Deno.test("settlements that touch two breakers in either order, and their limits, never stand in each other's way", async () => {
  for (let round = 0; round < 5; round++) {
    await sql`delete from private.provider_headroom`;
    const numbers = Array.from({ length: COUNT }, (_, index) => 10_000 + round * COUNT + index);
    await Promise.all(numbers.map((number) => admit(crowd, admissionRequest(orgId, number, 10))));
    await sql`delete from public.ai_breakers`;
    const settled = await Promise.all(
      numbers.map((number) => settle(crowd, settlement(orgId, number, 10, { calls: crossed(number) }))),
    );
    assert.equal(settled.filter((one) => one.settled).length, COUNT);
    const told =
      await sql`select provider from private.provider_headroom where requests_left is not null order by provider`;
    assert.deepEqual(told.map(({ provider }) => provider), ["acme", "bolt"]);
  }
  await sweep(sql, new Date(Date.now() + 3_600_000)); // books what waits
  await assertSound(sql, "after crossed settlements");
});

Deno.test("nor do groups of them", async () => {
  for (let round = 0; round < 5; round++) {
    const numbers = Array.from({ length: COUNT }, (_, index) => 20_000 + round * COUNT + index);
    await Promise.all(numbers.map((number) => admit(crowd, admissionRequest(orgId, number, 10))));
    await sql`delete from public.ai_breakers`;
    await sql`delete from private.provider_headroom`;
    const items = numbers.map((number) => settlement(orgId, number, 10, { calls: crossed(number) }));
    // Groups that begin with different luck.
    const groups = Array.from({ length: COUNT / 6 }, (_, n) => items.slice(n * 6 + n % 2, (n + 1) * 6 + (n + 1) % 2));
    const answers = await Promise.all(groups.map(async (group) => {
      const [row] = await crowd<{ answers: { settled?: boolean }[] }[]>`
        select public.ai_settle_many(${crowd.json(group as Json)}) as answers`;
      return row?.answers ?? [];
    }));
    assert.ok(answers.flat().every(({ settled }) => settled));
  }
  await sweep(sql, new Date(Date.now() + 3_600_000));
  await assertSound(sql, "after crossed groups");
});
