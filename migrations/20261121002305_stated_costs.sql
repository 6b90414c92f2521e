-- A call whose cost nobody could compute: its provider did not say what it used. Its whole hold was charged, or nothing where there
-- was none (an overrun of unknown amount). Once the provider's bill is there, an operator states what the call cost.

create function private.state_call_cost(p_org_id uuid, p_request_id uuid, p_attempt integer, p_cost_usd numeric)
returns numeric
language plpgsql
security definer -- writes the ledger of every organization; operators only
set search_path = ''
as $$
declare
  v_id  uuid := gen_random_uuid();
  v_now timestamptz := private.clock();
begin
  if not private.is_operator() then
    raise exception 'Cannot state the cost: only operators may' using errcode = '42501';
  elsif p_cost_usd is null or p_cost_usd < 0 then
    raise exception 'Cannot state the cost: it must be 0 or more' using errcode = '22023';
  end if;
  -- One after the other with recompute_costs, which might price the same call.
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('signalbox.recompute_costs', 0));
  insert into public.ai_cost_corrections (
    org_id, correction_id, request_id, attempt, call_created_at, day, provider, model, old_price_id, new_cost_usd, corrected_at, corrected_by)
  select c.org_id, v_id, c.request_id, c.attempt, c.created_at, h.day, c.provider, c.request_model, c.price_id, p_cost_usd, v_now, (select auth.uid())
  from public.ai_call_logs as c
  join public.ai_holds as h on h.org_id = c.org_id and h.request_id = c.request_id and h.status in ('settled', 'recovered')
  where c.org_id = p_org_id and c.request_id = p_request_id and c.attempt = p_attempt and c.cost_usd is null;
  if not found then
    raise exception 'Cannot state the cost: there is no such call of unknown cost' using errcode = 'PT404';
  end if;
  perform private.book_corrections(v_id, v_now);
  perform private.audit(p_org_id, 'recompute', 'ai_cost_corrections', jsonb_build_object('correction_id', v_id),
    jsonb_build_object('cost_usd', null, 'unpriced_calls', 1), jsonb_build_object('cost_usd', p_cost_usd, 'calls', 1));
  return (select h.settled_usd from public.ai_holds as h where h.org_id = p_org_id and h.request_id = p_request_id);
end
$$;
comment on function private.state_call_cost(uuid, uuid, integer, numeric) is 'Behind public.state_call_cost.';

create function public.state_call_cost(p_org_id uuid, p_request_id uuid, p_attempt integer, p_cost_usd numeric)
returns numeric
language sql
set search_path = ''
as $$
  select private.state_call_cost(p_org_id, p_request_id, p_attempt, p_cost_usd)
$$;
comment on function public.state_call_cost(uuid, uuid, integer, numeric) is
  'Gives a call of unknown cost (cost_usd NULL) what the provider''s bill says, US dollars. When no call of its request is unknown any more the request is charged their sum, in the period it was spent in. Returns what the request is charged now. Operators and the service role only.';

revoke execute on function private.state_call_cost(uuid, uuid, integer, numeric) from public;
revoke execute on function public.state_call_cost(uuid, uuid, integer, numeric) from public, anon;
grant execute on function private.state_call_cost(uuid, uuid, integer, numeric), public.state_call_cost(uuid, uuid, integer, numeric)
  to authenticated, service_role;
