-- How a message is written, from left to right or from right to left: who shows it needs no table of scripts.
alter table public.ai_messages
add column direction text,
add constraint ai_messages_direction_known check (direction in ('ltr', 'rtl'));
comment on column public.ai_messages.direction is
  'How the text is written: ltr or rtl. NULL: written before this was noted, or an answer that is not there yet.';
grant insert (direction) on public.ai_messages to authenticated;

-- The end of a turn says it of the answer.
create or replace function public.end_turn(turn jsonb)
returns boolean
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_org uuid := (turn ->> 'org_id')::uuid;
  v_request uuid := (turn ->> 'request_id')::uuid;
  v_assistant uuid := (turn ->> 'assistant_id')::uuid;
  v_before uuid;
  v_conversation uuid;
begin
  select message.assistant_id into v_before
  from public.ai_messages as message
  where message.org_id = v_org and message.request_id = v_request and message.role = 'assistant' and message.status = 'streaming'
  for update;
  update public.ai_messages as message
  set content = turn ->> 'content', direction = turn ->> 'direction', language = coalesce(turn ->> 'language', message.language), status = turn ->> 'status',
    provider = turn ->> 'provider', model = turn ->> 'model', tokens = (turn ->> 'tokens')::integer,
    error_code = turn ->> 'error_code', completed_at = private.clock(),
    assistant_id = coalesce(v_assistant, message.assistant_id),
    assistant_version = coalesce((turn ->> 'assistant_version')::integer, message.assistant_version)
  where message.org_id = v_org and message.request_id = v_request and message.role = 'assistant'
    and message.status = 'streaming'
  returning message.conversation_id into v_conversation;
  if not found then
    return false;
  end if;
  update public.ai_conversations as conversation
  set language = coalesce(turn ->> 'language', conversation.language),
    assistant_id = case
      when v_assistant is distinct from v_before and exists (
        select from public.ai_assistants as assistant where assistant.org_id = v_org and assistant.id = v_assistant
      ) then v_assistant
      else conversation.assistant_id
    end
  where conversation.org_id = v_org and conversation.id = v_conversation;
  return true;
end
$$;

comment on function public.end_turn(jsonb) is
  'Writes the answer of a turn: turn {org_id, request_id, content, direction?, status, provider, model, tokens, error_code, language, assistant_id?, assistant_version?}. False when it was ended before, or its conversation is gone.';
