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
language sql
stable
set search_path = ''
-- Its steps are joined as whole sets. The planner knows nothing of how many rows a step gives, and would loop over each of a thousand turns
-- where a hash join reads them once, a hundred times slower. Loops that cannot be avoided look dear then, so it must not compile them either.
set enable_nestloop = off
set jit = off
as $$
  with pool as materialized (
    -- One person's conversations, not the organization's: the newest 20,000 turns are years of them.
    select 'turn' as kind, turn.id, turn.thread_id, turn.seq, turn.word_count::double precision as length, turn.words,
      coalesce(turn.language, '') as language, turn.speaker, 1::double precision as standing
    from (
      select t.* from public.ai_memory_turns as t
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
  ),
  size as materialized (select count(*)::double precision as texts from pool),
  asked as materialized (
    select term.language, array_agg(term.lexeme) as lexemes, string_agg(quote_literal(term.lexeme), ' | ')::tsquery as wanted
    from unnest(p_terms) as term group by term.language
  ),
  said as materialized (
    select pool.kind, pool.id, pool.thread_id, pool.seq, pool.language, word.lexeme,
      greatest(1, coalesce(cardinality(word.positions), 1))::double precision as times
    from pool
    join asked on asked.language = pool.language
    cross join lateral unnest(pool.words) as word
    where pool.words @@ asked.wanted and word.lexeme = any (asked.lexemes)
  ),
  rarity as materialized (
    -- The same word in several languages is looked for in each, and is as rare as it is in that one.
    select said.language, said.lexeme, ln(1 + (size.texts - count(*) + 0.5) / (count(*) + 0.5)) as weight
    from said cross join size group by said.language, said.lexeme, size.texts
  ),
  spread as materialized (
    select said.thread_id, said.seq + n.away as seq, said.language, said.lexeme, sum(said.times * n.weight) as times
    from said cross join private.neighbour_weights() as n
    where said.kind = 'turn' or n.away = 0
    group by said.thread_id, said.seq + n.away, said.language, said.lexeme
  ),
  -- Length of a turn with its neighbours, weighed alike.
  sized as materialized (
    select pool.*,
      pool.length + case when pool.kind = 'turn' then
        0.6 * coalesce(lag(pool.length) over thread, 0) + 0.5 * coalesce(lead(pool.length) over thread, 0)
        + 0.2 * coalesce(lag(pool.length, 2) over thread, 0) + 0.2 * coalesce(lead(pool.length, 2) over thread, 0)
      else 0 end as reach
    from pool
    window thread as (partition by pool.kind, pool.thread_id order by pool.seq)
  ),
  mean as materialized (select kind, greatest(1, avg(reach)) as reach from sized group by kind),
  worded as materialized (
    select sized.kind, sized.id, sized.thread_id, sized.standing
        * case when sized.speaker is not null and cardinality(p_names) > 0 and not sized.speaker = any (p_names) then 0.7 else 1 end
        * sum(rarity.weight * spread.times * 2.2 / (spread.times + 1.2 * (0.25 + 0.75 * sized.reach / mean.reach))) as score
    from sized
    join spread on spread.thread_id = sized.thread_id and spread.seq = sized.seq
    join rarity on rarity.language = spread.language and rarity.lexeme = spread.lexeme
    join mean on mean.kind = sized.kind
    group by sized.kind, sized.id, sized.thread_id, sized.standing, sized.speaker
  ),
  -- A conversation that fits as a whole lends its turns some weight.
  threads as materialized (
    select thread_id, sum(score) / 3 as score
    from (select thread_id, score, row_number() over (partition by thread_id order by score desc) as place from worded where kind = 'turn') as best
    where place <= 3
    group by thread_id
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
    select (select max(score) from by_words) as words, (select max(similarity) from near) as similarity
  ),
  -- How much of the question is said in one breath: by whom it asks about, less what only others say better.
  names as materialized (
    select to_tsvector(private.text_config(asked.language), array_to_string(p_names, ' ')) as words, asked.language from asked
  ),
  meant as materialized (
    -- What is asked for and never said weighs as much as what was said once.
    select term.language, term.lexeme, coalesce(rarity.weight, ln(1 + (size.texts - 0.5) / 1.5)) as weight
    from unnest(p_terms) as term
    cross join size
    left join rarity on rarity.language = term.language and rarity.lexeme = term.lexeme
    left join names on names.language = term.language
    where names.words is null or not coalesce(names.words @@ quote_literal(term.lexeme)::tsquery, false)
  ),
  covered as materialized (
    select said.kind, said.id, sum(meant.weight) / max(whole.weight) as share
    from said
    join meant on meant.language = said.language and meant.lexeme = said.lexeme
    join (select language, nullif(sum(weight), 0) as weight from meant group by language) as whole on whole.language = said.language
    group by said.kind, said.id
  ),
  sureness as materialized (
    select coalesce(max(covered.share) filter (where is_asked), 0) as asked, coalesce(max(covered.share) filter (where not is_asked), 0) as others
    from (
      select covered.share, pool.speaker is null or coalesce(cardinality(p_names), 0) <> 1 or pool.speaker = any (p_names) as is_asked
      from covered join pool using (kind, id)
    ) as covered
  ),
  fused as (
    select coalesce(w.kind, n.kind) as kind, coalesce(w.id, n.id) as id, w.score as word_score, n.similarity,
      coalesce((p_weights ->> 'words')::double precision, 0.75) * coalesce(w.score / nullif(top.words, 0), 0)
      + coalesce((p_weights ->> 'meaning')::double precision, 0.25) * coalesce(n.similarity / nullif(top.similarity, 0), 0) as score,
      greatest(0, sureness.asked - 2 * greatest(0, sureness.others - sureness.asked), coalesce(top.similarity, 0) - 0.35) as sure
    from by_words as w full join near as n on n.kind = w.kind and n.id = w.id
    cross join top cross join sureness
  )
  select (kind, id, word_score, similarity, score, sure)::private.recall_hit
  from fused
  order by score desc, id
  limit p_limit
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
  v_org    uuid := private.knowledge_org(p_org_id);
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
