-- The gateway: its place among the tasks, and what its callers may use.

insert into public.ai_tasks
  (slug, title, description, operation, prompt_key, has_rules, streams, base_tier, critical)
values
  ('gateway', 'Gateway', 'The providers'' own APIs for any client, with budgets, limits and the log behind them.',
    'chat', null, false, true, 'small', false);

create function public.ai_gateway_models(caller jsonb)
returns jsonb
language plpgsql
stable
security definer -- reads keys and memberships, which only the ledger's functions may; executable by the service role alone
set search_path = ''
as $$
declare
  p        private.admission_request := jsonb_populate_record(null::private.admission_request, caller);
  v_now    timestamptz := private.clock();
  v_caller private.caller;
  v_unknown text;
  v_models jsonb;
begin
  v_caller := private.resolve_caller(p.org_id, p.user_id, p.key_hash, coalesce(p.service, false), p.task);
  if v_caller.org_id is null then
    return jsonb_build_object('outcome', 'refused', 'code', v_caller.code, 'detail', v_caller.detail);
  end if;
  v_unknown := private.settings_for(v_caller.org_id, null) ->> 'ai.price.unknown';

  select jsonb_agg(jsonb_build_object(
    'model', usable.model, 'provider', usable.provider, 'kind', usable.kind, 'tier', usable.tier, 'context_window', usable.context_window,
    'max_output_tokens', usable.max_output_tokens, 'capabilities', to_jsonb(usable.capabilities), 'created', usable.created
  ) order by usable.kind, usable.model, usable.provider) into v_models
  from (
    -- The organization's own row of a model stands before the platform's.
    select distinct on (m.provider, m.model) m.*,
      (select floor(extract(epoch from min(price.effective_from)))::bigint from public.ai_model_prices as price
       where price.provider = m.provider and price.model = m.model) as created,
      pr.secret_name is not null as own_key, pr.slug is not null as provider_on
    from public.ai_models as m
    left join lateral (
      select x.* from public.ai_providers as x
      where x.slug = m.provider and (x.org_id = v_caller.org_id or x.org_id is null) and x.active
    ) as pr on true
    where (m.org_id is null or m.org_id = v_caller.org_id)
    order by m.provider, m.model, m.org_id nulls last
  ) as usable
  where usable.active and usable.provider_on
    and (usable.own_key or usable.provider = any (p.providers))
    and (usable.shutdown_on is null or usable.shutdown_on > v_now::date)
    and (v_caller.allowed_models is null or usable.model = any (v_caller.allowed_models))
    and usable.kind in ('chat', 'embedding', 'moderation')
    and (usable.kind = 'moderation' or v_unknown is not null
         or private.card_prices(usable.provider, usable.model, v_caller.org_id, v_now) is not null);

  return jsonb_build_object('outcome', 'ok', 'org_id', v_caller.org_id, 'models', coalesce(v_models, '[]'));
end
$$;
comment on function public.ai_gateway_models(jsonb) is
  'The models a caller may use: {outcome: ok, org_id, models: [...]} or {outcome: refused, code, detail}. The caller is described as for ai_admit. Service role only.';
revoke execute on function public.ai_gateway_models(jsonb) from public, anon, authenticated;
grant execute on function public.ai_gateway_models(jsonb) to service_role;

create function public.ai_admit_free_call(entry jsonb)
returns json
language plpgsql
security definer -- the one door to the ledger's tables; executable by the service role alone
set search_path = ''
as $$
declare
  p         private.admission_request := jsonb_populate_record(null::private.admission_request, entry);
  v_now     timestamptz;
  v_caller  private.caller := private.resolve_caller(p.org_id, p.user_id, p.key_hash, coalesce(p.service, false), p.task);
  v_limits  private.card_limit[];
  v_hold    public.ai_holds;
  v_breach  private.limit_breach;
  v_periods private.periods;
begin
  v_hold.request_id := p.request_id;
  if v_caller.org_id is null then
    return private.refuse(v_hold, v_caller.code, v_caller.detail);
  end if;
  v_limits := private.card_limits(v_caller.org_id);
  if cardinality(v_limits) = 0 then
    return json_build_object('outcome', 'ok');
  end if;
  v_hold.org_id := v_caller.org_id;
  v_hold.task := p.task;
  v_hold.key_id := v_caller.key_id;
  v_hold.user_id := v_caller.user_id;
  v_hold.importance := p.importance;
  v_hold.cost_sensitivity := p.cost_sensitivity;
  v_hold.tokens := 0;
  v_hold.accounts := private.request_accounts(v_hold.org_id, null, null, null, v_hold.key_id, v_hold.user_id, v_hold.task);
  perform private.enter_gate(v_hold.org_id, true);
  v_now := private.clock();
  v_hold.created_at := v_now;
  v_breach := private.check_limits(v_hold, v_limits, v_now);
  if v_breach.detail is not null then
    return private.refuse_for_limit(v_hold, v_breach);
  end if;
  select * into v_periods
  from private.periods_at(v_now, (select o.time_zone from public.organizations as o where o.id = v_hold.org_id));
  -- It holds nothing: only the minute's requests are one more.
  perform private.count_new_holds(v_hold.org_id, array[v_hold.request_id], v_hold.accounts, v_periods, v_periods, 0, 0);
  return json_build_object('outcome', 'ok');
end
$$;
comment on function public.ai_admit_free_call(jsonb) is
  'Counts a call that providers do not charge for in the limits of its caller: {outcome: ok}, or ai_admit''s refusal. Service role only.';
revoke execute on function public.ai_admit_free_call(jsonb) from public, anon, authenticated;
grant execute on function public.ai_admit_free_call(jsonb) to service_role;

create function public.ai_log_free_call(entry jsonb)
returns jsonb
language plpgsql
security definer -- the one door to the ledger's tables; executable by the service role alone
set search_path = ''
as $$
declare
  p        private.admission_request := jsonb_populate_record(null::private.admission_request, entry);
  v_now    timestamptz := private.clock();
  v_caller private.caller;
  v_hold   public.ai_holds;
  v_row    public.ai_request_logs;
begin
  v_caller := private.resolve_caller(p.org_id, p.user_id, p.key_hash, coalesce(p.service, false), p.task);
  if v_caller.org_id is null then
    return jsonb_build_object('logged', false);
  end if;
  -- A hold of nothing, settled at once: no call is in the log without one.
  v_hold := private.recover_hold(jsonb_build_object(
    'org_id', v_caller.org_id, 'request_id', p.request_id, 'user_id', v_caller.user_id, 'task', p.task), v_now);
  perform private.write_calls(v_caller.org_id, p.request_id, jsonb_build_array(entry -> 'call'), v_now);
  v_row := private.log_row(v_hold);
  v_row.key_id := v_caller.key_id;
  v_row.status := case when entry #>> '{call,error_code}' is null then 'succeeded' else 'failed' end;
  v_row.error_code := entry #>> '{call,error_code}';
  v_row.cost_usd := 0;
  v_row.calls := 1;
  v_row.input_tokens := 0;
  v_row.output_tokens := 0;
  v_row.provider := entry #>> '{call,provider}';
  v_row.model := entry #>> '{call,request_model}';
  v_row.latency_ms := (entry ->> 'latency_ms')::integer;
  v_row.importance := p.importance;
  v_row.cost_sensitivity := p.cost_sensitivity;
  v_row.decision := jsonb_strip_nulls(jsonb_build_object('free', entry ->> 'operation', 'labels', p.labels));
  perform private.write_log_row(v_row);
  perform private.settle_hold(v_hold, 'settled', 0, v_now);
  return jsonb_build_object('logged', true);
end
$$;
comment on function public.ai_log_free_call(jsonb) is
  'Logs a call that providers do not charge for, such as a moderation: nothing held, cost 0. {logged}. Service role only.';
revoke execute on function public.ai_log_free_call(jsonb) from public, anon, authenticated;
grant execute on function public.ai_log_free_call(jsonb) to service_role;
