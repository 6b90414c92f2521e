-- What the dashboard asks for: one organization, a range of its days, added up in the database.
--
-- The views are by day; a page shows a month. Percentiles of days do not add up to those of a month, and a Data API answers at
-- most 1000 rows. So these functions add up the rollups (and their live tail) themselves. Days are the organization's, both
-- ends included; what does not add up to an answer is NULL.

create function private.usage_parts(p_org_id uuid, p_from date, p_to date)
returns table (
  day date, task text, provider text, model text, requests bigint, failed bigint, refused bigint, cached bigint, escalated bigint,
  fell_back bigint, by_rules bigint, for_review bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, unpriced bigint,
  latency_ms bigint, timed bigint, confidence numeric, with_confidence bigint
)
language sql
stable
set search_path = ''
as $$
  select d.day, d.task, d.provider, d.model, d.requests, d.failed, d.refused, d.cached, d.escalated, d.fell_back, d.by_rules, d.for_review,
         d.input_tokens, d.output_tokens, d.cost_usd, d.unpriced, d.latency_ms, d.timed, d.confidence, d.with_confidence
  from private.ai_task_days as d
  where d.org_id = p_org_id and d.day between p_from and p_to
  union all
  select f.day, f.task, f.provider, f.model, f.requests, f.failed, f.refused, f.cached, f.escalated, f.fell_back, f.by_rules, f.for_review,
         f.input_tokens, f.output_tokens, f.cost_usd, f.unpriced, f.latency_ms, f.timed, f.confidence, f.with_confidence
  from private.fresh_requests(private.rolled_up_to(), 9223372036854775807) as f
  where f.org_id = p_org_id and f.day between p_from and p_to
$$;
comment on function private.usage_parts(uuid, date, date) is
  'Additive measures of an organization''s requests by day, task and model (empty text where no model answered); several rows may be of one.';

create function private.latency_parts(p_org_id uuid, p_from date, p_to date)
returns table (task text, provider text, model text, bucket smallint, requests bigint)
language sql
stable
set search_path = ''
as $$
  select p.task, p.provider, p.model, p.bucket, sum(p.requests)::bigint
  from (
    select l.task, l.provider, l.model, l.bucket, l.requests
    from private.ai_latency_days as l
    where l.org_id = p_org_id and l.day between p_from and p_to
    union all
    select f.task, f.provider, f.model, f.bucket, f.requests
    from private.fresh_requests(private.rolled_up_to(), 9223372036854775807) as f
    where f.org_id = p_org_id and f.day between p_from and p_to and f.bucket is not null
  ) as p
  group by p.task, p.provider, p.model, p.bucket
$$;
comment on function private.latency_parts(uuid, date, date) is 'Latency histogram of an organization''s answered requests by task and model.';

create function private.day_rates(p_org_id uuid, p_from date, p_to date)
returns table (day date, per_usd numeric)
language sql
stable
set search_path = ''
as $$
  select n.day::date, private.per_usd(o.currency, (n.day::date + 1)::timestamp at time zone o.time_zone)
  from public.organizations as o
  cross join generate_series(p_from::timestamp, p_to::timestamp, interval '1 day') as n (day)
  where o.id = p_org_id
$$;
comment on function private.day_rates(uuid, date, date) is 'The organization''s currency for one US dollar, day by day. NULL before its first rate.';

-- Summary -----------------------------------------------------------------------------------------------------------------

create function private.usage_summary(p_org_id uuid, p_from date, p_to date)
returns table (
  request_count bigint, failed_count bigint, refused_count bigint, cached_count bigint, escalated_count bigint, fell_back_count bigint,
  rules_count bigint, review_count bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, cost numeric, currency text,
  unpriced_count bigint, avg_latency_ms integer, p50_latency_ms integer, p95_latency_ms integer, p99_latency_ms integer, avg_confidence numeric,
  confidence_count bigint
)
language sql
stable
security definer -- reads rollups that no API role may; only for organizations whose totals the caller may see
set search_path = ''
set jit = off -- a report: compiling it takes longer than running it
as $$
  with sums as materialized (
    select coalesce(sum(p.requests), 0)::bigint as requests, coalesce(sum(p.failed), 0)::bigint as failed, coalesce(sum(p.refused), 0)::bigint as refused,
           coalesce(sum(p.cached), 0)::bigint as cached, coalesce(sum(p.escalated), 0)::bigint as escalated, coalesce(sum(p.fell_back), 0)::bigint as fell_back,
           coalesce(sum(p.by_rules), 0)::bigint as by_rules, coalesce(sum(p.for_review), 0)::bigint as for_review,
           coalesce(sum(p.input_tokens), 0)::bigint as input_tokens, coalesce(sum(p.output_tokens), 0)::bigint as output_tokens,
           coalesce(sum(p.cost_usd), 0) as cost_usd,
           case when count(*) filter (where r.per_usd is null and p.cost_usd <> 0) = 0 then coalesce(sum(p.cost_usd * r.per_usd), 0) end as cost,
           coalesce(sum(p.unpriced), 0)::bigint as unpriced, (sum(p.latency_ms) / nullif(sum(p.timed), 0))::integer as latency_ms,
           round(sum(p.confidence) / nullif(sum(p.with_confidence), 0), 4) as confidence, coalesce(sum(p.with_confidence), 0)::bigint as with_confidence
    from private.usage_parts(p_org_id, p_from, p_to) as p
    left join private.day_rates(p_org_id, p_from, p_to) as r on r.day = p.day
  ),
  histogram as materialized (
    select array_agg(x.bucket) as buckets, array_agg(x.requests) as counts from private.latency_totals(p_org_id, p_from, p_to) as x
  )
  select s.requests, s.failed, s.refused, s.cached, s.escalated, s.fell_back, s.by_rules, s.for_review, s.input_tokens, s.output_tokens, s.cost_usd,
         s.cost, o.currency, s.unpriced, s.latency_ms, private.percentile_of(h.buckets, h.counts, 0.50),
         private.percentile_of(h.buckets, h.counts, 0.95), private.percentile_of(h.buckets, h.counts, 0.99), s.confidence, s.with_confidence
  from public.organizations as o
  cross join sums as s
  cross join histogram as h
  where o.id = p_org_id and o.id in (select v.id from private.reported_org_ids() as v (id))
$$;
comment on function private.usage_summary(uuid, date, date) is 'Behind public.ai_usage_summary.';

create function public.ai_usage_summary(p_org_id uuid, p_from date, p_to date)
returns table (
  request_count bigint, failed_count bigint, refused_count bigint, cached_count bigint, escalated_count bigint, fell_back_count bigint,
  rules_count bigint, review_count bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, cost numeric, currency text,
  unpriced_count bigint, avg_latency_ms integer, p50_latency_ms integer, p95_latency_ms integer, p99_latency_ms integer, avg_confidence numeric,
  confidence_count bigint
)
language sql
stable
set search_path = ''
set jit = off -- a report: compiling it takes longer than running it
as $$
  select s.* from private.usage_summary($1, $2, $3) as s
$$;
comment on function public.ai_usage_summary(uuid, date, date) is
  'An organization''s requests from one of its days to another, both included, as one row: counts, tokens, US dollars and (cost) its own currency at each day''s rate, latency in milliseconds over the whole range, right to 5 %. unpriced_count requests cost something unknown beside it. No row for an organization whose totals the caller may not see.';

-- By day and by something -------------------------------------------------------------------------------------------------

create function private.cost_parts(p_org_id uuid, p_from date, p_to date, p_by text)
returns table (
  day date, key text, requests bigint, failed bigint, fell_back bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, unpriced bigint
)
language sql
stable
security definer -- reads rollups that no API role may; each part says who may see it
set search_path = ''
as $$
  select u.day,
         case p_by when 'task' then u.task when 'model' then case when u.model <> '' then u.provider || '/' || u.model else '' end else 'all' end,
         u.requests, u.failed, u.fell_back, u.input_tokens, u.output_tokens, u.cost_usd, u.unpriced
  from private.usage_parts(p_org_id, p_from, p_to) as u
  where p_by in ('all', 'task', 'model') and p_org_id in (select v.id from private.reported_org_ids() as v (id))
  union all
  select d.day, d.user_id::text, d.requests, null, null, d.input_tokens, d.output_tokens, d.cost_usd, d.unpriced
  from private.ai_user_days as d
  where p_by = 'user' and d.org_id = p_org_id and d.day between p_from and p_to
    and (p_org_id in (select m.id from private.managed_org_ids() as m (id))
         or (d.user_id = (select auth.uid()) and p_org_id in (select private.my_org_ids_as('member'))))
  union all
  select d.day, d.job_id::text, d.requests, d.failed, null, d.input_tokens, d.output_tokens, d.cost_usd, d.unpriced
  from private.ai_job_days as d
  where p_by = 'job' and d.org_id = p_org_id and d.day between p_from and p_to
    and p_org_id in (select m.id from private.managed_org_ids() as m (id))
  union all
  select t.day, case p_by when 'user' then t.user_id::text else t.job_id::text end,
         t.requests, t.failed, null, t.input_tokens, t.output_tokens, t.cost_usd, t.unpriced
  from private.ai_cost_tail as t
  where p_by in ('user', 'job') and t.org_id = p_org_id and t.day between p_from and p_to
    and case p_by when 'user' then t.user_id is not null else t.job_id is not null end
    and (p_org_id in (select m.id from private.managed_org_ids() as m (id))
         or (p_by = 'user' and t.user_id = (select auth.uid()) and p_org_id in (select private.my_org_ids_as('member'))))
$$;
comment on function private.cost_parts(uuid, date, date, text) is
  'Additive measures by day and by all, task, model, user or job. Totals, tasks and models: whoever may see an organization''s totals; users: owner, admin, manager everyone''s, a member his own; jobs: owner, admin, manager. Subjects have functions of their own.';

create function private.usage_series(p_org_id uuid, p_from date, p_to date, p_by text, p_keys integer)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with parts as materialized (select p.* from private.cost_parts(p_org_id, p_from, p_to, p_by) as p),
  shown as materialized (
    select p.key from parts as p group by p.key having sum(p.requests) > 0
    order by sum(p.cost_usd) desc, sum(p.requests) desc, p.key limit p_keys
  ),
  days as (
    select p.day, s.key, sum(p.requests) as requests, sum(p.failed) as failed, sum(p.fell_back) as fell_back, sum(p.input_tokens) as input_tokens,
           sum(p.output_tokens) as output_tokens, sum(p.cost_usd) as cost_usd, sum(p.unpriced) as unpriced
    from parts as p
    left join shown as s on s.key = p.key
    group by p.day, s.key
    having sum(p.requests) > 0
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'day', d.day, 'key', d.key, 'request_count', d.requests, 'failed_count', d.failed, 'fell_back_count', d.fell_back,
    'input_tokens', d.input_tokens, 'output_tokens', d.output_tokens, 'cost_usd', d.cost_usd, 'cost', d.cost_usd * r.per_usd,
    'unpriced_count', d.unpriced
  ) order by d.day, d.key), '[]')
  from days as d
  left join private.day_rates(p_org_id, p_from, p_to) as r on r.day = d.day
$$;
comment on function private.usage_series(uuid, date, date, text, integer) is 'Behind public.ai_usage_series.';

create function private.usage_breakdown(p_org_id uuid, p_from date, p_to date, p_by text, p_limit integer, p_after text)
returns table (
  key text, request_count bigint, failed_count bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, cost numeric, unpriced_count bigint
)
language sql
stable
set search_path = ''
as $$
  with sums as materialized (
    select p.key, sum(p.requests)::bigint as requests, sum(p.failed)::bigint as failed, sum(p.input_tokens)::bigint as input_tokens,
           sum(p.output_tokens)::bigint as output_tokens, sum(p.cost_usd) as cost_usd,
           case when count(*) filter (where r.per_usd is null and p.cost_usd <> 0) = 0 then coalesce(sum(p.cost_usd * r.per_usd), 0) end as cost,
           sum(p.unpriced)::bigint as unpriced
    from private.cost_parts(p_org_id, p_from, p_to, p_by) as p
    left join private.day_rates(p_org_id, p_from, p_to) as r on r.day = p.day
    group by p.key
    having sum(p.requests) > 0
  )
  select s.key, s.requests, s.failed, s.input_tokens, s.output_tokens,
         case when s.unpriced < s.requests or s.cost_usd > 0 then s.cost_usd end,
         case when s.unpriced < s.requests or s.cost_usd > 0 then s.cost end, s.unpriced
  from sums as s
  where p_after is null or (-s.cost_usd, s.key) > (select -last.cost_usd, last.key from sums as last where last.key = p_after)
  order by s.cost_usd desc, s.key
  limit least(p_limit, 1000)
$$;
comment on function private.usage_breakdown(uuid, date, date, text, integer, text) is 'Behind public.ai_usage_breakdown.';

create function public.ai_usage_breakdown(
  p_org_id uuid, p_from date, p_to date, p_by text, p_limit integer default 50, p_after text default null
)
returns table (
  key text, request_count bigint, failed_count bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, cost numeric, unpriced_count bigint
)
language plpgsql
stable
set search_path = ''
set jit = off -- a report: compiling it takes longer than running it
as $$
begin
  if p_by = 'subject' then
    return query select b.* from private.subject_breakdown(p_org_id, p_from, p_to, p_limit, p_after) as b;
  else
    return query select b.* from private.usage_breakdown(p_org_id, p_from, p_to, p_by, p_limit, p_after) as b;
  end if;
end
$$;
comment on function public.ai_usage_breakdown(uuid, date, date, text, integer, text) is
  'What each task, model, user, job or subject cost in a range of days, dearest first; p_after is the last key of the page before. cost_usd and cost (the organization''s currency) are NULL when of no request they are known. Who sees what: ai_usage_series().';

-- Latency -----------------------------------------------------------------------------------------------------------------

create function private.latency_profile(p_org_id uuid, p_from date, p_to date)
returns table (
  task text, provider text, model text, request_count bigint, p5_latency_ms integer, p25_latency_ms integer, p50_latency_ms integer,
  p75_latency_ms integer, p95_latency_ms integer, p99_latency_ms integer
)
language sql
stable
security definer -- reads rollups that no API role may; only for organizations whose totals the caller may see
set search_path = ''
as $$
  select h.task, h.provider, h.model, h.requests, private.percentile_of(h.buckets, h.counts, 0.05), private.percentile_of(h.buckets, h.counts, 0.25),
         private.percentile_of(h.buckets, h.counts, 0.50), private.percentile_of(h.buckets, h.counts, 0.75),
         private.percentile_of(h.buckets, h.counts, 0.95), private.percentile_of(h.buckets, h.counts, 0.99)
  from (
    select x.task, x.provider, x.model, sum(x.n)::bigint as requests, array_agg(x.bucket) as buckets, array_agg(x.n) as counts
    from (
      select l.task, l.provider, l.model, l.bucket, sum(l.requests)::bigint as n
      from private.latency_parts(p_org_id, p_from, p_to) as l
      where l.model <> ''
      group by grouping sets ((l.task, l.provider, l.model, l.bucket), (l.provider, l.model, l.bucket))
    ) as x
    group by x.task, x.provider, x.model
  ) as h
  where h.requests > 0 and p_org_id in (select v.id from private.reported_org_ids() as v (id))
  order by h.task nulls first, h.provider, h.model
$$;
comment on function private.latency_profile(uuid, date, date) is 'Behind public.ai_latency_profile.';

create function public.ai_latency_profile(p_org_id uuid, p_from date, p_to date)
returns table (
  task text, provider text, model text, request_count bigint, p5_latency_ms integer, p25_latency_ms integer, p50_latency_ms integer,
  p75_latency_ms integer, p95_latency_ms integer, p99_latency_ms integer
)
language sql
stable
set search_path = ''
set jit = off -- a report: compiling it takes longer than running it
as $$
  select l.* from private.latency_profile($1, $2, $3) as l
$$;
comment on function public.ai_latency_profile(uuid, date, date) is
  'How long answers took in a range of days, in milliseconds, by the model that answered (task NULL) and by task and model. Percentiles are right to 5 %.';

revoke execute on all functions in schema private from public;
revoke execute on function public.ai_usage_summary(uuid, date, date),
  public.ai_usage_breakdown(uuid, date, date, text, integer, text), public.ai_latency_profile(uuid, date, date)
  from public, anon;
grant execute on function private.usage_summary(uuid, date, date), private.cost_parts(uuid, date, date, text),
  private.usage_series(uuid, date, date, text, integer), private.usage_breakdown(uuid, date, date, text, integer, text),
  private.latency_profile(uuid, date, date), private.day_rates(uuid, date, date), public.ai_usage_summary(uuid, date, date),
  public.ai_usage_breakdown(uuid, date, date, text, integer, text), public.ai_latency_profile(uuid, date, date)
  to authenticated, service_role;
