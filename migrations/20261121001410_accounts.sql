-- Accounts: which counters a request counts in, and how they are moved.
--
-- Everything that takes from an organization's counters passes its gate, one transaction at a time; what only gives back may
-- wait in private.ai_unbooked_changes instead. Nobody inside a gate waits for somebody outside it, so gates cannot deadlock.

create function private.request_accounts(
  p_org_id uuid, p_job_id uuid, p_subject_type text, p_subject_id text, p_key_id uuid, p_user_id uuid, p_task text
)
returns text[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  return array_remove(array[
    'job:' || p_job_id,
    'subject:' || p_subject_type || ':' || p_subject_id,
    'key:' || p_key_id,
    'user:' || p_user_id,
    'task:' || p_task,
    'organization:' || p_org_id
  ], null);
end
$$;
comment on function private.request_accounts(uuid, uuid, text, text, uuid, uuid, text) is
  'Accounts (scope:key) a request counts in, in lock order: job, subject, key, user, task, organization.';

create type private.periods as (day date, week date, month date, minute timestamptz);
comment on type private.periods is 'The day, week (its Monday), month (its first) and UTC minute a moment falls in.';

create function private.periods_at(p_at timestamptz, p_time_zone text)
returns private.periods
language plpgsql
stable
set search_path = ''
as $$
declare
  v_local   timestamp := p_at at time zone p_time_zone;
  v_periods private.periods;
begin
  v_periods.day := v_local::date;
  v_periods.week := date_trunc('week', v_local)::date;
  v_periods.month := date_trunc('month', v_local)::date;
  v_periods.minute := date_trunc('minute', p_at);
  return v_periods;
end
$$;
comment on function private.periods_at(timestamptz, text) is 'Periods of a moment in an organization''s time zone.';

-- The gate -------------------------------------------------------------------------------------------------------------

create function private.enter_gate(p_org_id uuid, p_wait boolean)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  -- Any number that nobody else uses as the first of two: 'sbx' in ASCII.
  c_namespace constant integer := 7561848;
begin
  -- A lock and not a row: whoever waits for a row wakes up to an old version and has to walk to the newest one, and the more
  -- wait, the longer the walk. Two organizations with one hash share a gate, which costs them time and nothing else.
  if not p_wait then
    return pg_try_advisory_xact_lock(c_namespace, uuid_hash(p_org_id));
  end if;
  perform pg_advisory_xact_lock(c_namespace, uuid_hash(p_org_id));
  return true;
end
$$;
comment on function private.enter_gate(uuid, boolean) is
  'Enters an organization''s gate until the transaction ends. False, at once, when others are inside or waiting and p_wait is false.';

-- Periods that end -----------------------------------------------------------------------------------------------------

create function private.close_periods(p_org_id uuid, p_accounts text[], p_periods private.periods)
returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into public.ai_closed_periods as c (org_id, account, period, period_start, settled, held)
  select s.org_id, s.account, past.period, past.period_start, past.settled, past.held
  from public.ai_budget_states as s
  cross join lateral (
    values ('day', s.day, s.day_settled, s.day_held, p_periods.day),
           ('week', s.week, s.week_settled, s.week_held, p_periods.week),
           ('month', s.month, s.month_settled, s.month_held, p_periods.month)
  ) as past (period, period_start, settled, held, current_start)
  where s.org_id = p_org_id and s.account = any (p_accounts) and past.period_start < past.current_start
  on conflict (org_id, account, period, period_start)
  do update set settled = c.settled + excluded.settled, held = c.held + excluded.held;

  update public.ai_budget_states as s
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
comment on function private.close_periods(uuid, text[], private.periods) is
  'Moves counters of past days, weeks and months to ai_closed_periods and starts the current ones at zero. Inside the gate.';

create function private.open_accounts(p_org_id uuid, p_accounts text[], p_periods private.periods)
returns private.periods
language plpgsql
set search_path = ''
as $$
declare
  v_periods private.periods := p_periods;
begin
  insert into public.ai_budget_states (org_id, account, day, week, month, minute)
  select p_org_id, want.account, p_periods.day, p_periods.week, p_periods.month, p_periods.minute
  from unnest(p_accounts) with ordinality as want (account, rank)
  order by want.rank
  on conflict do nothing;
  -- Days do not run backwards, although clocks may and an organization may move west: the latest day stands.
  select greatest(p_periods.day, max(s.day)), greatest(p_periods.week, max(s.week)), greatest(p_periods.month, max(s.month))
  into v_periods.day, v_periods.week, v_periods.month
  from public.ai_budget_states as s
  where s.org_id = p_org_id and s.account = any (p_accounts);
  perform private.close_periods(p_org_id, p_accounts, v_periods);
  return v_periods;
end
$$;
comment on function private.open_accounts(uuid, text[], private.periods) is
  'Makes missing state rows and brings all to the same current periods, which it answers. Inside the gate.';

-- Moving counters ------------------------------------------------------------------------------------------------------

create function private.move_past_counters(
  p_org_id uuid, p_accounts text[], p_periods private.periods, p_held numeric, p_settled numeric
)
returns void
language plpgsql
set search_path = ''
as $$
begin
  -- Whatever period has moved on meanwhile keeps its own books. It has a row since it moved on.
  update public.ai_closed_periods as c
  set settled = c.settled + p_settled, held = c.held + p_held
  from public.ai_budget_states as s
  where s.org_id = p_org_id and s.account = any (p_accounts)
    and c.org_id = s.org_id and c.account = s.account
    and (c.period, c.period_start) in (('day', p_periods.day), ('week', p_periods.week), ('month', p_periods.month))
    and c.period_start < case c.period when 'day' then s.day when 'week' then s.week else s.month end;

  update public.ai_budget_states as s
  set day_held = case when s.day = p_periods.day then s.day_held + p_held else s.day_held end,
      day_settled = case when s.day = p_periods.day then s.day_settled + p_settled else s.day_settled end,
      week_held = case when s.week = p_periods.week then s.week_held + p_held else s.week_held end,
      week_settled = case when s.week = p_periods.week then s.week_settled + p_settled else s.week_settled end,
      month_held = case when s.month = p_periods.month then s.month_held + p_held else s.month_held end,
      month_settled = case when s.month = p_periods.month then s.month_settled + p_settled else s.month_settled end,
      total_held = s.total_held + p_held,
      total_settled = s.total_settled + p_settled
  where s.org_id = p_org_id and s.account = any (p_accounts)
    and not (s.day = p_periods.day and s.week = p_periods.week and s.month = p_periods.month);
end
$$;
comment on function private.move_past_counters(uuid, text[], private.periods, numeric, numeric) is
  'move_counters for the state rows that are in a later day, week or month than the change.';

create function private.move_counters(
  p_org_id uuid, p_accounts text[], p_periods private.periods, p_held numeric, p_settled numeric, p_tokens integer
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_moved integer;
begin
  update public.ai_budget_states as s
  set day_held = s.day_held + p_held, day_settled = s.day_settled + p_settled,
      week_held = s.week_held + p_held, week_settled = s.week_settled + p_settled,
      month_held = s.month_held + p_held, month_settled = s.month_settled + p_settled,
      total_held = s.total_held + p_held, total_settled = s.total_settled + p_settled,
      minute_tokens = case when s.minute = p_periods.minute then s.minute_tokens + p_tokens else s.minute_tokens end
  where s.org_id = p_org_id and s.account = any (p_accounts)
    and s.day = p_periods.day and s.week = p_periods.week and s.month = p_periods.month;
  get diagnostics v_moved = row_count;
  if v_moved < cardinality(p_accounts) then
    perform private.move_past_counters(p_org_id, p_accounts, p_periods, p_held, p_settled);
  end if;
end
$$;
comment on function private.move_counters(uuid, text[], private.periods, numeric, numeric, integer) is
  'Adds to held and settled of state rows in the given periods, in ai_closed_periods where a period is over, and to the tokens of the minute. Amounts may be negative. Inside the gate.';

create function private.book_changes(p_org_id uuid)
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
    select t.accounts, row(t.day, t.week, t.month, t.minute)::private.periods as periods,
           sum(t.held) as held, sum(t.settled) as settled, sum(t.tokens)::integer as tokens
    from taken as t
    group by t.accounts, t.day, t.week, t.month, t.minute
  loop
    perform private.move_counters(
      p_org_id, v_change.accounts, v_change.periods, v_change.held, v_change.settled, v_change.tokens);
  end loop;
end
$$;
comment on function private.book_changes(uuid) is
  'Moves the counters by every change that waits. Inside the gate: called by admissions now and then and whenever room is short, and by the sweep.';

revoke execute on all functions in schema private from public;
