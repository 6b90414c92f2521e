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

create function private.tier_rank(p_tier text)
returns integer
language sql
immutable
set search_path = ''
as $$
  select array_position(array['small', 'large', 'frontier'], p_tier)
$$;
comment on function private.tier_rank(text) is '1 small, 2 large, 3 frontier; NULL for anything else.';

create function private.worst_cost(p_price public.ai_model_prices, p_input_tokens integer, p_output_tokens integer)
returns numeric
language sql
immutable
set search_path = ''
as $$
  select trim_scale((
    p_input_tokens::numeric
      * greatest(p_price.input_usd_per_mtok, p_price.cache_write_usd_per_mtok, p_price.cache_read_usd_per_mtok)
    + p_output_tokens::numeric * coalesce(p_price.output_usd_per_mtok, 0)
  ) * 0.000001)
$$;
comment on function private.worst_cost(public.ai_model_prices, integer, integer) is
  'US dollars one attempt can cost at most: all input at its dearest kind, all output that is allowed.';

create function private.price_or_stand_in(
  p_provider text, p_model text, p_org_id uuid, p_at timestamptz, p_input_tokens integer, p_settings jsonb
)
returns public.ai_model_prices
language plpgsql
stable
set search_path = ''
as $$
declare
  v_price public.ai_model_prices;
  v_name  text;
begin
  v_price := private.price_for(p_provider, p_model, p_org_id, p_at, p_input_tokens);
  if v_price.id is not null then
    return v_price;
  end if;
  -- ai.price.unknown names a model (provider/model) whose price is a conservative stand-in for unknown ones.
  v_name := p_settings ->> 'ai.price.unknown';
  if v_name is null then
    return null;
  end if;
  return private.price_for(split_part(v_name, '/', 1), substr(v_name, strpos(v_name, '/') + 1), p_org_id, p_at, p_input_tokens);
end
$$;
comment on function private.price_or_stand_in(text, text, uuid, timestamptz, integer, jsonb) is
  'The price row in force for a model, or the conservative one that the setting ai.price.unknown names. NULL = the model may not be called.';

create function private.list_candidates(
  p private.admission_request, p_org_id uuid, p_policy public.ai_policies, p_prompt_tokens integer,
  p_allowed_models text[], p_settings jsonb, p_now timestamptz
)
returns setof private.candidate
language sql
stable
set search_path = ''
as $$
  with wanted as (
    -- Named models in the caller's order, at whichever providers have them …
    select (n * 100)::integer as rank, m.provider, m.model, m.tier
    from unnest((p).models) with ordinality as name (model, n)
    join public.ai_models as m
      on (m.model = name.model or name.model = any (m.aliases) or m.provider || '/' || m.model = name.model)
     and (m.org_id is null or m.org_id = p_org_id)
    union all
    -- … else the policy's, tier by tier.
    select (private.tier_rank(t.tier) * 100 + n)::integer, c.item ->> 'provider', c.item ->> 'model', t.tier
    from unnest(array['small', 'large', 'frontier']) as t (tier)
    cross join lateral jsonb_array_elements(coalesce((p_policy).tiers -> t.tier, '[]')) with ordinality as c (item, n)
    where (p).models is null
      and private.tier_rank(t.tier) <= coalesce(private.tier_rank((p_policy).max_tier), 3)
  ),
  considered as (
    select distinct on (w.provider, w.model)
           w.rank, w.provider, w.model, coalesce(w.tier, m.tier, 'small') as tier,
           m.kind, m.capabilities, m.context_window, m.dimensions, m.model is not null as known,
           pr.kind as wire_format, pr.base_url, pr.secret_name,
           pr.slug is not null and (w.provider = any ((p).providers) or (pr.org_id is not null and pr.secret_name is not null)) as reachable,
           (p).input_tokens + p_prompt_tokens as input_bound,
           least((p).max_output_tokens, m.max_output_tokens) as output_bound,
           private.price_or_stand_in(w.provider, w.model, p_org_id, p_now, (p).input_tokens + p_prompt_tokens, p_settings) as price
    from wanted as w
    left join lateral (
      select x.* from public.ai_models as x
      where x.provider = w.provider and x.model = w.model and (x.org_id = p_org_id or x.org_id is null) and x.active
      order by x.org_id nulls last limit 1
    ) as m on true
    left join lateral (
      select x.* from public.ai_providers as x
      where x.slug = w.provider and (x.org_id = p_org_id or x.org_id is null) and x.active
      order by x.org_id nulls last limit 1
    ) as pr on true
    order by w.provider, w.model, w.rank
  ),
  judged as (
    select c.*, private.worst_cost(c.price, c.input_bound, c.output_bound) as worst_usd,
           coalesce((
             select case when bool_or(b.open_until > p_now or b.probe_until > p_now) then 'open' else 'half_open' end
             from public.ai_breakers as b
             where b.provider = c.provider and b.model in (c.model, '*') and b.state <> 'closed'
             having count(*) > 0
           ), 'closed') as breaker
    from considered as c
  )
  select j.rank, j.provider, j.model, j.tier,
    case
      when not j.known then 'unknown'
      when j.kind <> (p).operation then 'wrong_kind'
      when p_allowed_models is not null and not j.model = any (p_allowed_models) then 'not_allowed'
      when not coalesce((p).needs, '{}') <@ coalesce(j.capabilities, '{}') then 'lacks_capability'
      -- A bound counts bytes: only an input that is too long even at four bytes a token is refused here, the rest is the provider's to say.
      when (p).operation = 'chat' and j.input_bound / 4 > j.context_window then 'context_too_small'
      -- A price row that leaves out what this operation is billed by is no price: unknown is never free.
      when (j.price).input_usd_per_mtok is null or ((p).operation = 'chat' and (j.price).output_usd_per_mtok is null) then 'unpriced'
      when not j.reachable then 'provider_off'
      when j.breaker = 'open' then 'breaker_open'
      when (p).models is null and j.worst_usd > (p_policy).max_cost_usd then 'above_max_cost'
    end,
    j.breaker, j.worst_usd, j.input_bound, j.output_bound,
    jsonb_build_object(
      'provider', j.provider, 'model', j.model, 'tier', j.tier,
      'price', jsonb_build_object(
        'id', (j.price).id,
        'input_usd_per_mtok', (j.price).input_usd_per_mtok::text,
        'output_usd_per_mtok', coalesce((j.price).output_usd_per_mtok, 0)::text,
        'cache_read_usd_per_mtok', (j.price).cache_read_usd_per_mtok::text,
        'cache_write_usd_per_mtok', (j.price).cache_write_usd_per_mtok::text
      ),
      'max_output_tokens', j.output_bound, 'context_window', j.context_window,
      'capabilities', to_jsonb(j.capabilities), 'dimensions', j.dimensions,
      'base_url', j.base_url, 'kind', j.wire_format, 'secret_name', j.secret_name,
      'worst_cost_usd', j.worst_usd::text, 'breaker', j.breaker
    )
  from judged as j
  order by j.rank
$$;
comment on function private.list_candidates(private.admission_request, uuid, public.ai_policies, integer, text[], jsonb, timestamptz) is
  'Every model considered for a request, in order of preference, with the reason against those that do not qualify.';

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
