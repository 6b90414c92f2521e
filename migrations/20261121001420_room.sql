-- Room: what budgets and limits leave for a request.

create type private.card_budget as (
  account      text,    -- exact, or with prefix the beginning of every account it is for
  prefix       boolean,
  period       text,
  hard         boolean,
  cap          numeric, -- NULL = the setting ai.budget.monthly.cap
  soft_percent numeric, -- NULL = the setting ai.budget.soft.percent
  learned      boolean, -- ai_budgets.learned_bounds
  counters     smallint
);
comment on type private.card_budget is 'An active budget as admission reads it.';

create function private.card_budgets(p_org_id uuid)
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
comment on function private.card_budgets(uuid) is 'Active budgets of an organization.';

create type private.card_settings as (
  monthly_cap    numeric,
  soft_percent   numeric,
  hold_ttl       interval,
  cache_ttl      interval,
  log_payloads   boolean,
  escalate_below numeric, -- confidence below which an answer is weak
  thresholds     json,    -- these three as the function receives them
  calibration    json,
  as_json        json     -- all effective ai.* settings
);
comment on type private.card_settings is 'What admission reads of the settings, read once.';

create function private.read_settings(p_settings jsonb, p_judging jsonb)
returns private.card_settings
language plpgsql
stable
set search_path = ''
as $$
declare
  v_read private.card_settings;
begin
  v_read.monthly_cap := (p_settings ->> 'ai.budget.monthly.cap')::numeric;
  v_read.soft_percent := coalesce((p_settings ->> 'ai.budget.soft.percent')::numeric, 90);
  v_read.hold_ttl := coalesce((p_settings ->> 'ai.hold.ttl')::interval, interval '60 seconds');
  v_read.cache_ttl := (p_settings ->> 'ai.cache.ttl')::interval;
  v_read.log_payloads := coalesce((p_settings ->> 'ai.log.payloads')::boolean, false);
  v_read.escalate_below := (p_judging #>> '{thresholds,escalate_below}')::numeric;
  v_read.thresholds := coalesce(p_judging ->> 'thresholds', 'null')::json;
  v_read.calibration := coalesce(p_judging ->> 'calibration', 'null')::json;
  v_read.as_json := p_settings::text::json;
  return v_read;
end
$$;
comment on function private.read_settings(jsonb, jsonb) is
  'Effective settings, and what private.judging_for() makes of them, as admission uses them.';

create type private.budget_room as (
  room        numeric, -- what hard budgets still allow; NULL = no hard budget applies
  per_request numeric, -- the tightest cap on one request; NULL = none
  remaining   numeric, -- of the tightest budget, hard or soft; NULL = no budget applies
  soft        boolean, -- a budget is above its soft share
  soft_room   numeric  -- until the first soft share is passed, below zero once it is; NULL = no budget applies
);
comment on type private.budget_room is
  'What the budgets of a request leave, in the organization''s currency. soft_room: until the first soft share is passed, below zero once it is; NULL = no budget applies.';

create function private.room_after(p_room private.budget_room, p_held numeric)
returns private.budget_room
language plpgsql
immutable
set search_path = ''
as $$
begin
  return row(p_room.room - p_held, p_room.per_request, p_room.remaining - p_held, coalesce(p_room.soft_room - p_held < 0, false),
    p_room.soft_room - p_held)::private.budget_room;
end
$$;
comment on function private.room_after(private.budget_room, numeric) is
  'What the same budgets leave once a hold of the given amount counts in all of them.';

create function private.measure_room(
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
      -- A statement for each period: one for all would be prepared whole, every time, for the sake of one of its branches.
      case v_budget.period
        when 'month' then
          select sum(s.month_settled + s.month_held) into v_used
          from private.ai_budget_counters as s where s.org_id = p_org_id and s.account = v_account and s.month >= p_periods.month;
        when 'week' then
          select sum(s.week_settled + s.week_held) into v_used
          from private.ai_budget_counters as s where s.org_id = p_org_id and s.account = v_account and s.week >= p_periods.week;
        when 'day' then
          select sum(s.day_settled + s.day_held) into v_used
          from private.ai_budget_counters as s where s.org_id = p_org_id and s.account = v_account and s.day >= p_periods.day;
        when 'total' then
          select sum(s.total_settled + s.total_held) into v_used
          from private.ai_budget_counters as s where s.org_id = p_org_id and s.account = v_account;
        when 'request' then
          if v_budget.hard then
            v_room.per_request := least(v_room.per_request, v_cap);
          end if;
          continue;
      end case;
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
comment on function private.measure_room(uuid, text[], private.periods, private.card_budget[], private.card_settings) is
  'What all budgets of the accounts leave, changes that wait to be booked not counted: never too much. Outside the gate it is a moment''s view.';

create function private.tightest_budget(
  p_org_id uuid, p_accounts text[], p_periods private.periods, p_budgets private.card_budget[], p_settings private.card_settings
)
returns text
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_name  text;
  v_room  private.budget_room;
  v_least numeric;
  v_one   private.card_budget;
  v_for   text;
begin
  foreach v_for in array p_accounts loop
    foreach v_one in array p_budgets loop
      continue when v_for <> v_one.account and not (v_one.prefix and starts_with(v_for, v_one.account));
      v_room := private.measure_room(p_org_id, array[v_for], p_periods, array[v_one], p_settings);
      if v_least is null or coalesce(v_room.remaining, v_room.per_request) < v_least then
        v_least := coalesce(v_room.remaining, v_room.per_request);
        v_name := format('%s budget of %s', v_one.period, v_for);
      end if;
    end loop;
  end loop;
  return v_name;
end
$$;
comment on function private.tightest_budget(uuid, text[], private.periods, private.card_budget[], private.card_settings) is
  'Which budget leaves least, in words, for a refusal.';

create type private.card_limit as (
  scope               text,
  scope_key           text, -- NULL = every one
  requests_per_minute integer,
  tokens_per_minute   integer,
  concurrent_requests integer
);
comment on type private.card_limit is 'An active limit as admission reads it.';

create function private.card_limits(p_org_id uuid)
returns private.card_limit[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(array_agg(row(l.scope, l.scope_key, l.requests_per_minute, l.tokens_per_minute, l.concurrent_requests)::private.card_limit order by l.id), '{}')
    from public.ai_limits as l
    where l.org_id = p_org_id and l.active
  );
end
$$;
comment on function private.card_limits(uuid) is 'Active limits of an organization.';

create type private.limit_breach as (
  detail         text,
  retry_after_ms integer,
  kind           text,    -- requests, tokens or concurrent
  requests_limit integer, -- of the tightest limit of requests a minute, or the one that refuses; NULL = none
  requests_left  integer, -- of it, once this request counts
  tokens_limit   integer, -- the same of tokens
  tokens_left    integer
);
comment on type private.limit_breach is
  'A rate or concurrency limit that refuses a request; detail NULL = none, and then what the limits leave. kind: requests, tokens or concurrent.';

create function private.check_limits(p_hold public.ai_holds, p_limits private.card_limit[], p_now timestamptz)
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
      v_breach.kind := 'requests';
      v_breach.requests_limit := case when v_limit.scope <> 'provider' then v_limit.requests_per_minute end;
      v_breach.detail := format('Cannot admit the request: %s requests a minute for %s are used up',
                                v_limit.requests_per_minute, v_limit.account);
    elsif v_limit.used_tokens + p_hold.tokens > v_limit.tokens_per_minute then
      v_breach.kind := 'tokens';
      v_breach.tokens_limit := case when v_limit.scope <> 'provider' then v_limit.tokens_per_minute end;
      v_breach.detail := format('Cannot admit the request: %s tokens a minute for %s leave too little',
                                v_limit.tokens_per_minute, v_limit.account);
    end if;
    if v_breach.detail is not null then
      v_breach.retry_after_ms := greatest(1, ceil(extract(epoch from v_minute + interval '1 minute' - p_now) * 1000));
      return v_breach;
    end if;
    -- How often a provider may be asked is nothing a caller could go by.
    if v_limit.scope <> 'provider' then
      if v_limit.requests_per_minute - v_limit.used_requests - 1 < coalesce(v_breach.requests_left, v_limit.requests_per_minute) then
        v_breach.requests_limit := v_limit.requests_per_minute;
        v_breach.requests_left := v_limit.requests_per_minute - v_limit.used_requests - 1;
      end if;
      if v_limit.tokens_per_minute - v_limit.used_tokens - p_hold.tokens
         <= coalesce(v_breach.tokens_left, v_limit.tokens_per_minute) then
        v_breach.tokens_limit := v_limit.tokens_per_minute;
        v_breach.tokens_left := v_limit.tokens_per_minute - v_limit.used_tokens - p_hold.tokens;
      end if;
    end if;
    if v_limit.concurrent_requests is not null then
      select count(*) into v_live
      from public.ai_holds as h
      where h.org_id = p_hold.org_id and h.status = 'held' and h.expires_at > p_now and v_limit.account = any (h.accounts)
        and h.request_id <> p_hold.request_id; -- written down already, when it comes from outside the gate
      if v_live >= v_limit.concurrent_requests then
        v_breach.kind := 'concurrent';
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
comment on function private.check_limits(public.ai_holds, private.card_limit[], timestamptz) is
  'The first rate or concurrency limit a request would break, or what the limits leave. What it lets pass outside the gate has to pass it again inside.';

revoke execute on all functions in schema private from public;
