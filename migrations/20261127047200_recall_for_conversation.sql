-- An assistant that searches the memory looks where the turn's own reminders look: at the user, and at the lead they talk about.
create function public.recall_for_conversation(p_query text, p_org_id uuid, p_conversation_id uuid)
returns jsonb
language plpgsql -- resolved when it is called: what it reads is made by later files
stable
security invoker
set search_path = ''
as $$
declare
  v_lead uuid;
begin
  select conversation.lead_id into v_lead
  from public.ai_conversations as conversation
  where conversation.org_id = p_org_id and conversation.id = p_conversation_id and conversation.user_id = (select auth.uid());
  return public.recall_memory(p_query, p_org_id, p_filters => jsonb_strip_nulls(jsonb_build_object('lead_id', v_lead)));
end
$$;
comment on function public.recall_for_conversation(text, uuid, uuid) is
  'recall_memory with the lead the caller''s conversation is about: what is known of it, and nothing of other leads. Without a conversation of the caller''s, or a lead: as recall_memory.';
revoke execute on function public.recall_for_conversation(text, uuid, uuid) from public, anon;
grant execute on function public.recall_for_conversation(text, uuid, uuid) to authenticated;
