-- Several admissions at once: drafted one by one, decided after one look at the budgets, written by one statement. A group goes through the
-- whole gate and counts in one counter.

create function private.admit_group(p_requests jsonb)
returns json[]
language plpgsql
security definer -- callers of ai_admit_many have no right to the ledger's tables; executable by the service role alone
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  v_count    integer := jsonb_array_length(p_requests);
  p          private.admission_request;
  v_now      timestamptz := private.clock();
  v_key      text;
  v_first    text;
  v_caller   private.caller;
  v_card     private.route_cards;
  v_draft    private.admission_draft;
  v_drafts   private.admission_draft[] := array[]::private.admission_draft[];
  v_asked    private.admission_request[] := array[]::private.admission_request[];
  v_places   integer[] := array[]::integer[]; -- of the drafts among the requests
  v_answers  json[] := array_fill(null::json, array[v_count]);
  v_periods  private.periods;
  v_room     private.budget_room;
  v_choice   private.choice;
  v_hold     public.ai_holds;
  v_counter  integer;
  v_holds    public.ai_holds[] := array[]::public.ai_holds[];
begin
  -- Those like the first are drafted. What is of another kind, or has a key or a wait of its own, is left out: NULL in the answer.
  for n in 1 .. v_count loop
    p := jsonb_populate_record(null::private.admission_request, p_requests -> (n - 1));
    v_key := row(p.org_id, p.user_id, p.key_hash, p.service, p.task, p.operation, p.providers, p.needs, p.models)::text;
    if v_first is null then
      v_caller := private.resolve_caller(p.org_id, p.user_id, p.key_hash, coalesce(p.service, false), p.task);
      exit when v_caller.org_id is null;
      v_card := private.route_card(p, v_caller.org_id, v_now);
      exit when v_card.org_id is null or cardinality(v_card.limits) > 0;
      v_first := v_key;
    end if;
    continue when v_key <> v_first or p.job_id is not null or p.subject_id is not null or p.idempotency_key is not null or p.items is not null;
    v_draft := private.draft_admission(p, v_caller, v_card, v_now);
    if v_draft.answer is not null then
      v_answers[n] := v_draft.answer;
    else
      v_drafts := v_drafts || v_draft;
      v_asked := v_asked || p;
      v_places := v_places || n;
    end if;
  end loop;
  if cardinality(v_drafts) = 0 then
    return v_answers;
  end if;

  -- One look at the budgets, which all of them count in alike; after each decision there is as much less. Whoever finds it short is
  -- left out: alone it looks again, and at what waits to be booked.
  perform private.enter_gate(v_caller.org_id, true);
  v_now := private.clock();
  v_periods := private.periods_at(v_now, v_card.time_zone);
  v_hold := v_drafts[1].hold;
  v_counter := private.counter_of(v_hold.request_id, private.counters_of(v_card.budgets));
  v_room := private.measure_room(v_hold.org_id, v_hold.accounts, v_periods, v_card.budgets, v_drafts[1].settings);
  for n in 1 .. cardinality(v_drafts) loop
    exit when v_room.soft;
    v_draft := v_drafts[n];
    v_choice := private.choose_for(v_draft, v_card.max_tier_rank, v_card.per_usd, v_room);
    continue when v_choice.hold_usd is null
      or (v_card.requires_large and (v_asked[n]).models is null and v_choice.tier = 'small' and v_draft.usable is not null);
    v_hold := private.decide_hold(v_asked[n], v_draft, v_card, v_room, v_choice, v_periods, v_now);
    v_hold.counter := v_counter;
    v_holds := v_holds || v_hold;
    v_answers[v_places[n]] := private.admitted(v_draft, v_card, v_hold, v_room, v_choice, private.wire_candidates(v_choice.chosen));
    v_room := private.room_after(v_room, v_hold.held);
  end loop;
  if cardinality(v_holds) = 0 then
    return v_answers;
  end if;

  insert into public.ai_holds select h.* from unnest(v_holds) as h;
  perform private.count_new_holds(v_hold.org_id, array_agg(h.request_id), v_hold.accounts, v_periods, v_periods, sum(h.held), sum(h.tokens),
    coalesce(v_counter, 0))
  from unnest(v_holds) as h;
  perform private.book_changes(v_hold.org_id);
  return v_answers;
end
$$;
comment on function private.admit_group(jsonb) is
  'Admits those of a list of requests that are alike, by one caller, with room to spare and nothing of their own to wait for. NULL where ai_admit has to decide, which it does after them. Each is decided as it would be alone after those before it.';

revoke execute on all functions in schema private from public;
grant execute on function private.admit_group(jsonb) to service_role;
