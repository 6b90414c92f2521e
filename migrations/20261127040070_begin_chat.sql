-- A turn begun and admitted in one round trip: as its user where it is about his rows, as the service where it is about money.

-- A turn's attachments count into what is admitted, and pictures need a model that sees.
create function private.turn_admission(p_request jsonb, p_turn jsonb, p_begun jsonb, p_history_bytes integer)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with parts as (
    select
      p_begun -> 'assistant' as assistant,
      jsonb_array_length(p_begun -> 'tools') + jsonb_array_length(p_begun -> 'colleagues') > 0 as has_tools,
      -- What is always told: question, configuration, tools (with what providers add for them), markers. 1,000 bytes of words of ours.
      octet_length(p_begun ->> 'question') + octet_length(coalesce(p_begun ->> 'assistant', '')) + 1000
        + case when p_begun ->> 'tools' <> '[]' then octet_length(p_begun ->> 'tools') + 2000 else 0 end
        + octet_length(p_begun ->> 'colleagues') + 2 * octet_length(coalesce(p_begun ->> 'steps', ''))
        + octet_length(p_begun ->> 'attachments') + 48169 * pictures.count as told,
      -- What has a place as far as the context reaches, at five bytes a token; what turns out to be more is paid for by an extension.
      least(
        p_history_bytes + octet_length(coalesce(p_begun ->> 'summary', '')) + octet_length(p_begun ->> 'memories'),
        5 * (p_begun ->> 'max_context_tokens')::integer
      ) as kept,
      pictures.count > 0 as has_pictures
    from (
      select count(*)::integer from jsonb_array_elements(p_begun -> 'attachments') as sent where sent.value ->> 'media_type' like 'image/%'
    ) as pictures
  )
  select p_request || jsonb_build_object(
    'org_id', p_begun ->> 'org_id',
    'models', case
      when jsonb_typeof(p_request -> 'models') = 'array' then p_request -> 'models'
      when parts.assistant ->> 'model' is not null then jsonb_build_array(parts.assistant ->> 'model')
      else 'null'::jsonb
    end,
    'importance', coalesce(p_turn ->> 'importance', parts.assistant ->> 'importance', 'medium'),
    'max_output_tokens', coalesce((parts.assistant ->> 'max_output_tokens')::integer, (p_request ->> 'max_output_tokens')::integer),
    'needs', coalesce(p_request -> 'needs', '[]') || case when parts.has_tools then '["tools"]'::jsonb else '[]'::jsonb end
      || case when parts.has_pictures then '["vision"]'::jsonb else '[]'::jsonb end,
    'input_tokens', (p_request ->> 'input_tokens')::integer + parts.told + parts.kept
  )
  from parts
$$;

comment on function private.turn_admission(jsonb, jsonb, jsonb, integer) is
  'What admission is asked for once the turn''s rows are read: the assistant''s wishes and an upper bound of the input tokens.';

create function public.begin_chat(turn jsonb, claims jsonb, request jsonb)
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
  -- Apart from what is put together: it is large, and every addition would copy it.
  v_history json;
  v_request jsonb;
  v_admission json;
  v_names text[];
  v_run jsonb;
begin
  -- As the user: row level security decides what he may go on with.
  perform pg_catalog.set_config('request.jwt.claims', claims::text, true);
  perform pg_catalog.set_config('role', 'authenticated', true);
  v_begun := public.begin_turn(turn);
  v_history := private.turn_history(
    (v_begun ->> 'org_id')::uuid, (v_begun ->> 'conversation_id')::uuid, (v_begun ->> 'parent_id')::uuid);
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
  v_request := private.turn_admission(request || coalesce(v_run -> 'wishes', '{}'), turn, v_begun, octet_length(v_history::text));
  v_admission := public.ai_admit(v_request);
  if v_admission ->> 'outcome' <> 'admitted' then
    perform private.take_back_turn(turn, v_begun, v_admission);
  end if;
  return json_build_object(
    'turn', v_begun || jsonb_build_object('admitted_tokens', v_request -> 'input_tokens'), 'history', v_history, 'admission', v_admission);
end
$$;

comment on function public.begin_chat(jsonb, jsonb, jsonb) is
  'begin_turn as the user of the verified claims, then ai_admit with what the turn adds to the request, in one transaction: {turn, history, admission}. A turn that is not admitted is ended (refused) or taken back (repeated). Service role only.';

create function private.take_back_turn(p_turn jsonb, p_begun jsonb, p_admission json)
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

comment on function private.take_back_turn(jsonb, jsonb, json) is
  'What becomes of a turn that is not admitted: one that waited goes on waiting, a refused one has failed, a repeated one never was.';

grant execute on function private.turn_admission(jsonb, jsonb, jsonb, integer), private.take_back_turn(jsonb, jsonb, json),
  public.begin_chat(jsonb, jsonb, jsonb) to service_role;
