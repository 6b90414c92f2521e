-- Admission in two halves: a draft, which nothing of the organization's counters is needed for, and the decision inside the gate.
-- One request goes through both at once; several of one caller are drafted one by one, decided after one look at the budgets
-- and written by one statement (20261127010300_admit_group.sql).

create type private.admission_draft as (
  hold      public.ai_holds,       -- as far as it is known
  answer    json,                  -- what ai_admit answers when the request ends here; NULL = it goes on
  named     boolean,               -- whether the caller chose among models that are usable
  usable    private.candidate[],   -- in order of preference; NULL = nothing can be called
  described text,                  -- all candidates, JSON for the log
  start     private.start,
  demoted   boolean,
  items     jsonb,                 -- vectors found in the cache
  prompt    json,                  -- as the function receives it
  card      uuid,                  -- by which the function may know the candidates next time; NULL = it may not
  settings  private.card_settings,
  breach    private.limit_breach   -- of the providers that pass_over_limited() left out: the one that is over first
);
comment on type private.admission_draft is 'A request of which everything is known but whether there is room for it.';

create function private.draft_hold(p private.admission_request, p_caller private.caller, p_now timestamptz)
returns public.ai_holds
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_hold public.ai_holds;
begin
  v_hold.request_id := p.request_id;
  v_hold.org_id := p_caller.org_id;
  v_hold.status := 'held';
  v_hold.created_at := p_now;
  v_hold.user_id := p_caller.user_id;
  v_hold.key_id := p_caller.key_id;
  v_hold.task := p.task;
  v_hold.job_id := p.job_id;
  v_hold.subject_type := p.subject_type;
  v_hold.subject_id := p.subject_id;
  v_hold.importance := p.importance;
  v_hold.cost_sensitivity := p.cost_sensitivity;
  v_hold.complexity := p.complexity;
  v_hold.embedding := p.operation = 'embedding';
  v_hold.idempotent := p.idempotency_key is not null;
  v_hold.tokens := 0;
  -- Only the secret key speaks for the queue: a member who guessed an id could otherwise answer for it.
  if v_hold.idempotent and p.service and p.idempotency_key ~ '^queue:[0-9a-f-]{36}$' then
    v_hold.queue_id := substr(p.idempotency_key, 7)::uuid;
  end if;
  return v_hold;
end
$$;
comment on function private.draft_hold(private.admission_request, private.caller, timestamptz) is 'A hold with what the request itself says.';

create function private.draft_admission(
  p private.admission_request, p_caller private.caller, p_card private.route_cards, p_now timestamptz
)
returns private.admission_draft
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_draft   private.admission_draft;
  v_hold    public.ai_holds := private.draft_hold(p, p_caller, p_now);
  v_claim   jsonb;
  v_prompt  private.prompt_choice;
  v_list    private.candidate_list;
  v_first   private.candidate;
  v_refusal private.refusal;
  v_broken  boolean;
  v_until   timestamptz;
begin
  if p_card.org_id is null then
    v_draft.answer := private.refuse(v_hold, 'not_found', format('Cannot run the task %s: it is not registered', p.task));
    return v_draft;
  end if;
  v_draft.settings := p_card.settings;
  if p_card.user_settings and exists (select from public.ai_settings as s where s.user_id = p_caller.user_id) then
    v_draft.settings := private.settings_of_user(p_card, p_caller.user_id, p.task);
  end if;

  if v_hold.idempotent then
    v_claim := private.claim_idempotency(p, v_hold, p_now);
    if v_claim ? 'outcome' then
      v_draft.answer := v_claim::text::json;
      return v_draft;
    elsif v_claim is not null then
      v_hold.idempotent := false; -- the key is another request's: this one's end must not touch it
      v_draft.answer := private.refuse(v_hold, v_claim ->> 'code', v_claim ->> 'detail', (v_claim ->> 'retry_after_ms')::integer);
      return v_draft;
    end if;
  end if;

  v_prompt := private.choose_prompt_for(p, p_caller, p_card.has_prompts);
  v_hold.prompt_key := v_prompt.key;
  v_hold.prompt_version := v_prompt.version;
  v_hold.prompt_variant := v_prompt.variant;

  -- Cache: allowed even when the budget is gone, for it costs nothing.
  if p.input_hash is not null and p.cache <> 'off' then
    v_hold.cache_key := private.cache_key(
      p, p_caller, p_card.policy_id,
      (private.choose_start(
        p, p_card.base_tier, p_card.max_tier_rank, p_card.requires_large, p_card.complexity_large_from, null, p_now)).tier,
      v_prompt.key, v_prompt.version, v_prompt.variant);
    if p.cache = 'use' then
      v_draft.answer := private.answer_from_cache(v_hold, p_card, v_draft.settings, p_now);
      if v_draft.answer is not null then
        return v_draft;
      end if;
    end if;
  end if;

  -- Candidates. What has happened to providers and answers lately is read by one statement: mostly nothing has.
  select exists (select from public.ai_breakers as b where b.state <> 'closed'),
         (select d.large_until from public.ai_demotions as d
          where d.org_id = p_caller.org_id and d.task = p.task and d.large_until > p_now)
  into v_broken, v_until;
  -- Of named models several have one rank, and a long input has prices of its own: those are told every time.
  v_draft.card := case when p.models is null and (p.input_tokens + v_prompt.tokens >= p_card.long_from) is not true then p_card.id end;
  if p.known_card is distinct from v_draft.card then
    p.known_ranks := null;
  end if;
  v_list := private.list_candidates(
    p, p_card.models, p_card.long_from, p_card.max_cost_usd, v_prompt.tokens, p_caller.allowed_models,
    case when v_broken then private.open_breakers(p_now) end);
  v_first := v_list.usable[1];
  if v_first.model is null then
    v_refusal := private.refuse_candidates(p, p_caller.org_id, v_list);
    if v_refusal.code is not null then
      v_hold.decision := concat('{"policy": ', p_card.policy, ', "candidates": ', v_list.described, '}')::json;
      v_draft.answer := private.refuse(v_hold, v_refusal.code, v_refusal.detail, null, v_refusal.extensions);
      return v_draft;
    end if;
  elsif not v_hold.embedding then
    v_hold.tokens := v_list.input_tokens + v_first.max_output_tokens;
  elsif p.items is null then
    v_hold.tokens := v_list.input_tokens;
  else
    -- Texts seen before are answered from the cache, only the others are held for.
    v_draft.items := private.find_embeddings(p, p_caller.org_id, v_first, p_now);
    select coalesce(sum((i.item ->> 'input_tokens')::integer), 0)::integer into v_hold.tokens
    from jsonb_array_elements(p.items) as i (item)
    where not v_draft.items ? (i.item ->> 'hash');
    v_list.usable := private.bound_to(v_list.usable, v_hold.tokens, p.input_tokens);
  end if;

  v_draft.named := p.models is not null and v_first.model is not null;
  if v_draft.named then
    v_draft.start := row(v_first.tier, v_first.tier_rank, array['named:' || v_first.model])::private.start;
  else
    v_draft.start := private.choose_start(p, p_card.base_tier, p_card.max_tier_rank, p_card.requires_large, p_card.complexity_large_from,
      v_until, p_now);
  end if;

  if p_card.per_usd is null then
    v_draft.answer := private.refuse(v_hold, 'internal', format('Cannot admit the request: no exchange rate for %s', p_card.currency));
    return v_draft;
  end if;
  v_hold.accounts := private.request_accounts(
    p_caller.org_id, p.job_id, p.subject_type, p.subject_id, p_caller.key_id, p_caller.user_id, p.task);
  v_hold.currency := p_card.currency;
  v_hold.rate_id := p_card.rate_id;
  v_hold.per_usd := p_card.per_usd;
  v_hold.cache_ttl := (v_draft.settings).cache_ttl;
  v_hold.log_payloads := (v_draft.settings).log_payloads;

  v_draft.hold := v_hold;
  v_draft.usable := v_list.usable;
  v_draft.described := v_list.described;
  v_draft.demoted := v_until is not null;
  v_draft.prompt := v_prompt.wire;
  return v_draft;
end
$$;
comment on function private.draft_admission(private.admission_request, private.caller, private.route_cards, timestamptz) is
  'Everything about a request that no counter decides: idempotency, prompt, cache, candidates, where to start. It may end here, and is then answered and logged.';

create function private.pass_over_limited(p_draft private.admission_draft, p_limits private.card_limit[], p_now timestamptz)
returns private.admission_draft
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_draft    private.admission_draft := p_draft;
  v_hold     public.ai_holds := p_draft.hold;
  v_breach   private.limit_breach;
  v_provider text;
  v_full     text[];
  v_one      private.candidate;
begin
  for v_provider in select distinct c.provider from unnest(p_draft.usable) as c loop
    v_hold.accounts := array['provider:' || v_provider];
    v_breach := private.check_limits(v_hold, p_limits, p_now);
    if v_breach.detail is not null then
      v_full := v_full || v_provider;
      if (v_draft.breach).retry_after_ms <= v_breach.retry_after_ms is not true then
        v_draft.breach := v_breach;
      end if;
    end if;
  end loop;
  if v_full is null then
    return v_draft;
  end if;
  v_draft.usable := null;
  foreach v_one in array p_draft.usable loop
    if not v_one.provider = any (v_full) then
      v_draft.usable := v_draft.usable || v_one;
    end if;
  end loop;
  v_draft.described := (
    select jsonb_agg(case
      when c.item ->> 'problem' is null and c.item ->> 'provider' = any (v_full) then c.item - 'worst_cost_usd' || '{"problem": "limit_reached"}'
      else c.item end order by c.n)
    from jsonb_array_elements(p_draft.described::jsonb) with ordinality as c (item, n));
  return v_draft;
end
$$;
comment on function private.pass_over_limited(private.admission_draft, private.card_limit[], timestamptz) is
  'The draft without candidates of providers whose limit is used up; usable NULL = none is left. Inside the gate.';

create function private.choose_for(p_draft private.admission_draft, p_max_tier_rank integer, p_per_usd numeric, p_room private.budget_room)
returns private.choice
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_draft.usable is null then
    return row(null, null, (p_draft.start).tier, 0, 0)::private.choice; -- nothing will be called
  end if;
  return private.pick_affordable(p_draft.usable, p_draft.named, (p_draft.start).tier_rank, p_max_tier_rank,
    p_room.soft and not (p_draft.hold).embedding, least(p_room.room, p_room.per_request) / p_per_usd);
end
$$;
comment on function private.choose_for(private.admission_draft, integer, numeric, private.budget_room) is
  'The candidates that fit the room; hold_usd NULL = none does.';

create function private.decision_text(
  p private.admission_request, p_draft private.admission_draft, p_card private.route_cards, p_room private.budget_room, p_choice private.choice
)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_start private.start := p_draft.start;
begin
  return concat(
    '{"policy": ', p_card.policy, ', "candidates": ', p_draft.described, ', "tier": ', coalesce(to_json(p_choice.tier)::text, 'null'),
    ', "tier_reasons": ', to_json(case
      when p_choice.tier = v_start.tier then v_start.reasons
      else v_start.reasons || (case when p_room.soft then 'limit:soft_budget:' else 'limit:affordable_or_available:' end || p_choice.tier)
    end),
    ', "hold_usd": ', coalesce(p_choice.hold_usd::text, 'null'), ', "per_usd": ', p_card.per_usd,
    ', "room": ', coalesce(p_room.room::text, 'null'), ', "soft": ', case when p_room.soft then 'true' else 'false' end,
    ', "complexity": ' || p.complexity::text, ', "complexity_features": ' || p.complexity_features::text, ', "labels": ' || p.labels::text,
    -- All that private.replay_choice() needs beyond the row, so that the decision can be made again.
    ', "choice": {"base_tier": "', p_card.base_tier, '", "registry": ', p_card.version, ', "weak_below": ' || (p_draft.settings).escalate_below,
    ', "named": ', case when p_draft.named then 'true' else 'false' end,
    case when p_draft.demoted then ', "demoted": true' end, ', "per_request": ' || p_room.per_request,
    ', "items": ' || case when p_draft.items is not null then jsonb_build_array((p_draft.hold).tokens, p.input_tokens)::text end,
    ', "ranks": [' || array_to_string(p_choice.ranks, ', ') || ']', '}',
    case when p_choice.learned_usd < p_choice.hold_usd then ', "learned_hold_usd": ' || p_choice.learned_usd end, '}');
end
$$;
comment on function private.decision_text(private.admission_request, private.admission_draft, private.route_cards, private.budget_room, private.choice) is
  'Why it was decided so, JSON for the log.';

create function private.decide_hold(
  p private.admission_request, p_draft private.admission_draft, p_card private.route_cards, p_room private.budget_room, p_choice private.choice,
  p_periods private.periods, p_now timestamptz
)
returns public.ai_holds
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_hold public.ai_holds := p_draft.hold;
begin
  v_hold.decision := private.decision_text(p, p_draft, p_card, p_room, p_choice)::json;
  v_hold.created_at := p_now;
  v_hold.expires_at := p_now + (p_draft.settings).hold_ttl
    + least(greatest(coalesce(p.deadline_ms, 30000), 1000), 400000) * interval '1 millisecond';
  v_hold.held_usd := p_choice.learned_usd;
  v_hold.held := p_choice.learned_usd * p_card.per_usd;
  v_hold.day := p_periods.day;
  v_hold.week := p_periods.week;
  v_hold.month := p_periods.month;
  v_hold.tier := p_choice.tier;
  v_hold.provider := p_choice.chosen[1].provider;
  v_hold.model := p_choice.chosen[1].model;
  return v_hold;
end
$$;
comment on function private.decide_hold(private.admission_request, private.admission_draft, private.route_cards, private.budget_room, private.choice, private.periods, timestamptz) is
  'The draft''s hold with its amount, periods and reasons. held_usd NULL = there is no room for it.';

create function private.describe_limits(p_left private.limit_breach, p_now timestamptz)
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  if p_left.requests_limit is null and p_left.tokens_limit is null then
    return null;
  end if;
  return jsonb_strip_nulls(jsonb_build_object(
    'requests', case when p_left.requests_limit is not null then jsonb_build_object('limit', p_left.requests_limit, 'left', p_left.requests_left) end,
    'tokens', case when p_left.tokens_limit is not null then jsonb_build_object('limit', p_left.tokens_limit, 'left', p_left.tokens_left) end,
    'reset_ms', greatest(1, ceil(extract(epoch from date_trunc('minute', p_now) + interval '1 minute' - p_now) * 1000))
  ))::text;
end
$$;
comment on function private.describe_limits(private.limit_breach, timestamptz) is
  'What the tightest limits leave of their minute, as shared/budget/admission.ts, PlanLimits, has it. NULL = no limit applies.';

create function private.admitted(
  p_draft private.admission_draft, p_card private.route_cards, p_hold public.ai_holds, p_room private.budget_room, p_choice private.choice, p_wire text,
  p_limits text default null
)
returns json
language plpgsql
volatile
set search_path = ''
as $$
declare
  -- So many holds like this one fit before the first budget comes to its soft share: then nobody is refused, or given a smaller model,
  -- because this one is released some tens of milliseconds later.
  c_comfortable constant integer := 400;
  v_settings  private.card_settings := p_draft.settings;
  v_wire      text := p_wire;
  -- What is still held counts in limits; and what a probe has found is waited for.
  v_unhurried boolean := cardinality(p_card.limits) = 0 and coalesce(p_hold.held * c_comfortable <= p_room.soft_room, true);
begin
  -- The probe is claimed last: the one thing here that another provider's health hangs on.
  if position('"half_open"' in v_wire) > 0 then
    v_wire := private.wire_candidates(private.claim_probes(p_choice.chosen, p_hold.created_at));
    v_unhurried := false;
  end if;
  return concat(
    '{"outcome": "admitted", "plan": {"request_id": "', p_hold.request_id, '", "org_id": "', p_hold.org_id, '", "candidates": ', v_wire,
    ', "tier": "', p_choice.tier, '", "prompt": ', p_draft.prompt, ', "thresholds": ', v_settings.thresholds, ', "calibration": ', v_settings.calibration,
    ', "settings": ', v_settings.as_json,
    ', "budget": ', coalesce(private.describe_room(p_room, p_card.currency, p_card.per_usd)::text, 'null'),
    ', "card": "' || p_draft.card || '"', ', "hold_usd": "', p_hold.held_usd, '", "expires_at": ', to_json(p_hold.expires_at), ', "items": ', coalesce(p_draft.items::text, 'null'),
    case when v_unhurried then ', "unhurried": true' end, ', "limits": ' || p_limits, '}}')::json;
end
$$;
comment on function private.admitted(private.admission_draft, private.route_cards, public.ai_holds, private.budget_room, private.choice, text, text) is
  'ai_admit''s answer to a request that holds its money: shared/budget/admission.ts, Plan. Claims the probe of a half-open breaker. p_limits: what private.describe_limits() says.';

-- Counting -------------------------------------------------------------------------------------------------------------

revoke execute on all functions in schema private from public;
