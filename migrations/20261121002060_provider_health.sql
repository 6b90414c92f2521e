-- How each provider's models are doing right now: the platform's breaker beside what an organization itself saw.
--
-- Breakers belong to the platform and carry nothing of a tenant. Rates and latencies do: they are an organization's own calls.

create function private.provider_health()
returns table (
  org_id uuid, provider text, model text, breaker_state text, opened_at timestamptz, open_until timestamptz, last_error text,
  requests_left integer, tokens_left integer, call_count bigint, failed_count bigint, rate_limited_count bigint, timed_out_count bigint,
  error_rate numeric, p50_latency_ms integer, p95_latency_ms integer, last_call_at timestamptz
)
language sql
stable
security definer -- breakers of every model beside the calls of visible organizations only
set search_path = ''
set jit = off -- a report: compiling it takes longer than running it
as $$
  with visible as materialized (select v.id from private.reported_org_ids() as v (id)),
  called as (
    select c.org_id, c.provider, c.request_model as model, count(*) as calls, count(*) filter (where c.error_code is not null) as failed,
           count(*) filter (where c.error_code = 'rate_limited') as rate_limited, count(*) filter (where c.error_code = 'timeout') as timed_out,
           percentile_cont(array[0.5, 0.95]) within group (order by c.latency_ms) filter (where c.error_code is null) as latencies,
           max(c.created_at) as last_call_at
    from public.ai_call_logs as c
    where c.org_id in (select id from visible) and c.created_at >= (select private.clock()) - interval '1 hour'
    group by c.org_id, c.provider, c.request_model
  ),
  listed as (
    select c.org_id, c.provider, c.model from called as c
    union
    select v.id, b.provider, b.model from public.ai_breakers as b cross join visible as v
    where b.state <> 'closed' and b.model <> '*'
    union
    -- A whole provider down: every model of it the organization could be routed to.
    select v.id, b.provider, m.model
    from public.ai_breakers as b
    join public.ai_models as m on m.provider = b.provider and m.active
    join visible as v on m.org_id is null or m.org_id = v.id
    where b.state <> 'closed' and b.model = '*'
  )
  select l.org_id, l.provider, l.model, coalesce(b.state, 'closed'), b.opened_at, b.open_until, b.last_error, own.requests_left, own.tokens_left,
         coalesce(c.calls, 0), coalesce(c.failed, 0), coalesce(c.rate_limited, 0), coalesce(c.timed_out, 0),
         round(c.failed::numeric / nullif(c.calls, 0), 4), c.latencies[1]::integer, c.latencies[2]::integer, c.last_call_at
  from listed as l
  left join called as c on c.org_id = l.org_id and c.provider = l.provider and c.model = l.model
  left join private.provider_headroom as own on own.provider = l.provider and own.model = l.model
  left join lateral (
    -- The provider's own breaker stands before the model's.
    select x.state, x.opened_at, x.open_until, x.last_error from public.ai_breakers as x
    where x.provider = l.provider and x.model in (l.model, '*') and x.state <> 'closed'
    order by x.model = '*' desc limit 1
  ) as b on true
$$;
comment on function private.provider_health() is 'Behind public.ai_provider_health.';
revoke execute on function private.provider_health() from public;
grant execute on function private.provider_health() to authenticated, service_role;

create view public.ai_provider_health with (security_invoker = true) as select * from private.provider_health();
comment on view public.ai_provider_health is
  'Models the organization called in the last hour, or whose breaker is not closed: the platform''s breaker and headroom, and the organization''s own error rate and latency. Live.';
comment on column public.ai_provider_health.breaker_state is 'closed, open or half_open, of the model or its whole provider.';
comment on column public.ai_provider_health.requests_left is 'Left of the provider''s own rate limit for this deployment, as it last said; NULL = it does not say.';
comment on column public.ai_provider_health.error_rate is 'Share of the organization''s own calls that failed; NULL without a call.';
comment on column public.ai_provider_health.p95_latency_ms is 'Milliseconds, exact, of the organization''s own calls that answered; NULL without one.';
revoke all on public.ai_provider_health from anon, authenticated, service_role;
grant select on public.ai_provider_health to authenticated, service_role;
