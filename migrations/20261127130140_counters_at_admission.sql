-- Split counters, admitted: what a request does at its counter, and how counters are made even.
-- 20261121001120_budget_counters.sql

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
    perform private.open_accounts(p_org_id, v_accounts, p_periods, n);
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

revoke execute on all functions in schema private from public;
