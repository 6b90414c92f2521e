-- Choosing models: which candidates a request has, and which tier it starts with. Nothing here locks or writes.

create table public.ai_demotions (
  org_id      uuid        not null references public.organizations (id) on delete cascade,
  task        text        not null,
  weak_streak integer     not null default 0,
  large_until timestamptz,

  constraint ai_demotions_pkey primary key (org_id, task)
);
comment on table public.ai_demotions is
  'Streaks of weak small answers by task. After three in a row the task starts large until large_until (ai.routing.demotion.cooldown).';
alter table public.ai_demotions enable row level security;
grant select on public.ai_demotions to authenticated, service_role;
create policy ai_demotions_select_managed on public.ai_demotions
  for select to authenticated using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')));

create type private.candidate as (
  rank              integer,
  provider          text,
  model             text,
  tier              text,
  problem           text,    -- why it does not qualify; NULL = it does
  breaker           text,    -- closed, open (pause not over or probe taken) or half_open (its probe may be claimed)
  worst_usd         numeric, -- upper bound of one attempt
  input_tokens      integer, -- upper bound, prompt included
  max_output_tokens integer,
  wire              jsonb    -- the candidate as the function receives it
);
comment on type private.candidate is 'A model considered for a request, with why it does or does not qualify.';

create function private.card_price(p_prices jsonb, p_input_tokens integer)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select price from jsonb_array_elements(p_prices) as price where (price ->> 'from')::integer <= p_input_tokens limit 1
$$;
comment on function private.card_price(jsonb, integer) is 'The price of the context tier that an input falls in, from a card''s prices.';

create function private.list_candidates(
  p private.admission_request, p_models private.card_model[], p_policy public.ai_policies, p_prompt_tokens integer,
  p_allowed_models text[], p_now timestamptz
)
returns private.candidate[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_all    private.candidate[] := array[]::private.candidate[];
  v_one    private.candidate;
  v_model  private.card_model;
  v_price  jsonb;
  v_broken jsonb;
begin
  -- Breakers that are not closed are few: read them once.
  select jsonb_object_agg(b.provider || '/' || b.model,
    case when b.open_until > p_now or b.probe_until > p_now then 'open' else 'half_open' end) into v_broken
  from public.ai_breakers as b where b.state <> 'closed';

  foreach v_model in array p_models loop
    v_one.rank := v_model.rank;
    v_one.provider := v_model.provider;
    v_one.model := v_model.model;
    v_one.tier := v_model.tier;
    v_one.input_tokens := p.input_tokens + p_prompt_tokens;
    v_one.max_output_tokens := least(p.max_output_tokens, v_model.max_output_tokens);
    v_price := v_model.prices -> 0;
    if jsonb_array_length(v_model.prices) > 1 then
      v_price := private.card_price(v_model.prices, v_one.input_tokens);
    end if;
    -- An attempt costs at most all input at its dearest kind and all output that is allowed.
    v_one.worst_usd := trim_scale((
      v_one.input_tokens * greatest((v_price ->> 'input')::numeric, (v_price ->> 'write')::numeric, (v_price ->> 'read')::numeric)
      + v_one.max_output_tokens * coalesce((v_price ->> 'output')::numeric, 0)) * 0.000001);
    v_one.breaker := case
      when v_broken is null then 'closed'
      else coalesce(case when 'open' in (v_broken ->> (v_one.provider || '/*'), v_broken ->> (v_one.provider || '/' || v_one.model)) then 'open' end,
                    v_broken ->> (v_one.provider || '/*'), v_broken ->> (v_one.provider || '/' || v_one.model), 'closed')
    end;
    v_one.problem := case
      when v_model.kind is null then 'unknown'
      when v_model.kind <> p.operation then 'wrong_kind'
      when p_allowed_models is not null and not v_one.model = any (p_allowed_models) then 'not_allowed'
      when not coalesce(p.needs, '{}') <@ coalesce(v_model.capabilities, '{}') then 'lacks_capability'
      -- A bound counts bytes: only an input that is too long even at four bytes a token is refused here, the rest is the provider's to say.
      when p.operation = 'chat' and v_one.input_tokens / 4 > v_model.context_window then 'context_too_small'
      -- A price row that leaves out what this operation is billed by is no price: unknown is never free.
      when v_price ->> 'input' is null or (p.operation = 'chat' and v_price ->> 'output' is null) then 'unpriced'
      when not (v_model.provider_on and (v_model.own_key or v_one.provider = any (p.providers))) then 'provider_off'
      when v_one.breaker = 'open' then 'breaker_open'
      when p.models is null and v_one.worst_usd > p_policy.max_cost_usd then 'above_max_cost'
    end;
    v_one.wire := v_model.wire || jsonb_build_object(
      'price', jsonb_build_object(
        'id', v_price ->> 'id', 'input_usd_per_mtok', v_price ->> 'input', 'output_usd_per_mtok', coalesce(v_price ->> 'output', '0'),
        'cache_read_usd_per_mtok', v_price ->> 'read', 'cache_write_usd_per_mtok', v_price ->> 'write'),
      'max_output_tokens', v_one.max_output_tokens, 'worst_cost_usd', v_one.worst_usd::text, 'breaker', v_one.breaker);
    v_all := v_all || v_one;
  end loop;
  return v_all;
end
$$;
comment on function private.list_candidates(private.admission_request, private.card_model[], public.ai_policies, integer, text[], timestamptz) is
  'Every model of a route card in order of preference, with its worst cost, and the reason against those that do not qualify.';

create type private.start as (tier text, reasons text[]);
comment on type private.start is 'The tier a request starts with, and why, in the order the rules spoke.';

create function private.choose_start(
  p private.admission_request, p_policy public.ai_policies, p_base_tier text, p_large_until timestamptz, p_now timestamptz
)
returns private.start
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_start private.start;
begin
  v_start.tier := coalesce(p_policy.base_tier, p_base_tier, 'small');
  v_start.reasons := array['base:' || v_start.tier];
  -- Importance and cost sensitivity: domain.md 1.1. Both steps are single: high importance never buys the frontier.
  if v_start.tier = 'large' and (p).cost_sensitivity = 'high' and (p).importance = 'low' then
    v_start.tier := 'small';
    v_start.reasons := v_start.reasons || 'downgrade:cost_high_importance_low'::text;
  elsif v_start.tier = 'small' and (p).importance = 'high' then
    v_start.tier := 'large';
    v_start.reasons := v_start.reasons || 'upgrade:importance_high'::text;
  end if;
  if v_start.tier = 'small' and (p).complexity >= p_policy.complexity_large_from and (p).cost_sensitivity <> 'high' then
    v_start.tier := 'large';
    v_start.reasons := v_start.reasons || format('upgrade:complexity_%s', round((p).complexity::numeric, 2));
  end if;
  if v_start.tier = 'small' and p_large_until > p_now then
    v_start.tier := 'large';
    v_start.reasons := v_start.reasons || 'upgrade:demotion_cooldown'::text;
  end if;
  if v_start.tier = 'small' and p_policy.requires_large then
    v_start.tier := 'large';
    v_start.reasons := v_start.reasons || 'upgrade:task_requires_large'::text;
  end if;
  if private.tier_rank(v_start.tier) > private.tier_rank(p_policy.max_tier) then
    v_start.tier := p_policy.max_tier;
    v_start.reasons := v_start.reasons || ('limit:max_tier_' || p_policy.max_tier);
  end if;
  return v_start;
end
$$;
comment on function private.choose_start(private.admission_request, public.ai_policies, text, timestamptz, timestamptz) is
  'The tier a request starts with: the policy''s, moved by importance, cost sensitivity, complexity and the demotion cooldown.';

revoke execute on all functions in schema private from public;
