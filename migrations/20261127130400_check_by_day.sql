-- The ledger's check finds holds by their day and nothing else. It had been free to read all holds there ever were, and did so from a million
-- on: offset 0 keeps each day a look-up of its own. And by its estimate it was compiled first, which took most of its time.

create or replace function private.day_disagreements(p_org_ids uuid[], p_day date default null)
returns table (org_id uuid, problem text, reference text, expected numeric, actual numeric)
language plpgsql
stable
set search_path = ''
set jit = off -- compiling it takes longer than running it
as $$
begin
  return query
  with open_days as materialized (
    select d.org_id, d.day from private.open_ledger_days(p_org_ids) as d where p_day is null or d.day = p_day
  ),
  held as materialized (
    select h.org_id, h.request_id, h.day, h.week, h.month, h.status, h.created_at, h.accounts, h.held_usd, h.held, h.settled_usd, h.settled, h.per_usd
    from open_days as d
    cross join lateral (select x.* from public.ai_holds as x where x.day = d.day and x.org_id = d.org_id offset 0) as h
  ),
  counted as (
    select h.org_id, a.account, h.day, sum(coalesce(h.settled, 0)) as settled, sum(case when h.status = 'held' then h.held else 0 end) as held
    from held as h cross join lateral unnest(h.accounts) as a (account)
    group by h.org_id, a.account, h.day
  ),
  booked as (
    select m.org_id, m.account, m.day, sum(m.settled) as settled, sum(m.held) as held
    from (
      select s.org_id, s.account, s.day, s.day_settled as settled, s.day_held as held
      from private.ai_budget_counters as s where s.org_id = any (p_org_ids)
      union all
      select c.org_id, c.account, c.period_start, c.settled, c.held
      from public.ai_closed_periods as c where c.org_id = any (p_org_ids) and c.period = 'day'
      union all
      -- What waits to be booked counts as booked.
      select u.org_id, a.account, u.day, u.settled, u.held
      from private.ai_unbooked_changes as u cross join lateral unnest(u.accounts) as a (account)
      where u.org_id = any (p_org_ids)
    ) as m
    join open_days as d on d.org_id = m.org_id and d.day = m.day
    group by m.org_id, m.account, m.day
  ),
  compared as (
    select coalesce(c.org_id, b.org_id) as org_id, coalesce(c.account, b.account) || ' day ' || coalesce(c.day, b.day) as reference,
           coalesce(c.settled, 0) as hold_settled, coalesce(b.settled, 0) as counter_settled,
           coalesce(c.held, 0) as hold_held, coalesce(b.held, 0) as counter_held
    from counted as c
    full join booked as b on b.org_id = c.org_id and b.account = c.account and b.day = c.day
  ),
  billed as materialized (
    select l.org_id, l.request_id, sum(l.cost_usd) as cost_usd, count(*) filter (where l.cost_usd is null) as unknown, max(l.created_at) as last_at
    from public.ai_call_logs as l
    where l.org_id = any (p_org_ids)
      -- Calls are a request's, which lasts minutes; two days cover every time zone.
      and l.created_at >= (select min(d.day) - 2 from open_days as d) and l.created_at < (select max(d.day) + 3 from open_days as d)
    group by l.org_id, l.request_id
  ),
  near as materialized (
    select h.org_id, h.request_id
    from (select distinct d.org_id, d.day + n as day from open_days as d cross join generate_series(-3, 3) as n) as d
    cross join lateral (
      select x.org_id, x.request_id from public.ai_holds as x
      where x.day = d.day and x.org_id = d.org_id and x.status in ('settled', 'recovered') offset 0
    ) as h
  )
  select x.org_id, 'settled counter differs from holds', x.reference, x.hold_settled, x.counter_settled
  from compared as x where x.hold_settled <> x.counter_settled
  union all
  select x.org_id, 'held counter differs from holds', x.reference, x.hold_held, x.counter_held
  from compared as x where x.hold_held <> x.counter_held
  union all
  select h.org_id, 'call costs differ from settled hold', h.request_id::text, h.settled_usd, coalesce(b.cost_usd, 0)
  from held as h
  left join billed as b on b.org_id = h.org_id and b.request_id = h.request_id
  where h.status in ('settled', 'recovered') and coalesce(b.unknown, 0) = 0 and h.settled_usd <> coalesce(b.cost_usd, 0)
  union all
  select b.org_id, 'calls without a settled hold', b.request_id::text, 0, b.cost_usd
  from billed as b
  left join near as n on n.org_id = b.org_id and n.request_id = b.request_id
  where case when n.request_id is not null then false else
      -- One by one, by its key: nearly all are near.
      coalesce((select h.status from public.ai_holds as h where h.org_id = b.org_id and h.request_id = b.request_id), '') not in ('settled', 'recovered')
    end
    and not exists (
    -- Nor is it one whose hold is gone with its closed day.
    select from private.ai_ledger_checkpoints as k where k.org_id = b.org_id and k.purged and b.last_at < k.day + 3
  )
  union all
  select h.org_id, 'hold currency amount differs from its rate', h.request_id::text, h.held_usd * h.per_usd, h.held
  from held as h
  where h.held <> h.held_usd * h.per_usd or h.settled <> h.settled_usd * h.per_usd
  union all
  select h.org_id, 'hold week or month is not its day''s', h.request_id::text, null, null
  from held as h
  where h.week <> date_trunc('week', h.day)::date or h.month <> date_trunc('month', h.day)::date;
end
$$;
alter function private.period_disagreements(uuid[]) set jit = off;
