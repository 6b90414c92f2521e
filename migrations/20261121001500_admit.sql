-- ai_admit: everything that is decided before money is spent, in one round trip and one transaction.
--
-- Order: who → settings → idempotency → prompt → cache → candidates → locks → limits → budgets → hold → probe.
-- It never raises for a refusal: a refusal is an answer, and its row in ai_request_logs is committed.

create function private.write_request_row(p_context jsonb)
returns void
language plpgsql -- its plan is kept, a SQL function's is made on every call
set search_path = ''
as $$
begin
  insert into public.ai_request_logs
  select * from jsonb_populate_record(null::public.ai_request_logs, jsonb_build_object(
    'created_at', private.clock(), 'calls', 0, 'cached', false, 'escalated', false, 'fell_back', false, 'needs_review', false,
    'settled_tx', pg_current_xact_id()::text::bigint
  ) || p_context);
end
$$;
comment on function private.write_request_row(jsonb) is 'Inserts a log row from an object keyed by column name.';

create function private.request_context(p private.admission_request, p_caller private.caller)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', (p).request_id, 'org_id', (p_caller).org_id, 'user_id', (p_caller).user_id, 'key_id', (p_caller).key_id,
    'task', (p).task, 'job_id', (p).job_id, 'subject_type', (p).subject_type, 'subject_id', (p).subject_id,
    'importance', (p).importance, 'cost_sensitivity', (p).cost_sensitivity, 'complexity', (p).complexity
  )
$$;
comment on function private.request_context(private.admission_request, private.caller) is
  'The columns of a log row that are known at admission.';

create function private.queue_id(p private.admission_request)
returns text
language sql
immutable
set search_path = ''
as $$
  -- Only the secret key speaks for the queue: a member who guessed an id could otherwise answer for it.
  select case when (p).service and (p).idempotency_key ~ '^queue:[0-9a-f-]{36}$' then substr((p).idempotency_key, 7) end
$$;
comment on function private.queue_id(private.admission_request) is
  'ai_job_queue.id of the row a request is made for; NULL when it is not the queue''s.';

create function private.refuse(
  p private.admission_request, p_caller private.caller, p_code text, p_detail text,
  p_retry_after_ms integer default null, p_extensions jsonb default null, p_decision jsonb default null
)
returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  if (p_caller).org_id is not null then
    perform private.finish_queued((p_caller).org_id, private.queue_id(p), (p).request_id, p_code, null, private.clock());
    if (p).idempotency_key is not null then
      delete from public.ai_idempotency_keys as i where i.org_id = (p_caller).org_id and i.request_id = (p).request_id;
    end if;
    perform private.write_request_row(private.request_context(p, p_caller) || jsonb_build_object(
      'status', 'refused', 'error_code', p_code, 'cost_usd', 0,
      'decision', coalesce(p_decision, '{}') || jsonb_build_object('refused', p_detail)
    ));
  end if;
  return jsonb_build_object(
    'outcome', 'refused', 'request_id', (p).request_id, 'org_id', (p_caller).org_id, 'code', p_code, 'detail', p_detail,
    'retry_after_ms', p_retry_after_ms, 'extensions', p_extensions
  );
end
$$;
comment on function private.refuse(private.admission_request, private.caller, text, text, integer, jsonb, jsonb) is
  'Writes the refusal''s log row (when the organization is known), frees its idempotency key, and answers ai_admit''s refusal.';

create function private.caller_name(p_caller private.caller)
returns text
language sql
immutable
set search_path = ''
as $$
  select coalesce('key:' || (p_caller).key_id, 'user:' || (p_caller).user_id, 'service')
$$;
comment on function private.caller_name(private.caller) is 'Whose idempotency keys these are.';

create function private.claim_idempotency(p private.admission_request, p_caller private.caller, p_now timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_key  public.ai_idempotency_keys;
begin
  insert into public.ai_idempotency_keys (org_id, caller, key, body_hash, request_id, expires_at)
  values ((p_caller).org_id, private.caller_name(p_caller), (p).idempotency_key, coalesce((p).body_hash, ''),
          (p).request_id, p_now + interval '24 hours')
  on conflict (org_id, caller, key) do nothing;
  if found then
    return null;
  end if;
  select * into v_key from public.ai_idempotency_keys as i
  where i.org_id = (p_caller).org_id and i.caller = private.caller_name(p_caller) and i.key = (p).idempotency_key
  for update;
  if v_key.expires_at > p_now then
    if v_key.body_hash <> coalesce((p).body_hash, '') then
      return jsonb_build_object('code', 'idempotency_conflict',
        'detail', 'Cannot use the idempotency key: it was used with another body');
    end if;
    if v_key.answer is not null then
      return jsonb_build_object('outcome', 'replayed', 'request_id', v_key.request_id, 'org_id', v_key.org_id, 'answer', v_key.answer);
    end if;
    perform from public.ai_holds as h
    where h.org_id = v_key.org_id and h.request_id = v_key.request_id and h.status = 'held' and h.expires_at > p_now;
    if found then
      return jsonb_build_object('code', 'idempotency_conflict', 'retry_after_ms', 1000,
        'detail', 'Cannot run the request again: the one with this idempotency key is still in flight');
    end if;
  end if;
  -- Expired, or left behind by a request that died: the key is free again.
  update public.ai_idempotency_keys as i
  set body_hash = coalesce((p).body_hash, ''), request_id = (p).request_id, answer = null, expires_at = p_now + interval '24 hours'
  where i.org_id = v_key.org_id and i.caller = v_key.caller and i.key = v_key.key;
  return null;
end
$$;
comment on function private.claim_idempotency(private.admission_request, private.caller, timestamptz) is
  'NULL when the key is this request''s now; else the replayed answer, or code and detail of the conflict.';

create function private.cache_key(
  p private.admission_request, p_caller private.caller, p_policy public.ai_policies, p_prompt jsonb
)
returns text
language sql
immutable
set search_path = ''
as $$
  select encode(sha256(convert_to(jsonb_build_array(
    coalesce((p).visibility, 'user:' || (p_caller).user_id, 'key:' || (p_caller).key_id, 'service'),
    (p).task, p_prompt -> 'key', p_prompt -> 'version', p_prompt -> 'variant', (p).language,
    coalesce(to_jsonb((p).models), to_jsonb((p_policy).id)), to_jsonb((p_caller).allowed_models),
    coalesce((p).output_settings, '{}'), (p).input_hash
  )::text, 'UTF8')), 'hex')
$$;
comment on function private.cache_key(private.admission_request, private.caller, public.ai_policies, jsonb) is
  'SHA-256 over everything an answer depends on; the organization is the other half of the primary key.';

create function private.near_models(p_name text, p_org_id uuid, p_operation text)
returns text[]
language sql
stable
set search_path = ''
as $$
  select array_agg(near.model)
  from (
    select m.model from public.ai_models as m
    where m.active and m.kind = p_operation and (m.org_id is null or m.org_id = p_org_id)
    group by m.model
    order by max(extensions.similarity(m.model, p_name)) desc, m.model
    limit 3
  ) as near
$$;
comment on function private.near_models(text, uuid, text) is 'The three known model ids most like a name.';

create function private.pick_affordable(
  p_candidates private.candidate[], p_tier text, p_soft boolean, p_room_usd numeric
)
returns private.candidate[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  -- The starting tier first; what does not fit the room is left out; then cheaper tiers, then (not above the soft limit) dearer ones.
  return (select array_agg(c order by
    case when private.tier_rank(c.tier) = private.tier_rank(p_tier) then 0
         when private.tier_rank(c.tier) < private.tier_rank(p_tier) then 1
         else 2 end,
    case when private.tier_rank(c.tier) < private.tier_rank(p_tier) then -private.tier_rank(c.tier) else private.tier_rank(c.tier) end,
    c.rank)
  from unnest(p_candidates) as c
  where (not p_soft or c.tier = 'small')
    and (p_room_usd is null or c.worst_usd <= p_room_usd));
end
$$;
comment on function private.pick_affordable(private.candidate[], text, boolean, numeric) is
  'Candidates that fit the room, in the order to use them. NULL when none fits.';

create function public.ai_admit(request jsonb)
returns jsonb
language plpgsql
security definer -- the one door to the ledger's tables; executable by the service role alone
set search_path = ''
as $$
declare
  p           private.admission_request := jsonb_populate_record(null::private.admission_request, request);
  v_now       timestamptz := private.clock();
  v_caller    private.caller;
  v_org       public.organizations;
  v_settings  jsonb;
  v_claim     jsonb;
  v_card      private.route_cards;
  v_policy    public.ai_policies;
  v_prompt_row public.ai_prompts;
  v_prompt    jsonb;
  v_prompt_tokens integer;
  v_key       text;
  v_entry     public.ai_cache_entries;
  v_all       private.candidate[];
  v_usable    private.candidate[];
  v_chosen    private.candidate[];
  v_first     private.candidate;
  v_start     private.start;
  v_accounts    text[];
  v_periods   private.periods;
  v_breach    private.limit_breach;
  v_room      private.budget_room;
  v_rate      record;
  v_hold_usd  numeric := 0;
  v_tokens    integer := 0;
  v_items     jsonb;
  v_found     jsonb;
  v_context   jsonb;
  v_decision  jsonb;
  v_budget    jsonb;
  v_expires   timestamptz;
  v_name      text;
  v_wire      jsonb;
  v_judging   jsonb;
  v_large_until timestamptz;
begin
  -- Who.
  v_caller := private.resolve_caller(p.org_id, p.user_id, p.key_hash, coalesce(p.service, false), p.task);
  if v_caller.org_id is null then
    return private.refuse(p, v_caller, v_caller.code, v_caller.detail);
  end if;
  select * into v_org from public.organizations as o where o.id = v_caller.org_id;
  perform from public.ai_tasks as t where t.slug = p.task;
  if not found then
    return private.refuse(p, v_caller, 'not_found', format('Cannot run the task %s: it is not registered', p.task));
  end if;
  v_card := private.route_card(v_caller.org_id, p.task, p.models, v_now);
  v_policy := v_card.policy;
  v_settings := case
    when exists (select from public.ai_settings as s where s.user_id = v_caller.user_id)
      then private.settings_for(v_caller.org_id, v_caller.user_id)
    else v_card.settings
  end;
  v_judging := private.judging_for(v_policy, v_settings, v_caller.org_id, v_caller.user_id, p.task);

  if p.idempotency_key is not null then
    v_claim := private.claim_idempotency(p, v_caller, v_now);
    if v_claim ? 'outcome' then
      return v_claim;
    elsif v_claim is not null then
      return private.refuse(p, v_caller, v_claim ->> 'code', v_claim ->> 'detail', (v_claim ->> 'retry_after_ms')::integer);
    end if;
  end if;

  -- Prompt: the registry's active one, else the task's own.
  if v_card.has_prompts then
    v_prompt_row := private.choose_prompt(
      v_caller.org_id, coalesce(p.prompt ->> 'key', p.task),
      coalesce(p.subject_type || ':' || p.subject_id, v_caller.user_id::text, v_caller.key_id::text, p.request_id::text)
    );
  end if;
  v_prompt := case when v_prompt_row.id is null
    then jsonb_build_object('key', coalesce(p.prompt ->> 'key', p.task), 'version', coalesce((p.prompt ->> 'version')::integer, 1),
                            'variant', 'A', 'system', null, 'template', null, 'few_shot', '[]'::jsonb)
    else jsonb_build_object('key', v_prompt_row.key, 'version', v_prompt_row.version, 'variant', v_prompt_row.variant,
                            'system', v_prompt_row.system, 'template', v_prompt_row.template,
                            'few_shot', coalesce(v_prompt_row.few_shot, '[]'::jsonb))
  end;
  v_prompt_tokens := case when v_prompt_row.id is null then p.prompt_tokens else v_prompt_row.token_bound end;
  v_context := private.request_context(p, v_caller) || jsonb_build_object(
    'prompt_key', v_prompt ->> 'key', 'prompt_version', v_prompt -> 'version', 'prompt_variant', v_prompt ->> 'variant');

  -- Cache: allowed even when the budget is gone, for it costs nothing.
  if p.input_hash is not null and p.cache <> 'off' then
    v_key := private.cache_key(p, v_caller, v_policy, v_prompt);
    if p.cache = 'use' then
      update public.ai_cache_entries as e set hits = e.hits + 1
      where e.org_id = v_caller.org_id and e.key = v_key and e.expires_at > v_now
        -- Who asked for more since then does not get what was good enough before.
        and coalesce((e.answer #>> '{meta,confidence,score}')::numeric, 1) >= coalesce((v_judging #>> '{thresholds,escalate_below}')::numeric, 0)
      returning * into v_entry;
      if found then
        v_accounts := private.request_accounts(v_caller.org_id, p.job_id, p.subject_type, p.subject_id, v_caller.key_id, v_caller.user_id, p.task);
        perform private.write_request_row(v_context || jsonb_build_object(
          'status', 'succeeded', 'cached', true, 'cost_usd', 0, 'input_tokens', 0, 'output_tokens', 0, 'cache_read_input_tokens', 0,
          'tier', v_entry.answer #>> '{meta,tier}', 'provider', v_entry.answer #>> '{meta,provider}',
          'model', v_entry.answer #>> '{meta,model}', 'action', v_entry.answer #>> '{meta,action}',
          'confidence_score', v_entry.answer #> '{meta,confidence,score}',
          'confidence_breakdown', v_entry.answer #> '{meta,confidence}',
          'latency_ms', ceil(extract(epoch from private.clock() - v_now) * 1000),
          'decision', jsonb_build_object('cache', jsonb_build_object('key', v_key, 'stored_at', v_entry.created_at))
        ));
        perform private.finish_queued(v_caller.org_id, private.queue_id(p), p.request_id, null, v_entry.answer, v_now);
        if p.idempotency_key is not null then
          update public.ai_idempotency_keys as i set answer = v_entry.answer
          where i.org_id = v_caller.org_id and i.request_id = p.request_id;
        end if;
        return jsonb_build_object('outcome', 'cached', 'request_id', p.request_id, 'org_id', v_caller.org_id,
          'answer', v_entry.answer, 'budget', private.describe_budget(v_org, v_accounts, v_settings, v_now));
      end if;
    end if;
  end if;

  -- Candidates.
  v_all := private.list_candidates(p, v_card.models, v_policy, v_prompt_tokens, v_caller.allowed_models, v_now);
  select array_agg(c order by c.rank) into v_usable from unnest(v_all) as c where c.problem is null;
  v_decision := jsonb_build_object(
    'policy', jsonb_build_object('id', v_policy.id, 'version', v_policy.version),
    'complexity', p.complexity, 'complexity_features', p.complexity_features,
    'candidates', coalesce((select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'provider', c.provider, 'model', c.model, 'tier', c.tier, 'problem', c.problem, 'breaker', c.breaker,
      'worst_cost_usd', c.worst_usd, 'rank', c.rank)) order by c.rank) from unnest(v_all) as c), '[]'),
    'labels', p.labels
  );
  if v_usable is null then
    select coalesce(p.models[1], 'of the policy') into v_name;
    if p.models is not null and cardinality(v_all) = 0 then
      return private.refuse(p, v_caller, 'not_found', format('Cannot use the model %s: it is not known', v_name), null,
        jsonb_build_object('near', private.near_models(v_name, v_caller.org_id, p.operation)), v_decision);
    elsif (select bool_and(c.problem in ('unknown', 'wrong_kind', 'not_allowed')) from unnest(v_all) as c) then
      return private.refuse(p, v_caller,
        case when exists (select from unnest(v_all) as c where c.problem = 'not_allowed') then 'forbidden' else 'not_found' end,
        format('Cannot use the model %s: it is %s', v_name,
          case when exists (select from unnest(v_all) as c where c.problem = 'not_allowed') then 'not allowed for this key' else 'not known for this operation' end),
        null, jsonb_build_object('near', private.near_models(v_name, v_caller.org_id, p.operation)), v_decision);
    elsif exists (select from unnest(v_all) as c where c.problem = 'context_too_small')
      and not exists (select from unnest(v_all) as c where c.problem = 'breaker_open') then
      return private.refuse(p, v_caller, 'context_length_exceeded',
        format('Cannot fit the input: about %s tokens are more than any allowed model takes', v_all[1].input_tokens),
        null, null, v_decision);
    elsif exists (select from unnest(v_all) as c where c.problem = 'unpriced')
      and not exists (select from unnest(v_all) as c where c.problem = 'breaker_open') then
      return private.refuse(p, v_caller, 'model_unpriced', format('Cannot use the model %s: it has no price in force', v_name),
        null, null, v_decision);
    elsif exists (select from unnest(v_all) as c where c.problem = 'above_max_cost')
      and not exists (select from unnest(v_all) as c where c.problem = 'breaker_open') then
      return private.refuse(p, v_caller, 'budget_exhausted',
        'Cannot admit the request: it could cost more than the policy allows for one request', null, null, v_decision);
    elsif exists (select from unnest(v_all) as c where c.problem = 'lacks_capability')
      and not exists (select from unnest(v_all) as c where c.problem = 'breaker_open') then
      return private.refuse(p, v_caller, 'invalid_request',
        format('Cannot use the model %s: it lacks one of %s', v_name, array_to_string(p.needs, ', ')), null, null, v_decision);
    end if;
    -- Only availability is left: the function answers by rules, or says provider_unavailable. Nothing can cost anything.
  end if;

  -- Embeddings: texts seen before are answered from the cache, only the others are held for.
  if p.operation = 'embedding' and p.items is not null and v_usable is not null then
    if p.cache = 'use' then
      select coalesce(jsonb_object_agg(e.hash, to_jsonb(e.vector)), '{}') into v_found
      from public.ai_embedding_cache as e
      where e.org_id = v_caller.org_id and e.provider_model = v_usable[1].provider || '/' || v_usable[1].model
        and e.dimensions = coalesce((p.output_settings ->> 'dimensions')::integer, (v_usable[1].wire ->> 'dimensions')::integer, 0)
        and e.expires_at > v_now
        and e.hash in (select i.item ->> 'hash' from jsonb_array_elements(p.items) as i (item));
    end if;
    v_found := coalesce(v_found, '{}');
    select coalesce(sum((i.item ->> 'input_tokens')::integer), 0)::integer into v_tokens
    from jsonb_array_elements(p.items) as i (item)
    where not v_found ? (i.item ->> 'hash');
    -- The bound of what is really sent replaces that of everything.
    select array_agg(row(c.rank, c.provider, c.model, c.tier, c.problem, c.breaker,
                         case when p.input_tokens = 0 then 0 else c.worst_usd * v_tokens / p.input_tokens end,
                         v_tokens, 0, c.wire)::private.candidate order by c.rank)
    into v_usable from unnest(v_usable) as c;
    v_items := v_found;
  end if;

  select d.large_until into v_large_until from public.ai_demotions as d where d.org_id = v_caller.org_id and d.task = p.task and d.large_until > v_now;
  v_start := private.choose_start(p, v_policy, v_card.base_tier, v_large_until, v_now);
  if p.models is not null and v_usable is not null then
    v_start.tier := v_usable[1].tier;
    v_start.reasons := array['named:' || v_usable[1].model];
  end if;

  -- Locks, limits, budgets: all or nothing.
  select r.id, r.rate into v_rate from public.ai_exchange_rates as r
  where r.currency = v_org.currency and r.effective_from <= v_now
  order by r.effective_from desc limit 1;
  if v_org.currency = 'USD' then
    select null::uuid as id, 1::numeric as rate into v_rate;
  elsif v_rate.rate is null then
    return private.refuse(p, v_caller, 'internal', format('Cannot admit the request: no exchange rate for %s', v_org.currency), null, null, v_decision);
  end if;
  v_accounts := private.request_accounts(v_caller.org_id, p.job_id, p.subject_type, p.subject_id, v_caller.key_id, v_caller.user_id, p.task);
  if v_usable is not null and exists (select from public.ai_limits as l where l.org_id = v_caller.org_id and l.scope = 'provider' and l.active) then
    v_accounts := ('provider:' || v_usable[1].provider) || v_accounts;
  end if;
  v_periods := private.periods_at(v_now, v_org.time_zone);
  perform private.lock_states(v_caller.org_id, v_accounts, v_periods);
  -- The clock is read again: waiting for the locks may have taken us into the next day.
  v_now := private.clock();
  if private.periods_at(v_now, v_org.time_zone) is distinct from v_periods then
    v_periods := private.periods_at(v_now, v_org.time_zone);
    perform private.close_periods(v_caller.org_id, v_accounts, v_periods);
  end if;

  if v_usable is not null and p.operation <> 'embedding' then
    v_tokens := v_usable[1].input_tokens + v_usable[1].max_output_tokens;
  end if;
  v_breach := private.check_limits(v_caller.org_id, v_accounts, v_tokens, v_periods.minute, v_now);
  if v_breach.detail is not null then
    return private.refuse(p, v_caller, 'rate_limited', v_breach.detail, v_breach.retry_after_ms, null, v_decision);
  end if;

  v_room := private.measure_room(v_caller.org_id, v_accounts, v_periods, v_settings);
  if v_usable is not null then
    if p.operation = 'embedding' and v_tokens = 0 then
      v_chosen := v_usable; -- everything came from the cache
    else
      v_chosen := private.pick_affordable(v_usable, v_start.tier, v_room.soft and p.operation = 'chat',
        least(v_room.room, v_room.per_request) / v_rate.rate);
    end if;
    if v_chosen is null or (v_policy.requires_large and p.models is null and v_chosen[1].tier = 'small') then
      return private.refuse(p, v_caller, 'budget_exhausted',
        case when v_room.soft and coalesce(v_room.room, 0) > 0
          then format('Cannot admit the request: the %s is above its soft limit, where only small models are allowed, and none fits', v_room.tightest)
          else format('Cannot admit the request: the %s has %s %s left, less than the request could cost',
                      v_room.tightest, round(greatest(coalesce(v_room.room, v_room.per_request), 0), 6), v_org.currency) end,
        null, null, v_decision || jsonb_build_object('room', v_room.room, 'soft', v_room.soft));
    end if;
    if v_chosen[1].tier <> v_start.tier then
      v_start.reasons := v_start.reasons || (case when v_room.soft then 'limit:soft_budget' else 'limit:affordable_or_available' end || ':' || v_chosen[1].tier);
      v_start.tier := v_chosen[1].tier;
    end if;
    -- Held: the dearest of the starting tier. Anything beyond asks ai_extend first.
    select max(c.worst_usd) into v_hold_usd from unnest(v_chosen) as c where c.tier = v_start.tier;
    -- Escalation never goes down, and no further than the policy says.
    select array_agg(v_chosen[n] order by n) into v_chosen
    from generate_subscripts(v_chosen, 1) as n
    where p.models is not null
       or private.tier_rank(v_chosen[n].tier)
          between private.tier_rank(v_start.tier) and private.tier_rank(coalesce(v_policy.max_tier, 'frontier'));
  end if;

  v_expires := v_now + make_interval(secs => least(greatest(coalesce(p.deadline_ms, 30000), 1000), 400000) / 1000.0)
               + coalesce((v_settings ->> 'ai.hold.ttl')::interval, interval '60 seconds');
  v_decision := v_decision || jsonb_build_object(
    'tier', v_start.tier, 'tier_reasons', to_jsonb(v_start.reasons), 'room', v_room.room, 'soft', v_room.soft,
    'per_usd', v_rate.rate, 'hold_usd', v_hold_usd,
    -- All that private.replay_choice() needs beyond the row, so that the decision can be made again.
    'choice', jsonb_strip_nulls(jsonb_build_object(
      'base_tier', v_card.base_tier, 'demoted', case when v_large_until is not null then true end, 'per_request', v_room.per_request,
      'named', v_start.reasons[1] like 'named:%', 'items', case when p.operation = 'embedding' then jsonb_build_array(v_tokens, p.input_tokens) end,
      'ranks', (select jsonb_agg(v_chosen[n].rank order by n) from generate_subscripts(v_chosen, 1) as n), 'registry', v_card.version,
      'weak_below', v_judging #> '{thresholds,escalate_below}')));

  update public.ai_budget_states as s
  set minute = v_periods.minute,
      minute_requests = case when s.minute = v_periods.minute then s.minute_requests else 0 end + 1,
      minute_tokens = case when s.minute = v_periods.minute then s.minute_tokens else 0 end + v_tokens,
      day_held = s.day_held + v_hold_usd * v_rate.rate,
      week_held = s.week_held + v_hold_usd * v_rate.rate,
      month_held = s.month_held + v_hold_usd * v_rate.rate,
      total_held = s.total_held + v_hold_usd * v_rate.rate
  from unnest(v_accounts) as want (account)
  where s.org_id = v_caller.org_id and s.account = want.account;

  insert into public.ai_holds
    (org_id, request_id, created_at, expires_at, held_usd, held, currency, rate_id, per_usd, day, week, month, accounts, tokens, context)
  values
    (v_caller.org_id, p.request_id, v_now, v_expires, v_hold_usd, v_hold_usd * v_rate.rate, v_org.currency, v_rate.id, v_rate.rate,
     v_periods.day, v_periods.week, v_periods.month, v_accounts, v_tokens,
     v_context || jsonb_build_object(
       'decision', v_decision, 'queue_id', private.queue_id(p), 'cache_key', case when p.cache <> 'off' then v_key end,
       'cache_ttl', v_settings ->> 'ai.cache.ttl', 'log_payloads', v_settings -> 'ai.log.payloads',
       'embedding', p.operation = 'embedding', 'provider', v_chosen[1].provider, 'model', v_chosen[1].model, 'tier', v_start.tier));

  -- The probe is claimed last: the one thing here that another provider's health hangs on.
  v_wire := '[]';
  for v_first in select c.* from unnest(v_chosen) as c loop
    if v_first.breaker = 'half_open' then
      continue when not private.claim_probe(v_first.provider, v_first.model, v_now);
    end if;
    v_wire := v_wire || v_first.wire;
  end loop;

  v_budget := case when v_room.remaining is not null then jsonb_build_object(
    'state', case when v_room.soft then 'soft_limit' else 'ok' end,
    'remaining', v_room.remaining::text, 'currency', v_org.currency, 'per_usd', v_rate.rate::text) end;

  return jsonb_build_object('outcome', 'admitted', 'plan', jsonb_build_object(
    'request_id', p.request_id, 'org_id', v_caller.org_id, 'candidates', v_wire, 'tier', v_start.tier, 'prompt', v_prompt,
    'settings', v_settings, 'budget', v_budget, 'hold_usd', v_hold_usd::text, 'expires_at', v_expires, 'items', v_items) || v_judging);
end
$$;
comment on function public.ai_admit(jsonb) is
  'Admits, refuses or answers from the cache: shared/budget/admission.ts, AdmissionRequest to Admission. Service role only.';

create function private.describe_budget(p_org public.organizations, p_accounts text[], p_settings jsonb, p_now timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_room private.budget_room;
begin
  v_room := private.measure_room((p_org).id, p_accounts, private.periods_at(p_now, (p_org).time_zone), p_settings);
  if v_room.remaining is null then
    return null;
  end if;
  return jsonb_build_object(
    'state', case when v_room.soft then 'soft_limit' else 'ok' end,
    'remaining', v_room.remaining::text, 'currency', (p_org).currency, 'per_usd', '0');
end
$$;
comment on function private.describe_budget(public.organizations, text[], jsonb, timestamptz) is
  'The budget part of a cached answer, which costs nothing. NULL when no budget applies.';

revoke execute on all functions in schema private from public;
revoke execute on function public.ai_admit(jsonb) from public, anon, authenticated;
grant execute on function public.ai_admit(jsonb) to service_role;
