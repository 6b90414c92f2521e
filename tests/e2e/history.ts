import type { World } from "../functions/world.ts";

/**
 * A month of requests of the demo organization with calls, judgements, answers that wait for a person, breakers that opened, an alert, and
 * a running experiment: what pages show that a few requests of today cannot. Everything about a request follows from its number.
 */
export async function makeHistory({ stack, orgId, written }: World): Promise<void> {
  await stack.sql(
    `select private.ensure_log_partition(log, month::date)
     from unnest(array['ai_request_logs', 'ai_call_logs']) as log,
          generate_series(date_trunc('month', now() - interval '31 days'), now(), interval '1 month') as month`,
  );
  const requests = await stack.sql<{ id: string }>(
    `insert into public.ai_request_logs (id, created_at, org_id, user_id, task, job_id, subject_type, subject_id, tier, provider, model, importance,
       cost_sensitivity, complexity, prompt_key, prompt_version, prompt_variant, input_tokens, output_tokens, cost_usd, latency_ms, calls, cached,
       escalated, fell_back, confidence_score, action, needs_review, status, error_code)
     select md5('history ' || n)::uuid, now() - interval '30 days' + interval '65 minutes' * n, $1, m.user_id, t.task,
            case when n % 5 = 0 then md5('job ' || n / 50)::uuid end, case when n % 3 = 0 then 'lead' end, case when n % 3 = 0 then (n % 40)::text end,
            case when n % 60 <> 59 then t.tier end, case when n % 60 <> 59 then t.provider end, case when n % 60 <> 59 then t.model end, 'medium', 'medium', (n % 90) / 100.0,
            t.task, 1 + (t.task = 'classify-lead')::integer, chr(65 + n % 2), 300 + n % 700, 30 + n % 90, t.price * (300 + n % 700), 120 + (n * 37) % 900 + t.slow, 1 + (n % 15 = 0)::integer,
            n % 11 = 0, n % 17 = 0, n % 15 = 0, 0.35 + ((n * 13) % 64) / 100.0, 'use_ai_result', n % 45 = 3,
            case when n % 60 = 59 then 'failed' else 'succeeded' end, case when n % 60 = 59 then 'provider_unavailable' end
     from generate_series(1, 650) as n
     cross join lateral (
       select (array['classify-lead', 'generate-followup', 'classify-material', 'classify-lead'])[1 + n % 4] as task,
              (array['small', 'large', 'small', 'small'])[1 + n % 4] as tier, (array['openai', 'openai', 'anthropic', 'together'])[1 + n % 4] as provider,
              (array['gpt-4o-mini', 'gpt-4o', 'claude-haiku-4-5', 'meta-llama/Llama-4-Scout-17B-16E-Instruct'])[1 + n % 4] as model,
              (array[0.0000004, 0.000006, 0.0000015, 0.0000003])[1 + n % 4]::numeric as price, (array[0, 1400, 300, 150])[1 + n % 4] as slow
     ) as t
     cross join lateral (
       select o.user_id from public.organization_members as o where o.org_id = $1 and o.role <> 'guest' order by o.user_id
       offset n % greatest(1, (select count(*) from public.organization_members as c where c.org_id = $1 and c.role <> 'guest')) limit 1
     ) as m
     returning id`,
    [orgId],
  );
  for (const { id } of requests) written.add(id);
  await stack.sql(
    `insert into public.ai_call_logs (created_at, request_id, org_id, attempt, purpose, provider, request_model, response_model, input_tokens, output_tokens,
       cost_usd, usage_source, latency_ms, time_to_first_token_ms, finish_reason, error_code, stand_in)
     select r.created_at, r.id, r.org_id, a.n, case a.n when 1 then 'answer' else 'fallback' end, r.provider, r.model, r.model, r.input_tokens, r.output_tokens,
            case when a.n = r.calls then r.cost_usd else 0 end, case when a.n = r.calls then 'provider' else 'none' end, r.latency_ms / r.calls,
            case when a.n = r.calls then r.latency_ms / 3 end, case when a.n = r.calls then 'stop' end, case when a.n < r.calls then 'rate_limited' end, true
     from public.ai_request_logs as r cross join lateral generate_series(1, r.calls) as a (n)
     where r.org_id = $1 and r.provider is not null and r.created_at < now() - interval '1 hour' and r.decision is null`,
    [orgId],
  );
  await stack.sql(
    `insert into public.ai_quality_metrics (org_id, request_id, task, user_id, outcome, user_rating, created_at)
     select r.org_id, r.id, r.task, r.user_id, o.outcome,
            case when o.outcome = 'rated' then case when d.good then 4 + d.luck / 50 else 1 + d.luck % 3 end end, r.created_at + interval '5 minutes'
     from public.ai_request_logs as r
     cross join lateral (select abs(hashtext(r.id::text)) % 100 as luck, abs(hashtext(r.id::text || 'right')) % 100 as truth) as l
     -- As right as they said they were, and variant B a little more often.
     cross join lateral (select l.luck, r.confidence_score * 100 + case r.prompt_variant when 'B' then 12 else 0 end > l.truth as good) as d
     cross join lateral (
       select case d.luck % 3 when 0 then 'rated' when 1 then case when d.good then 'accepted' else 'rejected' end
              else case when d.good then 'converted' else 'edited' end end as outcome
     ) as o
     where r.org_id = $1 and r.status = 'succeeded' and not r.cached and d.luck < 60 and r.created_at < now() - interval '1 hour'`,
    [orgId],
  );
  await stack.sql(
    `insert into public.ai_breaker_events (created_at, provider, model, from_state, to_state, reason)
     select now() - interval '1 day' * n, 'together', 'meta-llama/Llama-4-Scout-17B-16E-Instruct', f, t, r
     from (values (3.02, 'closed', 'open', '5 of 8 calls failed'), (3.01, 'open', 'half_open', 'pause over'), (3.0, 'half_open', 'closed', 'probe answered')) as v (n, f, t, r)`,
  );
  await stack.sql(
    `insert into public.ai_alerts (org_id, kind, dedup_key, severity, message, facts, opened_at, respond_by, last_seen_at)
     values ($1, 'error_rate', 'history', 'warning', 'Errors: 12 % of 48 requests in 15 minutes', '{"failed": 6, "requests": 48}', now() - interval '20 minutes', now() + interval '40 minutes', now())`,
    [orgId],
  );
  await makeExperiment(stack.sql, orgId);
  await stack.sql("select private.roll_up()");
}

/** Two variants of a prompt version, and an experiment that has counted their answers of the last three weeks. */
async function makeExperiment(sql: World["stack"]["sql"], orgId: string): Promise<void> {
  await sql(
    `insert into public.ai_prompts (org_id, key, version, variant, status, system, weight)
     values ($1, 'classify-lead', 2, 'A', 'active', 'Sort the lead into A, B or C.', 1),
            ($1, 'classify-lead', 2, 'B', 'active', 'Sort the lead into A, B or C. Say why in one sentence.', 1)`,
    [orgId],
  );
  await sql(
    `insert into public.ai_experiments (org_id, prompt_key, prompt_version, control, title, metric, min_sample, status, started_at)
     values ($1, 'classify-lead', 2, 'A', 'Does a reason help?', 'accepted', 30, 'running', now() - interval '21 days')`,
    [orgId],
  );
}
