-- Knowledge: documents in bases, cut into chunks that a search finds. Who may read a document is its own rows' business.
create table public.knowledge_bases (
  org_id               uuid not null,
  id                   uuid not null default gen_random_uuid(),
  name                 text not null,
  description          text not null default '',
  reader_roles         text[] not null default '{owner,admin,manager,member,guest}',
  reader_users         uuid[] not null default '{}',
  created_by           uuid default auth.uid(),
  created_at           timestamptz not null default now(),
  embedding_model      text,
  embedding_dimensions integer not null default 1536,

  constraint knowledge_bases_pkey primary key (org_id, id),
  constraint knowledge_bases_name_key unique (org_id, name),
  constraint knowledge_bases_org_id_fkey foreign key (org_id) references public.organizations (id) on delete cascade,
  constraint knowledge_bases_created_by_fkey foreign key (created_by) references auth.users (id) on delete set null,
  constraint knowledge_bases_texts_bounded check (length(btrim(name)) between 1 and 200 and length(description) <= 2000),
  constraint knowledge_bases_reader_roles_known check (reader_roles <@ array['owner', 'admin', 'manager', 'member', 'guest']),
  constraint knowledge_bases_reader_users_bounded check (cardinality(reader_users) <= 1000),
  constraint knowledge_bases_embedding_model_bounded check (length(embedding_model) between 1 and 200),
  constraint knowledge_bases_embedding_dimensions_known check (embedding_dimensions between 64 and 1536)
);
comment on table public.knowledge_bases is 'Collections of an organization''s documents.';
comment on column public.knowledge_bases.reader_roles is 'Roles whose members read it. Owners and admins read every base all the same.';
comment on column public.knowledge_bases.reader_users is 'Members who read it whatever their role.';
comment on column public.knowledge_bases.created_by is 'NULL: not a user, or one that is gone.';
comment on column public.knowledge_bases.embedding_model is 'Exact id of the model its passages are embedded with; changed by reembed_base alone. NULL: the setting kb.embeddingModel.';
comment on column public.knowledge_bases.embedding_dimensions is
  'Length its vectors are asked for. They are kept with zeros up to 1,536, which changes no cosine: one column and one index serve all bases.';
create index knowledge_bases_created_by_idx on public.knowledge_bases (created_by);

create table public.documents (
  org_id       uuid not null,
  id           uuid not null default gen_random_uuid(),
  base_id      uuid not null,
  name         text not null,
  mime_type    text not null,
  size_bytes   bigint not null,
  content_hash text not null,
  source_text  text,
  language     text,
  state        text not null default 'uploaded',
  progress     numeric(4, 3) not null default 0,
  problem      text,
  attempts     integer not null default 0,
  attempt_id   uuid,
  started_at   timestamptz,
  processed_at timestamptz,
  chunk_count  integer not null default 0,
  tags         text[] not null default '{}',
  metadata     jsonb not null default '{}',
  authority    numeric(3, 2) not null default 0.5,
  reader_roles text[],
  reader_users uuid[],
  created_by   uuid,
  created_at   timestamptz not null default now(),
  updated_at   timestamptz not null default now(),
  storage_path text,
  edition      integer not null default 1,

  constraint documents_pkey primary key (org_id, id),
  constraint documents_base_fkey foreign key (org_id, base_id) references public.knowledge_bases (org_id, id) on delete cascade,
  constraint documents_created_by_fkey foreign key (created_by) references auth.users (id) on delete set null,
  constraint documents_name_bounded check (length(btrim(name)) between 1 and 300),
  constraint documents_state_known check (state in ('uploaded', 'processing', 'processed', 'error', 'reprocessing')),
  constraint documents_progress_bounded check (progress between 0 and 1),
  constraint documents_authority_bounded check (authority between 0 and 1),
  constraint documents_size_not_negative check (size_bytes >= 0),
  constraint documents_tags_bounded check (cardinality(tags) <= 50 and length(array_to_string(tags, '')) <= 2500),
  constraint documents_metadata_bounded check (jsonb_typeof(metadata) = 'object' and length(metadata::text) <= 20000),
  constraint documents_reader_roles_known check (reader_roles <@ array['owner', 'admin', 'manager', 'member', 'guest']),
  constraint documents_reader_users_bounded check (cardinality(reader_users) <= 1000),
  constraint documents_storage_path_key unique (org_id, storage_path),
  constraint documents_storage_path_in_org check (starts_with(storage_path, org_id || '/')),
  constraint documents_have_a_source check (num_nonnulls(source_text, storage_path) >= 1)
);
comment on table public.documents is 'What an organization knows. Written by ingest-document; its chunks are what searches find.';
comment on column public.documents.content_hash is 'SHA-256 (hex) of the source: the same one is kept once a base, of those that one person may read.';
comment on column public.documents.source_text is 'The source as it came, before markup was taken off. NULL: it is the object at storage_path.';
comment on column public.documents.language is 'BCP 47 of most of it. NULL: not recognized.';
comment on column public.documents.progress is 'Of the processing under way or last done, 0 … 1.';
comment on column public.documents.problem is 'Why the last processing failed, in words. NULL: it did not.';
comment on column public.documents.attempt_id is 'Processing that may replace the chunks. NULL: none is under way.';
comment on column public.documents.started_at is 'When the last processing began. NULL: never.';
comment on column public.documents.processed_at is 'When the chunks were last replaced. NULL: never.';
comment on column public.documents.authority is 'Standing, 0 hearsay … 1 the rule of the house; weighs in a search where it asks for it.';
comment on column public.documents.reader_roles is 'Roles that read it, of those who read the base. NULL with reader_users NULL: all of them.';
comment on column public.documents.reader_users is 'Members who read it, of those who read the base. NULL: see reader_roles.';
comment on column public.documents.created_by is 'Always reads it. NULL: not a user, or one that is gone.';
comment on column public.documents.storage_path is 'Object in the bucket knowledge: <org_id>/…. NULL: the source came as text.';
comment on column public.documents.edition is 'The edition of its chunks that readers see. Editions that are being made, or were superseded, are seen by nobody.';
create index documents_created_by_idx on public.documents (created_by);
create index documents_tags_idx on public.documents using gin (tags);
create index documents_content_idx on public.documents (org_id, base_id, content_hash);

-- Words -------------------------------------------------------------------------------------------------------------------

create function private.text_config(p_language text)
returns regconfig
language sql
immutable
set search_path = ''
as $$
  select case left(p_language, 2)
    when 'de' then 'pg_catalog.german'::regconfig
    when 'en' then 'pg_catalog.english'::regconfig
    when 'es' then 'pg_catalog.spanish'::regconfig
    when 'fr' then 'pg_catalog.french'::regconfig
    when 'it' then 'pg_catalog.italian'::regconfig
    when 'nl' then 'pg_catalog.dutch'::regconfig
    when 'pt' then 'pg_catalog.portuguese'::regconfig
    else 'pg_catalog.simple'::regconfig
  end
$$;
comment on function private.text_config(text) is 'How the words of a language are stemmed; simple where we do not know.';

create function private.searchable_text(p_text text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case
    when p_text !~ '[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\u0e00-\u0e7f]' then p_text
    else regexp_replace(p_text, '[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\u0e00-\u0e7f]+', ' ', 'g')
      || ' ' || coalesce((
        select string_agg(substr(run.letters[1], at.at, 2), ' ')
        from regexp_matches(p_text, '[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\u0e00-\u0e7f]+', 'g') as run (letters)
        cross join generate_series(1, greatest(1, length(run.letters[1]) - 1)) as at (at)
      ), '')
  end
$$;
comment on function private.searchable_text(text) is
  'The text with scripts that put no blanks between words (Chinese, Japanese, Korean, Thai) as pairs of neighbouring characters.';

create table public.document_chunks (
  org_id          uuid not null,
  id              uuid not null default gen_random_uuid(),
  base_id         uuid not null,
  document_id     uuid not null,
  position        integer not null,
  content         text not null,
  section         text not null default '',
  page            integer,
  char_start      integer not null,
  char_end        integer not null,
  type            text not null default 'text',
  language        text,
  token_count     integer not null,
  words           tsvector generated always as (
    setweight(to_tsvector(private.text_config(language), private.searchable_text(section)), 'B')
    || setweight(to_tsvector(private.text_config(language), private.searchable_text(content)), 'D')
  ) stored,
  embedding       extensions.vector(1536),
  embedding_model text,
  created_at      timestamptz not null default now(),
  edition         integer not null default 1,
  context         text,
  restricted      boolean not null default false,

  constraint document_chunks_pkey primary key (org_id, id),
  constraint document_chunks_position_key unique (org_id, document_id, edition, position),
  constraint document_chunks_document_fkey foreign key (org_id, document_id) references public.documents (org_id, id) on delete cascade,
  constraint document_chunks_base_fkey foreign key (org_id, base_id) references public.knowledge_bases (org_id, id) on delete cascade,
  constraint document_chunks_type_known check (type in ('text', 'table', 'code')),
  constraint document_chunks_range_forward check (char_start >= 0 and char_end > char_start),
  constraint document_chunks_content_bounded check (length(content) between 1 and 20000 and length(section) <= 2000),
  constraint document_chunks_embedding_named check ((embedding is null) = (embedding_model is null)),
  constraint document_chunks_context_bounded check (length(context) <= 2000)
);
-- Passages of a document are replaced by showing another edition of it, so that a large one is written in pieces and still seen whole or
-- not at all.
comment on table public.document_chunks is 'Passages of documents: what a search finds and an answer cites. An edition of a document is shown and replaced as a whole.';
comment on column public.document_chunks.position is 'Order in the document, from 0.';
comment on column public.document_chunks.section is 'Title of the document and headings above the passage.';
comment on column public.document_chunks.page is 'Page it begins on, from 1. NULL: the format has none.';
comment on column public.document_chunks.char_start is 'First UTF-16 unit in the extracted text, from 0.';
comment on column public.document_chunks.char_end is 'Unit after the last one.';
comment on column public.document_chunks.language is 'BCP 47, decides how its words are stemmed. NULL: not recognized.';
comment on column public.document_chunks.token_count is 'Upper bound of its tokens.';
comment on column public.document_chunks.words is 'What a keyword search looks in; the headings weigh more.';
comment on column public.document_chunks.embedding is 'NULL: not embedded; words still find it.';
comment on column public.document_chunks.embedding_model is 'Exact model id: vectors of different models are never compared.';
comment on column public.document_chunks.edition is 'Seen while it is its document''s edition.';
comment on column public.document_chunks.context is 'What the passage is about, in a model''s words; embedded with it, never cited. NULL: kb.contextPrefix was off.';
comment on column public.document_chunks.restricted is
  'Whether the document has readers of its own (reader_roles or reader_users), so that being let into the base is not enough. Kept by triggers.';
create index document_chunks_base_idx on public.document_chunks (org_id, base_id);
create index document_chunks_words_idx on public.document_chunks using gin (words);
create index document_chunks_embedding_idx on public.document_chunks using hnsw (embedding extensions.vector_cosine_ops);

-- Who reads what ----------------------------------------------------------------------------------------------------------

alter table public.knowledge_bases enable row level security;
alter table public.documents enable row level security;
alter table public.document_chunks enable row level security;

-- security definer (both): ask rows whose policies ask these; each answers for auth.uid() alone.
create function private.my_base_ids()
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return query
  select base.id
  from public.knowledge_bases as base
  join public.organization_members as member on member.org_id = base.org_id and member.user_id = (select auth.uid())
  where member.role = any (base.reader_roles) or member.role in ('owner', 'admin')
    or member.user_id = any (base.reader_users) or base.created_by = member.user_id;
end
$$;
comment on function private.my_base_ids() is 'Bases the caller may read, evaluated once a statement.';

create function private.my_document_ids()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select document.id
  from public.documents as document
  join public.organization_members as member on member.org_id = document.org_id and member.user_id = (select auth.uid())
  where document.base_id in (select private.my_base_ids())
    and (
      (document.reader_roles is null and document.reader_users is null)
      or member.role = any (document.reader_roles) or member.user_id = any (document.reader_users)
      or member.role in ('owner', 'admin') or document.created_by = member.user_id
    )
$$;
comment on function private.my_document_ids() is 'Documents the caller may read, evaluated once a statement.';
grant execute on function private.my_base_ids(), private.my_document_ids(), private.text_config(text), private.searchable_text(text)
to authenticated, service_role;

-- Contents come by ingest-document alone; people arrange them.
grant select, delete on public.knowledge_bases, public.documents to authenticated;
grant insert (org_id, name, description, reader_roles, reader_users), update (name, description, reader_roles, reader_users)
on public.knowledge_bases to authenticated;
grant update (name, tags, metadata, authority, reader_roles, reader_users) on public.documents to authenticated;
grant select on public.document_chunks to authenticated;
grant select, insert, update, delete on public.knowledge_bases, public.documents, public.document_chunks to service_role;

create policy knowledge_bases_select_readers on public.knowledge_bases for select to authenticated
  using (
    org_id in (select private.my_org_ids())
    and (id in (select private.my_base_ids()) or created_by = (select auth.uid()))
  );
create policy knowledge_bases_insert_managers on public.knowledge_bases for insert to authenticated
  with check (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')) and created_by = (select auth.uid()));
create policy knowledge_bases_update_managers on public.knowledge_bases for update to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')) and id in (select private.my_base_ids()));
create policy knowledge_bases_delete_admins on public.knowledge_bases for delete to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin')));
create policy documents_update_keepers on public.documents for update to authenticated
  using (
    org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
    or (created_by = (select auth.uid()) and org_id in (select private.my_org_ids_as('member')))
  );
create policy documents_delete_keepers on public.documents for delete to authenticated
  using (
    org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
    or (created_by = (select auth.uid()) and org_id in (select private.my_org_ids_as('member')))
  );
