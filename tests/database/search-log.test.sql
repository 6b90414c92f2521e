-- Searches are kept as the organization wants, seen by whom they belong to, and judged by who made them alone.
begin;
\ir prelude.sql
set local search_path = public, extensions;
select plan(35);

insert into auth.users (id, email) values
    ('00000000-0000-4000-8000-0000000000a1', 'ada@a.test'), ('00000000-0000-4000-8000-0000000000a4', 'max@a.test'),
    ('00000000-0000-4000-8000-0000000000a5', 'eve@a.test'), ('00000000-0000-4000-8000-0000000000a6', 'tim@a.test'),
    ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test');
insert into public.organizations (id, name, slug, time_zone) values
    ('00000000-0000-4000-8000-00000000000a', 'A', 'log-a', 'UTC'), ('00000000-0000-4000-8000-00000000000b', 'B', 'log-b', 'UTC');
insert into public.organization_members (org_id, user_id, role) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'admin'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'member'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a5', 'member'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a6', 'member'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into public.knowledge_bases (org_id, id, name, reader_roles) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', 'Open', default),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c2', 'Board', '{owner}');
insert into public.documents (org_id, id, base_id, name, mime_type, size_bytes, content_hash, source_text, state, tags, processed_at, updated_at) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-0000000000c1', 'Grout guide', 'text/plain', 1, '1', '', 'processed', '{grout,care}', now(), now()),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000d2', '00000000-0000-4000-8000-0000000000c1', 'Old guide', 'text/plain', 1, '2', '', 'processed', '{care}', now(), now() - interval '2 years'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000d3', '00000000-0000-4000-8000-0000000000c2', 'Grout secret', 'text/plain', 1, '3', '', 'processed', '{grout-secret}', now(), now()),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000d4', '00000000-0000-4000-8000-0000000000c1', 'Broken', 'text/plain', 1, '4', '', 'error', '{}', null, now());
insert into public.document_chunks (org_id, id, base_id, document_id, position, content, char_start, char_end, token_count)
select '00000000-0000-4000-8000-00000000000a', ('00000000-0000-4000-8000-0000000000e' || n)::uuid,
    case when n = 3 then '00000000-0000-4000-8000-0000000000c2' else '00000000-0000-4000-8000-0000000000c1' end::uuid,
    ('00000000-0000-4000-8000-0000000000d' || n)::uuid, 0, 'x', 0, 1, 5
from generate_series(1, 3) as n;

create function pg_temp.note(p_id text, p_query text, p_chunks integer[], p_cited integer[] default null, p_org text default null) returns boolean
language sql as $$
    select public.record_search(jsonb_build_object(
        'id', '00000000-0000-4000-8000-0000000000' || p_id, 'org_id', p_org, 'query', p_query, 'search_type', 'hybrid', 'latency_ms', 40,
        'chunk_ids', (select coalesce(jsonb_agg('00000000-0000-4000-8000-0000000000e' || n), '[]') from unnest(p_chunks) as n),
        'cited_ids', case when p_cited is not null then (select coalesce(jsonb_agg('00000000-0000-4000-8000-0000000000e' || n), '[]') from unnest(p_cited) as n) end))
$$;
grant execute on all functions in schema pg_temp to anon, authenticated, service_role;

set local role anon;
select throws_ok($$ select pg_temp.note('f0', 'x', '{}') $$, '42501', null, 'anon keeps nothing');
select throws_ok($$ select suggest_searches('gr') $$, '42501', null, 'and is suggested nothing');

set local role authenticated;
select pg_temp.become('a4');
select is(pg_temp.note('f1', 'Grout care', '{2,1}', '{1}'), true, 'a member''s search is kept');
select is(pg_temp.note('f1', 'Grout care', '{2,1}', '{1}'), false, 'once');
select is(pg_temp.note('f2', 'Epoxy ', '{}', '{}'), true, 'so is one that found nothing');
select is(pg_temp.note('f3', 'grout  care', '{1}'), true, 'and one without a question');
select throws_ok($$ select pg_temp.note('f4', 'x', '{}', null, '00000000-0000-4000-8000-00000000000b') $$, 'PT403', null, 'for a foreign organization nothing is kept');
select throws_ok($$ insert into knowledge_searches (org_id, id, query, search_type, chunk_ids, document_ids)
  values ('00000000-0000-4000-8000-00000000000a', gen_random_uuid(), 'x', 'hybrid', '{}', '{}') $$, '42501', null, 'nobody writes searches by hand');
select lives_ok($$ select judge_passage('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000e1') $$, 'a passage is opened');
select lives_ok($$ select judge_passage('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000e2', 'relevant') $$, 'called relevant');
select lives_ok($$ select judge_passage('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000e2', 'irrelevant') $$, 'or not, after all');
select results_eq($$ select chunk_id::text, kind from knowledge_judgements order by 1 $$,
  $$ values ('00000000-0000-4000-8000-0000000000e1', 'clicked'), ('00000000-0000-4000-8000-0000000000e2', 'irrelevant') $$, 'the last word counts');
select pg_temp.note('f8', 'epoxy', '{3,2}', '{3,1}');
select results_eq(
  $$ select document_ids::text[], cited_ids from knowledge_searches where id = '00000000-0000-4000-8000-0000000000f8' $$,
  $$ values ('{00000000-0000-4000-8000-0000000000d2}'::text[], '{}'::uuid[]) $$, 'a passage he may not read was not found, and only what was found is cited'
);
select record_search('{"id": "00000000-0000-4000-8000-0000000000f9", "query": "epoxy", "search_type": "hybrid", "latency_ms": 1, "chunk_ids": ["00000000-0000-4000-8000-0000000000e2"], "document_ids": ["00000000-0000-4000-8000-0000000000d1"]}');
select results_eq(
  $$ select document_ids::text[] from knowledge_searches where id = '00000000-0000-4000-8000-0000000000f9' $$,
  $$ values ('{00000000-0000-4000-8000-0000000000d2}'::text[]) $$, 'a passage is of its own document, whatever was said'
);
delete from knowledge_searches where id in ('00000000-0000-4000-8000-0000000000f8', '00000000-0000-4000-8000-0000000000f9');
select throws_ok($$ select judge_passage('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000e3') $$, 'PT404', null, 'what a search did not find is not judged');
select throws_ok($$ select judge_passage('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000e1', 'nice') $$, 'PT400', null, 'nor in words of one''s own');

select pg_temp.become('a5');
select is_empty('select from knowledge_searches', 'another member sees none of it');
select is_empty('select from knowledge_judgements', 'nor how it was judged');
select throws_ok($$ select judge_passage('00000000-0000-4000-8000-0000000000f1', '00000000-0000-4000-8000-0000000000e1') $$, 'PT404', null, 'nor judges for him');
select is((select string_agg(text, ',') from suggest_searches('grout')), 'Grout guide,grout', 'what one person asked is suggested to nobody else');
select pg_temp.become('a4');
select is((select string_agg(kind || ':' || text, ',') from suggest_searches(' Grout')), 'question:grout care,document:Grout guide,tag:grout', 'but to him, before documents and tags he may read');
select is((select string_agg(text, ',') from suggest_searches('guide')), 'Grout guide,Old guide', 'names are found by any of their words');
select is_empty($$ select suggest_searches('g') $$, 'one character is too little');
select is_empty($$ select suggest_searches('%%') $$, 'signs of patterns are signs');
select pg_temp.note('f5', 'grout care', '{1}');
select pg_temp.become('a5');
select pg_temp.note('f6', 'Grout care', '{1}');
select pg_temp.become('a6');
select pg_temp.note('f7', 'grout care', '{1}');
select pg_temp.become('a1');
select is((select string_agg(text, ',') from suggest_searches('grout c')), 'grout care', 'what three people asked is suggested to everybody who may read what it found');

select results_eq(
  $$ select search_count, without_results_count, question_count, answered_count, clicked_count, judged_count, mean_reciprocal_rank, avg_latency_ms from knowledge_search_daily $$,
  $$ values (6::bigint, 1::bigint, 2::bigint, 1::bigint, 1::bigint, 1::bigint, 0.5000, 40) $$, 'an admin reads the figures of all: quality comes from what people did'
);
select results_eq($$ select query, search_count, without_answer_count from knowledge_unanswered $$, $$ values ('epoxy', 1::bigint, 1::bigint) $$, 'what is missing');
select results_eq(
  $$ select name, found_count, cited_count, clicked_count, irrelevant_count from knowledge_document_use where base_id = '00000000-0000-4000-8000-0000000000c1' order by name $$,
  $$ values ('Broken', 0::bigint, 0::bigint, 0::bigint, 0::bigint), ('Grout guide', 5, 1, 1, 0), ('Old guide', 1, 0, 0, 1) $$, 'what is used and what is not'
);
select results_eq(
  $$ select tag, document_count, found_count, unused_document_count from knowledge_tag_use where tag <> 'grout-secret' order by tag $$,
  $$ values ('care', 2::bigint, 6::numeric, 0::bigint), ('grout', 1, 5, 0) $$, 'by tag'
);
select results_eq(
  $$ select name, document_count, processed_count, failed_count, stale_count, chunk_count, unembedded_count from knowledge_base_health where name = 'Open' $$,
  $$ values ('Open', 3::bigint, 2::bigint, 1::bigint, 1::bigint, 2::bigint, 2::bigint) $$, 'how a base is'
);
select pg_temp.become('b1');
select is_empty('select from knowledge_searches', 'another tenant sees no search');
select is((select count(*) from (select from knowledge_document_use union all select from knowledge_base_health) as x), 0::bigint, 'no document and no base');

reset role;
update knowledge_searches set created_at = now() - interval '91 days' where id = '00000000-0000-4000-8000-0000000000f1';
select is(private.forget_searches(), 1, 'what is older than the setting says is forgotten');
select is_empty('select from knowledge_judgements', 'judgements with it');
insert into ai_settings (key, org_id, value) values ('kb.searchAnalytics', '00000000-0000-4000-8000-00000000000a', 'false');
set local role authenticated;
select pg_temp.become('a4');
select is(pg_temp.note('f9', 'x', '{}'), false, 'an organization that wants no searches kept has none');

select * from finish();
rollback;
