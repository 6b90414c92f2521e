-- Turns nobody writes any more. The isolate that gave up on a beginning ends it within seconds (abandon_chat), cron whatever else is left
-- (private.end_lost_turns). Agents' runs have leases of their own.

create index ai_messages_streaming_idx on public.ai_messages (org_id, request_id) where status = 'streaming';

create function private.heard_of_turn(p_org_id uuid, p_request_id uuid)
returns text
language sql
stable
set search_path = ''
as $$
  select coalesce(string_agg(text.value, '' order by kept.last, text.number), '')
  from public.ai_turn_events as kept
  cross join lateral jsonb_array_elements_text(kept.data -> 'texts') with ordinality as text (value, number)
  where kept.org_id = p_org_id and kept.request_id = p_request_id and kept.event = 'delta'
    and kept.last > coalesce((
      select max(earlier.last) from public.ai_turn_events as earlier
      where earlier.org_id = p_org_id and earlier.request_id = p_request_id and earlier.event = 'restart'
    ), 0)
$$;
comment on function private.heard_of_turn(uuid, uuid) is
  'What a streamed answer had said: its deltas since its last restart, as far as they were kept. Empty for one that was wanted whole.';

create function private.end_lost_turns()
returns integer
language plpgsql
set search_path = ''
as $$
declare
  -- A request settles a moment before it ends its turn.
  c_on_its_way constant interval := interval '1 minute';
  v_now  timestamptz := private.clock();
  v_lost integer;
begin
  update public.ai_messages as message
  set status = case when message.stop_requested_at is null then 'failed' else 'stopped' end,
    error_code = case when message.stop_requested_at is null then 'timeout' end,
    -- What one answer has too much must not keep the others from ending.
    content = left(message.content || private.heard_of_turn(message.org_id, message.request_id), 400000),
    completed_at = v_now
  where message.status = 'streaming'
    and not exists (
      select from public.ai_holds as hold
      where hold.org_id = message.org_id and hold.request_id = message.request_id
        and (hold.status = 'held' or (hold.status = 'settled' and hold.settled_at > v_now - c_on_its_way))
    )
    and not exists (
      select from public.ai_agent_runs as run
      where run.org_id = message.org_id and run.conversation_id = message.conversation_id and run.message_id = message.id and run.ended_at is null
    );
  get diagnostics v_lost = row_count;
  return v_lost;
end
$$;
comment on function private.end_lost_turns() is
  'Ends answers whose isolate is gone: their hold was swept, or settled a minute ago and they were not ended. They keep what had been heard of them. Called by cron; returns how many.';

create function public.abandon_chat(turn jsonb, claims jsonb)
returns boolean
language plpgsql
security definer -- takes back a row of the ledger's log, which no API role may
set search_path = ''
as $$
declare
  v_request uuid := (turn ->> 'request_id')::uuid;
  v_message public.ai_messages;
begin
  select message.* into v_message
  from public.ai_messages as message
  where message.request_id = v_request and message.role = 'assistant' and message.status = 'streaming'
    and message.user_id = (claims ->> 'sub')::uuid
  for update;
  if not found then
    return false;
  end if;
  perform private.take_back_turn(
    turn,
    jsonb_build_object('org_id', v_message.org_id, 'message_id', v_message.id, 'resumed', turn ->> 'resume_message_id' is not null),
    json_build_object('outcome', 'refused', 'code', 'ledger_unavailable')
  );
  -- Its caller was told that it never began, and the log says so already; what was held for it is given back.
  perform private.withdraw_request_row(v_message.org_id, v_request);
  perform public.ai_settle(jsonb_build_object(
    'org_id', v_message.org_id, 'request_id', v_request, 'task', 'chat', 'user_id', v_message.user_id, 'calls', '[]'::jsonb,
    'outcome', jsonb_build_object('status', 'failed', 'error_code', 'ledger_unavailable', 'latency_ms', 0)
  ));
  return true;
end
$$;
comment on function public.abandon_chat(jsonb, jsonb) is
  'Takes back a turn that begin_chat began although its caller had given up waiting: turn and claims as it got them. The answer has failed (ledger_unavailable), one that waited for its user waits again, and the hold is released at no cost. False while there is no such turn. Service role only.';

revoke execute on function private.heard_of_turn(uuid, uuid), private.end_lost_turns() from public;
revoke execute on function public.abandon_chat(jsonb, jsonb) from public, anon, authenticated;
grant execute on function public.abandon_chat(jsonb, jsonb) to service_role;
