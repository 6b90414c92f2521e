-- What a token costs, by exact model id and date. A row that calls may have used never changes: a correction is a new row.

create table public.ai_model_prices (
  id                        uuid not null default gen_random_uuid(),
  provider                  text not null,
  model                     text not null,
  org_id                    uuid,
  effective_from            timestamptz not null,
  effective_to              timestamptz,
  min_input_tokens          integer not null default 0,
  input_usd_per_mtok        numeric(14, 6),
  output_usd_per_mtok       numeric(14, 6),
  cache_read_usd_per_mtok   numeric(14, 6),
  cache_write_usd_per_mtok  numeric(14, 6),
  batch_input_usd_per_mtok  numeric(14, 6),
  batch_output_usd_per_mtok numeric(14, 6),
  image_usd                 numeric(14, 6),
  audio_minute_usd          numeric(14, 6),
  source                    text not null,
  source_on                 date not null,
  created_at                timestamptz not null default now(),

  constraint ai_model_prices_pkey primary key (id),
  constraint ai_model_prices_provider_fkey foreign key (provider) references public.ai_providers (slug),
  constraint ai_model_prices_org_id_fkey foreign key (org_id) references public.organizations (id) on delete cascade,
  constraint ai_model_prices_range_forward check (effective_to >= effective_from),
  constraint ai_model_prices_tier_not_negative check (min_input_tokens >= 0),
  constraint ai_model_prices_not_negative check (
    least(
      input_usd_per_mtok, output_usd_per_mtok, cache_read_usd_per_mtok, cache_write_usd_per_mtok,
      batch_input_usd_per_mtok, batch_output_usd_per_mtok, image_usd, audio_minute_usd
    ) >= 0
    -- NaN is above infinity.
    and greatest(
      input_usd_per_mtok, output_usd_per_mtok, cache_read_usd_per_mtok, cache_write_usd_per_mtok,
      batch_input_usd_per_mtok, batch_output_usd_per_mtok, image_usd, audio_minute_usd
    ) < 'Infinity'
  ),
  constraint ai_model_prices_prices_something check (
    num_nonnulls(input_usd_per_mtok, output_usd_per_mtok, image_usd, audio_minute_usd) > 0
  ),
  constraint ai_model_prices_source_is_url check (source ~ '^https://')
);

comment on table public.ai_model_prices is
  'Dated prices in US dollars. An organization''s row (a negotiated price) counts for that organization alone. Written by operators: a price an organization could lower would be a budget it could lift.';
comment on column public.ai_model_prices.effective_to is 'Exclusive. NULL: until a newer row begins.';
comment on column public.ai_model_prices.min_input_tokens is
  'Context tier: the row prices requests with at least this many input tokens, all their tokens included.';
comment on column public.ai_model_prices.input_usd_per_mtok is
  'US dollars per million uncached input tokens. NULL: not sold by the token, or unknown; never free.';
comment on column public.ai_model_prices.output_usd_per_mtok is
  'US dollars per million output tokens, reasoning included. 0 for embeddings, which have none.';
comment on column public.ai_model_prices.cache_read_usd_per_mtok is
  'US dollars per million input tokens read from the provider''s prompt cache. NULL: no discount, they cost as input.';
comment on column public.ai_model_prices.cache_write_usd_per_mtok is
  'US dollars per million input tokens written to the prompt cache (Anthropic: for five minutes). NULL: no surcharge, they cost as input.';
comment on column public.ai_model_prices.batch_input_usd_per_mtok is 'As input_usd_per_mtok for batch jobs. NULL: no batch price.';
comment on column public.ai_model_prices.batch_output_usd_per_mtok is 'As output_usd_per_mtok for batch jobs. NULL: no batch price.';
comment on column public.ai_model_prices.image_usd is 'US dollars per image, beside its tokens. NULL: images cost their tokens only.';
comment on column public.ai_model_prices.audio_minute_usd is 'US dollars per minute of audio. NULL: not sold by the minute.';
comment on column public.ai_model_prices.source is 'Address of the vendor''s price page.';
comment on column public.ai_model_prices.source_on is 'Day the figures were last checked; after 30 days they count as stale.';

create index ai_model_prices_lookup_idx
  on public.ai_model_prices (provider, model, effective_from desc);
create index ai_model_prices_org_id_idx on public.ai_model_prices (org_id);

-- An exclusion constraint would need btree_gist, one more extension for one rule; the lock makes the check as safe.
create function private.guard_price()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and row(
    new.id, new.provider, new.model, new.org_id, new.effective_from, new.min_input_tokens, new.input_usd_per_mtok,
    new.output_usd_per_mtok, new.cache_read_usd_per_mtok, new.cache_write_usd_per_mtok, new.batch_input_usd_per_mtok,
    new.batch_output_usd_per_mtok, new.image_usd, new.audio_minute_usd
  ) is distinct from row(
    old.id, old.provider, old.model, old.org_id, old.effective_from, old.min_input_tokens, old.input_usd_per_mtok,
    old.output_usd_per_mtok, old.cache_read_usd_per_mtok, old.cache_write_usd_per_mtok, old.batch_input_usd_per_mtok,
    old.batch_output_usd_per_mtok, old.image_usd, old.audio_minute_usd
  ) then
    raise exception 'Cannot change price %: calls may have used it', old.id
      using errcode = '55000', hint = 'Insert a row with the right price; it ends this one';
  end if;

  perform pg_catalog.pg_advisory_xact_lock(
    pg_catalog.hashtextextended(concat_ws('/', 'ai_model_prices', new.provider, new.model, new.org_id, new.min_input_tokens), 0)
  );
  if tg_op = 'INSERT' and new.effective_to is null then
    update public.ai_model_prices as earlier
    set effective_to = new.effective_from
    where earlier.provider = new.provider
      and earlier.model = new.model
      and earlier.org_id is not distinct from new.org_id
      and earlier.min_input_tokens = new.min_input_tokens
      and earlier.effective_from <= new.effective_from
      and earlier.effective_to is null;
  end if;
  if exists (
    select from public.ai_model_prices as other
    where other.id <> new.id
      and other.provider = new.provider
      and other.model = new.model
      and other.org_id is not distinct from new.org_id
      and other.min_input_tokens = new.min_input_tokens
      and tstzrange(other.effective_from, other.effective_to) && tstzrange(new.effective_from, new.effective_to)
  ) then
    raise exception 'Cannot price % from %: another price is in force in that time', new.model, new.effective_from
      using errcode = '23P01', hint = 'Without effective_to a new price ends the one before it by itself';
  end if;
  return new;
end
$$;

comment on function private.guard_price() is
  'A new open-ended price ends the one before it; two prices never overlap; figures of a stored price never change.';

create trigger ai_model_prices_guard
before insert or update on public.ai_model_prices
for each row execute function private.guard_price();

-- plpgsql, although it is one query: admission asks for each candidate, and plpgsql keeps the plan.
create function private.price_for(p_provider text, p_model text, p_org uuid, p_at timestamptz, p_input_tokens integer)
returns public.ai_model_prices
language plpgsql
stable
set search_path = ''
as $$
declare
  in_force public.ai_model_prices;
begin
  select price.* into in_force
  from public.ai_model_prices as price
  where price.provider = p_provider
    and price.model = p_model
    and (price.org_id is null or price.org_id = p_org)
    and price.effective_from <= p_at
    and (price.effective_to is null or price.effective_to > p_at)
    and (p_input_tokens is null or price.min_input_tokens <= p_input_tokens)
  order by price.org_id is null, price.min_input_tokens desc
  limit 1;
  return in_force;
end
$$;

comment on function private.price_for(text, text, uuid, timestamptz, integer) is
  'The price of an exact model id at a moment: the organization''s own before the platform''s, the context tier by input tokens (NULL = unknown, the highest tier). A row of NULLs when there is none: unpriced, never free.';

-- Exchange rates ----------------------------------------------------------------------------------------------------------

create table public.ai_exchange_rates (
  id             uuid not null default gen_random_uuid(),
  currency       text not null,
  rate           numeric(18, 9) not null,
  effective_from timestamptz not null,
  source         text not null,
  created_at     timestamptz not null default now(),

  constraint ai_exchange_rates_pkey primary key (id),
  constraint ai_exchange_rates_moment_key unique (currency, effective_from),
  constraint ai_exchange_rates_currency_known check (currency in ('EUR', 'CHF', 'USD')),
  constraint ai_exchange_rates_positive check (rate > 0 and rate < 'Infinity'),
  constraint ai_exchange_rates_dollar_is_one check (currency <> 'USD' or rate = 1)
);

comment on table public.ai_exchange_rates is 'Dated rates; the newest that has begun counts. Rows are never changed: holds name the one they used.';
comment on column public.ai_exchange_rates.rate is 'Units of the currency for one US dollar.';
comment on column public.ai_exchange_rates.source is 'Who published it, and for which day.';

create function private.rate_for(p_currency text, p_at timestamptz)
returns public.ai_exchange_rates
language plpgsql
stable
set search_path = ''
as $$
declare
  in_force public.ai_exchange_rates;
begin
  select rate.* into in_force
  from public.ai_exchange_rates as rate
  where rate.currency = p_currency and rate.effective_from <= p_at
  order by rate.effective_from desc
  limit 1;
  return in_force;
end
$$;

comment on function private.rate_for(text, timestamptz) is
  'The exchange rate in force at a moment; a row of NULLs when the currency has none yet.';

create function private.per_usd(p_currency text, p_at timestamptz)
returns numeric
language plpgsql
stable
set search_path = ''
as $$
begin
  if p_currency = 'USD' then
    return 1;
  end if;
  return (
    select rate.rate from public.ai_exchange_rates as rate
    where rate.currency = p_currency and rate.effective_from < p_at
    order by rate.effective_from desc limit 1
  );
end
$$;
comment on function private.per_usd(text, timestamptz) is
  'Units of a currency for one US dollar by the newest rate before a moment. NULL when there is none.';

-- Rights ------------------------------------------------------------------------------------------------------------------

alter table public.ai_model_prices enable row level security;
alter table public.ai_exchange_rates enable row level security;

-- No delete, and update only of the end: rows are referred to by id from the log.
grant select, insert on public.ai_model_prices, public.ai_exchange_rates to authenticated, service_role;
grant update (effective_to, source, source_on) on public.ai_model_prices to authenticated, service_role;
grant execute on function
  private.price_for(text, text, uuid, timestamptz, integer), private.rate_for(text, timestamptz)
to service_role;
grant execute on function private.per_usd(text, timestamptz) to authenticated, service_role;

-- public.ai_model_prices
create policy ai_model_prices_select_members on public.ai_model_prices for select to authenticated
  using (org_id is null or org_id in (select private.my_org_ids()) or (select private.is_operator()));

create policy ai_model_prices_insert_operators on public.ai_model_prices for insert to authenticated
  with check ((select private.is_operator()));

create policy ai_model_prices_update_operators on public.ai_model_prices for update to authenticated
  using ((select private.is_operator())) with check ((select private.is_operator()));

-- public.ai_exchange_rates
create policy ai_exchange_rates_select_everyone on public.ai_exchange_rates for select to authenticated using (true);

create policy ai_exchange_rates_insert_operators on public.ai_exchange_rates for insert to authenticated
  with check ((select private.is_operator()));
