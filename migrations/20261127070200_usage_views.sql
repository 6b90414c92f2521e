-- Daily usage straight from the rollups, under row level security: a filter for an organization, days or a task reaches the primary key.
--
-- Before, definer functions computed every day of every organization and filtered afterwards, half of it from materialized views that cron
-- had to refresh. The rollups are the materialized part already; the live tail is added as before.

create policy ai_task_days_select_reported on private.ai_task_days
  for select to authenticated using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member')));
create policy ai_latency_days_select_reported on private.ai_latency_days
  for select to authenticated using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member')));
create policy ai_call_days_select_reported on private.ai_call_days
  for select to authenticated using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member')));
create policy ai_call_latency_days_select_reported on private.ai_call_latency_days
  for select to authenticated using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member')));
grant select on private.ai_task_days, private.ai_latency_days, private.ai_call_days, private.ai_call_latency_days to authenticated, service_role;

create function private.usage_tail()
returns table (
  org_id uuid, day date, task text, provider text, model text, requests bigint, failed bigint, refused bigint, cached bigint, escalated bigint,
  fell_back bigint, by_rules bigint, for_review bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, unpriced bigint,
  latency_ms bigint, timed bigint, confidence numeric, with_confidence bigint, buckets smallint[], counts integer[]
)
language sql
stable
security definer -- totals over requests of others, for organizations whose totals the caller may see
set search_path = ''
as $$
  select f.org_id, f.day, f.task, f.provider, f.model, sum(f.requests)::bigint, sum(f.failed)::bigint, sum(f.refused)::bigint, sum(f.cached)::bigint,
         sum(f.escalated)::bigint, sum(f.fell_back)::bigint, sum(f.by_rules)::bigint, sum(f.for_review)::bigint, sum(f.input_tokens)::bigint,
         sum(f.output_tokens)::bigint, sum(f.cost_usd), sum(f.unpriced)::bigint, sum(f.latency_ms)::bigint, sum(f.timed)::bigint, sum(f.confidence),
         sum(f.with_confidence)::bigint, array_agg(f.bucket) filter (where f.bucket is not null),
         array_agg(f.requests) filter (where f.bucket is not null)
  from private.fresh_requests(private.rolled_up_to(), 9223372036854775807) as f
  where f.org_id in (select v.id from private.reported_org_ids() as v (id))
  group by f.org_id, f.day, f.task, f.provider, f.model
$$;
comment on function private.usage_tail() is
  'What private.ai_task_days does not have yet, one row a key: measures to add, and latency buckets with the requests to add to each (a bucket may come several times).';

create function private.calls_tail()
returns table (
  org_id uuid, day date, provider text, model text, calls bigint, failed bigint, rate_limited bigint, timed_out bigint, stand_in bigint,
  input_tokens bigint, output_tokens bigint, cache_read_input_tokens bigint, cost_usd numeric, unpriced bigint, latency_ms bigint,
  time_to_first_token_ms bigint, with_first_token bigint, buckets smallint[], counts integer[]
)
language sql
stable
security definer -- as usage_tail()
set search_path = ''
as $$
  select f.org_id, f.day, f.provider, f.model, sum(f.calls)::bigint, sum(f.failed)::bigint, sum(f.rate_limited)::bigint, sum(f.timed_out)::bigint,
         sum(f.stand_in)::bigint, sum(f.input_tokens)::bigint, sum(f.output_tokens)::bigint, sum(f.cache_read_input_tokens)::bigint, sum(f.cost_usd),
         sum(f.unpriced)::bigint, sum(f.latency_ms)::bigint, sum(f.time_to_first_token_ms)::bigint, sum(f.with_first_token)::bigint,
         array_agg(f.bucket) filter (where f.bucket is not null), array_agg(f.calls) filter (where f.bucket is not null)
  from private.fresh_calls(private.rolled_up_to(), 9223372036854775807) as f
  where f.org_id in (select v.id from private.reported_org_ids() as v (id))
  group by f.org_id, f.day, f.provider, f.model
$$;
comment on function private.calls_tail() is 'What private.ai_call_days does not have yet, as usage_tail().';

revoke execute on function private.usage_tail(), private.calls_tail() from public;
grant execute on function private.usage_tail(), private.calls_tail(), private.percentile_of(smallint[], bigint[], numeric),
  private.bucket_latency(numeric) to authenticated, service_role;

create or replace view public.ai_usage_daily with (security_invoker = true) as
select s.org_id, s.day, s.task, nullif(s.provider, '') as provider, nullif(s.model, '') as model, s.requests::bigint as request_count,
       s.input_tokens::bigint as input_tokens, s.output_tokens::bigint as output_tokens, (s.input_tokens + s.output_tokens)::bigint as total_tokens,
       s.cost_usd as total_cost_usd, s.unpriced::bigint as unpriced_count, s.failed::bigint as failed_count, s.refused::bigint as refused_count,
       s.cached::bigint as cached_count, s.escalated::bigint as escalated_count, s.fell_back::bigint as fell_back_count,
       s.by_rules::bigint as rules_count, s.for_review::bigint as review_count, (s.latency_ms / nullif(s.timed, 0))::integer as avg_latency_ms,
       case when s.is_fresh then fresh.p50 else s.p50 end as p50_latency_ms, case when s.is_fresh then fresh.p95 else s.p95 end as p95_latency_ms,
       case when s.is_fresh then fresh.p99 else s.p99 end as p99_latency_ms,
       round(s.confidence / nullif(s.with_confidence, 0), 4) as avg_confidence
from (
  select p.org_id, p.day, p.task, p.provider, p.model, sum(p.requests) as requests, sum(p.failed) as failed, sum(p.refused) as refused,
         sum(p.cached) as cached, sum(p.escalated) as escalated, sum(p.fell_back) as fell_back, sum(p.by_rules) as by_rules,
         sum(p.for_review) as for_review, sum(p.input_tokens) as input_tokens, sum(p.output_tokens) as output_tokens, sum(p.cost_usd) as cost_usd,
         sum(p.unpriced) as unpriced, sum(p.latency_ms) as latency_ms, sum(p.timed) as timed, sum(p.confidence) as confidence,
         sum(p.with_confidence) as with_confidence, bool_or(p.is_fresh) as is_fresh, max(p.buckets) as buckets, max(p.counts) as counts,
         max(p.p50) as p50, max(p.p95) as p95, max(p.p99) as p99
  from (
    select d.org_id, d.day, d.task, d.provider, d.model, d.requests, d.failed, d.refused, d.cached, d.escalated, d.fell_back, d.by_rules,
           d.for_review, d.input_tokens, d.output_tokens, d.cost_usd, d.unpriced, d.latency_ms, d.timed, d.confidence, d.with_confidence,
           false as is_fresh, null::smallint[] as buckets, null::integer[] as counts,
           d.p50_latency_ms as p50, d.p95_latency_ms as p95, d.p99_latency_ms as p99
    from private.ai_task_days as d
    union all
    select t.org_id, t.day, t.task, t.provider, t.model, t.requests, t.failed, t.refused, t.cached, t.escalated, t.fell_back, t.by_rules,
           t.for_review, t.input_tokens, t.output_tokens, t.cost_usd, t.unpriced, t.latency_ms, t.timed, t.confidence, t.with_confidence,
           true, t.buckets, t.counts, null, null, null
    from private.usage_tail() as t
  ) as p
  group by p.org_id, p.day, p.task, p.provider, p.model
  having sum(p.requests) > 0
) as s
left join lateral (
  -- Only where the tail has something to add: else the kept percentiles are right.
  select private.percentile_of(h.buckets, h.counts, 0.50) as p50, private.percentile_of(h.buckets, h.counts, 0.95) as p95,
         private.percentile_of(h.buckets, h.counts, 0.99) as p99
  from (
    select array_agg(b.bucket) as buckets, array_agg(b.n) as counts
    from (
      select x.bucket, sum(x.n)::bigint as n
      from (
        select l.bucket, l.requests as n from private.ai_latency_days as l
        where s.is_fresh and l.org_id = s.org_id and l.day = s.day and l.task = s.task and l.provider = s.provider and l.model = s.model
        union all
        select u.bucket, u.n from unnest(s.buckets, s.counts) as u (bucket, n)
      ) as x
      group by x.bucket
    ) as b
  ) as h
) as fresh on true;

create view public.ai_model_performance with (security_invoker = true) as
select s.org_id, s.provider, s.model, s.calls::bigint as call_count, s.failed::bigint as failed_count,
       round(s.failed::numeric / nullif(s.calls, 0), 4) as error_rate, s.rate_limited::bigint as rate_limited_count,
       s.timed_out::bigint as timed_out_count, s.stand_in::bigint as stand_in_count, s.input_tokens::bigint as input_tokens,
       s.output_tokens::bigint as output_tokens, s.cache_read::bigint as cache_read_input_tokens, s.cost_usd as total_cost_usd,
       s.unpriced::bigint as unpriced_count, (s.latency_ms / nullif(s.calls, 0))::integer as avg_latency_ms, l.p50 as p50_latency_ms,
       l.p95 as p95_latency_ms, l.p99 as p99_latency_ms, (s.first_token_ms / nullif(s.with_first_token, 0))::integer as avg_time_to_first_token_ms
from (
  select p.org_id, p.provider, p.model, sum(p.calls) as calls, sum(p.failed) as failed, sum(p.rate_limited) as rate_limited,
         sum(p.timed_out) as timed_out, sum(p.stand_in) as stand_in, sum(p.input_tokens) as input_tokens, sum(p.output_tokens) as output_tokens,
         sum(p.cache_read_input_tokens) as cache_read, sum(p.cost_usd) as cost_usd, sum(p.unpriced) as unpriced, sum(p.latency_ms) as latency_ms,
         sum(p.time_to_first_token_ms) as first_token_ms, sum(p.with_first_token) as with_first_token
  from (
    select d.org_id, d.provider, d.model, d.calls, d.failed, d.rate_limited, d.timed_out, d.stand_in, d.input_tokens, d.output_tokens,
           d.cache_read_input_tokens, d.cost_usd, d.unpriced, d.latency_ms, d.time_to_first_token_ms, d.with_first_token
    from private.ai_call_days as d
    where d.day >= (private.clock() at time zone 'UTC')::date - 30
    union all
    select t.org_id, t.provider, t.model, t.calls, t.failed, t.rate_limited, t.timed_out, t.stand_in, t.input_tokens, t.output_tokens,
           t.cache_read_input_tokens, t.cost_usd, t.unpriced, t.latency_ms, t.time_to_first_token_ms, t.with_first_token
    from private.calls_tail() as t
  ) as p
  group by p.org_id, p.provider, p.model
) as s
left join (
  select h.org_id, h.provider, h.model, private.percentile_of(h.buckets, h.counts, 0.50) as p50,
         private.percentile_of(h.buckets, h.counts, 0.95) as p95, private.percentile_of(h.buckets, h.counts, 0.99) as p99
  from (
    select b.org_id, b.provider, b.model, array_agg(b.bucket) as buckets, array_agg(b.n) as counts
    from (
      select x.org_id, x.provider, x.model, x.bucket, sum(x.n)::bigint as n
      from (
        select d.org_id, d.provider, d.model, d.bucket, d.calls as n from private.ai_call_latency_days as d
        where d.day >= (private.clock() at time zone 'UTC')::date - 30
        union all
        select t.org_id, t.provider, t.model, u.bucket, u.n from private.calls_tail() as t cross join lateral unnest(t.buckets, t.counts) as u (bucket, n)
      ) as x
      group by x.org_id, x.provider, x.model, x.bucket
    ) as b
    group by b.org_id, b.provider, b.model
  ) as h
) as l on l.org_id = s.org_id and l.provider = s.provider and l.model = s.model;
comment on view public.ai_model_performance is
  'Calls of the last 30 days by provider and model asked: reliability, cost in US dollars, latency percentiles of calls that answered in milliseconds. Live.';
revoke all on public.ai_model_performance from anon, authenticated, service_role;
grant select on public.ai_model_performance to authenticated, service_role;

-- Nothing reads these any more.
drop function private.usage_daily();
drop materialized view private.ai_usage_daily_closed;
drop materialized view private.ai_model_performance_closed;
comment on table private.ai_rollup_state is 'How far the rollups are.';
comment on column private.ai_rollup_state.views_from is 'Not read any more: until 2026-11-27, the first day that materialized views did not hold.';
comment on column private.ai_rollup_state.refreshed_at is 'Not read any more: until 2026-11-27, when materialized views were refreshed.';
