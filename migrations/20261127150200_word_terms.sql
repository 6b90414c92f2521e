-- The words of a search, the rarest of which are looked up first: so three thousand passages are looked at, about, however many there are. A word in
-- a twentieth of a million passages alone stands in fifty thousand.

-- security definer: policies would keep the words' index from being used; filtered by reading_rights().
create function private.word_terms(p_query text, p_org_id uuid, p_bases uuid[], p_documents uuid[], p_language text)
returns table (
  config text, lexeme text, query tsquery, idf double precision, common boolean, passages double precision, average_tokens double precision
)
language plpgsql
stable
security definer
set search_path = ''
-- Whose bases are few among many is found by them, not by walking the organization.
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_rights record := private.reading_rights(p_org_id);
begin
  return query
  with sampled as materialized (
    -- Ids are random, so the first by id are a random sample. Stripped of positions, words are unpacked once and not for every term.
    select c.id, strip(c.words) as words, private.text_config(c.language) as config, c.token_count,
           (p_bases is null or c.base_id = any (p_bases)) and (p_documents is null or c.document_id = any (p_documents))
             and (p_language is null or c.language = p_language) as wanted
    from public.document_chunks as c
    where c.org_id = p_org_id
      and (v_rights.everything or (c.base_id = any (v_rights.bases) and (not c.restricted or c.document_id = any (v_rights.documents))))
    order by c.id
    limit 300
  ),
  -- How many passages one of the sample stands for: ids are spread evenly, so the last one says how far three hundred reach.
  whole as (
    select case when count(*) < 300 then 1
                else 4294967296.0 / greatest(300, ('x' || left(max(s.id::text), 8))::bit(32)::bigint) end as each
    from sampled as s
  ),
  languages as (
    select s.config, count(*)::double precision as passages, avg(s.token_count)::double precision as average_tokens
    from sampled as s group by s.config
  ),
  terms as (
    select l.config, l.passages, l.average_tokens, term.lexeme, quote_literal(term.lexeme)::tsquery as query
    from languages as l
    cross join lateral unnest(to_tsvector(l.config, private.searchable_text(p_query))) as term
    limit 2000
  )
  select t.config::text, t.lexeme, t.query, ln(1 + (t.passages - s.with_it + 0.5) / (s.with_it + 0.5)),
         s.with_it > t.passages * 0.1 and (select count(*) = 300 from sampled),
         -- What filters take away is come upon all the same, and costs a tenth.
         (s.wanted_with_it + 0.1 * (s.with_it - s.wanted_with_it)) * w.each, t.average_tokens
  from terms as t
  cross join whole as w
  cross join lateral (
    select count(*)::double precision as with_it, count(*) filter (where sampled.wanted)::double precision as wanted_with_it
    from sampled
    where sampled.config = t.config and sampled.words @@ t.query
  ) as s;
end
$$;
comment on function private.word_terms(text, uuid, uuid[], uuid[], text) is
  'The words of a query, stemmed for every language the caller''s passages are in: how rare each is (BM25''s idf), whether it stands in more than a tenth of them (never, where there are few), how many passages it leads to, about, of which those that filters take away count a tenth, and how long passages of that language are. NULL filters do not filter. From a sample of 300.';
grant execute on function private.word_terms(text, uuid, uuid[], uuid[], text) to authenticated, service_role;
revoke execute on function private.word_terms(text, uuid, uuid[], uuid[], text) from public;
