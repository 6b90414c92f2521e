-- An ingestion begins under the caller's rights: the organization, the base, the document and the file must be his to use.

create function private.ingesting_user(p_path text)
returns uuid
language sql
stable
security definer -- looks up whose file it is
set search_path = ''
as $$
  -- The sweep acts for whoever uploaded the file.
  select coalesce(auth.uid(), (
    select account.id from storage.objects as o
    join auth.users as account on account.id::text = o.owner_id
    where private.is_trusted() and o.bucket_id = 'knowledge' and o.name = p_path
  ))
$$;
comment on function private.ingesting_user(text) is 'Who ingests: the caller, for the service role whoever uploaded the file. NULL: nobody in particular.';

create function private.base_for_ingestion(p_org_id uuid, p_base_id uuid)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_trusted boolean := coalesce(private.is_trusted(), false);
  v_base    uuid;
begin
  if p_base_id is null then
    insert into public.knowledge_bases (org_id, name, created_by) values (p_org_id, 'General', auth.uid())
    on conflict on constraint knowledge_bases_name_key do nothing;
  end if;
  select b.id into v_base from public.knowledge_bases as b
  where b.org_id = p_org_id and case when p_base_id is null then b.name = 'General' else b.id = p_base_id end
    and (v_trusted or b.id in (select private.my_base_ids()));
  if v_base is null then
    raise exception 'Cannot ingest: there is no such base' using errcode = 'PT404';
  end if;
  return v_base;
end
$$;
comment on function private.base_for_ingestion(uuid, uuid) is 'The base, else the organization''s General, which is made when it is missing.';

create function private.document_to_replace(p_org_id uuid, p_document_id uuid, p_path text, p_content_hash text)
returns public.documents
language plpgsql
set search_path = ''
as $$
declare
  v_trusted  boolean := coalesce(private.is_trusted(), false);
  v_document public.documents;
begin
  select d.* into v_document from public.documents as d
  where d.org_id = p_org_id and case when p_document_id is null then d.storage_path = p_path else d.id = p_document_id end
    and (v_trusted or d.id in (select private.my_document_ids()))
  for update;
  if not found then
    if p_document_id is not null then
      raise exception 'Cannot ingest: there is no such document' using errcode = 'PT404';
    elsif p_path is not null and exists (select from public.documents as d where d.org_id = p_org_id and d.storage_path = p_path) then
      raise exception 'Cannot ingest: the file belongs to a document the caller may not read' using errcode = 'PT403';
    end if;
    return null;
  elsif not v_trusted and v_document.created_by is distinct from auth.uid() and not private.can_see_org_requests(p_org_id) then
    raise exception 'Cannot ingest: the document is somebody else''s' using errcode = 'PT403';
  elsif p_content_hash is not null and exists (
    select from public.documents as d
    where d.org_id = p_org_id and d.base_id = v_document.base_id and d.content_hash = p_content_hash and d.id <> v_document.id
      and (v_trusted or d.id in (select private.my_document_ids()))
  ) then
    raise exception 'Cannot ingest: another document of the base has this very content' using errcode = 'PT400';
  end if;
  return v_document;
end
$$;
comment on function private.document_to_replace(uuid, uuid, text, text) is 'The document that is named, or whose file the path is, locked. NULL: the path is a new one.';

create function private.new_document(p_org_id uuid, p_base_id uuid, p_source jsonb, p_tags text[])
returns public.documents
language plpgsql
set search_path = ''
as $$
declare
  v_trusted  boolean := coalesce(private.is_trusted(), false);
  v_user     uuid := private.ingesting_user(p_source ->> 'path');
  v_document public.documents;
begin
  -- Two that bring the same content at once are one after the other.
  perform pg_advisory_xact_lock(hashtextextended(p_base_id || (p_source ->> 'content_hash'), 0));
  -- A document that whoever ingests may not read is no answer: not even that it is there is his to know. The sweep speaks for whoever
  -- uploaded the file.
  select d.* into v_document from public.documents as d
  where d.org_id = p_org_id and d.base_id = p_base_id and d.content_hash = p_source ->> 'content_hash'
    and case
      when v_trusted then v_user is null or d.created_by = v_user or (d.reader_roles is null and d.reader_users is null)
      else d.id in (select private.my_document_ids())
    end
  order by d.processed_at is null, d.created_at, d.id
  limit 1
  for update;
  if not found then
    insert into public.documents as d
      (org_id, base_id, name, mime_type, size_bytes, content_hash, source_text, storage_path, tags, created_by)
    values (p_org_id, p_base_id, p_source ->> 'name', p_source ->> 'mime_type', (p_source ->> 'size_bytes')::bigint,
      p_source ->> 'content_hash', p_source ->> 'text', p_source ->> 'path', coalesce(p_tags, '{}'), v_user)
    returning d.* into v_document;
  end if;
  return v_document;
end
$$;
comment on function private.new_document(uuid, uuid, jsonb, text[]) is
  'A document of a new source, or the one of the base that has this very content and that whoever ingests may read.';

create function private.open_ingestion(p_document public.documents, p_source jsonb, p_settings jsonb, p_inline boolean)
returns public.ingestion_jobs
language plpgsql
set search_path = ''
as $$
declare
  v_now timestamptz := private.clock();
  v_job public.ingestion_jobs;
begin
  insert into public.ingestion_jobs as job
    (org_id, base_id, document_id, name, created_by, step, edition, chunk_size, chunk_overlap, batch_size, context_prefix,
     embedding_model, embedding_dimensions, most_tries, deadline_at, run_at)
  select p_document.org_id, p_document.base_id, p_document.id, p_document.name, private.ingesting_user(p_source ->> 'path'), 'read',
    1 + greatest(p_document.edition, (
      select max(c.edition) from public.document_chunks as c where c.org_id = p_document.org_id and c.document_id = p_document.id)),
    (p_settings ->> 'kb.chunkSize')::integer, (p_settings ->> 'kb.chunkOverlap')::integer, (p_settings ->> 'kb.batchSize')::integer,
    (p_settings ->> 'kb.contextPrefix')::boolean, coalesce(base.embedding_model, p_settings ->> 'kb.embeddingModel'),
    base.embedding_dimensions, 1 + (p_settings ->> 'kb.retryAttempts')::integer,
    v_now + make_interval(secs => (p_settings ->> 'kb.processingTimeoutSeconds')::integer),
    -- Whoever asked does the first stretch himself; if he dies of it, cron goes on.
    case when p_inline then v_now + interval '30 seconds' else v_now end
  from public.knowledge_bases as base
  where base.org_id = p_document.org_id and base.id = p_document.base_id
  returning job.* into v_job;
  insert into private.ingestion_sources (org_id, job_id, mime_type, text, path, content_hash, size_bytes)
  values (v_job.org_id, v_job.id, p_source ->> 'mime_type', p_source ->> 'text', p_source ->> 'path', p_source ->> 'content_hash',
    (p_source ->> 'size_bytes')::bigint);
  update public.documents as d
  set state = case when d.processed_at is null then 'processing' else 'reprocessing' end, progress = 0, problem = null,
      attempts = d.attempts + 1, attempt_id = v_job.id, started_at = v_now
  where d.org_id = v_job.org_id and d.id = v_job.document_id;
  return v_job;
end
$$;
comment on function private.open_ingestion(public.documents, jsonb, jsonb, boolean) is 'A job for a document and its source. The document points to it.';

create function private.document_card(p_document public.documents)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object('document_id', p_document.id, 'base_id', p_document.base_id, 'name', p_document.name,
    'chunks', p_document.chunk_count, 'language', p_document.language)
$$;
comment on function private.document_card(public.documents) is 'What an answer says of a document.';

create function private.begin_ingestion(p_org_id uuid, p_document_id uuid, p_base_id uuid, p_source jsonb, p_tags text[])
returns jsonb
language plpgsql
security definer -- contents are written by ingestion alone; checks role, base, document and file of the caller itself
set search_path = ''
as $$
declare
  v_org      uuid := private.meant_org(p_org_id);
  v_settings jsonb := private.settings_for(v_org, auth.uid(), 'kb.');
  v_path     text := p_source ->> 'path';
  v_ending   text := lower(substring(v_path from '\.([^./]+)$'));
  v_base     uuid;
  v_document public.documents;
  v_source   jsonb;
  v_job      public.ingestion_jobs;
begin
  if not coalesce(private.is_trusted(), false) and private.my_role(v_org) = 'guest' then
    raise exception 'Cannot ingest: guests only read' using errcode = 'PT403';
  elsif (p_source ->> 'size_bytes')::bigint > (v_settings ->> 'kb.maxFileSizeMb')::bigint * 1000000 then
    raise exception 'Cannot ingest: the document is larger than kb.maxFileSizeMb (% MB)', v_settings ->> 'kb.maxFileSizeMb' using errcode = 'PT413';
  elsif v_path is not null and private.organization_of_path(v_path) is distinct from v_org then
    raise exception 'Cannot ingest: the file is not in the organization''s folder' using errcode = 'PT403';
  elsif v_path is not null and not coalesce(v_settings -> 'kb.acceptedTypes' ? v_ending, false) then
    raise exception 'Cannot ingest: files ending in % are not accepted (kb.acceptedTypes)', coalesce('.' || v_ending, 'nothing') using errcode = 'PT400';
  end if;

  -- The job reads the file with the project's own key: it must be one the caller could have read.
  if v_path is not null and not exists (
    select from storage.objects as o
    where o.bucket_id = 'knowledge' and o.name = v_path
      and (private.is_trusted() or o.owner_id = auth.uid()::text or o.name in (select private.my_file_paths()))
  ) then
    raise exception 'Cannot ingest: there is no such file' using errcode = 'PT404';
  end if;
  if p_document_id is not null or v_path is not null then
    v_document := private.document_to_replace(v_org, p_document_id, v_path, p_source ->> 'content_hash');
  end if;
  if v_document.id is null then
    v_base := private.base_for_ingestion(v_org, p_base_id);
    v_document := private.new_document(v_org, v_base, p_source, p_tags);
    if v_document.state = 'processed' then
      if v_path is distinct from v_document.storage_path and v_path is not null then
        perform private.remove_file(v_path);
      end if;
      return jsonb_build_object('org_id', v_org, 'duplicate', true, 'document', private.document_card(v_document));
    end if;
  elsif v_document.state = 'processed' and v_path = v_document.storage_path and p_source ->> 'content_hash' = v_document.content_hash then
    return jsonb_build_object('org_id', v_org, 'duplicate', true, 'document', private.document_card(v_document));
  end if;

  if exists (
    select from public.ingestion_jobs as job
    where job.org_id = v_org and job.id = v_document.attempt_id and job.state in ('queued', 'running')
      and job.deadline_at > private.clock()
  ) then
    raise exception 'Cannot ingest: the document is being processed' using errcode = 'PT409';
  end if;
  v_source := coalesce(p_source, jsonb_build_object('mime_type', v_document.mime_type, 'text', v_document.source_text,
    'path', v_document.storage_path, 'content_hash', v_document.content_hash, 'size_bytes', v_document.size_bytes));
  v_job := private.open_ingestion(v_document, v_source, v_settings, v_source ->> 'path' is null);
  return jsonb_build_object('org_id', v_org, 'duplicate', false, 'job_id', v_job.id, 'is_file', v_source ->> 'path' is not null,
    'document', private.document_card(v_document));
end
$$;

comment on function private.begin_ingestion(uuid, uuid, uuid, jsonb, text[]) is 'Body of public.begin_ingestion.';
grant execute on function private.begin_ingestion(uuid, uuid, uuid, jsonb, text[]) to authenticated, service_role;

create function public.begin_ingestion(
  p_org_id uuid default null, p_document_id uuid default null, p_base_id uuid default null, p_source jsonb default null,
  p_tags text[] default null
)
returns jsonb
language sql
security invoker
set search_path = ''
as $$
  select private.begin_ingestion(p_org_id, p_document_id, p_base_id, p_source, p_tags)
$$;
comment on function public.begin_ingestion(uuid, uuid, uuid, jsonb, text[]) is
  'Begins to process a stored document, or a new source {name, mime_type, content_hash, size_bytes, and text or path}: job_id, is_file and the document, or duplicate = true for a content the base has already.';
grant execute on function public.begin_ingestion(uuid, uuid, uuid, jsonb, text[]) to authenticated, service_role;

revoke execute on function private.ingesting_user(text), private.base_for_ingestion(uuid, uuid), private.document_to_replace(uuid, uuid, text, text),
  private.new_document(uuid, uuid, jsonb, text[]), private.open_ingestion(public.documents, jsonb, jsonb, boolean),
  private.document_card(public.documents) from public;

insert into public.ai_setting_definitions (key, type, scopes, default_value, schema, description)
values ('kb.contextPrefix', 'boolean', '{global,organization}', 'false', '{"type":"boolean"}',
  'Whether a model writes a line before each passage that says what it is about, for the search alone. Costs one call for every ten passages.');
