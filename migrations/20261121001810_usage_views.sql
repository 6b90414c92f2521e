-- What admins look at: usage, cost, latency, confidence, budgets. Every view shows a caller's own organizations only.
--
-- Usage and performance are read from the rollups under row level security, so that a filter for an organization, days or a task reaches the
-- primary key; what is above the rollups' watermark is added from the log, so a view is never behind.
-- docs/decisions/2026-11-27-usage-from-rollups.md

create function private.percentile_of(p_buckets smallint[], p_counts bigint[], p_share numeric)
returns integer
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_total  numeric := 0;
  v_up_to  numeric := 0;
  v_counts bigint[];
begin
  for n in 1 .. coalesce(cardinality(p_buckets), 0) loop
    v_total := v_total + p_counts[n];
    v_counts[p_buckets[n]] := coalesce(v_counts[p_buckets[n]], 0) + p_counts[n];
  end loop;
  if v_total <= 0 then
    return null;
  end if;
  -- The array is as wide as the histogram, whatever the order its buckets came in.
  for bucket in array_lower(v_counts, 1) .. array_upper(v_counts, 1) loop
    continue when v_counts[bucket] is null;
    v_up_to := v_up_to + v_counts[bucket];
    if v_up_to >= p_share * v_total then
      return private.bucket_latency(bucket);
    end if;
  end loop;
  return null;
end
$$;
comment on function private.percentile_of(smallint[], bigint[], numeric) is
  'Milliseconds below which a share of the counted latencies lies, right to 5 %. NULL without any.';

create function private.reported_org_ids()
returns setof uuid
language sql
stable
security definer -- as visible_org_ids(), which it narrows
set search_path = ''
as $$
  select v.id from private.visible_org_ids() as v (id)
  where private.is_trusted() or v.id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member'))
$$;
comment on function private.reported_org_ids() is
  'Organizations whose totals the caller may see: every one for postgres and the service role, the caller''s own where not a guest.';

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

create view public.ai_usage_daily with (security_invoker = true) as
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
comment on view public.ai_usage_daily is
  'Requests by day (the organization''s), task and model of the answer (NULL where rules or nobody answered): counts, tokens, US dollars, latency percentiles in milliseconds. Live.';
comment on column public.ai_usage_daily.total_cost_usd is 'Sum of what is known; unpriced_count requests cost something unknown beside it.';

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

create view public.ai_costs with (security_invoker = true) as
select u.org_id, u.day, u.task, u.provider, u.model, u.request_count, u.total_cost_usd as cost_usd, u.unpriced_count,
       round(u.total_cost_usd * private.per_usd(o.currency, (u.day + 1)::timestamp at time zone o.time_zone), 6) as cost, o.currency
from public.ai_usage_daily as u
join public.organizations as o on o.id = u.org_id
where u.total_cost_usd > 0 or u.unpriced_count > 0;
comment on view public.ai_costs is
  'Cost by day, task and model, in US dollars and at the day''s rate in the organization''s currency. What budgets counted is in ai_budget_status.';

create function private.confidence_histogram()
returns table (org_id uuid, task text, bin smallint, bin_from numeric, bin_to numeric, request_count bigint)
language sql
stable
security definer -- reads rollups that no API role may; filtered by reported_org_ids()
set search_path = ''
as $$
  with visible as materialized (select v.id from private.reported_org_ids() as v (id)),
  parts as (
    select d.org_id, d.task, d.bin, d.requests::bigint as n
    from private.ai_confidence_days as d
    where d.org_id in (select id from visible) and d.day >= (private.clock() at time zone 'UTC')::date - 30
    union all
    select f.org_id, f.task, f.bin, f.requests
    from private.fresh_requests((select s.rolled_up_to from private.ai_rollup_state as s), 9223372036854775807) as f
    where f.bin is not null and f.org_id in (select id from visible)
  )
  select t.org_id, t.task, b.bin::smallint, b.bin * 0.2, (b.bin + 1) * 0.2, coalesce(sum(p.n) filter (where p.bin = b.bin), 0)::bigint
  from (select distinct x.org_id, x.task from parts as x) as t
  cross join generate_series(0, 4) as b (bin)
  join parts as p on p.org_id = t.org_id and p.task = t.task
  group by t.org_id, t.task, b.bin
$$;
comment on function private.confidence_histogram() is 'Behind public.ai_confidence_histogram.';

create view public.ai_confidence_histogram with (security_invoker = true) as select * from private.confidence_histogram();
comment on view public.ai_confidence_histogram is
  'How sure answers of the last 30 days were, by task, in five bins of 0.2. Requests without a confidence are left out, not counted as 0.';

create view public.ai_prompt_performance with (security_invoker = true) as
select r.org_id, r.prompt_key, r.prompt_version, r.prompt_variant, count(*) as request_count,
       count(*) filter (where r.status in ('failed', 'cancelled', 'swept')) as failed_count,
       count(*) filter (where r.escalated) as escalated_count, sum(r.cost_usd) as total_cost_usd,
       round(avg(r.latency_ms))::integer as avg_latency_ms, round(avg(r.confidence_score), 4) as avg_confidence
from public.ai_request_logs as r
where r.prompt_key is not null and r.status <> 'refused' and not r.cached and r.created_at > private.clock() - interval '30 days'
group by r.org_id, r.prompt_key, r.prompt_version, r.prompt_variant;
comment on view public.ai_prompt_performance is 'Requests of the last 30 days by prompt version and variant.';

create function private.budget_status()
returns table (
  org_id uuid, budget_id uuid, scope text, scope_key text, period text, period_start date, cap numeric, currency text, settled numeric, held numeric,
  remaining numeric, used_percent numeric, state text, hard boolean
)
language sql
stable
security definer -- settings and counters of every visible organization, past their policies
set search_path = ''
as $$
  with shown as (
    select b.*, o.currency, private.periods_at(private.clock(), o.time_zone) as now_in, private.settings_for(o.id, null) as settings
    from public.ai_budgets as b
    join public.organizations as o on o.id = b.org_id
    where b.active and b.period <> 'request' and o.id in (select v.id from private.visible_org_ids() as v (id))
  ),
  measured as (
    select b.org_id, b.id, b.scope, coalesce(s.scope_key, b.scope_key) as scope_key, b.period, b.hard, b.currency,
           case b.period when 'day' then (b.now_in).day when 'week' then (b.now_in).week when 'month' then (b.now_in).month end as period_start,
           coalesce(b.cap, (b.settings ->> 'ai.budget.monthly.cap')::numeric) as cap,
           coalesce(b.soft_percent, (b.settings ->> 'ai.budget.soft.percent')::numeric) as soft_percent,
           coalesce(case b.period
             when 'day' then case when s.day = (b.now_in).day then s.day_settled end
             when 'week' then case when s.week = (b.now_in).week then s.week_settled end
             when 'month' then case when s.month = (b.now_in).month then s.month_settled end
             when 'total' then s.total_settled end, 0) + coalesce(w.settled, 0) as settled,
           coalesce(case b.period
             when 'day' then case when s.day = (b.now_in).day then s.day_held end
             when 'week' then case when s.week = (b.now_in).week then s.week_held end
             when 'month' then case when s.month = (b.now_in).month then s.month_held end
             when 'total' then s.total_held end, 0) + coalesce(w.held, 0) as held
    from shown as b
    left join public.ai_budget_states as s
      on s.org_id = b.org_id and s.scope = b.scope
     and (b.scope_key is null or b.scope_key = s.scope_key
          or (b.scope = 'subject' and right(b.scope_key, 2) = ':*' and starts_with(s.scope_key, left(b.scope_key, -1))))
    -- A settle that found the gate taken waits to be booked.
    left join lateral (
      select sum(u.settled) as settled, sum(u.held) as held
      from private.ai_unbooked_changes as u
      where u.org_id = s.org_id and s.account = any (u.accounts)
        and case b.period when 'day' then u.day = (b.now_in).day when 'week' then u.week = (b.now_in).week
                          when 'month' then u.month = (b.now_in).month else true end
    ) as w on true
  )
  select m.org_id, m.id, m.scope, case when m.scope <> 'organization' then m.scope_key end, m.period, m.period_start, m.cap, m.currency,
         m.settled, m.held, m.cap - m.settled - m.held,
         round((m.settled + m.held) * 100 / nullif(m.cap, 0), 2),
         case when m.settled + m.held >= m.cap then 'exhausted'
              when m.settled + m.held > m.cap * m.soft_percent / 100 then 'soft_limit'
              else 'ok' end,
         m.hard
  from measured as m
  -- A member sees the budgets he spends from, not what others spend.
  where m.org_id in (select v.id from private.visible_org_ids() as v (id) where private.is_trusted())
     or m.org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
     or (m.org_id in (select private.my_org_ids_as('member'))
         and (m.scope = 'organization' or (m.scope = 'user' and m.scope_key = (select auth.uid())::text)))
$$;
comment on function private.budget_status() is 'Behind public.ai_budget_status.';

create view public.ai_budget_status with (security_invoker = true) as select * from private.budget_status();
comment on view public.ai_budget_status is
  'Every active budget as it stands this moment: cap, settled, held, remaining in the organization''s currency, and its state (ok, soft_limit, exhausted).';

create view public.ai_call_log_compat with (security_invoker = true) as
select c.id, c.created_at as "timestamp", r.job_id, r.task, c.request_model as model, c.input_tokens, c.output_tokens, c.cost_usd as cost, c.latency_ms,
       r.confidence_score, r.confidence_breakdown, r.action, p.input as request_data, p.output as response_data,
       c.error_code as error_message, r.fallback_reason
from public.ai_call_logs as c
left join public.ai_request_logs as r on r.id = c.request_id and r.org_id = c.org_id
left join public.ai_payloads as p on p.org_id = c.org_id and p.request_id = c.request_id;
comment on view public.ai_call_log_compat is
  'Call rows under the column names of MIVAA''s ai_call_logs, for dashboards written for it.';

revoke all on public.ai_usage_daily, public.ai_costs, public.ai_confidence_histogram, public.ai_prompt_performance,
  public.ai_budget_status, public.ai_call_log_compat from anon, authenticated, service_role;
grant select on public.ai_usage_daily, public.ai_costs, public.ai_confidence_histogram, public.ai_prompt_performance,
  public.ai_budget_status, public.ai_call_log_compat to authenticated, service_role;
revoke execute on all functions in schema private from public;
grant execute on function private.confidence_histogram(), private.budget_status()
  to authenticated, service_role;
