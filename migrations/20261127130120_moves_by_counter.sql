-- Split counters, moved: what a hold takes, releases and settles is booked in its own counter.
-- 20261121001120_budget_counters.sql

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

revoke execute on all functions in schema private from public;
