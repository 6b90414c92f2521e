-- Recall: one search over what was learned and what was said, by words and by meaning, under the caller's own rights.
--
-- Words are scored by BM25F: a turn is read together with its neighbours, which count less, because an answer seldom repeats its
-- question. The weights were chosen on two of the public LoCoMo conversations; tests/bench/memory measures them on the others.

create type private.recall_term as (language text, lexeme text);
comment on type private.recall_term is 'A stem to look for in texts of one language; language '''' where it was not recognized.';

create function private.recall_terms(p_text text)
returns setof private.recall_term
language sql
stable
set search_path = ''
as $$
  select l.language, term.lexeme
  from unnest(array['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', '']) as l (language)
  cross join lateral unnest(to_tsvector(private.text_config(l.language), private.searchable_text(left(p_text, 4000)))) as term
  limit 1000
$$;
comment on function private.recall_terms(text) is 'The words of a question, stemmed for every language.';

create function private.neighbour_weights()
returns table (away integer, weight double precision)
language sql
immutable
set search_path = ''
as $$
  values (-2, 0.2::double precision), (-1, 0.5), (0, 1.0), (1, 0.6), (2, 0.2)
$$;
comment on function private.neighbour_weights() is
  'How much a turn says about the one so many places after it: away 1 is the turn before, away -1 the one after.';

create type private.recall_hit as (
  kind text, id uuid, word_score double precision, similarity double precision, score double precision, sure double precision
);
comment on type private.recall_hit is
  'Something found: memory or turn. word_score: BM25F, NULL when no word fits. sure: 0..1, how well the question is answered at all, the same for every hit of a search.';

create function private.recall_hits(
  p_org uuid, p_user uuid, p_lead uuid, p_terms private.recall_term[], p_names text[], p_vector extensions.vector, p_model text,
  p_kinds text[], p_skip_thread uuid, p_until timestamptz, p_weights jsonb, p_limit integer
)
returns setof private.recall_hit
language plpgsql -- so that a plan of so many steps is made once a session, not once a call
stable
set search_path = ''
set plan_cache_mode = force_generic_plan
-- Steps are joined as whole sets. The planner knows nothing of how many rows a step gives, and looped over each of a thousand turns
-- where a hash join reads them once (a hundred times slower at 1,000 turns). Loops that cannot be avoided look dear to it then, so it
-- must not compile them either.
set enable_nestloop = off
set enable_mergejoin = off
set jit = off
as $$
begin
  return query
  with terms as materialized (
    select term.language, term.lexeme, row_number() over () as term from unnest(p_terms) as term
  ),
  asked as materialized (
    select terms.language, string_agg(quote_literal(terms.lexeme), ' | ')::tsquery as wanted
    from terms group by terms.language
  ),
  pool as materialized (
    select text.kind, text.id, text.thread_id, text.seq, text.length, text.speaker, text.standing, text.language,
      -- Numbers are compared sooner than ids and words. Of a text that no word fits, only its length counts from here on.
      row_number() over () as n, case when text.words @@ asked.wanted then text.words end as hit
    from (
      -- One person's conversations, not the organization's: the newest 20,000 turns are years of them.
      select 'turn' as kind, turn.id, turn.thread_id, turn.seq, turn.word_count::double precision as length, turn.words,
        coalesce(turn.language, '') as language, turn.speaker, 1::double precision as standing
      from (
        select t.id, t.thread_id, t.seq, t.word_count, t.words, t.language, t.speaker from public.ai_memory_turns as t
        where 'turn' = any (p_kinds) and t.org_id = p_org
          and (t.user_id = p_user or (p_lead is not null and t.lead_id = p_lead))
          and (p_lead is null or t.lead_id is null or t.lead_id = p_lead)
          and (p_skip_thread is null or t.thread_id <> p_skip_thread)
          and (p_until is null or t.said_at <= p_until)
        order by t.said_at desc
        limit 20000
      ) as turn
      union all
      select 'memory', memory.id, memory.id, 1, memory.word_count, memory.words, coalesce(memory.language, ''), null,
        0.8 + 0.4 * memory.importance
      from public.ai_memories as memory
      where 'memory' = any (p_kinds) and memory.org_id = p_org
        and (memory.user_id = p_user or (p_lead is not null and memory.lead_id = p_lead))
        and (p_lead is null or memory.lead_id is null or memory.lead_id = p_lead)
        and memory.superseded_at is null and (memory.expires_at is null or memory.expires_at > coalesce(p_until, private.clock()))
        and (p_until is null or memory.valid_from <= p_until)
    ) as text
    left join asked on asked.language = text.language
  ),
  size as materialized (select count(*)::double precision as texts from pool),
  heard as materialized (
    select matching.n, terms.term
    -- Unfolded where it stands: as a table of its own, every text's words would be put away first.
    from (select pool.n, pool.language, unnest(tsvector_to_array(pool.hit)) as lexeme from pool where pool.hit is not null) as matching
    join terms on terms.language = matching.language and terms.lexeme = matching.lexeme
  ),
  rarity as materialized (
    -- The same word in several languages is looked for in each, and is as rare as it is in that one.
    select heard.term, ln(1 + ((select size.texts from size) - count(*) + 0.5) / (count(*) + 0.5)) as weight
    from heard group by heard.term
  ),
  -- A word that stands in thousands of texts says little about each: those that say most of the question are weighed.
  said as materialized (
    select matching.n, terms.term, greatest(1, coalesce(cardinality((matching.word).positions), 1))::double precision as times
    from (
      select pool.n, pool.language, unnest(pool.hit) as word
      from (
        select h.n from heard as h join rarity on rarity.term = h.term
        group by h.n order by sum(rarity.weight) desc, h.n limit greatest(300, p_limit * 5)
      ) as weighed
      join pool on pool.n = weighed.n
    ) as matching
    join terms on terms.language = matching.language and terms.lexeme = (matching.word).lexeme
  ),
  -- What is said counts for the turns around it, too.
  around as materialized (
    select said_by.n as said_by, near.n, away.weight
    from (select p.n, p.kind, p.thread_id, p.seq from pool as p where p.n in (select said.n from said)) as said_by
    cross join private.neighbour_weights() as away
    join pool as near on near.thread_id = said_by.thread_id and near.seq = said_by.seq + away.away
    where said_by.kind = 'turn' or away.away = 0
  ),
  spread as materialized (
    select around.n, said.term, sum(said.times * around.weight) as times
    from around join said on said.n = around.said_by
    group by around.n, said.term
  ),
  -- Length of a turn with its neighbours, weighed alike.
  sized as materialized (
    select pool.n, pool.kind,
      pool.length + case when pool.kind = 'turn' then
        0.6 * coalesce(lag(pool.length) over thread, 0) + 0.5 * coalesce(lead(pool.length) over thread, 0)
        + 0.2 * coalesce(lag(pool.length, 2) over thread, 0) + 0.2 * coalesce(lead(pool.length, 2) over thread, 0)
      else 0 end as reach
    from pool
    window thread as (partition by pool.kind, pool.thread_id order by pool.seq)
  ),
  mean as materialized (select sized.kind, greatest(1, avg(sized.reach)) as reach from sized group by sized.kind),
  worded as materialized (
    select pool.kind, pool.id, pool.thread_id, scored.score * pool.standing
        * case when pool.speaker is not null and cardinality(p_names) > 0 and not pool.speaker = any (p_names) then 0.7 else 1 end as score
    from (
      select spread.n, sum(rarity.weight * spread.times * 2.2 / (spread.times + 1.2 * (0.25 + 0.75 * sized.reach / mean.reach))) as score
      from spread
      join rarity on rarity.term = spread.term
      join sized on sized.n = spread.n
      join mean on mean.kind = sized.kind
      group by spread.n
    ) as scored
    join pool on pool.n = scored.n
  ),
  -- A conversation that fits as a whole lends its turns some weight.
  threads as materialized (
    select best.thread_id, sum(best.score) / 3 as score
    from (
      select worded.thread_id, worded.score, row_number() over (partition by worded.thread_id order by worded.score desc) as place
      from worded where worded.kind = 'turn'
    ) as best
    where best.place <= 3
    group by best.thread_id
  ),
  by_words as materialized (
    select worded.kind, worded.id, worded.score + 0.2 * coalesce(threads.score, worded.score) as score
    from worded left join threads on worded.kind = 'turn' and threads.thread_id = worded.thread_id
    order by 3 desc, worded.id
    limit greatest(100, p_limit * 5)
  ),
  near as materialized (
    (
      select 'turn' as kind, turn.id, 1 - (turn.embedding operator(extensions.<=>) p_vector) as similarity
      from public.ai_memory_turns as turn
      where p_vector is not null and 'turn' = any (p_kinds) and turn.org_id = p_org and turn.embedding_model = p_model
        and (turn.user_id = p_user or (p_lead is not null and turn.lead_id = p_lead))
        and (p_lead is null or turn.lead_id is null or turn.lead_id = p_lead)
        and (p_skip_thread is null or turn.thread_id <> p_skip_thread)
        and (p_until is null or turn.said_at <= p_until)
      order by turn.embedding operator(extensions.<=>) p_vector
      limit 100
    )
    union all
    (
      select 'memory', memory.id, 1 - (memory.embedding operator(extensions.<=>) p_vector)
      from public.ai_memories as memory
      where p_vector is not null and 'memory' = any (p_kinds) and memory.org_id = p_org and memory.embedding_model = p_model
        and (memory.user_id = p_user or (p_lead is not null and memory.lead_id = p_lead))
        and (p_lead is null or memory.lead_id is null or memory.lead_id = p_lead)
        and memory.superseded_at is null and (memory.expires_at is null or memory.expires_at > coalesce(p_until, private.clock()))
        and (p_until is null or memory.valid_from <= p_until)
      order by memory.embedding operator(extensions.<=>) p_vector
      limit 100
    )
  ),
  top as materialized (
    select (select max(by_words.score) from by_words) as words, (select max(near.similarity) from near) as similarity
  ),
  -- How much of the question is said in one breath: by whom it asks about, less what only others say better.
  names as materialized (
    select to_tsvector(private.text_config(asked.language), array_to_string(p_names, ' ')) as words, asked.language
    from asked where cardinality(p_names) > 0
  ),
  meant as materialized (
    -- What is asked for and never said weighs as much as what was said once.
    select terms.term, terms.language,
      coalesce(rarity.weight, ln(1 + ((select size.texts from size) - 0.5) / 1.5)) as weight
    from terms
    left join rarity on rarity.term = terms.term
    left join names on names.language = terms.language
    where names.words is null or not names.words @@ quote_literal(terms.lexeme)::tsquery
  ),
  whole as materialized (select meant.language, nullif(sum(meant.weight), 0) as weight from meant group by meant.language),
  covered as materialized (
    select said.n, sum(meant.weight) / max(whole.weight) as share
    from said
    join meant on meant.term = said.term
    join whole on whole.language = meant.language
    group by said.n
  ),
  sureness as materialized (
    select coalesce(max(judged.share) filter (where judged.is_asked), 0) as asked,
      coalesce(max(judged.share) filter (where not judged.is_asked), 0) as others
    from (
      select covered.share, pool.speaker is null or coalesce(cardinality(p_names), 0) <> 1 or pool.speaker = any (p_names) as is_asked
      from covered join pool on pool.n = covered.n
    ) as judged
  ),
  fused as (
    select coalesce(w.kind, n.kind) as kind, coalesce(w.id, n.id) as id, w.score as word_score, n.similarity,
      coalesce((p_weights ->> 'words')::double precision, 0.75) * coalesce(w.score / nullif(top.words, 0), 0)
      + coalesce((p_weights ->> 'meaning')::double precision, 0.25) * coalesce(n.similarity / nullif(top.similarity, 0), 0) as score,
      greatest(0, sureness.asked - 2 * greatest(0, sureness.others - sureness.asked), coalesce(top.similarity, 0) - 0.35) as sure
    from by_words as w full join near as n on n.kind = w.kind and n.id = w.id
    cross join top cross join sureness
  )
  select fused.kind, fused.id, fused.word_score, fused.similarity, fused.score, fused.sure
  from fused
  order by fused.score desc, fused.id
  limit p_limit;
end
$$;
comment on function private.recall_hits(uuid, uuid, uuid, private.recall_term[], text[], extensions.vector, text, text[], uuid, timestamptz, jsonb, integer) is
  'What fits a question best, of one user''s memory and what is known of one lead: BM25F over turns with their neighbours and over memories, fused with the nearest vectors.';

create function private.recall_scope(p_filters jsonb)
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  v_user uuid := (p_filters ->> 'user_id')::uuid;
begin
  if auth.uid() is not null then
    if v_user is not null and v_user <> auth.uid() then
      raise exception 'Cannot recall: a memory is its user''s own' using errcode = 'PT403';
    end if;
    return auth.uid();
  end if;
  if v_user is null and p_filters ->> 'lead_id' is null then
    raise exception 'Cannot recall: name the user or the lead' using errcode = 'PT400';
  end if;
  return v_user;
end
$$;
comment on function private.recall_scope(jsonb) is
  'Whose memory is searched: the caller''s; a trusted caller names the user or a lead.';

create function public.recall_memory(
  p_query text,
  p_org_id uuid default null,
  p_embedding text default null,
  p_embedding_model text default null,
  p_filters jsonb default '{}',
  p_limit integer default 10,
  p_weights jsonb default '{}'
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_org    uuid := private.meant_org(p_org_id);
  v_user   uuid := private.recall_scope(p_filters);
  v_lead   uuid := (p_filters ->> 'lead_id')::uuid;
  v_kinds  text[] := coalesce((select array_agg(k) from jsonb_array_elements_text(p_filters -> 'kinds') as k), array['memory', 'turn']);
  v_names  text[];
  v_hits   private.recall_hit[];
  v_sure   double precision;
  v_answer jsonb;
begin
  if length(p_query) > 4000 or p_limit not between 1 and 100 then
    raise exception 'Cannot recall: the query or the limit is out of bounds' using errcode = 'PT400';
  end if;
  -- A question about what Anna said is seldom answered by what Bert said.
  select array_agg(distinct turn.speaker) into v_names
  from public.ai_memory_turns as turn
  where turn.org_id = v_org and (turn.user_id = v_user or turn.lead_id = v_lead) and turn.speaker not in ('user', 'assistant')
    and strpos(lower(p_query), lower(turn.speaker)) > 0;
  perform set_config('hnsw.iterative_scan', 'relaxed_order', true);
  v_hits := array(select hit from private.recall_hits(
    v_org, v_user, v_lead, array(select term from private.recall_terms(p_query) as term), v_names,
    p_embedding::extensions.vector, p_embedding_model, v_kinds, (p_filters ->> 'skip_conversation_id')::uuid,
    (p_filters ->> 'until')::timestamptz, p_weights, p_limit
  ) as hit);
  v_sure := coalesce((select max(hit.sure) from unnest(v_hits) as hit), 0);
  if v_sure < coalesce((p_weights ->> 'least')::double precision, private.recall_least()) then
    v_hits := '{}';
  end if;
  select coalesce(jsonb_agg(found.item order by found.place), '[]') into v_answer
  from (
    select hit.place, jsonb_build_object(
      'kind', 'memory', 'id', memory.id, 'type', memory.type, 'content', memory.content, 'importance', memory.importance,
      'speaker', null, 'lead_id', memory.lead_id, 'conversation_id', memory.conversation_id, 'message_id', memory.message_id, 'said_at', memory.valid_from,
      'score', round(hit.score::numeric, 4), 'similarity', round(hit.similarity::numeric, 4)
    ) as item
    from unnest(v_hits) with ordinality as hit (kind, id, word_score, similarity, score, sure, place)
    join public.ai_memories as memory on hit.kind = 'memory' and memory.org_id = v_org and memory.id = hit.id
    union all
    select hit.place, jsonb_build_object(
      'kind', 'turn', 'id', turn.id, 'type', null, 'content', coalesce(turn.content, message.content), 'importance', null,
      'speaker', turn.speaker, 'lead_id', turn.lead_id, 'conversation_id', turn.thread_id, 'message_id', turn.message_id, 'said_at', turn.said_at,
      'score', round(hit.score::numeric, 4), 'similarity', round(hit.similarity::numeric, 4)
    )
    from unnest(v_hits) with ordinality as hit (kind, id, word_score, similarity, score, sure, place)
    join public.ai_memory_turns as turn on hit.kind = 'turn' and turn.org_id = v_org and turn.id = hit.id
    left join public.ai_messages as message on message.org_id = turn.org_id and message.id = turn.message_id
  ) as found;
  return jsonb_build_object('org_id', v_org, 'found', v_hits <> '{}', 'confidence', round(least(1, v_sure)::numeric, 4), 'results', v_answer);
end
$$;
comment on function public.recall_memory(text, uuid, text, text, jsonb, integer, jsonb) is
  'What the caller''s memory holds on a question, best first, by words and (with an embedding) by meaning; empty when nothing fits well enough. Filters: lead_id, kinds (memory, turn), skip_conversation_id, until; user_id for a trusted caller. Weights: words, meaning, least (confidence below which nothing is returned).';

create function private.recall_least()
returns double precision
language sql
immutable
set search_path = ''
as $$
  select 0.2::double precision
$$;
comment on function private.recall_least() is
  'Confidence below which recall abstains: the share of the question''s weight that one turn or memory carries.';

grant execute on function
  private.recall_terms(text), private.neighbour_weights(), private.recall_least(), private.recall_scope(jsonb),
  private.recall_hits(uuid, uuid, uuid, private.recall_term[], text[], extensions.vector, text, text[], uuid, timestamptz, jsonb, integer),
  public.recall_memory(text, uuid, text, text, jsonb, integer, jsonb)
to authenticated, service_role;
