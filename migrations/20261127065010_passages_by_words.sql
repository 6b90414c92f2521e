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
  -- Passages that are weighed for one question, about.
  v_most       constant double precision := 5000;
  v_configs    regconfig[];
  v_wanted     tsquery[];
  v_lexemes    text[];
  v_of         regconfig[];
  v_idf        double precision[];
  v_tokens     double precision[];
  v_any        tsquery;
  v_rights     record;
  v_filtered   constant boolean := num_nonnulls(p_bases, p_documents, p_language) > 0;
begin
  select r.* into v_rights from private.reading_rights(p_org_id) as r;
  with terms as materialized (select * from private.word_terms(p_query, p_org_id, p_bases, p_documents, p_language)),
  told as (
    -- The rarest word always leads to passages, the next ones as long as there is not too much to look at: what is weighed costs the
    -- same at any size. Common words are no reason to look at a passage, where there are rarer ones and filters leave everything.
    select t.*, t.place = 1 or (t.so_far <= v_most and (not t.common or t.all_common or v_filtered)) as looked_for
    from (
      select terms.*, row_number() over rarest_first as place, sum(terms.passages) over rarest_first as so_far,
             bool_and(terms.common) over (partition by terms.config) as all_common
      from terms
      window rarest_first as (partition by terms.config order by terms.passages, terms.lexeme)
    ) as t
  ),
  asked as (
    select t.config::regconfig as config, string_agg(t.query::text, ' | ') filter (where t.looked_for)::tsquery as wanted
    from told as t group by t.config
  )
  select (select array_agg(a.config order by a.config) from asked as a), (select array_agg(a.wanted order by a.config) from asked as a),
         (select string_agg(a.wanted::text, ' | ')::tsquery from asked as a),
         array_agg(t.config::regconfig order by t.config, t.lexeme), array_agg(t.lexeme order by t.config, t.lexeme),
         array_agg(t.idf order by t.config, t.lexeme), array_agg(t.average_tokens order by t.config, t.lexeme)
  into v_configs, v_wanted, v_any, v_of, v_lexemes, v_idf, v_tokens
  from told as t;
  if v_any is null then
    return;
  end if;

  return query
  with worded as materialized (
    -- Any of the words: AND-ed terms find next to nothing for a question in whole sentences.
    select c.id, c.document_id, c.edition, c.words, asked.config, c.token_count,
           pg_catalog.ts_rank('{0.1,0.2,0.4,1}'::real[], c.words, asked.wanted, 1) as weight
    from public.document_chunks as c
    -- Where all are in one language, none is asked for its own.
    join unnest(v_configs, v_wanted) as asked (config, wanted)
      on cardinality(v_configs) = 1 or asked.config = private.text_config(c.language)
    where c.words @@ v_any
      and c.org_id = p_org_id
      and (v_rights.everything or (c.base_id = any (v_rights.bases) and (not c.restricted or c.document_id = any (v_rights.documents))))
      and (p_bases is null or c.base_id = any (p_bases))
      and (p_documents is null or c.document_id = any (p_documents))
      and (p_language is null or c.language = p_language)
      and c.words @@ asked.wanted
    order by weight desc, c.id
    -- Twice as many, and editions afterwards: only those of the first are looked up.
    limit 2 * greatest(200, p_limit)
  ),
  shown as (
    select w.*
    from worded as w
    join public.documents as d on d.org_id = p_org_id and d.id = w.document_id and d.edition = w.edition
    order by w.weight desc, w.id
    limit greatest(200, p_limit)
  ),
  said as materialized (
    -- Each passage is unpacked once, not once for every word.
    select w.id, w.config, w.token_count, word.lexeme, cardinality(word.positions)::double precision as times
    from shown as w cross join lateral unnest(w.words) as word (lexeme, positions, weights)
    where word.lexeme = any (v_lexemes)
  )
  select said.id,
         sum(term.idf * said.times * (v_saturation + 1)
             / (said.times + v_saturation * (1 - v_length + v_length * said.token_count / term.average_tokens)))
  from said
  join unnest(v_of, v_lexemes, v_idf, v_tokens) as term (config, lexeme, idf, average_tokens)
    on term.config = said.config and term.lexeme = said.lexeme
  group by said.id
  order by 2 desc, said.id
  limit p_limit;
end
$$;
comment on function private.passages_by_words(text, uuid, uuid[], uuid[], text, integer) is
  'Passages the caller may read that hold words of a query, best first by BM25, each stemmed in its own language. NULL filters do not filter.';

grant execute on function private.passages_by_words(text, uuid, uuid[], uuid[], text, integer) to authenticated, service_role;
