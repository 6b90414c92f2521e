-- One search over words and vectors, fused by scores, with what the organization's settings say about order.
--
-- Places alone (RRF) throw away by how much the first is better than the second: fused so, a search is worse than its better
-- half on every public set. Scores of both halves are put on one scale and weighed by how far each half's best stands out.

-- security definer: settings are read by their own functions, which a caller may not ask for any key. Those of search, of an
-- organization that search_knowledge has found him to be in.
create function private.search_settings(p_org_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select private.settings_for(p_org_id, null, 'rag.')
  where private.is_trusted() or p_org_id in (select private.my_org_ids())
$$;
comment on function private.search_settings(uuid) is 'Values in force of an organization''s rag.* settings, as {key: value}. NULL for a foreign organization.';

create function private.search_weights(p_settings jsonb, p_weights jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'semantic', p_settings -> 'rag.weight.semantic', 'keyword', p_settings -> 'rag.weight.keyword',
    'freshness', case when p_settings ->> 'rag.ranking' in ('freshness', 'hybrid') then p_settings -> 'rag.weight.freshness' else '0' end,
    'authority', case when p_settings ->> 'rag.ranking' in ('authority', 'hybrid') then p_settings -> 'rag.weight.authority' else '0' end,
    'diversity', case when p_settings ->> 'rag.ranking' in ('diversity', 'hybrid') then p_settings -> 'rag.weight.diversity' else '0' end
  ) || p_weights
$$;
comment on function private.search_weights(jsonb, jsonb) is
  'What counts how much in a search, 0 to 1: semantic, keyword, freshness, authority, diversity. As rag.ranking and the rag.weight settings say, where not given.';

-- security definer: filtered by reading_rights(), which is known before the index is walked; what is found is read under the
-- policies once more.
create function private.passages_by_meaning(
  p_vector extensions.vector, p_model text, p_org_id uuid, p_bases uuid[], p_documents uuid[], p_language text, p_limit integer
)
returns table (id uuid, similarity double precision)
language plpgsql
stable
security definer
set search_path = ''
-- What is filtered by decides whether the vectors' index or a narrower one is best.
set plan_cache_mode = 'force_custom_plan'
-- Given back at the end, whatever it is set to on the way.
set enable_sort = on
as $$
declare
  -- So many are compared one by one sooner than the vectors' index is walked.
  v_few       constant integer := 4000;
  v_rights    record := private.reading_rights(p_org_id);
  v_ids       uuid[];
  v_distances double precision[];
  v_found     integer;
begin
  -- What rights and filters take away, the index goes on to replace. It finds the more of the nearest the more it looks at: at its own 40
  -- a hundred passages have .89 of the twenty nearest of a hundred thousand, at 400 they have .96 (deno task bench search).
  perform set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.ef_search', least(1000, 4 * p_limit)::text, true);
  -- Postgres takes vectors for cheap to read, though they lie elsewhere (TOAST), and sorts thirty thousand of them. Sorting is for few.
  perform set_config('enable_sort', (count(*) <= v_few)::text, true)
  from (
    select from public.document_chunks as c
    where c.org_id = p_org_id
      and (v_rights.everything or c.base_id = any (v_rights.bases))
      and (p_bases is null or c.base_id = any (p_bases))
      and (p_documents is null or c.document_id = any (p_documents))
    limit v_few + 1
  ) as first;
  -- Twice as many only where editions are left out of the first: one that is being made lies where the shown one does, and a condition
  -- that has to be looked up would keep the index from being used.
  for v_times in 1 .. 2 loop
    with near as materialized (
      select c.id, c.document_id, c.edition, c.embedding operator(extensions.<=>) p_vector as distance
      from public.document_chunks as c
      where c.embedding_model = p_model
        and c.org_id = p_org_id
        and (v_rights.everything or (c.base_id = any (v_rights.bases) and (not c.restricted or c.document_id = any (v_rights.documents))))
        and (p_bases is null or c.base_id = any (p_bases))
        and (p_documents is null or c.document_id = any (p_documents))
        and (p_language is null or c.language = p_language)
      order by c.embedding operator(extensions.<=>) p_vector
      limit v_times * p_limit
    )
    select array_agg(n.id order by n.distance, n.id) filter (where n.shown),
           array_agg(n.distance order by n.distance, n.id) filter (where n.shown), count(*)
    into v_ids, v_distances, v_found
    from (
      select near.*, near.edition = (select d.edition from public.documents as d where d.org_id = p_org_id and d.id = near.document_id) as shown
      from near
    ) as n;
    exit when cardinality(v_ids) = v_found or v_found < v_times * p_limit;
  end loop;
  return query
  select n.id, 1 - n.distance from unnest(v_ids[1:p_limit], v_distances[1:p_limit]) as n (id, distance);
end
$$;
comment on function private.passages_by_meaning(extensions.vector, text, uuid, uuid[], uuid[], text, integer) is
  'Passages the caller may read whose vectors of one model are nearest, with their cosine similarity. NULL filters do not filter.';

create function private.fuse_passages(p_near jsonb, p_worded jsonb, p_weights jsonb, p_threshold double precision)
returns table (id uuid, similarity double precision, rank double precision, relevance double precision)
language sql
immutable
set search_path = ''
as $$
  with near as (
    select (n.value ->> 0)::uuid as id, (n.value ->> 1)::double precision as similarity, n.place
    from jsonb_array_elements(p_near) with ordinality as n (value, place)
  ),
  worded as (
    select (w.value ->> 0)::uuid as id, (w.value ->> 1)::double precision as rank, w.place
    from jsonb_array_elements(p_worded) with ordinality as w (value, place)
  ),
  -- The hundredth neighbour is as like the question as any text is: similarity counts from there. A half stands out by how much
  -- better its best is than the nineteen behind it.
  meaning as (
    select max(n.similarity) as best, case when count(*) >= 20 then min(n.similarity) else 0 end as least,
           coalesce(1 - avg(n.similarity) filter (where n.place between 2 and 20) / nullif(max(n.similarity), 0), 1)
             * (p_weights ->> 'semantic')::double precision as trust
    from near as n
  ),
  wording as (
    select max(w.rank) as best,
           coalesce(1 - avg(w.rank) filter (where w.place between 2 and 20) / nullif(max(w.rank), 0), 1)
             * (p_weights ->> 'keyword')::double precision as trust
    from worded as w
  ),
  shares as (
    select m.best as most_similar, m.least as least_similar, w.best as best_rank,
           case when m.best is null then 0 when w.best is null then 1
                when m.trust + w.trust > 0 then m.trust / (m.trust + w.trust) else 0.5 end as meaning
    from meaning as m cross join wording as w
  )
  select coalesce(n.id, w.id), n.similarity, w.rank,
         s.meaning * coalesce(greatest(0, n.similarity - s.least_similar) / nullif(s.most_similar - s.least_similar, 0), (n.similarity is not null)::integer)
         + (1 - s.meaning) * coalesce(w.rank / nullif(s.best_rank, 0), 0)
  from near as n
  full join worded as w on w.id = n.id
  cross join shares as s
  where w.id is not null or n.similarity >= p_threshold
$$;
comment on function private.fuse_passages(jsonb, jsonb, jsonb, double precision) is
  'Two ranked lists ([[id, score], …], best first) as one: each scaled to 0..1, weighed as given and by how far its best stands out. What only meaning found needs a similarity from the threshold on.';

create function private.spread_passages(p_org_id uuid, p_ids uuid[], p_scores double precision[], p_count integer, p_diversity double precision)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_vectors  extensions.vector[];
  v_models   text[];
  -- To the nearest of those taken: with each one only the likeness to it is new.
  v_likeness double precision[];
  v_taken    integer[] := '{1}';
  v_last     integer := 1;
begin
  select array_agg(c.embedding order by o.place), array_agg(c.embedding_model order by o.place), array_agg(0.0 order by o.place)
  into v_vectors, v_models, v_likeness
  from unnest(p_ids) with ordinality as o (id, place)
  left join lateral (
    select c.embedding, c.embedding_model from public.document_chunks as c where c.org_id = p_org_id and c.id = o.id offset 0
  ) as c on true;
  while cardinality(v_taken) < least(p_count, cardinality(p_ids)) loop
    select array_agg(
      case when v_models[o.place] = v_models[v_last]
        then greatest(v_likeness[o.place], 1 - (v_vectors[o.place] operator(extensions.<=>) v_vectors[v_last]))
        else v_likeness[o.place] end
      order by o.place)
    into v_likeness
    from generate_subscripts(p_ids, 1) as o (place);
    select o.place into v_last
    from generate_subscripts(p_ids, 1) as o (place)
    where o.place <> all (v_taken)
    order by (1 - p_diversity) * p_scores[o.place] - p_diversity * v_likeness[o.place] desc, p_ids[o.place]
    limit 1;
    v_taken := v_taken || v_last;
  end loop;
  return array(select p_ids[taken.place] from unnest(v_taken) with ordinality as taken (place, at) order by taken.at);
end
$$;
comment on function private.spread_passages(uuid, uuid[], double precision[], integer, double precision) is
  'So many of the passages, best first, each weighed against its likeness to those taken before it (maximal marginal relevance).';

create function private.search_facets(p_org_id uuid, p_ids uuid[])
returns jsonb
language sql
stable
set search_path = ''
as $$
  with found as (
    select c.base_id, c.document_id, coalesce(c.language, '') as language, c.type, d.tags
    -- One by one, or every document of the organization is read for a few hundred.
    from unnest(p_ids) as given (id)
    cross join lateral (select c.* from public.document_chunks as c where c.org_id = p_org_id and c.id = given.id offset 0) as c
    cross join lateral (select d.tags from public.documents as d where d.org_id = p_org_id and d.id = c.document_id offset 0) as d
  ),
  counted as (
    select 'bases' as facet, f.base_id::text as value, count(distinct f.document_id) as documents from found as f group by 2
    union all
    select 'languages', f.language, count(distinct f.document_id) from found as f where f.language <> '' group by 2
    union all
    select 'types', f.type, count(distinct f.document_id) from found as f group by 2
    union all
    select 'tags', tag.name, count(distinct f.document_id) from found as f cross join lateral unnest(f.tags) as tag (name) group by 2
  )
  select jsonb_build_object('bases', '[]'::jsonb, 'languages', '[]'::jsonb, 'types', '[]'::jsonb, 'tags', '[]'::jsonb)
         || coalesce(jsonb_object_agg(g.facet, g.entries), '{}')
  from (
    select c.facet, jsonb_agg(jsonb_build_object('value', c.value, 'documents', c.documents) order by c.documents desc, c.value) as entries
    from counted as c group by c.facet
  ) as g
$$;
comment on function private.search_facets(uuid, uuid[]) is 'In how many documents the passages are, by base, language, type and tag, most first.';

create function public.search_knowledge(
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
  v_org       uuid := private.meant_org(p_org_id);
  v_bases     uuid[] := (select array_agg(b.value::uuid) from jsonb_array_elements_text(p_filters -> 'base_ids') as b (value));
  v_documents uuid[] := (select array_agg(d.value::uuid) from jsonb_array_elements_text(p_filters -> 'document_ids') as d (value));
  v_tags      text[] := (select array_agg(t.value) from jsonb_array_elements_text(p_filters -> 'tags') as t (value));
  v_language  text := p_filters ->> 'language';
  v_settings  jsonb := private.search_settings(v_org);
  v_weights   jsonb := private.search_weights(v_settings, p_weights);
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
  v_similar   double precision[];
  v_ranks     double precision[];
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
         array_agg(o.score order by o.score desc, o.similarity desc nulls last, o.id),
         array_agg(o.similarity order by o.score desc, o.similarity desc nulls last, o.id),
         array_agg(o.rank order by o.score desc, o.similarity desc nulls last, o.id)
  into v_all, v_scores, v_similar, v_ranks
  from (
    select f.id, f.similarity, f.rank, f.relevance * (1 - v_freshness - v_authority + coalesce(
        v_freshness * exp(-extract(epoch from private.clock() - d.updated_at) / (180 * 86400)) + v_authority * d.authority, 0)) as score
    from (
      select p.*, max(p.relevance) over () as best from private.fuse_passages(v_near, v_worded, v_weights, v_threshold) as p
    ) as f
    -- Here and below one by one: joined, every document of the organization is read, and its policies asked, for a few hundred.
    left join lateral (
      select d.updated_at, d.authority from public.documents as d
      where d.org_id = v_org and d.id = (select c.document_id from public.document_chunks as c where c.org_id = v_org and c.id = f.id)
        and v_freshness + v_authority > 0
      offset 0
    ) as d on true
    where v_type <> 'hybrid' or f.relevance >= f.best * (v_settings ->> 'rag.hybridThreshold')::double precision
  ) as o;
  v_ids := case when v_diversity > 0
    then private.spread_passages(v_org, v_all[1:v_count * 4], v_scores[1:v_count * 4], v_count, v_diversity)
    else v_all[1:v_count] end;

  select jsonb_agg(jsonb_build_object(
    'chunk_id', c.id, 'document_id', d.id, 'base_id', d.base_id, 'document', d.name, 'section', c.section, 'page', c.page,
    'position', c.position, 'char_start', c.char_start, 'char_end', c.char_end, 'type', c.type, 'language', c.language,
    'token_count', c.token_count, 'content', c.content, 'score', round(v_scores[taken.at]::numeric, 6),
    'similarity', round(v_similar[taken.at]::numeric, 6), 'keyword_rank', round(v_ranks[taken.at]::numeric, 6)
  ) order by taken.place) into v_found
  from (select t.id, t.place, array_position(v_all, t.id) as at from unnest(v_ids) with ordinality as t (id, place)) as taken
  cross join lateral (select c.* from public.document_chunks as c where c.org_id = v_org and c.id = taken.id offset 0) as c
  cross join lateral (
    select d.id, d.base_id, d.name from public.documents as d where d.org_id = v_org and d.id = c.document_id offset 0
  ) as d;
  return jsonb_build_object('org_id', v_org, 'results', coalesce(v_found, '[]'), 'rerank', v_rerank, 'settings', v_settings)
    || case when p_facets then jsonb_build_object('facets', private.search_facets(v_org, coalesce(v_all, '{}'))) else '{}' end;
end
$$;
comment on function public.search_knowledge(text, uuid, text, text, text, jsonb, integer, double precision, jsonb, boolean, boolean) is
  'Passages the caller may read, best first: by BM25 over any of the words and by nearest vectors (similarity from the threshold on), fused by scores. Filters: base_ids, document_ids, tags, from, until, language, metadata. Weights replace the organization''s settings: semantic, keyword, freshness, authority, diversity. Facets count documents among all that was found. With the rag.* settings in force, which also say what is left out: rag.strategy (adaptive: hybrid), rag.maxResults, rag.similarityThreshold, rag.rerank. rerank (p_rerank): at least 30, to be ordered again.';

revoke execute on function public.search_knowledge(text, uuid, text, text, text, jsonb, integer, double precision, jsonb, boolean, boolean) from public, anon;
grant execute on function public.search_knowledge(text, uuid, text, text, text, jsonb, integer, double precision, jsonb, boolean, boolean)
to authenticated, service_role;
grant execute on function private.search_settings(uuid), private.search_weights(jsonb, jsonb),
  private.passages_by_meaning(extensions.vector, text, uuid, uuid[], uuid[], text, integer),
  private.fuse_passages(jsonb, jsonb, jsonb, double precision),
  private.spread_passages(uuid, uuid[], double precision[], integer, double precision), private.search_facets(uuid, uuid[])
to authenticated, service_role;
