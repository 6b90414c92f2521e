-- The status of a budget counts what waits to be booked. Under load settles leave their changes for the next sweep, and for half a
-- minute the view had told holds that were settled, and had not told what they came to.

create or replace function private.budget_status()
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
