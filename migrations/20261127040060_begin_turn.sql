-- The beginning of a turn, as its user: what he says is written, what it goes on from is read.
create or replace function public.begin_turn(turn jsonb)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_org uuid := (turn ->> 'org_id')::uuid;
  v_named uuid := (turn ->> 'assistant_id')::uuid;
  v_request uuid := (turn ->> 'request_id')::uuid;
  v_conversation public.ai_conversations;
  v_assistant public.ai_assistants;
  v_speaker uuid;
  v_place private.turn_place;
  v_answer uuid := gen_random_uuid();
begin
  if turn ->> 'conversation_id' is not null then
    select conversation.* into v_conversation
    from public.ai_conversations as conversation
    where conversation.id = (turn ->> 'conversation_id')::uuid and conversation.user_id = auth.uid();
    if not found or v_org <> v_conversation.org_id then
      raise exception 'Cannot chat: there is no such conversation' using errcode = 'PT404';
    end if;
    v_org := v_conversation.org_id;
  else
    v_org := private.turn_organization(v_org);
  end if;
  v_place := private.turn_place(turn, v_org, v_conversation.id);

  -- Who answers: the assistant that is named from now on, the one that is mentioned once, else whoever spoke.
  v_speaker := case
    when v_named is not null then v_named
    when v_place.answer is not null then (
      select message.assistant_id from public.ai_messages as message
      where message.org_id = v_org and message.conversation_id = v_conversation.id and message.id = v_place.answer
    )
    else private.mentioned_assistant(v_org, v_place.said)
  end;
  v_assistant := private.turn_assistant(v_org, v_speaker, v_conversation.assistant_id);
  if v_conversation.id is null then
    v_conversation.id := gen_random_uuid();
    insert into public.ai_conversations (org_id, id, assistant_id, title)
    values (
      v_org, v_conversation.id, v_assistant.id,
      coalesce(nullif(left(btrim(regexp_replace(turn ->> 'message', '\s+', ' ', 'g')), 80), ''), '…')
    );
  elsif v_named is distinct from v_conversation.assistant_id and v_named is not null then
    update public.ai_conversations as conversation
    set assistant_id = v_named
    where conversation.org_id = v_org and conversation.id = v_conversation.id;
  end if;

  if v_place.question is null then
    v_place.question := gen_random_uuid();
    insert into public.ai_messages (org_id, id, conversation_id, parent_id, role, content, request_id)
    values (v_org, v_place.question, v_conversation.id, v_place.parent, 'user', turn ->> 'message', v_request);
  end if;
  if v_place.answer is null then
    insert into public.ai_messages (
      org_id, id, conversation_id, parent_id, role, content, status, assistant_id, assistant_version, language, request_id
    )
    values (
      v_org, v_answer, v_conversation.id, v_place.question, 'assistant', '', 'streaming', v_assistant.id, v_assistant.version,
      turn ->> 'language', v_request
    );
  end if;

  return jsonb_build_object(
    'org_id', v_org,
    'conversation_id', v_conversation.id,
    'user_message_id', v_place.question,
    'message_id', coalesce(v_place.answer, v_answer),
    'resumed', v_place.answer is not null,
    'question', v_place.said,
    'assistant', case when v_assistant.id is not null then
      private.assistant_config(v_assistant) || jsonb_build_object('id', v_assistant.id, 'version', v_assistant.version)
    end,
    'colleagues', (
      select coalesce(
        jsonb_agg(private.assistant_config(other) || jsonb_build_object('id', other.id, 'version', other.version) order by other.name), '[]'
      )
      from public.ai_assistants as other
      where other.org_id = v_org and other.id = any (v_assistant.hand_off_to) and other.status = 'active' and other.id <> v_assistant.id
    ),
    'history', private.turn_history(v_org, v_conversation.id, v_place.parent),
    'summary', v_conversation.summary,
    'summary_until', v_conversation.summary_until,
    'max_context_tokens', private.context_tokens(v_org)
  );
end
$$;

comment on function public.begin_turn(jsonb) is
  'Begins a turn: turn {request_id, message, language, org_id?, conversation_id?, assistant_id?, parent_message_id? | edit_message_id? | regenerate_message_id? | resume_message_id?}. Writes the user''s message and a place for the answer, in a new conversation where none is named, and gives the branch so far, the assistant and the size of the context. PT404 for what the caller does not see.';
