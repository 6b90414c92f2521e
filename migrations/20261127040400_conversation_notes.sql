-- What the back end writes about a conversation after a turn: what was said before the messages that still fit.
insert into public.ai_setting_definitions
  (key, type, scopes, default_value, schema, description)
values
  ('ai.chat.summary', 'string', '{global,organization,user}', '"on"', '{"type":"string","enum":["on","off"]}',
    'Whether what leaves the context of a long conversation is summed up, by a request of conversation-summary every twenty messages.');

create function public.keep_chat_summary(p_org_id uuid, p_conversation_id uuid, p_summary text, p_until uuid, p_after uuid)
returns boolean
language plpgsql
security invoker
set search_path = ''
as $$
begin
  update public.ai_conversations as conversation
  set summary = left(p_summary, 20000), summary_until = p_until
  where conversation.org_id = p_org_id and conversation.id = p_conversation_id
    -- Of two turns that sum up at once, the first one's stays.
    and conversation.summary_until is not distinct from p_after;
  return found;
end
$$;

comment on function public.keep_chat_summary(uuid, uuid, text, uuid, uuid) is
  'Keeps what a conversation said until a message, if what is kept still ends at p_after (NULL: nothing was kept). Service role only.';
grant execute on function public.keep_chat_summary(uuid, uuid, text, uuid, uuid) to service_role;
