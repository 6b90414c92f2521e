-- How an admission ends without a hold: refused, replayed by its idempotency key, or answered from the cache. All of them write
-- their row in the log in the transaction that decides.

create function private.log_row(p_hold public.ai_holds)
returns public.ai_request_logs
language plpgsql
volatile -- reads the number of the transaction
set search_path = ''
as $$
begin
  -- One expression and no assignments: each one would be prepared anew in every transaction.
  return row(
    p_hold.request_id, p_hold.created_at, p_hold.org_id, p_hold.user_id, p_hold.key_id, p_hold.task, p_hold.job_id,
    p_hold.subject_type, p_hold.subject_id,
    null, null, null, -- tier, provider, model
    p_hold.importance, p_hold.cost_sensitivity, p_hold.complexity, p_hold.prompt_key, p_hold.prompt_version, p_hold.prompt_variant,
    null, null, null, null, null, null, -- tokens in, out and from the cache, cost, latency, time to the first token
    0, false, false, false, -- calls, cached, escalated, fell_back
    null, null, null, null, -- confidence and its breakdown, action, reason of the fallback
    false, null, null, -- needs_review, status, error_code
    p_hold.decision::text::jsonb, pg_current_xact_id()::text::bigint
  )::public.ai_request_logs;
end
$$;
comment on function private.log_row(public.ai_holds) is 'A log row with all that is known at admission; how it ended is left to the caller.';

create function private.write_log_row(p_row public.ai_request_logs)
returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into public.ai_request_logs values (p_row.*);
end
$$;
comment on function private.write_log_row(public.ai_request_logs) is 'Inserts a finished request into the log.';

create function private.refuse(
  p_hold public.ai_holds, p_code text, p_detail text, p_retry_after_ms integer default null, p_extensions jsonb default null
)
returns json
language plpgsql
set search_path = ''
as $$
declare
  v_row public.ai_request_logs;
begin
  if p_hold.org_id is not null then
    if p_hold.queue_id is not null then
      perform private.finish_queued(p_hold.org_id, p_hold.queue_id::text, p_hold.request_id, p_code, null, private.clock());
    end if;
    if p_hold.idempotent then
      delete from public.ai_idempotency_keys as i where i.org_id = p_hold.org_id and i.request_id = p_hold.request_id;
    end if;
    if p_hold.held is not null then
      -- It was written down outside the gate, and inside there was no room for it any more.
      delete from public.ai_holds as h where h.org_id = p_hold.org_id and h.request_id = p_hold.request_id;
    end if;
    v_row := private.log_row(p_hold);
    v_row.status := 'refused';
    v_row.error_code := p_code;
    v_row.cost_usd := 0;
    v_row.decision := coalesce(v_row.decision, '{}') || jsonb_build_object('refused', p_detail);
    perform private.write_log_row(v_row);
  end if;
  return json_build_object(
    'outcome', 'refused', 'request_id', p_hold.request_id, 'org_id', p_hold.org_id, 'code', p_code, 'detail', p_detail,
    'retry_after_ms', p_retry_after_ms, 'extensions', p_extensions
  );
end
$$;
comment on function private.refuse(public.ai_holds, text, text, integer, jsonb) is
  'Writes the refusal''s log row (when the organization is known), frees its idempotency key, and answers ai_admit''s refusal.';

create function private.refuse_for_limit(p_hold public.ai_holds, p_breach private.limit_breach)
returns json
language plpgsql
set search_path = ''
as $$
begin
  return private.refuse(p_hold, 'rate_limited', p_breach.detail, p_breach.retry_after_ms, jsonb_strip_nulls(jsonb_build_object(
    'limit', p_breach.kind,
    'per_minute', case p_breach.kind when 'requests' then p_breach.requests_limit when 'tokens' then p_breach.tokens_limit end)));
end
$$;
comment on function private.refuse_for_limit(public.ai_holds, private.limit_breach) is
  'The refusal of a request beyond a rate or concurrency limit: its extensions say which (limit: requests, tokens or concurrent), and how many a minute.';

-- Idempotency ----------------------------------------------------------------------------------------------------------

create function private.claim_idempotency(p private.admission_request, p_hold public.ai_holds, p_now timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_caller text := coalesce('key:' || p_hold.key_id, 'user:' || p_hold.user_id, 'service');
  v_hash   text := coalesce(p.body_hash, '');
  v_key    public.ai_idempotency_keys;
  v_known  jsonb;
begin
  insert into public.ai_idempotency_keys (org_id, caller, key, body_hash, request_id, expires_at)
  values (p_hold.org_id, v_caller, p.idempotency_key, v_hash, p.request_id, p_now + interval '24 hours')
  on conflict (org_id, caller, key) do nothing;
  if found then
    return null;
  end if;
  select * into v_key from public.ai_idempotency_keys as i
  where i.org_id = p_hold.org_id and i.caller = v_caller and i.key = p.idempotency_key;
  if found then
    v_known := private.known_by_key(v_key, v_hash, p_now);
    if v_known is not null then
      return v_known;
    end if;
  end if;
  -- It seems free. Taking it over needs the lock, and under it another look: it may have been settled, or taken, between the two.
  select * into v_key from public.ai_idempotency_keys as i
  where i.org_id = p_hold.org_id and i.caller = v_caller and i.key = p.idempotency_key
  for update;
  if not found then
    -- Freed between the two statements: whoever freed it is done.
    return private.claim_idempotency(p, p_hold, p_now);
  end if;
  v_known := private.known_by_key(v_key, v_hash, p_now);
  if v_known is not null then
    return v_known;
  end if;
  update public.ai_idempotency_keys as i
  set body_hash = v_hash, request_id = p.request_id, answer = null, expires_at = p_now + interval '24 hours'
  where i.org_id = v_key.org_id and i.caller = v_key.caller and i.key = v_key.key;
  return null;
end
$$;
comment on function private.claim_idempotency(private.admission_request, public.ai_holds, timestamptz) is
  'NULL when the key is this request''s now; else the replayed answer, or code and detail of the conflict.';

-- The cache ------------------------------------------------------------------------------------------------------------

create function private.cache_key(
  p private.admission_request, p_caller private.caller, p_policy_id uuid, p_tier text, p_prompt_key text, p_prompt_version integer,
  p_prompt_variant text
)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  return encode(sha256(convert_to(jsonb_build_array(
    coalesce(p.visibility, 'user:' || p_caller.user_id, 'key:' || p_caller.key_id, 'service'),
    p.task, p_prompt_key, p_prompt_version, p_prompt_variant, p.language,
    -- Whoever asks for a larger model than somebody else did is not given what the smaller one said.
    coalesce(to_jsonb(p.models), jsonb_build_array(p_policy_id, p_tier)), to_jsonb(p_caller.allowed_models),
    coalesce(p.output_settings, '{}'), p.input_hash
  )::text, 'UTF8')), 'hex');
end
$$;
comment on function private.cache_key(private.admission_request, private.caller, uuid, text, text, integer, text) is
  'SHA-256 over everything an answer depends on; the organization is the other half of the primary key. p_tier: where the request would start, were nothing in its way.';

create function private.cached_answer(
  p_answer jsonb, p_hold public.ai_holds, p_latency_ms integer, p_room private.budget_room, p_currency text
)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  return jsonb_set(p_answer, '{meta}', p_answer -> 'meta' || jsonb_build_object(
    'request_id', p_hold.request_id,
    'job_id', p_hold.job_id,
    'usage', jsonb_build_object('input_tokens', 0, 'output_tokens', 0, 'cache_read_input_tokens', 0),
    'cost_usd', 0,
    'latency_ms', p_latency_ms,
    'calls', 0,
    'cached', true,
    'escalated', false,
    'fell_back', false,
    'budget', jsonb_build_object(
      'state', case when p_room.soft then 'soft_limit' else 'ok' end,
      'remaining', p_room.remaining,
      'currency', case when p_room.remaining is not null then p_currency end)));
end
$$;
comment on function private.cached_answer(jsonb, public.ai_holds, integer, private.budget_room, text) is
  'The envelope of an answer from the cache, as it is kept under an idempotency key: whoever sends the key again is given what this request was given, not what the one before it was. What shared/ai-task/stored-answer.ts, cachedEnvelope, makes of it.';

create function private.answer_from_cache(
  p_hold public.ai_holds, p_card private.route_cards, p_settings private.card_settings, p_now timestamptz
)
returns json
language plpgsql
set search_path = ''
as $$
declare
  v_entry    public.ai_cache_entries;
  v_row      public.ai_request_logs;
  v_accounts text[];
  v_room     private.budget_room;
begin
  select * into v_entry from public.ai_cache_entries as e
  where e.org_id = p_hold.org_id and e.key = p_hold.cache_key and e.expires_at > p_now
    -- Who asked for more since then does not get what was good enough before.
    and coalesce((e.answer #>> '{meta,confidence,score}')::numeric, 1) >= coalesce(p_settings.escalate_below, 0);
  if not found then
    return null;
  end if;
  update public.ai_cache_entries as e set hits = e.hits + 1
  where (e.org_id, e.key) in (
    select x.org_id, x.key from public.ai_cache_entries as x
    where x.org_id = p_hold.org_id and x.key = p_hold.cache_key
    for update skip locked -- a count of hits is not worth waiting for whoever writes the entry
  );
  v_row := private.log_row(p_hold);
  v_row.status := 'succeeded';
  v_row.cached := true;
  v_row.cost_usd := 0;
  v_row.input_tokens := 0;
  v_row.output_tokens := 0;
  v_row.cache_read_input_tokens := 0;
  v_row.tier := v_entry.answer #>> '{meta,tier}';
  v_row.provider := v_entry.answer #>> '{meta,provider}';
  v_row.model := v_entry.answer #>> '{meta,model}';
  v_row.action := v_entry.answer #>> '{meta,action}';
  v_row.confidence_score := (v_entry.answer #>> '{meta,confidence,score}')::numeric;
  v_row.confidence_breakdown := v_entry.answer #> '{meta,confidence}';
  v_row.latency_ms := ceil(extract(epoch from private.clock() - p_now) * 1000);
  v_row.decision := jsonb_build_object('cache', jsonb_build_object('key', p_hold.cache_key, 'stored_at', v_entry.created_at));
  perform private.write_log_row(v_row);
  if p_hold.queue_id is not null then
    perform private.finish_queued(p_hold.org_id, p_hold.queue_id::text, p_hold.request_id, null, v_entry.answer, p_now);
  end if;

  v_accounts := private.request_accounts(
    p_hold.org_id, p_hold.job_id, p_hold.subject_type, p_hold.subject_id, p_hold.key_id, p_hold.user_id, p_hold.task);
  v_room := private.measure_room(
    p_hold.org_id, v_accounts, private.periods_at(p_now, p_card.time_zone), p_card.budgets, p_settings);
  if p_hold.idempotent then
    v_entry.answer := private.cached_answer(v_entry.answer, p_hold, v_row.latency_ms, v_room, p_card.currency);
    update public.ai_idempotency_keys as i set answer = v_entry.answer
    where i.org_id = p_hold.org_id and i.request_id = p_hold.request_id;
  end if;
  return json_build_object('outcome', 'cached', 'request_id', p_hold.request_id, 'org_id', p_hold.org_id,
    'answer', v_entry.answer, 'budget', private.describe_room(v_room, p_card.currency, 0));
end
$$;
comment on function private.answer_from_cache(public.ai_holds, private.route_cards, private.card_settings, timestamptz) is
  'ai_admit''s cached answer with its log row; NULL when there is none. It costs nothing, so no budget is asked.';

create function private.describe_room(p_room private.budget_room, p_currency text, p_per_usd numeric)
returns json
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_room.remaining is null then
    return null;
  end if;
  return json_build_object(
    'state', case when p_room.soft then 'soft_limit' else 'ok' end,
    'remaining', p_room.remaining::text, 'currency', p_currency, 'per_usd', p_per_usd::text);
end
$$;
comment on function private.describe_room(private.budget_room, text, numeric) is
  'The tightest budget as functions are told of it: shared/budget/admission.ts, PlanBudget. NULL when no budget applies.';

revoke execute on all functions in schema private from public;
