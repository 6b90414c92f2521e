-- The same candidates and choices, put together in variables of their own: an array inside a row is copied whole for every
-- element that is added to it. And a look at the budgets that says how far the soft share is, so that several requests can be
-- decided after one look.

create or replace function private.list_candidates(
  p private.admission_request, p_models private.card_model[], p_long_from integer, p_max_cost_usd numeric, p_prompt_tokens integer,
  p_allowed_models text[], p_now timestamptz
)
returns private.candidate_list
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_models    private.card_model[] := p_models;
  v_model     private.card_model;
  v_broken    jsonb := private.open_breakers(p_now);
  v_breaker   text := 'closed';
  v_input     integer := p.input_tokens + p_prompt_tokens;
  v_by_tokens boolean := p.images is null and p.audio_ms is null;
  v_output    integer;
  v_worst     numeric;
  v_problem   text;
  v_usable    private.candidate[];
  v_problems  text[];
  v_described text;
begin
  if v_input >= p_long_from then
    v_models := private.models_at_length(v_models, v_input);
  end if;

  foreach v_model in array v_models loop
    v_problem := v_model.problem;
    if v_problem is null then
      v_output := least(p.max_output_tokens, v_model.max_output_tokens);
      v_worst := case
        when v_by_tokens then trim_scale(v_input * v_model.input_usd + v_output * v_model.output_usd)
        else private.worst_usd(p, v_model, v_input, v_output)
      end;
      if v_broken is not null then
        v_breaker := private.breaker_state(v_broken, v_model.provider, v_model.model);
      end if;
      v_problem := case
        when v_worst is null then 'unpriced'
        when not v_model.model = any (p_allowed_models) then 'not_allowed'
        -- A bound counts bytes: only an input that is too long even at four bytes a token is refused here, the rest is the provider's to say.
        when p.operation = 'chat' and v_input / 4 > v_model.context_window then 'context_too_small'
        when v_breaker = 'open' then 'breaker_open'
        when p.models is null and v_worst > p_max_cost_usd then 'above_max_cost'
      end;
    else
      v_breaker := 'closed';
    end if;
    if v_problem is null then
      v_usable := v_usable || row(v_model.rank, v_model.tier_rank, v_model.provider, v_model.model, v_model.tier, v_breaker, v_worst, v_output,
        v_model.dimensions, v_model.wire || ', "price": ' || v_model.price)::private.candidate;
    else
      v_problems := v_problems || v_problem;
    end if;
    v_described := concat(v_described || ', ', v_model.label,
      case when v_problem is null then ', "worst_cost_usd": ' || v_worst else ', "problem": "' || v_problem || '"' end,
      case when v_breaker <> 'closed' then ', "breaker": "' || v_breaker || '"' end, '}');
  end loop;
  return row(v_usable, v_problems, v_input, concat('[', v_described, ']'))::private.candidate_list;
end
$$;

create or replace function private.pick_affordable(
  p_usable private.candidate[], p_named boolean, p_tier_rank integer, p_max_tier_rank integer, p_soft boolean, p_room_usd numeric
)
returns private.choice
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_one    private.candidate;
  v_start  integer;
  v_below  integer;
  v_above  integer;
  v_chosen private.candidate[];
  v_ranks  integer[];
  v_tier   text;
  v_hold   numeric;
begin
  -- The starting tier; where nothing of it fits the nearest cheaper one, then the nearest dearer one. Of named models the first that fits.
  foreach v_one in array p_usable loop
    continue when v_one.worst_usd > p_room_usd or (p_soft and v_one.tier_rank > 1);
    if p_named or v_one.tier_rank = p_tier_rank then
      v_start := v_one.tier_rank;
      exit;
    elsif v_one.tier_rank < p_tier_rank then
      v_below := greatest(v_below, v_one.tier_rank);
    else
      v_above := least(v_above, v_one.tier_rank);
    end if;
  end loop;
  v_start := coalesce(v_start, v_below, v_above);

  foreach v_one in array p_usable loop
    continue when v_one.worst_usd > p_room_usd or (p_soft and v_one.tier_rank > 1)
      -- Escalation never goes down, and no further than the policy says. Named models stay in the caller's order.
      or (not p_named and v_one.tier_rank not between v_start and p_max_tier_rank);
    v_chosen := v_chosen || v_one;
    v_ranks := v_ranks || v_one.rank;
    if v_one.tier_rank = v_start then
      v_tier := v_one.tier;
      v_hold := greatest(v_hold, v_one.worst_usd);
    end if;
  end loop;
  return row(v_chosen, v_ranks, v_tier, v_hold)::private.choice;
end
$$;

alter type private.budget_room add attribute soft_room numeric;
comment on type private.budget_room is
  'What the budgets of a request leave, in the organization''s currency. soft_room: until the first soft share is passed, below zero once it is; NULL = no budget applies.';

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
      select case v_budget.period
               when 'month' then case when s.month >= p_periods.month then s.month_settled + s.month_held end
               when 'week' then case when s.week >= p_periods.week then s.week_settled + s.week_held end
               when 'day' then case when s.day >= p_periods.day then s.day_settled + s.day_held end
               when 'total' then s.total_settled + s.total_held
             end
      into v_used
      from public.ai_budget_states as s
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

revoke execute on all functions in schema private from public;
