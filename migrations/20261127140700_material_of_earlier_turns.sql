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
