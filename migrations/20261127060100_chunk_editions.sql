-- Editions: the passages of a document are replaced by showing another edition of it, so that a large one is written in pieces and
-- still seen whole or not at all.
alter table public.documents add column edition integer not null default 1;
comment on column public.documents.edition is 'The edition of its chunks that readers see. Editions that are being made, or were superseded, are seen by nobody.';

alter table public.document_chunks
  add column edition integer not null default 1,
  drop constraint document_chunks_position_key,
  add constraint document_chunks_position_key unique (org_id, document_id, edition, position);
comment on column public.document_chunks.edition is 'Seen while it is its document''s edition.';
comment on table public.document_chunks is 'Passages of documents: what a search finds and an answer cites. An edition of a document is shown and replaced as a whole.';
