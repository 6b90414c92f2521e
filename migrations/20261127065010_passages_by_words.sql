-- Passages by their words: BM25 over what the caller may read.
--
-- Postgres's own ranks know neither how rare a word is nor how long a passage: on public judgements (SciFact) they find .604 and
-- .627 of what BM25 finds .675 of (nDCG@10). Document frequencies come from a random sample, so they cost the same at any size.
--
-- Policies would keep the words' index from being used: matching is not leakproof, so Postgres asks every row's policy first. These
-- functions therefore look past the policies and hold to the caller's rights themselves (private.reading_rights); what is found is
-- read under the policies once more by public.search_knowledge.

create function private.passages_by_words(
  p_query text, p_org_id uuid, p_bases uuid[], p_documents uuid[], p_language text, p_limit integer
)
returns table (id uuid, rank double precision)
language plpgsql
stable
security definer
set search_path = ''
-- What is filtered by decides which index is best.
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  -- Of Robertson's BM25: how soon a repeated word stops counting, and how much a long passage loses. The usual values for passages.
  v_saturation constant double precision := 0.9;
  v_length     constant double precision := 0.4;
  -- Passages that words lead to, about; and how many of them are read.
  v_most       constant double precision := 3000;
  v_read       constant integer := greatest(100, p_limit);
  -- So many are looked through one by one, for every word.
  v_few        constant integer := 1000;
  v_is_few     boolean := false;
  v_rights     record := private.reading_rights(p_org_id);
  v_lexemes    text[];
  v_of         regconfig[];
  v_idf        double precision[];
  v_tokens     double precision[];
  v_leads      boolean[];
  v_only       regconfig;
begin
  -- The rarest word always leads to passages, the next ones as long as there is not too much to look at: what is weighed costs the
  -- same at any size. Common words are no reason to look at a passage, where there are rarer ones.
  select array_agg(t.config::regconfig), array_agg(t.lexeme), array_agg(t.idf), array_agg(t.average_tokens),
         array_agg(t.place = 1 or (t.so_far <= v_most and (not t.common or t.all_common))),
         case when min(t.config) = max(t.config) then min(t.config)::regconfig end
  into v_of, v_lexemes, v_idf, v_tokens, v_leads, v_only
  from (
    select terms.*, row_number() over rarest_first as place, sum(terms.passages) over rarest_first as so_far,
           bool_and(terms.common) over (partition by terms.config) as all_common
    from private.word_terms(p_query, p_org_id, p_bases, p_documents, p_language) as terms
    window rarest_first as (partition by terms.config order by terms.passages, terms.lexeme)
  ) as t;
  if v_lexemes is null then
    return;
  end if;

  if num_nonnulls(p_bases, p_documents, p_language) > 0 then
    select count(*) <= v_few into v_is_few
    from (
      select from public.document_chunks as c
      where c.org_id = p_org_id
        and (v_rights.everything or c.base_id = any (v_rights.bases))
        and (p_bases is null or c.base_id = any (p_bases))
        and (p_documents is null or c.document_id = any (p_documents))
        and (p_language is null or c.language = p_language)
      limit v_few + 1
    ) as first;
  end if;

  return query
  with terms as materialized (
    select t.* from unnest(v_of, v_lexemes, v_idf, v_tokens, v_leads) as t (config, lexeme, idf, average_tokens, leads)
  ),
  asked as materialized (
    select t.lexeme, quote_literal(t.lexeme)::tsquery as query from terms as t where t.leads or v_is_few group by t.lexeme
  ),
  few as materialized (
    select c.id, c.document_id, c.edition, c.token_count, c.language, strip(c.words) as words
    from public.document_chunks as c
    where v_is_few and c.org_id = p_org_id
      and (v_rights.everything or (c.base_id = any (v_rights.bases) and (not c.restricted or c.document_id = any (v_rights.documents))))
      and (p_bases is null or c.base_id = any (p_bases))
      and (p_documents is null or c.document_id = any (p_documents))
      and (p_language is null or c.language = p_language)
  ),
  led as (
    select c.id, c.document_id, c.edition, c.token_count, c.language, asked.lexeme
    from asked
    cross join lateral (
      -- Any of the words: AND-ed terms find next to nothing for a question in whole sentences. Filters are put so that no other index is
      -- taken than that of the words.
      select c.id, c.document_id, c.edition, c.token_count, c.language
      from public.document_chunks as c
      where not v_is_few and c.words @@ asked.query and c.org_id = p_org_id
        and (v_rights.everything or (c.base_id = any (v_rights.bases) and (not c.restricted or c.document_id = any (v_rights.documents))))
        and (c.base_id = any (p_bases)) is not false
        and (c.document_id = any (p_documents)) is not false
        and (p_language is null or (c.language = p_language) is true)
      offset 0
    ) as c
    union all
    select f.id, f.document_id, f.edition, f.token_count, f.language, asked.lexeme from few as f join asked on f.words @@ asked.query
  ),
  -- BM25 as if each word stood once: the index alone says which words a passage has. Its own, which lie elsewhere (TOAST), are read of the
  -- best only: to rank every passage by them took twice as long as all the rest.
  held as (
    select l.id, any_value(l.document_id) as document_id, any_value(l.edition) as edition,
           sum(term.idf / (1 + v_saturation * (1 - v_length + v_length * l.token_count / term.average_tokens))) as weight
    from led as l
    -- Where all are in one language, none is asked for its own.
    join terms as term on term.lexeme = l.lexeme and (term.leads or v_is_few)
      and (v_only is not null or term.config = private.text_config(l.language))
    group by l.id
  ),
  shown as (
    select best.id, best.weight
    -- Twice as many, and editions afterwards: only those of the first are looked up.
    from (select h.* from held as h order by h.weight desc, h.id limit 2 * v_read) as best
    where best.edition = (select d.edition from public.documents as d where d.org_id = p_org_id and d.id = best.document_id)
    order by best.weight desc, best.id
    limit v_read
  ),
  said as materialized (
    -- Each passage is unpacked once, not once for every word.
    select s.id, coalesce(v_only, private.text_config(c.language)) as config, c.token_count, word.lexeme,
           cardinality(word.positions)::double precision as times
    from shown as s
    cross join lateral (
      select c.words, c.language, c.token_count from public.document_chunks as c where c.org_id = p_org_id and c.id = s.id offset 0
    ) as c
    cross join lateral unnest(c.words) as word (lexeme, positions, weights)
    where word.lexeme = any (v_lexemes)
  )
  select said.id,
         sum(term.idf * said.times * (v_saturation + 1)
             / (said.times + v_saturation * (1 - v_length + v_length * said.token_count / term.average_tokens)))
  from said
  join terms as term on term.config = said.config and term.lexeme = said.lexeme
  group by said.id
  order by 2 desc, said.id
  limit p_limit;
end
$$;
comment on function private.passages_by_words(text, uuid, uuid[], uuid[], text, integer) is
  'Passages the caller may read that hold words of a query, best first by BM25, each stemmed in its own language. NULL filters do not filter.';

grant execute on function private.passages_by_words(text, uuid, uuid[], uuid[], text, integer) to authenticated, service_role;
