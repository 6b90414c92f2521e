-- Learned bounds: most answers are far shorter than a task allows them to be. Where every hard budget of an organization agrees, a
-- request holds, and its model may write, the 99th percentile of what this task and model have written so far; an answer that is
-- cut there is asked for again in full, once ai_extend has granted the rest. So nothing is ever spent that was not held.
-- A request is only admitted while its full bound fits: what one answer of a hundred needs is there. docs/decisions/2026-11-27-learned-bounds.md

alter table public.ai_budgets add column learned_bounds boolean not null default false;
comment on column public.ai_budgets.learned_bounds is
  'Whether requests may hold what their answers usually cost instead of what they could. Counts once every active hard budget of the organization says so.';

create table private.ai_output_bounds (
  org_id        uuid        not null references public.organizations (id) on delete cascade,
  task          text        not null,
  provider      text        not null,
  model         text        not null,
  output_tokens integer     not null,
  answers       bigint      not null,
  learned_at    timestamptz not null,

  constraint ai_output_bounds_pkey primary key (org_id, task, provider, model)
);
comment on table private.ai_output_bounds is 'The 99th percentile of the output tokens of an organization''s answers in the last 30 days, by task and model; at least 200 answers.';
alter table private.ai_output_bounds enable row level security;

alter type private.card_budget add attribute learned boolean;
alter type private.card_model add attribute learned_output integer;
alter type private.candidate add attribute learned_output integer, add attribute learned_usd numeric;
comment on type private.candidate is
  'A model that qualifies for a request. worst_usd and max_output_tokens are full bounds; learned_usd and learned_output what is held and asked for instead (NULL = the full ones).';
delete from private.route_cards; -- made without them

create function private.learned_hold(p_choice private.choice)
returns numeric
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_one  private.candidate;
  v_hold numeric;
begin
  if p_choice.chosen is null then
    return p_choice.hold_usd;
  end if;
  foreach v_one in array p_choice.chosen loop
    if v_one.tier = p_choice.tier then
      v_hold := greatest(v_hold, coalesce(v_one.learned_usd, v_one.worst_usd));
    end if;
  end loop;
  return v_hold;
end
$$;
comment on function private.learned_hold(private.choice) is 'US dollars to hold: the dearest of the starting tier, by learned bounds where there are any.';

create function private.learn_output_bounds()
returns integer
language plpgsql
set search_path = ''
as $$
declare
  c_enough constant integer := 200;
  v_now    timestamptz := private.clock();
  v_org    uuid;
  v_count  integer;
begin
  create temporary table learned on commit drop as
  with answered as (
    -- Of a request the last word of a model counts: what was cut and asked for again in full is one long answer, not a short one.
    select c.org_id, r.task, c.provider, c.request_model as model, max(c.output_tokens) as output_tokens,
           (array_agg(c.finish_reason order by c.attempt desc))[1] is not distinct from 'length' as cut
    from public.ai_call_logs as c
    join public.ai_request_logs as r on r.id = c.request_id and r.org_id = c.org_id and r.created_at >= v_now - interval '31 days'
    where c.created_at >= v_now - interval '30 days' and c.error_code is null and c.usage_source = 'provider' and c.output_tokens is not null
      and c.org_id in (select b.org_id from public.ai_budgets as b where b.active and b.learned_bounds)
    group by c.org_id, r.task, c.provider, c.request_model, c.request_id
  )
  select a.org_id, a.task, a.provider, a.model, count(*) as answers,
         percentile_disc(0.99) within group (order by case when a.cut then 2147483647 else a.output_tokens end) as output_tokens
  from answered as a
  group by a.org_id, a.task, a.provider, a.model
  having count(*) >= c_enough;

  for v_org in
    select org_id from private.ai_output_bounds union select org_id from pg_temp.learned
  loop
    delete from private.ai_output_bounds as b where b.org_id = v_org;
    insert into private.ai_output_bounds
    select l.org_id, l.task, l.provider, l.model, l.output_tokens, l.answers, v_now
    from pg_temp.learned as l where l.org_id = v_org and l.output_tokens < 2147483647;
    perform private.bump_registry_version(v_org);
  end loop;
  drop table pg_temp.learned;
  select count(*)::integer into v_count from private.ai_output_bounds;
  return v_count;
end
$$;
comment on function private.learn_output_bounds() is
  'Learns the bounds of the organizations that want them anew. Called by cron every night. Returns how many there are.';

create or replace function private.card_budgets(p_org_id uuid)
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
      b.period, b.hard, b.cap, b.soft_percent, b.learned_bounds)::private.card_budget order by b.id), '{}')
    from public.ai_budgets as b
    where b.org_id = p_org_id and b.active
  );
end
$$;

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
      (at.price).input_usd, (at.price).output_usd, (at.price).wire, m.wire, m.label, m.by_length, (at.price).image_usd, (at.price).audio_minute_usd,
      m.learned_output
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
        'provider', f.provider, 'model', f.model, 'tier', t.tier, 'context_window', m.context_window,
        'capabilities', to_jsonb(m.capabilities), 'dimensions', m.dimensions, 'base_url', pr.base_url, 'kind', pr.kind,
        'secret_name', pr.secret_name)::text, '}'),
      rtrim(jsonb_build_object('rank', f.rank, 'provider', f.provider, 'model', f.model, 'tier', t.tier)::text, '}'),
      case when jsonb_array_length(price.all_of) > 1 then price.all_of end,
      (price.short).image_usd, (price.short).audio_minute_usd,
      case when v_learned then bound.output_tokens end
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
  v_learned   integer;
  v_less      numeric;
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
      -- A stream cannot be asked again once it is read: it is held for in full.
      v_learned := case when v_model.learned_output < v_output and p.stream is not true then v_model.learned_output end;
      v_less := case when v_learned is not null then private.worst_usd(p, v_model, v_input, v_learned) end;
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
        v_model.dimensions, v_model.wire || ', "price": ' || v_model.price, v_learned, v_less)::private.candidate;
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

create or replace function private.wire_candidates(p_chosen private.candidate[])
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

create or replace function private.bound_to(p_usable private.candidate[], p_tokens integer, p_of integer)
returns private.candidate[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
    select array_agg(row(c.rank, c.tier_rank, c.provider, c.model, c.tier, c.breaker,
             case when p_of = 0 then 0 else c.worst_usd * p_tokens / p_of end, 0, c.dimensions, c.wire, null, null)::private.candidate order by c.rank)
    from unnest(p_usable) as c
  );
end
$$;

create or replace function private.replay_choice(p_request public.ai_request_logs, p_policy public.ai_policies)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  p            private.admission_request;
  v_decision   jsonb := p_request.decision;
  v_choice     jsonb := v_decision -> 'choice';
  v_max_rank   integer := coalesce(private.tier_rank(p_policy.max_tier), 3);
  v_start      private.start;
  v_usable     private.candidate[];
  v_again      private.choice;
begin
  p.importance := p_request.importance;
  p.cost_sensitivity := p_request.cost_sensitivity;
  p.complexity := p_request.complexity;
  select array_agg(row(
      (c.item ->> 'rank')::integer, private.tier_rank(c.item ->> 'tier'), c.item ->> 'provider', c.item ->> 'model', c.item ->> 'tier', c.item ->> 'breaker',
      case
        when v_choice -> 'items' is null then (c.item ->> 'worst_cost_usd')::numeric
        when (v_choice #>> '{items,1}')::integer = 0 then 0
        else (c.item ->> 'worst_cost_usd')::numeric * (v_choice #>> '{items,0}')::integer / (v_choice #>> '{items,1}')::integer
      end, null, null, null, null, null)::private.candidate order by (c.item ->> 'rank')::integer, c.n)
  into v_usable
  from jsonb_array_elements(v_decision -> 'candidates') with ordinality as c (item, n)
  where not c.item ? 'problem';

  v_start := private.choose_start(p, p_policy, v_choice ->> 'base_tier',
    case when (v_choice ->> 'demoted')::boolean then 'infinity'::timestamptz end, '-infinity');
  if (v_choice ->> 'named')::boolean and v_usable is not null then
    v_start.tier := v_usable[1].tier;
    v_start.tier_rank := v_usable[1].tier_rank;
    v_start.reasons := array['named:' || v_usable[1].model];
  end if;
  if v_usable is null then
    v_again.tier := v_start.tier;
    v_again.hold_usd := 0;
  else
    v_again := private.pick_affordable(v_usable, (v_choice ->> 'named')::boolean, v_start.tier_rank, v_max_rank,
      (v_decision ->> 'soft')::boolean and v_choice -> 'items' is null,
      least((v_decision ->> 'room')::numeric, (v_choice ->> 'per_request')::numeric) / (v_decision ->> 'per_usd')::numeric);
  end if;
  if v_again.tier <> v_start.tier then
    v_start.reasons := v_start.reasons
      || (case when (v_decision ->> 'soft')::boolean then 'limit:soft_budget' else 'limit:affordable_or_available' end || ':' || v_again.tier);
  end if;
  return jsonb_build_object('tier', v_again.tier, 'tier_reasons', to_jsonb(v_start.reasons), 'hold_usd', v_again.hold_usd,
    'ranks', to_jsonb(v_again.ranks));
end
$$;

create or replace function private.decide_hold(
  p private.admission_request, p_draft private.admission_draft, p_card private.route_cards, p_room private.budget_room, p_choice private.choice,
  p_periods private.periods, p_now timestamptz
)
returns public.ai_holds
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_hold    public.ai_holds := p_draft.hold;
  v_learned numeric := private.learned_hold(p_choice);
begin
  v_hold.decision := case when v_learned < p_choice.hold_usd
    then rtrim(private.decision_text(p, p_draft, p_card, p_room, p_choice), '}') || '}, "learned_hold_usd": ' || v_learned || '}'
    else private.decision_text(p, p_draft, p_card, p_room, p_choice) end::json;
  v_hold.created_at := p_now;
  v_hold.expires_at := p_now + (p_draft.settings).hold_ttl
    + least(greatest(coalesce(p.deadline_ms, 30000), 1000), 400000) * interval '1 millisecond';
  v_hold.held_usd := v_learned;
  v_hold.held := v_learned * p_card.per_usd;
  v_hold.day := p_periods.day;
  v_hold.week := p_periods.week;
  v_hold.month := p_periods.month;
  v_hold.tier := p_choice.tier;
  v_hold.provider := p_choice.chosen[1].provider;
  v_hold.model := p_choice.chosen[1].model;
  return v_hold;
end
$$;

create or replace function private.admitted(
  p_draft private.admission_draft, p_card private.route_cards, p_hold public.ai_holds, p_room private.budget_room, p_choice private.choice, p_wire text
)
returns json
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_settings private.card_settings := p_draft.settings;
  v_wire     text := p_wire;
begin
  -- The probe is claimed last: the one thing here that another provider's health hangs on.
  if position('"half_open"' in v_wire) > 0 then
    v_wire := private.wire_candidates(private.claim_probes(p_choice.chosen, p_hold.created_at));
  end if;
  return concat(
    '{"outcome": "admitted", "plan": {"request_id": "', p_hold.request_id, '", "org_id": "', p_hold.org_id, '", "candidates": ', v_wire,
    ', "tier": "', p_choice.tier, '", "prompt": ', p_draft.prompt, ', "thresholds": ', v_settings.thresholds, ', "calibration": ', v_settings.calibration,
    ', "settings": ', v_settings.as_json,
    ', "budget": ', coalesce(private.describe_room(p_room, p_card.currency, p_card.per_usd)::text, 'null'),
    ', "hold_usd": "', p_hold.held_usd, '", "expires_at": ', to_json(p_hold.expires_at), ', "items": ', coalesce(p_draft.items::text, 'null'), '}}')::json;
end
$$;

revoke execute on all functions in schema private from public;
