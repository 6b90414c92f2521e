-- What is sent along with a message: files in the private bucket `chat`, in the folder of their user. Their text is kept with the
-- message, so that later turns know it; a picture is read again when it is needed.
insert into storage.buckets (id, name, public, file_size_limit)
values ('chat', 'chat', false, 10485760);

create function private.is_own_chat_path(p_path text)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select p_path ~ '^[0-9a-f-]{36}/[0-9a-f-]{36}/[^/]' and split_part(p_path, '/', 2) = (select auth.uid())::text
    and split_part(p_path, '/', 1) in (select own.id::text from private.my_org_ids() as own (id))
$$;

comment on function private.is_own_chat_path(text) is 'Whether an object is in the caller''s folder of one of his organizations: <org_id>/<user_id>/….';
grant execute on function private.is_own_chat_path(text) to authenticated;

create policy chat_files_insert_own on storage.objects for insert to authenticated
  with check (bucket_id = 'chat' and private.is_own_chat_path(name));
create policy chat_files_select_own on storage.objects for select to authenticated
  using (bucket_id = 'chat' and private.is_own_chat_path(name));
create policy chat_files_delete_own on storage.objects for delete to authenticated
  using (bucket_id = 'chat' and private.is_own_chat_path(name));

create function private.turn_history(p_org_id uuid, p_conversation_id uuid, p_last uuid)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  with recursive chain as (
    select message.id, message.parent_id, message.role, message.content, message.pinned, message.created_at, message.attachments, 1 as back,
      octet_length(message.content)::bigint + pg_column_size(message.attachments) as bytes
    from public.ai_messages as message
    where message.org_id = p_org_id and message.conversation_id = p_conversation_id and message.id = p_last
    union all
    select message.id, message.parent_id, message.role, message.content, message.pinned, message.created_at, message.attachments,
      chain.back + 1, chain.bytes + octet_length(message.content) + pg_column_size(message.attachments)
    from chain
    join public.ai_messages as message
      on message.org_id = p_org_id and message.conversation_id = p_conversation_id and message.id = chain.parent_id
    where chain.back < 2000
  )
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'id', chain.id, 'role', chain.role, 'content', chain.content, 'pinned', chain.pinned, 'at', chain.created_at,
        'attachments', chain.attachments
      )
      order by chain.back desc
    ),
    '[]'
  )
  from chain
  where chain.role in ('user', 'assistant') and chain.content <> '' and (chain.bytes <= 400000 or chain.pinned)
$$;
comment on function private.turn_history(uuid, uuid, uuid) is
  'The branch that ends at a message, oldest first: the newest 400,000 bytes of at most 2,000 messages, and what is pinned among them.';
grant execute on function private.turn_history(uuid, uuid, uuid) to authenticated;

create function private.tell_attachments(p_turn jsonb, p_begun jsonb)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_kept jsonb;
begin
  update public.ai_messages as message
  set attachments = p_turn -> 'attachments'
  where message.org_id = (p_begun ->> 'org_id')::uuid and message.id = (p_begun ->> 'user_message_id')::uuid
    and message.request_id = (p_turn ->> 'request_id')::uuid and jsonb_typeof(p_turn -> 'attachments') = 'array';
  select message.attachments into v_kept
  from public.ai_messages as message
  where message.org_id = (p_begun ->> 'org_id')::uuid and message.id = (p_begun ->> 'user_message_id')::uuid;
  return p_begun || jsonb_build_object('attachments', coalesce(v_kept, '[]'));
end
$$;

comment on function private.tell_attachments(jsonb, jsonb) is
  'Keeps what came along with a new question, and gives what came with the question that is asked. For the service role.';
grant execute on function private.tell_attachments(jsonb, jsonb) to service_role;
