import assert from "node:assert/strict";
import { openDatabase } from "@shared/db/mod.ts";
import type { AppError } from "@shared/errors/mod.ts";
import { createDatabase } from "./mod.ts";

const database = await createDatabase("released");
const direct = openDatabase({
  supabaseUrl: "http://unused",
  publishableKeys: ["x"],
  secretKeys: [{ name: "default", key: "y" }],
  databaseUrl: database.url,
});
const early = { releaseEarly: true };
const ORG = "00000000-0000-4000-8000-00000000000a";

Deno.test.afterAll(async () => {
  await direct.close();
  await database.drop();
});

await database.sql`insert into public.organizations (id, name, slug) values (${ORG}, 'Released', 'released')`;

function admission(n: number, more: Record<string, unknown> = {}) {
  return {
    request_id: `10000000-0000-4000-8000-${String(n).padStart(12, "0")}`,
    org_id: ORG,
    service: true,
    task: "classify-lead",
    operation: "chat",
    importance: "medium",
    cost_sensitivity: "medium",
    cache: "off",
    input_tokens: 100,
    prompt_tokens: 0,
    prompt: { key: "classify-lead", version: 1 },
    max_output_tokens: 10,
    needs: [],
    providers: ["openai"],
    deadline_ms: 30_000,
    output_settings: {},
    ...more,
  };
}

Deno.test("a call that is released early answers the same, as the service role, and what it did is on disk", async () => {
  const admitted = await direct.rpc<{ outcome: string }>("ai_admit", { request: admission(1) }, early);
  assert.equal(admitted.outcome, "admitted");
  const [flushed] = await database.sql<{ flushed: boolean }[]>`
    select pg_current_wal_flush_lsn() >= pg_current_wal_insert_lsn() as flushed`;
  // Nobody else writes here: all there is was flushed before the answer.
  assert.equal(flushed?.flushed, true);
  const settlement = {
    request_id: admission(1).request_id,
    org_id: ORG,
    task: "classify-lead",
    calls: [],
    outcome: { status: "failed" },
  };
  assert.deepEqual(await direct.rpc("ai_settle", { settlement }, early), {
    settled: true,
    cost_usd: "0",
    status: "settled",
  });
  assert.deepEqual(await direct.rpc("ai_settle", { settlement }, early), {
    settled: false,
    duplicate: true,
    cost_usd: "0",
  });
  const many = await direct.rpc<{ outcome: string }[]>(
    "ai_admit_many",
    { requests: [admission(2), admission(3)] },
    early,
  );
  assert.deepEqual(many.map(({ outcome }) => outcome), ["admitted", "admitted"]);
  const granted = await direct.rpc<{ granted: boolean }>("ai_extend", {
    p_org_id: ORG,
    p_request_id: admission(2).request_id,
    p_amount_usd: "0.01",
  }, early);
  assert.equal(granted.granted, true);
});

Deno.test("a call that is released early and fails leaves nothing, and its connection usable", async () => {
  const broken = { request: admission(1, { models: "no list" }) };
  for (let round = 0; round < 12; round++) {
    await assert.rejects(direct.rpc("ai_admit", broken, early), { code: "internal" });
  }
  assert.equal(
    (await direct.rpc<{ outcome: string }>("ai_admit", { request: admission(4) }, early)).outcome,
    "admitted",
  );
  const role = await database.sql`select count(*)::integer as open from pg_stat_activity
    where datname = current_database() and state like 'idle in transaction%'`;
  assert.deepEqual([...role], [{ open: 0 }]);
});

Deno.test("a call that is released early waits for its organization no longer than its time", async () => {
  await database.sql.begin(async (own) => {
    await own`select private.enter_gate(${ORG}, true)`;
    const error = await direct.rpc("ai_admit", { request: admission(5) }, { ...early, timeoutMs: 300 })
      .then(() => assert.fail("admitted"), (thrown: AppError) => thrown);
    assert.equal(error.code, "ledger_unavailable");
  });
  // Another one: on a busy machine the caller's clock may have run out before the server's, and the first is admitted after all.
  assert.equal(
    (await direct.rpc<{ outcome: string }>("ai_admit", { request: admission(6) }, early)).outcome,
    "admitted",
  );
});

Deno.test("nothing but the ledger's calls can be released early", async () => {
  await assert.rejects(direct.rpc("ai_reject", { rejection: {} }, early), { code: "internal" });
});
