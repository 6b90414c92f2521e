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
