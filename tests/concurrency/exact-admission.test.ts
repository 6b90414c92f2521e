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
import { assertSound, disagreements } from "./ledger-state.ts";
import { seededRandom } from "./seeded-random.ts";
import { sized } from "./size.ts";

const world = await openLedgerWorld("exact_admission");
const { crowd, database: { sql } } = world;
const REQUESTS = sized(1000);

Deno.test.afterAll(() => world.close());

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);
const LATER = new Date(Date.now() + 3_600_000);

Deno.test(`${REQUESTS} requests at once on one budget admit exactly as many as fit, to the last cent`, async () => {
  const orgId = await addOrganization(sql, "same-size");
  // Each may cost 1.2 dollars. The cap is what half of them may cost, and a cent short of one more.
  const fit = REQUESTS / 2;
  await sql`update public.ai_budgets set cap = ${fit * 1.2 + 1.19} where org_id = ${orgId}`;
  const answers = await Promise.all(numbers(REQUESTS).map((n) => admit(crowd, admissionRequest(orgId, n, 1200))));
  assert.equal(answers.filter(({ outcome }) => outcome === "admitted").length, fit);
  assert.deepEqual(
    new Set(answers.filter(({ outcome }) => outcome === "refused").map(({ code }) => code)),
    new Set(["budget_exhausted"]),
  );
  const [month] = await sql<{ held: string }[]>`
    select trim_scale(month_held)::text as held from public.ai_budget_states where org_id = ${orgId} and scope = 'organization'`;
  assert.equal(Number(month?.held), fit * 1.2);
  await sweep(sql, LATER);
  await assertSound(sql, "after the sweep");
});

Deno.test("requests of different sizes at once leave less room than any that was refused needed", async () => {
  const orgId = await addOrganization(sql, "many-sizes");
  const random = seededRandom(1);
  const requests = numbers(REQUESTS, 10_000).map((n) => ({ n, tokens: random.between(100, 5000) }));
  const all = requests.reduce((sum, { tokens }) => sum + tokens, 0);
  const capTokens = Math.floor(all / 3);
  await sql`update public.ai_budgets set cap = ${capTokens}::numeric / 1000 where org_id = ${orgId}`;
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

Deno.test("requests that settle at once for half their bound let others in, and the books are exact to the last digit", async () => {
  const orgId = await addOrganization(sql, "coming-and-going");
  await sql`update public.ai_budgets set cap = 30 where org_id = ${orgId}`;
  // Amounts of different length: sums that floating point would not hold.
  const tokens = (n: number) => 1000 + n % 7;
  const lives = await Promise.all(
    numbers(REQUESTS, 20_000).map(async (n) => {
      const { outcome } = await admit(crowd, admissionRequest(orgId, n, 2 * tokens(n)));
      if (outcome !== "admitted") return 0;
      const { settled } = await settle(crowd, settlement(orgId, n, tokens(n)));
      return settled ? tokens(n) : 0;
    }),
  );
  // Whoever was refused found others' bounds in the way. Alone, one after the other, they fill what is left.
  let spent = lives.reduce((sum, each) => sum + each, 0);
  for (let n = 40_000; (await admit(sql, admissionRequest(orgId, n, 2000))).outcome === "admitted"; n++) {
    await settle(sql, settlement(orgId, n, 1000));
    spent += 1000;
  }
  await sweep(sql, LATER);
  const [total] = await sql<{ milli: string }[]>`
    select trim_scale(total_settled * 1000)::text as milli from public.ai_budget_states where org_id = ${orgId} and scope = 'organization'`;
  assert.equal(Number(total?.milli), spent);
  assert.ok(spent > 28_000 && spent <= 30_000, `${spent} of 30,000 tokens were spent`);
  await assertSound(sql, "after all have settled");
});

Deno.test("budgets of user, subject and organization are taken together or not at all", async () => {
  const orgId = await addOrganization(sql, "all-or-nothing");
  await sql`insert into public.ai_budgets (org_id, scope, scope_key, period, cap) values
    (${orgId}, 'subject', 'lead:*', 'total', 2), (${orgId}, 'task', null, 'day', 25), (${orgId}, 'job', null, 'total', 7)`;
  const jobs = [
    "00000000-0000-4000-8000-0000000000d1",
    "00000000-0000-4000-8000-0000000000d2",
    "00000000-0000-4000-8000-0000000000d3",
  ];
  const answers = await Promise.all(
    numbers(REQUESTS, 30_000).map((n) =>
      admit(
        crowd,
        admissionRequest(orgId, n, 500, { subject_type: "lead", subject_id: String(n % 20), job_id: jobs[n % 3] }),
      )
    ),
  );
  // Twenty leads take two dollars each, three jobs seven: the jobs are the narrower.
  assert.equal(answers.filter(({ outcome }) => outcome === "admitted").length, 42);
  assert.deepEqual(await disagreements(sql), []);
  await sweep(sql, LATER);
  await assertSound(sql, "after the sweep");
});
