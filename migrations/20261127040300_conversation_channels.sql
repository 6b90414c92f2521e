-- The private channel of a conversation, `conversation:<id>`: the database tells it of messages and titles, its user's devices tell each
-- other who is there and who is typing.
create function private.is_own_conversation_topic(p_topic text)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select p_topic like 'conversation:%' and exists (
    select from public.ai_conversations as conversation
    where 'conversation:' || conversation.id = p_topic and conversation.user_id = (select auth.uid())
      and conversation.org_id in (select private.my_org_ids())
  )
$$;

comment on function private.is_own_conversation_topic(text) is 'Whether a channel is that of a conversation of the caller''s.';
grant execute on function private.is_own_conversation_topic(text) to authenticated;

create policy conversation_channels_hear_own on realtime.messages for select to authenticated
  using (private.is_own_conversation_topic((select realtime.topic())));

-- What the database says (message, conversation) is not for clients to say.
create policy conversation_channels_speak_own on realtime.messages for insert to authenticated
  with check (
    private.is_own_conversation_topic((select realtime.topic())) and extension in ('broadcast', 'presence')
    and event is distinct from 'message' and event is distinct from 'conversation'
  );

-- Who listens to a conversation's channel shows an answer as it is written, without a table of scripts.
create function private.tell_of_message()
returns trigger
language plpgsql
security definer -- realtime.send is not everybody's
set search_path = ''
as $$
begin
  perform realtime.send(
    jsonb_build_object(
      'id', new.id, 'conversation_id', new.conversation_id, 'parent_id', new.parent_id, 'role', new.role, 'status', new.status,
      'assistant_id', new.assistant_id, 'request_id', new.request_id, 'position', new.position, 'direction', new.direction
    ),
    'message', 'conversation:' || new.conversation_id, true
  );
  return null;
end
$$;

comment on function private.tell_of_message() is
  'Tells a conversation''s channel of a message and of each change of its status; an answer that is streaming is its assistant typing.';

create trigger ai_messages_tell_new after insert on public.ai_messages
for each row execute function private.tell_of_message();
create trigger ai_messages_tell_status after update of status on public.ai_messages
for each row when (old.status is distinct from new.status) execute function private.tell_of_message();

create function private.tell_of_conversation()
returns trigger
language plpgsql
security definer -- realtime.send is not everybody's
set search_path = ''
as $$
begin
  perform realtime.send(
    jsonb_build_object('id', new.id, 'title', new.title, 'status', new.status, 'assistant_id', new.assistant_id),
    'conversation', 'conversation:' || new.id, true
  );
  return null;
end
$$;

comment on function private.tell_of_conversation() is 'Tells a conversation''s channel of a new title, status or assistant.';

create trigger ai_conversations_tell after update on public.ai_conversations
for each row when (
  (old.title, old.status, old.assistant_id) is distinct from (new.title, new.status, new.assistant_id)
)
execute function private.tell_of_conversation();
