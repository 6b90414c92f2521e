-- What is not sold by the token: images, minutes of audio, and batch jobs. How much of it a request may use is part of its
-- bound; how much it used stands on its call rows, so that every bill can be computed again.

alter table public.ai_tasks drop constraint ai_tasks_operation_known;
alter table public.ai_tasks add constraint ai_tasks_operation_known check (operation in ('chat', 'embedding', 'speech'));

alter table public.ai_call_logs
  add column images   smallint,
  add column audio_ms integer,
  add column batch    boolean;
comment on column public.ai_call_logs.images is 'Images sent to a model that charges for each. NULL: none, or they cost their tokens only.';
comment on column public.ai_call_logs.audio_ms is 'Milliseconds of audio the provider bills. NULL: none, or of a length nobody knows.';
comment on column public.ai_call_logs.batch is 'True for a call of a batch job, at batch prices. NULL: not.';

create function private.is_sound_call(
  p_attempt smallint, p_usage_source text, p_input integer, p_output integer, p_cache_read integer, p_cache_write integer,
  p_cost_usd numeric, p_images smallint, p_audio_ms integer
)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return p_attempt >= 1 and p_usage_source in ('provider', 'estimated', 'none')
    and coalesce(least(p_input, p_output, p_cache_read, p_cache_write, p_images, p_audio_ms), 0) >= 0
    and (p_cost_usd is null or p_cost_usd >= 0);
end
$$;
comment on function private.is_sound_call(smallint, text, integer, integer, integer, integer, numeric, smallint, integer) is
  'Attempts count from 1, the source of the usage is known, tokens, images, milliseconds and cost are not negative. NULL is unknown and fine.';
revoke execute on function private.is_sound_call(smallint, text, integer, integer, integer, integer, numeric, smallint, integer) from public;
grant execute on function private.is_sound_call(smallint, text, integer, integer, integer, integer, numeric, smallint, integer) to service_role;
alter table public.ai_call_logs drop constraint ai_call_logs_sound;
alter table public.ai_call_logs add constraint ai_call_logs_sound check (private.is_sound_call(
  attempt, usage_source, input_tokens, output_tokens, cache_read_input_tokens, cache_write_input_tokens, cost_usd, images, audio_ms));
drop function private.is_sound_call(smallint, text, integer, integer, integer, integer, numeric);

-- What it costs --------------------------------------------------------------------------------------------------------

create function private.audio_usd(p_audio_ms integer, p_minute_usd numeric)
returns numeric
language plpgsql
immutable
set search_path = ''
as $$
begin
  -- A minute is 60,000 ms: divided last, and to so many digits that the rounding is the only one.
  return round((p_audio_ms * p_minute_usd)::numeric(60, 30) / 60000, 12);
end
$$;
comment on function private.audio_usd(integer, numeric) is 'US dollars of so many milliseconds of audio, to 12 decimals. NULL when either is unknown.';

create or replace function private.call_cost(p_call public.ai_call_logs, p_price public.ai_model_prices)
returns numeric
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_read   integer := coalesce(p_call.cache_read_input_tokens, 0);
  v_write  integer := coalesce(p_call.cache_write_input_tokens, 0);
  v_input  numeric;
  v_output numeric := p_price.output_usd_per_mtok;
begin
  if p_call.usage_source = 'none' then
    return 0;
  end if;
  if p_price.input_usd_per_mtok is null and p_price.audio_minute_usd is not null then
    -- Sold by the minute alone: its tokens, if it counts any, cost nothing.
    return trim_scale(private.audio_usd(p_call.audio_ms, p_price.audio_minute_usd) + coalesce(p_call.images * p_price.image_usd, 0));
  elsif p_call.input_tokens is null or p_call.output_tokens is null then
    return null;
  end if;
  v_input := greatest(p_call.input_tokens - v_read - v_write, 0) * p_price.input_usd_per_mtok
    + v_read * coalesce(p_price.cache_read_usd_per_mtok, p_price.input_usd_per_mtok)
    + v_write * coalesce(p_price.cache_write_usd_per_mtok, p_price.input_usd_per_mtok);
  if p_call.batch then
    -- A batch is cheaper by one factor for all kinds of input.
    if p_price.batch_input_usd_per_mtok is not null and p_price.input_usd_per_mtok > 0 then
      v_input := (v_input * p_price.batch_input_usd_per_mtok)::numeric(60, 30) / p_price.input_usd_per_mtok;
    end if;
    v_output := coalesce(p_price.batch_output_usd_per_mtok, v_output);
  end if;
  v_input := trim_scale(round((v_input + p_call.output_tokens * coalesce(v_output, 0)) * 0.000001, 12));
  if p_call.images is null and p_call.audio_ms is null then
    return v_input;
  end if;
  return trim_scale(v_input + coalesce(p_call.images * p_price.image_usd, 0)
    + coalesce(private.audio_usd(p_call.audio_ms, p_price.audio_minute_usd), 0));
end
$$;
comment on function private.call_cost(public.ai_call_logs, public.ai_model_prices) is
  'US dollars of one call to 12 decimals: the same arithmetic as costUsd in shared/pricing. NULL when tokens, minutes or price are unknown.';

-- What it can cost at most ---------------------------------------------------------------------------------------------

alter type private.admission_request add attribute images integer, add attribute audio_ms integer;
alter type private.token_price add attribute image_usd numeric, add attribute audio_minute_usd numeric;
alter type private.card_model add attribute image_usd numeric, add attribute audio_minute_usd numeric;
comment on type private.card_model is
  'A model on a route card. JSON is kept as text: putting text together costs a tenth of building and printing jsonb. image_usd and audio_minute_usd: US dollars for one image and one minute; NULL = not sold so.';
delete from private.route_cards; -- made without them

create or replace function private.card_prices(p_provider text, p_model text, p_org_id uuid, p_at timestamptz)
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

create or replace function private.token_price(p_price jsonb)
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

create or replace function private.models_at_length(p_models private.card_model[], p_input_tokens integer)
returns private.card_model[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
    select array_agg(case when m.by_length is null then m else row(
      m.rank, m.tier_rank, m.provider, m.model, m.tier, m.problem, m.context_window, m.max_output_tokens, m.dimensions,
      (at.price).input_usd, (at.price).output_usd, (at.price).wire, m.wire, m.label, m.by_length, (at.price).image_usd, (at.price).audio_minute_usd
    )::private.card_model end order by m.rank)
    from unnest(p_models) as m
    cross join lateral (select private.token_price(private.card_price(m.by_length, p_input_tokens)) as price) as at
  );
end
$$;

create or replace function private.card_models(
  p private.admission_request, p_org_id uuid, p_policy public.ai_policies, p_price_unknown text, p_now timestamptz
)
returns private.card_model[]
language plpgsql
stable
set search_path = ''
as $$
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
        'provider', f.provider, 'model', f.model, 'tier', t.tier, 'context_window', m.context_window,
        'capabilities', to_jsonb(m.capabilities), 'dimensions', m.dimensions, 'base_url', pr.base_url, 'kind', pr.kind,
        'secret_name', pr.secret_name)::text, '}'),
      rtrim(jsonb_build_object('rank', f.rank, 'provider', f.provider, 'model', f.model, 'tier', t.tier)::text, '}'),
      case when jsonb_array_length(price.all_of) > 1 then price.all_of end,
      (price.short).image_usd, (price.short).audio_minute_usd
    )::private.card_model order by f.rank), '{}')
    from first as f
    left join lateral (
      select x.* from public.ai_models as x
      where x.provider = f.provider and x.model = f.model and (x.org_id = p_org_id or x.org_id is null) and x.active
      order by x.org_id nulls last limit 1
    ) as m on true
    left join lateral (
      select x.* from public.ai_providers as x
      where x.slug = f.provider and (x.org_id = p_org_id or x.org_id is null) and x.active
      order by x.org_id nulls last limit 1
    ) as pr on true
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

create function private.worst_usd(p private.admission_request, p_model private.card_model, p_input integer, p_output integer)
returns numeric
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p.images is null and p.audio_ms is null then
    return trim_scale(p_input * p_model.input_usd + p_output * p_model.output_usd);
  end if;
  return trim_scale(
    case when p_model.input_usd is not null then p_input * p_model.input_usd + p_output * p_model.output_usd
         when p.audio_ms is not null and p_model.audio_minute_usd is not null then 0 end
    + coalesce(p.images * p_model.image_usd, 0) + coalesce(private.audio_usd(p.audio_ms, p_model.audio_minute_usd), 0));
end
$$;
comment on function private.worst_usd(private.admission_request, private.card_model, integer, integer) is
  'The most one attempt can cost, US dollars: tokens, images and minutes at their bounds. NULL when what the model is sold by has no bound.';

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
  v_list    private.candidate_list;
  v_models  private.card_model[] := p_models;
  v_model   private.card_model;
  v_broken  jsonb := private.open_breakers(p_now);
  v_breaker text;
  v_input   integer := p.input_tokens + p_prompt_tokens;
  v_output  integer;
  v_worst   numeric;
  v_problem text;
begin
  v_list.input_tokens := v_input;
  if v_input >= p_long_from then
    v_models := private.models_at_length(v_models, v_input);
  end if;

  foreach v_model in array v_models loop
    v_problem := v_model.problem;
    v_breaker := 'closed';
    if v_problem is null then
      v_output := least(p.max_output_tokens, v_model.max_output_tokens);
      v_worst := private.worst_usd(p, v_model, v_input, v_output);
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
    end if;
    if v_problem is null then
      v_list.usable := v_list.usable || row(v_model.rank, v_model.tier_rank, v_model.provider, v_model.model, v_model.tier, v_breaker, v_worst, v_output,
        v_model.dimensions, v_model.wire || ', "price": ' || v_model.price)::private.candidate;
    else
      v_list.problems := v_list.problems || v_problem;
    end if;
    v_list.described := concat(v_list.described || ', ', v_model.label,
      case when v_problem is null then ', "worst_cost_usd": ' || v_worst else ', "problem": "' || v_problem || '"' end,
      case when v_breaker <> 'closed' then ', "breaker": "' || v_breaker || '"' end, '}');
  end loop;
  v_list.described := concat('[', v_list.described, ']');
  return v_list;
end
$$;

revoke execute on all functions in schema private from public;
