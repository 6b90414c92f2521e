-- How fast and how well requests were answered: latency percentiles by task and model, rates by hour.

create view public.ai_latency with (security_invoker = true) as
select u.org_id, u.day, u.task, u.provider, u.model, u.request_count, u.avg_latency_ms, u.p50_latency_ms, u.p95_latency_ms, u.p99_latency_ms
from public.ai_usage_daily as u
where u.p50_latency_ms is not null;
comment on view public.ai_latency is
  'Latency of answered requests by day, task and model in milliseconds, percentiles right to 5 %. provider and model are NULL where rules answered. Live.';

create function private.rates_hourly()
returns table (
  org_id uuid, hour timestamptz, request_count bigint, refused_count bigint, failed_count bigint, cached_count bigint, escalated_count bigint,
  fell_back_count bigint, rules_count bigint, review_count bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, unpriced_count bigint
)
language sql
stable
security definer -- reads a rollup that no API role may; filtered by reported_org_ids()
set search_path = ''
set jit = off -- a report: compiling it takes longer than running it
as $$
  with visible as materialized (select v.id from private.reported_org_ids() as v (id)),
  parts as (
    select h.org_id, h.hour, h.requests, h.refused, h.failed, h.cached, h.escalated, h.fell_back, h.by_rules, h.for_review, h.input_tokens,
           h.output_tokens, h.cost_usd, h.unpriced
    from private.ai_org_hours as h
    where h.org_id in (select id from visible) and h.hour >= (select private.clock()) - interval '32 days'
    union all
    select f.org_id, f.hour, f.requests, f.refused, f.failed, f.cached, f.escalated, f.fell_back, f.by_rules, f.for_review, f.input_tokens,
           f.output_tokens, f.cost_usd, f.unpriced
    from private.fresh_requests(private.rolled_up_to(), 9223372036854775807) as f
    where f.org_id in (select id from visible) and f.hour >= (select private.clock()) - interval '32 days'
  )
  select p.org_id, p.hour, sum(p.requests)::bigint, sum(p.refused)::bigint, sum(p.failed)::bigint, sum(p.cached)::bigint, sum(p.escalated)::bigint,
         sum(p.fell_back)::bigint, sum(p.by_rules)::bigint, sum(p.for_review)::bigint, sum(p.input_tokens)::bigint, sum(p.output_tokens)::bigint,
         sum(p.cost_usd), sum(p.unpriced)::bigint
  from parts as p
  group by p.org_id, p.hour
  having sum(p.requests) > 0
$$;
comment on function private.rates_hourly() is 'Behind public.ai_rates_hourly.';
revoke execute on function private.rates_hourly() from public;
grant execute on function private.rates_hourly() to authenticated, service_role;

create view public.ai_rates_hourly with (security_invoker = true) as
select r.org_id, r.hour, r.request_count, r.refused_count, r.failed_count,
       round(r.failed_count::numeric / nullif(r.request_count - r.refused_count, 0), 4) as error_rate,
       round(r.fell_back_count::numeric / nullif(r.request_count - r.refused_count, 0), 4) as fallback_rate,
       round(r.rules_count::numeric / nullif(r.request_count - r.refused_count, 0), 4) as rules_rate,
       round(r.escalated_count::numeric / nullif(r.request_count - r.refused_count, 0), 4) as escalation_rate,
       round(r.cached_count::numeric / nullif(r.request_count - r.refused_count, 0), 4) as cache_hit_rate,
       round(r.review_count::numeric / nullif(r.request_count - r.refused_count, 0), 4) as review_rate,
       r.input_tokens, r.output_tokens, case when r.unpriced_count < r.request_count or r.cost_usd > 0 then r.cost_usd end as cost_usd,
       r.unpriced_count
from private.rates_hourly() as r;
comment on view public.ai_rates_hourly is
  'The last 32 days by UTC hour: shares of the requests that were not refused. An hour without requests has no row. Live.';
comment on column public.ai_rates_hourly.error_rate is 'Share that failed, was cancelled or never settled. NULL when every request was refused.';
comment on column public.ai_rates_hourly.fallback_rate is 'Share that another provider answered because a call failed.';
comment on column public.ai_rates_hourly.rules_rate is 'Share that a task''s rules answered because no model''s answer was good enough.';
comment on column public.ai_rates_hourly.cache_hit_rate is 'Share that the cache answered.';
comment on column public.ai_rates_hourly.cost_usd is 'US dollars, of what is known; NULL when nothing is.';

revoke all on public.ai_latency, public.ai_rates_hourly from anon, authenticated, service_role;
grant select on public.ai_latency, public.ai_rates_hourly to authenticated, service_role;
