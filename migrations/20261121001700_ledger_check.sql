-- The ledger must agree with itself: call costs = settled holds = counters, exactly. This view says where it does not.
--
-- Days that are over are closed once they were found right, with their sums in a checkpoint. Open days are checked hold by hold
-- and call by call, closed days by their sums, and counters of weeks, months and all time against those of the days. So the
-- check costs what the last days cost, however long the log is, and old holds may go.
-- docs/decisions/2026-11-21-ledger-checkpoints.md

create table private.ai_ledger_checkpoints (
  org_id        uuid        not null,
  day           date        not null,
  closed_at     timestamptz not null default private.clock(),
  holds         bigint      not null,
  settled_usd   numeric     not null,
  calls         bigint      not null,
  calls_usd     numeric     not null,
  accounts      bigint      not null,
  settled       numeric     not null,
  purged        boolean     not null default false,

  constraint ai_ledger_checkpoints_pkey primary key (org_id, day)
);
comment on table private.ai_ledger_checkpoints is
  'Days of organizations that were over and found right. A settle that comes later still, or a correction, removes the row: the day is open again.';
comment on column private.ai_ledger_checkpoints.settled_usd is 'Of all holds of the day, in US dollars.';
comment on column private.ai_ledger_checkpoints.calls_usd is
  'Of all calls of these holds, in US dollars. Below settled_usd where holds were swept or a call''s cost is unknown: those are charged in full.';
comment on column private.ai_ledger_checkpoints.settled is
  'Sum of the day''s counters over all accounts, in the organization''s currency: what the counters are compared with from now on.';
comment on column private.ai_ledger_checkpoints.purged is 'True once the day''s holds are deleted: it cannot be opened again.';
alter table private.ai_ledger_checkpoints enable row level security;

create function private.open_ledger_days(p_org_ids uuid[])
returns table (org_id uuid, day date)
language plpgsql
stable
set search_path = ''
as $$
begin
  -- Every hold counts in its organization's account, so that account's counters know every day there is.
  return query
  select d.org_id, d.day
  from (
    select s.org_id, s.day from private.ai_budget_counters as s
    where s.org_id = any (p_org_ids) and s.account = 'organization:' || s.org_id
    union
    select c.org_id, c.period_start from public.ai_closed_periods as c
    where c.org_id = any (p_org_ids) and c.account = 'organization:' || c.org_id and c.period = 'day'
  ) as d
  where not exists (select from private.ai_ledger_checkpoints as k where k.org_id = d.org_id and k.day = d.day);
end
$$;
comment on function private.open_ledger_days(uuid[]) is 'Days with requests of the organizations that have no checkpoint.';

create function private.day_disagreements(p_org_ids uuid[], p_day date default null)
returns table (org_id uuid, problem text, reference text, expected numeric, actual numeric)
language plpgsql
stable
set search_path = ''
set jit = off -- compiling it takes longer than running it
set work_mem = '32MB' -- a busy day's holds and calls are hashed: in the default they go to disk
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
      -- Calls are a request's, which lasts minutes; a day more on either side covers every time zone.
      and l.created_at >= (select min(d.day) - 1 from open_days as d) and l.created_at < (select max(d.day) + 2 from open_days as d)
    group by l.org_id, l.request_id
  ),
  near as materialized (
    select h.org_id, h.request_id
    from (select distinct d.org_id, d.day + n as day from open_days as d cross join generate_series(-2, 2) as n) as d
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
  select x.org_id, 'call costs differ from settled hold', x.request_id::text, x.settled_usd, coalesce(c.cost_usd, 0)
  from (
    select h.org_id, h.request_id, h.settled_usd
    from held as h
    left join billed as b on b.org_id = h.org_id and b.request_id = h.request_id
    where h.status in ('settled', 'recovered') and coalesce(b.unknown, 0) = 0 and h.settled_usd <> coalesce(b.cost_usd, 0)
    offset 0
  ) as x
  -- One by one, whenever they were: a settlement that stood in a log may be posted days after its calls.
  cross join lateral (
    select sum(l.cost_usd) as cost_usd, count(*) filter (where l.cost_usd is null) as unknown
    from public.ai_call_logs as l
    where l.request_id = x.request_id and l.org_id = x.org_id
  ) as c
  where c.unknown = 0 and x.settled_usd <> coalesce(c.cost_usd, 0)
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
comment on function private.day_disagreements(uuid[], date) is
  'Where calls, holds and the counters of days disagree, on all open days of the organizations or on one.';

create function private.period_disagreements(p_org_ids uuid[])
returns table (org_id uuid, problem text, reference text, expected numeric, actual numeric)
language plpgsql
stable
set search_path = ''
set jit = off -- by its estimate it would be compiled first, which takes most of its time
as $$
begin
  return query
  with days as materialized (
    select s.org_id, s.account, s.day, s.day_settled as settled, s.day_held as held
    from private.ai_budget_counters as s where s.org_id = any (p_org_ids)
    union all
    select c.org_id, c.account, c.period_start, c.settled, c.held
    from public.ai_closed_periods as c where c.org_id = any (p_org_ids) and c.period = 'day'
  ),
  summed as (
    select d.org_id, d.account, p.period, p.period_start, sum(d.settled) as settled, sum(d.held) as held
    from days as d
    cross join lateral (
      values ('week', date_trunc('week', d.day)::date), ('month', date_trunc('month', d.day)::date), ('total', null::date)
    ) as p (period, period_start)
    group by d.org_id, d.account, p.period, p.period_start
  ),
  booked as (
    select m.org_id, m.account, m.period, m.period_start, sum(m.settled) as settled, sum(m.held) as held
    from (
      select s.org_id, s.account, p.period, p.period_start, p.settled, p.held
      from private.ai_budget_counters as s
      cross join lateral (
        values ('week', s.week, s.week_settled, s.week_held), ('month', s.month, s.month_settled, s.month_held),
               ('total', null::date, s.total_settled, s.total_held)
      ) as p (period, period_start, settled, held)
      where s.org_id = any (p_org_ids)
      union all
      select c.org_id, c.account, c.period, c.period_start, c.settled, c.held
      from public.ai_closed_periods as c where c.org_id = any (p_org_ids) and c.period <> 'day'
    ) as m
    group by m.org_id, m.account, m.period, m.period_start
  ),
  compared as (
    select coalesce(s.org_id, b.org_id) as org_id,
           coalesce(s.account, b.account) || ' ' || coalesce(s.period, b.period) || coalesce(' ' || coalesce(s.period_start, b.period_start), '') as reference,
           coalesce(s.settled, 0) as day_settled, coalesce(b.settled, 0) as counter_settled,
           coalesce(s.held, 0) as day_held, coalesce(b.held, 0) as counter_held
    from summed as s
    full join booked as b
      on b.org_id = s.org_id and b.account = s.account and b.period = s.period and coalesce(b.period_start, '-infinity') = coalesce(s.period_start, '-infinity')
  ),
  closed as (
    select d.org_id, d.day, sum(d.settled) as settled, sum(d.held) as held from days as d group by d.org_id, d.day
  )
  select x.org_id, 'settled counter differs from its days', x.reference, x.day_settled, x.counter_settled
  from compared as x where x.day_settled <> x.counter_settled
  union all
  select x.org_id, 'held counter differs from its days', x.reference, x.day_held, x.counter_held
  from compared as x where x.day_held <> x.counter_held
  union all
  select k.org_id, 'counters of a closed day differ from its checkpoint', 'day ' || k.day, k.settled, coalesce(c.settled, 0) + coalesce(c.held, 0)
  from private.ai_ledger_checkpoints as k
  left join closed as c on c.org_id = k.org_id and c.day = k.day
  where k.org_id = any (p_org_ids) and k.settled <> coalesce(c.settled, 0) + coalesce(c.held, 0);
end
$$;
comment on function private.period_disagreements(uuid[]) is
  'Where counters of weeks, months and all time disagree with those of the days, or the days with their checkpoints.';

create function private.ledger_disagreements()
returns table (org_id uuid, problem text, reference text, expected numeric, actual numeric)
language plpgsql
stable
security definer -- reads holds and counters of every organization the caller may see, past their policies
set search_path = ''
as $$
declare
  v_org_ids uuid[] := array(select v.id from private.visible_org_ids() as v (id));
begin
  return query
  select * from private.day_disagreements(v_org_ids)
  union all
  select * from private.period_disagreements(v_org_ids);
end
$$;
comment on function private.ledger_disagreements() is 'Behind public.ai_ledger_check: every place where calls, holds and counters disagree.';

create view public.ai_ledger_check
with (security_invoker = true)
as select * from private.ledger_disagreements();
comment on view public.ai_ledger_check is
  'Must be empty: every row is a place where call costs, settled holds and counters disagree. Amounts in US dollars or the organization''s currency.';

-- Closing days ---------------------------------------------------------------------------------------------------------

create function private.close_ledger_day(p_org_id uuid, p_day date)
returns boolean
language plpgsql
set search_path = ''
as $$
begin
  -- Whatever could still change a day that is over passes the gate. An organization that is busy is closed the next time.
  if not private.enter_gate(p_org_id, false) then
    return false;
  end if;
  perform private.book_changes(p_org_id);
  if exists (select from public.ai_holds as h where h.org_id = p_org_id and h.day = p_day and h.status = 'held')
     or exists (select from private.day_disagreements(array[p_org_id], p_day)) then
    return false;
  end if;
  insert into private.ai_ledger_checkpoints (org_id, day, holds, settled_usd, calls, calls_usd, accounts, settled)
  select p_org_id, p_day, h.holds, h.settled_usd, c.calls, c.calls_usd, a.accounts, a.settled
  from (
    select count(*) as holds, coalesce(sum(x.settled_usd), 0) as settled_usd
    from public.ai_holds as x where x.org_id = p_org_id and x.day = p_day
  ) as h
  cross join (
    select count(*) as calls, coalesce(sum(l.cost_usd), 0) as calls_usd
    from public.ai_holds as x
    join public.ai_call_logs as l on l.org_id = x.org_id and l.request_id = x.request_id
    where x.org_id = p_org_id and x.day = p_day and l.created_at >= p_day - 2 and l.created_at < p_day + 3
  ) as c
  cross join (
    select count(distinct d.account) as accounts, coalesce(sum(d.settled), 0) as settled
    from (
      select s.account, s.day_settled as settled from private.ai_budget_counters as s where s.org_id = p_org_id and s.day = p_day
      union all
      select p.account, p.settled from public.ai_closed_periods as p where p.org_id = p_org_id and p.period = 'day' and p.period_start = p_day
    ) as d
  ) as a
  on conflict (org_id, day) do nothing;
  return true;
end
$$;
comment on function private.close_ledger_day(uuid, date) is
  'Closes a day of an organization if nothing is held on it and everything agrees. False: not this time.';

create function private.close_ledger_days(p_limit integer default 200)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_day    record;
  v_closed integer := 0;
begin
  for v_day in
    select d.org_id, d.day
    from public.organizations as o
    cross join lateral private.open_ledger_days(array[o.id]) as d
    -- What began before midnight is settled or swept within minutes; what comes later still opens the day again.
    where d.day < ((private.clock() - interval '2 hours') at time zone o.time_zone)::date
    order by d.day, d.org_id
    limit p_limit
  loop
    v_closed := v_closed + private.close_ledger_day(v_day.org_id, v_day.day)::integer;
  end loop;
  return v_closed;
end
$$;
comment on function private.close_ledger_days(integer) is
  'Closes days that have been over for two hours, oldest first. Called by cron. Returns how many; a day that disagrees stays open and in ai_ledger_check.';

create function private.purge_holds(p_limit integer default 100)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_day    record;
  v_count  integer;
  v_purged integer := 0;
begin
  for v_day in
    select k.org_id, k.day from private.ai_ledger_checkpoints as k
    where not k.purged
      and k.day < (private.clock() at time zone 'UTC')::date - (private.setting('ai.log.retention_days', null, null) #>> '{}')::integer
    order by k.day
    limit p_limit
  loop
    continue when not private.enter_gate(v_day.org_id, false);
    update private.ai_ledger_checkpoints as k set purged = true where k.org_id = v_day.org_id and k.day = v_day.day;
    continue when not found;
    delete from public.ai_overruns as r
    using public.ai_holds as h
    where h.org_id = v_day.org_id and h.day = v_day.day and r.org_id = h.org_id and r.request_id = h.request_id;
    delete from public.ai_holds as h where h.org_id = v_day.org_id and h.day = v_day.day;
    get diagnostics v_count = row_count;
    v_purged := v_purged + v_count;
  end loop;
  return v_purged;
end
$$;
comment on function private.purge_holds(integer) is
  'Deletes the holds of closed days older than ai.log.retention_days. Counters and checkpoints stay, so all sums do. Called by cron. Returns how many holds.';

revoke execute on all functions in schema private from public;
grant execute on function private.ledger_disagreements() to authenticated, service_role;
revoke all on public.ai_ledger_check from anon, authenticated, service_role;
grant select on public.ai_ledger_check to authenticated, service_role;
