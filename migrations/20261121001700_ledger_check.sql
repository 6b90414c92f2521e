-- The ledger must agree with itself: call costs = settled holds = counters, exactly. This view says where it does not.

create function private.ledger_disagreements()
returns table (org_id uuid, problem text, reference text, expected numeric, actual numeric)
language sql
stable
security definer -- reads holds and counters of every organization the caller may see, past their policies
set search_path = ''
as $$
  with visible as materialized (
    select v.id from private.visible_org_ids() as v (id)
  ),
  counted as (
    -- What the holds say about each account and period.
    select h.org_id, a.account, p.period, p.period_start,
           sum(coalesce(h.settled, 0)) as settled, sum(case when h.status = 'held' then h.held else 0 end) as held
    from public.ai_holds as h
    cross join lateral unnest(h.accounts) as a (account)
    cross join lateral (
      values ('day', h.day), ('week', h.week), ('month', h.month), ('total', null::date)
    ) as p (period, period_start)
    where h.org_id in (select id from visible)
    group by h.org_id, a.account, p.period, p.period_start
  ),
  booked as (
    -- What the counters say.
    select s.org_id, s.account, p.period, p.period_start, p.settled, p.held
    from public.ai_budget_states as s
    cross join lateral (
      values ('day', s.day, s.day_settled, s.day_held), ('week', s.week, s.week_settled, s.week_held),
             ('month', s.month, s.month_settled, s.month_held), ('total', null::date, s.total_settled, s.total_held)
    ) as p (period, period_start, settled, held)
    where s.org_id in (select id from visible)
    union all
    select c.org_id, c.account, c.period, c.period_start, c.settled, c.held
    from public.ai_closed_periods as c
    where c.org_id in (select id from visible)
  ),
  compared as (
    select coalesce(c.org_id, b.org_id) as org_id,
           coalesce(c.account, b.account) || ' '
             || coalesce(c.period, b.period) || coalesce(' ' || coalesce(c.period_start, b.period_start), '') as reference,
           coalesce(c.settled, 0) as hold_settled, coalesce(b.settled, 0) as counter_settled,
           coalesce(c.held, 0) as hold_held, coalesce(b.held, 0) as counter_held
    from counted as c
    full join booked as b
      on b.org_id = c.org_id and b.account = c.account and b.period = c.period
     and b.period_start is not distinct from c.period_start
  ),
  billed as (
    select l.org_id, l.request_id, sum(l.cost_usd) as cost_usd, count(*) filter (where l.cost_usd is null) as unknown
    from public.ai_call_logs as l
    where l.org_id in (select id from visible)
    group by l.org_id, l.request_id
  )
  select x.org_id, 'settled counter differs from holds', x.reference, x.hold_settled, x.counter_settled
  from compared as x where x.hold_settled <> x.counter_settled
  union all
  select x.org_id, 'held counter differs from holds', x.reference, x.hold_held, x.counter_held
  from compared as x where x.hold_held <> x.counter_held
  union all
  select h.org_id, 'call costs differ from settled hold', h.request_id::text, h.settled_usd, coalesce(b.cost_usd, 0)
  from public.ai_holds as h
  left join billed as b on b.org_id = h.org_id and b.request_id = h.request_id
  where h.org_id in (select id from visible) and h.status in ('settled', 'recovered')
    and coalesce(b.unknown, 0) = 0 and h.settled_usd <> coalesce(b.cost_usd, 0)
  union all
  select b.org_id, 'calls without a settled hold', b.request_id::text, 0, b.cost_usd
  from billed as b
  left join public.ai_holds as h on h.org_id = b.org_id and h.request_id = b.request_id and h.status in ('settled', 'recovered')
  where h.request_id is null
  union all
  select h.org_id, 'hold currency amount differs from its rate', h.request_id::text, h.held_usd * h.per_usd, h.held
  from public.ai_holds as h
  where h.org_id in (select id from visible)
    and (h.held <> h.held_usd * h.per_usd or h.settled <> h.settled_usd * h.per_usd)
$$;
comment on function private.ledger_disagreements() is 'Behind public.ai_ledger_check: every place where calls, holds and counters disagree.';
revoke execute on function private.ledger_disagreements() from public;
grant execute on function private.ledger_disagreements() to authenticated, service_role;

create view public.ai_ledger_check
with (security_invoker = true)
as select * from private.ledger_disagreements();
comment on view public.ai_ledger_check is
  'Must be empty: every row is a place where call costs, settled holds and counters disagree. Amounts in US dollars or the organization''s currency.';
revoke all on public.ai_ledger_check from anon, authenticated, service_role;
grant select on public.ai_ledger_check to authenticated, service_role;
