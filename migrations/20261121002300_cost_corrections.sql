-- When a price was wrong or came late: what calls really cost, shown first and applied on demand.
--
-- The right price of a call is the one in force when its request was admitted, by today's rows and the tokens the provider
-- counted. An applied correction moves call row, request row, hold, counters and closed periods together, in the periods the
-- money was spent in, so ai_ledger_check stays empty; a line for each call and an audit entry say what was changed.

create table public.ai_cost_corrections (
  org_id          uuid        not null,
  correction_id   uuid        not null,
  request_id      uuid        not null,
  attempt         smallint    not null,
  call_created_at timestamptz not null,
  day             date        not null,
  provider        text        not null,
  model           text        not null,
  old_price_id    uuid,
  new_price_id    uuid,
  old_cost_usd    numeric,
  new_cost_usd    numeric     not null,
  corrected_at    timestamptz not null default private.clock(),
  corrected_by    uuid,

  constraint ai_cost_corrections_pkey primary key (org_id, correction_id, request_id, attempt)
);
comment on table public.ai_cost_corrections is 'One line for each call whose cost was corrected: ledger lines in their original period.';
comment on column public.ai_cost_corrections.correction_id is 'The run of recompute_costs() or state_call_cost() that wrote it.';
comment on column public.ai_cost_corrections.day is 'Day of the request''s hold, in whose day, week and month the difference was booked.';
comment on column public.ai_cost_corrections.new_price_id is 'NULL: no price says it, an operator did (state_call_cost).';
comment on column public.ai_cost_corrections.old_cost_usd is 'US dollars. NULL: it was unknown, and the whole hold had been charged.';
comment on column public.ai_cost_corrections.corrected_by is 'NULL: the service role or the database''s owner.';
create index ai_cost_corrections_request_id_idx on public.ai_cost_corrections (request_id);

alter table public.ai_cost_corrections enable row level security;
grant select on public.ai_cost_corrections to authenticated, service_role;
create policy ai_cost_corrections_select_managed on public.ai_cost_corrections
  for select to authenticated using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')));

create function private.cost_corrections(p_from timestamptz, p_to timestamptz)
returns table (
  org_id uuid, request_id uuid, attempt smallint, call_created_at timestamptz, day date, provider text, model text, old_price_id uuid,
  new_price_id uuid, old_cost_usd numeric, new_cost_usd numeric
)
language sql
stable
set search_path = ''
as $$
  select c.org_id, c.request_id, c.attempt, c.created_at, h.day, c.provider, c.request_model, c.price_id, price.id, c.cost_usd, price.cost_usd
  from public.ai_call_logs as c
  join public.ai_holds as h on h.org_id = c.org_id and h.request_id = c.request_id and h.status in ('settled', 'recovered')
  cross join lateral (
    select p.id, private.call_cost(p.id, to_jsonb(c)) as cost_usd
    from private.price_for(c.provider, c.request_model, c.org_id, h.created_at, c.input_tokens) as p
  ) as price
  where c.created_at >= p_from and c.created_at < p_to and c.usage_source <> 'none'
    -- A price that is gone makes nothing unknown that was known.
    and price.cost_usd is not null and price.cost_usd is distinct from c.cost_usd
$$;
comment on function private.cost_corrections(timestamptz, timestamptz) is
  'Calls of a range whose cost is not what the price in force at their admission makes it, by today''s price rows.';

create function private.book_correction(p_org_id uuid, p_request_id uuid, p_cost_usd numeric, p_rolled_up_to bigint, p_now timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_hold public.ai_holds;
begin
  insert into private.ai_withdrawn_requests (row_data)
  select l from public.ai_request_logs as l
  where l.id = p_request_id and l.org_id = p_org_id and l.settled_tx < p_rolled_up_to and l.cost_usd is distinct from p_cost_usd;
  update public.ai_request_logs as l
  set cost_usd = p_cost_usd, settled_tx = pg_current_xact_id()::text::bigint
  where l.id = p_request_id and l.org_id = p_org_id and l.cost_usd is distinct from p_cost_usd;

  select * into v_hold from public.ai_holds as h where h.org_id = p_org_id and h.request_id = p_request_id;
  if v_hold.settled_usd <> p_cost_usd then
    perform private.settle_hold(v_hold, v_hold.status, p_cost_usd, p_now);
    -- It was settled when it was settled; the correction's own time is in its line.
    update public.ai_holds as h set settled_at = v_hold.settled_at where h.org_id = p_org_id and h.request_id = p_request_id;
  end if;
  -- Also where nothing was to be moved: an overrun of unknown amount that turned out to be none.
  delete from public.ai_overruns as o where o.org_id = p_org_id and o.request_id = p_request_id and p_cost_usd <= v_hold.held_usd;
end
$$;
comment on function private.book_correction(uuid, uuid, numeric, bigint, timestamptz) is
  'Gives a settled request another cost: log row (and through it the rollups), hold, counters of its own periods.';

create function private.book_corrections(p_correction_id uuid, p_now timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_rolled_up_to bigint;
  v_corrected    record;
begin
  -- Locks in the order of a settle that takes: holds, the organizations' gates, the rollups' mark. Whoever is inside a gate may
  -- wait for the mark, so nobody may hold the mark and wait for a gate.
  perform from public.ai_holds as h
  where (h.org_id, h.request_id) in (select k.org_id, k.request_id from public.ai_cost_corrections as k where k.correction_id = p_correction_id)
  order by h.org_id, h.request_id for update;
  perform private.enter_gate(o.org_id, true)
  from (
    select k.org_id from public.ai_cost_corrections as k where k.correction_id = p_correction_id group by k.org_id order by k.org_id
  ) as o;
  select s.rolled_up_to into v_rolled_up_to from private.ai_rollup_state as s for update;

  -- Call rows keep their transaction, so the rollups count them once; what the rollups have already, they get the difference of.
  update private.ai_call_days as d
  set cost_usd = d.cost_usd + x.difference, unpriced = d.unpriced - x.priced
  from (
    select c.org_id, (c.created_at at time zone o.time_zone)::date as day, c.provider, c.request_model as model,
           sum(k.new_cost_usd - coalesce(k.old_cost_usd, 0)) as difference, count(*) filter (where k.old_cost_usd is null) as priced
    from public.ai_cost_corrections as k
    join public.ai_call_logs as c
      on c.request_id = k.request_id and c.attempt = k.attempt and c.created_at = k.call_created_at and c.org_id = k.org_id
    join public.organizations as o on o.id = c.org_id
    where k.correction_id = p_correction_id and c.settled_tx < v_rolled_up_to
    group by 1, 2, 3, 4
  ) as x
  where d.org_id = x.org_id and d.day = x.day and d.provider = x.provider and d.model = x.model;
  update public.ai_call_logs as c
  set cost_usd = k.new_cost_usd, price_id = coalesce(k.new_price_id, c.price_id)
  from public.ai_cost_corrections as k
  where k.correction_id = p_correction_id
    and c.request_id = k.request_id and c.attempt = k.attempt and c.created_at = k.call_created_at and c.org_id = k.org_id;

  for v_corrected in
    select k.org_id, k.request_id, (
      select case when count(*) = count(c.cost_usd) then sum(c.cost_usd) end
      from public.ai_call_logs as c where c.request_id = k.request_id and c.org_id = k.org_id
    ) as cost_usd
    from (select distinct x.org_id, x.request_id from public.ai_cost_corrections as x where x.correction_id = p_correction_id) as k
    order by k.org_id, k.request_id
  loop
    -- A request with another call of unknown cost stays unknown, and its whole hold charged.
    continue when v_corrected.cost_usd is null;
    perform private.book_correction(v_corrected.org_id, v_corrected.request_id, v_corrected.cost_usd, v_rolled_up_to, p_now);
  end loop;
end
$$;
comment on function private.book_corrections(uuid, timestamptz) is 'Carries out the lines of one correction.';

create function private.recompute_costs(p_from timestamptz, p_to timestamptz, p_apply boolean)
returns table (
  org_id uuid, provider text, model text, calls bigint, newly_priced bigint, before_usd numeric, after_usd numeric, difference_usd numeric, applied boolean
)
language plpgsql
security definer -- reads and writes the ledger of every organization; operators only
set search_path = ''
as $$
#variable_conflict use_column
declare
  v_id  uuid := gen_random_uuid();
  v_now timestamptz := private.clock();
  v_org record;
begin
  if not private.is_operator() then
    raise exception 'Cannot recompute costs: only operators may' using errcode = '42501';
  elsif p_from is null or p_to is null or p_from >= p_to then
    raise exception 'Cannot recompute costs: from must be before to' using errcode = '22023';
  end if;
  if not coalesce(p_apply, false) then
    return query
      select c.org_id, c.provider, c.model, count(*), count(*) filter (where c.old_cost_usd is null), sum(c.old_cost_usd), sum(c.new_cost_usd),
             sum(c.new_cost_usd - coalesce(c.old_cost_usd, 0)), false
      from private.cost_corrections(p_from, p_to) as c
      group by c.org_id, c.provider, c.model order by c.org_id, c.provider, c.model;
    return;
  end if;

  -- Two at once would both see the old costs.
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('signalbox.recompute_costs', 0));
  insert into public.ai_cost_corrections (
    org_id, correction_id, request_id, attempt, call_created_at, day, provider, model, old_price_id, new_price_id, old_cost_usd, new_cost_usd,
    corrected_at, corrected_by)
  select c.org_id, v_id, c.request_id, c.attempt, c.call_created_at, c.day, c.provider, c.model, c.old_price_id, c.new_price_id, c.old_cost_usd,
         c.new_cost_usd, v_now, (select auth.uid())
  from private.cost_corrections(p_from, p_to) as c;
  if not found then
    return;
  end if;
  perform private.book_corrections(v_id, v_now);
  for v_org in
    select k.org_id, count(*) as calls, count(*) filter (where k.old_cost_usd is null) as newly_priced, sum(k.old_cost_usd) as before_usd,
           sum(k.new_cost_usd) as after_usd
    from public.ai_cost_corrections as k where k.correction_id = v_id group by k.org_id order by k.org_id
  loop
    perform private.audit(v_org.org_id, 'recompute', 'ai_cost_corrections', jsonb_build_object('correction_id', v_id),
      jsonb_build_object('cost_usd', v_org.before_usd, 'unpriced_calls', v_org.newly_priced),
      jsonb_build_object('cost_usd', v_org.after_usd, 'calls', v_org.calls, 'from', p_from, 'to', p_to));
  end loop;
  return query
    select k.org_id, k.provider, k.model, count(*), count(*) filter (where k.old_cost_usd is null), sum(k.old_cost_usd), sum(k.new_cost_usd),
           sum(k.new_cost_usd - coalesce(k.old_cost_usd, 0)), true
    from public.ai_cost_corrections as k
    where k.correction_id = v_id
    group by k.org_id, k.provider, k.model order by k.org_id, k.provider, k.model;
end
$$;
comment on function private.recompute_costs(timestamptz, timestamptz, boolean) is 'Behind public.recompute_costs.';

create function public.recompute_costs(p_from timestamptz, p_to timestamptz, p_apply boolean default false)
returns table (
  org_id uuid, provider text, model text, calls bigint, newly_priced bigint, before_usd numeric, after_usd numeric, difference_usd numeric, applied boolean
)
language sql
set search_path = ''
as $$
  select * from private.recompute_costs(p_from, p_to, p_apply)
$$;
comment on function public.recompute_costs(timestamptz, timestamptz, boolean) is
  'Calls of a range whose price row was wrong or late, by organization and model, US dollars before and after (before NULL = unknown). p_apply corrects them in the periods they were spent in; a second time there is nothing left to do. Operators and the service role only. A long range locks its holds while it is corrected: take days.';

revoke execute on all functions in schema private from public;
revoke execute on function public.recompute_costs(timestamptz, timestamptz, boolean) from public, anon;
grant execute on function private.recompute_costs(timestamptz, timestamptz, boolean), public.recompute_costs(timestamptz, timestamptz, boolean)
  to authenticated, service_role;
