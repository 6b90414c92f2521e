-- Usage by month: finished months from a materialized view over the rollups, the running one live.
--
-- Merging the latency histograms of a month is the dearest of what charts ask for, and a month that is over hardly changes: cron
-- refreshes the view every night, concurrently, so that readers wait for nobody.
create materialized view private.ai_usage_months as
with sums as (
  select d.org_id, date_trunc('month', d.day::timestamp)::date as month, d.task, d.provider, d.model, sum(d.requests)::bigint as requests,
         sum(d.failed)::bigint as failed, sum(d.refused)::bigint as refused, sum(d.cached)::bigint as cached, sum(d.escalated)::bigint as escalated,
         sum(d.fell_back)::bigint as fell_back, sum(d.by_rules)::bigint as by_rules, sum(d.input_tokens)::bigint as input_tokens,
         sum(d.output_tokens)::bigint as output_tokens, sum(d.cost_usd) as cost_usd, sum(d.unpriced)::bigint as unpriced,
         sum(d.confidence) as confidence, sum(d.with_confidence)::bigint as with_confidence
  from private.ai_task_days as d
  group by d.org_id, date_trunc('month', d.day::timestamp), d.task, d.provider, d.model
),
latencies as (
  select b.org_id, b.month, b.task, b.provider, b.model, array_agg(b.bucket) as buckets, array_agg(b.n) as counts
  from (
    select l.org_id, date_trunc('month', l.day::timestamp)::date as month, l.task, l.provider, l.model, l.bucket, sum(l.requests)::bigint as n
    from private.ai_latency_days as l
    group by l.org_id, date_trunc('month', l.day::timestamp), l.task, l.provider, l.model, l.bucket
  ) as b
  group by b.org_id, b.month, b.task, b.provider, b.model
)
select s.*, private.percentile_of(l.buckets, l.counts, 0.50) as p50_latency_ms, private.percentile_of(l.buckets, l.counts, 0.95) as p95_latency_ms,
       private.percentile_of(l.buckets, l.counts, 0.99) as p99_latency_ms
from sums as s
left join latencies as l using (org_id, month, task, provider, model)
-- The running month is read live; which one runs is the organization's own affair, so a day is left between.
where s.month < date_trunc('month', (private.clock() at time zone 'UTC') - interval '1 day')::date
  and s.requests > 0;
create unique index ai_usage_months_key on private.ai_usage_months (org_id, month, task, provider, model);
comment on materialized view private.ai_usage_months is
  'Requests of finished months by organization, month, task, provider and model (empty text where no model answered), as of the last refresh. Reached through public.ai_usage_monthly alone.';

update private.ai_rollup_state
set months_until = date_trunc('month', (private.clock() at time zone 'UTC') - interval '1 day')::date;

create function private.refresh_usage_months()
returns void
language plpgsql
set search_path = ''
as $$
begin
  refresh materialized view concurrently private.ai_usage_months;
  update private.ai_rollup_state
  set months_until = date_trunc('month', (private.clock() at time zone 'UTC') - interval '1 day')::date, refreshed_at = private.clock();
end
$$;
comment on function private.refresh_usage_months() is 'Takes finished months, and what came late for older ones, into private.ai_usage_months. Called by cron every night.';

-- security definer: a materialized view has no policies; filtered by reported_org_ids().
create function private.usage_months()
returns setof private.ai_usage_months
language sql
stable
security definer
set search_path = ''
as $$
  select m.* from private.ai_usage_months as m where m.org_id in (select v.id from private.reported_org_ids() as v (id))
$$;
comment on function private.usage_months() is 'Behind public.ai_usage_monthly: the months of organizations whose totals the caller may see.';

-- security definer: how far the rollups are is in a table of their own.
create function private.usage_months_until()
returns date
language sql
stable
security definer
set search_path = ''
as $$
  select s.months_until from private.ai_rollup_state as s
$$;
comment on function private.usage_months_until() is 'First month that is read from the days. NULL: all are.';

create view public.ai_usage_monthly with (security_invoker = true) as
select m.org_id, m.month, m.task, nullif(m.provider, '') as provider, nullif(m.model, '') as model, m.requests as request_count,
       m.input_tokens, m.output_tokens, m.input_tokens + m.output_tokens as total_tokens, m.cost_usd as total_cost_usd, m.unpriced as unpriced_count,
       m.failed as failed_count, m.refused as refused_count, m.cached as cached_count, m.escalated as escalated_count, m.fell_back as fell_back_count,
       m.by_rules as rules_count, m.p50_latency_ms, m.p95_latency_ms, m.p99_latency_ms,
       round(m.confidence / nullif(m.with_confidence, 0), 4) as avg_confidence, true as is_finished
from private.usage_months() as m
where m.month < (select private.usage_months_until())
union all
select u.org_id, date_trunc('month', u.day::timestamp)::date, u.task, u.provider, u.model, sum(u.request_count)::bigint, sum(u.input_tokens)::bigint,
       sum(u.output_tokens)::bigint, sum(u.total_tokens)::bigint, sum(u.total_cost_usd), sum(u.unpriced_count)::bigint, sum(u.failed_count)::bigint,
       sum(u.refused_count)::bigint, sum(u.cached_count)::bigint, sum(u.escalated_count)::bigint, sum(u.fell_back_count)::bigint,
       sum(u.rules_count)::bigint, null, null, null, null, false
from public.ai_usage_daily as u
where u.day >= coalesce((select private.usage_months_until()), '-infinity')
group by u.org_id, date_trunc('month', u.day::timestamp), u.task, u.provider, u.model;
comment on view public.ai_usage_monthly is
  'Requests by month (the organization''s), task and model of the answer (NULL where rules or nobody answered). Finished months (is_finished) as of last night, with latency percentiles in milliseconds and mean confidence; the running one is live and has neither: they are in ai_usage_daily.';
comment on column public.ai_usage_monthly.total_cost_usd is 'Sum of what is known; unpriced_count requests cost something unknown beside it.';

revoke all on private.ai_usage_months from public, anon, authenticated, service_role;
revoke execute on function private.refresh_usage_months(), private.usage_months(), private.usage_months_until() from public;
grant execute on function private.usage_months(), private.usage_months_until() to authenticated, service_role;
revoke all on public.ai_usage_monthly from anon, authenticated, service_role;
grant select on public.ai_usage_monthly to authenticated, service_role;
