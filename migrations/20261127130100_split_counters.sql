-- Split counters: a hard budget that many requests take from at once may be kept in several counters, each with a share of the cap.
--
-- A request counts in the counter its id hashes to, beside those of others, as long as that counter's share holds it. When it does not,
-- it waits until it has all counters to itself, looks at their sum, and afterwards lays what is used evenly over them again. So exactly
-- what fits is admitted, as with one counter. docs/decisions/2026-11-27-split-counters.md

alter table public.ai_budgets
  add column counters smallint not null default 1,
  -- Shares of a power of two have an end in decimals: nothing is lost when an amount is laid over them.
  add constraint ai_budgets_counters_power_of_two check (counters in (1, 2, 4, 8, 16, 32));
comment on column public.ai_budgets.counters is
  'How many counters what is used is kept in: 1, 2, 4, 8, 16 or 32. A request counts in all its budgets at once, so the largest number among an organization''s active budgets is that of all.';

alter table public.ai_budget_states set schema private;
alter table private.ai_budget_states rename to ai_budget_counters;
alter table private.ai_budget_counters rename constraint ai_budget_states_held_not_negative to ai_budget_counters_held_not_negative;
alter table private.ai_budget_counters
  add column counter smallint not null default 0,
  add column shape smallint not null default 1,
  drop constraint ai_budget_states_pkey,
  add constraint ai_budget_counters_pkey primary key (org_id, account, counter);
create index ai_budget_counters_split_idx on private.ai_budget_counters (org_id, account) where counter > 0;
alter policy ai_budget_states_select_managed on private.ai_budget_counters rename to ai_budget_counters_select_managed;
alter trigger ai_budget_states_name_account on private.ai_budget_counters rename to ai_budget_counters_name_account;
comment on table private.ai_budget_counters is
  'What is settled and held of each scope that ever spent, in its current day, week, month and in all, and the current minute''s rate; one row for each counter it is split into. In the organization''s currency. Added up in public.ai_budget_states.';
comment on column private.ai_budget_counters.counter is
  'Which of several, from 0. Settled may be negative in one of them: what is used is laid evenly, held stays where it is.';
comment on column private.ai_budget_counters.shape is
  'In rows of the organization''s own account: over how many counters what is used was laid last.';

create view public.ai_budget_states with (security_invoker = true) as
select c.org_id, c.account, c.scope, c.scope_key, c.day, c.day_settled, c.day_held, c.week, c.week_settled, c.week_held, c.month, c.month_settled,
       c.month_held, c.total_settled, c.total_held, c.minute, c.minute_requests, c.minute_tokens
from private.ai_budget_counters as c
where c.counter = 0
  and not exists (select from private.ai_budget_counters as x where x.org_id = c.org_id and x.account = c.account and x.counter > 0)
union all
select s.org_id, s.account, min(s.scope), min(s.scope_key),
       max(s.day), coalesce(sum(s.day_settled) filter (where s.day = s.latest_day), 0), coalesce(sum(s.day_held) filter (where s.day = s.latest_day), 0),
       max(s.week), coalesce(sum(s.week_settled) filter (where s.week = s.latest_week), 0), coalesce(sum(s.week_held) filter (where s.week = s.latest_week), 0),
       max(s.month), coalesce(sum(s.month_settled) filter (where s.month = s.latest_month), 0),
       coalesce(sum(s.month_held) filter (where s.month = s.latest_month), 0),
       sum(s.total_settled), sum(s.total_held), max(s.minute), coalesce(sum(s.minute_requests) filter (where s.minute = s.latest_minute), 0)::integer,
       coalesce(sum(s.minute_tokens) filter (where s.minute = s.latest_minute), 0)::bigint
from (
  select c.*, max(c.day) over account as latest_day, max(c.week) over account as latest_week, max(c.month) over account as latest_month,
         max(c.minute) over account as latest_minute
  from private.ai_budget_counters as c
  where exists (select from private.ai_budget_counters as x where x.org_id = c.org_id and x.account = c.account and x.counter > 0)
  window account as (partition by c.org_id, c.account)
) as s
group by s.org_id, s.account;
comment on view public.ai_budget_states is
  'One row per scope that ever spent: what is settled and what is held in its current day, week, month and in all, and the current minute''s rate. In the organization''s currency. Under load up to a minute behind: settles of a busy organization wait in private.ai_unbooked_changes, which public.ai_budget_status adds.';
comment on column public.ai_budget_states.account is 'scope:key, e.g. user:4711 or subject:lead:9: what a hold names.';
comment on column public.ai_budget_states.day is 'The current day in the organization''s time zone; older days are in ai_closed_periods.';
revoke all on public.ai_budget_states from anon, authenticated, service_role;
grant select on public.ai_budget_states to authenticated, service_role;

alter table public.ai_holds add column counter smallint;
comment on column public.ai_holds.counter is 'Which of its accounts'' counters it counts in, from 0. NULL where they are not split.';
alter table private.ai_unbooked_changes add column counter smallint not null default 0;
comment on column private.ai_unbooked_changes.counter is 'That of the hold.';

alter type private.card_budget add attribute counters smallint;
delete from private.route_cards; -- made without it

create or replace function private.card_budgets(p_org_id uuid)
returns private.card_budget[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(array_agg(row(
      b.scope || ':' || case
        when b.scope = 'organization' then b.org_id::text
        when right(b.scope_key, 2) = ':*' then left(b.scope_key, -1)
        else coalesce(b.scope_key, '')
      end,
      b.scope <> 'organization' and (b.scope_key is null or b.scope = 'subject' and right(b.scope_key, 2) = ':*'),
      b.period, b.hard, b.cap, b.soft_percent, b.learned_bounds, b.counters)::private.card_budget order by b.id), '{}')
    from public.ai_budgets as b
    where b.org_id = p_org_id and b.active
  );
end
$$;

-- Reading: what several counters have is added up ----------------------------------------------------------------------

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

-- Moving: each hold in its own counter ---------------------------------------------------------------------------------

drop function private.open_accounts(uuid, text[], private.periods);
drop function private.count_holds(uuid, text[], private.periods, numeric, bigint, integer);
drop function private.count_new_holds(uuid, uuid[], text[], private.periods, private.periods, numeric, bigint);
drop function private.move_past_counters(uuid, text[], private.periods, numeric, numeric);
drop function private.move_counters(uuid, text[], private.periods, numeric, numeric, integer);

create or replace function private.close_periods(p_org_id uuid, p_accounts text[], p_periods private.periods)
returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into public.ai_closed_periods as c (org_id, account, period, period_start, settled, held)
  select s.org_id, s.account, past.period, past.period_start, sum(past.settled), sum(past.held)
  from private.ai_budget_counters as s
  cross join lateral (
    values ('day', s.day, s.day_settled, s.day_held, p_periods.day),
           ('week', s.week, s.week_settled, s.week_held, p_periods.week),
           ('month', s.month, s.month_settled, s.month_held, p_periods.month)
  ) as past (period, period_start, settled, held, current_start)
  where s.org_id = p_org_id and s.account = any (p_accounts) and past.period_start < past.current_start
  group by s.org_id, s.account, past.period, past.period_start
  on conflict (org_id, account, period, period_start)
  do update set settled = c.settled + excluded.settled, held = c.held + excluded.held;

  update private.ai_budget_counters as s
  set day_settled = case when s.day < p_periods.day then 0 else s.day_settled end,
      day_held = case when s.day < p_periods.day then 0 else s.day_held end,
      day = greatest(s.day, p_periods.day),
      week_settled = case when s.week < p_periods.week then 0 else s.week_settled end,
      week_held = case when s.week < p_periods.week then 0 else s.week_held end,
      week = greatest(s.week, p_periods.week),
      month_settled = case when s.month < p_periods.month then 0 else s.month_settled end,
      month_held = case when s.month < p_periods.month then 0 else s.month_held end,
      month = greatest(s.month, p_periods.month)
  where s.org_id = p_org_id
    and s.account = any (p_accounts)
    and (s.day < p_periods.day or s.week < p_periods.week or s.month < p_periods.month);
end
$$;

create function private.open_accounts(p_org_id uuid, p_accounts text[], p_periods private.periods, p_counter integer default 0)
returns private.periods
language plpgsql
set search_path = ''
as $$
declare
  v_periods private.periods := p_periods;
begin
  insert into private.ai_budget_counters (org_id, account, counter, day, week, month, minute)
  select p_org_id, want.account, p_counter, p_periods.day, p_periods.week, p_periods.month, p_periods.minute
  from unnest(p_accounts) with ordinality as want (account, rank)
  order by want.rank
  on conflict do nothing;
  -- Days do not run backwards, although clocks may and an organization may move west: the latest day stands.
  select greatest(p_periods.day, max(s.day)), greatest(p_periods.week, max(s.week)), greatest(p_periods.month, max(s.month))
  into v_periods.day, v_periods.week, v_periods.month
  from private.ai_budget_counters as s
  where s.org_id = p_org_id and s.account = any (p_accounts);
  perform private.close_periods(p_org_id, p_accounts, v_periods);
  return v_periods;
end
$$;
comment on function private.open_accounts(uuid, text[], private.periods, integer) is
  'Makes missing state rows in one counter and brings all counters of the accounts to the same current periods, which it answers. Inside the gate.';

create function private.count_holds(
  p_org_id uuid, p_accounts text[], p_periods private.periods, p_held numeric, p_tokens bigint, p_requests integer, p_counter integer default 0
)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_counted integer;
begin
  update private.ai_budget_counters as s
  set day_held = s.day_held + p_held,
      week_held = s.week_held + p_held,
      month_held = s.month_held + p_held,
      total_held = s.total_held + p_held,
      minute = p_periods.minute,
      minute_requests = case when s.minute = p_periods.minute then s.minute_requests else 0 end + p_requests,
      minute_tokens = case when s.minute = p_periods.minute then s.minute_tokens else 0 end + p_tokens
  where s.org_id = p_org_id and s.account = any (p_accounts) and s.counter = p_counter
    and s.day = p_periods.day and s.week = p_periods.week and s.month = p_periods.month;
  get diagnostics v_counted = row_count;
  return v_counted;
end
$$;
comment on function private.count_holds(uuid, text[], private.periods, numeric, bigint, integer, integer) is
  'Counts so much more held, and so many requests and tokens, in one counter of those of the accounts that are open in the given periods; returns how many are. Negative: takes back.';

create function private.count_new_holds(
  p_org_id uuid, p_request_ids uuid[], p_accounts text[], p_written private.periods, p_periods private.periods, p_held numeric, p_tokens bigint,
  p_counter integer default 0
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_periods private.periods := p_periods;
  v_count   integer := cardinality(p_request_ids);
begin
  if private.count_holds(p_org_id, p_accounts, v_periods, p_held, p_tokens, v_count, p_counter) < cardinality(p_accounts) then
    -- The first request of a day, or of an account.
    perform private.count_holds(p_org_id, p_accounts, v_periods, -p_held, -p_tokens, -v_count, p_counter);
    v_periods := private.open_accounts(p_org_id, p_accounts, v_periods, p_counter);
    perform private.count_holds(p_org_id, p_accounts, v_periods, p_held, p_tokens, v_count, p_counter);
  end if;
  if p_written.day <> v_periods.day or p_written.week <> v_periods.week or p_written.month <> v_periods.month then
    -- The day ended while they waited for the gate.
    update public.ai_holds as h set day = v_periods.day, week = v_periods.week, month = v_periods.month
    where h.org_id = p_org_id and h.request_id = any (p_request_ids);
  end if;
end
$$;
comment on function private.count_new_holds(uuid, uuid[], text[], private.periods, private.periods, numeric, bigint, integer) is
  'Counts holds that are written down in one counter of their accounts, and settles which day they are of. p_written: the periods they were written with. Inside the gate.';

create function private.move_past_counters(
  p_org_id uuid, p_accounts text[], p_periods private.periods, p_held numeric, p_settled numeric, p_counter integer default 0
)
returns void
language plpgsql
set search_path = ''
as $$
begin
  -- Whatever period has moved on meanwhile keeps its own books. It has a row since it moved on.
  update public.ai_closed_periods as c
  set settled = c.settled + p_settled, held = c.held + p_held
  from private.ai_budget_counters as s
  where s.org_id = p_org_id and s.account = any (p_accounts) and s.counter = p_counter
    and c.org_id = s.org_id and c.account = s.account
    and (c.period, c.period_start) in (('day', p_periods.day), ('week', p_periods.week), ('month', p_periods.month))
    and c.period_start < case c.period when 'day' then s.day when 'week' then s.week else s.month end;

  update private.ai_budget_counters as s
  set day_held = case when s.day = p_periods.day then s.day_held + p_held else s.day_held end,
      day_settled = case when s.day = p_periods.day then s.day_settled + p_settled else s.day_settled end,
      week_held = case when s.week = p_periods.week then s.week_held + p_held else s.week_held end,
      week_settled = case when s.week = p_periods.week then s.week_settled + p_settled else s.week_settled end,
      month_held = case when s.month = p_periods.month then s.month_held + p_held else s.month_held end,
      month_settled = case when s.month = p_periods.month then s.month_settled + p_settled else s.month_settled end,
      total_held = s.total_held + p_held,
      total_settled = s.total_settled + p_settled
  where s.org_id = p_org_id and s.account = any (p_accounts) and s.counter = p_counter
    and not (s.day = p_periods.day and s.week = p_periods.week and s.month = p_periods.month);
end
$$;
comment on function private.move_past_counters(uuid, text[], private.periods, numeric, numeric, integer) is
  'move_counters for the state rows that are in a later day, week or month than the change.';

create function private.move_counters(
  p_org_id uuid, p_accounts text[], p_periods private.periods, p_held numeric, p_settled numeric, p_tokens integer,
  p_counter integer default 0
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_moved integer;
begin
  update private.ai_budget_counters as s
  set day_held = s.day_held + p_held, day_settled = s.day_settled + p_settled,
      week_held = s.week_held + p_held, week_settled = s.week_settled + p_settled,
      month_held = s.month_held + p_held, month_settled = s.month_settled + p_settled,
      total_held = s.total_held + p_held, total_settled = s.total_settled + p_settled,
      minute_tokens = case when s.minute = p_periods.minute then s.minute_tokens + p_tokens else s.minute_tokens end
  where s.org_id = p_org_id and s.account = any (p_accounts) and s.counter = p_counter
    and s.day = p_periods.day and s.week = p_periods.week and s.month = p_periods.month;
  get diagnostics v_moved = row_count;
  if v_moved < cardinality(p_accounts) then
    perform private.move_past_counters(p_org_id, p_accounts, p_periods, p_held, p_settled, p_counter);
  end if;
end
$$;
comment on function private.move_counters(uuid, text[], private.periods, numeric, numeric, integer, integer) is
  'Adds to held and settled of state rows of one counter in the given periods, in ai_closed_periods where a period is over, and to the tokens of the minute. Amounts may be negative. Inside the gate.';

create or replace function private.book_changes(p_org_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_change record;
begin
  for v_change in
    with taken as (
      delete from private.ai_unbooked_changes as u where u.org_id = p_org_id returning *
    )
    select t.accounts, t.counter, row(t.day, t.week, t.month, t.minute)::private.periods as periods,
           sum(t.held) as held, sum(t.settled) as settled, sum(t.tokens)::integer as tokens
    from taken as t
    group by t.accounts, t.counter, t.day, t.week, t.month, t.minute
  loop
    perform private.move_counters(
      p_org_id, v_change.accounts, v_change.periods, v_change.held, v_change.settled, v_change.tokens, v_change.counter);
  end loop;
end
$$;

create or replace function private.settle_hold(
  p_hold public.ai_holds, p_status text, p_settled_usd numeric, p_now timestamptz, p_used_tokens bigint default null
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_settled   numeric := p_settled_usd * p_hold.per_usd;
  v_released  numeric := case when p_hold.status = 'held' then -p_hold.held else 0 end;
  v_added     numeric := v_settled - coalesce(p_hold.settled, 0);
  v_tokens    integer := case when p_hold.status = 'held' then least(coalesce(p_used_tokens, p_hold.tokens) - p_hold.tokens, 0) else 0 end;
  v_gives     boolean := p_hold.status = 'held' and v_released + v_added <= 0;
begin
  update public.ai_holds as h
  set status = p_status, settled_at = p_now, settled_usd = p_settled_usd, settled = v_settled, decision = null
  where h.org_id = p_hold.org_id and h.request_id = p_hold.request_id;

  if private.enter_gate(p_hold.org_id, not v_gives) then
    perform private.move_counters(p_hold.org_id, p_hold.accounts,
      row(p_hold.day, p_hold.week, p_hold.month, date_trunc('minute', p_hold.created_at))::private.periods, v_released, v_added, v_tokens,
      coalesce(p_hold.counter, 0));
  else
    insert into private.ai_unbooked_changes (org_id, accounts, day, week, month, minute, held, settled, tokens, counter)
    values (p_hold.org_id, p_hold.accounts, p_hold.day, p_hold.week, p_hold.month, date_trunc('minute', p_hold.created_at),
            v_released, v_added, v_tokens, coalesce(p_hold.counter, 0));
  end if;

  if p_hold.status <> 'held' then
    -- What was closed has to be checked again.
    delete from private.ai_ledger_checkpoints as c where c.org_id = p_hold.org_id and c.day = p_hold.day;
  end if;
  if p_settled_usd > p_hold.held_usd then
    insert into public.ai_overruns (org_id, request_id, held_usd, settled_usd)
    values (p_hold.org_id, p_hold.request_id, p_hold.held_usd, p_settled_usd)
    on conflict (org_id, request_id) do update set settled_usd = excluded.settled_usd;
  end if;
end
$$;

create or replace function private.settle_group(p_settlements jsonb)
returns jsonb[]
language plpgsql
security definer -- callers of ai_settle_many have no right to the ledger's tables; executable by the service role alone
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  v_now      timestamptz := private.clock();
  v_answers  jsonb[] := array_fill(null::jsonb, array[jsonb_array_length(p_settlements)]);
  v_one      record;
  v_hold     public.ai_holds;
  v_outcome  jsonb;
  v_read     private.calls_read;
  v_charge   numeric;
  v_row      public.ai_request_logs;
  v_places   integer[] := array[]::integer[]; -- of the ordinary ones among the settlements
  v_failed   integer[] := array[]::integer[];
  v_admitted timestamptz[] := array[]::timestamptz[];
  v_org_id   uuid;
  v_rows     public.ai_request_logs[] := array[]::public.ai_request_logs[];
  v_calls    public.ai_call_logs[] := array[]::public.ai_call_logs[];
  v_changes  private.ai_unbooked_changes[] := array[]::private.ai_unbooked_changes[];
  v_change   private.ai_unbooked_changes;
begin
  -- Ordinary: a hold of the first one's organization that lives, cost what it held at most, and answers no queue. The others are left
  -- out: NULL in the answer.
  for v_one in
    select s.n, s.item, (s.item ->> 'org_id')::uuid as org_id, (s.item ->> 'request_id')::uuid as request_id
    from jsonb_array_elements(p_settlements) with ordinality as s (item, n)
    order by s.n
  loop
    v_org_id := coalesce(v_org_id, v_one.org_id);
    continue when v_one.org_id is distinct from v_org_id;
    select * into v_hold from public.ai_holds as h where h.org_id = v_one.org_id and h.request_id = v_one.request_id;
    continue when not found or v_hold.status <> 'held' or v_hold.queue_id is not null;
    v_read := private.read_calls(v_org_id, v_hold.request_id, coalesce(nullif(v_one.item -> 'calls', 'null'), '[]'), v_now);
    v_charge := coalesce((v_read.sum).cost_usd, v_hold.held_usd);
    continue when v_charge > v_hold.held_usd;
    v_outcome := v_one.item -> 'outcome';
    update public.ai_holds as h
    set status = 'settled', settled_at = v_now, settled_usd = v_charge, settled = v_charge * h.per_usd, decision = null
    where h.org_id = v_org_id and h.request_id = v_hold.request_id;
    v_row := private.settled_row(v_hold, v_read.sum, v_outcome);
    perform private.keep_answer(v_hold, v_one.item, v_now);
    perform private.note_streak(v_org_id, v_hold.task, v_row.escalated and v_hold.tier = 'small',
      v_row.tier = 'small' and v_row.action = 'use_ai_result', v_now);

    v_change.org_id := v_org_id;
    v_change.accounts := v_hold.accounts;
    v_change.counter := coalesce(v_hold.counter, 0);
    v_change.day := v_hold.day;
    v_change.week := v_hold.week;
    v_change.month := v_hold.month;
    v_change.minute := date_trunc('minute', v_hold.created_at);
    v_change.held := -v_hold.held;
    v_change.settled := v_charge * v_hold.per_usd;
    v_change.tokens := least(coalesce(v_row.input_tokens + coalesce(v_row.output_tokens, 0), v_hold.tokens) - v_hold.tokens, 0);
    v_changes := v_changes || v_change;
    v_places := v_places || v_one.n::integer;
    v_failed := v_failed || (v_read.sum).failed;
    v_admitted := v_admitted || v_hold.created_at;
    v_rows := v_rows || v_row;
    v_calls := v_calls || v_read.rows;
    v_answers[v_one.n] := jsonb_build_object('settled', true, 'cost_usd', v_charge::text, 'status', 'settled');
  end loop;
  if cardinality(v_places) = 0 then
    return v_answers;
  end if;

  insert into public.ai_call_logs select c.* from unnest(v_calls) as c;
  insert into public.ai_request_logs select r.* from unnest(v_rows) as r;

  -- The gate late, so that others wait for little more than the commit; breakers after it, as in ai_settle.
  if private.enter_gate(v_org_id, false) then
    perform private.move_counters(v_org_id, x.accounts, row(x.day, x.week, x.month, x.minute)::private.periods, x.held, x.settled, x.tokens, x.counter)
    from (
      select c.accounts, c.counter, c.day, c.week, c.month, c.minute, sum(c.held) as held, sum(c.settled) as settled, sum(c.tokens)::integer as tokens
      from unnest(v_changes) as c group by c.accounts, c.counter, c.day, c.week, c.month, c.minute
    ) as x;
  else
    insert into private.ai_unbooked_changes (org_id, accounts, day, week, month, minute, held, settled, tokens, counter)
    select v_org_id, c.accounts, c.day, c.week, c.month, c.minute, sum(c.held), sum(c.settled), sum(c.tokens), c.counter
    from unnest(v_changes) as c group by c.accounts, c.counter, c.day, c.week, c.month, c.minute;
  end if;
  perform private.record_breakers_together(
    array(select coalesce(nullif(p_settlements -> (p.place - 1) -> 'calls', 'null'), '[]') from unnest(v_places) with ordinality as p (place, n) order by p.n),
    v_failed, v_admitted
  );
  return v_answers;
end
$$;

create or replace function private.sweep_holds(p_limit integer default 500)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_now   timestamptz := private.clock();
  v_hold  public.ai_holds;
  v_row   public.ai_request_logs;
  v_org   uuid;
  v_swept integer := 0;
begin
  for v_hold in
    select * from public.ai_holds as h
    where h.status = 'held' and h.expires_at <= v_now
    order by h.expires_at
    limit p_limit
    for update skip locked
  loop
    v_row := private.log_row(v_hold);
    v_row.status := 'swept';
    v_row.error_code := 'timeout';
    v_row.cost_usd := v_hold.held_usd;
    perform private.write_log_row(v_row);
    update public.ai_holds as h
    set status = 'swept', settled_at = v_now, settled_usd = h.held_usd, settled = h.held
    where h.org_id = v_hold.org_id and h.request_id = v_hold.request_id;
    insert into private.ai_unbooked_changes (org_id, accounts, day, week, month, minute, held, settled, tokens, counter)
    values (v_hold.org_id, v_hold.accounts, v_hold.day, v_hold.week, v_hold.month, date_trunc('minute', v_hold.created_at),
            -v_hold.held, v_hold.held, 0, coalesce(v_hold.counter, 0));
    if v_hold.idempotent then
      delete from public.ai_idempotency_keys as i where i.org_id = v_hold.org_id and i.request_id = v_hold.request_id and i.answer is null;
    end if;
    if v_hold.queue_id is not null then
      perform private.finish_queued(v_hold.org_id, v_hold.queue_id::text, v_hold.request_id, 'timeout', null, v_now);
    end if;
    v_swept := v_swept + 1;
  end loop;

  -- Everything that waits, of every organization nobody is busy with. Gates are tried, never waited for: there is no deadlock.
  for v_org in select distinct u.org_id from private.ai_unbooked_changes as u loop
    if private.enter_gate(v_org, false) then
      perform private.book_changes(v_org);
    end if;
  end loop;
  return v_swept;
end
$$;

create or replace function public.ai_extend(p_org_id uuid, p_request_id uuid, p_amount_usd numeric)
returns jsonb
language plpgsql
security definer -- the one door to the ledger's tables; executable by the service role alone
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every statement looks up by key: planning it for its values anew gains nothing
as $$
declare
  v_hold     public.ai_holds;
  v_zone     text;
  v_now      timestamptz;
  v_periods  private.periods;
  v_budgets  private.card_budget[];
  v_settings private.card_settings;
  v_room     private.budget_room;
begin
  select * into v_hold from public.ai_holds as h where h.org_id = p_org_id and h.request_id = p_request_id for update;
  if not found or v_hold.status <> 'held' or v_hold.expires_at <= private.clock() then
    return jsonb_build_object('granted', false, 'code', 'timeout', 'detail', 'Cannot extend the hold: it is settled or expired');
  end if;
  if p_amount_usd is null or p_amount_usd < 0 or p_amount_usd = 'NaN' then
    return jsonb_build_object('granted', false, 'code', 'invalid_request', 'detail', 'Cannot extend the hold: the amount is negative or missing');
  end if;
  select o.time_zone into v_zone from public.organizations as o where o.id = p_org_id;
  v_budgets := private.card_budgets(p_org_id);
  v_settings := private.read_settings(private.settings_for(p_org_id, v_hold.user_id, 'ai.'), '{}');

  perform private.enter_gate(p_org_id, true);
  v_now := private.clock();
  perform private.book_changes(p_org_id);
  v_periods := private.open_accounts(p_org_id, v_hold.accounts, private.periods_at(v_now, v_zone));
  v_room := private.measure_room(p_org_id, v_hold.accounts, v_periods, v_budgets, v_settings);
  if p_amount_usd * v_hold.per_usd > v_room.room or (v_hold.held_usd + p_amount_usd) * v_hold.per_usd > v_room.per_request then
    return jsonb_build_object('granted', false, 'code', 'budget_exhausted', 'detail', format('Cannot extend the hold: the %s leaves too little',
      private.tightest_budget(p_org_id, v_hold.accounts, v_periods, v_budgets, v_settings)));
  end if;
  perform private.move_counters(p_org_id, v_hold.accounts,
    row(v_hold.day, v_hold.week, v_hold.month, v_periods.minute)::private.periods, p_amount_usd * v_hold.per_usd, 0, 0, coalesce(v_hold.counter, 0));
  update public.ai_holds as h
  set held_usd = h.held_usd + p_amount_usd, held = (h.held_usd + p_amount_usd) * h.per_usd
  where h.org_id = p_org_id and h.request_id = p_request_id;
  return jsonb_build_object('granted', true, 'hold_usd', (v_hold.held_usd + p_amount_usd)::text);
end
$$;

-- Admission ------------------------------------------------------------------------------------------------------------

create function private.counters_of(p_budgets private.card_budget[])
returns integer
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_budget   private.card_budget;
  v_counters integer := 1;
begin
  foreach v_budget in array p_budgets loop
    v_counters := greatest(v_counters, v_budget.counters);
  end loop;
  return v_counters;
end
$$;
comment on function private.counters_of(private.card_budget[]) is 'Into how many counters an organization''s accounts are split.';

create function private.counter_of(p_request_id uuid, p_counters integer)
returns integer
language plpgsql
immutable
set search_path = ''
as $$
begin
  return case when p_counters > 1 then uuid_hash(p_request_id) & (p_counters - 1) end;
end
$$;
comment on function private.counter_of(uuid, integer) is 'Which counter a request counts in, from 0. NULL where there is one only.';

create function private.enter_counter(p_org_id uuid, p_counter integer)
returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  -- The gate's number, and the next one for the counters behind it.
  c_gate     constant integer := 7561848;
  c_counters constant integer := 7561849;
begin
  -- Beside everybody who is at a counter, and alone at this one. Whoever enters the whole gate waits for all of them.
  perform pg_advisory_xact_lock_shared(c_gate, uuid_hash(p_org_id));
  perform pg_advisory_xact_lock(c_counters, uuid_hash(p_org_id) # hashint4(p_counter));
end
$$;
comment on function private.enter_counter(uuid, integer) is
  'Enters one counter of an organization until the transaction (or the block that caught an error) ends. Never while it holds another one, nor before the whole gate.';

create function private.fits_counter(
  p_hold public.ai_holds, p_counters integer, p_periods private.periods, p_budgets private.card_budget[], p_settings private.card_settings
)
returns boolean
language plpgsql
volatile -- reads what is committed now, inside the counter
set search_path = ''
as $$
declare
  v_budget  private.card_budget;
  v_account text;
  v_cap     numeric;
  v_used    record;
begin
  -- Laid over as many counters as this request goes by, so that all who are at counters now share the cap alike.
  if not exists (
    select from private.ai_budget_counters as c
    where c.org_id = p_hold.org_id and c.account = 'organization:' || p_hold.org_id and c.counter = p_hold.counter and c.shape = p_counters
  ) then
    return false;
  end if;
  foreach v_budget in array p_budgets loop
    continue when v_budget.period = 'request';
    foreach v_account in array p_hold.accounts loop
      continue when v_account <> v_budget.account and not (v_budget.prefix and starts_with(v_account, v_budget.account));
      v_cap := coalesce(v_budget.cap, p_settings.monthly_cap);
      select coalesce(max(c.used) filter (where c.counter < p_counters), 0) as most,
             coalesce(max(c.used) filter (where c.counter >= p_counters), 0) as beyond,
             coalesce(max(c.used) filter (where c.counter = p_hold.counter), 0) as own
      into v_used
      from (
        select s.counter,
               case v_budget.period
                 when 'month' then case when s.month >= p_periods.month then s.month_settled + s.month_held end
                 when 'week' then case when s.week >= p_periods.week then s.week_settled + s.week_held end
                 when 'day' then case when s.day >= p_periods.day then s.day_settled + s.day_held end
                 when 'total' then s.total_settled + s.total_held
               end as used
        from private.ai_budget_counters as s
        where s.org_id = p_hold.org_id and s.account = v_account
      ) as c;
      -- Every counter within its soft share, so the sum is; and none above its share, so that no other one's is taken. By multiplying:
      -- a quotient may be rounded up.
      if v_used.beyond > 0
         or greatest(v_used.most, 0) * p_counters * 100 > v_cap * coalesce(v_budget.soft_percent, p_settings.soft_percent)
         or (v_budget.hard and (v_used.own + p_hold.held) * p_counters > v_cap) then
        return false;
      end if;
    end loop;
  end loop;
  return true;
end
$$;
comment on function private.fits_counter(public.ai_holds, integer, private.periods, private.card_budget[], private.card_settings) is
  'Whether the share of its counter holds a request in every budget, and no other counter has more than its share. Inside the counter.';

create function private.even_counters(
  p_org_id uuid, p_accounts text[], p_periods private.periods, p_budgets private.card_budget[], p_counters integer
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_share    numeric := trim_scale(1.0 / p_counters);
  v_accounts text[];
  v_periods  private.periods;
begin
  -- What has a budget, and the organization's own account, which says that it was done.
  select array_agg(a.account) into v_accounts
  from unnest(p_accounts) as a (account)
  where a.account = 'organization:' || p_org_id
     or exists (
       select from unnest(p_budgets) as b
       where b.period <> 'request' and (a.account = b.account or (b.prefix and starts_with(a.account, b.account)))
     );
  for n in 0 .. p_counters - 1 loop
    v_periods := private.open_accounts(p_org_id, v_accounts, p_periods, n);
  end loop;
  update private.ai_budget_counters as c
  set day_settled = trim_scale(u.day * s.share - c.day_held), week_settled = trim_scale(u.week * s.share - c.week_held),
      month_settled = trim_scale(u.month * s.share - c.month_held), total_settled = trim_scale(u.total * s.share - c.total_held), shape = p_counters
  from (
    select x.account, sum(x.day_settled + x.day_held) as day, sum(x.week_settled + x.week_held) as week,
           sum(x.month_settled + x.month_held) as month, sum(x.total_settled + x.total_held) as total
    from private.ai_budget_counters as x
    where x.org_id = p_org_id and x.account = any (v_accounts)
    group by x.account
  ) as u
  cross join generate_series(0, 31) as n (counter)
  cross join lateral (select case when n.counter < p_counters then v_share else 0 end as share) as s
  where c.org_id = p_org_id and c.account = u.account and c.counter = n.counter;
end
$$;
comment on function private.even_counters(uuid, text[], private.periods, private.card_budget[], integer) is
  'Lays what is used of the accounts that have a budget evenly over so many counters, by moving settled amounts: sums stay as they are. Inside the whole gate.';

create function private.admit_to_counter(
  p private.admission_request, p_draft private.admission_draft, p_card private.route_cards, p_counters integer
)
returns json
language plpgsql
volatile
set search_path = ''
as $$
declare
  -- One request of so many goes through the whole gate instead and books what waits.
  c_book_every constant integer := 64;
  v_hold    public.ai_holds := p_draft.hold;
  v_counter integer := v_hold.counter;
  v_now     timestamptz;
  v_periods private.periods;
  v_room    private.budget_room;
  v_choice  private.choice;
begin
  if (uuid_hash(v_hold.request_id) >> 8) % c_book_every = 0 then
    return null;
  end if;
  begin
    perform private.enter_counter(v_hold.org_id, v_counter);
    v_now := private.clock();
    v_periods := private.periods_at(v_now, p_card.time_zone);
    -- Of all counters: a moment's view, by which the tier is chosen. Whether it may be spent the counter decides.
    v_room := private.measure_room(v_hold.org_id, v_hold.accounts, v_periods, p_card.budgets, p_draft.settings);
    v_choice := private.choose_for(p_draft, p_card.max_tier_rank, p_card.per_usd, v_room);
    if v_room.soft or v_choice.hold_usd is null
       or (p_card.requires_large and p.models is null and v_choice.tier = 'small' and p_draft.usable is not null) then
      raise exception 'The whole gate has to decide' using errcode = 'SBX01';
    end if;
    v_hold := private.decide_hold(p, p_draft, p_card, v_room, v_choice, v_periods, v_now);
    if not private.fits_counter(v_hold, p_counters, v_periods, p_card.budgets, p_draft.settings) then
      raise exception 'The whole gate has to decide' using errcode = 'SBX01';
    end if;
    insert into public.ai_holds values (v_hold.*);
    if private.count_holds(v_hold.org_id, v_hold.accounts, v_periods, v_hold.held, v_hold.tokens, 1, v_counter) < cardinality(v_hold.accounts) then
      -- A counter that an account had not used yet. A new day is begun inside the whole gate.
      perform private.count_holds(v_hold.org_id, v_hold.accounts, v_periods, -v_hold.held, -v_hold.tokens, -1, v_counter);
      insert into private.ai_budget_counters (org_id, account, counter, day, week, month, minute)
      select v_hold.org_id, a.account, v_counter, v_periods.day, v_periods.week, v_periods.month, v_periods.minute
      from unnest(v_hold.accounts) as a (account)
      on conflict do nothing;
      if private.count_holds(v_hold.org_id, v_hold.accounts, v_periods, v_hold.held, v_hold.tokens, 1, v_counter) < cardinality(v_hold.accounts) then
        raise exception 'The whole gate has to decide' using errcode = 'SBX01';
      end if;
    end if;
    return private.admitted(p_draft, p_card, v_hold, v_room, v_choice, private.wire_candidates(v_choice.chosen));
  exception when sqlstate 'SBX01' then
    return null; -- what the block had locked is free again: nobody waits for the whole gate from a counter
  end;
end
$$;
comment on function private.admit_to_counter(private.admission_request, private.admission_draft, private.route_cards, integer) is
  'Admits a request at its counter, beside others. NULL, with nothing done and nothing locked, where the whole gate has to decide: its share is short, the soft share is passed, a day begins, or waiting changes are due.';

create or replace function public.ai_admit(request jsonb)
returns json -- not jsonb: the answer is long, and put together from text
language plpgsql
security definer -- the one door to the ledger's tables; executable by the service role alone
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every statement looks up by key: planning it for its values anew gains nothing
as $$
declare
  -- How often a busy organization's waiting changes are booked: by one of so many of its requests.
  c_book_every constant integer := 64;
  p          private.admission_request := jsonb_populate_record(null::private.admission_request, request);
  v_now      timestamptz := private.clock();
  v_caller   private.caller := private.resolve_caller(p.org_id, p.user_id, p.key_hash, coalesce(p.service, false), p.task);
  v_card     private.route_cards;
  v_draft    private.admission_draft;
  v_hold     public.ai_holds;
  v_periods  private.periods;
  v_written  private.periods;
  v_gated    boolean;
  v_booked   boolean := false;
  v_breach   private.limit_breach;
  v_room     private.budget_room;
  v_choice   private.choice;
  v_soft     boolean;
  v_wire     text;
  v_counters integer;
  v_answer   json;
begin
  if v_caller.org_id is null then
    v_hold.request_id := p.request_id;
    return private.refuse(v_hold, v_caller.code, v_caller.detail);
  end if;
  v_card := private.route_card(p, v_caller.org_id, v_now);
  v_draft := private.draft_admission(p, v_caller, v_card, v_now);
  if v_draft.answer is not null then
    return v_draft.answer;
  end if;
  v_hold := v_draft.hold;

  v_counters := private.counters_of(v_card.budgets);
  if v_counters > 1 then
    v_hold.counter := private.counter_of(v_hold.request_id, v_counters);
    v_draft.hold := v_hold;
    -- One of a group would hold a counter while it waits for the next.
    if cardinality(v_card.limits) = 0 and not request ? 'grouped' then
      v_answer := private.admit_to_counter(p, v_draft, v_card, v_counters);
      if v_answer is not null then
        return v_answer;
      end if;
    end if;
  end if;

  -- Limits and budgets, all or nothing: a first time outside the gate where others are inside, then inside.
  v_gated := private.enter_gate(v_hold.org_id, false);
  loop
    -- The clock is read again: waiting for the gate may have taken us into the next day.
    v_now := private.clock();
    v_periods := private.periods_at(v_now, v_card.time_zone);
    if cardinality(v_card.limits) > 0 then
      v_breach := private.check_limits(v_hold, v_card.limits, v_now);
      if v_breach.detail is not null then
        return private.refuse(v_hold, 'rate_limited', v_breach.detail, v_breach.retry_after_ms);
      end if;
    end if;
    v_room := private.measure_room(v_hold.org_id, v_hold.accounts, v_periods, v_card.budgets, v_draft.settings);
    exit when v_gated and v_wire is not null and v_room.soft = v_soft
      and coalesce(v_hold.held <= least(v_room.room, v_room.per_request), true);

    v_soft := v_room.soft;
    v_choice := private.choose_for(v_draft, v_card.max_tier_rank, v_card.per_usd, v_room);
    -- Short of room: changes that wait may give some back.
    if not v_booked and (v_soft or v_choice.hold_usd is null)
       and exists (select from private.ai_unbooked_changes as u where u.org_id = v_hold.org_id) then
      v_gated := v_gated or private.enter_gate(v_hold.org_id, true);
      perform private.book_changes(v_hold.org_id);
      v_booked := true;
      continue;
    end if;

    if v_wire is not null then
      delete from public.ai_holds as h where h.org_id = v_hold.org_id and h.request_id = v_hold.request_id; -- planned too late
    end if;
    v_hold := private.decide_hold(p, v_draft, v_card, v_room, v_choice, v_periods, v_now);
    if v_choice.hold_usd is null
       or (v_card.requires_large and p.models is null and v_choice.tier = 'small' and v_draft.usable is not null) then
      return private.refuse(v_hold, 'budget_exhausted', private.describe_shortage(v_hold, v_card, v_periods, v_room, v_draft.settings));
    end if;
    insert into public.ai_holds values (v_hold.*);
    v_written := v_periods;
    v_wire := private.wire_candidates(v_choice.chosen);
    exit when v_gated;
    v_gated := private.enter_gate(v_hold.org_id, true);
  end loop;

  perform private.count_new_holds(v_hold.org_id, array[v_hold.request_id], v_hold.accounts, v_written, v_periods, v_hold.held, v_hold.tokens,
    coalesce(v_hold.counter, 0));
  if uuid_hash(v_hold.request_id) % c_book_every = 0 or v_counters > 1 then
    perform private.book_changes(v_hold.org_id);
  end if;
  -- Above the soft share every request comes here, however even the counters are.
  if v_counters > 1 and not v_room.soft and cardinality(v_card.limits) = 0 then
    perform private.even_counters(v_hold.org_id, v_hold.accounts, v_periods, v_card.budgets, v_counters);
  end if;
  return private.admitted(v_draft, v_card, v_hold, v_room, v_choice, v_wire);
end
$$;

create or replace function private.admit_group(p_requests jsonb)
returns json[]
language plpgsql
security definer -- callers of ai_admit_many have no right to the ledger's tables; executable by the service role alone
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  v_count    integer := jsonb_array_length(p_requests);
  p          private.admission_request;
  v_now      timestamptz := private.clock();
  v_key      text;
  v_first    text;
  v_caller   private.caller;
  v_card     private.route_cards;
  v_draft    private.admission_draft;
  v_drafts   private.admission_draft[] := array[]::private.admission_draft[];
  v_asked    private.admission_request[] := array[]::private.admission_request[];
  v_places   integer[] := array[]::integer[]; -- of the drafts among the requests
  v_answers  json[] := array_fill(null::json, array[v_count]);
  v_periods  private.periods;
  v_room     private.budget_room;
  v_choice   private.choice;
  v_hold     public.ai_holds;
  v_counter  integer;
  v_holds    public.ai_holds[] := array[]::public.ai_holds[];
begin
  -- Those like the first are drafted. What is of another kind, or has a key or a wait of its own, is left out: NULL in the answer.
  for n in 1 .. v_count loop
    p := jsonb_populate_record(null::private.admission_request, p_requests -> (n - 1));
    v_key := row(p.org_id, p.user_id, p.key_hash, p.service, p.task, p.operation, p.providers, p.needs, p.models)::text;
    if v_first is null then
      v_caller := private.resolve_caller(p.org_id, p.user_id, p.key_hash, coalesce(p.service, false), p.task);
      exit when v_caller.org_id is null;
      v_card := private.route_card(p, v_caller.org_id, v_now);
      exit when v_card.org_id is null or cardinality(v_card.limits) > 0;
      v_first := v_key;
    end if;
    continue when v_key <> v_first or p.job_id is not null or p.subject_id is not null or p.idempotency_key is not null or p.items is not null;
    v_draft := private.draft_admission(p, v_caller, v_card, v_now);
    if v_draft.answer is not null then
      v_answers[n] := v_draft.answer;
    else
      v_drafts := v_drafts || v_draft;
      v_asked := v_asked || p;
      v_places := v_places || n;
    end if;
  end loop;
  if cardinality(v_drafts) = 0 then
    return v_answers;
  end if;

  -- One look at the budgets, which all of them count in alike; after each decision there is as much less. Whoever finds it short is
  -- left out: alone it looks again, and at what waits to be booked.
  perform private.enter_gate(v_caller.org_id, true);
  v_now := private.clock();
  v_periods := private.periods_at(v_now, v_card.time_zone);
  v_hold := v_drafts[1].hold;
  v_counter := private.counter_of(v_hold.request_id, private.counters_of(v_card.budgets));
  v_room := private.measure_room(v_hold.org_id, v_hold.accounts, v_periods, v_card.budgets, v_drafts[1].settings);
  for n in 1 .. cardinality(v_drafts) loop
    exit when v_room.soft;
    v_draft := v_drafts[n];
    v_choice := private.choose_for(v_draft, v_card.max_tier_rank, v_card.per_usd, v_room);
    continue when v_choice.hold_usd is null
      or (v_card.requires_large and (v_asked[n]).models is null and v_choice.tier = 'small' and v_draft.usable is not null);
    v_hold := private.decide_hold(v_asked[n], v_draft, v_card, v_room, v_choice, v_periods, v_now);
    v_hold.counter := v_counter;
    v_holds := v_holds || v_hold;
    v_answers[v_places[n]] := private.admitted(v_draft, v_card, v_hold, v_room, v_choice, private.wire_candidates(v_choice.chosen));
    v_room := private.room_after(v_room, v_hold.held);
  end loop;
  if cardinality(v_holds) = 0 then
    return v_answers;
  end if;

  insert into public.ai_holds select h.* from unnest(v_holds) as h;
  perform private.count_new_holds(v_hold.org_id, array_agg(h.request_id), v_hold.accounts, v_periods, v_periods, sum(h.held), sum(h.tokens),
    v_counter)
  from unnest(v_holds) as h;
  perform private.book_changes(v_hold.org_id);
  return v_answers;
end
$$;

create or replace function public.ai_admit_many(requests jsonb)
returns json
language plpgsql
set search_path = ''
as $$
declare
  v_answers json[];
begin
  begin
    v_answers := private.admit_group(requests);
  exception when others then
    v_answers := array_fill(null::json, array[jsonb_array_length(requests)]); -- one of them is at fault: each alone
  end;
  for n in 1 .. jsonb_array_length(requests) loop
    continue when v_answers[n] is not null;
    begin
      v_answers[n] := public.ai_admit(requests -> (n - 1) || '{"grouped": true}');
    exception when others then
      v_answers[n] := json_build_object('failed', sqlstate);
    end;
  end loop;
  return array_to_json(v_answers);
end
$$;

revoke execute on all functions in schema private from public;
