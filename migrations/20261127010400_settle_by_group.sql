-- Several settlements at once: what is ordinary is written by one statement for each table, what is not goes through ai_settle.

-- Reasons are two kilobytes of JSON, written twice a request: compressing them the old way costs more than all the rest of the row.
do $$
declare
  v_table regclass;
begin
  alter table public.ai_holds alter column decision set compression lz4;
  for v_table in select t.relid from pg_partition_tree('public.ai_request_logs') as t loop
    execute format('alter table %s alter column decision set compression lz4', v_table);
  end loop;
exception when feature_not_supported then
  null; -- a Postgres that was built without it, as the embedded one is, keeps its own way
end
$$;

create type private.calls_read as (rows public.ai_call_logs[], sum private.calls_sum);
comment on type private.calls_read is 'The calls of a settlement as they are logged, and their sum.';

create function private.shorter_price(p_price public.ai_model_prices, p_input_tokens integer, p_at timestamptz)
returns public.ai_model_prices
language plpgsql
stable
set search_path = ''
as $$
declare
  v_at    timestamptz := greatest(p_price.effective_from, least(p_at, p_price.effective_to - interval '1 microsecond'));
  v_price public.ai_model_prices;
begin
  select * into v_price
  from public.ai_model_prices as price
  where price.provider = p_price.provider and price.model = p_price.model and price.org_id is not distinct from p_price.org_id
    and price.min_input_tokens <= p_input_tokens
    and price.effective_from <= v_at and (price.effective_to is null or price.effective_to > v_at)
  order by price.min_input_tokens desc
  limit 1;
  return case when v_price.id is null then p_price else v_price end;
end
$$;
comment on function private.shorter_price(public.ai_model_prices, integer, timestamptz) is
  'The price of the context tier an input fell in, of the same model and time as the price of a longer one. That itself where there is none.';

create function private.read_calls(p_org_id uuid, p_request_id uuid, p_calls jsonb, p_now timestamptz)
returns private.calls_read
language plpgsql
volatile -- reads the number of the transaction
set search_path = ''
as $$
declare
  v_rows  public.ai_call_logs[] := array[]::public.ai_call_logs[];
  v_sum   private.calls_sum;
  v_call  public.ai_call_logs;
  v_price public.ai_model_prices;
begin
  v_sum.calls := jsonb_array_length(p_calls);
  v_sum.failed := 0;
  v_sum.cost_usd := 0;
  for n in 0 .. v_sum.calls - 1 loop
    v_call := jsonb_populate_record(null::public.ai_call_logs, p_calls -> n);
    v_call.id := gen_random_uuid();
    v_call.created_at := coalesce(v_call.created_at, p_now);
    v_call.request_id := p_request_id;
    v_call.org_id := p_org_id;
    v_call.stand_in := coalesce(v_call.stand_in, false);
    v_call.settled_tx := pg_current_xact_id()::text::bigint;
    select * into v_price from public.ai_model_prices as price where price.id = v_call.price_id;
    if v_call.input_tokens < v_price.min_input_tokens then
      -- Admission told the price of the most it could be.
      v_price := private.shorter_price(v_price, v_call.input_tokens, v_call.created_at);
      v_call.price_id := v_price.id;
    end if;
    v_call.cost_usd := private.call_cost(v_call, v_price);
    v_rows := v_rows || v_call;
    -- Unknown tokens beside known ones count as nothing; of nothing but unknowns the sum is unknown.
    v_sum := row(
      v_sum.calls,
      v_sum.failed + (v_call.error_code is not null)::integer,
      v_sum.cost_usd + v_call.cost_usd,
      coalesce(v_sum.input_tokens + v_call.input_tokens, v_call.input_tokens, v_sum.input_tokens),
      coalesce(v_sum.output_tokens + v_call.output_tokens, v_call.output_tokens, v_sum.output_tokens),
      coalesce(v_sum.cache_read_input_tokens + v_call.cache_read_input_tokens, v_call.cache_read_input_tokens, v_sum.cache_read_input_tokens)
    )::private.calls_sum;
  end loop;
  return row(v_rows, v_sum)::private.calls_read;
end
$$;
comment on function private.read_calls(uuid, uuid, jsonb, timestamptz) is 'The call rows of a settlement with their exact costs, not yet written.';

create function private.write_calls(p_org_id uuid, p_request_id uuid, p_calls jsonb, p_now timestamptz)
returns private.calls_sum
language plpgsql
set search_path = ''
as $$
declare
  v_read private.calls_read := private.read_calls(p_org_id, p_request_id, p_calls, p_now);
  v_call public.ai_call_logs;
begin
  -- Mostly it is one: a loop costs half of what a statement over a set does.
  foreach v_call in array v_read.rows loop
    insert into public.ai_call_logs values (v_call.*);
  end loop;
  return v_read.sum;
end
$$;
comment on function private.write_calls(uuid, uuid, jsonb, timestamptz) is 'Inserts the call rows and sums them up.';

create function private.settle_group(p_settlements jsonb, p_holds public.ai_holds[])
returns jsonb[]
language plpgsql
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  v_now      timestamptz := private.clock();
  v_answers  jsonb[] := array_fill(null::jsonb, array[jsonb_array_length(p_settlements)]);
  v_one      record;
  v_hold     public.ai_holds;
  v_read     private.calls_read;
  v_charge   numeric;
  v_row      public.ai_request_logs;
  v_weak     boolean;
  v_ended    text; -- the task whose streak of weak answers was ended last
  v_places   integer[] := array[]::integer[]; -- of the ordinary ones among the settlements
  v_failed   integer[] := array[]::integer[];
  v_admitted timestamptz[] := array[]::timestamptz[];
  v_org_id   uuid;
  v_rows     public.ai_request_logs[] := array[]::public.ai_request_logs[];
  v_calls    public.ai_call_logs[] := array[]::public.ai_call_logs[];
  v_changes  private.ai_unbooked_changes[] := array[]::private.ai_unbooked_changes[];
begin
  -- Ordinary: a hold of the first one's organization that lives, cost what it held at most, answers no queue and counts with no provider.
  -- The others are left out: NULL in the answer.
  for v_one in
    select s.n, s.item, (s.item ->> 'org_id')::uuid as org_id from jsonb_array_elements(p_settlements) with ordinality as s (item, n) order by s.n
  loop
    v_org_id := coalesce(v_org_id, v_one.org_id);
    v_hold := p_holds[v_one.n];
    continue when v_one.org_id is distinct from v_org_id or v_hold.status is distinct from 'held' or v_hold.queue_id is not null
      or starts_with(v_hold.accounts[1], 'provider:');
    v_read := private.read_calls(v_org_id, v_hold.request_id, coalesce(nullif(v_one.item -> 'calls', 'null'), '[]'), v_now);
    v_charge := coalesce((v_read.sum).cost_usd, v_hold.held_usd);
    continue when v_charge > v_hold.held_usd;
    update public.ai_holds as h
    set status = 'settled', settled_at = v_now, settled_usd = v_charge, settled = v_charge * h.per_usd, decision = null
    where h.org_id = v_org_id and h.request_id = v_hold.request_id and h.settled_at is null; -- by its key: not by status, which has an index
    continue when not found; -- it is in the list twice
    v_row := private.settled_row(v_hold, v_read.sum, v_one.item -> 'outcome');
    if v_hold.idempotent or v_hold.cache_key is not null or v_hold.embedding or v_hold.log_payloads then
      perform private.keep_answer(v_hold, v_one.item, v_now);
    end if;
    v_weak := v_row.escalated and v_hold.tier = 'small';
    if v_weak or v_hold.task is distinct from v_ended then
      perform private.note_streak(v_org_id, v_hold.task, v_weak, v_row.tier = 'small' and v_row.action = 'use_ai_result', v_now);
      v_ended := case when not v_weak and v_row.tier = 'small' and v_row.action = 'use_ai_result' then v_hold.task end;
    end if;

    v_changes := v_changes || row(v_org_id, null, v_hold.accounts, v_hold.day, v_hold.week, v_hold.month, date_trunc('minute', v_hold.created_at),
      -v_hold.held, v_charge * v_hold.per_usd,
      least(coalesce(v_row.input_tokens + coalesce(v_row.output_tokens, 0), v_hold.tokens) - v_hold.tokens, 0),
      coalesce(v_hold.counter, 0))::private.ai_unbooked_changes;
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
comment on function private.settle_group(jsonb, public.ai_holds[]) is
  'Settles those of a list of settlements that are ordinary, of one organization, by one statement for each table. NULL where ai_settle has to decide. p_holds: from lock_holds().';

revoke execute on all functions in schema private from public;
