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
import { assertSound } from "./ledger-state.ts";
import { sized } from "./size.ts";

const world = await openLedgerWorld("limits");
const { crowd, database: { sql } } = world;

Deno.test.afterAll(() => world.close());

const numbers = (count: number, from: number) => Array.from({ length: count }, (_, index) => from + index);
const NOON = new Date("2026-11-20T12:00:00Z");
const LATER = new Date("2026-11-20T13:00:00Z");

async function organization(name: string, limit: Record<string, number>): Promise<string> {
  const orgId = await addOrganization(sql, name);
  await sql`insert into public.ai_limits ${sql({ org_id: orgId, scope: "organization", ...limit })}`;
  return orgId;
}

Deno.test("a limit of requests a minute admits exactly so many at once, and as many the next minute", async () => {
  const most = sized(100);
  const orgId = await organization("requests-a-minute", { requests_per_minute: most });
  const burst = (from: number, at: Date) =>
    Promise.all(numbers(3 * most, from).map((n) => admit(crowd, admissionRequest(orgId, n, 10), at)));
  const first = await burst(0, NOON);
  assert.equal(first.filter(({ outcome }) => outcome === "admitted").length, most);
  const refused = first.find(({ outcome }) => outcome === "refused");
  assert.deepEqual([refused?.code, refused?.retry_after_ms], ["rate_limited", 60_000]);
  const second = await burst(1000, new Date(NOON.getTime() + 60_000));
  assert.equal(second.filter(({ outcome }) => outcome === "admitted").length, most);
});

Deno.test("a limit of tokens a minute admits exactly what fits, and settling gives back what was not used", async () => {
  const most = sized(100);
  const orgId = await organization("tokens-a-minute", { tokens_per_minute: 1000 * most });
  const burst = (from: number) =>
    Promise.all(numbers(2 * most, from).map((n) => admit(crowd, admissionRequest(orgId, n, 1000), NOON)));
  const first = await burst(2000);
  const admitted = numbers(2 * most, 2000).filter((_, index) => first[index]?.outcome === "admitted");
  assert.equal(admitted.length, most);
  await Promise.all(admitted.map((n) => settle(crowd, settlement(orgId, n, 400), NOON)));
  await sweep(sql, NOON);
  const again = (await burst(4000)).filter(({ outcome }) => outcome === "admitted").length;
  assert.equal(again, Math.floor(0.6 * most));
});

Deno.test("a limit of concurrent requests admits exactly so many, and one more for each that ends or expires", async () => {
  const most = sized(40);
  const orgId = await organization("concurrent", { concurrent_requests: most });
  const burst = (from: number, at: Date) =>
    Promise.all(numbers(4 * most, from).map((n) => admit(crowd, admissionRequest(orgId, n, 10), at)));
  const first = await burst(6000, NOON);
  const running = numbers(4 * most, 6000).filter((_, index) => first[index]?.outcome === "admitted");
  assert.equal(running.length, most);
  const ended = running.slice(0, Math.ceil(most / 4));
  await Promise.all(ended.map((n) => settle(crowd, settlement(orgId, n, 10), NOON)));
  assert.equal((await burst(7000, NOON)).filter(({ outcome }) => outcome === "admitted").length, ended.length);
  // Nobody swept the rest: that their time is over is enough.
  assert.equal((await burst(8000, LATER)).filter(({ outcome }) => outcome === "admitted").length, most);
});

Deno.test("limits of two providers fill one after the other, each exactly, and only then refuse", async () => {
  const most = sized(50);
  const orgId = await addOrganization(sql, "two-providers");
  for (const provider of ["acme", "bolt"]) {
    await sql`insert into public.ai_limits ${
      sql({ org_id: orgId, scope: "provider", scope_key: provider, requests_per_minute: most })
    }`;
  }
  const answers = await Promise.all(
    numbers(3 * most, 9000).map((n) =>
      admit(crowd, admissionRequest(orgId, n, 10, { models: ["acme-s", "bolt-s"] }), NOON)
    ),
  );
  const asked = answers.map(({ plan, code }) => plan?.candidates[0]?.provider ?? code);
  const count = (what: string) => asked.filter((each) => each === what).length;
  assert.deepEqual(["acme", "bolt", "rate_limited"].map(count), [most, most, most]);
});

Deno.test("the ledger is sound after all of it", async () => {
  await sweep(sql, new Date("2026-11-21T00:00:00Z"));
  await assertSound(sql, "after the sweep");
});
