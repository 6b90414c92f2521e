-- Choosing models: which candidates a request has, and which tier it starts with. Nothing here locks or writes.

create table public.ai_demotions (
  org_id      uuid        not null references public.organizations (id) on delete cascade,
  task        text        not null,
  weak_streak integer     not null default 0,
  large_until timestamptz,

  constraint ai_demotions_pkey primary key (org_id, task)
);
comment on table public.ai_demotions is
  'Streaks of weak small answers by task. After three in a row the task starts large until large_until (the policy''s demotion_cooldown, else ai.routing.demotion.cooldown).';
alter table public.ai_demotions enable row level security;
grant select on public.ai_demotions to authenticated, service_role;
create policy ai_demotions_select_managed on public.ai_demotions
  for select to authenticated using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')));

create type private.candidate as (
  rank              integer,
  tier_rank         integer,
  provider          text,
  model             text,
  tier              text,
  breaker           text,    -- closed, or half_open (its probe may be claimed)
  worst_usd         numeric, -- upper bound of one attempt
  max_output_tokens integer,
  dimensions        integer,
  wire              text,    -- JSON that the function receives, but for this request's figures, still open at its end
  learned_output    integer, -- what is asked for and held instead of the full bounds; NULL = the full ones
  learned_usd       numeric
);
comment on type private.candidate is
  'A model that qualifies for a request. worst_usd and max_output_tokens are full bounds; learned_usd and learned_output what is held and asked for instead (NULL = the full ones).';

create type private.candidate_list as (
  usable       private.candidate[],
  problems     text[], -- the kinds of reasons against the others
  input_tokens integer, -- upper bound, prompt included
  described    text    -- JSON for the log: [{rank, provider, model, tier, worst_cost_usd or problem, breaker unless closed}]
);
comment on type private.candidate_list is 'What became of every model of a route card, in order of preference.';

create function private.price_at_length(p_prices jsonb, p_input_tokens integer)
returns private.token_price
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_own   jsonb := private.card_price(p_prices, p_input_tokens);
  v_price private.token_price := private.token_price(v_own);
begin
  -- The input is a bound: what it turns out to be may fall in a shorter tier, and is billed as such.
  if (v_own ->> 'from')::integer > 0 then
    v_price.wire := (v_price.wire::jsonb || jsonb_build_object('from_input_tokens', v_own -> 'from', 'shorter', (
      select jsonb_agg((private.token_price(tier.price)).wire::jsonb || jsonb_build_object('from_input_tokens', tier.price -> 'from') order by tier.n)
      from jsonb_array_elements(p_prices) with ordinality as tier (price, n)
      where (tier.price ->> 'from')::integer < (v_own ->> 'from')::integer)))::text;
  end if;
  return v_price;
end
$$;
comment on function private.price_at_length(jsonb, integer) is
  'The price of card_prices() that an input falls in; the function receives those of shorter context tiers with it.';

create function private.models_at_length(p_models private.card_model[], p_input_tokens integer)
returns private.card_model[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
    select array_agg(case when m.by_length is null then m else row(
      m.rank, m.tier_rank, m.provider, m.model, m.tier, m.problem, m.context_window, m.max_output_tokens, m.dimensions,
      (at.price).input_usd, (at.price).output_usd, (at.price).wire, m.wire, m.label, m.by_length, (at.price).image_usd, (at.price).audio_minute_usd,
      m.learned_output
    )::private.card_model end order by m.rank)
    from unnest(p_models) as m
    cross join lateral (select private.price_at_length(m.by_length, p_input_tokens) as price) as at
  );
end
$$;
comment on function private.models_at_length(private.card_model[], integer) is
  'A card''s models at the prices of the context tier that an input falls in.';

create function private.open_breakers(p_now timestamptz)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
begin
  return (
    select jsonb_object_agg(b.provider || '/' || b.model,
      case when b.open_until > p_now or b.probe_until > p_now then 'open' else 'half_open' end)
    from public.ai_breakers as b
    where b.state <> 'closed'
  );
end
$$;
comment on function private.open_breakers(timestamptz) is
  'Breakers that are not closed: {provider/model: open or half_open}. NULL when all are, which is the rule.';

create function private.breaker_state(p_broken jsonb, p_provider text, p_model text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_all text := p_broken ->> (p_provider || '/*');
  v_own text := p_broken ->> (p_provider || '/' || p_model);
begin
  return case when v_all = 'open' or v_own = 'open' then 'open' else coalesce(v_all, v_own, 'closed') end;
end
$$;
comment on function private.breaker_state(jsonb, text, text) is
  'closed, open or half_open: the provider''s own breaker and the model''s together, out of open_breakers().';

create function private.list_candidates(
  p private.admission_request, p_models private.card_model[], p_long_from integer, p_max_cost_usd numeric, p_prompt_tokens integer,
  p_allowed_models text[], p_broken jsonb
)
returns private.candidate_list
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_models    private.card_model[] := p_models;
  v_model     private.card_model;
  v_breaker   text := 'closed';
  v_input     integer := p.input_tokens + p_prompt_tokens;
  v_by_tokens boolean := p.images is null and p.audio_ms is null;
  v_output    integer;
  v_worst     numeric;
  v_learned   integer;
  v_problem   text;
  v_usable    private.candidate[];
  v_problems  text[];
  v_described text;
  v_short     integer := 0;
begin
  if v_input >= p_long_from then
    v_models := private.models_at_length(v_models, v_input);
  end if;

  foreach v_model in array v_models loop
    v_output := least(p.max_output_tokens, v_model.max_output_tokens);
    v_worst := case
      when v_by_tokens then trim_scale(v_input * v_model.input_usd + v_output * v_model.output_usd)
      else private.worst_usd(p, v_model, v_input, v_output)
    end;
    if p_broken is not null then
      v_breaker := case when v_model.problem is null then private.breaker_state(p_broken, v_model.provider, v_model.model) else 'closed' end;
    end if;
    v_problem := case
      when v_model.problem is not null then v_model.problem
      when v_worst is null then 'unpriced'
      when not v_model.model = any (p_allowed_models) then 'not_allowed'
      -- A bound counts bytes: only an input that is too long even at four bytes a token is refused here, the rest is the provider's to say.
      when p.operation = 'chat' and v_input / 4 > v_model.context_window then 'context_too_small'
      when v_breaker = 'open' then 'breaker_open'
      when p.models is null and v_worst > p_max_cost_usd then 'above_max_cost'
    end;
    if v_problem is null then
      -- A stream cannot be asked again once it is read: it is held for in full.
      v_learned := case when v_model.learned_output < v_output and p.stream is not true then v_model.learned_output end;
      v_usable := v_usable || row(v_model.rank, v_model.tier_rank, v_model.provider, v_model.model, v_model.tier, v_breaker, v_worst, v_output,
        v_model.dimensions,
        -- What the function knows of the card already is not sent again: it is three quarters of the answer.
        case when v_model.rank = any (p.known_ranks) then '{"rank": ' || v_model.rank else v_model.wire || ', "price": ' || v_model.price end,
        v_learned,
        case when v_learned is not null then private.worst_usd(p, v_model, v_input, v_learned) end)::private.candidate;
      if v_output < p.max_output_tokens then
        v_short := v_short + 1;
      end if;
    else
      v_problems := v_problems || v_problem;
    end if;
    v_described := concat(v_described || ', ', v_model.label,
      case when v_problem is null then ', "worst_cost_usd": ' || v_worst else ', "problem": "' || v_problem || '"' end,
      case when v_breaker <> 'closed' then ', "breaker": "' || v_breaker || '"' end, '}');
  end loop;

  -- Whoever cannot write as much as is asked for is no candidate while another can. Where nobody can, each is asked for the most it can.
  if v_short between 1 and cardinality(v_usable) - 1 and p.models is null and p.operation = 'chat' then
    for v_at in 1 .. cardinality(v_models) loop
      if v_models[v_at].problem is null and v_models[v_at].max_output_tokens < p.max_output_tokens then
        v_models[v_at].problem := 'output_too_small';
      end if;
    end loop;
    -- Their prices are those of the input's length by now.
    return private.list_candidates(p, v_models, 2147483647, p_max_cost_usd, p_prompt_tokens, p_allowed_models, p_broken);
  end if;
  return row(v_usable, v_problems, v_input, concat('[', v_described, ']'))::private.candidate_list;
end
$$;
comment on function private.list_candidates(private.admission_request, private.card_model[], integer, numeric, integer, text[], jsonb) is
  'Every model of a route card in order of preference: its worst cost, or the reason against it. p_broken: open_breakers().';

create type private.start as (tier text, tier_rank integer, reasons text[]);
comment on type private.start is 'The tier a request starts with, and why, in the order the rules spoke.';

create function private.choose_start(
  p private.admission_request, p_base_tier text, p_max_tier_rank integer, p_requires_large boolean, p_complexity_large_from numeric,
  p_large_until timestamptz, p_now timestamptz
)
returns private.start
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_tier    text := p_base_tier;
  v_rank    integer;
  v_reasons text[] := array['base:' || p_base_tier];
begin
  -- Importance and cost sensitivity: domain.md 1.1. Both steps are single: high importance never buys the frontier.
  if p.importance = 'high' and v_tier = 'small' then
    v_tier := 'large';
    v_reasons := v_reasons || 'upgrade:importance_high'::text;
  elsif p.importance = 'low' and p.cost_sensitivity = 'high' and v_tier = 'large' then
    v_tier := 'small';
    v_reasons := v_reasons || 'downgrade:cost_high_importance_low'::text;
  end if;
  if v_tier = 'small' then
    if p.complexity >= p_complexity_large_from and p.cost_sensitivity <> 'high' then
      v_tier := 'large';
      v_reasons := v_reasons || format('upgrade:complexity_%s', round(p.complexity::numeric, 2));
    elsif p_large_until > p_now then
      v_tier := 'large';
      v_reasons := v_reasons || 'upgrade:demotion_cooldown'::text;
    elsif p_requires_large then
      v_tier := 'large';
      v_reasons := v_reasons || 'upgrade:task_requires_large'::text;
    end if;
  end if;
  v_rank := private.tier_rank(v_tier);
  if v_rank > p_max_tier_rank then
    v_rank := p_max_tier_rank;
    v_tier := (array['small', 'large'])[p_max_tier_rank];
    v_reasons := v_reasons || ('limit:max_tier_' || v_tier);
  end if;
  return row(v_tier, v_rank, v_reasons)::private.start;
end
$$;
comment on function private.choose_start(private.admission_request, text, integer, boolean, numeric, timestamptz, timestamptz) is
  'The tier a request starts with: the policy''s, moved by importance, cost sensitivity, complexity and the demotion cooldown.';

create function private.choose_start(
  p private.admission_request, p_policy public.ai_policies, p_base_tier text, p_large_until timestamptz, p_now timestamptz
)
returns private.start
language plpgsql
immutable
set search_path = ''
as $$
begin
  return private.choose_start(p, coalesce(p_policy.base_tier, p_base_tier, 'small'), coalesce(private.tier_rank(p_policy.max_tier), 3),
    coalesce(p_policy.requires_large, false), p_policy.complexity_large_from, p_large_until, p_now);
end
$$;
comment on function private.choose_start(private.admission_request, public.ai_policies, text, timestamptz, timestamptz) is
  'The same by a policy as it is stored, for decisions that are made again.';

create type private.choice as (
  chosen      private.candidate[], -- in the order to use them; NULL = none fits
  ranks       integer[],           -- theirs
  tier        text,
  hold_usd    numeric,             -- the dearest of the starting tier; anything beyond asks ai_extend first
  learned_usd numeric              -- the same by learned bounds where there are any: what is held
);
comment on type private.choice is 'The candidates a request may use.';

create function private.pick_affordable(
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
  v_less   numeric;
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
      v_less := greatest(v_less, coalesce(v_one.learned_usd, v_one.worst_usd));
    end if;
  end loop;
  return row(v_chosen, v_ranks, v_tier, v_hold, v_less)::private.choice;
end
$$;
comment on function private.pick_affordable(private.candidate[], boolean, integer, integer, boolean, numeric) is
  'Candidates that fit the room, starting with the given tier or the nearest that has any.';

create function private.wire_candidates(p_chosen private.candidate[])
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_wire text;
  v_one  private.candidate;
begin
  foreach v_one in array coalesce(p_chosen, array[]::private.candidate[]) loop
    v_wire := concat(v_wire || ', ', v_one.wire, ', "max_output_tokens": ', coalesce(v_one.learned_output, v_one.max_output_tokens),
      ', "worst_cost_usd": "', coalesce(v_one.learned_usd, v_one.worst_usd),
      case when v_one.learned_usd is not null then
        concat('", "full_output_tokens": ', v_one.max_output_tokens, ', "full_cost_usd": "', v_one.worst_usd) end,
      '", "breaker": "', v_one.breaker, '"}');
  end loop;
  return concat('[', v_wire, ']');
end
$$;
comment on function private.wire_candidates(private.candidate[]) is
  'JSON of candidates as the function receives them: shared/budget/admission.ts, Candidate.';

revoke execute on all functions in schema private from public;
