-- Which rules' conditions hold right now, a function for each kind. All of them read rollups, counters or the last hour of the log.

create function private.budget_conditions(p_kind text)
returns setof private.alert_condition
language sql
stable
set search_path = ''
as $$
  with refused as (
    -- A hard budget comes to rest a little below its cap: what tells is that requests are refused for it, be it for want of
    -- room or because only small models are left and none fits.
    select l.org_id, l.said[1] as period, l.said[2] as account, count(*) as requests, max(l.created_at) as last_at
    from (
      select x.org_id, x.created_at, regexp_match(x.decision ->> 'refused', 'the (\w+) budget of (\S+) (?:has|is above its soft limit)') as said
      from public.ai_request_logs as x
      where p_kind = 'budget_100' and x.error_code = 'budget_exhausted' and x.created_at > (select private.clock()) - interval '60 minutes'
    ) as l
    where l.said is not null
    group by l.org_id, l.said[1], l.said[2]
  )
  select r.org_id, r.rule_id, r.severity,
         format('%s:%s:%s:%s:%s', p_kind, r.severity, b.budget_id, named.account, coalesce(b.period_start::text, 'total')),
         jsonb_build_object('budget_id', b.budget_id, 'scope', b.scope, 'scope_key', b.scope_key, 'period', b.period, 'period_start', b.period_start,
           'used', b.settled + b.held, 'cap', b.cap, 'currency', b.currency, 'used_percent', b.used_percent, 'threshold', r.threshold,
           'refused_requests', coalesce(f.requests, 0))
  from private.alert_rules_for(p_kind) as r
  join private.budget_status() as b on b.org_id = r.org_id
  cross join lateral (
    select case when b.scope = 'organization' then 'organization:' || b.org_id else b.scope || ':' || coalesce(b.scope_key, '*') end as account
  ) as named
  -- Not used_percent, which is rounded.
  cross join lateral (select b.cap > 0 and (b.settled + b.held) * 100 >= r.threshold * b.cap as up_to) as used
  left join refused as f
    on f.org_id = b.org_id and f.period = b.period and f.account = named.account and f.last_at > (select private.clock()) - r.look_back
  -- Leads and jobs reach their caps every day: that is what those are for.
  where b.scope in ('organization', 'user', 'task', 'key') and (used.up_to or f.requests > 0)
$$;
comment on function private.budget_conditions(text) is 'Budgets at or above the share of a budget_90 or budget_100 rule, or (budget_100) refusing requests.';

create function private.cost_per_lead_conditions()
returns setof private.alert_condition
language sql
stable
set search_path = ''
as $$
  select r.org_id, r.rule_id, r.severity, format('cost_per_lead:%s:%s', r.severity, c.month),
         jsonb_build_object('month', c.month, 'cost_per_lead_at_least', round(c.known_cost / c.new_leads, 4), 'threshold', r.threshold,
           'complete', c.total_cost is not null,
           'new_leads', c.new_leads, 'ai_cost', c.ai_cost, 'infra_cost', c.infra_cost, 'sales_cost', c.sales_cost, 'currency', c.currency)
  from private.alert_rules_for('cost_per_lead') as r
  join private.acquisition_costs(((select private.clock()) at time zone 'UTC')::date - 31) as c on c.org_id = r.org_id
  join public.organizations as o on o.id = c.org_id
  where c.month = date_trunc('month', (select private.clock()) at time zone o.time_zone)::date
    and c.new_leads >= r.min_count and c.known_cost > r.threshold * c.new_leads
$$;
comment on function private.cost_per_lead_conditions() is
  'Organizations whose new leads of this month cost more than a rule allows, by what of the cost is known.';

create function private.rate_conditions(p_kind text)
returns setof private.alert_condition
language sql
stable
set search_path = ''
as $$
  with minutes as materialized (
    -- One look at the last hour for all rules; refused requests say nothing about answers.
    select l.org_id, date_trunc('minute', l.created_at) as minute, count(*) as requests,
           count(*) filter (where case p_kind
             when 'error_rate' then l.status in ('failed', 'cancelled', 'swept')
             when 'fallback_rate' then l.fell_back or l.action is not distinct from 'fallback_to_rules'
             else l.escalated end) as hits
    from public.ai_request_logs as l
    where l.created_at > (select private.clock()) - interval '60 minutes' and l.created_at <= (select private.clock()) and l.status <> 'refused'
    group by l.org_id, date_trunc('minute', l.created_at)
  )
  select r.org_id, r.rule_id, r.severity, format('%s:%s', p_kind, r.severity),
         jsonb_build_object('rate', round(sum(m.hits) / sum(m.requests), 4), 'threshold', r.threshold, 'requests', sum(m.requests), 'hits', sum(m.hits),
           'look_back_minutes', round(extract(epoch from r.look_back) / 60))
  from private.alert_rules_for(p_kind) as r
  join minutes as m on m.org_id = r.org_id and m.minute > (select private.clock()) - r.look_back
  group by r.org_id, r.rule_id, r.severity, r.threshold, r.look_back, r.min_count
  having sum(m.requests) >= r.min_count and sum(m.hits) > 0 and sum(m.hits) >= r.threshold * sum(m.requests)
$$;
comment on function private.rate_conditions(text) is 'Organizations whose share of failed, fallen back or escalated requests is at or above a rule''s.';

create function private.provider_conditions()
returns setof private.alert_condition
language sql
stable
set search_path = ''
as $$
  select r.org_id, r.rule_id, r.severity, format('provider_down:%s:%s/%s', r.severity, b.provider, b.model),
         jsonb_build_object('provider', b.provider, 'model', b.model, 'state', b.state, 'last_error', b.last_error, 'failures', b.failures,
           'openings', b.openings, 'opened_at', b.opened_at, 'open_until', b.open_until)
  from private.alert_rules_for('provider_down') as r
  -- A rate limit is a full house, not a dead one.
  join public.ai_breakers as b on b.state <> 'closed' and b.last_error is distinct from 'rate_limited' and b.openings >= r.threshold
  where r.org_id is null
     or exists (
       select from public.ai_call_logs as c
       where c.org_id = r.org_id and c.provider = b.provider and (c.request_model = b.model or b.model = '*')
         and c.created_at > (select private.clock()) - interval '1 day'
     )
$$;
comment on function private.provider_conditions() is
  'Open breakers, for the platform and for organizations with a rule of their own that called the model in the last day.';

create function private.stale_price_conditions()
returns setof private.alert_condition
language sql
stable
set search_path = ''
as $$
  select r.org_id, r.rule_id, r.severity, format('stale_prices:%s', r.severity),
         jsonb_build_object('prices', count(*), 'oldest_on', min(p.source_on), 'days', r.threshold,
           'models', (array_agg(distinct p.provider || '/' || p.model order by p.provider || '/' || p.model))[1:50])
  from private.alert_rules_for('stale_prices') as r
  join public.ai_model_prices as p on p.source_on < ((select private.clock()) at time zone 'UTC')::date - r.threshold::integer
  join public.ai_models as m on m.provider = p.provider and m.model = p.model and m.org_id is not distinct from p.org_id and m.active
  where p.effective_from <= (select private.clock()) and (p.effective_to is null or p.effective_to > (select private.clock()))
    and (m.shutdown_on is null or m.shutdown_on > (select private.clock())::date)
  group by r.org_id, r.rule_id, r.severity, r.threshold
$$;
comment on function private.stale_price_conditions() is 'Prices in force of models that may be called, whose source was not looked at for longer than a rule allows.';

create function private.overrun_conditions()
returns setof private.alert_condition
language sql
stable
set search_path = ''
as $$
  select r.org_id, r.rule_id, r.severity, format('overrun:%s', r.severity),
         jsonb_build_object('requests', count(o.settled_usd), 'excess_usd', sum(o.settled_usd - o.held_usd),
           'unknown', count(*) - count(o.settled_usd),
           'request_ids', (array_agg(o.request_id order by o.settled_usd - o.held_usd desc))[1:10])
  from private.alert_rules_for('overrun') as r
  join public.ai_overruns as o on o.org_id = r.org_id and o.created_at > (select private.clock()) - r.look_back
  group by r.org_id, r.rule_id, r.severity, r.threshold
  having count(*) >= r.threshold
$$;
comment on function private.overrun_conditions() is 'Organizations with requests that cost more than their hold: a bound was wrong.';

create function private.spending_scores()
returns table (org_id uuid, hour timestamptz, spent_usd numeric, typical_usd numeric, spread_usd numeric, history integer, basis text, score numeric)
language sql
stable
set search_path = ''
as $$
  with hours as materialized (
    select r.org_id, r.hour, r.cost_usd as spent, o.time_zone, begun.hour as begun
    from (
      select x.org_id, x.hour, sum(x.cost_usd) as cost_usd
      from (
        select h.org_id, h.hour, h.cost_usd from private.ai_org_hours as h
        where h.hour >= date_trunc('hour', (select private.clock())) - interval '1 hour'
        union all
        select f.org_id, f.hour, f.cost_usd from private.fresh_requests(private.rolled_up_to(), 9223372036854775807) as f
        where f.hour >= date_trunc('hour', (select private.clock())) - interval '1 hour'
      ) as x
      group by x.org_id, x.hour
    ) as r
    join public.organizations as o on o.id = r.org_id
    cross join lateral (select min(h.hour) as hour from private.ai_org_hours as h where h.org_id = r.org_id) as begun
    where r.cost_usd > 0 and r.hour <= (select private.clock())
  ),
  past as (
    -- The same hour of the clock, in the organization's time zone, also across the change to summer time. An hour without a row
    -- is an hour without spending, but not before the first one.
    select h.org_id, h.hour, h.spent, p.basis, coalesce(t.cost_usd, 0) as cost
    from hours as h
    cross join lateral (
      select 'same hour of the weekday' as basis, ((h.hour at time zone h.time_zone) - n * interval '7 days') at time zone h.time_zone as hour
      from generate_series(1, 8) as n
      union all
      select 'same hour of the day', ((h.hour at time zone h.time_zone) - n * interval '1 day') at time zone h.time_zone from generate_series(1, 14) as n
    ) as p
    left join private.ai_org_hours as t on t.org_id = h.org_id and t.hour = p.hour
    where p.hour >= h.begun
  ),
  typical as (
    select p.org_id, p.hour, p.spent, p.basis, count(*)::integer as history, percentile_cont(0.5) within group (order by p.cost::float8) as median
    from past as p
    group by p.org_id, p.hour, p.spent, p.basis
  ),
  spread as (
    select t.org_id, t.hour, t.spent, t.basis, t.history, t.median,
           percentile_cont(0.5) within group (order by abs(p.cost::float8 - t.median)) as mad
    from typical as t
    join past as p on p.org_id = t.org_id and p.hour = t.hour and p.basis = t.basis
    group by t.org_id, t.hour, t.spent, t.basis, t.history, t.median
  )
  select s.org_id, s.hour, s.spent, round(s.median::numeric, 6), round(scale.of::numeric, 6), s.history, s.basis,
         round(((s.spent::float8 - s.median) / scale.of)::numeric, 2)
  from spread as s
  -- 1.4826 MAD is the standard deviation of a normal distribution. A quiet history must not make every cent an anomaly.
  cross join lateral (select greatest(1.4826 * s.mad, 0.1 * s.median, 0.05) as of) as scale
$$;
comment on function private.spending_scores() is
  'The running and the last hour of each organization that spent in them, against the same hour of the last eight weeks and of the last fourteen days: robust standard deviations above the median.';

create function private.anomaly_conditions()
returns setof private.alert_condition
language sql
stable
set search_path = ''
as $$
  -- Weeks where there are enough of them, else days: a young organization has no weeks.
  select distinct on (r.org_id, r.severity)
         r.org_id, r.rule_id, r.severity, format('spend_anomaly:%s', r.severity),
         jsonb_build_object('hour', s.hour, 'local_hour', to_char(s.hour at time zone o.time_zone, 'YYYY-MM-DD HH24:MI'),
           'spent_usd', s.spent_usd, 'typical_usd', s.typical_usd, 'spread_usd', s.spread_usd, 'score', s.score,
           'basis', s.basis, 'history', s.history)
  from private.alert_rules_for('spend_anomaly') as r
  join public.organizations as o on o.id = r.org_id
  join private.spending_scores() as s on s.org_id = r.org_id
  where s.score >= r.threshold and s.spent_usd - s.typical_usd >= 1
    and (
      (s.basis = 'same hour of the weekday' and s.history >= r.min_count)
      or (s.basis = 'same hour of the day' and s.history >= 10 and not exists (
        select from private.ai_org_hours as first
        where first.org_id = r.org_id and first.hour <= s.hour - r.min_count * interval '7 days'
      ))
    )
  order by r.org_id, r.severity, s.score desc
$$;
comment on function private.anomaly_conditions() is
  'Organizations that spent, in the running or the last hour, at least a dollar more than usual and more than a rule''s robust standard deviations.';

create function private.alert_conditions(p_kind text)
returns setof private.alert_condition
language plpgsql
stable
set search_path = ''
as $$
begin
  -- Statement by statement, so that a kind that cannot be planned fails alone.
  if p_kind in ('budget_90', 'budget_100') then
    return query select c.* from private.budget_conditions(p_kind) as c;
  elsif p_kind = 'cost_per_lead' then
    return query select c.* from private.cost_per_lead_conditions() as c;
  elsif p_kind in ('error_rate', 'fallback_rate', 'escalation_rate') then
    return query select c.* from private.rate_conditions(p_kind) as c;
  elsif p_kind = 'provider_down' then
    return query select c.* from private.provider_conditions() as c;
  elsif p_kind = 'stale_prices' then
    return query select c.* from private.stale_price_conditions() as c;
  elsif p_kind = 'overrun' then
    return query select c.* from private.overrun_conditions() as c;
  elsif p_kind = 'spend_anomaly' then
    return query select c.* from private.anomaly_conditions() as c;
  end if;
end
$$;
comment on function private.alert_conditions(text) is 'The conditions of one kind that hold now.';

revoke execute on all functions in schema private from public;
