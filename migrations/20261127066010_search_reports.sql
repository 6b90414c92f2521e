-- What the searches say about the knowledge: what is missing, what is used, what is found late. For who manages an organization.

create view public.knowledge_search_daily with (security_invoker = true) as
select s.org_id, (s.created_at at time zone o.time_zone)::date as day,
       count(*) as search_count,
       count(*) filter (where cardinality(s.chunk_ids) = 0) as without_results_count,
       count(*) filter (where s.cited_ids is not null) as question_count,
       count(*) filter (where cardinality(s.cited_ids) > 0) as answered_count,
       count(*) filter (where j.clicked) as clicked_count,
       count(j.best_place) as judged_count,
       round(avg(1.0 / j.best_place), 4) as mean_reciprocal_rank,
       round(avg(s.latency_ms))::integer as avg_latency_ms
from public.knowledge_searches as s
join public.organizations as o on o.id = s.org_id
left join lateral (
  select bool_or(g.kind = 'clicked') as clicked,
         min(array_position(s.chunk_ids, g.chunk_id)) filter (where g.kind in ('clicked', 'relevant')) as best_place
  from public.knowledge_judgements as g where g.org_id = s.org_id and g.search_id = s.id
) as j on true
group by s.org_id, (s.created_at at time zone o.time_zone)::date;
comment on view public.knowledge_search_daily is
  'Searches by the organization''s day, of those the caller may see. mean_reciprocal_rank: of the first passage people opened or called relevant, over the judged_count searches with one; NULL without any.';

create view public.knowledge_unanswered with (security_invoker = true) as
select s.org_id, lower(regexp_replace(btrim(s.query), '\s+', ' ', 'g')) as query, count(*) as search_count,
       count(distinct s.user_id) as user_count,
       count(*) filter (where cardinality(s.chunk_ids) = 0) as without_results_count,
       count(*) filter (where cardinality(s.cited_ids) = 0) as without_answer_count, max(s.created_at) as last_at
from public.knowledge_searches as s
where cardinality(s.chunk_ids) = 0 or cardinality(s.cited_ids) = 0
group by s.org_id, lower(regexp_replace(btrim(s.query), '\s+', ' ', 'g'));
comment on view public.knowledge_unanswered is 'What was searched for and not found, or asked and not in the knowledge base; of the searches the caller may see.';

create view public.knowledge_document_use with (security_invoker = true) as
select d.org_id, d.id as document_id, d.base_id, d.name, d.tags, d.state, d.updated_at,
       coalesce(f.found_count, 0) as found_count, coalesce(f.cited_count, 0) as cited_count, coalesce(j.clicked_count, 0) as clicked_count,
       coalesce(j.relevant_count, 0) as relevant_count, coalesce(j.irrelevant_count, 0) as irrelevant_count, f.last_found_at
from public.documents as d
left join (
  select s.org_id, u.document_id, count(distinct s.id) as found_count, count(distinct s.id) filter (where u.chunk_id = any (s.cited_ids)) as cited_count,
         max(s.created_at) as last_found_at
  from public.knowledge_searches as s
  cross join lateral unnest(s.chunk_ids, s.document_ids) as u (chunk_id, document_id)
  group by s.org_id, u.document_id
) as f on f.org_id = d.org_id and f.document_id = d.id
left join (
  select g.org_id, g.document_id, count(*) filter (where g.kind = 'clicked') as clicked_count,
         count(*) filter (where g.kind = 'relevant') as relevant_count, count(*) filter (where g.kind = 'irrelevant') as irrelevant_count
  from public.knowledge_judgements as g group by g.org_id, g.document_id
) as j on j.org_id = d.org_id and j.document_id = d.id;
comment on view public.knowledge_document_use is
  'Documents the caller may read, and in how many searches (of those he may see) each was found, cited, opened and judged. found_count 0: unused.';

create view public.knowledge_tag_use with (security_invoker = true) as
select u.org_id, tag.name as tag, count(*) as document_count, sum(u.found_count) as found_count, sum(u.clicked_count) as clicked_count,
       count(*) filter (where u.found_count = 0) as unused_document_count
from public.knowledge_document_use as u
cross join lateral unnest(u.tags) as tag (name)
group by u.org_id, tag.name;
comment on view public.knowledge_tag_use is 'Tags of the documents the caller may read, with how many there are of each and how they are used.';

create view public.knowledge_base_health with (security_invoker = true) as
select b.org_id, b.id as base_id, b.name, count(d.id) as document_count,
       count(d.id) filter (where d.state = 'processed') as processed_count,
       count(d.id) filter (where d.state in ('uploaded', 'processing', 'reprocessing')) as pending_count,
       count(d.id) filter (where d.state = 'error') as failed_count,
       count(d.id) filter (where d.state = 'processed' and d.updated_at < private.clock() - interval '365 days') as stale_count,
       coalesce(sum(c.chunk_count), 0)::bigint as chunk_count, coalesce(sum(c.unembedded_count), 0)::bigint as unembedded_count,
       coalesce(sum(c.token_count), 0)::bigint as token_count, max(d.processed_at) as last_processed_at
from public.knowledge_bases as b
left join public.documents as d on d.org_id = b.org_id and d.base_id = b.id
left join lateral (
  select count(*) as chunk_count, count(*) filter (where k.embedding is null) as unembedded_count, sum(k.token_count) as token_count
  from public.document_chunks as k where k.org_id = d.org_id and k.document_id = d.id
) as c on true
group by b.org_id, b.id, b.name;
comment on view public.knowledge_base_health is
  'Bases the caller may read: documents by state, those not changed for a year (stale), passages that no vector finds (unembedded).';

revoke all on public.knowledge_search_daily, public.knowledge_unanswered, public.knowledge_document_use, public.knowledge_tag_use,
  public.knowledge_base_health from anon, authenticated, service_role;
grant select on public.knowledge_search_daily, public.knowledge_unanswered, public.knowledge_document_use, public.knowledge_tag_use,
  public.knowledge_base_health to authenticated, service_role;
