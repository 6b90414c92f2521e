-- A turn followed and stopped by any of its requests: an agent's run has several.

create function public.turn_events(p_request_id uuid, p_after integer default 0)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_run public.ai_agent_runs;
  v_message public.ai_messages;
  v_events jsonb;
  v_last text;
begin
  select run.* into v_run from public.ai_agent_runs as run where run.requests @> array[p_request_id] and run.user_id = auth.uid();
  if v_run.id is null then
    select message.* into v_message
    from public.ai_messages as message
    where message.request_id = p_request_id and message.role = 'assistant' and message.user_id = auth.uid();
  else
    select message.* into v_message
    from public.ai_messages as message
    where message.org_id = v_run.org_id and message.id = v_run.message_id;
  end if;
  select coalesce(
    jsonb_agg(jsonb_build_object('first', kept.first, 'last', kept.last, 'event', kept.event, 'data', kept.data) order by kept.last), '[]'
  )
  into v_events
  from public.ai_turn_events as kept
  where kept.request_id = coalesce(v_run.id, p_request_id) and kept.last > p_after and kept.user_id = auth.uid();
  if v_message.id is null and v_events = '[]' then
    raise exception 'Cannot go on: there is no such turn' using errcode = 'PT404';
  end if;
  select kept.event into v_last
  from public.ai_turn_events as kept
  where kept.request_id = coalesce(v_run.id, p_request_id) and kept.user_id = auth.uid()
  order by kept.last desc
  limit 1;
  return jsonb_build_object(
    'status', v_message.status, 'error_code', v_message.error_code, 'ended', coalesce(v_last in ('done', 'error'), false), 'events', v_events);
end
$$;
grant execute on function public.turn_events(uuid, integer) to authenticated;
comment on function public.turn_events(uuid, integer) is
  'Events of one of the caller''s turns after a number, of an agent''s run those of all its requests: {status and error_code of the answer, ended: whether the last event that is kept is an end, events}. PT404 for a turn that is not the caller''s.';

create function public.stop_turn(p_request_id uuid)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_run public.ai_agent_runs;
  v_id uuid;
  stopped public.ai_messages;
begin
  select run.* into v_run from public.ai_agent_runs as run where run.requests @> array[p_request_id] and run.user_id = auth.uid();
  v_id := coalesce(v_run.message_id, (
    select message.id from public.ai_messages as message
    where message.request_id = p_request_id and message.role = 'assistant' and message.user_id = auth.uid()
  ));
  update public.ai_messages as message
  set stop_requested_at = coalesce(message.stop_requested_at, private.clock())
  where message.id = v_id and message.user_id = auth.uid() and message.status in ('streaming', 'continues')
  returning message.* into stopped;
  if not found then
    select message.* into stopped from public.ai_messages as message where message.id = v_id and message.user_id = auth.uid();
  end if;
  if stopped.id is null then
    raise exception 'Cannot stop: there is no such turn' using errcode = 'PT404';
  end if;
  return jsonb_build_object(
    'request_id', p_request_id, 'conversation_id', stopped.conversation_id, 'message_id', stopped.id,
    'stopping', stopped.status in ('streaming', 'continues'), 'status', stopped.status
  );
end
$$;
grant execute on function public.stop_turn(uuid) to authenticated;
comment on function public.stop_turn(uuid) is
  'Asks the answer of one of the caller''s turns to stop, by any of its requests where it is an agent''s run; says whether it was still being written. PT404 for a turn that is not the caller''s.';
