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
  v_local timestamp := p_at at time zone p_time_zone;
begin
  return row(v_local::date, date_trunc('week', v_local)::date, date_trunc('month', v_local)::date, date_trunc('minute', p_at))::private.periods;
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
  -- A millisecond each, the shortest sleep there is; who has had no luck by then queues, so that nobody waits for ever.
  c_tries     constant integer := 4;
begin
  -- A lock and not a row: whoever waits for a row wakes up to an old version and has to walk to the newest one, and the more
  -- wait, the longer the walk. Two organizations with one hash share a gate, which costs them time and nothing else.
  if pg_try_advisory_xact_lock(c_namespace, uuid_hash(p_org_id)) then
    return true;
  elsif not p_wait then
    return false;
  end if;
  for n in 1 .. c_tries loop
    perform pg_sleep(0.001);
    if pg_try_advisory_xact_lock(c_namespace, uuid_hash(p_org_id)) then
      return true;
    end if;
  end loop;
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
comment on function private.close_periods(uuid, text[], private.periods) is
  'Moves counters of past days, weeks and months to ai_closed_periods and starts the current ones at zero. Inside the gate.';

-- Moving counters ------------------------------------------------------------------------------------------------------

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
comment on function private.book_changes(uuid) is
  'Moves the counters by every change that waits. Inside the gate: called by admissions now and then and whenever room is short, and by the sweep.';

revoke execute on all functions in schema private from public;
