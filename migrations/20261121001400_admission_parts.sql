-- The parts of admission: who is calling, which scopes count, what room the budgets leave, which models qualify.
-- Each is small enough to test alone; public.ai_admit (next file) puts them in order.

create type private.admission_request as (
  request_id          uuid,
  org_id              uuid,
  user_id             uuid,
  key_hash            text,
  service             boolean,
  task                text,
  operation           text,
  importance          text,
  cost_sensitivity    text,
  models              text[],
  cache               text,
  stream              boolean,
  job_id              uuid,
  subject_type        text,
  subject_id          text,
  idempotency_key     text,
  body_hash           text,
  language            text,
  input_hash          text,
  visibility          text,
  output_settings     jsonb,
  input_tokens        integer,
  prompt_tokens       integer,
  prompt              jsonb,
  max_output_tokens   integer,
  complexity          real,
  complexity_features jsonb,
  needs               text[],
  providers           text[],
  items               jsonb,
  deadline_ms         integer,
  labels              jsonb
);
comment on type private.admission_request is 'The argument of ai_admit: shared/budget/admission.ts, AdmissionRequest.';

-- Who ------------------------------------------------------------------------------------------------------------------

create type private.caller as (
  org_id         uuid,
  user_id        uuid,
  key_id         uuid,
  allowed_models text[],
  code           text,
  detail         text
);
comment on type private.caller is 'A resolved caller, or the code and detail of why it is refused (org_id NULL then).';

create function private.resolve_caller(
  p_org_id uuid, p_user_id uuid, p_key_hash text, p_service boolean, p_task text
)
returns private.caller
language plpgsql
stable
set search_path = ''
as $$
declare
  v_caller private.caller;
  v_key    public.ai_keys;
  v_orgs   uuid[];
begin
  if p_key_hash is not null then
    select * into v_key from public.ai_keys as k where k.hash = p_key_hash;
    if not found or v_key.revoked_at is not null or v_key.expires_at <= private.clock() then
      v_caller.code := 'unauthorized';
      v_caller.detail := 'Cannot accept the key: it is unknown, revoked or expired';
    elsif p_org_id is not null and p_org_id <> v_key.org_id then
      v_caller.code := 'forbidden';
      v_caller.detail := 'Cannot use the key: it belongs to another organization';
    elsif v_key.allowed_tasks is not null and not p_task = any (v_key.allowed_tasks) then
      v_caller.code := 'forbidden';
      v_caller.detail := format('Cannot use the key: it does not allow the task %s', p_task);
    else
      v_caller.org_id := v_key.org_id;
      v_caller.user_id := v_key.user_id;
      v_caller.key_id := v_key.id;
      v_caller.allowed_models := v_key.allowed_models;
    end if;
    return v_caller;
  end if;

  if p_service then
    if p_org_id is null then
      v_caller.code := 'invalid_request';
      v_caller.detail := 'Cannot tell the organization: org_id is required with a secret key';
    elsif not exists (select from public.organizations as o where o.id = p_org_id) then
      v_caller.code := 'forbidden';
      v_caller.detail := 'Cannot act for the organization: it is unknown';
    else
      v_caller.org_id := p_org_id;
      v_caller.user_id := p_user_id;
    end if;
    return v_caller;
  end if;

  if p_org_id is not null then
    if exists (select from public.organization_members as m where m.org_id = p_org_id and m.user_id = p_user_id) then
      v_caller.org_id := p_org_id;
      v_caller.user_id := p_user_id;
    else
      -- A foreign and an unknown organization get the same answer: existence is not told.
      v_caller.code := 'forbidden';
      v_caller.detail := 'Cannot act for the organization: the caller is not a member of it';
    end if;
    return v_caller;
  end if;

  select array_agg(m.org_id) into v_orgs
  from (select m.org_id from public.organization_members as m where m.user_id = p_user_id limit 2) as m;
  if v_orgs is null then
    v_caller.code := 'forbidden';
    v_caller.detail := 'Cannot act for an organization: the caller is a member of none';
  elsif cardinality(v_orgs) > 1 then
    v_caller.code := 'invalid_request';
    v_caller.detail := 'Cannot tell the organization: the caller is in several, so org_id is required';
  else
    v_caller.org_id := v_orgs[1];
    v_caller.user_id := p_user_id;
  end if;
  return v_caller;
end
$$;
comment on function private.resolve_caller(uuid, uuid, text, boolean, text) is
  'The organization a verified caller acts for: by virtual key, secret key or membership. Never by what the body claims alone.';

-- Scopes and periods ---------------------------------------------------------------------------------------------------

create function private.request_accounts(
  p_org_id uuid, p_job_id uuid, p_subject_type text, p_subject_id text, p_key_id uuid, p_user_id uuid, p_task text
)
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array_remove(array[
    'job:' || p_job_id,
    'subject:' || p_subject_type || ':' || p_subject_id,
    'key:' || p_key_id,
    'user:' || p_user_id,
    'task:' || p_task,
    'organization:' || p_org_id
  ], null)
$$;
comment on function private.request_accounts(uuid, uuid, text, text, uuid, uuid, text) is
  'Accounts (scope:key) a request counts in, in lock order: job, subject, key, user, task, organization.';

create type private.periods as (day date, week date, month date, minute timestamptz);
comment on type private.periods is 'The day, week (its Monday), month (its first) and UTC minute a moment falls in.';

create function private.periods_at(p_at timestamptz, p_time_zone text)
returns private.periods
language sql
stable
set search_path = ''
as $$
  select row(
    (p_at at time zone p_time_zone)::date,
    date_trunc('week', p_at at time zone p_time_zone)::date,
    date_trunc('month', p_at at time zone p_time_zone)::date,
    date_trunc('minute', p_at)
  )::private.periods
$$;
comment on function private.periods_at(timestamptz, text) is 'Periods of a moment in an organization''s time zone.';

create function private.lock_states(p_org_id uuid, p_accounts text[], p_periods private.periods)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_stale boolean;
  v_count integer;
begin
  -- Rows are locked in the order of p_accounts: FOR UPDATE takes them as they come out of the sort.
  select count(*), coalesce(bool_or(locked.day < p_periods.day or locked.week < p_periods.week or locked.month < p_periods.month), false)
  into v_count, v_stale
  from (
    select s.day, s.week, s.month
    from public.ai_budget_states as s
    join unnest(p_accounts) with ordinality as want (account, rank)
      on s.account = want.account
    where s.org_id = p_org_id
    order by want.rank
    for update of s
  ) as locked;

  if v_count < cardinality(p_accounts) then
    insert into public.ai_budget_states (org_id, account, day, week, month, minute)
    select p_org_id, want.account, p_periods.day, p_periods.week, p_periods.month, p_periods.minute
    from unnest(p_accounts) with ordinality as want (account, rank)
    order by want.rank
    on conflict do nothing;
    -- Take the rows others made meanwhile, too. They are new, so nobody can hold them in another order for long.
    perform from public.ai_budget_states as s
    join unnest(p_accounts) with ordinality as want (account, rank)
      on s.account = want.account
    where s.org_id = p_org_id
    order by want.rank
    for update of s;
  end if;

  if v_stale then
    perform private.close_periods(p_org_id, p_accounts, p_periods);
  end if;
end
$$;
comment on function private.lock_states(uuid, text[], private.periods) is
  'Locks the state rows of the scopes in their order, makes missing ones, and moves counters of past periods to ai_closed_periods.';

create function private.close_periods(p_org_id uuid, p_accounts text[], p_periods private.periods)
returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into public.ai_closed_periods as c (org_id, account, period, period_start, settled, held)
  select s.org_id, s.account, past.period, past.period_start, past.settled, past.held
  from public.ai_budget_states as s
  join unnest(p_accounts) as want (account)
    on s.account = want.account
  cross join lateral (
    values ('day', s.day, s.day_settled, s.day_held, p_periods.day),
           ('week', s.week, s.week_settled, s.week_held, p_periods.week),
           ('month', s.month, s.month_settled, s.month_held, p_periods.month)
  ) as past (period, period_start, settled, held, current_start)
  where s.org_id = p_org_id and past.period_start < past.current_start
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
  from unnest(p_accounts) as want (account)
  where s.org_id = p_org_id
    and s.account = want.account
    and (s.day < p_periods.day or s.week < p_periods.week or s.month < p_periods.month);
end
$$;
comment on function private.close_periods(uuid, text[], private.periods) is
  'Moves counters of past days, weeks and months of locked state rows to ai_closed_periods and starts the current ones at zero.';

create function private.move_counters(
  p_org_id uuid, p_accounts text[], p_day date, p_week date, p_month date, p_held numeric, p_settled numeric
)
returns void
language plpgsql
set search_path = ''
as $$
begin
  update public.ai_budget_states as s
  set day_held = s.day_held + case when s.day = p_day then p_held else 0 end,
      day_settled = s.day_settled + case when s.day = p_day then p_settled else 0 end,
      week_held = s.week_held + case when s.week = p_week then p_held else 0 end,
      week_settled = s.week_settled + case when s.week = p_week then p_settled else 0 end,
      month_held = s.month_held + case when s.month = p_month then p_held else 0 end,
      month_settled = s.month_settled + case when s.month = p_month then p_settled else 0 end,
      total_held = s.total_held + p_held,
      total_settled = s.total_settled + p_settled
  from unnest(p_accounts) as want (account)
  where s.org_id = p_org_id
    and s.account = want.account;

  -- Whatever period has moved on meanwhile keeps its own books.
  insert into public.ai_closed_periods as c (org_id, account, period, period_start, settled, held)
  select s.org_id, s.account, past.period, past.period_start, p_settled, p_held
  from public.ai_budget_states as s
  join unnest(p_accounts) as want (account)
    on s.account = want.account
  cross join lateral (
    values ('day', p_day, s.day), ('week', p_week, s.week), ('month', p_month, s.month)
  ) as past (period, period_start, current_start)
  where s.org_id = p_org_id and past.period_start < past.current_start
  on conflict (org_id, account, period, period_start)
  do update set settled = c.settled + excluded.settled, held = c.held + excluded.held;
end
$$;
comment on function private.move_counters(uuid, text[], date, date, date, numeric, numeric) is
  'Adds to held and settled of locked state rows in the given periods, in ai_closed_periods where a period is over. Amounts may be negative.';

-- Room -----------------------------------------------------------------------------------------------------------------

create type private.budget_room as (
  room       numeric, -- what hard budgets still allow; NULL = no hard budget applies
  per_request numeric, -- the tightest cap on one request; NULL = none
  remaining  numeric, -- of the tightest budget, hard or soft; NULL = no budget applies
  soft       boolean, -- a budget is above its soft share
  tightest   text     -- which budget that is, for people
);
comment on type private.budget_room is 'What the budgets of a request leave, in the organization''s currency.';

create function private.measure_room(p_org_id uuid, p_accounts text[], p_periods private.periods, p_settings jsonb)
returns private.budget_room
language plpgsql
volatile -- reads what is committed now, after the locks, not what the calling statement saw
set search_path = ''
as $$
declare
  v_room   private.budget_room;
  v_budget record;
begin
  v_room.soft := false;
  for v_budget in
    select b.period, b.hard, want.account,
           coalesce(b.cap, (p_settings ->> 'ai.budget.monthly.cap')::numeric) as cap,
           coalesce(b.soft_percent, (p_settings ->> 'ai.budget.soft.percent')::numeric, 90) as soft_percent,
           coalesce(case b.period
             when 'day' then case when s.day = p_periods.day then s.day_settled + s.day_held end
             when 'week' then case when s.week = p_periods.week then s.week_settled + s.week_held end
             when 'month' then case when s.month = p_periods.month then s.month_settled + s.month_held end
             when 'total' then s.total_settled + s.total_held
           end, 0) as used
    from public.ai_budgets as b
    join (
      select w.account, split_part(w.account, ':', 1) as scope, substr(w.account, strpos(w.account, ':') + 1) as key
      from unnest(p_accounts) as w (account)
    ) as want
      on b.scope = want.scope
     and (b.scope_key is null or b.scope_key = want.key
          or (b.scope = 'subject' and right(b.scope_key, 2) = ':*' and starts_with(want.key, left(b.scope_key, -1))))
    left join public.ai_budget_states as s on s.org_id = p_org_id and s.account = want.account
    where b.org_id = p_org_id and b.active
  loop
    if v_budget.period = 'request' then
      if v_budget.hard then
        v_room.per_request := least(v_room.per_request, v_budget.cap);
        v_room.tightest := coalesce(v_room.tightest, format('request budget of %s', v_budget.account));
      end if;
      continue;
    end if;
    if v_budget.hard then
      v_room.room := least(v_room.room, v_budget.cap - v_budget.used);
    end if;
    if v_room.remaining is null or v_budget.cap - v_budget.used < v_room.remaining then
      v_room.remaining := v_budget.cap - v_budget.used;
      v_room.tightest := format('%s budget of %s', v_budget.period, v_budget.account);
    end if;
    v_room.soft := v_room.soft or v_budget.used * 100 > v_budget.cap * v_budget.soft_percent;
  end loop;
  return v_room;
end
$$;
comment on function private.measure_room(uuid, text[], private.periods, jsonb) is
  'What all budgets of the accounts leave. Call it with the state rows locked.';

create type private.limit_breach as (detail text, retry_after_ms integer);
comment on type private.limit_breach is 'A rate or concurrency limit that refuses a request; detail NULL = none.';

create function private.check_limits(
  p_org_id uuid, p_accounts text[], p_tokens integer, p_minute timestamptz, p_now timestamptz
)
returns private.limit_breach
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_breach private.limit_breach;
  v_limit  record;
  v_live   integer;
begin
  for v_limit in
    select l.*, s.account,
           case when s.minute = p_minute then s.minute_requests else 0 end as used_requests,
           case when s.minute = p_minute then s.minute_tokens else 0 end as used_tokens
    from unnest(p_accounts) as want (account)
    join public.ai_budget_states as s
      on s.org_id = p_org_id and s.account = want.account
    join public.ai_limits as l
      on l.org_id = p_org_id and l.active and l.scope = s.scope and (l.scope_key is null or l.scope_key = s.scope_key)
  loop
    if v_limit.used_requests + 1 > v_limit.requests_per_minute then
      v_breach.detail := format('Cannot admit the request: %s requests a minute for %s are used up',
                                v_limit.requests_per_minute, v_limit.account);
    elsif v_limit.used_tokens + p_tokens > v_limit.tokens_per_minute then
      v_breach.detail := format('Cannot admit the request: %s tokens a minute for %s leave too little',
                                v_limit.tokens_per_minute, v_limit.account);
    end if;
    if v_breach.detail is not null then
      v_breach.retry_after_ms := greatest(1, ceil(extract(epoch from p_minute + interval '1 minute' - p_now) * 1000));
      return v_breach;
    end if;
    if v_limit.concurrent_requests is not null then
      select count(*) into v_live
      from public.ai_holds as h
      where h.org_id = p_org_id and h.status = 'held' and h.expires_at > p_now and v_limit.account = any (h.accounts);
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
comment on function private.check_limits(uuid, text[], integer, timestamptz, timestamptz) is
  'The first rate or concurrency limit a request would break. Call it with the state rows locked.';

revoke execute on all functions in schema private from public;
