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
  select p_path ~ '^[0-9a-f-]{36}/[0-9a-f-]{36}/[^/]' and p_path !~ '(^|/)\.\.?(/|$)'
    and split_part(p_path, '/', 2) = (select auth.uid())::text
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
returns json
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_next    uuid := p_last;
  v_message record;
  v_back    integer := 0;
  v_bytes   bigint := 0;
  v_told    text[] := '{}';
begin
  -- One pass over the conversation, newest first, finds the branch: a message was written after the one it follows. Looked up one by
  -- one, every message would ask the policies anew.
  for v_message in
    select message.id, message.parent_id, message.role, message.content, message.pinned, message.created_at, message.attachments,
      octet_length(message.content) + pg_column_size(message.attachments) as bytes
    from public.ai_messages as message
    where message.org_id = p_org_id and message.conversation_id = p_conversation_id
    order by message.position desc
  loop
    continue when v_message.id is distinct from v_next;
    v_back := v_back + 1;
    v_bytes := v_bytes + v_message.bytes;
    if v_message.content <> '' and v_message.role in ('user', 'assistant') and (v_bytes <= 400000 or v_message.pinned) then
      v_told := v_told || json_build_object(
        'id', v_message.id, 'role', v_message.role, 'content', v_message.content, 'pinned', v_message.pinned,
        'at', v_message.created_at, 'attachments', v_message.attachments
      )::text;
    end if;
    v_next := v_message.parent_id;
    exit when v_next is null or v_back = 2000;
  end loop;
  return ('[' || coalesce(
    (select string_agg(told.item, ',' order by told.back desc) from unnest(v_told) with ordinality as told (item, back)), ''
  ) || ']')::json;
end
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
  -- Who is in several organizations brings nothing of one into a conversation of another.
  if jsonb_typeof(p_turn -> 'attachments') = 'array' and exists (
    select from jsonb_array_elements(p_turn -> 'attachments') as sent
    where not starts_with(sent.value ->> 'path', concat(p_begun ->> 'org_id', '/', p_begun ->> 'user_id', '/'))
  ) then
    raise exception 'Cannot use the attachment: there is no such file of yours' using errcode = 'PT404';
  end if;
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
