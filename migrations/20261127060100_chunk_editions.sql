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

-- security definer: asks rows whose policies ask it; answers for auth.uid() alone.
create function private.my_editions()
returns table (document_id uuid, edition integer)
language sql
stable
security definer
set search_path = ''
as $$
  select d.id, d.edition from public.documents as d where d.id in (select private.my_document_ids())
$$;
comment on function private.my_editions() is 'Documents the caller may read, each with the edition he sees, evaluated once a statement.';
grant execute on function private.my_editions() to authenticated, service_role;

drop policy document_chunks_select_readers on public.document_chunks;
create policy document_chunks_select_readers on public.document_chunks for select to authenticated
  using (
    org_id in (select private.my_org_ids())
    and (document_id, edition) in (select mine.document_id, mine.edition from private.my_editions() as mine)
  );

create or replace function public.search_knowledge(
  p_query text,
  p_org_id uuid default null,
  p_embedding text default null,
  p_embedding_model text default null,
  p_search_type text default 'hybrid',
  p_filters jsonb default '{}',
  p_match_count integer default 5,
  p_match_threshold double precision default 0,
  p_weights jsonb default '{}'
)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_org       uuid := private.knowledge_org(p_org_id);
  v_trusted   boolean := coalesce(private.is_trusted(), false);
  v_vector    extensions.vector := case when p_search_type <> 'keyword' then p_embedding::extensions.vector end;
  v_bases     uuid[] := (select array_agg(b.value::uuid) from jsonb_array_elements_text(p_filters -> 'base_ids') as b (value));
  v_documents uuid[] := (select array_agg(d.value::uuid) from jsonb_array_elements_text(p_filters -> 'document_ids') as d (value));
  v_tags      text[] := (select array_agg(t.value) from jsonb_array_elements_text(p_filters -> 'tags') as t (value));
  v_semantic  double precision := coalesce((p_weights ->> 'semantic')::double precision, 0.7);
  v_keyword   double precision := coalesce((p_weights ->> 'keyword')::double precision, 0.3);
  v_freshness double precision := coalesce((p_weights ->> 'freshness')::double precision, 0);
  v_authority double precision := coalesce((p_weights ->> 'authority')::double precision, 0);
  v_depth     integer := least(400, greatest(100, p_match_count * 5));
  v_terms     private.search_term[];
  v_any       tsquery;
  v_found     jsonb;
begin
  if length(p_query) > 4000 or p_match_count not between 1 and 100 or p_search_type not in ('semantic', 'keyword', 'hybrid') then
    raise exception 'Cannot search: the query, the type or match_count is out of bounds' using errcode = 'PT400';
  end if;
  if p_filters ?| array['tags', 'from', 'until', 'metadata'] then
    select coalesce(array_agg(d.id), '{}') into v_documents
    from public.documents as d
    where d.org_id = v_org
      and (v_documents is null or d.id = any (v_documents))
      and (v_tags is null or d.tags @> v_tags)
      and (p_filters ->> 'from' is null or d.updated_at >= (p_filters ->> 'from')::timestamptz)
      and (p_filters ->> 'until' is null or d.updated_at < (p_filters ->> 'until')::timestamptz)
      and (p_filters -> 'metadata' is null or d.metadata @> (p_filters -> 'metadata'));
  end if;
  if p_search_type <> 'semantic' then
    select array_agg(term), string_agg(distinct term.query::text, ' | ')::tsquery into v_terms, v_any
    from private.search_terms(p_query, v_org) as term;
  end if;
  -- What row level security and the filters take away, the index goes on to replace.
  perform set_config('hnsw.iterative_scan', 'relaxed_order', true);

  with near as materialized (
    select c.id, c.embedding operator(extensions.<=>) v_vector as distance
    from public.document_chunks as c
    where v_vector is not null and c.embedding_model = p_embedding_model
      and c.org_id = v_org
      and (v_bases is null or c.base_id = any (v_bases))
      and (v_documents is null or c.document_id = any (v_documents))
      and (p_filters ->> 'language' is null or c.language = p_filters ->> 'language')
      -- Row level security shows others the live edition alone.
      and (not v_trusted or c.edition = (select d.edition from public.documents as d where d.org_id = c.org_id and d.id = c.document_id))
    order by c.embedding operator(extensions.<=>) v_vector
    limit v_depth
  ),
  by_meaning as (
    select near.id, 1 - near.distance as similarity, row_number() over (order by near.distance, near.id) as place
    from near where 1 - near.distance >= p_match_threshold
  ),
  -- Any of the words: AND-ed terms find next to nothing for a question in whole sentences.
  asked as materialized (
    select term.config::regconfig as config, string_agg(term.query::text, ' | ')::tsquery as wanted
    from unnest(v_terms) as term group by term.config
  ),
  worded as materialized (
    -- Put together with nothing, it is unpacked once and not for every word.
    select c.id, c.words || ''::tsvector as words, asked.config
    from public.document_chunks as c
    join asked on asked.config = private.text_config(c.language)
    where c.words @@ v_any
      and c.org_id = v_org
      and (v_bases is null or c.base_id = any (v_bases))
      and (v_documents is null or c.document_id = any (v_documents))
      and (p_filters ->> 'language' is null or c.language = p_filters ->> 'language')
      -- Row level security shows others the live edition alone.
      and (not v_trusted or c.edition = (select d.edition from public.documents as d where d.org_id = c.org_id and d.id = c.document_id))
      and c.words @@ asked.wanted
    order by pg_catalog.ts_rank('{0.1,0.2,0.4,1}'::real[], c.words, asked.wanted, 1) desc, c.id
    limit 200
  ),
  ranked as (
    select worded.id, sum(term.weight * pg_catalog.ts_rank('{0.1,0.2,0.4,1}'::real[], worded.words, term.query, 1)) as rank
    from worded join unnest(v_terms) as term on term.config::regconfig = worded.config
    group by worded.id
    order by rank desc, worded.id
    limit v_depth
  ),
  by_words as (
    select ranked.id, ranked.rank, row_number() over (order by ranked.rank desc, ranked.id) as place from ranked
  ),
  fused as (
    select coalesce(m.id, w.id) as id, m.similarity, w.rank,
      61 * (coalesce(v_semantic / (60 + m.place), 0) + coalesce(v_keyword / (60 + w.place), 0))
        / case when v_vector is null then v_keyword when p_search_type = 'semantic' then v_semantic else v_semantic + v_keyword end as relevance
    from by_meaning as m full join by_words as w on w.id = m.id
  ),
  weighed as (
    select c.id as chunk_id, d.id as document_id, d.base_id, d.name as document, c.section, c.page, c.position, c.char_start, c.char_end,
      c.type, c.language, c.token_count, c.content, d.content_hash, d.processed_at, f.similarity, f.rank,
      f.relevance * (1 - v_freshness - v_authority
        + v_freshness * exp(-extract(epoch from private.clock() - d.updated_at) / (180 * 86400)) + v_authority * d.authority) as score
    from fused as f
    join public.document_chunks as c on c.org_id = v_org and c.id = f.id
    join public.documents as d on d.org_id = c.org_id and d.id = c.document_id and d.edition = c.edition
    order by score desc, c.id
    limit p_match_count
  )
  select jsonb_agg(jsonb_build_object(
    'chunk_id', chunk_id, 'document_id', document_id, 'base_id', base_id, 'document', document, 'section', section, 'page', page,
    'position', position, 'char_start', char_start, 'char_end', char_end, 'type', type, 'language', language,
    'token_count', token_count, 'content', content, 'score', round(score::numeric, 6), 'similarity', round(similarity::numeric, 6),
    'keyword_rank', round(rank::numeric, 6)
  ) order by score desc, chunk_id) into v_found from weighed;
  return jsonb_build_object('org_id', v_org, 'results', coalesce(v_found, '[]'));
end
$$;
comment on function public.search_knowledge(text, uuid, text, text, text, jsonb, integer, double precision, jsonb) is
  'Passages the caller may read, best first: nearest vectors (similarity from the threshold on) and any of the words, fused by place (RRF, k = 60). Filters: base_ids, document_ids, tags, from, until, language, metadata. Weights: semantic, keyword, freshness, authority.';
