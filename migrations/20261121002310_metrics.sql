-- The figures behind the function ai-metrics: one call, computed here, never from rows that were fetched (REST stops at a
-- thousand). An hour and a day are read from the log to the minute; longer periods from the rollups, in whole days.

create function private.reported_org(p_org_id uuid)
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org_id uuid := private.meant_org(p_org_id);
begin
  if not private.is_trusted() and not private.can_see_org_requests(v_org_id) then
    raise exception 'Cannot report on the organization: the caller is neither owner, admin nor manager of it' using errcode = 'PT403';
  end if;
  return v_org_id;
end
$$;
comment on function private.reported_org(uuid) is
  'The organization a caller may have figures of: the given one, else his only one. PT400 when it cannot be told, PT403 when he does not manage it.';

create function private.metric_requests(p_org_id uuid, p_since timestamptz, p_since_day date, p_job_id uuid)
returns table (
  task text, provider text, model text, requests bigint, failed bigint, refused bigint, cached bigint, escalated bigint, fell_back bigint,
  by_rules bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, unpriced bigint, latency_ms bigint, timed bigint,
  confidence numeric, with_confidence bigint
)
language sql
stable
set search_path = ''
as $$
  select l.task, l.provider, l.model, count(*), count(*) filter (where l.status in ('failed', 'cancelled', 'swept')),
         count(*) filter (where l.status = 'refused'), count(*) filter (where l.cached), count(*) filter (where l.escalated),
         count(*) filter (where l.fell_back), count(*) filter (where l.action = 'fallback_to_rules'), coalesce(sum(l.input_tokens), 0),
         coalesce(sum(l.output_tokens), 0), coalesce(sum(l.cost_usd), 0), count(*) filter (where l.cost_usd is null),
         coalesce(sum(l.latency_ms) filter (where l.status = 'succeeded'), 0), count(l.latency_ms) filter (where l.status = 'succeeded'),
         coalesce(sum(l.confidence_score), 0), count(l.confidence_score)
  from public.ai_request_logs as l
  where l.org_id = p_org_id and ((p_job_id is null and l.created_at >= p_since) or l.job_id = p_job_id)
  group by l.task, l.provider, l.model
  union all
  select x.task, nullif(x.provider, ''), nullif(x.model, ''), sum(x.requests)::bigint, sum(x.failed)::bigint, sum(x.refused)::bigint,
         sum(x.cached)::bigint, sum(x.escalated)::bigint, sum(x.fell_back)::bigint, sum(x.by_rules)::bigint, sum(x.input_tokens)::bigint,
         sum(x.output_tokens)::bigint, sum(x.cost_usd), sum(x.unpriced)::bigint, sum(x.latency_ms)::bigint, sum(x.timed)::bigint,
         sum(x.confidence), sum(x.with_confidence)::bigint
  from (
    select d.task, d.provider, d.model, d.requests, d.failed, d.refused, d.cached, d.escalated, d.fell_back, d.by_rules, d.input_tokens,
           d.output_tokens, d.cost_usd, d.unpriced, d.latency_ms, d.timed, d.confidence, d.with_confidence
    from private.ai_task_days as d
    where p_since is null and p_job_id is null and d.org_id = p_org_id and (p_since_day is null or d.day >= p_since_day)
    union all
    select f.task, f.provider, f.model, f.requests, f.failed, f.refused, f.cached, f.escalated, f.fell_back, f.by_rules, f.input_tokens,
           f.output_tokens, f.cost_usd, f.unpriced, f.latency_ms, f.timed, f.confidence, f.with_confidence
    from private.fresh_requests(private.rolled_up_to(), 9223372036854775807) as f
    where p_since is null and p_job_id is null and f.org_id = p_org_id and (p_since_day is null or f.day >= p_since_day)
  ) as x
  group by x.task, x.provider, x.model
$$;
comment on function private.metric_requests(uuid, timestamptz, date, uuid) is
  'Requests of an organization by task and model of the answer: of a job, since a moment (from the log), or since a day (from the rollups; NULL = all).';

create function private.metric_calls(p_org_id uuid, p_since timestamptz, p_since_day date, p_job_id uuid)
returns table (
  provider text, model text, calls bigint, failed bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, unpriced bigint,
  latency_ms bigint, timed bigint
)
language sql
stable
set search_path = ''
as $$
  select c.provider, c.request_model, count(*), count(*) filter (where c.error_code is not null), coalesce(sum(c.input_tokens), 0),
         coalesce(sum(c.output_tokens), 0), coalesce(sum(c.cost_usd), 0), count(*) filter (where c.cost_usd is null),
         coalesce(sum(c.latency_ms), 0), count(c.latency_ms)
  from public.ai_call_logs as c
  where c.org_id = p_org_id and p_job_id is null and c.created_at >= p_since
  group by c.provider, c.request_model
  union all
  select c.provider, c.request_model, count(*), count(*) filter (where c.error_code is not null), coalesce(sum(c.input_tokens), 0),
         coalesce(sum(c.output_tokens), 0), coalesce(sum(c.cost_usd), 0), count(*) filter (where c.cost_usd is null),
         coalesce(sum(c.latency_ms), 0), count(c.latency_ms)
  from public.ai_request_logs as l
  join public.ai_call_logs as c on c.request_id = l.id and c.org_id = l.org_id
  where l.job_id = p_job_id and l.org_id = p_org_id
  group by c.provider, c.request_model
  union all
  select x.provider, x.model, sum(x.calls)::bigint, sum(x.failed)::bigint, sum(x.input_tokens)::bigint, sum(x.output_tokens)::bigint,
         sum(x.cost_usd), sum(x.unpriced)::bigint, sum(x.latency_ms)::bigint, sum(x.calls)::bigint
  from (
    select d.provider, d.model, d.calls, d.failed, d.input_tokens, d.output_tokens, d.cost_usd, d.unpriced, d.latency_ms
    from private.ai_call_days as d
    where p_since is null and p_job_id is null and d.org_id = p_org_id and (p_since_day is null or d.day >= p_since_day)
    union all
    select f.provider, f.model, f.calls, f.failed, f.input_tokens, f.output_tokens, f.cost_usd, f.unpriced, f.latency_ms
    from private.fresh_calls(private.rolled_up_to(), 9223372036854775807) as f
    where p_since is null and p_job_id is null and f.org_id = p_org_id and (p_since_day is null or f.day >= p_since_day)
  ) as x
  group by x.provider, x.model
$$;
comment on function private.metric_calls(uuid, timestamptz, date, uuid) is 'Calls of an organization by provider and model asked, chosen as in private.metric_requests().';

create function private.metric_confidence(p_org_id uuid, p_since timestamptz, p_since_day date, p_job_id uuid)
returns table (bin integer, requests bigint)
language sql
stable
set search_path = ''
as $$
  select b.bin, coalesce(sum(x.requests), 0)::bigint
  from generate_series(0, 4) as b (bin)
  left join (
    select least(floor(l.confidence_score * 5), 4)::integer as bin, count(*) as requests
    from public.ai_request_logs as l
    where l.org_id = p_org_id and l.confidence_score is not null and ((p_job_id is null and l.created_at >= p_since) or l.job_id = p_job_id)
    group by 1
    union all
    select d.bin, d.requests from private.ai_confidence_days as d
    where p_since is null and p_job_id is null and d.org_id = p_org_id and (p_since_day is null or d.day >= p_since_day)
    union all
    select f.bin, f.requests from private.fresh_requests(private.rolled_up_to(), 9223372036854775807) as f
    where p_since is null and p_job_id is null and f.org_id = p_org_id and f.bin is not null and (p_since_day is null or f.day >= p_since_day)
  ) as x on x.bin = b.bin
  group by b.bin
$$;
comment on function private.metric_confidence(uuid, timestamptz, date, uuid) is
  'Requests by confidence in five bins of 0.2; those without a confidence are in none. Chosen as in private.metric_requests().';

create function private.metrics_of(p_org_id uuid, p_since timestamptz, p_since_day date, p_job_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with r as materialized (select * from private.metric_requests(p_org_id, p_since, p_since_day, p_job_id)),
  c as materialized (select * from private.metric_calls(p_org_id, p_since, p_since_day, p_job_id)),
  totals as (
    select coalesce(sum(r.requests), 0) as requests, coalesce(sum(r.failed), 0) as failed, coalesce(sum(r.refused), 0) as refused,
           sum(r.requests) - sum(r.refused) as tried, sum(r.cached) as cached, sum(r.escalated) as escalated, sum(r.fell_back) as fell_back,
           sum(r.by_rules) as by_rules, coalesce(sum(r.input_tokens), 0) as input_tokens, coalesce(sum(r.output_tokens), 0) as output_tokens,
           coalesce(sum(r.cost_usd), 0) as cost_usd, coalesce(sum(r.unpriced), 0) as unpriced, sum(r.latency_ms) as latency_ms, sum(r.timed) as timed,
           sum(r.confidence) as confidence, sum(r.with_confidence) as with_confidence
    from r
  ),
  models as (
    select coalesce(asked.provider, answered.provider) as provider, coalesce(asked.model, answered.model) as model, asked.calls, asked.failed,
           asked.input_tokens, asked.output_tokens, asked.cost_usd, asked.unpriced, asked.latency_ms, asked.timed,
           answered.requests, answered.fell_back, answered.confidence, answered.with_confidence
    from (
      select c.provider, c.model, sum(c.calls) as calls, sum(c.failed) as failed, sum(c.input_tokens) as input_tokens, sum(c.output_tokens) as output_tokens,
             sum(c.cost_usd) as cost_usd, sum(c.unpriced) as unpriced, sum(c.latency_ms) as latency_ms, sum(c.timed) as timed
      from c group by c.provider, c.model
    ) as asked
    full join (
      select r.provider, r.model, sum(r.requests) as requests, sum(r.fell_back) as fell_back, sum(r.confidence) as confidence,
             sum(r.with_confidence) as with_confidence
      from r where r.model is not null group by r.provider, r.model
    ) as answered on answered.provider = asked.provider and answered.model = asked.model
  ),
  tasks as (
    select r.task, sum(r.requests) as requests, sum(r.failed) as failed, sum(r.refused) as refused, sum(r.by_rules) as by_rules,
           sum(r.cost_usd) as cost_usd, sum(r.unpriced) as unpriced, sum(r.latency_ms) as latency_ms, sum(r.timed) as timed,
           sum(r.confidence) as confidence, sum(r.with_confidence) as with_confidence,
           array_remove(array_agg(distinct r.model order by r.model), null) as models
    from r group by r.task having sum(r.requests) > 0
  )
  select jsonb_build_object(
    'summary', (select jsonb_build_object(
      'requests', t.requests, 'refused', t.refused, 'calls', (select coalesce(sum(c.calls), 0) from c),
      'cost_usd', case when t.unpriced < t.requests or t.cost_usd > 0 or t.requests = 0 then t.cost_usd end, 'unpriced_requests', t.unpriced,
      'input_tokens', t.input_tokens, 'output_tokens', t.output_tokens, 'total_tokens', t.input_tokens + t.output_tokens,
      'avg_latency_ms', round(t.latency_ms / nullif(t.timed, 0)), 'avg_confidence', round(t.confidence / nullif(t.with_confidence, 0), 4),
      'error_rate', round(t.failed / nullif(t.tried, 0), 4), 'fallback_rate', round(t.fell_back / nullif(t.tried, 0), 4),
      'rules_rate', round(t.by_rules / nullif(t.tried, 0), 4), 'escalation_rate', round(t.escalated / nullif(t.tried, 0), 4),
      'cache_hit_rate', round(t.cached / nullif(t.tried, 0), 4)) from totals as t),
    'models', (select coalesce(jsonb_agg(jsonb_build_object(
      'provider', m.provider, 'model', m.model, 'calls', coalesce(m.calls, 0), 'failed_calls', coalesce(m.failed, 0),
      'error_rate', round(m.failed / nullif(m.calls, 0), 4), 'answers', coalesce(m.requests, 0), 'fallback_count', coalesce(m.fell_back, 0),
      'cost_usd', case when m.unpriced < m.calls or m.cost_usd > 0 or m.calls is null then coalesce(m.cost_usd, 0) end, 'unpriced_calls', coalesce(m.unpriced, 0),
      'input_tokens', coalesce(m.input_tokens, 0), 'output_tokens', coalesce(m.output_tokens, 0),
      'avg_latency_ms', round(m.latency_ms / nullif(m.timed, 0)), 'avg_confidence', round(m.confidence / nullif(m.with_confidence, 0), 4))
      order by m.cost_usd desc nulls last, m.provider, m.model), '[]') from models as m),
    'tasks', (select coalesce(jsonb_agg(jsonb_build_object(
      'task', t.task, 'requests', t.requests, 'error_rate', round(t.failed / nullif(t.requests - t.refused, 0), 4), 'rules_count', t.by_rules,
      'cost_usd', case when t.unpriced < t.requests or t.cost_usd > 0 then t.cost_usd end, 'unpriced_requests', t.unpriced,
      'avg_latency_ms', round(t.latency_ms / nullif(t.timed, 0)), 'avg_confidence', round(t.confidence / nullif(t.with_confidence, 0), 4),
      'models', to_jsonb(t.models)) order by t.cost_usd desc, t.task), '[]') from tasks as t),
    'confidence_histogram', (select jsonb_agg(jsonb_build_object('from', b.bin * 0.2, 'to', (b.bin + 1) * 0.2, 'requests', b.requests) order by b.bin)
      from private.metric_confidence(p_org_id, p_since, p_since_day, p_job_id) as b)
  )
$$;
comment on function private.metrics_of(uuid, timestamptz, date, uuid) is
  'Summary, models, tasks and confidence histogram of an organization, chosen as in private.metric_requests(). The caller''s right is checked before.';

create function private.ai_metrics(p_org_id uuid, p_time_period text)
returns jsonb
language plpgsql
stable
security definer -- reads rollups that no API role may; private.reported_org() decides whose
set search_path = ''
set jit = off -- a report: compiling it takes longer than running it
as $$
declare
  v_org_id uuid := private.reported_org(p_org_id);
  v_now    timestamptz := private.clock();
  v_zone   text := (select o.time_zone from public.organizations as o where o.id = v_org_id);
  v_since  timestamptz;
  v_day    date;
begin
  if p_time_period is null or p_time_period not in ('1h', '24h', '7d', '30d', 'all') then
    raise exception 'Cannot report on the period: it is not one of 1h, 24h, 7d, 30d, all' using errcode = 'PT400';
  end if;
  v_since := case p_time_period when '1h' then v_now - interval '1 hour' when '24h' then v_now - interval '24 hours' end;
  v_day := case p_time_period when '7d' then (v_now at time zone v_zone)::date - 6 when '30d' then (v_now at time zone v_zone)::date - 29 end;
  return jsonb_build_object(
    'org_id', v_org_id, 'time_period', p_time_period, 'from', coalesce(v_since, v_day::timestamp at time zone v_zone), 'to', v_now
  ) || private.metrics_of(v_org_id, v_since, v_day, null) || jsonb_build_object('last_calls', (
    select coalesce(jsonb_agg(last.call order by last.created_at desc, last.id), '[]')
    from (
      select c.created_at, c.id, jsonb_build_object(
        'id', c.id, 'request_id', c.request_id, 'created_at', c.created_at, 'task', l.task, 'job_id', l.job_id, 'purpose', c.purpose,
        'provider', c.provider, 'model', c.request_model, 'input_tokens', c.input_tokens, 'output_tokens', c.output_tokens,
        'cost_usd', c.cost_usd, 'latency_ms', c.latency_ms, 'confidence_score', l.confidence_score, 'action', l.action,
        'error_code', c.error_code, 'stand_in', c.stand_in) as call
      from (
        select x.* from public.ai_call_logs as x
        where x.org_id = v_org_id and (coalesce(v_since, v_day::timestamp at time zone v_zone) is null
              or x.created_at >= coalesce(v_since, v_day::timestamp at time zone v_zone))
        order by x.created_at desc limit 20
      ) as c
      left join public.ai_request_logs as l on l.id = c.request_id and l.org_id = c.org_id
    ) as last
  ));
end
$$;
comment on function private.ai_metrics(uuid, text) is 'Behind public.ai_metrics.';

create function private.ai_job_metrics(p_org_id uuid, p_job_id uuid)
returns jsonb
language plpgsql
stable
security definer -- reads every request of the job; private.reported_org() decides whose
set search_path = ''
set jit = off -- a report: compiling it takes longer than running it
as $$
declare
  v_org_id uuid := private.reported_org(p_org_id);
begin
  if not exists (select from public.ai_request_logs as l where l.job_id = p_job_id and l.org_id = v_org_id) then
    raise exception 'Cannot report on the job: the log has no request of it' using errcode = 'PT404';
  end if;
  return jsonb_build_object('org_id', v_org_id, 'job_id', p_job_id)
    || (select jsonb_build_object('from', min(l.created_at), 'to', max(l.created_at)) from public.ai_request_logs as l
        where l.job_id = p_job_id and l.org_id = v_org_id)
    || private.metrics_of(v_org_id, null, null, p_job_id)
    || jsonb_build_object('steps', (
      -- What it cost up to and with this step: of what is known.
      select jsonb_agg(jsonb_build_object(
        'request_id', s.id, 'created_at', s.created_at, 'task', s.task, 'provider', s.provider, 'model', s.model, 'status', s.status,
        'input_tokens', s.input_tokens, 'output_tokens', s.output_tokens, 'cost_usd', s.cost_usd, 'running_cost_usd', s.running_cost_usd,
        'latency_ms', s.latency_ms, 'confidence_score', s.confidence_score, 'action', s.action) order by s.created_at, s.id)
      from (
        select l.*, sum(coalesce(l.cost_usd, 0)) over (order by l.created_at, l.id) as running_cost_usd
        from public.ai_request_logs as l
        where l.job_id = p_job_id and l.org_id = v_org_id
        order by l.created_at, l.id limit 500
      ) as s
    ));
end
$$;
comment on function private.ai_job_metrics(uuid, uuid) is 'Behind public.ai_job_metrics.';

create function public.ai_metrics(p_org_id uuid default null, p_time_period text default '24h')
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.ai_metrics(p_org_id, p_time_period)
$$;
comment on function public.ai_metrics(uuid, text) is
  'Figures of an organization the caller is owner, admin or manager of, for 1h, 24h, 7d, 30d or all: summary, models, tasks, confidence_histogram, last_calls. Costs in US dollars; a mean leaves out what is missing. 7d and 30d are days of the organization, today included.';

create function public.ai_job_metrics(p_job_id uuid, p_org_id uuid default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.ai_job_metrics(p_org_id, p_job_id)
$$;
comment on function public.ai_job_metrics(uuid, uuid) is
  'Figures of one job of an organization the caller is owner, admin or manager of: as ai_metrics, with its first 500 steps and their running cost instead of the last calls. PT404 for a job the log does not have.';

revoke execute on all functions in schema private from public;
revoke execute on function public.ai_metrics(uuid, text), public.ai_job_metrics(uuid, uuid) from public, anon;
grant execute on function private.ai_metrics(uuid, text), private.ai_job_metrics(uuid, uuid), public.ai_metrics(uuid, text), public.ai_job_metrics(uuid, uuid)
  to authenticated, service_role;
