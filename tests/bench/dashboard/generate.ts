import type postgres from "postgres";

/** Who asks the benchmark's questions, about what. */
export interface BusyOrganization {
  orgId: string;
  /** Its owner. */
  userId: string;
}

/** How much is written. */
export interface Amount {
  calls: number;
  /** Over how many days, ending now. */
  days: number;
}

/** Rows of one statement: large enough to be fast, small enough for the memory of a small server. */
const SLICE = 250_000;

/** Calls per request: one in twenty was tried twice. */
const CALLS_PER_REQUEST = 1.05;

/**
 * Fills the log of an organization, and of two others beside it, the way `ai_settle` writes it: in order of time, with
 * reasons, outcomes and reviews; then rolls it up.
 */
export async function fillLog(sql: postgres.Sql, { orgId }: BusyOrganization, { calls, days }: Amount): Promise<void> {
  const requests = Math.floor(calls / CALLS_PER_REQUEST);
  // What a crash would lose here is made again; statements are few and long.
  await sql`select set_config('synchronous_commit', 'off', false), set_config('work_mem', '256MB', false)`;
  await makeNeighbours(sql, orgId);
  await sql`
    select private.ensure_log_partition(log, month::date)
    from unnest(array['ai_request_logs', 'ai_call_logs']) as log,
         generate_series(date_trunc('month', now() - make_interval(days => ${days})), now(), interval '1 month') as month`;
  for (let from = 0; from < requests; from += SLICE) {
    const to = Math.min(from + SLICE, requests);
    await writeRequests(sql, { orgId, from, to, requests, days });
    await sql`select private.roll_up()`;
  }
  await writeOutcomes(sql, orgId);
  await settleDown(sql);
}

/**
 * Brings a log to what it is on a system at rest: all of it rolled up, every table vacuumed. A rollup stops at the oldest transaction of
 * the whole server, so this waits for whoever else is at work there.
 */
export async function settleDown(sql: postgres.Sql): Promise<void> {
  for (let attempt = 0; attempt < 120; attempt++) {
    await sql`select private.roll_up()`;
    const left = await sql`
      select from public.ai_request_logs where settled_tx >= (select rolled_up_to from private.ai_rollup_state) limit 1`;
    if (left.length === 0) {
      await sql.unsafe("vacuum (analyze)");
      return;
    }
    await new Promise((done) => setTimeout(done, 5_000));
  }
  throw new Error("Cannot roll the log up: a transaction elsewhere on this server has been open for ten minutes");
}

/** A thousand requests of the last minutes, above the rollups' mark as on a busy system a moment after cron ran. */
export async function addTail(sql: postgres.Sql, { orgId }: BusyOrganization, { days }: Amount): Promise<void> {
  const [log] = await sql<{ requests: number }[]>`select count(*)::integer as requests from public.ai_request_logs`;
  const from = log?.requests ?? 0;
  await writeRequests(sql, { orgId, from, to: from + 1000, requests: from + 1000, days });
}

/** Twenty members, and two smaller tenants whose rows lie between ours. */
async function makeNeighbours(sql: postgres.Sql, orgId: string): Promise<void> {
  await sql`
    insert into public.organizations (id, name, slug)
    select ('00000000-0000-4000-9000-00000000000' || n)::uuid, 'Neighbour ' || n, 'neighbour-' || n from generate_series(1, 2) as n`;
  await sql`
    insert into auth.users (id, email)
    select ('00000000-0000-4000-a000-0000000000' || lpad(n::text, 2, '0'))::uuid, 'user' || n || '@bench.example'
    from generate_series(1, 20) as n`;
  await sql`
    insert into public.organization_members (org_id, user_id, role)
    select ${orgId}, ('00000000-0000-4000-a000-0000000000' || lpad(n::text, 2, '0'))::uuid, 'member' from generate_series(1, 20) as n`;
}

interface Slice {
  orgId: string;
  from: number;
  to: number;
  /** Of all, which decides how far a number is in time. */
  requests: number;
  days: number;
}

/** Requests of a range of numbers with their calls. Everything about one follows from its number, so runs are alike. */
async function writeRequests(sql: postgres.Sql, { orgId, from, to, requests, days }: Slice): Promise<void> {
  await sql`
    with numbered as (
      select n, now() - make_interval(days => ${days}) * (1 - n::float8 / ${requests}) as at, abs(hashint8(n)) as h, abs(hashint8(n + 7777777777)) as g
      from generate_series(${from}::bigint, ${to - 1}::bigint) as n
    ),
    drawn as (
      select n, at, h, g, md5('request ' || n)::uuid as id,
             case when h % 10 < 7 then ${orgId}::uuid else ('00000000-0000-4000-9000-00000000000' || 1 + h % 2)::uuid end as org_id,
             (array['classify-lead', 'classify-lead', 'classify-material', 'generate-followup', 'embed-text', 'rag-search', 'chat', 'gateway'])[1 + g % 8] as task,
             1 + (h / 10) % 4 as m, round(exp(3 + (g % 4000) / 1000.0))::integer as latency, 200 + g % 1800 as input, 20 + h % 400 as output,
             g % 100 as luck
      from numbered
    ),
    answered as (
      select d.*, (array['openai', 'anthropic', 'together', 'openai'])[m] as provider,
             (array['gpt-4o-mini', 'claude-haiku-4-5', 'meta-llama/Llama-4-Scout-17B-16E-Instruct', 'gpt-4o'])[m] as model,
             (input * (array[0.15, 1, 0.18, 2.5])[m] + output * (array[0.6, 5, 0.59, 10])[m])::numeric / 1000000 as cost
      from drawn as d
    ),
    logged as (
      insert into public.ai_request_logs (id, created_at, org_id, user_id, task, job_id, subject_type, subject_id, tier, provider, model,
        importance, cost_sensitivity, complexity, prompt_key, prompt_version, prompt_variant, input_tokens, output_tokens, cost_usd,
        latency_ms, calls, cached, escalated, fell_back, confidence_score, action, needs_review, status, error_code, decision)
      select id, at, org_id, ('00000000-0000-4000-a000-0000000000' || lpad((1 + h % 20)::text, 2, '0'))::uuid, task,
             case when luck < 2 then md5('job ' || n / 2000)::uuid end, case when luck < 30 then 'lead' end, case when luck < 30 then (h % 20000)::text end,
             case when luck <> 99 then case when m = 4 then 'large' else 'small' end end, case when luck <> 99 then provider end,
             case when luck <> 99 then model end, 'medium', 'medium', (h % 100) / 100.0, task, 1, chr(65 + h % 2), input, output, cost,
             latency, 1 + (luck >= 95)::integer, luck between 30 and 39, luck between 40 and 44, luck between 95 and 98,
             0.4 + (g % 60) / 100.0, 'use_ai_result', luck = 40, case when luck = 99 then 'failed' else 'succeeded' end,
             case when luck = 99 then 'provider_unavailable' end,
             jsonb_build_object('tier', 'small', 'level', 'good', 'tier_reasons', '["base:small"]'::jsonb, 'room', 812.5, 'hold_usd', 0.002,
               'policy', '{"version": 1}'::jsonb, 'choice', '{"ranks": [101, 102], "named": false, "base_tier": "small"}'::jsonb,
               'candidates', jsonb_build_array(jsonb_build_object('rank', 101, 'tier', 'small', 'model', model, 'provider', provider, 'worst_cost_usd', cost * 2)))
      from answered
    )
    insert into public.ai_call_logs (created_at, request_id, org_id, attempt, purpose, provider, request_model, response_model, input_tokens,
      output_tokens, cost_usd, usage_source, latency_ms, time_to_first_token_ms, finish_reason, error_code)
    select a.at, a.id, a.org_id, t.attempt, case t.attempt when 1 then 'answer' else 'fallback' end, a.provider, a.model, case when not t.bad then a.model end,
           case when not t.bad then a.input end, case when not t.bad then a.output end, case when t.bad then 0 else a.cost end,
           case when t.bad then 'none' else 'provider' end, a.latency, case when not t.bad then a.latency / 3 end, case when not t.bad then 'stop' end,
           case when t.bad then (array['server', 'timeout', 'rate_limited'])[1 + a.h % 3] end
    from answered as a
    cross join lateral (
      select attempt, luck >= 95 and (attempt = 1 or luck = 99) as bad from generate_series(1, 1 + (luck >= 95)::integer) as attempt
    ) as t`;
}

/** What people said of one request in fifty of the last month. */
async function writeOutcomes(sql: postgres.Sql, orgId: string): Promise<void> {
  await sql`
    insert into public.ai_quality_metrics (org_id, request_id, task, user_id, outcome, user_rating, created_at)
    select r.org_id, r.id, r.task, r.user_id, o.outcome, case when o.outcome = 'rated' then 1 + abs(hashtext(r.id::text)) % 5 end, r.created_at
    from public.ai_request_logs as r
    cross join lateral (select (array['accepted', 'rated', 'edited', 'rejected', 'converted'])[1 + abs(hashtext(r.id::text)) % 5] as outcome) as o
    where r.org_id = ${orgId} and r.created_at > now() - interval '30 days' and abs(hashtext(r.id::text || 'said')) % 50 = 0`;
}
