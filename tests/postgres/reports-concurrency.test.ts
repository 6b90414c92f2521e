import assert from "node:assert/strict";
import postgres from "postgres";
import { createDatabase } from "./mod.ts";

const database = await createDatabase("reports");
const { sql } = database;
// Enough that statements really meet: one connection runs one at a time.
const crowd = postgres(database.url, { max: 12, onnotice: () => {} });

Deno.test.afterAll(async () => {
  await crowd.end({ timeout: 1 });
  await database.drop();
});

const many = (count: number) => Array.from({ length: count }, (_, index) => index);

Deno.test("an organization's audit entries form one chain, however many write at once", async () => {
  const orgs = await sql<{ id: string }[]>`
    insert into public.organizations (name, slug) values ('A', 'chain-a'), ('B', 'chain-b') returning id`;
  await Promise.all(
    many(200).map((n) => crowd`update public.ai_budgets set cap = ${n + 1} where org_id = ${orgs[n % 2]?.id ?? ""}`),
  );
  const entries = await sql`
    select org_id, count(*)::integer as entries, max(seq)::integer as last from public.ai_audit_log
    where subject = 'ai_budgets' and action = 'update' group by org_id`;
  assert.deepEqual(entries.map(({ entries }) => entries), [100, 100]);
  assert.deepEqual([...await sql`select * from public.ai_audit_check`], []);
});

Deno.test("evaluating at once opens an alert once, and delivering at once posts it once a channel", async () => {
  const [org] = await sql<{ id: string }[]>`
    insert into public.organizations (name, slug, currency, time_zone) values ('C', 'alerts-c', 'USD', 'UTC') returning id`;
  const orgId = org?.id ?? "";
  await Promise.all(
    many(40).map((n) =>
      sql`select public.create_alert_channel(${orgId}, ${`channel ${n}`}, 'webhook', 'https://hooks.slack.com/x')`
    ),
  );
  await sql`
    insert into private.ai_budget_counters (org_id, account, day, week, month, month_settled, minute)
    select ${orgId}::uuid, 'organization:' || ${orgId}::text, p.day, p.week, p.month, 950, now()
    from private.periods_at(now(), 'UTC') as p`;
  await Promise.all(many(12).map(() => crowd`select private.evaluate_alerts()`));
  const alerts = await sql`select kind from public.ai_alerts where org_id = ${orgId}`;
  assert.deepEqual(alerts.map(({ kind }) => kind), ["budget_90"]);
  await Promise.all(many(12).map(() => crowd`select private.deliver_alerts()`));
  const [posted] = await sql`
    select count(*)::integer as posts, count(distinct headers ->> 'Idempotency-Key')::integer as keys from net.http_request_queue`;
  assert.deepEqual(posted, { posts: 40, keys: 40 });
  // Spent by nobody: the ledger would rightly complain.
  await sql`delete from private.ai_budget_counters where org_id = ${orgId}`;
});

Deno.test("corrections, rollups, sweeps and settles at once lose and double nothing", async () => {
  const orgId = await ledgerWorld();
  const admitAndSettle = async (n: number) => {
    await crowd`select public.ai_admit(${admission(n)}::jsonb)`;
    await crowd`select public.ai_settle(${settlement(n, orgId)}::jsonb)`;
  };
  const admitSweepAndSettle = async (n: number) => {
    await crowd`select public.ai_admit(${admission(n)}::jsonb)`;
    await crowd`update public.ai_holds set expires_at = now() where org_id = ${orgId} and request_id = ${requestId(n)}`;
    await crowd`select private.sweep_holds()`;
    await crowd`select public.ai_settle(${settlement(n, orgId)}::jsonb)`;
  };
  await Promise.all(many(100).map(admitAndSettle));
  await sql`select private.roll_up()`;
  // A day whose partition is gone: counting the log again could not bring it back.
  await sql`
    insert into private.ai_user_days (org_id, day, user_id, requests, input_tokens, output_tokens, cost_usd)
    values (${orgId}, '2020-01-01', ${userId}, 1, 1, 1, 1)`;
  for (const round of many(5)) {
    await sql`
      insert into public.ai_model_prices (provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on)
      values ('acme', 'acme-s', '2026-01-01', ${1000 + round}, 2000, 'https://acme.test', '2026-01-01')`;
    let working = true;
    const rolling = Promise.all(
      many(3).map(async () => {
        while (working) await crowd`select private.roll_up()`;
      }),
    );
    await Promise.all([
      ...many(40).map((n) => admitAndSettle(1_000 + round * 100 + n)),
      ...many(20).map((n) => admitSweepAndSettle(2_000 + round * 100 + n)),
      crowd`select * from public.recompute_costs('2026-01-01', 'infinity', true)`,
      crowd`select * from public.recompute_costs('2026-01-01', 'infinity', true)`,
    ]);
    working = false;
    await rolling;
  }
  await sql`select * from public.recompute_costs('2026-01-01', 'infinity', true)`;
  assert.deepEqual([...await sql`select * from public.recompute_costs('2026-01-01', 'infinity')`], []);
  assert.deepEqual([...await sql`select * from public.ai_ledger_check`], []);
  await sql`select private.roll_up()`;
  const [sums] = await sql`
    select (select count(*) || ' ' || trim_scale(sum(cost_usd)) from public.ai_request_logs where org_id = ${orgId}) as log,
           (select sum(request_count) || ' ' || trim_scale(sum(total_cost_usd)) from public.ai_usage_daily where org_id = ${orgId}) as usage,
           (select sum(requests) || ' ' || trim_scale(sum(cost_usd)) from private.ai_org_hours where org_id = ${orgId}) as hours,
           (select request_count || ' ' || trim_scale(cost_usd) from public.ai_costs_by_job where org_id = ${orgId}) as job`;
  assert.deepEqual(sums, { log: sums?.["log"], usage: sums?.["log"], hours: sums?.["log"], job: sums?.["log"] });
  const [calls] = await sql`
    select (select count(*) || ' ' || trim_scale(sum(cost_usd)) from public.ai_call_logs where org_id = ${orgId}) as log,
           (select sum(calls) || ' ' || trim_scale(sum(cost_usd)) from private.ai_call_days where org_id = ${orgId}) as days`;
  assert.equal(calls?.["days"], calls?.["log"]);
  assert.equal((await sql`select from private.ai_user_days where day = '2020-01-01'`).count, 1, "history was emptied");
});

const userId = "00000000-0000-4000-8000-0000000000e1";
const jobId = "30000000-0000-4000-8000-0000000000e1";
const requestId = (n: number) => `10000000-0000-4000-8000-${String(n).padStart(12, "0")}`;

/** An organization with a model, a policy and money for all. */
async function ledgerWorld(): Promise<string> {
  const [org] = await sql<{ id: string }[]>`
    insert into public.organizations (name, slug, currency, time_zone) values ('D', 'ledger-d', 'USD', 'UTC') returning id`;
  const orgId = org?.id ?? "";
  await sql`insert into auth.users (id, email) values (${userId}, 'dora@d.test')`;
  await sql`insert into public.organization_members (org_id, user_id, role) values (${orgId}, ${userId}, 'owner')`;
  await sql`update public.ai_budgets set cap = 1000000 where org_id = ${orgId}`;
  await sql`
    insert into public.ai_tasks (slug, title, description, operation, has_rules, streams, base_tier)
    values ('crowd-test', 'T', 'T', 'chat', true, true, 'small')`;
  await sql`insert into public.ai_providers (slug, title, kind) values ('acme', 'Acme', 'openai_compatible')`;
  await sql`
    insert into public.ai_models (provider, model, tier, context_window, max_output_tokens)
    values ('acme', 'acme-s', 'small', 100000, 4000)`;
  await sql`
    insert into public.ai_model_prices (id, provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on)
    values (${requestId(0)}, 'acme', 'acme-s', '2026-01-01', 999, 2000, 'https://acme.test', '2026-01-01')`;
  const tiers = { small: [{ provider: "acme", model: "acme-s" }] };
  await sql`
    insert into public.ai_policies (task, version, status, tiers, base_tier, max_tier)
    values ('crowd-test', 1, 'active', ${sql.json(tiers)}, 'small', 'small')`;
  return orgId;
}

function admission(n: number) {
  return sql.json({
    request_id: requestId(n),
    user_id: userId,
    service: false,
    task: "crowd-test",
    operation: "chat",
    importance: "medium",
    cost_sensitivity: "medium",
    cache: "off",
    language: "en",
    input_tokens: 600,
    prompt_tokens: 400,
    prompt: { key: "crowd-test", version: 1 },
    max_output_tokens: 100,
    needs: [],
    providers: ["acme"],
    deadline_ms: 30000,
    output_settings: {},
    job_id: jobId,
  });
}

function settlement(n: number, orgId: string) {
  const call = {
    attempt: 1,
    purpose: "answer",
    provider: "acme",
    request_model: "acme-s",
    response_model: "acme-s",
    price_id: requestId(0),
    input_tokens: 500,
    output_tokens: 50,
    cache_read_input_tokens: 0,
    cache_write_input_tokens: 0,
    usage_source: "provider",
    latency_ms: 12,
    finish_reason: "stop",
  };
  const outcome = {
    status: "succeeded",
    tier: "small",
    provider: "acme",
    model: "acme-s",
    latency_ms: 20,
    escalated: false,
    fell_back: false,
    confidence_score: 0.87,
    action: "use_ai_result",
    needs_review: false,
  };
  return sql.json({
    request_id: requestId(n),
    org_id: orgId,
    task: "crowd-test",
    calls: [call],
    cacheable: false,
    answer: null,
    outcome,
  });
}
