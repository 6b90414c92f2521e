-- Knowledge is found by those who may read it: by words, by meaning, by both, and never across tenants.
begin;
set local search_path = public, extensions;

select plan(22);

insert into auth.users (id, email) values
    ('00000000-0000-4000-8000-0000000000a1', 'admin@a.example'),
    ('00000000-0000-4000-8000-0000000000a4', 'member@a.example'),
    ('00000000-0000-4000-8000-0000000000a5', 'guest@a.example'),
    ('00000000-0000-4000-8000-0000000000b1', 'owner@b.example');
insert into public.organizations (id, name, slug) values
    ('00000000-0000-4000-8000-00000000000a', 'A', 'a'),
    ('00000000-0000-4000-8000-00000000000b', 'B', 'b');
insert into public.organization_members (org_id, user_id, role) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'admin'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'member'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a5', 'guest'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into public.knowledge_bases (org_id, id, name, reader_roles) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', 'Open', default),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c2', 'Board', '{owner}'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000c3', 'Theirs', default);

create function pg_temp.vector_at(p_axis integer) returns vector language sql as $$
    select array_agg(case when i = p_axis then 1 else 0 end order by i)::real[]::vector from generate_series(1, 1536) as i
$$;
create function pg_temp.learn(p_org text, p_base text, p_name text, p_language text, p_content text, p_axis integer) returns void
language sql as $$
    with document as (
        insert into public.documents (org_id, base_id, name, mime_type, size_bytes, content_hash, source_text, state, tags, processed_at)
        values (('00000000-0000-4000-8000-00000000000' || p_org)::uuid, ('00000000-0000-4000-8000-0000000000' || p_base)::uuid, p_name,
            'text/plain', 1, md5(p_content), p_content, 'processed', array[p_language], now())
        returning org_id, id, base_id
    )
    insert into public.document_chunks
        (org_id, base_id, document_id, position, content, section, char_start, char_end, language, token_count, embedding, embedding_model)
    select org_id, base_id, id, 0, p_content, p_name, 0, length(p_content), p_language, 1, pg_temp.vector_at(p_axis), 'm' from document
$$;
create function pg_temp.found(p_query text, p_arguments jsonb default '{}') returns text language sql as $$
    select coalesce(string_agg(result ->> 'document', ','), '') from jsonb_array_elements(public.search_knowledge(
        p_query,
        p_embedding => case when p_arguments ? 'axis' then pg_temp.vector_at((p_arguments ->> 'axis')::integer)::text end,
        p_embedding_model => coalesce(p_arguments ->> 'model', 'm'),
        p_search_type => coalesce(p_arguments ->> 'type', 'keyword'),
        p_filters => coalesce(p_arguments -> 'filters', '{}'),
        p_match_threshold => coalesce((p_arguments ->> 'threshold')::double precision, 0)
    ) -> 'results') as result
$$;
grant execute on all functions in schema pg_temp to authenticated, service_role;

select pg_temp.learn('a', 'c1', 'tiles', 'en', 'Porcelain tiles resist frost and are laid outdoors.', 1);
select pg_temp.learn('a', 'c1', 'ofen', 'de', 'Die Backöfen werden jährlich gewartet.', 2);
select pg_temp.learn('a', 'c1', 'zh', 'zh', '黑豹队的防守只丢了308分', 3);
select pg_temp.learn('a', 'c2', 'board', 'en', 'The board sells the porcelain factory.', 4);
select pg_temp.learn('b', 'c3', 'theirs', 'en', 'Porcelain tiles of another tenant.', 1);

set local role anon;
select throws_ok($$ select public.search_knowledge('tiles') $$, '42501', null, 'anon may not search');
select throws_ok('select * from public.document_chunks', '42501', null, 'nor read chunks');

set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select is(pg_temp.found('Which tiles can I use when there is frost?'), 'tiles', 'a question in whole sentences finds what has any of its words');
select is(pg_temp.found('Wann wird der Backofen gewartet?'), 'ofen', 'words are stemmed in the passage''s own language');
select is(pg_temp.found('黑豹队防守'), 'zh', 'a script without blanks is found by pairs of characters');
select is(pg_temp.found('something else', '{"type": "semantic", "axis": 2, "threshold": 0.5}'), 'ofen', 'meaning finds what no word does');
select is(pg_temp.found('frost', '{"type": "hybrid", "axis": 2, "threshold": 0.5}'), 'ofen,tiles', 'hybrid finds both');
select is(pg_temp.found('x', '{"type": "semantic", "axis": 2, "model": "other"}'), '', 'vectors of another model are not compared');
select is(pg_temp.found('tiles frost', '{"filters": {"tags": ["de"]}}'), '', 'a tag filter takes away');
select is(pg_temp.found('tiles frost', '{"filters": {"tags": ["en"], "language": "en"}}'), 'tiles', 'and leaves what has the tag');
select is(pg_temp.found('tiles', '{"filters": {"base_ids": ["00000000-0000-4000-8000-0000000000c3"]}}'), '', 'a foreign base gives nothing');
select is(pg_temp.found('porcelain factory'), 'tiles', 'a base for other roles is not searched');
select is(pg_temp.found('the of and'), '', 'stop words alone find nothing');
select throws_ok(
    $$ select public.search_knowledge('tiles', '00000000-0000-4000-8000-00000000000b') $$, 'PT403', null, 'a foreign organization is refused'
);
select throws_ok(
    $$ insert into public.document_chunks (org_id, base_id, document_id, position, content, char_start, char_end, token_count)
       select org_id, base_id, id, 9, 'x', 0, 1, 1 from public.documents limit 1 $$, '42501', null, 'nobody writes chunks'
);

set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}';
select is(pg_temp.found('porcelain factory'), 'board,tiles', 'an admin reads every base');
select lives_ok($$ update public.documents set reader_roles = '{admin}' where name = 'tiles' $$, 'and shares a document with fewer');

set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a5", "role": "authenticated"}';
select is(pg_temp.found('tiles frost'), '', 'who is shut out finds it no more');
select throws_ok(
    $$ select public.begin_ingestion(p_source => '{"name": "n", "mime_type": "text/plain", "text": "t", "content_hash": "h", "size_bytes": 1}') $$,
    'PT403', null, 'a guest ingests nothing'
);

set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000b1", "role": "authenticated"}';
select is(pg_temp.found('porcelain tiles frost', '{"type": "hybrid", "axis": 1}'), 'theirs', 'another tenant sees his own and no row of theirs');
select results_eq('select count(*) from public.document_chunks', array[1::bigint], 'also in the table');

set local role service_role;
set local request.jwt.claims = '{"role": "service_role"}';
select throws_ok($$ select public.search_knowledge('tiles') $$, 'PT400', null, 'a secret key names its organization');

select * from finish();
rollback;
