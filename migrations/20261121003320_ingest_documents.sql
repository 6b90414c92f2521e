-- From a source to chunks: begun under the caller's rights, staged batch by batch, put in place all at once.

-- The vectors of a passage are the work of the task that reads it, and so is the price.
insert into public.ai_tasks
  (slug, title, description, operation, prompt_key, has_rules, streams, base_tier, critical)
values
  ('ingest-document', 'Document ingestion', 'Cuts a document into passages and makes them searchable by words and by meaning.',
    'embedding', null, false, false, null, false);
insert into public.ai_policies (task, version, status, tiers, base_tier, complexity_large_from)
select 'ingest-document', 1, 'active', policy.tiers, policy.base_tier, policy.complexity_large_from
from public.ai_policies as policy
where policy.task = 'embed-text' and policy.org_id is null and policy.status = 'active';

create table private.document_chunk_drafts (
  org_id      uuid not null,
  document_id uuid not null,
  attempt_id  uuid not null,
  position    integer not null,
  chunk       jsonb not null,

  constraint document_chunk_drafts_pkey primary key (org_id, document_id, attempt_id, position),
  constraint document_chunk_drafts_document_fkey
    foreign key (org_id, document_id) references public.documents (org_id, id) on delete cascade
);
comment on table private.document_chunk_drafts is 'Chunks of an ingestion under way; nobody sees them before all are there.';
alter table private.document_chunk_drafts enable row level security;

create function private.begin_ingestion(
  p_org_id uuid, p_document_id uuid, p_base_id uuid, p_name text, p_mime_type text, p_text text, p_content_hash text,
  p_size_bytes bigint, p_tags text[]
)
returns jsonb
language plpgsql
security definer -- contents are written by ingestion alone; checks role, base and document of the caller itself
set search_path = ''
as $$
declare
  v_org      uuid := private.knowledge_org(p_org_id);
  v_trusted  boolean := coalesce(private.is_trusted(), false);
  v_base     uuid := p_base_id;
  v_document public.documents;
  v_settings jsonb := private.settings_for(v_org, auth.uid(), 'kb.');
  v_attempt  uuid := gen_random_uuid();
  v_created  boolean := false;
begin
  if not v_trusted and private.my_role(v_org) = 'guest' then
    raise exception 'Cannot ingest: guests only read' using errcode = 'PT403';
  end if;
  if p_size_bytes > (v_settings ->> 'kb.maxFileSizeMb')::bigint * 1000000 then
    raise exception 'Cannot ingest: the document is larger than kb.maxFileSizeMb' using errcode = 'PT413';
  end if;

  if p_document_id is not null then
    select d.* into v_document from public.documents as d
    where d.org_id = v_org and d.id = p_document_id and (v_trusted or d.id in (select private.my_document_ids()))
    for update;
    if not found then
      raise exception 'Cannot ingest: there is no such document' using errcode = 'PT404';
    elsif not v_trusted and v_document.created_by is distinct from auth.uid() and not private.can_see_org_requests(v_org) then
      raise exception 'Cannot ingest: the document is somebody else''s' using errcode = 'PT403';
    elsif p_content_hash is not null and exists (
      select from public.documents as d
      where d.org_id = v_org and d.base_id = v_document.base_id and d.content_hash = p_content_hash and d.id <> v_document.id
    ) then
      raise exception 'Cannot ingest: another document of the base has this very text' using errcode = 'PT400';
    end if;
  else
    if v_base is null then
      insert into public.knowledge_bases (org_id, name, created_by) values (v_org, 'General', auth.uid())
      on conflict on constraint knowledge_bases_name_key do nothing;
      select b.id into v_base from public.knowledge_bases as b
      where b.org_id = v_org and b.name = 'General' and (v_trusted or b.id in (select private.my_base_ids()));
    else
      select b.id into v_base from public.knowledge_bases as b
      where b.org_id = v_org and b.id = p_base_id and (v_trusted or b.id in (select private.my_base_ids()));
    end if;
    if v_base is null then
      raise exception 'Cannot ingest: there is no such base' using errcode = 'PT404';
    end if;
    insert into public.documents as d
      (org_id, base_id, name, mime_type, size_bytes, content_hash, source_text, tags, created_by)
    values (v_org, v_base, p_name, p_mime_type, p_size_bytes, p_content_hash, p_text, coalesce(p_tags, '{}'), auth.uid())
    on conflict on constraint documents_content_hash_key do nothing
    returning d.* into v_document;
    v_created := found;
    if not v_created then
      select d.* into v_document from public.documents as d
      where d.org_id = v_org and d.base_id = v_base and d.content_hash = p_content_hash
        and (v_trusted or d.id in (select private.my_document_ids()))
      for update;
      if not found then
        raise exception 'Cannot ingest: the base has this very text in a document the caller may not read' using errcode = 'PT403';
      elsif v_document.state = 'processed' then
        return jsonb_build_object('org_id', v_org, 'document_id', v_document.id, 'base_id', v_base, 'duplicate', true,
          'name', v_document.name, 'language', v_document.language, 'chunks', v_document.chunk_count);
      end if;
    end if;
  end if;

  -- An attempt that died is not waited for.
  if v_document.attempt_id is not null and v_document.started_at > private.clock() - interval '5 minutes' then
    raise exception 'Cannot ingest: the document is being processed' using errcode = 'PT409';
  end if;
  delete from private.document_chunk_drafts as draft where draft.org_id = v_org and draft.document_id = v_document.id;
  update public.documents as d
  set state = case when d.processed_at is null then 'processing' else 'reprocessing' end, progress = 0, attempts = d.attempts + 1,
      attempt_id = v_attempt, started_at = private.clock()
  where d.org_id = v_org and d.id = v_document.id;
  return jsonb_build_object('org_id', v_org, 'document_id', v_document.id, 'base_id', v_document.base_id, 'duplicate', false,
    'attempt_id', v_attempt, 'name', v_document.name, 'mime_type', coalesce(p_mime_type, v_document.mime_type),
    'text', coalesce(p_text, v_document.source_text),
    'chunk_size', v_settings -> 'kb.chunkSize', 'chunk_overlap', v_settings -> 'kb.chunkOverlap');
end
$$;
comment on function private.begin_ingestion(uuid, uuid, uuid, text, text, text, text, bigint, text[]) is 'Body of public.begin_ingestion.';
grant execute on function private.begin_ingestion(uuid, uuid, uuid, text, text, text, text, bigint, text[]) to authenticated, service_role;

create function public.begin_ingestion(
  p_org_id uuid default null, p_document_id uuid default null, p_base_id uuid default null, p_name text default null,
  p_mime_type text default null, p_text text default null, p_content_hash text default null, p_size_bytes bigint default null,
  p_tags text[] default null
)
returns jsonb
language sql
security invoker
set search_path = ''
as $$
  select private.begin_ingestion(p_org_id, p_document_id, p_base_id, p_name, p_mime_type, p_text, p_content_hash, p_size_bytes, p_tags)
$$;
comment on function public.begin_ingestion(uuid, uuid, uuid, text, text, text, text, bigint, text[]) is
  'Begins to process a stored document or a new text: attempt_id and what to cut, or duplicate = true for a text the base has already.';
grant execute on function public.begin_ingestion(uuid, uuid, uuid, text, text, text, text, bigint, text[]) to authenticated, service_role;

create function public.stage_chunks(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_chunks jsonb, p_progress numeric)
returns void
language plpgsql
security definer -- writes drafts nobody else may see; executable by the service role alone
set search_path = ''
as $$
begin
  update public.documents as d set progress = p_progress
  where d.org_id = p_org_id and d.id = p_document_id and d.attempt_id = p_attempt_id;
  if not found then
    raise exception 'Cannot stage chunks: the attempt has been superseded' using errcode = 'PT409';
  end if;
  insert into private.document_chunk_drafts (org_id, document_id, attempt_id, position, chunk)
  select p_org_id, p_document_id, p_attempt_id, (given.chunk ->> 'position')::integer, given.chunk
  from jsonb_array_elements(p_chunks) as given (chunk);
end
$$;
comment on function public.stage_chunks(uuid, uuid, uuid, jsonb, numeric) is 'Puts chunks of an attempt aside until all are there.';
grant execute on function public.stage_chunks(uuid, uuid, uuid, jsonb, numeric) to service_role;

create function public.finish_ingestion(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_language text, p_source jsonb)
returns integer
language plpgsql
security definer -- replaces chunks, which nobody else may write; executable by the service role alone
set search_path = ''
as $$
declare
  v_base  uuid;
  v_count integer;
begin
  select d.base_id into v_base from public.documents as d
  where d.org_id = p_org_id and d.id = p_document_id and d.attempt_id = p_attempt_id
  for update;
  if not found then
    raise exception 'Cannot finish the ingestion: the attempt has been superseded' using errcode = 'PT409';
  end if;
  delete from public.document_chunks as c where c.org_id = p_org_id and c.document_id = p_document_id;
  with drafts as (
    delete from private.document_chunk_drafts as draft
    where draft.org_id = p_org_id and draft.document_id = p_document_id
    returning draft.attempt_id, draft.chunk
  )
  insert into public.document_chunks (
    org_id, base_id, document_id, position, content, section, page, char_start, char_end, type, language, token_count, embedding,
    embedding_model
  )
  select p_org_id, v_base, p_document_id, given.position, given.content, given.section, given.page, given.char_start,
    given.char_end, given.type, given.language, given.token_count, given.embedding::extensions.vector, given.embedding_model
  from drafts
  cross join jsonb_to_record(drafts.chunk) as given (
    position integer, content text, section text, page integer, char_start integer, char_end integer, type text, language text,
    token_count integer, embedding text, embedding_model text
  )
  where drafts.attempt_id = p_attempt_id;
  get diagnostics v_count = row_count;
  update public.documents as d
  set state = 'processed', progress = 1, problem = null, attempt_id = null, processed_at = private.clock(), updated_at = private.clock(),
      chunk_count = v_count, language = p_language,
      source_text = coalesce(p_source ->> 'text', d.source_text), content_hash = coalesce(p_source ->> 'content_hash', d.content_hash),
      size_bytes = coalesce((p_source ->> 'size_bytes')::bigint, d.size_bytes), mime_type = coalesce(p_source ->> 'mime_type', d.mime_type)
  where d.org_id = p_org_id and d.id = p_document_id;
  return v_count;
end
$$;
comment on function public.finish_ingestion(uuid, uuid, uuid, text, jsonb) is
  'Puts the staged chunks in the place of the old ones in one transaction and answers how many they are. A source replaces the stored one.';
grant execute on function public.finish_ingestion(uuid, uuid, uuid, text, jsonb) to service_role;

create function public.fail_ingestion(p_org_id uuid, p_document_id uuid, p_attempt_id uuid, p_problem text)
returns void
language plpgsql
security definer -- clears drafts and rows nobody else may write; executable by the service role alone
set search_path = ''
as $$
begin
  delete from private.document_chunk_drafts as draft
  where draft.org_id = p_org_id and draft.document_id = p_document_id and draft.attempt_id = p_attempt_id;
  -- A document that was never there leaves nothing behind; one that was keeps the passages it has.
  delete from public.documents as d
  where d.org_id = p_org_id and d.id = p_document_id and d.attempt_id = p_attempt_id and d.processed_at is null;
  update public.documents as d set state = 'error', problem = left(p_problem, 1000), attempt_id = null
  where d.org_id = p_org_id and d.id = p_document_id and d.attempt_id = p_attempt_id;
end
$$;
comment on function public.fail_ingestion(uuid, uuid, uuid, text) is 'Gives an attempt up: a new document is gone again, a processed one keeps its old chunks.';
grant execute on function public.fail_ingestion(uuid, uuid, uuid, text) to service_role;
