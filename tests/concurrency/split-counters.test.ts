import assert from "node:assert/strict";
import {
  addOrganization,
  admissionRequest,
  admit,
  openLedgerWorld,
  settle,
  settlement,
  sweep,
} from "./ledger-world.ts";
import { assertSound, overspentNow } from "./ledger-state.ts";
import { seededRandom } from "./seeded-random.ts";
import { sized } from "./size.ts";

const world = await openLedgerWorld("split_counters");
const { crowd, database: { sql } } = world;
const REQUESTS = sized(1000);

Deno.test.afterAll(() => world.close());

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);
const LATER = new Date(Date.now() + 3_600_000);

async function splitOrganization(name: string, counters: number, cap: number): Promise<string> {
  const orgId = await addOrganization(sql, name);
  await sql`update public.ai_budgets set cap = ${cap}, counters = ${counters} where org_id = ${orgId}`;
  return orgId;
}

/** Held of the organization's month by counter, in their order. */
async function heldByCounter(orgId: string): Promise<number[]> {
  const rows = await sql<{ held: string }[]>`
    select trim_scale(month_held)::text as held from private.ai_budget_counters
    where org_id = ${orgId} and scope = 'organization' order by counter`;
  return rows.map(({ held }) => Number(held));
}

for (const counters of [2, 8, 32]) {
  Deno.test(`${REQUESTS} requests at once on one budget of ${counters} counters admit exactly as many as fit, to the last cent`, async () => {
    // Each may cost 1.2 dollars. The cap is what half of them may cost, and a cent short of one more.
    const fit = REQUESTS / 2;
    const orgId = await splitOrganization(`split-${counters}`, counters, Number((fit * 1.2 + 1.19).toFixed(2)));
    const answers = await Promise.all(
      numbers(REQUESTS, counters * 100_000).map((n) => admit(crowd, admissionRequest(orgId, n, 1200))),
    );
    assert.equal(answers.filter(({ outcome }) => outcome === "admitted").length, fit);
    assert.deepEqual(
      new Set(answers.filter(({ outcome }) => outcome === "refused").map(({ code }) => code)),
      new Set(["budget_exhausted"]),
    );
    const held = await heldByCounter(orgId);
    assert.equal(held.length, counters);
    assert.ok(held.filter((each) => each > 0).length > 1, "more than one counter was used");
    assert.equal(Number(held.reduce((sum, each) => sum + each, 0).toFixed(2)), Number((fit * 1.2).toFixed(2)));
    await sweep(sql, LATER);
    await assertSound(sql, "after the sweep");
  });
}

Deno.test("requests of different sizes on split counters leave less room than any that was refused needed", async () => {
  const random = seededRandom(2);
  const requests = numbers(REQUESTS, 50_000).map((n) => ({ n, tokens: random.between(100, 5000) }));
  const capTokens = Math.floor(requests.reduce((sum, { tokens }) => sum + tokens, 0) / 3);
  const orgId = await splitOrganization("split-sizes", 8, capTokens / 1000);
  const answers = await Promise.all(requests.map(async ({ n, tokens }) => ({
    tokens,
    admitted: (await admit(crowd, admissionRequest(orgId, n, tokens))).outcome === "admitted",
  })));
  const taken = answers.filter(({ admitted }) => admitted).reduce((sum, { tokens }) => sum + tokens, 0);
  const refused = answers.filter(({ admitted }) => !admitted).map(({ tokens }) => tokens);
  assert.ok(taken <= capTokens, `${taken} of ${capTokens} tokens were admitted`);
  assert.ok(
    Math.min(...refused) > capTokens - taken,
    `${capTokens - taken} were left, ${Math.min(...refused)} refused`,
  );
  await sweep(sql, LATER);
  await assertSound(sql, "after the sweep");
});

Deno.test("budgets are split, joined and split again under load, and nothing is overspent at any moment", async () => {
  const orgId = await splitOrganization("split-again", 8, 60);
  await sql`insert into public.ai_budgets (org_id, scope, scope_key, period, cap) values
    (${orgId}, 'subject', 'lead:*', 'total', 4), (${orgId}, 'task', 'crowd', 'day', 50)`;
  let running = true;
  const changes = (async () => {
    for (let round = 0; running; round++) {
      await sql`update public.ai_budgets set counters = ${
        [8, 2, 1, 32, 4][round % 5] ?? 1
      } where org_id = ${orgId} and scope = 'organization'`;
      assert.deepEqual(await overspentNow(sql, orgId), [], "while others go on");
    }
  })();
  const waiting = numbers(REQUESTS, 70_000);
  const worker = async () => {
    for (let n = waiting.shift(); n !== undefined; n = waiting.shift()) {
      const tokens = 100 + n % 7;
      const more = { subject_type: "lead", subject_id: String(n % 30) };
      const { outcome } = await admit(crowd, admissionRequest(orgId, n, 10 * tokens, more));
      // Every tenth is lost, and swept for all it held.
      if (outcome === "admitted" && n % 10 > 0) await settle(crowd, settlement(orgId, n, tokens));
    }
  };
  await Promise.all(numbers(40).map(worker));
  running = false;
  await changes;
  await sweep(sql, LATER);
  await assertSound(sql, "after all have ended");
});

Deno.test("limits admit exactly so many where counters are split", async () => {
  const most = sized(100);
  const orgId = await splitOrganization("split-limits", 8, 1_000_000);
  await sql`insert into public.ai_limits (org_id, scope, requests_per_minute) values (${orgId}, 'organization', ${most})`;
  const noon = new Date("2026-11-20T12:00:00Z");
  const answers = await Promise.all(
    numbers(3 * most, 90_000).map((n) => admit(crowd, admissionRequest(orgId, n, 10), noon)),
  );
  assert.equal(answers.filter(({ outcome }) => outcome === "admitted").length, most);
  await sql`update public.ai_limits set requests_per_minute = null, concurrent_requests = ${
    most + 5
  } where org_id = ${orgId}`;
  const next = new Date("2026-11-20T12:00:30Z");
  const more = await Promise.all(
    numbers(3 * most, 95_000).map((n) => admit(crowd, admissionRequest(orgId, n, 10), next)),
  );
  assert.equal(more.filter(({ outcome }) => outcome === "admitted").length, 5);
  await sweep(sql, LATER);
  await assertSound(sql, "after the sweep");
});
