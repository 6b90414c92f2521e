-- Bases and documents shared with single users, and filters by base, document, time, metadata: by words, by meaning and as rows.
begin;
\ir prelude.sql
set local search_path = public, extensions;
select plan(24);

insert into auth.users (id, email) values
    ('00000000-0000-4000-8000-0000000000a1', 'ada@a.test'), ('00000000-0000-4000-8000-0000000000a4', 'max@a.test'),
    ('00000000-0000-4000-8000-0000000000a5', 'eve@a.test'), ('00000000-0000-4000-8000-0000000000a6', 'guest@a.test');
insert into public.organizations (id, name, slug) values ('00000000-0000-4000-8000-00000000000a', 'A', 'sharing-a');
insert into public.organization_members (org_id, user_id, role) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'admin'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'member'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a5', 'member'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a6', 'guest');
insert into public.knowledge_bases (org_id, id, name, reader_roles, reader_users) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', 'Open', default, default),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c2', 'Max', '{}', '{00000000-0000-4000-8000-0000000000a4}');
insert into public.documents
    (org_id, id, base_id, name, mime_type, size_bytes, content_hash, source_text, state, processed_at, updated_at, metadata, reader_users)
select '00000000-0000-4000-8000-00000000000a', ('00000000-0000-4000-8000-0000000000d' || n)::uuid, base, name, 'text/plain', 1, name, '', 'processed', now(), changed, metadata, readers
from (values
    (1, '00000000-0000-4000-8000-0000000000c1'::uuid, 'all', '2026-01-01'::timestamptz, '{"year": 2026, "kind": "guide"}'::jsonb, null::uuid[]),
    (2, '00000000-0000-4000-8000-0000000000c1', 'eves', '2026-06-01', '{"year": 2025, "kind": "guide"}', '{00000000-0000-4000-8000-0000000000a5}'),
    (3, '00000000-0000-4000-8000-0000000000c2', 'maxs', '2026-09-01', '{}', null)
) as d (n, base, name, changed, metadata, readers);
insert into public.document_chunks
    (org_id, base_id, document_id, position, content, char_start, char_end, language, token_count, embedding, embedding_model)
select d.org_id, d.base_id, d.id, 0, 'Grout about ' || d.name, 0, 9, 'en', 3,
    (select array_agg(case when i = 1 then 1 else 0 end order by i)::real[]::vector from generate_series(1, 1536) as i), 'm'
from public.documents as d;

create function pg_temp.found(p_type text default 'hybrid', p_filters jsonb default '{}') returns text language sql as $$
    select coalesce(string_agg(result ->> 'document', ',' order by result ->> 'document'), '')
    from jsonb_array_elements(public.search_knowledge('grout', null,
        (select array_agg(case when i = 1 then 1 else 0 end order by i)::real[]::vector::text from generate_series(1, 1536) as i), 'm', p_type, p_filters) -> 'results') as result
$$;
create function pg_temp.everything() returns text language sql as $$
    select format('%s|%s|%s|%s', pg_temp.found('keyword'), pg_temp.found('semantic'), pg_temp.found('hybrid'),
        (select string_agg(split_part(c.content, ' ', 3), ',' order by c.content) from public.document_chunks as c))
$$;
create temporary table passages as select d.name, c.id as chunk from public.document_chunks as c join public.documents as d on d.id = c.document_id;
grant select on passages to authenticated, service_role;
create function pg_temp.may(p_names text) returns boolean language sql as $$
    select public.may_read_passages(array(
        select chunk from pg_temp.passages where name = any (string_to_array(p_names, ','))))
$$;
grant execute on all functions in schema pg_temp to authenticated, service_role;

set local role authenticated;
select pg_temp.become('a4');
select is(pg_temp.everything(), 'all,maxs|all,maxs|all,maxs|all,maxs', 'a base is shared with one user, a document kept from him');
select is(array[pg_temp.may('all,maxs'), pg_temp.may('all,eves')], '{t,f}', 'what was answered from passages is his while he may read all of them');
select pg_temp.become('a5');
select is(pg_temp.everything(), 'all,eves|all,eves|all,eves|all,eves', 'and the other way round');
select pg_temp.become('a6');
select is(pg_temp.everything(), 'all|all|all|all', 'a guest has neither');
select pg_temp.become('a1');
select is(pg_temp.found(), 'all,eves,maxs', 'an admin has both');

update public.documents set reader_users = '{00000000-0000-4000-8000-0000000000a4}' where name = 'eves';
update public.knowledge_bases set reader_users = '{00000000-0000-4000-8000-0000000000a6}' where name = 'Max';
select pg_temp.become('a4');
select is(pg_temp.everything(), 'all,eves|all,eves|all,eves|all,eves', 'what is shared anew counts at once');
select is(array[pg_temp.may('all,maxs'), pg_temp.may('all,eves')], '{f,t}', 'for answers too');
select pg_temp.become('a5');
select is(pg_temp.everything(), 'all|all|all|all', 'and so does what is taken away');
select pg_temp.become('a6');
select is(pg_temp.everything(), 'all,maxs|all,maxs|all,maxs|all,maxs', 'of a base as of a document');
reset role;
delete from public.organization_members where user_id = '00000000-0000-4000-8000-0000000000a6';
set local role authenticated;
select throws_ok($$ select pg_temp.found() $$, 'PT403', null, 'who has left the organization is let in by no list');
select is_empty('select from public.document_chunks', 'nor reads its rows');
select throws_ok($$ select pg_temp.may('all') $$, 'PT403', null, 'nor is told of answers');
select pg_temp.become('a1');
select ok(public.may_read_passages('{}'), 'an answer from nothing is anybody''s');
select ok(not public.may_read_passages(array[gen_random_uuid()]), 'one from passages that are gone is nobody''s');
reset role;
set local role service_role;
select is(array[public.may_read_passages(array(select chunk from pg_temp.passages), '00000000-0000-4000-8000-00000000000a'),
    public.may_read_passages(array[gen_random_uuid()], '00000000-0000-4000-8000-00000000000a')], '{t,f}', 'the service reads what there is');
reset role;
set local role authenticated;

-- Filters
select pg_temp.become('a1');
select is(pg_temp.found('hybrid', '{"base_ids": ["00000000-0000-4000-8000-0000000000c2"]}'), 'maxs', 'one base');
select is(pg_temp.found('hybrid', '{"document_ids": ["00000000-0000-4000-8000-0000000000d1", "00000000-0000-4000-8000-0000000000d3"]}'), 'all,maxs', 'some documents');
select is(pg_temp.found('hybrid', '{"metadata": {"year": 2026}}'), 'all', 'metadata as it is');
select is(pg_temp.found('hybrid', '{"metadata": {"kind": "guide"}}'), 'all,eves', 'of several documents');
select is(pg_temp.found('hybrid', '{"metadata": {"kind": "guide", "year": 2024}}'), '', 'all of it');
-- A changed document says so itself.
reset role;
update public.documents set updated_at = case name when 'all' then '2026-01-01'::timestamptz when 'eves' then '2026-06-01' else '2026-09-01' end;
set local role authenticated;
select is(pg_temp.found('semantic', '{"from": "2026-06-01T00:00:00Z"}'), 'eves,maxs', 'from a time on, included');
select is(pg_temp.found('keyword', '{"until": "2026-06-01T00:00:00Z"}'), 'all', 'until a time, excluded');
select is(pg_temp.found('keyword', '{"from": "2026-01-02T00:00:00Z", "until": "2026-08-01T00:00:00Z", "language": "en"}'), 'eves', 'together');
select is(pg_temp.found('keyword', '{"language": "de"}'), '', 'a language nothing is in');

select * from finish();
rollback;
