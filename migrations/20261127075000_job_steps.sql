-- What a job, or everything about a subject, does and costs step by step, and which jobs there were: from the log, so that each
-- caller adds up what he may see of it.

create function public.ai_steps(p_org_id uuid, p_job_id uuid default null, p_subject_type text default null, p_subject_id text default null)
returns table (
  task text, requests bigint, running bigint, failed bigint, refused bigint, cached bigint, by_rules bigint, calls bigint,
  input_tokens bigint, output_tokens bigint, cost_usd numeric, unpriced bigint, models text[], started_at timestamptz, ended_at timestamptz
)
language sql
stable
security invoker
set search_path = ''
set jit = off -- a report: compiling it takes longer than running it
as $$
  with asked as (
    select l.task, l.status, l.cached, l.action, l.calls, l.input_tokens, l.output_tokens, l.cost_usd, l.model, l.created_at,
      l.created_at + make_interval(secs => coalesce(l.latency_ms, 0) / 1000.0) as over_at
    from public.ai_request_logs as l
    where l.org_id = p_org_id and p_job_id is not null and l.job_id = p_job_id
    union all
    select l.task, l.status, l.cached, l.action, l.calls, l.input_tokens, l.output_tokens, l.cost_usd, l.model, l.created_at,
      l.created_at + make_interval(secs => coalesce(l.latency_ms, 0) / 1000.0)
    from public.ai_request_logs as l
    where l.org_id = p_org_id and p_job_id is null and l.subject_type = p_subject_type and l.subject_id = p_subject_id
  ),
  live as (
    select h.task, count(*) as running, min(h.created_at) as started_at
    from public.ai_holds as h
    where h.org_id = p_org_id and h.status = 'held' and h.expires_at > private.clock()
      and case when p_job_id is null then h.subject_type = p_subject_type and h.subject_id = p_subject_id else h.job_id = p_job_id end
    group by h.task
  ),
  summed as (
    select a.task, count(*) as requests, count(*) filter (where a.status = 'failed') as failed,
      count(*) filter (where a.status = 'refused') as refused, count(*) filter (where a.cached) as cached,
      count(*) filter (where a.action = 'fallback_to_rules') as by_rules, sum(a.calls)::bigint as calls,
      coalesce(sum(a.input_tokens), 0)::bigint as input_tokens, coalesce(sum(a.output_tokens), 0)::bigint as output_tokens,
      sum(a.cost_usd) as cost_usd, count(*) filter (where a.cost_usd is null) as unpriced,
      array_agg(distinct a.model order by a.model) filter (where a.model is not null) as models,
      min(a.created_at) as started_at, max(a.over_at) as ended_at
    from asked as a
    group by a.task
  )
  select coalesce(s.task, live.task), coalesce(s.requests, 0), coalesce(live.running, 0), coalesce(s.failed, 0), coalesce(s.refused, 0),
    coalesce(s.cached, 0), coalesce(s.by_rules, 0), coalesce(s.calls, 0), coalesce(s.input_tokens, 0), coalesce(s.output_tokens, 0),
    s.cost_usd, coalesce(s.unpriced, 0), coalesce(s.models, '{}'), least(s.started_at, live.started_at),
    case when live.running is null then s.ended_at end
  from summed as s
  full join live on live.task = s.task
  order by least(s.started_at, live.started_at), coalesce(s.task, live.task)
$$;
comment on function public.ai_steps(uuid, uuid, text, text) is
  'The tasks of a job, or of everything about a subject, in the order they began: requests that ended, and those that run now (seen by owner, admin and manager). cost_usd: US dollars of what is known, NULL when of none it is; unpriced: requests whose cost is not known; ended_at is NULL while something runs. Each caller adds up the requests he may see.';

create function public.ai_recent_jobs(p_org_id uuid, p_before timestamptz default null, p_limit integer default 30)
returns table (
  job_id uuid, started_at timestamptz, last_at timestamptz, tasks text[], subject_type text, subject_id text, requests bigint,
  failed bigint, cost_usd numeric, unpriced bigint
)
language sql
stable
security invoker
set search_path = ''
set jit = off -- a report: compiling it takes longer than running it
as $$
  -- Bounded, however large the log is: a job is recent when one of the newest requests is of it.
  with newest as (
    select l.job_id, l.created_at
    from public.ai_request_logs as l
    where l.org_id = p_org_id and (p_before is null or l.created_at < p_before)
    order by l.created_at desc
    limit 20000
  ),
  jobs as (
    select n.job_id, max(n.created_at) as last_at
    from newest as n
    where n.job_id is not null
    group by n.job_id
    order by max(n.created_at) desc
    limit least(greatest(p_limit, 1), 200)
  )
  select jobs.job_id, whole.started_at, whole.last_at, whole.tasks, whole.subject_type, whole.subject_id, whole.requests, whole.failed,
    whole.cost_usd, whole.unpriced
  from jobs
  cross join lateral (
    select min(l.created_at) as started_at, max(l.created_at) as last_at, array_agg(distinct l.task order by l.task) as tasks,
      case when count(distinct (l.subject_type, l.subject_id)) = 1 then min(l.subject_type) end as subject_type,
      case when count(distinct (l.subject_type, l.subject_id)) = 1 then min(l.subject_id) end as subject_id,
      count(*) as requests, count(*) filter (where l.status = 'failed') as failed, sum(l.cost_usd) as cost_usd,
      count(*) filter (where l.cost_usd is null) as unpriced
    from public.ai_request_logs as l
    where l.org_id = p_org_id and l.job_id = jobs.job_id
  ) as whole
  -- One that went on after p_before stands on an earlier page.
  where p_before is null or whole.last_at < p_before
  order by whole.last_at desc
$$;
comment on function public.ai_recent_jobs(uuid, timestamptz, integer) is
  'Jobs among the newest 20,000 requests the caller may see (before p_before, the last_at of the page before), the latest first, each added up whole. subject_type and subject_id: of all its requests, NULL when they differ. cost_usd: US dollars of what is known, NULL when of none it is.';

revoke execute on function public.ai_steps(uuid, uuid, text, text), public.ai_recent_jobs(uuid, timestamptz, integer) from public, anon;
grant execute on function public.ai_steps(uuid, uuid, text, text), public.ai_recent_jobs(uuid, timestamptz, integer)
to authenticated, service_role;
