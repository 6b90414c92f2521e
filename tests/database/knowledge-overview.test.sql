-- The overview of the knowledge: each caller counts what he may read.
begin;
\ir prelude.sql
set local search_path = public, extensions;
select plan(6);

grant execute on all functions in schema pg_temp to public;
insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'admin@a.test'), ('00000000-0000-4000-8000-0000000000a2', 'member@a.test'),
  ('00000000-0000-4000-8000-0000000000b1', 'owner@b.test');
insert into organizations (id, name, slug) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'overview-test-a'), ('00000000-0000-4000-8000-00000000000b', 'B', 'overview-test-b');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'admin'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'member'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into knowledge_bases (org_id, id, name, reader_roles) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', 'Open', default),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c2', 'Board', '{owner}'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c4', 'Empty', default);
insert into documents (org_id, base_id, name, mime_type, size_bytes, content_hash, source_text, state, language, tags, chunk_count, reader_roles) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', 'one', 'text/plain', 1, 'h1', 'x', 'processed', 'en', '{tiles,frost}', 3, null),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', 'two', 'text/plain', 1, 'h2', 'y', 'error', 'de', '{tiles}', 0, null),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', 'secret', 'text/plain', 1, 'h3', 'z', 'processing', 'fr', '{secret}', 9, '{admin}');

select pg_temp.act_as('authenticated', 'a1');
select results_eq(
  $$ select name, documents, passages, processing, failed, languages, tags from knowledge_overview('00000000-0000-4000-8000-00000000000a') $$,
  $$ values ('Board', 0::bigint, 0::bigint, 0::bigint, 0::bigint, '{}'::text[], '{}'::text[]), ('Empty', 0, 0, 0, 0, '{}', '{}'),
            ('Open', 3, 12, 1, 1, '{de,en,fr}', '{frost,secret,tiles}') $$, 'an admin counts everything');
select is((select changed_at from knowledge_overview('00000000-0000-4000-8000-00000000000a') where name = 'Empty'), null, 'nothing changed in an empty base');
select pg_temp.act_as('authenticated', 'a2');
select results_eq(
  $$ select name, documents, passages, processing, failed, languages, tags from knowledge_overview('00000000-0000-4000-8000-00000000000a') $$,
  $$ values ('Empty', 0::bigint, 0::bigint, 0::bigint, 0::bigint, '{}'::text[], '{}'::text[]), ('Open', 2, 3, 0, 1, '{de,en}', '{frost,tiles}') $$,
  'a member what he may read: no tag, language or passage of a document that is not his to read');
select is_empty($$ select * from knowledge_overview('00000000-0000-4000-8000-00000000000b') $$, 'nothing of another organization');
select pg_temp.act_as('authenticated', 'b1');
select is_empty($$ select * from knowledge_overview('00000000-0000-4000-8000-00000000000a') $$, 'neither the other way');
select pg_temp.act_as('anon', null);
select throws_ok($$ select * from knowledge_overview('00000000-0000-4000-8000-00000000000a') $$, '42501', null, 'a stranger may not even ask');

select * from finish();
rollback;
