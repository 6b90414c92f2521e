-- What a tool brought in stays in the conversation: an earlier answer may repeat it, word for word. So a turn knows whether there was any.
create function private.has_material(p_org_id uuid, p_conversation_id uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.ai_tool_calls as call
    where call.org_id = p_org_id and call.conversation_id = p_conversation_id and call.status = 'succeeded'
      -- They compute, or change the turn itself, and bring in nothing others wrote.
      and call.tool not in ('calculator', 'plan', 'hand_off')
  ) or exists (
    select from public.ai_messages as message
    where message.org_id = p_org_id and message.conversation_id = p_conversation_id and message.attachments <> '[]'
  )
$$;
comment on function private.has_material(uuid, uuid) is
  'Whether something others wrote has come into a conversation: results of tools, attachments. From then on tools that write ask their user.';
grant execute on function private.has_material(uuid, uuid) to service_role;

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
    'tainted', private.has_material(v_org, (v_begun ->> 'conversation_id')::uuid),
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
