-- Where each budget will stand at the end of its period, by two plain methods that say what they assume.
--
-- linear: the pace since the period began goes on. trend: a least-squares line through the daily spending of the last 28
-- finished days goes on, never below zero. Neither knows weekends or holidays.

create function private.daily_spending(p_org_id uuid, p_scope text, p_scope_key text, p_from date, p_to date)
returns table (day date, cost_usd numeric)
language sql
stable
set search_path = ''
as $$
  select d.day, sum(d.cost_usd) from private.ai_task_days as d
  where p_scope = 'organization' and d.org_id = p_org_id and d.day >= p_from and d.day < p_to group by d.day
  union all
  select d.day, sum(d.cost_usd) from private.ai_task_days as d
  where p_scope = 'task' and d.org_id = p_org_id and d.task = p_scope_key and d.day >= p_from and d.day < p_to group by d.day
  union all
  select d.day, d.cost_usd from private.ai_user_days as d
  where p_scope = 'user' and d.org_id = p_org_id and d.user_id::text = p_scope_key and d.day >= p_from and d.day < p_to
  union all
  select d.day, d.cost_usd from private.ai_job_days as d
  where d.job_id = case when p_scope = 'job' and pg_input_is_valid(p_scope_key, 'uuid') then p_scope_key::uuid end and d.org_id = p_org_id and d.day >= p_from and d.day < p_to
  union all
  select d.day, d.cost_usd from private.ai_subject_days as d
  where p_scope = 'subject' and d.subject_type = split_part(p_scope_key, ':', 1) and d.subject_id = substr(p_scope_key, strpos(p_scope_key, ':') + 1)
    and d.org_id = p_org_id and d.day >= p_from and d.day < p_to
$$;
comment on function private.daily_spending(uuid, text, text, date, date) is
  'US dollars by day that a budget''s scope spent, from the rollups; a day without spending has no row. Nothing for virtual keys: no rollup has them.';

create function private.budget_forecast()
returns table (
  org_id uuid, budget_id uuid, scope text, scope_key text, period text, period_start date, period_end date, cap numeric, currency text, used numeric,
  elapsed numeric, linear_forecast numeric, trend_forecast numeric, trend_basis_days integer, exhausted_on date
)
language sql
stable
security definer -- reads rollups that no API role may; shows the budgets that private.budget_status() shows
set search_path = ''
set jit = off -- a report: compiling it takes longer than running it
as $$
  with current as (
    select s.*, o.time_zone, ends.at as period_end, here.now_at, here.now_at::date as today,
           extract(epoch from here.now_at - s.period_start) / extract(epoch from ends.at::timestamp - s.period_start) as elapsed
    from private.budget_status() as s
    join public.organizations as o on o.id = s.org_id
    cross join lateral (
      select (s.period_start + case s.period when 'day' then interval '1 day' when 'week' then interval '7 days' else interval '1 month' end)::date as at
    ) as ends
    cross join lateral (select private.clock() at time zone o.time_zone as now_at) as here
    where s.period in ('day', 'week', 'month')
  ),
  lined as (
    select c.*, line.slope, line.intercept, line.days
    from current as c
    left join lateral (
      -- From the first day with spending on: a scope that is new has no past of zeros.
      select count(*)::integer as days, regr_slope(y.spent, y.x) as slope, regr_intercept(y.spent, y.x) as intercept
      from (
        select (n.day::date - c.today)::float8 as x,
               (coalesce(d.cost_usd, 0) * private.per_usd(c.currency, (n.day::date + 1)::timestamp at time zone c.time_zone))::float8 as spent,
               max(d.cost_usd) over (order by n.day) is not null as begun
        from generate_series((c.today - 28)::timestamp, (c.today - 1)::timestamp, interval '1 day') as n (day)
        left join private.daily_spending(c.org_id, c.scope, case when c.scope <> 'organization' then c.scope_key end, c.today - 28, c.today) as d
          on d.day = n.day::date
      ) as y
      where y.begun
    ) as line on c.settled + c.held > 0
  ),
  ahead as (
    select l.*, coming.rest, coming.exhausted_on as trend_exhausted_on
    from lined as l
    left join lateral (
      select sum(f.spending)::numeric as rest,
             min(f.day) filter (where l.settled + l.held + f.up_to::numeric >= l.cap) as exhausted_on
      from (
        select e.day, e.spending, sum(e.spending) over (order by e.day) as up_to
        from (
          select n.day::date as day,
                 greatest(0, l.intercept + l.slope * (n.day::date - l.today))
                   -- Of today only what is left of it.
                   * case when n.day::date = l.today then 1 - extract(epoch from l.now_at::time) / 86400 else 1 end as spending
          from generate_series(l.today::timestamp, (l.period_end - 1)::timestamp, interval '1 day') as n (day)
        ) as e
      ) as f
    ) as coming on l.days >= 7
  )
  select a.org_id, a.budget_id, a.scope, a.scope_key, a.period, a.period_start, a.period_end, a.cap, a.currency, a.settled + a.held,
         round(a.elapsed, 4),
         case when a.elapsed >= 0.01 then round((a.settled + a.held) / a.elapsed, 6) end,
         round(a.settled + a.held + a.rest, 6), a.days,
         case
           when a.settled + a.held >= a.cap then a.today
           when a.rest is not null then a.trend_exhausted_on
           when a.elapsed >= 0.01 and (a.settled + a.held) / a.elapsed >= a.cap
             then a.period_start + floor((a.period_end - a.period_start) * a.elapsed * a.cap / nullif(a.settled + a.held, 0))::integer
         end
  from ahead as a
$$;
comment on function private.budget_forecast() is 'Behind public.ai_budget_forecast.';
revoke execute on function private.daily_spending(uuid, text, text, date, date), private.budget_forecast() from public;
grant execute on function private.budget_forecast() to authenticated, service_role;

create view public.ai_budget_forecast with (security_invoker = true) as
select f.*, round(f.linear_forecast * 100 / nullif(f.cap, 0), 2) as linear_percent, round(f.trend_forecast * 100 / nullif(f.cap, 0), 2) as trend_percent,
       'linear: the pace since ' || f.period_start || ' goes on'
         || case when f.trend_forecast is not null
              then '; trend: the straight line through ' || f.trend_basis_days || ' finished days of spending goes on, never below zero, at each day''s exchange rate'
              else '; no trend: fewer than 7 finished days with spending, or a scope without a rollup' end as assumes
from private.budget_forecast() as f;
comment on view public.ai_budget_forecast is
  'Each active budget of a day, week or month at the end of its period, in the organization''s currency, with what the forecast assumes. Shows what ai_budget_status shows.';
comment on column public.ai_budget_forecast.period_end is 'First day after the period.';
comment on column public.ai_budget_forecast.used is 'Settled and held so far.';
comment on column public.ai_budget_forecast.elapsed is 'Share of the period that is over, 0 to 1.';
comment on column public.ai_budget_forecast.linear_forecast is 'NULL in the first hundredth of the period, when a pace says nothing.';
comment on column public.ai_budget_forecast.trend_forecast is
  'NULL below seven finished days with spending, for virtual keys (no rollup has them), and for scopes that spent nothing in the period.';
comment on column public.ai_budget_forecast.exhausted_on is
  'Day the cap will be reached, by the trend, else by the pace; today when it is. NULL: not in this period, or it cannot be told.';
revoke all on public.ai_budget_forecast from anon, authenticated, service_role;
grant select on public.ai_budget_forecast to authenticated, service_role;
