-- Route cards: what the registry says about a request, looked up once and kept until the registry changes.
--
-- Policy, models, providers, prices, budgets, limits and settings change a few times a day and are read on every request. A
-- card joins them for one organization and task (or list of named models). It is used only under the registry versions it was
-- made under (20261121001430_registry_versions.sql) and before the next dated price or rate. Versions are read before the card is
-- made, so a change in between makes the card old, never wrong. docs/decisions/2026-11-21-route-cards.md

create type private.card_model as (
  rank              integer,
  tier_rank         integer, -- 1 small, 2 large, 3 frontier
  provider          text,
  model             text,
  tier              text,
  problem           text,    -- why it can never be used by these requests; NULL = it may
  context_window    integer,
  max_output_tokens integer,
  dimensions        integer,
  input_usd         numeric, -- of the dearest kind of input token, of a short input
  output_usd        numeric, -- of an output token
  price             text,    -- JSON of that price, as the function receives it
  wire              text,    -- the rest of what it receives, a JSON object still open at its end
  label             text,    -- its names for the log, likewise
  by_length         jsonb,   -- card_prices(), only where the price depends on the input's length
  image_usd         numeric, -- of one image; NULL = not sold so
  audio_minute_usd  numeric, -- of one minute; NULL = not sold so
  learned_output    integer  -- private.ai_output_bounds; NULL = none
);
comment on type private.card_model is
  'A model on a route card. JSON is kept as text: putting text together costs a tenth of building and printing jsonb. image_usd and audio_minute_usd: US dollars for one image and one minute; NULL = not sold so.';

create table private.route_cards (
  id                    uuid                   not null,
  org_id                uuid                   not null,
  name                  text                   not null,
  version               bigint                 not null,
  valid_until           timestamptz            not null,
  currency              text                   not null,
  time_zone             text                   not null,
  rate_id               uuid,
  per_usd               numeric,
  policy_id             uuid,
  base_tier             text                   not null,
  max_tier_rank         integer                not null,
  requires_large        boolean                not null,
  complexity_large_from numeric,
  max_cost_usd          numeric,
  has_prompts           boolean                not null,
  long_from             integer,
  user_settings         boolean                not null,
  policy                jsonb                  not null,
  settings              private.card_settings  not null,
  models                private.card_model[]   not null,
  budgets               private.card_budget[]  not null,
  limits                private.card_limit[]   not null,

  constraint route_cards_pkey primary key (org_id, name)
) with (toast_tuple_target = 8160); -- read whole on every request: better in one page, uncompressed, than small
alter table private.route_cards
  alter column settings set storage external,
  alter column models set storage external;
comment on table private.route_cards is 'A cache: may be emptied at any time.';
comment on column private.route_cards.id is 'Another one whenever a card is made anew: who knows the candidates of this one is not sent them again.';
comment on column private.route_cards.name is 'Whose requests: task, operation, the providers there are keys for, capabilities needed, models the caller named.';
comment on column private.route_cards.models is 'In order of preference.';
comment on column private.route_cards.version is 'Sum of the platform''s and the organization''s registry version.';
comment on column private.route_cards.per_usd is 'Units of currency for one US dollar. NULL = no rate is known.';
comment on column private.route_cards.has_prompts is 'Whether the prompt registry has an active prompt for the task at all.';
comment on column private.route_cards.long_from is 'Input tokens from which some model has another price. NULL = none has.';
comment on column private.route_cards.user_settings is 'Whether any user has settings of his own here; settings leaves them out.';
comment on column private.route_cards.policy is 'Its id and version, for the log.';
alter table private.route_cards enable row level security;

create function private.tier_rank(p_tier text)
returns integer
language plpgsql
immutable
set search_path = ''
as $$
begin
  return array_position(array['small', 'large', 'frontier'], p_tier);
end
$$;
comment on function private.tier_rank(text) is '1 small, 2 large, 3 frontier; NULL for anything else.';

create function private.card_prices(p_provider text, p_model text, p_org_id uuid, p_at timestamptz)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('image', own.image_usd, 'minute', own.audio_minute_usd)) || jsonb_build_object(
      'id', own.id, 'from', own.min_input_tokens, 'input', own.input_usd_per_mtok, 'output', own.output_usd_per_mtok,
      'read', own.cache_read_usd_per_mtok, 'write', own.cache_write_usd_per_mtok
    ) order by own.min_input_tokens desc)
    from (
      -- The organization's own price of a context tier stands before the platform's.
      select distinct on (price.min_input_tokens) price.*
      from public.ai_model_prices as price
      where price.provider = p_provider and price.model = p_model and (price.org_id is null or price.org_id = p_org_id)
        and price.effective_from <= p_at and (price.effective_to is null or price.effective_to > p_at)
      order by price.min_input_tokens, price.org_id is null
    ) as own
  );
end
$$;
comment on function private.card_prices(text, text, uuid, timestamptz) is
  'Prices in force of a model, highest context tier first. NULL = unpriced.';

create function private.card_price(p_prices jsonb, p_input_tokens integer)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
    select price from jsonb_array_elements(p_prices) as price where (price ->> 'from')::integer <= p_input_tokens limit 1
  );
end
$$;
comment on function private.card_price(jsonb, integer) is 'The price of the context tier that an input falls in, from card_prices().';

create type private.token_price as (input_usd numeric, output_usd numeric, wire text, image_usd numeric, audio_minute_usd numeric);
comment on type private.token_price is
  'What a token costs at most: of input (its dearest kind; NULL = unpriced) and of output (0 where none is billed), and the price as the function receives it, JSON.';

create function private.token_price(p_price jsonb)
returns private.token_price
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_price private.token_price;
begin
  if p_price ->> 'input' is not null then
    v_price.input_usd := greatest((p_price ->> 'input')::numeric, (p_price ->> 'write')::numeric, (p_price ->> 'read')::numeric) * 0.000001;
  end if;
  v_price.output_usd := coalesce((p_price ->> 'output')::numeric, 0) * 0.000001;
  v_price.image_usd := (p_price ->> 'image')::numeric;
  v_price.audio_minute_usd := (p_price ->> 'minute')::numeric;
  v_price.wire := (jsonb_build_object(
    'id', p_price ->> 'id', 'input_usd_per_mtok', p_price ->> 'input', 'output_usd_per_mtok', coalesce(p_price ->> 'output', '0'),
    'cache_read_usd_per_mtok', p_price ->> 'read', 'cache_write_usd_per_mtok', p_price ->> 'write')
    || jsonb_strip_nulls(jsonb_build_object('image_usd', p_price ->> 'image', 'audio_minute_usd', p_price ->> 'minute')))::text;
  return v_price;
end
$$;
comment on function private.token_price(jsonb) is 'A price of card_prices() per token, image and minute.';

create function private.card_models_at(
  p private.admission_request, p_org_id uuid, p_policy public.ai_policies, p_price_unknown text, p_now timestamptz
)
returns private.card_model[]
language plpgsql
stable
set search_path = ''
as $$
declare
  -- Every hard budget has to agree: the hold counts in all of them alike.
  v_learned boolean := not exists (
    select from public.ai_budgets as b where b.org_id = p_org_id and b.active and b.hard and not b.learned_bounds);
begin
  return (
    with wanted as (
      -- Named models in the caller's order, at whichever providers have them …
      select (n * 100)::integer as rank, m.provider, m.model, m.tier
      from unnest(p.models) with ordinality as name (model, n)
      join public.ai_models as m
        on (m.model = name.model or name.model = any (m.aliases) or m.provider || '/' || m.model = name.model)
       and (m.org_id is null or m.org_id = p_org_id)
      union all
      -- … else the policy's, tier by tier.
      select (t.rank * 100 + n)::integer, c.item ->> 'provider', c.item ->> 'model', t.tier
      from unnest(array['small', 'large', 'frontier']) with ordinality as t (tier, rank)
      cross join lateral jsonb_array_elements(coalesce(p_policy.tiers -> t.tier, '[]')) with ordinality as c (item, n)
      where p.models is null
        and t.rank <= coalesce(private.tier_rank(p_policy.max_tier), 3)
    ),
    first as (
      select distinct on (w.provider, w.model) w.* from wanted as w order by w.provider, w.model, w.rank
    )
    select coalesce(array_agg(row(
      f.rank, private.tier_rank(t.tier), f.provider, f.model, t.tier,
      case
        when m.kind is null then 'unknown'
        when m.kind <> p.operation then 'wrong_kind'
        when not coalesce(p.needs, '{}') <@ m.capabilities then 'lacks_capability'
        -- A price row that leaves out what this operation is billed by is no price: unknown is never free.
        when (price.short).input_usd is null and (m.kind <> 'speech' or (price.short).audio_minute_usd is null) then 'unpriced'
        when m.kind in ('chat', 'speech') and (price.short).input_usd is not null and price.short_output is null then 'unpriced'
        when pr.slug is null or not (pr.slug = any (p.providers) or pr.org_id is not null and pr.secret_name is not null) then 'provider_off'
      end,
      m.context_window,
      -- A speech model writes what it hears: its output has no limit but the request's own.
      coalesce(m.max_output_tokens, case when m.kind = 'speech' then 2147483647 else 0 end),
      m.dimensions, (price.short).input_usd, (price.short).output_usd, (price.short).wire,
      rtrim(jsonb_build_object(
        'rank', f.rank, 'provider', f.provider, 'model', f.model, 'tier', t.tier, 'context_window', m.context_window,
        'capabilities', to_jsonb(m.capabilities), 'dimensions', m.dimensions, 'base_url', pr.base_url, 'kind', pr.kind,
        'secret_name', pr.secret_name)::text, '}'),
      rtrim(jsonb_build_object('rank', f.rank, 'provider', f.provider, 'model', f.model, 'tier', t.tier)::text, '}'),
      case when jsonb_array_length(price.all_of) > 1 then price.all_of end,
      (price.short).image_usd, (price.short).audio_minute_usd,
      case when v_learned then bound.output_tokens end
    )::private.card_model order by f.rank), '{}')
    from first as f
    -- The organization's own row stands before the platform's, also where it turns the model off.
    left join lateral (
      select x.* from public.ai_models as x
      where x.provider = f.provider and x.model = f.model and (x.org_id = p_org_id or x.org_id is null)
      order by x.org_id nulls last limit 1
    ) as m on m.active
    left join lateral (
      select x.* from public.ai_providers as x
      where x.slug = f.provider and (x.org_id = p_org_id or x.org_id is null) and x.active
      order by x.org_id nulls last limit 1
    ) as pr on true
    left join private.ai_output_bounds as bound
      on bound.org_id = p_org_id and bound.task = p.task and bound.provider = f.provider and bound.model = f.model
    cross join lateral (select coalesce(f.tier, m.tier, 'small') as tier) as t
    cross join lateral (
      select found.prices as all_of, private.token_price(private.card_price(found.prices, 0)) as short,
             private.card_price(found.prices, 0) ->> 'output' as short_output
      from (
        select coalesce(
          private.card_prices(f.provider, f.model, p_org_id, p_now),
          private.card_prices(split_part(p_price_unknown, '/', 1), substr(p_price_unknown, strpos(p_price_unknown, '/') + 1), p_org_id, p_now)
        ) as prices
        offset 0
      ) as found
    ) as price
  );
end
$$;
comment on function private.card_models_at(private.admission_request, uuid, public.ai_policies, text, timestamptz) is
  'The models a request may use at the providers it names, in order: those the caller named, else the policy''s.';

create function private.make_route_card(p private.admission_request, p_org_id uuid, p_now timestamptz)
returns private.route_cards
language plpgsql
stable
set search_path = ''
as $$
declare
  v_card     private.route_cards;
  v_task     public.ai_tasks;
  v_policy   public.ai_policies;
  v_settings jsonb := private.settings_for(p_org_id, null, 'ai.');
begin
  select * into v_task from public.ai_tasks as t where t.slug = p.task;
  if not found then
    return null;
  end if;
  v_policy := private.policy_for(p_org_id, p.task);
  v_card.id := gen_random_uuid();
  v_card.org_id := p_org_id;
  select o.currency, o.time_zone into v_card.currency, v_card.time_zone from public.organizations as o where o.id = p_org_id;
  if v_card.currency = 'USD' then
    v_card.per_usd := 1;
  else
    select r.id, r.rate into v_card.rate_id, v_card.per_usd from private.rate_for(v_card.currency, p_now) as r;
  end if;

  v_card.policy_id := v_policy.id;
  v_card.base_tier := coalesce(v_policy.base_tier, v_task.base_tier, 'small');
  v_card.max_tier_rank := coalesce(private.tier_rank(v_policy.max_tier), 3);
  v_card.requires_large := coalesce(v_policy.requires_large, false);
  v_card.complexity_large_from := v_policy.complexity_large_from;
  v_card.max_cost_usd := v_policy.max_cost_usd;
  v_card.has_prompts := exists (
    select from public.ai_prompts as prompt
    where prompt.status = 'active' and (prompt.org_id is null or prompt.org_id = p_org_id) and prompt.key = coalesce(v_task.prompt_key, p.task));
  v_card.settings := private.read_settings(v_settings, private.judging_for(v_policy, v_settings, p_org_id, null, p.task));
  v_card.user_settings := exists (
    select from public.ai_settings as s where s.user_id is not null and (s.org_id is null or s.org_id = p_org_id));
  v_card.policy := jsonb_build_object('id', v_policy.id, 'version', v_policy.version);
  v_card.models := private.within_region(
    private.card_models(p, p_org_id, v_policy, v_settings ->> 'ai.price.unknown', p_now), v_settings ->> 'ai.data.region', p_org_id);
  select min((x.price ->> 'from')::integer) into v_card.long_from
  from unnest(v_card.models) as m cross join lateral jsonb_array_elements(m.by_length) as x (price)
  where (x.price ->> 'from')::integer > 0;
  v_card.budgets := private.card_budgets(p_org_id);
  v_card.limits := private.card_limits(p_org_id);

  select coalesce(min(moment.at), 'infinity') into v_card.valid_until
  from (
    select unnest(array[price.effective_from, price.effective_to]) from public.ai_model_prices as price
    union all
    select rate.effective_from from public.ai_exchange_rates as rate
  ) as moment (at)
  where moment.at > p_now;
  return v_card;
end
$$;
comment on function private.make_route_card(private.admission_request, uuid, timestamptz) is
  'Joins policy, models, providers, prices, budgets, limits and settings for one organization and kind of request. NULL: the task is not registered.';

create function private.route_card(p private.admission_request, p_org_id uuid, p_now timestamptz)
returns private.route_cards
language plpgsql
volatile
set search_path = ''
as $$
declare
  c_platform constant uuid := '00000000-0000-0000-0000-000000000000'::uuid;
  v_name    text := concat_ws(' ', p.task, p.operation, p.providers, p.needs, p.models);
  v_version bigint;
  v_card    private.route_cards;
begin
  select * into v_card
  from private.route_cards as c
  where c.org_id = p_org_id and c.name = v_name and c.valid_until > p_now
    and c.version = (select v.version from private.registry_versions as v where v.org_id = c_platform)
                    + (select v.version from private.registry_versions as v where v.org_id = p_org_id);
  if found then
    return v_card;
  end if;
  select sum(v.version)::bigint into v_version from private.registry_versions as v where v.org_id in (c_platform, p_org_id);
  v_card := private.make_route_card(p, p_org_id, p_now);
  if v_card.org_id is null then
    return null;
  end if;
  v_card.name := v_name;
  v_card.version := v_version;
  -- Names nobody knows are not kept: callers could fill the table with them.
  if cardinality(v_card.models) > 0 and length(v_name) <= 1000
     and not exists (select from unnest(v_card.models) as m where m.problem = 'unknown') then
    delete from private.route_cards as c where c.org_id = p_org_id and c.name = v_name and c.version <= v_version;
    insert into private.route_cards select (v_card).* on conflict do nothing;
  end if;
  return v_card;
end
$$;
comment on function private.route_card(private.admission_request, uuid, timestamptz) is
  'The route card in force, made anew after any change of the registry. NULL: the task is not registered.';

revoke execute on all functions in schema private from public;
