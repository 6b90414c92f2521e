-- Settings of searches that nobody read are read now, or gone.

-- Gone: indexes are the project's, one for all bases (kb.indexType); rag.strategy says how is searched (kb.searchAlgorithm); what a search
-- finds is never cached, answers are under rag.cache (kb.enableCache, kb.cacheExpirySeconds); documents come one by one (kb.maxBatchSize),
-- their tags and metadata from whoever adds them (kb.autoTagging, kb.metadataExtraction); passages are cut once, as kb.chunkSize and
-- kb.chunkOverlap say (rag.chunkSize, rag.chunkOverlap); a question is one search (rag.parallelSearches), whose steps are bounded by their
-- tasks (rag.timeout).
delete from public.ai_setting_definitions where key in (
  'kb.indexType', 'kb.searchAlgorithm', 'kb.enableCache', 'kb.cacheExpirySeconds', 'kb.maxBatchSize', 'kb.autoTagging', 'kb.metadataExtraction',
  'rag.chunkSize', 'rag.chunkOverlap', 'rag.parallelSearches', 'rag.timeout'
);

-- contextual is to search with what was said before, which whoever asks gives with the question.
update public.ai_settings set value = '"hybrid"' where key = 'rag.strategy' and value = '"contextual"';
update public.ai_setting_definitions as d
set schema = case when d.key = 'rag.strategy' then '{"type":"string","enum":["semantic","hybrid","keyword","adaptive"]}' else d.schema end,
    default_value = coalesce(said.default_value, d.default_value),
    description = said.description
from (values
  ('rag.strategy', null, 'How passages are searched for where search_type is left out.'),
  ('rag.maxResults', null, 'Passages a search gives where match_count is left out.'),
  -- Cosines of today''s embedding models lie between 0.2 and 0.6 where a passage fits.
  ('rag.similarityThreshold', '0'::jsonb, 'Similarity from which a passage found by meaning counts, where match_threshold is left out.'),
  ('rag.hybridThreshold', '0'::jsonb, 'Share of the best passage''s score from which a passage counts in a hybrid search.'),
  ('rag.historyMessages', null, 'Messages said before the question that a search by meaning considers, the latest.'),
  ('rag.weight.history', null, 'Weight of what was said before against the question, in a search by meaning.'),
  ('rag.historyDecay', null, 'What an older message loses against the one after it.')
) as said (key, default_value, description)
where d.key = said.key;

-- What a question is embedded in and searched as: one round trip before its vector.
drop function public.embedding_space(uuid, uuid[]);
create function public.search_plan(p_org_id uuid default null, p_base_ids uuid[] default null)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select jsonb_build_object('space', private.embedding_space(o.id, p_base_ids), 'settings', private.search_settings(o.id))
  from (select private.knowledge_org(p_org_id)) as o (id)
$$;
comment on function public.search_plan(uuid, uuid[]) is
  'How a question is to be asked of the bases the caller reads, or of those named: model and dimensions of its vector (space; NULL: no base), and the rag.* settings in force.';
revoke execute on function public.search_plan(uuid, uuid[]) from public, anon;
grant execute on function public.search_plan(uuid, uuid[]) to authenticated, service_role;

create or replace function public.search_knowledge(
  p_query text,
  p_org_id uuid default null,
  p_embedding text default null,
  p_embedding_model text default null,
  p_search_type text default null,
  p_filters jsonb default '{}',
  p_match_count integer default null,
  p_match_threshold double precision default null,
  p_weights jsonb default '{}',
  p_facets boolean default false,
  p_rerank boolean default null
)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_org       uuid := private.knowledge_org(p_org_id);
  v_bases     uuid[] := (select array_agg(b.value::uuid) from jsonb_array_elements_text(p_filters -> 'base_ids') as b (value));
  v_documents uuid[] := (select array_agg(d.value::uuid) from jsonb_array_elements_text(p_filters -> 'document_ids') as d (value));
  v_tags      text[] := (select array_agg(t.value) from jsonb_array_elements_text(p_filters -> 'tags') as t (value));
  v_language  text := p_filters ->> 'language';
  v_weights   jsonb := private.search_weights(v_org, p_weights);
  v_settings  jsonb := private.search_settings(v_org);
  -- adaptive is for whoever can look at the question.
  v_type      text := coalesce(p_search_type, nullif(v_settings ->> 'rag.strategy', 'adaptive'), 'hybrid');
  v_matches   integer := coalesce(p_match_count, (v_settings ->> 'rag.maxResults')::integer);
  v_threshold double precision := coalesce(p_match_threshold, (v_settings ->> 'rag.similarityThreshold')::double precision);
  v_rerank    boolean := coalesce(p_rerank, (v_settings ->> 'rag.rerank')::boolean);
  -- Who orders again is shown more than is asked for, or he could only shuffle.
  v_count     integer := case when v_rerank then greatest(v_matches, 30) else v_matches end;
  v_freshness double precision := (v_weights ->> 'freshness')::double precision;
  v_authority double precision := (v_weights ->> 'authority')::double precision;
  v_diversity double precision := (v_weights ->> 'diversity')::double precision;
  v_depth     integer := least(400, greatest(100, v_matches * 5));
  v_near      jsonb := '[]';
  v_worded    jsonb := '[]';
  v_found     jsonb;
  v_all       uuid[];
  v_ids       uuid[];
  v_scores    double precision[];
begin
  if length(p_query) > 4000 or v_matches not between 1 and 100 or v_type not in ('semantic', 'keyword', 'hybrid') then
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
  if v_type <> 'keyword' and p_embedding is not null then
    select coalesce(jsonb_agg(jsonb_build_array(m.id, m.similarity)), '[]') into v_near
    from private.passages_by_meaning(p_embedding::extensions.vector, p_embedding_model, v_org, v_bases, v_documents, v_language, v_depth) as m;
  end if;
  if v_type <> 'semantic' then
    select coalesce(jsonb_agg(jsonb_build_array(w.id, w.rank)), '[]') into v_worded
    from private.passages_by_words(p_query, v_org, v_bases, v_documents, v_language, v_depth) as w;
  end if;

  select array_agg(o.id order by o.score desc, o.similarity desc nulls last, o.id),
         array_agg(o.score order by o.score desc, o.similarity desc nulls last, o.id)
  into v_all, v_scores
  from (
    select f.id, f.similarity, f.relevance * (1 - v_freshness - v_authority
        + v_freshness * exp(-extract(epoch from private.clock() - d.updated_at) / (180 * 86400)) + v_authority * d.authority) as score
    from (
      select p.*, max(p.relevance) over () as best from private.fuse_passages(v_near, v_worded, v_weights, v_threshold) as p
    ) as f
    join public.document_chunks as c on c.org_id = v_org and c.id = f.id
    join public.documents as d on d.org_id = c.org_id and d.id = c.document_id
    where v_type <> 'hybrid' or f.relevance >= f.best * (v_settings ->> 'rag.hybridThreshold')::double precision
  ) as o;
  v_ids := case when v_diversity > 0
    then private.spread_passages(v_org, v_all[1:v_count * 4], v_scores[1:v_count * 4], v_count, v_diversity)
    else v_all[1:v_count] end;

  select jsonb_agg(jsonb_build_object(
    'chunk_id', c.id, 'document_id', d.id, 'base_id', d.base_id, 'document', d.name, 'section', c.section, 'page', c.page,
    'position', c.position, 'char_start', c.char_start, 'char_end', c.char_end, 'type', c.type, 'language', c.language,
    'token_count', c.token_count, 'content', c.content, 'score', round(v_scores[array_position(v_all, c.id)]::numeric, 6),
    'similarity', round(f.similarity::numeric, 6), 'keyword_rank', round(f.rank::numeric, 6)
  ) order by taken.place) into v_found
  from unnest(v_ids) with ordinality as taken (id, place)
  join private.fuse_passages(v_near, v_worded, v_weights, v_threshold) as f on f.id = taken.id
  join public.document_chunks as c on c.org_id = v_org and c.id = taken.id
  join public.documents as d on d.org_id = c.org_id and d.id = c.document_id;
  return jsonb_build_object('org_id', v_org, 'results', coalesce(v_found, '[]'), 'rerank', v_rerank, 'settings', v_settings)
    || case when p_facets then jsonb_build_object('facets', private.search_facets(v_org, coalesce(v_all, '{}'))) else '{}' end;
end
$$;
comment on function public.search_knowledge(text, uuid, text, text, text, jsonb, integer, double precision, jsonb, boolean, boolean) is
  'Passages the caller may read, best first: by BM25 over any of the words and by nearest vectors (similarity from the threshold on), fused by scores. Filters: base_ids, document_ids, tags, from, until, language, metadata. Weights replace the organization''s settings: semantic, keyword, freshness, authority, diversity. Facets count documents among all that was found. With the rag.* settings in force, which also say what is left out: rag.strategy (adaptive: hybrid), rag.maxResults, rag.similarityThreshold, rag.rerank. rerank (p_rerank): at least 30, to be ordered again.';
