-- ai_admit: everything that is decided before money is spent, in one round trip and one transaction.
--
-- Order: who → route card → draft (idempotency → prompt → cache → candidates) → gate → limits → budgets → hold → probe. It never raises for a
-- refusal: a refusal is an answer, and its row in ai_request_logs is committed.
--
-- All that can be done outside the organization's gate is done there, once nobody is inside: then the gate is entered first and
-- everything is measured once. While others are inside, the request is measured outside (it may be refused there and then),
-- planned, written down, and measured again inside, where mostly nothing but the counting is left. Where budgets are split into counters,
-- a request tries its own counter before the whole gate.
-- docs/decisions/2026-11-21-gate-and-late-booking.md, docs/decisions/2026-11-27-split-counters.md

create function public.ai_admit(request jsonb)
returns json -- not jsonb: the answer is long, and put together from text
language plpgsql
security definer -- the one door to the ledger's tables; executable by the service role alone
set search_path = ''
set plan_cache_mode = 'force_generic_plan' -- every statement looks up by key: planning it for its values anew gains nothing
as $$
declare
  -- How often a busy organization's waiting changes are booked: by one of so many of its requests.
  c_book_every constant integer := 64;
  p          private.admission_request := jsonb_populate_record(null::private.admission_request, request);
  v_now      timestamptz := private.clock();
  v_caller   private.caller := private.resolve_caller(p.org_id, p.user_id, p.key_hash, coalesce(p.service, false), p.task);
  v_card     private.route_cards;
  v_draft    private.admission_draft;
  v_hold     public.ai_holds;
  v_periods  private.periods;
  v_written  private.periods;
  v_gated    boolean;
  v_booked   boolean := false;
  v_by_provider boolean := false;
  v_breach   private.limit_breach;
  v_room     private.budget_room;
  v_choice   private.choice;
  v_soft     boolean;
  v_wire     text;
  v_counters integer;
  v_answer   json;
begin
  if v_caller.org_id is null then
    v_hold.request_id := p.request_id;
    return private.refuse(v_hold, v_caller.code, v_caller.detail);
  end if;
  v_card := private.route_card(p, v_caller.org_id, v_now);
  v_draft := private.draft_admission(p, v_caller, v_card, v_now);
  if v_draft.answer is not null then
    return v_draft.answer;
  end if;
  v_hold := v_draft.hold;

  v_counters := private.counters_of(v_card.budgets);
  if v_counters > 1 then
    v_hold.counter := private.counter_of(v_hold.request_id, v_counters);
    v_draft.hold := v_hold;
    -- One of a group would hold a counter while it waits for the next.
    if cardinality(v_card.limits) = 0 and not request ? 'grouped' then
      v_answer := private.admit_to_counter(p, v_draft, v_card, v_counters);
      if v_answer is not null then
        return v_answer;
      end if;
    end if;
  end if;

  -- Limits and budgets, all or nothing: a first time outside the gate where others are inside, then inside. A limit of a provider decides
  -- who is asked at all: planning is left until the gate then.
  if cardinality(v_card.limits) > 0 then
    v_by_provider := v_draft.usable is not null and exists (select from unnest(v_card.limits) as l where l.scope = 'provider');
  end if;
  v_gated := private.enter_gate(v_hold.org_id, v_by_provider);
  loop
    -- The clock is read again: waiting for the gate may have taken us into the next day.
    v_now := private.clock();
    v_periods := private.periods_at(v_now, v_card.time_zone);
    if cardinality(v_card.limits) > 0 then
      v_breach := private.check_limits(v_hold, v_card.limits, v_now);
      if v_breach.detail is not null then
        return private.refuse_for_limit(v_hold, v_breach);
      end if;
    end if;
    if v_by_provider then
      v_draft := private.pass_over_limited(v_draft, v_card.limits, v_now);
      if v_draft.usable is null then
        v_hold.decision := concat('{"policy": ', v_card.policy, ', "candidates": ', v_draft.described, '}')::json;
        return private.refuse_for_limit(v_hold, v_draft.breach);
      end if;
    end if;
    v_room := private.measure_room(v_hold.org_id, v_hold.accounts, v_periods, v_card.budgets, v_draft.settings);
    exit when v_gated and v_wire is not null and v_room.soft = v_soft
      and coalesce(v_hold.held <= least(v_room.room, v_room.per_request), true);

    v_soft := v_room.soft;
    v_choice := private.choose_for(v_draft, v_card.max_tier_rank, v_card.per_usd, v_room);
    -- Short of room: changes that wait may give some back.
    if not v_booked and (v_soft or v_choice.hold_usd is null)
       and exists (select from private.ai_unbooked_changes as u where u.org_id = v_hold.org_id) then
      v_gated := v_gated or private.enter_gate(v_hold.org_id, true);
      perform private.book_changes(v_hold.org_id);
      v_booked := true;
      continue;
    end if;

    if v_wire is not null then
      delete from public.ai_holds as h where h.org_id = v_hold.org_id and h.request_id = v_hold.request_id; -- planned too late
    end if;
    v_hold := private.decide_hold(p, v_draft, v_card, v_room, v_choice, v_periods, v_now);
    if v_choice.hold_usd is null
       or (v_card.requires_large and p.models is null and v_choice.tier = 'small' and v_draft.usable is not null) then
      if (v_draft.breach).detail is not null then
        return private.refuse_for_limit(v_hold, v_draft.breach); -- what would do may be asked again soon
      end if;
      return private.refuse(v_hold, 'budget_exhausted', private.describe_shortage(v_hold, v_card, v_periods, v_room, v_draft.settings));
    end if;
    if v_by_provider then
      v_hold.accounts := ('provider:' || v_hold.provider) || v_hold.accounts;
    end if;
    insert into public.ai_holds values (v_hold.*);
    v_written := v_periods;
    v_wire := private.wire_candidates(v_choice.chosen);
    exit when v_gated;
    v_gated := private.enter_gate(v_hold.org_id, true);
  end loop;

  perform private.count_new_holds(v_hold.org_id, array[v_hold.request_id], v_hold.accounts, v_written, v_periods, v_hold.held, v_hold.tokens,
    coalesce(v_hold.counter, 0));
  if uuid_hash(v_hold.request_id) % c_book_every = 0 or v_counters > 1 then
    perform private.book_changes(v_hold.org_id);
  end if;
  -- Above the soft share every request comes here, however even the counters are.
  if v_counters > 1 and not v_room.soft and cardinality(v_card.limits) = 0 then
    perform private.even_counters(v_hold.org_id, v_hold.accounts, v_periods, v_card.budgets, v_counters);
  end if;
  return private.admitted(v_draft, v_card, v_hold, v_room, v_choice, v_wire,
    case when cardinality(v_card.limits) > 0 then private.describe_limits(v_breach, v_now) end);
end
$$;
comment on function public.ai_admit(jsonb) is
  'Admits, refuses or answers from the cache: shared/budget/admission.ts, AdmissionRequest to Admission. Service role only.';
revoke execute on function public.ai_admit(jsonb) from public, anon, authenticated;
grant execute on function public.ai_admit(jsonb) to service_role;

revoke execute on all functions in schema private from public;
