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
    'events', v_run.events, 'lost', coalesce((p_turn ->> 'lost')::boolean, false),
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
  'The run a turn belongs to, a new one where an agent may answer: {id, job_id, language, wishes, spent_usd, active_ms, events, lost, stop_asked, slice_ms}. NULL: the turn is no agent''s.';

create or replace function private.turn_place(p_turn jsonb, p_org_id uuid, p_conversation_id uuid)
returns private.turn_place
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_named uuid := coalesce(
    p_turn ->> 'regenerate_message_id', p_turn ->> 'resume_message_id', p_turn ->> 'edit_message_id', p_turn ->> 'parent_message_id'
  )::uuid;
  v_message public.ai_messages;
  v_question public.ai_messages;
  v_place private.turn_place;
begin
  v_place.said := p_turn ->> 'message';
  if v_named is null then
    select message.id into v_place.parent
    from public.ai_messages as message
    where message.org_id = p_org_id and message.conversation_id = p_conversation_id
    order by message.position desc
    limit 1;
    return v_place;
  end if;
  select message.* into v_message
  from public.ai_messages as message
  where message.org_id = p_org_id and message.conversation_id = p_conversation_id and message.id = v_named;
  if not found then
    raise exception 'Cannot chat: there is no such message in the conversation' using errcode = 'PT404';
  end if;
  if p_turn ->> 'edit_message_id' is not null then
    if v_message.role <> 'user' then
      raise exception 'Cannot edit: only a message of the user can be edited' using errcode = 'PT400';
    end if;
    v_place.parent := v_message.parent_id;
    return v_place;
  elsif p_turn ->> 'parent_message_id' is not null then
    v_place.parent := v_message.id;
    return v_place;
  end if;
  if v_message.role <> 'assistant' then
    raise exception 'Cannot answer again: the message is not an answer' using errcode = 'PT400';
  end if;
  select message.* into v_question
  from public.ai_messages as message
  where message.org_id = p_org_id and message.conversation_id = p_conversation_id and message.id = v_message.parent_id;
  if p_turn ->> 'resume_message_id' is not null then
    -- A run of an agent is taken up by the queue; continue_chat has seen to it that it may.
    if v_message.status <> 'awaiting_approval' and p_turn ->> 'run_id' is null then
      raise exception 'Cannot go on: the answer waits for nobody' using errcode = 'PT400';
    elsif exists (
      select from public.ai_tool_calls as call
      where call.org_id = p_org_id and call.conversation_id = p_conversation_id and call.message_id = v_message.id
        and call.status = 'awaiting_approval'
    ) then
      raise exception 'Cannot go on: a tool call still waits for a decision' using errcode = 'PT400';
    end if;
    v_place.answer := v_message.id;
  end if;
  v_place.question := v_question.id;
  v_place.parent := v_question.parent_id;
  v_place.said := v_question.content;
  return v_place;
end
$$;

create or replace function public.begin_chat(turn jsonb, claims jsonb, request jsonb)
returns json
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_role text := current_setting('role', true);
  v_user uuid := (claims ->> 'sub')::uuid;
  v_org uuid;
  v_answer uuid;
  v_begun jsonb;
  v_request jsonb;
  v_admission json;
  v_names text[];
  v_run jsonb;
begin
  -- As the user: row level security decides what he may go on with.
  perform pg_catalog.set_config('request.jwt.claims', claims::text, true);
  perform pg_catalog.set_config('role', 'authenticated', true);
  v_begun := public.begin_turn(turn);
  perform pg_catalog.set_config('role', v_role, true);

  v_org := (v_begun ->> 'org_id')::uuid;
  v_answer := (v_begun ->> 'message_id')::uuid;
  if (v_begun ->> 'resumed')::boolean then
    update public.ai_messages as message
    set status = 'streaming', request_id = (turn ->> 'request_id')::uuid, completed_at = null,
      -- Who stops an agent between two of its requests stops the next one.
      stop_requested_at = case when turn ->> 'run_id' is not null then message.stop_requested_at end
    where message.org_id = v_org and message.id = v_answer
      and (message.status = 'awaiting_approval' or (turn ->> 'run_id' is not null and message.status in ('continues', 'streaming')));
    if not found then
      raise exception 'Cannot go on: somebody else already does' using errcode = 'PT400';
    end if;
    v_begun := v_begun || jsonb_build_object('steps', private.turn_steps(v_org, (v_begun ->> 'conversation_id')::uuid, v_answer));
  end if;
  select array_agg(named.name) into v_names
  from (
    select jsonb_array_elements_text(v_begun -> 'assistant' -> 'tools') as name
    where jsonb_typeof(v_begun -> 'assistant') = 'object'
    union
    select jsonb_array_elements_text(colleague.value -> 'tools') from jsonb_array_elements(v_begun -> 'colleagues') as colleague
  ) as named;
  v_begun := v_begun || jsonb_build_object(
    'user_id', v_user,
    'tools', private.tools_for(v_org, v_user, coalesce(v_names, '{}')),
    'memories', private.turn_memories(v_org, v_user, (v_begun ->> 'conversation_id')::uuid, v_begun ->> 'question')
  );

  v_begun := private.tell_attachments(turn, v_begun);
  v_run := private.take_up_run(turn, v_begun, request);
  v_begun := v_begun || jsonb_build_object('run', v_run);
  v_request := private.turn_admission(request || coalesce(v_run -> 'wishes', '{}'), turn, v_begun);
  v_admission := public.ai_admit(v_request);
  if v_admission ->> 'outcome' <> 'admitted' then
    perform private.take_back_turn(turn, v_begun, v_admission);
  end if;
  return json_build_object(
    'turn', v_begun || jsonb_build_object('admitted_tokens', v_request -> 'input_tokens'), 'admission', v_admission);
end
$$;

create or replace function private.take_back_turn(p_turn jsonb, p_begun jsonb, p_admission json)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_org uuid := (p_begun ->> 'org_id')::uuid;
  v_request uuid := (p_turn ->> 'request_id')::uuid;
begin
  if (p_begun ->> 'resumed')::boolean then
    update public.ai_messages as message
    set status = case when p_turn ->> 'run_id' is null then 'awaiting_approval' else 'continues' end
    where message.org_id = v_org and message.id = (p_begun ->> 'message_id')::uuid;
    update public.ai_agent_runs as run set busy_until = null
    where run.org_id = v_org and run.message_id = (p_begun ->> 'message_id')::uuid;
  elsif p_admission ->> 'outcome' = 'refused' then
    perform public.end_turn(jsonb_build_object(
      'org_id', v_org, 'request_id', v_request, 'content', '', 'status', 'failed', 'error_code', p_admission ->> 'code'));
  else
    delete from public.ai_messages as message
    where message.org_id = v_org and message.request_id = v_request and message.role = 'assistant';
    perform public.drop_turn(v_org, v_request);
  end if;
end
$$;

grant execute on function private.last_run_event(public.ai_agent_runs), private.take_up_run(jsonb, jsonb, jsonb) to service_role;
