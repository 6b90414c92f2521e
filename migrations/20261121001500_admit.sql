-- ai_admit: everything that is decided before money is spent, in one round trip and one transaction.
--
-- Order: who → route card → idempotency → prompt → cache → candidates → gate → limits → budgets → hold → probe.
-- It never raises for a refusal: a refusal is an answer, and its row in ai_request_logs is committed.
--
-- All that can be done outside the organization's gate is done there, once nobody is inside: then the gate is entered first and
-- everything is measured once. While others are inside, the request is measured outside (it may be refused there and then),
-- planned, written down, and measured again inside, where mostly nothing but the counting is left.
-- docs/decisions/2026-11-21-gate-and-late-booking.md

create function private.near_models(p_name text, p_org_id uuid, p_operation text)
returns text[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select array_agg(near.model)
    from (
      select m.model from public.ai_models as m
      where m.active and m.kind = p_operation and (m.org_id is null or m.org_id = p_org_id)
      group by m.model
      order by max(extensions.similarity(m.model, p_name)) desc, m.model
      limit 3
    ) as near
  );
end
$$;
comment on function private.near_models(text, uuid, text) is 'The three known model ids most like a name.';

create type private.refusal as (code text, detail text, extensions jsonb);
comment on type private.refusal is 'Why a request is refused; code NULL = it is not.';

create function private.refuse_candidates(p private.admission_request, p_org_id uuid, p_list private.candidate_list)
returns private.refusal
language plpgsql
stable
set search_path = ''
as $$
declare
  v_name    text := coalesce(p.models[1], 'of the policy');
  v_refusal private.refusal;
begin
  if p.models is not null and p_list.problems is null then
    v_refusal.code := 'not_found';
    v_refusal.detail := format('Cannot use the model %s: it is not known', v_name);
  elsif p_list.problems <@ array['unknown', 'wrong_kind', 'not_allowed'] and 'not_allowed' = any (p_list.problems) then
    v_refusal.code := 'forbidden';
    v_refusal.detail := format('Cannot use the model %s: it is not allowed for this key', v_name);
  elsif p_list.problems <@ array['unknown', 'wrong_kind'] then
    v_refusal.code := 'not_found';
    v_refusal.detail := format('Cannot use the model %s: it is not known for this operation', v_name);
  elsif 'breaker_open' = any (p_list.problems) then
    null; -- Only availability is left: the function answers by rules, or says provider_unavailable. Nothing can cost anything.
  elsif 'context_too_small' = any (p_list.problems) then
    v_refusal.code := 'context_length_exceeded';
    v_refusal.detail := format('Cannot fit the input: about %s tokens are more than any allowed model takes', p_list.input_tokens);
  elsif 'unpriced' = any (p_list.problems) then
    v_refusal.code := 'model_unpriced';
    v_refusal.detail := format('Cannot use the model %s: it has no price in force', v_name);
  elsif 'above_max_cost' = any (p_list.problems) then
    v_refusal.code := 'budget_exhausted';
    v_refusal.detail := 'Cannot admit the request: it could cost more than the policy allows for one request';
  elsif 'lacks_capability' = any (p_list.problems) then
    v_refusal.code := 'invalid_request';
    v_refusal.detail := format('Cannot use the model %s: it lacks one of %s', v_name, array_to_string(p.needs, ', '));
  end if;
  if v_refusal.code in ('not_found', 'forbidden') then
    v_refusal.extensions := jsonb_build_object('near', private.near_models(v_name, p_org_id, p.operation));
  end if;
  return v_refusal;
end
$$;
comment on function private.refuse_candidates(private.admission_request, uuid, private.candidate_list) is
  'Why no candidate qualifies, when that is the request''s own fault; code NULL when providers are only unavailable.';

create function private.find_embeddings(p private.admission_request, p_org_id uuid, p_first private.candidate, p_now timestamptz)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_object_agg(e.hash, to_jsonb(e.vector)), '{}')
    from public.ai_embedding_cache as e
    where p.cache = 'use'
      and e.org_id = p_org_id and e.provider_model = p_first.provider || '/' || p_first.model
      and e.dimensions = coalesce((p.output_settings ->> 'dimensions')::integer, p_first.dimensions, 0)
      and e.expires_at > p_now
      and e.hash in (select i.item ->> 'hash' from jsonb_array_elements(p.items) as i (item))
  );
end
$$;
comment on function private.find_embeddings(private.admission_request, uuid, private.candidate, timestamptz) is
  'Vectors of the request''s texts that are cached: {hash: vector}.';

create function private.bound_to(p_usable private.candidate[], p_tokens integer, p_of integer)
returns private.candidate[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
    select array_agg(row(c.rank, c.tier_rank, c.provider, c.model, c.tier, c.breaker,
             case when p_of = 0 then 0 else c.worst_usd * p_tokens / p_of end, 0, c.dimensions, c.wire)::private.candidate order by c.rank)
    from unnest(p_usable) as c
  );
end
$$;
comment on function private.bound_to(private.candidate[], integer, integer) is
  'Candidates of an embedding whose bound is that of the texts not cached: p_tokens of p_of.';

create type private.prompt_choice as (key text, version integer, variant text, tokens integer, wire json);
comment on type private.prompt_choice is
  'The prompt of a request, the upper bound of its tokens, and the JSON that functions receive (shared/budget/admission.ts, PlanPrompt).';

create function private.choose_prompt_for(p private.admission_request, p_caller private.caller, p_in_registry boolean)
returns private.prompt_choice
language plpgsql
stable
set search_path = ''
as $$
declare
  v_choice private.prompt_choice;
  v_row    public.ai_prompts;
begin
  -- The registry's active prompt, else the task's own.
  if p_in_registry then
    v_row := private.choose_prompt(
      p_caller.org_id, coalesce(p.prompt ->> 'key', p.task),
      coalesce(p.subject_type || ':' || p.subject_id, p_caller.user_id::text, p_caller.key_id::text, p.request_id::text));
    if v_row.id is not null then
      return row(v_row.key, v_row.version, v_row.variant, v_row.token_bound, json_build_object(
        'key', v_row.key, 'version', v_row.version, 'variant', v_row.variant, 'system', v_row.system, 'template', v_row.template,
        'few_shot', coalesce(v_row.few_shot, '[]'::jsonb)))::private.prompt_choice;
    end if;
  end if;
  v_choice.key := coalesce(p.prompt ->> 'key', p.task);
  v_choice.version := coalesce((p.prompt ->> 'version')::integer, 1);
  v_choice.variant := 'A';
  v_choice.tokens := p.prompt_tokens;
  v_choice.wire := concat('{"key": ', to_json(v_choice.key), ', "version": ', v_choice.version,
    ', "variant": "A", "system": null, "template": null, "few_shot": []}')::json;
  return v_choice;
end
$$;
comment on function private.choose_prompt_for(private.admission_request, private.caller, boolean) is
  'The prompt of a request: the registry''s, sticky by subject or caller, else the task''s own.';

create function private.settings_of_user(p_card private.route_cards, p_user_id uuid, p_task text)
returns private.card_settings
language plpgsql
stable
set search_path = ''
as $$
declare
  v_settings jsonb := private.settings_for(p_card.org_id, p_user_id, 'ai.');
  v_policy   public.ai_policies;
begin
  select * into v_policy from public.ai_policies as policy where policy.id = p_card.policy_id;
  return private.read_settings(v_settings, private.judging_for(v_policy, v_settings, p_card.org_id, p_user_id, p_task));
end
$$;
comment on function private.settings_of_user(private.route_cards, uuid, text) is 'Settings for one who has some of his own.';

create function private.claim_probes(p_chosen private.candidate[], p_now timestamptz)
returns private.candidate[]
language plpgsql
set search_path = ''
as $$
declare
  v_left private.candidate[] := array[]::private.candidate[];
  v_one  private.candidate;
begin
  foreach v_one in array p_chosen loop
    if v_one.breaker <> 'half_open' or private.claim_probe(v_one.provider, v_one.model, p_now) then
      v_left := v_left || v_one;
    end if;
  end loop;
  return v_left;
end
$$;
comment on function private.claim_probes(private.candidate[], timestamptz) is
  'Candidates whose breakers are closed, and those whose one half-open probe is this request''s now.';

create function private.count_hold(p_hold public.ai_holds, p_periods private.periods, p_times integer)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_counted integer;
begin
  update public.ai_budget_states as s
  set day_held = s.day_held + p_hold.held * p_times,
      week_held = s.week_held + p_hold.held * p_times,
      month_held = s.month_held + p_hold.held * p_times,
      total_held = s.total_held + p_hold.held * p_times,
      minute = p_periods.minute,
      minute_requests = case when s.minute = p_periods.minute then s.minute_requests else 0 end + p_times,
      minute_tokens = case when s.minute = p_periods.minute then s.minute_tokens else 0 end + p_hold.tokens * p_times
  where s.org_id = p_hold.org_id and s.account = any (p_hold.accounts)
    and s.day = p_periods.day and s.week = p_periods.week and s.month = p_periods.month;
  get diagnostics v_counted = row_count;
  return v_counted;
end
$$;
comment on function private.count_hold(public.ai_holds, private.periods, integer) is
  'Counts a hold (1) or takes it back (-1) in those of its accounts that are open in the given periods, and returns how many are.';

create function private.count_new_hold(p_hold public.ai_holds, p_periods private.periods)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_periods private.periods := p_periods;
begin
  if private.count_hold(p_hold, v_periods, 1) < cardinality(p_hold.accounts) then
    -- The first request of a day, or of an account.
    perform private.count_hold(p_hold, v_periods, -1);
    v_periods := private.open_accounts(p_hold.org_id, p_hold.accounts, v_periods);
    perform private.count_hold(p_hold, v_periods, 1);
  end if;
  if p_hold.day <> v_periods.day or p_hold.week <> v_periods.week or p_hold.month <> v_periods.month then
    -- The day ended while it waited for the gate.
    update public.ai_holds as h set day = v_periods.day, week = v_periods.week, month = v_periods.month
    where h.org_id = p_hold.org_id and h.request_id = p_hold.request_id;
  end if;
end
$$;
comment on function private.count_new_hold(public.ai_holds, private.periods) is
  'Counts a hold in its accounts and settles which day it is of. Inside the gate.';

create function public.ai_admit(request jsonb)
returns json -- not jsonb: the answer is long, and put together from text
language plpgsql
security definer -- the one door to the ledger's tables; executable by the service role alone
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every statement looks up by key: planning it for its values anew gains nothing
as $$
declare
  -- How often a busy organization's waiting changes are booked: by one of so many of its requests.
  c_book_every constant integer := 64;
  p           private.admission_request := jsonb_populate_record(null::private.admission_request, request);
  v_now       timestamptz := private.clock();
  v_caller    private.caller := private.resolve_caller(p.org_id, p.user_id, p.key_hash, coalesce(p.service, false), p.task);
  v_hold      public.ai_holds;
  v_card      private.route_cards;
  v_settings  private.card_settings;
  v_claim     jsonb;
  v_cached    json;
  v_prompt    private.prompt_choice;
  v_list      private.candidate_list;
  v_first     private.candidate;
  v_refusal   private.refusal;
  v_items     jsonb;
  v_large_until timestamptz;
  v_start     private.start;
  v_periods   private.periods;
  v_gated     boolean;
  v_booked    boolean := false;
  v_breach    private.limit_breach;
  v_room      private.budget_room;
  v_choice    private.choice;
  v_soft      boolean;
  v_wire      text;
begin
  -- Who.
  v_hold.request_id := p.request_id;
  v_hold.org_id := v_caller.org_id;
  if v_caller.org_id is null then
    return private.refuse(v_hold, v_caller.code, v_caller.detail);
  end if;
  v_hold.status := 'held';
  v_hold.created_at := v_now;
  v_hold.user_id := v_caller.user_id;
  v_hold.key_id := v_caller.key_id;
  v_hold.task := p.task;
  v_hold.job_id := p.job_id;
  v_hold.subject_type := p.subject_type;
  v_hold.subject_id := p.subject_id;
  v_hold.importance := p.importance;
  v_hold.cost_sensitivity := p.cost_sensitivity;
  v_hold.complexity := p.complexity;
  v_hold.embedding := p.operation = 'embedding';
  v_hold.idempotent := p.idempotency_key is not null;
  -- Only the secret key speaks for the queue: a member who guessed an id could otherwise answer for it.
  if v_hold.idempotent and p.service and p.idempotency_key ~ '^queue:[0-9a-f-]{36}$' then
    v_hold.queue_id := substr(p.idempotency_key, 7)::uuid;
  end if;

  v_card := private.route_card(p, v_caller.org_id, v_now);
  if v_card.org_id is null then
    return private.refuse(v_hold, 'not_found', format('Cannot run the task %s: it is not registered', p.task));
  end if;
  v_settings := v_card.settings;
  if v_card.user_settings and exists (select from public.ai_settings as s where s.user_id = v_caller.user_id) then
    v_settings := private.settings_of_user(v_card, v_caller.user_id, p.task);
  end if;

  if v_hold.idempotent then
    v_claim := private.claim_idempotency(p, v_hold, v_now);
    if v_claim ? 'outcome' then
      return v_claim::text::json;
    elsif v_claim is not null then
      v_hold.idempotent := false; -- the key is another request's: this one's end must not touch it
      return private.refuse(v_hold, v_claim ->> 'code', v_claim ->> 'detail', (v_claim ->> 'retry_after_ms')::integer);
    end if;
  end if;

  v_prompt := private.choose_prompt_for(p, v_caller, v_card.has_prompts);
  v_hold.prompt_key := v_prompt.key;
  v_hold.prompt_version := v_prompt.version;
  v_hold.prompt_variant := v_prompt.variant;

  -- Cache: allowed even when the budget is gone, for it costs nothing.
  if p.input_hash is not null and p.cache <> 'off' then
    v_hold.cache_key := private.cache_key(p, v_caller, v_card.policy_id, v_prompt.key, v_prompt.version, v_prompt.variant);
    if p.cache = 'use' then
      v_cached := private.answer_from_cache(v_hold, v_card, v_settings, v_now);
      if v_cached is not null then
        return v_cached;
      end if;
    end if;
  end if;

  -- Candidates.
  v_list := private.list_candidates(
    p, v_card.models, v_card.long_from, v_card.max_cost_usd, v_prompt.tokens, v_caller.allowed_models, v_now);
  v_first := v_list.usable[1];
  v_hold.tokens := 0;
  if v_first.model is null then
    v_refusal := private.refuse_candidates(p, v_caller.org_id, v_list);
    if v_refusal.code is not null then
      v_hold.decision := concat('{"policy": ', v_card.policy, ', "candidates": ', v_list.described, '}')::json;
      return private.refuse(v_hold, v_refusal.code, v_refusal.detail, null, v_refusal.extensions);
    end if;
  elsif not v_hold.embedding then
    v_hold.tokens := v_list.input_tokens + v_first.max_output_tokens;
  elsif p.items is null then
    v_hold.tokens := v_list.input_tokens;
  else
    -- Texts seen before are answered from the cache, only the others are held for.
    v_items := private.find_embeddings(p, v_caller.org_id, v_first, v_now);
    select coalesce(sum((i.item ->> 'input_tokens')::integer), 0)::integer into v_hold.tokens
    from jsonb_array_elements(p.items) as i (item)
    where not v_items ? (i.item ->> 'hash');
    v_list.usable := private.bound_to(v_list.usable, v_hold.tokens, p.input_tokens);
  end if;

  select d.large_until into v_large_until
  from public.ai_demotions as d
  where d.org_id = v_caller.org_id and d.task = p.task and d.large_until > v_now;
  if p.models is not null and v_first.model is not null then
    v_start := row(v_first.tier, v_first.tier_rank, array['named:' || v_first.model])::private.start;
  else
    v_start := private.choose_start(p, v_card.base_tier, v_card.max_tier_rank, v_card.requires_large, v_card.complexity_large_from,
      v_large_until, v_now);
  end if;

  if v_card.per_usd is null then
    return private.refuse(v_hold, 'internal', format('Cannot admit the request: no exchange rate for %s', v_card.currency));
  end if;
  v_hold.accounts := private.request_accounts(
    v_caller.org_id, p.job_id, p.subject_type, p.subject_id, v_caller.key_id, v_caller.user_id, p.task);
  if cardinality(v_card.limits) > 0 and exists (select from unnest(v_card.limits) as l where l.scope = 'provider') then
    v_hold.accounts := array_remove('provider:' || v_first.provider || v_hold.accounts, null);
  end if;

  v_hold.currency := v_card.currency;
  v_hold.rate_id := v_card.rate_id;
  v_hold.per_usd := v_card.per_usd;
  v_hold.cache_ttl := v_settings.cache_ttl;
  v_hold.log_payloads := v_settings.log_payloads;

  -- Limits and budgets, all or nothing: a first time outside the gate where others are inside, then inside.
  v_gated := private.enter_gate(v_caller.org_id, false);
  loop
    -- The clock is read again: waiting for the gate may have taken us into the next day.
    v_now := private.clock();
    v_periods := private.periods_at(v_now, v_card.time_zone);
    if cardinality(v_card.limits) > 0 then
      v_breach := private.check_limits(v_hold, v_card.limits, v_now);
      if v_breach.detail is not null then
        return private.refuse(v_hold, 'rate_limited', v_breach.detail, v_breach.retry_after_ms);
      end if;
    end if;
    v_room := private.measure_room(v_caller.org_id, v_hold.accounts, v_periods, v_card.budgets, v_settings);
    exit when v_gated and v_wire is not null and v_room.soft = v_soft
      and coalesce(v_hold.held <= least(v_room.room, v_room.per_request), true);

    v_soft := v_room.soft;
    if v_first.model is null then
      v_choice := row(null, null, v_start.tier, 0)::private.choice; -- nothing will be called
    else
      v_choice := private.pick_affordable(
        v_list.usable, p.models is not null, v_start.tier_rank, v_card.max_tier_rank,
        v_soft and not v_hold.embedding, least(v_room.room, v_room.per_request) / v_card.per_usd);
    end if;

    -- Short of room: changes that wait may give some back.
    if not v_booked and (v_soft or v_choice.hold_usd is null)
       and exists (select from private.ai_unbooked_changes as u where u.org_id = v_caller.org_id) then
      v_gated := v_gated or private.enter_gate(v_caller.org_id, true);
      perform private.book_changes(v_caller.org_id);
      v_booked := true;
      continue;
    end if;

    v_hold.decision := concat(
      '{"policy": ', v_card.policy, ', "candidates": ', v_list.described, ', "tier": ', coalesce(to_json(v_choice.tier)::text, 'null'),
      ', "tier_reasons": ', to_json(case
        when v_choice.tier = v_start.tier then v_start.reasons
        else v_start.reasons || (case when v_soft then 'limit:soft_budget:' else 'limit:affordable_or_available:' end || v_choice.tier)
      end),
      ', "hold_usd": ', coalesce(v_choice.hold_usd::text, 'null'), ', "per_usd": ', v_card.per_usd,
      ', "room": ', coalesce(v_room.room::text, 'null'), ', "soft": ', case when v_soft then 'true' else 'false' end,
      ', "complexity": ' || p.complexity::text, ', "complexity_features": ' || p.complexity_features::text, ', "labels": ' || p.labels::text,
      -- All that private.replay_choice() needs beyond the row, so that the decision can be made again.
      ', "choice": {"base_tier": "', v_card.base_tier, '", "registry": ', v_card.version, ', "weak_below": ' || v_settings.escalate_below,
      ', "named": ', case when p.models is not null and v_first.model is not null then 'true' else 'false' end,
      case when v_large_until is not null then ', "demoted": true' end, ', "per_request": ' || v_room.per_request,
      ', "items": ' || case when v_items is not null then jsonb_build_array(v_hold.tokens, p.input_tokens)::text end,
      ', "ranks": [' || array_to_string(v_choice.ranks, ', ') || ']', '}}')::json;
    if v_choice.hold_usd is null
       or (v_card.requires_large and p.models is null and v_choice.tier = 'small' and v_first.model is not null) then
      return private.refuse(v_hold, 'budget_exhausted', private.describe_shortage(v_hold, v_card, v_periods, v_room, v_settings));
    end if;
    v_hold.created_at := v_now;
    v_hold.expires_at := v_now + v_settings.hold_ttl
      + least(greatest(coalesce(p.deadline_ms, 30000), 1000), 400000) * interval '1 millisecond';
    v_hold.held_usd := v_choice.hold_usd;
    v_hold.held := v_choice.hold_usd * v_card.per_usd;
    v_hold.day := v_periods.day;
    v_hold.week := v_periods.week;
    v_hold.month := v_periods.month;
    v_hold.tier := v_choice.tier;
    v_hold.provider := v_choice.chosen[1].provider;
    v_hold.model := v_choice.chosen[1].model;
    if v_wire is not null then
      delete from public.ai_holds as h where h.org_id = v_hold.org_id and h.request_id = v_hold.request_id; -- planned too late
    end if;
    insert into public.ai_holds values (v_hold.*);
    v_wire := private.wire_candidates(v_choice.chosen);
    exit when v_gated;
    v_gated := private.enter_gate(v_caller.org_id, true);
  end loop;

  perform private.count_new_hold(v_hold, v_periods);
  if uuid_hash(p.request_id) % c_book_every = 0 then
    perform private.book_changes(v_caller.org_id);
  end if;

  -- The probe is claimed last: the one thing here that another provider's health hangs on.
  if position('"half_open"' in v_wire) > 0 then
    v_wire := private.wire_candidates(private.claim_probes(v_choice.chosen, v_now));
  end if;
  return concat(
    '{"outcome": "admitted", "plan": {"request_id": "', p.request_id, '", "org_id": "', v_caller.org_id, '", "candidates": ', v_wire,
    ', "tier": "', v_choice.tier, '", "prompt": ', v_prompt.wire, ', "thresholds": ', v_settings.thresholds, ', "calibration": ', v_settings.calibration, ', "settings": ', v_settings.as_json,
    ', "budget": ', coalesce(private.describe_room(v_room, v_card.currency, v_card.per_usd)::text, 'null'),
    ', "hold_usd": "', v_choice.hold_usd, '", "expires_at": ', to_json(v_hold.expires_at), ', "items": ', coalesce(v_items::text, 'null'), '}}')::json;
end
$$;
comment on function public.ai_admit(jsonb) is
  'Admits, refuses or answers from the cache: shared/budget/admission.ts, AdmissionRequest to Admission. Service role only.';

create function private.describe_shortage(
  p_hold public.ai_holds, p_card private.route_cards, p_periods private.periods, p_room private.budget_room, p_settings private.card_settings
)
returns text
language plpgsql
set search_path = ''
as $$
declare
  v_budget text := private.tightest_budget(p_hold.org_id, p_hold.accounts, p_periods, p_card.budgets, p_settings);
begin
  if p_room.soft and coalesce(p_room.room, 0) > 0 then
    return format('Cannot admit the request: the %s is above its soft limit, where only small models are allowed, and none fits', v_budget);
  end if;
  return format('Cannot admit the request: the %s has %s %s left, less than the request could cost',
    v_budget, round(greatest(coalesce(least(p_room.room, p_room.per_request), 0), 0), 6), p_card.currency);
end
$$;
comment on function private.describe_shortage(public.ai_holds, private.route_cards, private.periods, private.budget_room, private.card_settings) is
  'In words, which budget leaves too little for a request.';

revoke execute on all functions in schema private from public;
revoke execute on function public.ai_admit(jsonb) from public, anon, authenticated;
grant execute on function public.ai_admit(jsonb) to service_role;
