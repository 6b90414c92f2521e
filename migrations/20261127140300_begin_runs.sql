-- A turn of an agent begins a run; its later requests, the user's after an approval and the queue's, go on with it.

create function private.last_run_event(p_run public.ai_agent_runs)
returns integer
language sql
stable
set search_path = ''
as $$
  select greatest(
    p_run.events,
    (select max(kept.last) from public.ai_turn_events as kept where kept.org_id = p_run.org_id and kept.request_id = p_run.id)
  )
$$;
comment on function private.last_run_event(public.ai_agent_runs) is 'Number of the last event of a run: its events are forgotten after an hour, their numbers are not.';

create function private.take_up_run(p_turn jsonb, p_begun jsonb, p_request jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  -- A request's deadline and hold: one given up for lost cannot still be working.
  c_lease constant interval := interval '3 minutes';
  v_org uuid := (p_begun ->> 'org_id')::uuid;
  v_request uuid := (p_turn ->> 'request_id')::uuid;
  v_conversation uuid := (p_begun ->> 'conversation_id')::uuid;
  v_message uuid := (p_begun ->> 'message_id')::uuid;
  v_user uuid := (p_begun ->> 'user_id')::uuid;
  v_run public.ai_agent_runs;
begin
  if (p_begun ->> 'resumed')::boolean then
    update public.ai_agent_runs as run
    set requests = run.requests || v_request, run_at = null, busy_until = private.clock() + c_lease, events = private.last_run_event(run)
    where run.org_id = v_org and run.conversation_id = v_conversation and run.message_id = v_message
    returning run.* into v_run;
  elsif exists (
    select from jsonb_array_elements(p_begun -> 'colleagues' || coalesce(p_begun -> 'assistant', '[]')) as speaker
    where speaker.value ->> 'mode' = 'agent'
  ) then
    insert into public.ai_agent_runs (org_id, id, user_id, conversation_id, message_id, job_id, requests, language, busy_until, wishes)
    values (
      v_org, v_request, v_user, v_conversation, v_message, coalesce((p_request ->> 'job_id')::uuid, v_request), array[v_request],
      p_turn ->> 'language', private.clock() + c_lease,
      jsonb_strip_nulls(jsonb_build_object(
        'models', nullif(p_request -> 'models', 'null'), 'importance', p_turn -> 'importance',
        'cost_sensitivity', p_request -> 'cost_sensitivity', 'complexity', p_request -> 'complexity',
        'complexity_features', p_request -> 'complexity_features', 'subject_type', p_request -> 'subject_type',
        'subject_id', p_request -> 'subject_id', 'job_id', coalesce(p_request ->> 'job_id', v_request::text)
      ))
    )
    returning * into v_run;
  end if;
  if v_run.id is null then
    return null;
  end if;
  return jsonb_build_object(
    'id', v_run.id, 'job_id', v_run.job_id, 'language', v_run.language, 'wishes', v_run.wishes, 'spent_usd', v_run.spent_usd, 'active_ms', v_run.active_ms,
    'events', v_run.events, 'cut', v_run.cut,
    -- What was being said when the time was over does not stand either.
    'lost', coalesce((p_turn ->> 'lost')::boolean, false) or v_run.cut,
    'stop_asked', exists (
      select from public.ai_messages as message
      where message.org_id = v_org and message.id = v_message and message.stop_requested_at is not null
    ),
    'slice_ms', case
      when (p_turn ->> 'background')::boolean then 0
      else (extract(epoch from (private.setting('ai.chat.slice', v_org, v_user) #>> '{}')::interval) * 1000)::integer
    end
  );
end
$$;
comment on function private.take_up_run(jsonb, jsonb, jsonb) is
  'The run a turn belongs to, a new one where an agent may answer: {id, job_id, language, wishes, spent_usd, active_ms, events, cut, lost, stop_asked, slice_ms}. NULL: the turn is no agent''s.';

grant execute on function private.last_run_event(public.ai_agent_runs), private.take_up_run(jsonb, jsonb, jsonb) to service_role;
