-- ai_extend, ai_settle, ai_reject and the sweep: every end of a request settles it exactly once.
--
-- All three lock the hold first and the state rows after it, in their order. The update that moves a hold out of `held` or
-- `swept` decides; whoever comes second finds it done and writes nothing.

create function private.call_cost(p_price_id uuid, p_call jsonb)
returns numeric
language plpgsql
stable
set search_path = ''
as $$
declare
  v_price public.ai_model_prices;
  v_read  numeric := coalesce((p_call ->> 'cache_read_input_tokens')::numeric, 0);
  v_write numeric := coalesce((p_call ->> 'cache_write_input_tokens')::numeric, 0);
begin
  if p_call ->> 'usage_source' = 'none' then
    return 0;
  elsif p_call ->> 'input_tokens' is null or p_call ->> 'output_tokens' is null then
    return null;
  end if;
  select * into v_price from public.ai_model_prices as price where price.id = p_price_id;
  return trim_scale((
    greatest((p_call ->> 'input_tokens')::numeric - v_read - v_write, 0) * v_price.input_usd_per_mtok
    + v_read * coalesce(v_price.cache_read_usd_per_mtok, v_price.input_usd_per_mtok)
    + v_write * coalesce(v_price.cache_write_usd_per_mtok, v_price.input_usd_per_mtok)
    + (p_call ->> 'output_tokens')::numeric * coalesce(v_price.output_usd_per_mtok, 0)
  ) * 0.000001);
end
$$;
comment on function private.call_cost(uuid, jsonb) is
  'US dollars of one call, exact: the same arithmetic as costUsd in shared/pricing. NULL when tokens or price are unknown.';

create function private.settle_hold(p_hold public.ai_holds, p_status text, p_settled_usd numeric, p_now timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_settled numeric := p_settled_usd * p_hold.per_usd;
  v_zone    text;
begin
  select o.time_zone into v_zone from public.organizations as o where o.id = p_hold.org_id;
  perform private.lock_states(p_hold.org_id, p_hold.accounts, private.periods_at(p_now, coalesce(v_zone, 'UTC')));
  perform private.move_counters(
    p_hold.org_id, p_hold.accounts, p_hold.day, p_hold.week, p_hold.month,
    case when p_hold.status = 'held' then -p_hold.held else 0 end,
    v_settled - coalesce(p_hold.settled, 0)
  );
  update public.ai_holds as h
  set status = p_status, settled_at = p_now, settled_usd = p_settled_usd, settled = v_settled
  where h.org_id = p_hold.org_id and h.request_id = p_hold.request_id;
  if p_settled_usd > p_hold.held_usd then
    insert into public.ai_overruns (org_id, request_id, held_usd, settled_usd)
    values (p_hold.org_id, p_hold.request_id, p_hold.held_usd, p_settled_usd)
    on conflict (org_id, request_id) do update set settled_usd = excluded.settled_usd;
  end if;
end
$$;
comment on function private.settle_hold(public.ai_holds, text, numeric, timestamptz) is
  'Replaces a locked hold by its cost in every scope, in the hold''s own periods. A swept hold gives back what it was charged too much.';

create function public.ai_extend(p_org_id uuid, p_request_id uuid, p_amount_usd numeric)
returns jsonb
language plpgsql
security definer -- the one door to the ledger's tables; executable by the service role alone
set search_path = ''
as $$
declare
  v_hold    public.ai_holds;
  v_org     public.organizations;
  v_room    private.budget_room;
  v_periods private.periods;
begin
  select * into v_hold from public.ai_holds as h where h.org_id = p_org_id and h.request_id = p_request_id for update;
  if not found or v_hold.status <> 'held' or v_hold.expires_at <= private.clock() then
    return jsonb_build_object('granted', false, 'code', 'timeout', 'detail', 'Cannot extend the hold: it is settled or expired');
  end if;
  if p_amount_usd is null or p_amount_usd < 0 then
    return jsonb_build_object('granted', false, 'code', 'invalid_request', 'detail', 'Cannot extend the hold: the amount is negative or missing');
  end if;
  select * into v_org from public.organizations as o where o.id = p_org_id;
  v_periods := private.periods_at(private.clock(), v_org.time_zone);
  perform private.lock_states(p_org_id, v_hold.accounts, v_periods);
  v_room := private.measure_room(p_org_id, v_hold.accounts, v_periods, private.settings_for(p_org_id, (v_hold.context ->> 'user_id')::uuid));
  if p_amount_usd * v_hold.per_usd > v_room.room or (v_hold.held_usd + p_amount_usd) * v_hold.per_usd > v_room.per_request then
    return jsonb_build_object('granted', false, 'code', 'budget_exhausted',
      'detail', format('Cannot extend the hold: the %s leaves too little', v_room.tightest));
  end if;
  perform private.move_counters(p_org_id, v_hold.accounts, v_hold.day, v_hold.week, v_hold.month, p_amount_usd * v_hold.per_usd, 0);
  update public.ai_holds as h
  set held_usd = h.held_usd + p_amount_usd, held = (h.held_usd + p_amount_usd) * h.per_usd
  where h.org_id = p_org_id and h.request_id = p_request_id;
  return jsonb_build_object('granted', true, 'hold_usd', (v_hold.held_usd + p_amount_usd)::text);
end
$$;
comment on function public.ai_extend(uuid, uuid, numeric) is
  'Adds US dollars to a live hold before a further call, if every budget has room: {granted, hold_usd} or {granted: false, code, detail}. Service role only.';

create function private.write_calls(p_org_id uuid, p_request_id uuid, p_calls jsonb, p_now timestamptz)
returns numeric
language plpgsql
set search_path = ''
as $$
declare
  v_cost numeric;
begin
  with written as (
    insert into public.ai_call_logs (
      created_at, request_id, org_id, attempt, purpose, provider, request_model, response_model, price_id, input_tokens, output_tokens,
      cache_read_input_tokens, cache_write_input_tokens, cost_usd, usage_source, latency_ms, time_to_first_token_ms, finish_reason, error_code, stand_in
    )
    select coalesce((c.item ->> 'created_at')::timestamptz, p_now), p_request_id, p_org_id, (c.item ->> 'attempt')::smallint,
           c.item ->> 'purpose', c.item ->> 'provider', c.item ->> 'request_model', c.item ->> 'response_model',
           (c.item ->> 'price_id')::uuid, (c.item ->> 'input_tokens')::integer, (c.item ->> 'output_tokens')::integer,
           (c.item ->> 'cache_read_input_tokens')::integer, (c.item ->> 'cache_write_input_tokens')::integer,
           private.call_cost((c.item ->> 'price_id')::uuid, c.item), c.item ->> 'usage_source',
           (c.item ->> 'latency_ms')::integer, (c.item ->> 'time_to_first_token_ms')::integer,
           c.item ->> 'finish_reason', c.item ->> 'error_code', coalesce((c.item ->> 'stand_in')::boolean, false)
    from jsonb_array_elements(p_calls) as c (item)
    returning cost_usd
  )
  -- One unknown cost makes the sum unknown: the caller then charges the whole hold.
  select case when count(*) = count(w.cost_usd) then coalesce(sum(w.cost_usd), 0) end into v_cost from written as w;
  return v_cost;
end
$$;
comment on function private.write_calls(uuid, uuid, jsonb, timestamptz) is
  'Inserts the call rows and answers their cost in US dollars; NULL when one of them is unknown.';

create function private.note_streak(p_org_id uuid, p_task text, p_weak boolean, p_small boolean, p_now timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if p_weak then
    insert into public.ai_demotions as d (org_id, task, weak_streak) values (p_org_id, p_task, 1)
    on conflict (org_id, task) do update set
      weak_streak = case when d.weak_streak >= 2 then 0 else d.weak_streak + 1 end,
      large_until = case when d.weak_streak >= 2
        then p_now + coalesce((private.setting('ai.routing.demotion.cooldown', p_org_id, null) #>> '{}')::interval, interval '30 minutes')
        else d.large_until end;
  elsif p_small then
    update public.ai_demotions as d set weak_streak = 0 where d.org_id = p_org_id and d.task = p_task and d.weak_streak > 0;
  end if;
end
$$;
comment on function private.note_streak(uuid, text, boolean, boolean, timestamptz) is
  'Counts weak small answers of a task in a row; the third starts the demotion cooldown.';

create function public.ai_settle(settlement jsonb)
returns jsonb
language plpgsql
security definer -- the one door to the ledger's tables; executable by the service role alone
set search_path = ''
as $$
declare
  v_org_id  uuid := (settlement ->> 'org_id')::uuid;
  v_id      uuid := (settlement ->> 'request_id')::uuid;
  v_calls   jsonb := coalesce(settlement -> 'calls', '[]');
  v_outcome jsonb := settlement -> 'outcome';
  v_answer  jsonb := nullif(settlement -> 'answer', 'null');
  v_now     timestamptz := private.clock();
  v_hold    public.ai_holds;
  v_cost    numeric;
  v_charge  numeric;
  v_row     jsonb;
  v_from_cache boolean;
  v_status  text := 'settled';
  v_call    record;
  v_ttl     interval;
begin
  select * into v_hold from public.ai_holds as h where h.org_id = v_org_id and h.request_id = v_id for update;
  if not found then
    v_hold := private.recover_hold(settlement, v_now);
    v_status := 'recovered';
  elsif v_hold.status not in ('held', 'swept') then
    return jsonb_build_object('settled', false, 'duplicate', true, 'cost_usd', v_hold.settled_usd::text);
  end if;

  v_cost := private.write_calls(v_org_id, v_id, v_calls, v_now);
  v_charge := coalesce(v_cost, v_hold.held_usd);

  -- The sweep's row gives way to what really happened.
  if v_hold.status = 'swept' then
    perform private.withdraw_request_row(v_org_id, v_id);
  end if;
  v_from_cache := jsonb_array_length(v_calls) = 0 and (v_hold.context ->> 'embedding')::boolean and v_outcome ->> 'status' = 'succeeded';
  v_row := v_hold.context || (v_outcome - 'decision') || jsonb_build_object(
    'id', v_id, 'org_id', v_org_id, 'created_at', v_hold.created_at, 'cost_usd', v_cost, 'calls', jsonb_array_length(v_calls),
    'cached', v_from_cache,
    'input_tokens', (select sum((c.item ->> 'input_tokens')::integer) from jsonb_array_elements(v_calls) as c (item)),
    'output_tokens', (select sum((c.item ->> 'output_tokens')::integer) from jsonb_array_elements(v_calls) as c (item)),
    'cache_read_input_tokens', (select sum((c.item ->> 'cache_read_input_tokens')::integer) from jsonb_array_elements(v_calls) as c (item)),
    'decision', coalesce(v_hold.context -> 'decision', '{}') || coalesce(v_outcome -> 'decision', '{}')
  );
  if v_from_cache then
    v_row := v_row || jsonb_build_object('tier', v_hold.context -> 'tier', 'provider', v_hold.context -> 'provider', 'model', v_hold.context -> 'model');
  end if;
  perform private.write_request_row(v_row);

  if v_answer is not null then
    update public.ai_idempotency_keys as i set answer = v_answer where i.org_id = v_org_id and i.request_id = v_id;
    if (settlement ->> 'cacheable')::boolean and v_hold.context ->> 'cache_key' is not null then
      v_ttl := (v_hold.context ->> 'cache_ttl')::interval;
      insert into public.ai_cache_entries as e (org_id, key, task, answer, created_at, expires_at)
      values (v_org_id, v_hold.context ->> 'cache_key', v_hold.context ->> 'task', v_answer, v_now, v_now + v_ttl)
      on conflict (org_id, key) do update set answer = excluded.answer, created_at = excluded.created_at, expires_at = excluded.expires_at;
    end if;
  else
    delete from public.ai_idempotency_keys as i where i.org_id = v_org_id and i.request_id = v_id;
  end if;

  if jsonb_typeof(settlement -> 'items') = 'array' and v_outcome ->> 'model' is not null then
    v_ttl := coalesce((v_hold.context ->> 'cache_ttl')::interval, interval '8 hours');
    insert into public.ai_embedding_cache as e (org_id, provider_model, dimensions, hash, vector, created_at, expires_at)
    select v_org_id, (v_outcome ->> 'provider') || '/' || (v_outcome ->> 'model'), jsonb_array_length(i.item -> 'vector'), i.item ->> 'hash',
           array(select v.x::real from jsonb_array_elements_text(i.item -> 'vector') as v (x)), v_now, v_now + v_ttl
    from (select distinct on (x.item ->> 'hash') x.item from jsonb_array_elements(settlement -> 'items') as x (item) order by x.item ->> 'hash') as i
    order by i.item ->> 'hash' -- one order for everyone: two settles cannot deadlock
    on conflict (org_id, provider_model, dimensions, hash) do update set expires_at = excluded.expires_at;
  end if;

  if (v_hold.context ->> 'log_payloads')::boolean and jsonb_typeof(settlement -> 'payload') = 'object' then
    insert into public.ai_payloads (request_id, org_id, created_at, input, output)
    values (v_id, v_org_id, v_now, settlement #> '{payload,input}', settlement #> '{payload,output}')
    on conflict do nothing;
  end if;

  perform private.note_streak(v_org_id, v_hold.context ->> 'task',
    coalesce((v_outcome ->> 'escalated')::boolean, false) and v_hold.context #>> '{decision,tier}' = 'small',
    v_outcome ->> 'tier' = 'small' and v_outcome ->> 'action' = 'use_ai_result', v_now);

  -- The hot rows late, so that they are locked for little more than the commit; breakers after them, as in ai_admit.
  perform private.settle_hold(v_hold, v_status, v_charge, v_now);
  for v_call in
    select c.item ->> 'provider' as provider, c.item ->> 'request_model' as model, c.item ->> 'error_code' as error_code,
           (c.item ->> 'retry_after_ms')::integer as retry_after_ms
    from jsonb_array_elements(v_calls) as c (item)
    where coalesce(c.item ->> 'error_code', '') <> 'cancelled'
    order by provider, model, (c.item ->> 'attempt')::integer -- one order for everyone, time within a model
  loop
    perform private.record_breaker_outcome(v_call.provider, v_call.model, v_call.error_code, v_hold.created_at, v_call.retry_after_ms);
  end loop;

  perform private.finish_queued(v_org_id, v_hold.context ->> 'queue_id', v_id, v_outcome ->> 'error_code', v_answer, v_now);
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
  v_rate    record;
  v_periods private.periods;
begin
  select * into v_org from public.organizations as o where o.id = (p_settlement ->> 'org_id')::uuid;
  if not found then
    raise exception 'Cannot settle the request: its organization is unknown' using errcode = '22023';
  end if;
  select r.id, r.rate into v_rate from public.ai_exchange_rates as r
  where r.currency = v_org.currency and r.effective_from <= p_now order by r.effective_from desc limit 1;
  v_periods := private.periods_at(p_now, v_org.time_zone);
  insert into public.ai_holds (org_id, request_id, created_at, expires_at, held_usd, held, currency, rate_id, per_usd, day, week, month, accounts, context)
  values (
    v_org.id, (p_settlement ->> 'request_id')::uuid, p_now, p_now, 0, 0, v_org.currency,
    case when v_org.currency <> 'USD' then v_rate.id end, case when v_org.currency = 'USD' then 1 else v_rate.rate end,
    v_periods.day, v_periods.week, v_periods.month,
    private.request_accounts(v_org.id, null, null, null, null, (p_settlement ->> 'user_id')::uuid, coalesce(p_settlement ->> 'task', 'unknown')),
    jsonb_build_object('id', p_settlement ->> 'request_id', 'org_id', v_org.id, 'user_id', p_settlement ->> 'user_id',
                       'task', coalesce(p_settlement ->> 'task', 'unknown'), 'embedding', false)
  )
  returning * into v_hold;
  return v_hold;
end
$$;
comment on function private.recover_hold(jsonb, timestamptz) is
  'Recreates the hold of a settlement that has none (lost with a database, or spooled): nothing held, everything settled, marked recovered.';

create function private.sweep_holds(p_limit integer default 500)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_now   timestamptz := private.clock();
  v_hold  public.ai_holds;
  v_swept integer := 0;
begin
  for v_hold in
    select * from public.ai_holds as h
    where h.status = 'held' and h.expires_at <= v_now
    order by h.expires_at
    limit p_limit
    for update skip locked
  loop
    perform private.write_request_row(v_hold.context || jsonb_build_object(
      'id', v_hold.request_id, 'org_id', v_hold.org_id, 'created_at', v_hold.created_at, 'status', 'swept', 'error_code', 'timeout',
      'cost_usd', v_hold.held_usd, 'tier', null, 'provider', null, 'model', null));
    perform private.settle_hold(v_hold, 'swept', v_hold.held_usd, v_now);
    delete from public.ai_idempotency_keys as i where i.org_id = v_hold.org_id and i.request_id = v_hold.request_id and i.answer is null;
    perform private.finish_queued(v_hold.org_id, v_hold.context ->> 'queue_id', v_hold.request_id, 'timeout', null, v_now);
    v_swept := v_swept + 1;
  end loop;
  return v_swept;
end
$$;
comment on function private.sweep_holds(integer) is
  'Charges holds that expired without a settle, in full. Called by cron; skips holds being settled right now. Returns how many.';

create function public.ai_reject(rejection jsonb)
returns jsonb
language plpgsql
security definer -- the one door to the ledger's tables; executable by the service role alone
set search_path = ''
as $$
declare
  p        private.admission_request := jsonb_populate_record(null::private.admission_request, rejection);
  v_caller private.caller;
begin
  v_caller := private.resolve_caller(p.org_id, p.user_id, p.key_hash, coalesce(p.service, false), p.task);
  if v_caller.org_id is not null then
    perform private.write_request_row(private.request_context(p, v_caller) || jsonb_build_object(
      'status', 'refused', 'error_code', rejection ->> 'code', 'cost_usd', 0,
      'decision', jsonb_build_object('refused', rejection ->> 'detail')));
  end if;
  return jsonb_build_object('logged', v_caller.org_id is not null);
end
$$;
comment on function public.ai_reject(jsonb) is
  'Logs a request that was refused before admission (bad input), if its organization can be told: {logged}. Service role only.';

revoke execute on all functions in schema private from public;
revoke execute on function public.ai_extend(uuid, uuid, numeric), public.ai_settle(jsonb), public.ai_reject(jsonb) from public, anon, authenticated;
grant execute on function public.ai_extend(uuid, uuid, numeric), public.ai_settle(jsonb), public.ai_reject(jsonb) to service_role;
