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
