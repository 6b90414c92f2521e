-- A lead that somebody may not see is none he is reminded of: recall asks for it by the conversation, whose lead is checked here.
create function private.check_conversation_lead()
returns trigger
language plpgsql
security invoker
set search_path = ''
as $$
begin
  if new.lead_id is not null and auth.uid() is not null and not exists (
    select from public.leads as lead where lead.org_id = new.org_id and lead.id = new.lead_id
  ) then
    raise exception 'Cannot use the lead: there is none with this id' using errcode = 'PT404';
  end if;
  return new;
end
$$;
comment on function private.check_conversation_lead() is 'A conversation is about a lead only its user may see.';
create trigger ai_conversations_check_lead
before insert or update of lead_id on public.ai_conversations
for each row execute function private.check_conversation_lead();
revoke execute on function private.check_conversation_lead() from public;
