-- Split counters, read: whoever measures a budget, a limit or the ledger adds up the rows of all counters. split_counters.sql

create or replace function private.measure_room(
  p_org_id uuid, p_accounts text[], p_periods private.periods, p_budgets private.card_budget[], p_settings private.card_settings
)
returns private.budget_room
language plpgsql
volatile -- reads what is committed now, inside the gate, not what the calling statement saw
set search_path = ''
as $$
declare
  v_room    private.budget_room;
  v_budget  private.card_budget;
  v_account text;
  v_cap     numeric;
  v_used    numeric;
begin
  foreach v_budget in array p_budgets loop
    foreach v_account in array p_accounts loop
      continue when v_account <> v_budget.account and not (v_budget.prefix and starts_with(v_account, v_budget.account));
      v_cap := coalesce(v_budget.cap, p_settings.monthly_cap);
      if v_budget.period = 'request' then
        if v_budget.hard then
          v_room.per_request := least(v_room.per_request, v_cap);
        end if;
        continue;
      end if;
      select sum(case v_budget.period
               when 'month' then case when s.month >= p_periods.month then s.month_settled + s.month_held end
               when 'week' then case when s.week >= p_periods.week then s.week_settled + s.week_held end
               when 'day' then case when s.day >= p_periods.day then s.day_settled + s.day_held end
               when 'total' then s.total_settled + s.total_held
             end)
      into v_used
      from private.ai_budget_counters as s
      where s.org_id = p_org_id and s.account = v_account;
      v_used := coalesce(v_used, 0);
      if v_budget.hard then
        v_room.room := least(v_room.room, v_cap - v_used);
      end if;
      v_room.remaining := least(v_room.remaining, v_cap - v_used);
      v_room.soft_room := least(v_room.soft_room, v_cap * coalesce(v_budget.soft_percent, p_settings.soft_percent) / 100 - v_used);
    end loop;
  end loop;
  v_room.soft := coalesce(v_room.soft_room < 0, false);
  return v_room;
end
$$;

create or replace function private.check_limits(p_hold public.ai_holds, p_limits private.card_limit[], p_now timestamptz)
returns private.limit_breach
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_breach private.limit_breach;
  v_minute timestamptz := date_trunc('minute', p_now);
  v_limit  record;
  v_live   integer;
begin
  for v_limit in
    select l.*, want.account,
           s.requests as used_requests, s.tokens as used_tokens
    from unnest(p_hold.accounts) as want (account)
    join unnest(p_limits) as l
      on want.account = l.scope || ':' || l.scope_key
      or (l.scope_key is null and starts_with(want.account, l.scope || ':'))
      or (l.scope = 'organization' and starts_with(want.account, 'organization:'))
    cross join lateral (
      select coalesce(sum(c.minute_requests), 0) as requests, coalesce(sum(c.minute_tokens), 0) as tokens
      from private.ai_budget_counters as c
      where c.org_id = p_hold.org_id and c.account = want.account and c.minute = v_minute
    ) as s
  loop
    if v_limit.used_requests + 1 > v_limit.requests_per_minute then
      v_breach.detail := format('Cannot admit the request: %s requests a minute for %s are used up',
                                v_limit.requests_per_minute, v_limit.account);
    elsif v_limit.used_tokens + p_hold.tokens > v_limit.tokens_per_minute then
      v_breach.detail := format('Cannot admit the request: %s tokens a minute for %s leave too little',
                                v_limit.tokens_per_minute, v_limit.account);
    end if;
    if v_breach.detail is not null then
      v_breach.retry_after_ms := greatest(1, ceil(extract(epoch from v_minute + interval '1 minute' - p_now) * 1000));
      return v_breach;
    end if;
    if v_limit.concurrent_requests is not null then
      select count(*) into v_live
      from public.ai_holds as h
      where h.org_id = p_hold.org_id and h.status = 'held' and h.expires_at > p_now and v_limit.account = any (h.accounts)
        and h.request_id <> p_hold.request_id; -- written down already, when it comes from outside the gate
      if v_live >= v_limit.concurrent_requests then
        v_breach.detail := format('Cannot admit the request: %s of %s concurrent requests for %s are running',
                                  v_live, v_limit.concurrent_requests, v_limit.account);
        v_breach.retry_after_ms := 1000;
        return v_breach;
      end if;
    end if;
  end loop;
  return v_breach;
end
$$;

create or replace function private.open_ledger_days(p_org_ids uuid[])
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

create or replace function private.day_disagreements(p_org_ids uuid[], p_day date default null)
returns table (org_id uuid, problem text, reference text, expected numeric, actual numeric)
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
  with open_days as materialized (
    select d.org_id, d.day from private.open_ledger_days(p_org_ids) as d where p_day is null or d.day = p_day
  ),
  held as materialized (
    select h.org_id, h.request_id, h.day, h.week, h.month, h.status, h.created_at, h.accounts, h.held_usd, h.held, h.settled_usd, h.settled, h.per_usd
    from open_days as d
    join public.ai_holds as h on h.org_id = d.org_id and h.day = d.day
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
  where not exists (
    select from public.ai_holds as h
    where h.org_id = b.org_id and h.request_id = b.request_id and h.status in ('settled', 'recovered')
  ) and not exists (
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

create or replace function private.period_disagreements(p_org_ids uuid[])
returns table (org_id uuid, problem text, reference text, expected numeric, actual numeric)
language plpgsql
stable
set search_path = ''
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

create or replace function private.close_ledger_day(p_org_id uuid, p_day date)
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

revoke execute on all functions in schema private from public;
