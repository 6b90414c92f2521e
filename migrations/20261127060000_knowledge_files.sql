-- Files of the knowledge base: one private bucket, one folder an organization. The bucket's limit is the project's hard one;
-- kb.maxFileSizeMb is each organization's own below it.
insert into storage.buckets (id, name, public, file_size_limit)
values ('knowledge', 'knowledge', false, 104857600);

-- Which document a file belongs to. The text of a file is not kept: its passages are.

create function private.organization_of_path(p_path text)
returns uuid
language sql
immutable
set search_path = ''
as $$
  -- The project's own key reads by address, where '..' would lead into the next folder.
  select case
    when p_path ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[^/]' and p_path !~ '(^|/)\.\.?(/|$)' then split_part(p_path, '/', 1)::uuid
  end
$$;
comment on function private.organization_of_path(text) is 'The organization whose folder an object is in. NULL: in none.';
grant execute on function private.organization_of_path(text) to authenticated, service_role;

-- security definer: the policies of documents would be asked for each object.
create function private.my_file_paths()
returns setof text
language sql
stable
security definer
set search_path = ''
as $$
  select d.storage_path
  from public.documents as d
  where d.storage_path is not null and d.id in (select private.my_document_ids())
$$;
comment on function private.my_file_paths() is 'Objects of the documents the caller may read, evaluated once a statement.';
grant execute on function private.my_file_paths() to authenticated;

-- Whoever may ingest may upload into the own organization's folder; a file is read by its uploader and by the document's readers.
create policy knowledge_files_insert_members on storage.objects for insert to authenticated
  with check (
    bucket_id = 'knowledge'
    and private.organization_of_path(name) in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member'))
  );
create policy knowledge_files_select_readers on storage.objects for select to authenticated
  using (
    bucket_id = 'knowledge'
    and private.organization_of_path(name) in (select private.my_org_ids())
    and (owner_id = (select auth.uid())::text or name in (select private.my_file_paths()))
  );
create policy knowledge_files_update_uploaders on storage.objects for update to authenticated
  using (
    bucket_id = 'knowledge' and owner_id = (select auth.uid())::text
    and private.organization_of_path(name) in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member'))
  )
  with check (
    bucket_id = 'knowledge'
    and private.organization_of_path(name) in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member'))
  );
-- A document's file goes with the document; only what belongs to none may be taken back.
create policy knowledge_files_delete_uploaders on storage.objects for delete to authenticated
  using (
    bucket_id = 'knowledge' and owner_id = (select auth.uid())::text
    and private.organization_of_path(name) in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member'))
    and not exists (select from public.documents as d where d.storage_path = name)
  );

-- Removing --------------------------------------------------------------------------------------------------------------------

create table private.file_removals (
  path         text not null,
  requested_at timestamptz not null default private.clock(),
  asked_at     timestamptz,

  constraint file_removals_pkey primary key (path)
);
comment on table private.file_removals is 'Objects nobody needs any more. Their bytes go by the Storage API alone; the row stays until the object is gone.';
comment on column private.file_removals.asked_at is 'When the Storage API was last asked. NULL: not yet.';
alter table private.file_removals enable row level security;

create function private.url_path(p_path text)
returns text
language sql
immutable
set search_path = ''
as $$
  select string_agg(
    case
      when letter.letter ~ '^[A-Za-z0-9._~/-]$' then letter.letter
      else regexp_replace(upper(encode(convert_to(letter.letter, 'UTF8'), 'hex')), '(..)', '%\1', 'g')
    end, '' order by letter.at)
  from regexp_split_to_table(p_path, '') with ordinality as letter (letter, at)
$$;
comment on function private.url_path(text) is 'A path as it stands in a URL: everything but unreserved characters and slashes percent-encoded.';

create function private.remove_files()
returns integer
language plpgsql
security definer -- reads the Vault and calls pg_net, which no API role may
set search_path = ''
as $$
declare
  v_now    timestamptz := private.clock();
  v_access private.project_access;
  v_path   text;
  v_asked  integer := 0;
begin
  v_access := private.project_access();
  delete from private.file_removals as r
  where not exists (select from storage.objects as o where o.bucket_id = 'knowledge' and o.name = r.path);
  if v_access is null then
    return 0; -- not set up yet: the rows wait
  end if;
  for v_path in
    update private.file_removals as r set asked_at = v_now
    where r.asked_at is null or r.asked_at < v_now - interval '1 minute'
    returning r.path
  loop
    perform net.http_delete(
      url := v_access.url || '/storage/v1/object/knowledge/' || private.url_path(v_path),
      headers := jsonb_build_object('apikey', v_access.key),
      timeout_milliseconds := 10000
    );
    v_asked := v_asked + 1;
  end loop;
  return v_asked;
end
$$;
comment on function private.remove_files() is 'Asks the Storage API to remove what nobody needs, again after a minute. Called where something becomes unneeded and by cron. Returns how many were asked for.';

create function private.remove_file(p_path text)
returns void
language plpgsql
security definer -- whoever deletes a document need not be allowed to delete its file
set search_path = ''
as $$
begin
  insert into private.file_removals (path) values (p_path) on conflict do nothing;
  perform private.remove_files();
exception when others then
  -- A missing extension or a broken network must not refuse the business row: cron asks later.
  raise warning 'Cannot ask for the removal of a file now: %', sqlerrm;
end
$$;
comment on function private.remove_file(text) is 'Has an object of the knowledge base removed, now or by cron.';

create function private.remove_document_file()
returns trigger
language plpgsql
security definer -- see private.remove_file
set search_path = ''
as $$
begin
  -- The path of another document now, or of this one still: then it is needed.
  if not exists (select from public.documents as d where d.storage_path = old.storage_path) then
    perform private.remove_file(old.storage_path);
  end if;
  return null;
end
$$;
comment on function private.remove_document_file() is 'Removes the file of a document that is gone or has another one now.';
create trigger documents_remove_file
  after delete or update of storage_path on public.documents
  for each row when (old.storage_path is not null)
  execute function private.remove_document_file();

revoke execute on function private.remove_files(), private.remove_file(text), private.remove_document_file(), private.url_path(text) from public;
