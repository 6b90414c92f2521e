-- Titles of conversations: by their first words, or by a model.
insert into public.ai_tasks
  (slug, title, description, operation, prompt_key, has_rules, streams, base_tier, critical)
values
  ('conversation-title', 'Conversation title', 'Names a conversation by what it is about, from how it begins.', 'chat', 'conversation-title', true,
    false, 'small', false);

insert into public.ai_setting_definitions
  (key, type, scopes, default_value, schema, description)
values
  ('ai.chat.titles', 'string', '{global,organization,user}', '"words"', '{"type":"string","enum":["words","model"]}',
    'What a new conversation is called: its first words, or what a model says it is about, which is a small request of its own.');

create function public.keep_chat_title(p_org_id uuid, p_conversation_id uuid, p_title text)
returns boolean
language plpgsql
security invoker
set search_path = ''
as $$
begin
  update public.ai_conversations as conversation
  set title = left(btrim(p_title), 200)
  where conversation.org_id = p_org_id and conversation.id = p_conversation_id and length(btrim(p_title)) > 0
    -- A title its user has given meanwhile stays: only the first words of the first message are replaced.
    and conversation.title = (
      select coalesce(nullif(left(btrim(regexp_replace(message.content, '\s+', ' ', 'g')), 80), ''), '…')
      from public.ai_messages as message
      where message.org_id = p_org_id and message.conversation_id = p_conversation_id
      order by message.position
      limit 1
    );
  return found;
end
$$;

comment on function public.keep_chat_title(uuid, uuid, text) is
  'Gives a conversation a title in the place of its first words, unless somebody has named it. Service role only.';
grant execute on function public.keep_chat_title(uuid, uuid, text) to service_role;
