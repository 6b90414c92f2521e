-- Route cards: what the registry says about a request, looked up once and kept until the registry changes.
--
-- Policy, models, providers, prices and settings change a few times a day and are read on every request. A card joins them
-- for one organization and task (or list of named models). Every change of a registry table bumps one version; a card is
-- used only under the version it was made under and before the next dated price. The version is read before the card is
-- made, so a change in between makes the card old, never wrong.

create table private.registry_version (
  singleton boolean not null default true,
  version   bigint  not null,

  constraint registry_version_pkey primary key (singleton),
  constraint registry_version_one_row check (singleton)
);
comment on table private.registry_version is 'Counts changes of everything route cards are made from.';
insert into private.registry_version (version) values (1);
alter table private.registry_version enable row level security;

create function private.bump_registry_version()
returns trigger
language plpgsql
security definer -- whoever may change a registry table need not reach the version
set search_path = ''
as $$
begin
  update private.registry_version as v set version = v.version + 1;
  return null;
end
$$;
comment on function private.bump_registry_version() is 'Makes every route card old.';
revoke execute on function private.bump_registry_version() from public;

create trigger ai_tasks_bump_registry after insert or update or delete on public.ai_tasks
  for each statement execute function private.bump_registry_version();
create trigger ai_providers_bump_registry after insert or update or delete on public.ai_providers
  for each statement execute function private.bump_registry_version();
create trigger ai_models_bump_registry after insert or update or delete on public.ai_models
  for each statement execute function private.bump_registry_version();
create trigger ai_model_prices_bump_registry after insert or update or delete on public.ai_model_prices
  for each statement execute function private.bump_registry_version();
create trigger ai_policies_bump_registry after insert or update or delete on public.ai_policies
  for each statement execute function private.bump_registry_version();
create trigger ai_prompts_bump_registry after insert or update or delete on public.ai_prompts
  for each statement execute function private.bump_registry_version();
create trigger ai_setting_definitions_bump_registry after insert or update or delete on public.ai_setting_definitions
  for each statement execute function private.bump_registry_version();
create trigger ai_settings_bump_registry after insert or update or delete on public.ai_settings
  for each statement execute function private.bump_registry_version();

create function private.tier_rank(p_tier text)
returns integer
language sql
immutable
set search_path = ''
as $$
  select case p_tier when 'small' then 1 when 'large' then 2 when 'frontier' then 3 end
$$;
comment on function private.tier_rank(text) is '1 small, 2 large, 3 frontier; NULL for anything else.';

create type private.card_model as (
  rank              integer,
  provider          text,
  model             text,
  tier              text,
  kind              text,      -- NULL = the registry does not know the model
  capabilities      text[],
  context_window    integer,
  max_output_tokens integer,
  provider_on       boolean,   -- the provider's row is there and active
  own_key           boolean,   -- an organization's provider with a key of its own
  wire              jsonb,     -- what the function receives, but for the price
  prices            jsonb      -- rows in force, dearest context tier first, ai.price.unknown applied
);
comment on type private.card_model is 'A model on a route card.';

create table private.route_cards (
  org_id      uuid                 not null,
  name        text                 not null,
  version     bigint               not null,
  valid_until timestamptz          not null,
  policy      public.ai_policies,
  base_tier   text,
  has_prompts boolean              not null,
  settings    jsonb                not null,
  models      private.card_model[] not null,

  constraint route_cards_pkey primary key (org_id, name)
);
comment on table private.route_cards is 'A cache: may be emptied at any time.';
comment on column private.route_cards.name is 'task, or task and the models the caller named.';
comment on column private.route_cards.has_prompts is 'Whether the prompt registry has an active prompt for the task at all.';
comment on column private.route_cards.settings is 'The organization''s effective settings, without any user''s.';
alter table private.route_cards enable row level security;

create function private.card_prices(p_provider text, p_model text, p_org_id uuid, p_at timestamptz)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_agg(jsonb_build_object(
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
$$;
comment on function private.card_prices(text, text, uuid, timestamptz) is
  'Prices in force of a model, highest context tier first. NULL = unpriced.';

create function private.make_route_card(p_org_id uuid, p_task text, p_models text[], p_now timestamptz)
returns private.route_cards
language plpgsql
stable
set search_path = ''
as $$
declare
  v_card    private.route_cards;
  v_unknown text;
begin
  v_card.org_id := p_org_id;
  v_card.policy := private.policy_for(p_org_id, p_task);
  v_card.settings := private.settings_for(p_org_id, null);
  v_card.base_tier := (select t.base_tier from public.ai_tasks as t where t.slug = p_task);
  v_card.has_prompts := exists (
    select from public.ai_prompts as prompt
    where prompt.status = 'active' and (prompt.org_id is null or prompt.org_id = p_org_id)
      and prompt.key = coalesce((select t.prompt_key from public.ai_tasks as t where t.slug = p_task), p_task));
  v_unknown := v_card.settings ->> 'ai.price.unknown';

  with wanted as (
    -- Named models in the caller's order, at whichever providers have them …
    select (n * 100)::integer as rank, m.provider, m.model, m.tier
    from unnest(p_models) with ordinality as name (model, n)
    join public.ai_models as m
      on (m.model = name.model or name.model = any (m.aliases) or m.provider || '/' || m.model = name.model)
     and (m.org_id is null or m.org_id = p_org_id)
    union all
    -- … else the policy's, tier by tier.
    select (private.tier_rank(t.tier) * 100 + n)::integer, c.item ->> 'provider', c.item ->> 'model', t.tier
    from unnest(array['small', 'large', 'frontier']) as t (tier)
    cross join lateral jsonb_array_elements(coalesce((v_card.policy).tiers -> t.tier, '[]')) with ordinality as c (item, n)
    where p_models is null
      and private.tier_rank(t.tier) <= coalesce(private.tier_rank((v_card.policy).max_tier), 3)
  ),
  first as (
    select distinct on (w.provider, w.model) w.* from wanted as w order by w.provider, w.model, w.rank
  )
  select coalesce(array_agg(row(
    f.rank, f.provider, f.model, coalesce(f.tier, m.tier, 'small'), m.kind, m.capabilities, m.context_window, m.max_output_tokens,
    pr.slug is not null, pr.org_id is not null and pr.secret_name is not null,
    jsonb_build_object(
      'provider', f.provider, 'model', f.model, 'tier', coalesce(f.tier, m.tier, 'small'), 'context_window', m.context_window,
      'capabilities', to_jsonb(m.capabilities), 'dimensions', m.dimensions, 'base_url', pr.base_url, 'kind', pr.kind, 'secret_name', pr.secret_name),
    coalesce(
      private.card_prices(f.provider, f.model, p_org_id, p_now),
      private.card_prices(split_part(v_unknown, '/', 1), substr(v_unknown, strpos(v_unknown, '/') + 1), p_org_id, p_now))
  )::private.card_model order by f.rank), '{}')
  into v_card.models
  from first as f
  left join lateral (
    select x.* from public.ai_models as x
    where x.provider = f.provider and x.model = f.model and (x.org_id = p_org_id or x.org_id is null) and x.active
      and (x.shutdown_on is null or x.shutdown_on > p_now::date)
    order by x.org_id nulls last limit 1
  ) as m on true
  left join lateral (
    select x.* from public.ai_providers as x
    where x.slug = f.provider and (x.org_id = p_org_id or x.org_id is null) and x.active
    order by x.org_id nulls last limit 1
  ) as pr on true;

  select coalesce(min(moment.at), 'infinity') into v_card.valid_until
  from (
    select unnest(array[price.effective_from, price.effective_to]) from public.ai_model_prices as price
    union all
    select m.shutdown_on::timestamptz from public.ai_models as m where m.active
  ) as moment (at)
  where moment.at > p_now;
  return v_card;
end
$$;
comment on function private.make_route_card(uuid, text, text[], timestamptz) is
  'Joins policy, models, providers, prices and settings for one organization and task.';

create function private.route_card(p_org_id uuid, p_task text, p_models text[], p_now timestamptz)
returns private.route_cards
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_name    text := case when p_models is null then p_task else p_task || ' ' || array_to_string(p_models, ' ') end;
  v_version bigint;
  v_card    private.route_cards;
begin
  select v.version into v_version from private.registry_version as v;
  select * into v_card from private.route_cards as c where c.org_id = p_org_id and c.name = v_name;
  if found and v_card.version = v_version and v_card.valid_until > p_now then
    return v_card;
  end if;
  v_card := private.make_route_card(p_org_id, p_task, p_models, p_now);
  v_card.name := v_name;
  v_card.version := v_version;
  -- Names nobody knows are not kept: callers could fill the table with them. A kept card is not waited for.
  if cardinality(v_card.models) > 0 and length(v_name) <= 500
     and not exists (select from unnest(v_card.models) as m where m.kind is null) then
    insert into private.route_cards as c select (v_card).*
    on conflict (org_id, name) do update set
      version = excluded.version, valid_until = excluded.valid_until, policy = excluded.policy, base_tier = excluded.base_tier, has_prompts = excluded.has_prompts,
      settings = excluded.settings, models = excluded.models
    where c.version <= excluded.version;
  end if;
  return v_card;
end
$$;
comment on function private.route_card(uuid, text, text[], timestamptz) is
  'The route card in force, made anew after any change of the registry.';

revoke execute on all functions in schema private from public;
