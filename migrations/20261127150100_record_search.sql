-- The log of searches says what the database gave, not what its caller says that it did.

create or replace function public.record_search(search jsonb)
returns boolean
language sql
security invoker
set search_path = ''
as $$
  -- Under the policies of whoever searched: what he does not see, no search of his found; whose document it is, the passage says.
  with found as materialized (
    select c.id, c.document_id, said.place
    from jsonb_array_elements_text(search -> 'chunk_ids') with ordinality as said (id, place)
    join public.document_chunks as c on c.org_id = private.knowledge_org((search ->> 'org_id')::uuid) and c.id = said.id::uuid
  )
  select private.keep_search(search || jsonb_build_object(
    'chunk_ids', coalesce(jsonb_agg(f.id order by f.place), '[]'),
    'document_ids', coalesce(jsonb_agg(f.document_id order by f.place), '[]'),
    'cited_ids', case when jsonb_typeof(search -> 'cited_ids') = 'array'
      then coalesce(jsonb_agg(f.id order by f.place) filter (where search -> 'cited_ids' ? f.id::text), '[]') end
  ))
  from found as f
$$;
comment on function public.record_search(jsonb) is
  'Keeps a search of the caller''s: id, org_id, query, search_type, chunk_ids, cited_ids, latency_ms. Only passages the caller sees are kept, each with its own document, and cited are only those found. Called by rag-knowledge-search after its answer. False where kb.searchAnalytics is off.';
