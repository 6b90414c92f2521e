-- ai_settle: every end of a request settles it exactly once.
--
-- The hold is locked first; the update that moves it out of `held` or `swept` decides, and whoever comes second finds it done
-- and writes nothing. What only gives back need not pass the organization's gate: when others are inside, the change of the
-- counters is written down for the next one to book. docs/decisions/2026-11-21-gate-and-late-booking.md

create function private.call_cost(p_call public.ai_call_logs, p_price public.ai_model_prices)
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

create function private.call_cost(p_price_id uuid, p_call jsonb)
returns numeric
language plpgsql
stable
set search_path = ''
as $$
declare
  v_price public.ai_model_prices;
begin
  select * into v_price from public.ai_model_prices as price where price.id = p_price_id;
  return private.call_cost(jsonb_populate_record(null::public.ai_call_logs, p_call), v_price);
end
$$;
comment on function private.call_cost(uuid, jsonb) is 'The same of a call as JSON, by another price.';

create function private.settle_hold(
  p_hold public.ai_holds, p_status text, p_settled_usd numeric, p_now timestamptz, p_used_tokens bigint default null
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_settled   numeric := p_settled_usd * p_hold.per_usd;
  v_released  numeric := case when p_hold.status = 'held' then -p_hold.held else 0 end;
  v_added     numeric := v_settled - coalesce(p_hold.settled, 0);
  v_tokens    integer := case when p_hold.status = 'held' then least(coalesce(p_used_tokens, p_hold.tokens) - p_hold.tokens, 0) else 0 end;
  v_gives     boolean := p_hold.status = 'held' and v_released + v_added <= 0;
begin
  update public.ai_holds as h
  set status = p_status, settled_at = p_now, settled_usd = p_settled_usd, settled = v_settled, decision = null
  where h.org_id = p_hold.org_id and h.request_id = p_hold.request_id;

  if private.enter_gate(p_hold.org_id, not v_gives) then
    perform private.move_counters(p_hold.org_id, p_hold.accounts,
      row(p_hold.day, p_hold.week, p_hold.month, date_trunc('minute', p_hold.created_at))::private.periods, v_released, v_added, v_tokens,
      coalesce(p_hold.counter, 0));
  else
    insert into private.ai_unbooked_changes (org_id, accounts, day, week, month, minute, held, settled, tokens, counter)
    values (p_hold.org_id, p_hold.accounts, p_hold.day, p_hold.week, p_hold.month, date_trunc('minute', p_hold.created_at),
            v_released, v_added, v_tokens, coalesce(p_hold.counter, 0));
  end if;

  if p_hold.status <> 'held' then
    -- What was closed has to be checked again.
    delete from private.ai_ledger_checkpoints as c where c.org_id = p_hold.org_id and c.day = p_hold.day;
  end if;
  if p_settled_usd > p_hold.held_usd then
    insert into public.ai_overruns (org_id, request_id, held_usd, settled_usd)
    values (p_hold.org_id, p_hold.request_id, p_hold.held_usd, p_settled_usd)
    on conflict (org_id, request_id) do update set settled_usd = excluded.settled_usd;
  end if;
end
$$;
comment on function private.settle_hold(public.ai_holds, text, numeric, timestamptz, bigint) is
  'Replaces a locked hold by its cost in every account, in the hold''s own periods. A swept hold gives back what it was charged too much. NULL tokens: unknown, the bound stands.';

create type private.calls_sum as (
  calls integer, failed integer, cost_usd numeric, input_tokens bigint, output_tokens bigint, cache_read_input_tokens bigint
);
comment on type private.calls_sum is
  'All calls of a request. cost_usd is NULL when one of them is unknown: the caller then charges the whole hold. Tokens are NULL when no call has any.';

create function private.note_streak(p_org_id uuid, p_task text, p_weak boolean, p_small boolean, p_now timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
declare
  -- Twice is chance.
  c_streak constant integer := 3;
begin
  if p_weak then
    insert into public.ai_demotions as d (org_id, task, weak_streak) values (p_org_id, p_task, 1)
    on conflict (org_id, task) do update set
      weak_streak = case when d.weak_streak >= c_streak - 1 then 0 else d.weak_streak + 1 end,
      large_until = case when d.weak_streak >= c_streak - 1 then p_now + private.demotion_cooldown(p_org_id, p_task) else d.large_until end;
  elsif p_small then
    update public.ai_demotions as d set weak_streak = 0 where d.org_id = p_org_id and d.task = p_task and d.weak_streak > 0;
  end if;
end
$$;
comment on function private.note_streak(uuid, text, boolean, boolean, timestamptz) is
  'Counts weak small answers of a task in a row; the third starts the demotion cooldown.';

create function private.keep_answer(p_hold public.ai_holds, p_settlement jsonb, p_now timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_answer  jsonb := nullif(p_settlement -> 'answer', 'null');
  v_outcome jsonb := p_settlement -> 'outcome';
begin
  if p_hold.idempotent then
    -- Whoever has the key locked is taking it over from a request that seemed dead: it is not this one's any more.
    perform from public.ai_idempotency_keys as i
    where i.org_id = p_hold.org_id and i.request_id = p_hold.request_id
    for update skip locked;
    if not found then
      null;
    elsif v_answer is null then
      delete from public.ai_idempotency_keys as i where i.org_id = p_hold.org_id and i.request_id = p_hold.request_id;
    else
      update public.ai_idempotency_keys as i set answer = v_answer
      where i.org_id = p_hold.org_id and i.request_id = p_hold.request_id;
    end if;
  end if;
  if v_answer is not null and p_hold.cache_key is not null and (p_settlement ->> 'cacheable')::boolean then
    insert into public.ai_cache_entries as e (org_id, key, task, answer, created_at, expires_at)
    values (p_hold.org_id, p_hold.cache_key, p_hold.task, v_answer, p_now, p_now + p_hold.cache_ttl)
    on conflict (org_id, key) do update set answer = excluded.answer, created_at = excluded.created_at, expires_at = excluded.expires_at;
  end if;

  if jsonb_typeof(p_settlement -> 'items') = 'array' and v_outcome ->> 'model' is not null then
    insert into public.ai_embedding_cache as e (org_id, provider_model, dimensions, hash, vector, created_at, expires_at)
    select p_hold.org_id, (v_outcome ->> 'provider') || '/' || (v_outcome ->> 'model'), jsonb_array_length(i.item -> 'vector'), i.item ->> 'hash',
           array(select v.x::real from jsonb_array_elements_text(i.item -> 'vector') as v (x)), p_now,
           p_now + coalesce(p_hold.cache_ttl, interval '8 hours')
    from (
      select distinct on (x.item ->> 'hash') x.item from jsonb_array_elements(p_settlement -> 'items') as x (item) order by x.item ->> 'hash'
    ) as i
    order by i.item ->> 'hash' -- one order for everyone: two settles cannot deadlock
    on conflict (org_id, provider_model, dimensions, hash) do update set expires_at = excluded.expires_at;
  end if;

  if p_hold.log_payloads and jsonb_typeof(p_settlement -> 'payload') = 'object' then
    insert into public.ai_payloads (request_id, org_id, created_at, input, output)
    values (p_hold.request_id, p_hold.org_id, p_now, p_settlement #> '{payload,input}', p_settlement #> '{payload,output}')
    on conflict do nothing;
  end if;
end
$$;
comment on function private.keep_answer(public.ai_holds, jsonb, timestamptz) is
  'What outlives a request beside its log row: the answer under its idempotency key and in the caches, the payload where it is kept. A hold says whether there is any of it: idempotent, cache_key, embedding, log_payloads.';

create function private.settled_row(p_hold public.ai_holds, p_calls private.calls_sum, p_outcome jsonb)
returns public.ai_request_logs
language plpgsql
volatile -- reads the number of the transaction
set search_path = ''
as $$
declare
  v_status   text := p_outcome ->> 'status';
  v_cached   boolean := p_calls.calls = 0 and p_hold.embedding and v_status = 'succeeded'; -- every vector came from the cache
  v_decision jsonb := nullif(p_outcome -> 'decision', 'null');
begin
  -- The columns of the table, as in private.log_row.
  return row(
    p_hold.request_id, p_hold.created_at, p_hold.org_id, p_hold.user_id, p_hold.key_id, p_hold.task, p_hold.job_id,
    p_hold.subject_type, p_hold.subject_id,
    case when v_cached then p_hold.tier else p_outcome ->> 'tier' end,
    case when v_cached then p_hold.provider else p_outcome ->> 'provider' end,
    case when v_cached then p_hold.model else p_outcome ->> 'model' end,
    p_hold.importance, p_hold.cost_sensitivity, p_hold.complexity, p_hold.prompt_key, p_hold.prompt_version, p_hold.prompt_variant,
    p_calls.input_tokens, p_calls.output_tokens, p_calls.cache_read_input_tokens, p_calls.cost_usd,
    p_outcome ->> 'latency_ms', p_outcome ->> 'time_to_first_token_ms',
    p_calls.calls, v_cached,
    coalesce((p_outcome ->> 'escalated')::boolean, false), coalesce((p_outcome ->> 'fell_back')::boolean, false),
    p_outcome ->> 'confidence_score', nullif(p_outcome -> 'confidence_breakdown', 'null'), p_outcome ->> 'action', p_outcome ->> 'fallback_reason',
    coalesce((p_outcome ->> 'needs_review')::boolean, false), v_status, p_outcome ->> 'error_code',
    coalesce(p_hold.decision::text::jsonb || v_decision, p_hold.decision::text::jsonb, v_decision), pg_current_xact_id()::text::bigint
  )::public.ai_request_logs;
end
$$;
comment on function private.settled_row(public.ai_holds, private.calls_sum, jsonb) is 'The log row of a finished request.';

create function private.count_fallbacks(p_hold public.ai_holds, p_calls jsonb, p_now timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_zone  text := (select o.time_zone from public.organizations as o where o.id = p_hold.org_id);
  v_other record;
begin
  for v_other in
    select 'provider:' || (c.item ->> 'provider') as account,
           coalesce(sum((c.item ->> 'input_tokens')::bigint + coalesce((c.item ->> 'output_tokens')::bigint, 0)), p_hold.tokens)::bigint as tokens
    from jsonb_array_elements(p_calls) as c (item)
    group by 1
  loop
    continue when v_other.account = any (p_hold.accounts);
    perform private.count_holds(p_hold.org_id, array[v_other.account],
      private.open_accounts(p_hold.org_id, array[v_other.account], private.periods_at(p_now, v_zone)), 0, v_other.tokens, 1);
  end loop;
end
$$;
comment on function private.count_fallbacks(public.ai_holds, jsonb, timestamptz) is
  'Counts a request with the other providers it called, for their limits: once each, in the minute it ended in. Inside the gate.';

create function public.ai_settle(settlement jsonb)
returns jsonb
language plpgsql
security definer -- the one door to the ledger's tables; executable by the service role alone
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every statement looks up by key: planning it for its values anew gains nothing
as $$
declare
  v_org_id  uuid := (settlement ->> 'org_id')::uuid;
  v_id      uuid := (settlement ->> 'request_id')::uuid;
  v_calls   jsonb := coalesce(nullif(settlement -> 'calls', 'null'), '[]');
  v_outcome jsonb := settlement -> 'outcome';
  v_now     timestamptz := private.clock();
  v_status  text := 'settled';
  v_hold    public.ai_holds;
  v_row     public.ai_request_logs;
  v_sum     private.calls_sum;
  v_charge  numeric;
begin
  select * into v_hold from public.ai_holds as h where h.org_id = v_org_id and h.request_id = v_id for update;
  if not found then
    -- Inside the gate nobody can be making it this moment.
    perform private.enter_gate(v_org_id, true);
    select * into v_hold from public.ai_holds as h where h.org_id = v_org_id and h.request_id = v_id for update;
    if not found then
      v_hold := private.recover_hold(settlement, v_now);
      v_status := 'recovered';
    end if;
  end if;
  if v_hold.status = 'settled' or (v_hold.status = 'recovered' and v_status = 'settled') then
    return jsonb_build_object('settled', false, 'duplicate', true, 'cost_usd', v_hold.settled_usd::text);
  end if;

  v_sum := private.write_calls(v_org_id, v_id, v_calls, v_now);
  v_charge := coalesce(v_sum.cost_usd, v_hold.held_usd);
  if v_status = 'recovered' and v_sum.cost_usd is null then
    v_charge := (settlement #>> '{spooled,hold_usd}')::numeric; -- nothing was held: the bound it went on by, else unknown
  end if;
  if v_hold.status <> 'held' or v_charge > v_hold.held_usd or starts_with(v_hold.accounts[1], 'provider:') then
    -- What takes has to wait for the gate, and does so before it holds anything that somebody inside might want.
    perform private.enter_gate(v_org_id, true);
  end if;
  if v_hold.status = 'swept' then
    -- The sweep's row gives way to what really happened.
    perform private.withdraw_request_row(v_org_id, v_id);
  end if;
  v_row := private.settled_row(v_hold, v_sum, v_outcome);
  insert into public.ai_request_logs values (v_row.*);
  if v_hold.idempotent or v_hold.cache_key is not null or v_hold.embedding or v_hold.log_payloads then
    perform private.keep_answer(v_hold, settlement, v_now);
  end if;
  perform private.note_streak(v_org_id, v_hold.task, v_row.escalated and v_hold.tier = 'small',
    v_row.tier = 'small' and v_row.action = 'use_ai_result', v_now);

  -- The gate late, so that others wait for little more than the commit; breakers after it, as in ai_admit.
  perform private.settle_hold(v_hold, v_status, coalesce(v_charge, 0), v_now, v_row.input_tokens + coalesce(v_row.output_tokens, 0));
  if v_charge is null then
    insert into public.ai_overruns (org_id, request_id, held_usd, settled_usd) values (v_org_id, v_id, 0, null);
  end if;
  if starts_with(v_hold.accounts[1], 'provider:') then
    perform private.count_fallbacks(v_hold, v_calls, v_now);
  end if;
  perform private.record_breakers_together(array[v_calls], array[v_sum.failed], array[v_hold.created_at]);
  if v_hold.queue_id is not null then
    perform private.finish_queued(v_org_id, v_hold.queue_id::text, v_id, v_row.error_code, nullif(settlement -> 'answer', 'null'), v_now);
  end if;
  return jsonb_build_object('settled', true, 'cost_usd', v_charge::text, 'status', v_status);
end
$$;
comment on function public.ai_settle(jsonb) is
  'Writes a finished request and replaces its hold by the real cost, once: shared/ai-logger/settlement.ts. {settled, cost_usd} or {settled: false, duplicate}. Service role only.';

create function private.recover_hold(p_settlement jsonb, p_now timestamptz)
returns public.ai_holds
language plpgsql
set search_path = ''
as $$
declare
  v_hold    public.ai_holds;
  v_org     public.organizations;
  v_periods private.periods;
begin
  select * into v_org from public.organizations as o where o.id = (p_settlement ->> 'org_id')::uuid;
  if not found then
    raise exception 'Cannot settle the request: its organization is unknown' using errcode = '22023';
  end if;
  perform private.enter_gate(v_org.id, true);
  v_hold.org_id := v_org.id;
  v_hold.request_id := (p_settlement ->> 'request_id')::uuid;
  v_hold.status := 'recovered';
  v_hold.created_at := p_now;
  v_hold.expires_at := p_now;
  v_hold.held_usd := 0;
  v_hold.held := 0;
  v_hold.settled_usd := 0;
  v_hold.settled := 0;
  v_hold.currency := v_org.currency;
  v_hold.per_usd := 1;
  if v_org.currency <> 'USD' then
    select r.id, r.rate into v_hold.rate_id, v_hold.per_usd from private.rate_for(v_org.currency, p_now) as r;
  end if;
  v_hold.user_id := (p_settlement ->> 'user_id')::uuid;
  v_hold.task := coalesce(p_settlement ->> 'task', 'unknown');
  -- A spooled settlement also brings what its admission would have kept.
  v_hold.job_id := (p_settlement #>> '{spooled,job_id}')::uuid;
  v_hold.subject_type := p_settlement #>> '{spooled,subject_type}';
  v_hold.subject_id := p_settlement #>> '{spooled,subject_id}';
  if p_settlement #>> '{spooled,key_hash}' is not null then
    select k.id, k.user_id into v_hold.key_id, v_hold.user_id
    from public.ai_keys as k where k.org_id = v_org.id and k.hash = p_settlement #>> '{spooled,key_hash}';
  end if;
  v_hold.accounts := private.request_accounts(
    v_org.id, v_hold.job_id, v_hold.subject_type, v_hold.subject_id, v_hold.key_id, v_hold.user_id, v_hold.task);
  v_periods := private.open_accounts(v_org.id, v_hold.accounts, private.periods_at(p_now, v_org.time_zone));
  v_hold.day := v_periods.day;
  v_hold.week := v_periods.week;
  v_hold.month := v_periods.month;
  v_hold.tokens := 0;
  v_hold.embedding := false;
  v_hold.idempotent := true; -- it may have been: its key is answered or freed all the same
  v_hold.log_payloads := false;
  insert into public.ai_holds values (v_hold.*);
  return v_hold;
end
$$;
comment on function private.recover_hold(jsonb, timestamptz) is
  'Recreates the hold of a settlement that has none (lost with a database, or spooled): nothing held, everything settled, marked recovered. Enters the gate.';

revoke execute on all functions in schema private from public;
revoke execute on function public.ai_settle(jsonb) from public, anon, authenticated;
grant execute on function public.ai_settle(jsonb) to service_role;
