-- ai_extend, ai_reject and the sweep: what else happens to a request between its admission and its settle.

create function public.ai_extend(p_org_id uuid, p_request_id uuid, p_amount_usd numeric)
returns jsonb
language plpgsql
security definer -- the one door to the ledger's tables; executable by the service role alone
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every statement looks up by key: planning it for its values anew gains nothing
as $$
declare
  v_hold     public.ai_holds;
  v_zone     text;
  v_now      timestamptz;
  v_periods  private.periods;
  v_budgets  private.card_budget[];
  v_settings private.card_settings;
  v_room     private.budget_room;
begin
  select * into v_hold from public.ai_holds as h where h.org_id = p_org_id and h.request_id = p_request_id for update;
  if not found or v_hold.status <> 'held' or v_hold.expires_at <= private.clock() then
    return jsonb_build_object('granted', false, 'code', 'timeout', 'detail', 'Cannot extend the hold: it is settled or expired');
  end if;
  if p_amount_usd is null or p_amount_usd < 0 or p_amount_usd = 'NaN' then
    return jsonb_build_object('granted', false, 'code', 'invalid_request', 'detail', 'Cannot extend the hold: the amount is negative or missing');
  end if;
  select o.time_zone into v_zone from public.organizations as o where o.id = p_org_id;
  v_budgets := private.card_budgets(p_org_id);
  v_settings := private.read_settings(private.settings_for(p_org_id, v_hold.user_id, 'ai.'), '{}');

  perform private.enter_gate(p_org_id, true);
  v_now := private.clock();
  perform private.book_changes(p_org_id);
  v_periods := private.open_accounts(p_org_id, v_hold.accounts, private.periods_at(v_now, v_zone));
  v_room := private.measure_room(p_org_id, v_hold.accounts, v_periods, v_budgets, v_settings);
  if p_amount_usd * v_hold.per_usd > v_room.room or (v_hold.held_usd + p_amount_usd) * v_hold.per_usd > v_room.per_request then
    return jsonb_build_object('granted', false, 'code', 'budget_exhausted', 'detail', format('Cannot extend the hold: the %s leaves too little',
      private.tightest_budget(p_org_id, v_hold.accounts, v_periods, v_budgets, v_settings)));
  end if;
  perform private.move_counters(p_org_id, v_hold.accounts,
    row(v_hold.day, v_hold.week, v_hold.month, v_periods.minute)::private.periods, p_amount_usd * v_hold.per_usd, 0, 0, coalesce(v_hold.counter, 0));
  update public.ai_holds as h
  set held_usd = h.held_usd + p_amount_usd, held = (h.held_usd + p_amount_usd) * h.per_usd
  where h.org_id = p_org_id and h.request_id = p_request_id;
  return jsonb_build_object('granted', true, 'hold_usd', (v_hold.held_usd + p_amount_usd)::text);
end
$$;
comment on function public.ai_extend(uuid, uuid, numeric) is
  'Adds US dollars to a live hold before a further call, if every budget has room: {granted, hold_usd} or {granted: false, code, detail}. Service role only.';

create function private.sweep_holds(p_limit integer default 500)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_now   timestamptz := private.clock();
  v_hold  public.ai_holds;
  v_row   public.ai_request_logs;
  v_org   uuid;
  v_swept integer := 0;
begin
  for v_hold in
    select * from public.ai_holds as h
    where h.status = 'held' and h.expires_at <= v_now
    order by h.expires_at
    limit p_limit
    for update skip locked
  loop
    v_row := private.log_row(v_hold);
    v_row.status := 'swept';
    v_row.error_code := 'timeout';
    v_row.cost_usd := v_hold.held_usd;
    perform private.write_log_row(v_row);
    update public.ai_holds as h
    set status = 'swept', settled_at = v_now, settled_usd = h.held_usd, settled = h.held
    where h.org_id = v_hold.org_id and h.request_id = v_hold.request_id;
    insert into private.ai_unbooked_changes (org_id, accounts, day, week, month, minute, held, settled, tokens, counter)
    values (v_hold.org_id, v_hold.accounts, v_hold.day, v_hold.week, v_hold.month, date_trunc('minute', v_hold.created_at),
            -v_hold.held, v_hold.held, 0, coalesce(v_hold.counter, 0));
    if v_hold.idempotent then
      delete from public.ai_idempotency_keys as i where i.org_id = v_hold.org_id and i.request_id = v_hold.request_id and i.answer is null;
    end if;
    if v_hold.queue_id is not null then
      perform private.finish_queued(v_hold.org_id, v_hold.queue_id::text, v_hold.request_id, 'timeout', null, v_now);
    end if;
    v_swept := v_swept + 1;
  end loop;

  -- Everything that waits, of every organization nobody is busy with. Gates are tried, never waited for: there is no deadlock.
  for v_org in select distinct u.org_id from private.ai_unbooked_changes as u loop
    if private.enter_gate(v_org, false) then
      perform private.book_changes(v_org);
    end if;
  end loop;
  return v_swept;
end
$$;
comment on function private.sweep_holds(integer) is
  'Charges holds that expired without a settle, in full, and books changes that wait. Called by cron; skips holds being settled right now. Returns how many were charged.';

create function public.ai_reject(rejection jsonb)
returns jsonb
language plpgsql
security definer -- the one door to the ledger's tables; executable by the service role alone
set search_path = ''
as $$
declare
  p        private.admission_request := jsonb_populate_record(null::private.admission_request, rejection);
  v_caller private.caller := private.resolve_caller(p.org_id, p.user_id, p.key_hash, coalesce(p.service, false), p.task);
  v_hold   public.ai_holds;
begin
  if v_caller.org_id is null then
    return jsonb_build_object('logged', false);
  end if;
  v_hold.org_id := v_caller.org_id;
  v_hold.request_id := p.request_id;
  v_hold.created_at := private.clock();
  v_hold.user_id := v_caller.user_id;
  v_hold.key_id := v_caller.key_id;
  v_hold.task := p.task;
  v_hold.job_id := p.job_id;
  v_hold.subject_type := p.subject_type;
  v_hold.subject_id := p.subject_id;
  v_hold.importance := p.importance;
  v_hold.cost_sensitivity := p.cost_sensitivity;
  v_hold.complexity := p.complexity;
  perform private.refuse(v_hold, rejection ->> 'code', rejection ->> 'detail');
  return jsonb_build_object('logged', true);
end
$$;
comment on function public.ai_reject(jsonb) is
  'Logs a request that was refused before admission (bad input), if its organization can be told: {logged}. Service role only.';

revoke execute on all functions in schema private from public;
revoke execute on function public.ai_extend(uuid, uuid, numeric), public.ai_reject(jsonb) from public, anon, authenticated;
grant execute on function public.ai_extend(uuid, uuid, numeric), public.ai_reject(jsonb) to service_role;
