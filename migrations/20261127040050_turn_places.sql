-- Where a turn stands in its conversation: a new message, an edited one, an answer given anew, or one that waited for its user.

create type private.turn_place as (parent uuid, question uuid, answer uuid, said text);
comment on type private.turn_place is
  'parent: what the question follows; question: an existing question, NULL = a new one; answer: an existing answer to go on with, NULL = a new one; said: the question''s text.';

create function private.turn_place(p_turn jsonb, p_org_id uuid, p_conversation_id uuid)
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

comment on function private.turn_place(jsonb, uuid, uuid) is
  'Where a turn stands: after the newest message, after parent_message_id, in the place of edit_message_id, or with the question of regenerate_message_id or resume_message_id. PT404 for a message that is not in the conversation, PT400 for one it cannot be done with.';

create function private.mentioned_assistant(p_org_id uuid, p_message text)
returns uuid
language sql
stable
security invoker
set search_path = ''
as $$
  select assistant.id
  from public.ai_assistants as assistant
  where assistant.org_id = p_org_id and assistant.status = 'active'
    and position('@' in p_message) > 0
    -- A name is over where the next character is none of a word.
    and lower(p_message) ~ ('(^|[^[:alnum:]_@])@' || regexp_replace(lower(btrim(assistant.name)), '([^[:alnum:]_ ])', '\\\1', 'g') || '($|[^[:alnum:]_])')
  order by length(assistant.name) desc, assistant.created_at, assistant.id
  limit 1
$$;

comment on function private.mentioned_assistant(uuid, text) is
  'The active assistant the caller sees whose name stands after an @ in the message; the longest name of several. It answers this one message.';

grant execute on function private.turn_place(jsonb, uuid, uuid), private.mentioned_assistant(uuid, text) to authenticated, service_role;
