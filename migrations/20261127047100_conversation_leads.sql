-- A turn may say which lead its conversation is about; it is reminded of what is known of that lead, and notes are taken for it.

create function private.turn_lead(p_turn jsonb, p_org_id uuid, p_now uuid)
returns uuid
language sql
stable
security invoker
set search_path = ''
as $$
  select coalesce(
    (p_turn ->> 'lead_id')::uuid,
    p_now,
    (
      select lead.id from public.leads as lead
      where lead.org_id = p_org_id and lead.id::text = lower(p_turn ->> 'subject_lead_id')
    )
  )
$$;
comment on function private.turn_lead(jsonb, uuid, uuid) is
  'The lead a conversation is about from this turn on: the named one (checked when it is written), else the one it has (p_now), else the request''s subject, as far as it is a lead the caller sees: a subject may as well be another system''s.';

create function private.turn_conversation(p_turn jsonb, p_org_id uuid, p_conversation public.ai_conversations, p_assistant_id uuid)
returns uuid
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_id uuid := p_conversation.id;
  v_named uuid := coalesce((p_turn ->> 'assistant_id')::uuid, p_conversation.assistant_id);
  v_lead uuid := private.turn_lead(p_turn, p_org_id, p_conversation.lead_id);
begin
  if v_id is null then
    insert into public.ai_conversations (org_id, assistant_id, lead_id, title)
    values (
      p_org_id, p_assistant_id, v_lead,
      coalesce(nullif(left(btrim(regexp_replace(p_turn ->> 'message', '\s+', ' ', 'g')), 80), ''), '…')
    )
    returning id into v_id;
  elsif (v_named, v_lead) is distinct from (p_conversation.assistant_id, p_conversation.lead_id) then
    update public.ai_conversations as conversation
    set assistant_id = v_named, lead_id = v_lead
    where conversation.org_id = p_org_id and conversation.id = v_id;
  end if;
  return v_id;
end
$$;
comment on function private.turn_conversation(jsonb, uuid, public.ai_conversations, uuid) is
  'The conversation of a turn: a new one where none is given, else that one, with the assistant and the lead the turn names from now on. PT404 for a lead the caller does not see.';

create function public.begin_turn(turn jsonb)
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
  v_conversation.id := private.turn_conversation(turn, v_org, v_conversation, v_assistant.id);

  if v_place.question is null then
    v_place.question := gen_random_uuid();
    insert into public.ai_messages (org_id, id, conversation_id, parent_id, role, content, direction, request_id)
    values (v_org, v_place.question, v_conversation.id, v_place.parent, 'user', turn ->> 'message', turn ->> 'direction', v_request);
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
    'parent_id', v_place.parent,
    'summary', v_conversation.summary,
    'summary_until', v_conversation.summary_until,
    'max_context_tokens', private.context_tokens(v_org)
  );
end
$$;
grant execute on function public.begin_turn(jsonb) to authenticated;

comment on function public.begin_turn(jsonb) is
  'Begins a turn: turn {request_id, message, language, direction?, org_id?, conversation_id?, assistant_id?, lead_id?, subject_lead_id?, parent_message_id? | edit_message_id? | regenerate_message_id? | resume_message_id?}. Writes the user''s message and a place for the answer, in a new conversation where none is named, and gives the message it follows, the assistant and the size of the context. PT404 for what the caller does not see.';

grant execute on function
  private.turn_lead(jsonb, uuid, uuid), private.turn_conversation(jsonb, uuid, public.ai_conversations, uuid)
to authenticated, service_role;
