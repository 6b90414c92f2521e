-- Split counters, settled: every end of a request names the counter of its hold. split_counters.sql

create or replace function private.settle_hold(
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

create or replace function private.settle_group(p_settlements jsonb)
returns jsonb[]
language plpgsql
security definer -- callers of ai_settle_many have no right to the ledger's tables; executable by the service role alone
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  v_now      timestamptz := private.clock();
  v_answers  jsonb[] := array_fill(null::jsonb, array[jsonb_array_length(p_settlements)]);
  v_one      record;
  v_hold     public.ai_holds;
  v_outcome  jsonb;
  v_read     private.calls_read;
  v_charge   numeric;
  v_row      public.ai_request_logs;
  v_places   integer[] := array[]::integer[]; -- of the ordinary ones among the settlements
  v_failed   integer[] := array[]::integer[];
  v_admitted timestamptz[] := array[]::timestamptz[];
  v_org_id   uuid;
  v_rows     public.ai_request_logs[] := array[]::public.ai_request_logs[];
  v_calls    public.ai_call_logs[] := array[]::public.ai_call_logs[];
  v_changes  private.ai_unbooked_changes[] := array[]::private.ai_unbooked_changes[];
  v_change   private.ai_unbooked_changes;
begin
  -- Ordinary: a hold of the first one's organization that lives, cost what it held at most, and answers no queue. The others are left
  -- out: NULL in the answer.
  for v_one in
    select s.n, s.item, (s.item ->> 'org_id')::uuid as org_id, (s.item ->> 'request_id')::uuid as request_id
    from jsonb_array_elements(p_settlements) with ordinality as s (item, n)
    order by s.n
  loop
    v_org_id := coalesce(v_org_id, v_one.org_id);
    continue when v_one.org_id is distinct from v_org_id;
    select * into v_hold from public.ai_holds as h where h.org_id = v_one.org_id and h.request_id = v_one.request_id;
    continue when not found or v_hold.status <> 'held' or v_hold.queue_id is not null;
    v_read := private.read_calls(v_org_id, v_hold.request_id, coalesce(nullif(v_one.item -> 'calls', 'null'), '[]'), v_now);
    v_charge := coalesce((v_read.sum).cost_usd, v_hold.held_usd);
    continue when v_charge > v_hold.held_usd;
    v_outcome := v_one.item -> 'outcome';
    update public.ai_holds as h
    set status = 'settled', settled_at = v_now, settled_usd = v_charge, settled = v_charge * h.per_usd, decision = null
    where h.org_id = v_org_id and h.request_id = v_hold.request_id;
    v_row := private.settled_row(v_hold, v_read.sum, v_outcome);
    perform private.keep_answer(v_hold, v_one.item, v_now);
    perform private.note_streak(v_org_id, v_hold.task, v_row.escalated and v_hold.tier = 'small',
      v_row.tier = 'small' and v_row.action = 'use_ai_result', v_now);

    v_change.org_id := v_org_id;
    v_change.accounts := v_hold.accounts;
    v_change.counter := coalesce(v_hold.counter, 0);
    v_change.day := v_hold.day;
    v_change.week := v_hold.week;
    v_change.month := v_hold.month;
    v_change.minute := date_trunc('minute', v_hold.created_at);
    v_change.held := -v_hold.held;
    v_change.settled := v_charge * v_hold.per_usd;
    v_change.tokens := least(coalesce(v_row.input_tokens + coalesce(v_row.output_tokens, 0), v_hold.tokens) - v_hold.tokens, 0);
    v_changes := v_changes || v_change;
    v_places := v_places || v_one.n::integer;
    v_failed := v_failed || (v_read.sum).failed;
    v_admitted := v_admitted || v_hold.created_at;
    v_rows := v_rows || v_row;
    v_calls := v_calls || v_read.rows;
    v_answers[v_one.n] := jsonb_build_object('settled', true, 'cost_usd', v_charge::text, 'status', 'settled');
  end loop;
  if cardinality(v_places) = 0 then
    return v_answers;
  end if;

  insert into public.ai_call_logs select c.* from unnest(v_calls) as c;
  insert into public.ai_request_logs select r.* from unnest(v_rows) as r;

  -- The gate late, so that others wait for little more than the commit; breakers after it, as in ai_settle.
  if private.enter_gate(v_org_id, false) then
    perform private.move_counters(v_org_id, x.accounts, row(x.day, x.week, x.month, x.minute)::private.periods, x.held, x.settled, x.tokens, x.counter)
    from (
      select c.accounts, c.counter, c.day, c.week, c.month, c.minute, sum(c.held) as held, sum(c.settled) as settled, sum(c.tokens)::integer as tokens
      from unnest(v_changes) as c group by c.accounts, c.counter, c.day, c.week, c.month, c.minute
    ) as x;
  else
    insert into private.ai_unbooked_changes (org_id, accounts, day, week, month, minute, held, settled, tokens, counter)
    select v_org_id, c.accounts, c.day, c.week, c.month, c.minute, sum(c.held), sum(c.settled), sum(c.tokens), c.counter
    from unnest(v_changes) as c group by c.accounts, c.counter, c.day, c.week, c.month, c.minute;
  end if;
  perform private.record_breakers_together(
    array(select coalesce(nullif(p_settlements -> (p.place - 1) -> 'calls', 'null'), '[]') from unnest(v_places) with ordinality as p (place, n) order by p.n),
    v_failed, v_admitted
  );
  return v_answers;
end
$$;

create or replace function private.sweep_holds(p_limit integer default 500)
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

create or replace function public.ai_extend(p_org_id uuid, p_request_id uuid, p_amount_usd numeric)
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

revoke execute on all functions in schema private from public;
