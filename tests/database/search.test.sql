-- How found passages are ordered, counted and kept from who may not read them.
begin;
set local search_path = public, extensions;
select plan(36);

insert into auth.users (id, email) values
    ('00000000-0000-4000-8000-0000000000a1', 'ada@a.test'), ('00000000-0000-4000-8000-0000000000a4', 'max@a.test'),
    ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test');
insert into public.organizations (id, name, slug) values
    ('00000000-0000-4000-8000-00000000000a', 'A', 'search-a'), ('00000000-0000-4000-8000-00000000000b', 'B', 'search-b');
insert into public.organization_members (org_id, user_id, role) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'admin'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'member'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'member');
insert into public.knowledge_bases (org_id, id, name) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', 'Open'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000c3', 'Theirs');

create function pg_temp.vector(p_parts jsonb) returns vector language sql as $$
    select array_agg(coalesce((p_parts ->> n::text)::real, 0) order by n)::vector from generate_series(1, 1536) as n
$$;
create function pg_temp.learn(p_org text, p_base text, p_name text, p_content text, p_vector jsonb, p_language text default 'en') returns void
language sql as $$
    with document as (
        insert into public.documents (org_id, base_id, name, mime_type, size_bytes, content_hash, source_text, state, tags, processed_at)
        values (('00000000-0000-4000-8000-00000000000' || p_org)::uuid, ('00000000-0000-4000-8000-0000000000' || p_base)::uuid, p_name,
            'text/plain', 1, md5(p_name || p_content), p_content, 'processed', array['t-' || left(p_name, 1)], now())
        returning org_id, id, base_id
    )
    insert into public.document_chunks
        (org_id, base_id, document_id, position, content, section, char_start, char_end, language, token_count, embedding, embedding_model)
    select org_id, base_id, id, 0, p_content, '', 0, length(p_content), p_language, length(p_content), pg_temp.vector(p_vector), 'm' from document
$$;
create function pg_temp.ask(p_query text, p_arguments jsonb default '{}') returns jsonb language sql as $$
    select public.search_knowledge(
        p_query,
        p_embedding => case when p_arguments ? 'vector' then pg_temp.vector(p_arguments -> 'vector')::text end,
        p_embedding_model => 'm',
        p_search_type => coalesce(p_arguments ->> 'type', 'keyword'),
        p_match_count => coalesce((p_arguments ->> 'count')::integer, 5),
        p_match_threshold => coalesce((p_arguments ->> 'threshold')::double precision, 0),
        p_weights => coalesce(p_arguments -> 'weights', '{}'),
        p_facets => coalesce((p_arguments ->> 'facets')::boolean, false)
    )
$$;
create function pg_temp.found(p_query text, p_arguments jsonb default '{}') returns text language sql as $$
    select coalesce(string_agg(result ->> 'document', ','), '') from jsonb_array_elements(pg_temp.ask(p_query, p_arguments) -> 'results') as result
$$;
create function pg_temp.default_found(p_query text, p_vector jsonb) returns text language sql as $$
    select string_agg(result ->> 'document', ',')
    from jsonb_array_elements(public.search_knowledge(p_query, null, pg_temp.vector(p_vector)::text, 'm') -> 'results') as result
$$;
grant execute on all functions in schema pg_temp to authenticated, service_role;

select pg_temp.learn('a', 'c1', 'short', 'Grout cracks.', '{"1": 1}');
select pg_temp.learn('a', 'c1', 'long', 'Grout cracks. ' || repeat('Many other words about nothing in particular follow here. ', 20), '{"1": 0.9, "2": 0.4}');
select pg_temp.learn('a', 'c1', 'often', 'Grout grout grout lasts.', '{"2": 1}');
select pg_temp.learn('a', 'c1', 'rare', 'Anhydrite lasts.', '{"3": 1}');
select pg_temp.learn('a', 'c1', 'twin', 'Grout cracks!', '{"1": 1, "4": 0.05}');
select pg_temp.learn('b', 'c3', 'theirs', 'Grout cracks for another tenant.', '{"1": 1}');

set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';

-- Words
select matches(pg_temp.found('grout cracks'), '^(short,twin|twin,short),long,often$', 'all of the words before one of them, the shorter passage before the longer');
select is(split_part(pg_temp.found('anhydrite grout'), ',', 1), 'rare', 'a rare word says more than a frequent one');
select is(pg_temp.found('zzz'), '', 'no word, nothing found');
select is(pg_temp.ask('grout cracks') #>> '{results,0,score}', '1.000000', 'the best has the score 1');

-- Fusion
select is(pg_temp.found('anhydrite', '{"type": "hybrid", "vector": {"2": 1}, "threshold": 0.9, "weights": {"semantic": 1, "keyword": 0}}'), 'often,rare', 'weights say which half leads');
select is(pg_temp.found('anhydrite', '{"type": "hybrid", "vector": {"2": 1}, "threshold": 0.9, "weights": {"semantic": 0, "keyword": 1}}'), 'rare,often', 'either way');
select is(pg_temp.found('x', '{"type": "semantic", "vector": {"1": 1}, "threshold": 0.95, "count": 2}'), 'short,twin', 'by meaning alone, nearest first');
select is(pg_temp.found('anhydrite', '{"type": "hybrid"}'), 'rare', 'without a vector, words alone');
select is(
    (select string_agg(f.id::text || ' ' || round(f.relevance::numeric, 3), ', ' order by f.relevance desc) from private.fuse_passages(
        '[["00000000-0000-4000-8000-000000000001", 0.9], ["00000000-0000-4000-8000-000000000002", 0.45]]',
        '[["00000000-0000-4000-8000-000000000002", 8], ["00000000-0000-4000-8000-000000000003", 8]]',
        '{"semantic": 0.5, "keyword": 0.5}', 0) as f),
    '00000000-0000-4000-8000-000000000001 1.000, 00000000-0000-4000-8000-000000000002 0.500, 00000000-0000-4000-8000-000000000003 0.000',
    'a half whose best does not stand out is not trusted'
);
select is_empty($$ select * from private.fuse_passages('[]', '[]', '{"semantic": 0.5, "keyword": 0.5}', 0) $$, 'of nothing comes nothing');

-- Order
select is(pg_temp.found('x', '{"type": "semantic", "vector": {"1": 1, "2": 0.1}, "count": 2, "weights": {"diversity": 0.7}}'), 'short,often', 'diversity takes what is unlike the first');
select is(pg_temp.found('x', '{"type": "semantic", "vector": {"1": 1}, "count": 3, "weights": {"diversity": 0}}'), 'short,twin,long', 'and none takes the nearest');
reset role;
update public.documents set authority = 1 where name = 'twin';
update public.documents set authority = 0 where name = 'short';
update public.documents set updated_at = now() - interval '3 years' where name = 'twin';
set local role authenticated;
select is(split_part(pg_temp.found('grout cracks', '{"weights": {"authority": 0.5}}'), ',', 1), 'twin', 'authority raises what has it');
select isnt(split_part(pg_temp.found('grout cracks', '{"weights": {"freshness": 0.9}}'), ',', 1), 'twin', 'freshness lowers what is old');
reset role;
insert into public.ai_settings (key, org_id, value) values
    ('rag.ranking', '00000000-0000-4000-8000-00000000000a', '"authority"'), ('rag.weight.authority', '00000000-0000-4000-8000-00000000000a', '0.9');
set local role authenticated;
select is(split_part(pg_temp.found('grout cracks'), ',', 1), 'twin', 'the organization''s settings say what counts');
select isnt(split_part(pg_temp.found('grout cracks', '{"weights": {"authority": 0, "freshness": 0.5}}'), ',', 1), 'twin', 'unless the search says otherwise');

-- What is left out
reset role;
insert into public.ai_settings (key, org_id, value) values
    ('rag.maxResults', '00000000-0000-4000-8000-00000000000a', '2'), ('rag.strategy', '00000000-0000-4000-8000-00000000000a', '"semantic"');
set local role authenticated;
select is(pg_temp.default_found('anhydrite', '{"2": 1}'), 'often,long', 'strategy and number are the organization''s');
reset role;
update public.ai_settings set value = '"adaptive"' where key = 'rag.strategy';
insert into public.ai_settings (key, org_id, value) values ('rag.similarityThreshold', '00000000-0000-4000-8000-00000000000a', '0.9');
set local role authenticated;
select is(pg_temp.default_found('anhydrite', '{"2": 1}'), 'rare,often', 'adaptive without anybody to look is hybrid, and so is the least similarity');
reset role;
insert into public.ai_settings (key, org_id, value) values ('rag.hybridThreshold', '00000000-0000-4000-8000-00000000000a', '0.9');
set local role authenticated;
select is(pg_temp.default_found('grout lasts', '{"2": 1}'), 'often', 'a hybrid search leaves out what is far behind its best');
select is(
    public.search_plan() #>> '{settings,rag.strategy}', 'adaptive', 'the plan of a search has the settings in force'
);
select throws_ok(
    $$ select public.search_plan('00000000-0000-4000-8000-00000000000b') $$, 'PT403', null, 'of one''s own organization only'
);
set local role anon;
select throws_ok($$ select public.search_plan() $$, '42501', null, 'and not anon''s');
reset role;
delete from public.ai_settings where key in ('rag.maxResults', 'rag.strategy', 'rag.similarityThreshold', 'rag.hybridThreshold');
set local role authenticated;

-- Facets
select is(
    pg_temp.ask('grout anhydrite', '{"facets": true, "count": 1}') -> 'facets',
    '{"bases": [{"value": "00000000-0000-4000-8000-0000000000c1", "documents": 5}], "languages": [{"value": "en", "documents": 5}],
      "types": [{"value": "text", "documents": 5}], "tags": [{"value": "t-l", "documents": 1}, {"value": "t-o", "documents": 1},
      {"value": "t-r", "documents": 1}, {"value": "t-s", "documents": 1}, {"value": "t-t", "documents": 1}]}'::jsonb,
    'facets count all that was found, not only what is shown'
);
select is(pg_temp.ask('zzz', '{"facets": true}') #> '{facets,tags}', '[]', 'nothing found has empty facets');
select ok(not pg_temp.ask('grout') ? 'facets', 'nobody counts what is not asked for');

-- Many: ids of the sample lie so close that it stands for millions
reset role;
delete from public.documents;
select pg_temp.learn('a', 'c1', 'many', 'x', '{"1": 1}'), pg_temp.learn('a', 'c1', 'one', 'Only sealant here.', '{"1": 1}');
insert into public.document_chunks (org_id, id, base_id, document_id, position, content, char_start, char_end, token_count, language)
select d.org_id, ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, d.base_id, d.id, n,
    case when n % 20 = 0 then 'Sealant lasts.' when n = 7 then 'Sealant on anhydrite.' else 'Nothing.' end, 0, 5, 5, 'en'
from public.documents as d cross join generate_series(1, 600) as n
where d.name = 'many';
set local role authenticated;
select is(
    (select array_agg(w.passages < 1000 order by w.lexeme) from private.word_terms('anhydrite sealant', '00000000-0000-4000-8000-00000000000a', null, null, null) as w),
    '{f,f}', 'a sample says in how many passages a word stands'
);
select is(jsonb_array_length(pg_temp.ask('anhydrite sealant', '{"count": 20}') -> 'results'), 1, 'among millions the rarest word leads alone');
select is(pg_temp.found('sealant', '{"count": 1}') <> '', true, 'and the only one always');
select is(
    jsonb_array_length(public.search_knowledge('anhydrite sealant', null, p_search_type => 'keyword',
        p_filters => jsonb_build_object('document_ids', jsonb_build_array((select id from public.documents where name = 'one')))) -> 'results'),
    1, 'where filters leave few, every word leads to them'
);
reset role;
delete from public.documents;
select pg_temp.learn('a', 'c1', 'short', 'Grout cracks.', '{"1": 1}'), pg_temp.learn('a', 'c1', 'twin', 'Grout cracks!', '{"1": 1, "4": 0.05}'),
    pg_temp.learn('a', 'c1', 'long', 'Grout cracks. ' || repeat('Many other words about nothing in particular follow here. ', 20), '{"1": 0.9, "2": 0.4}'),
    pg_temp.learn('a', 'c1', 'often', 'Grout grout grout lasts.', '{"2": 1}');
set local role authenticated;

-- Readers
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}';
update public.documents set reader_roles = '{admin}' where name in ('short', 'twin');
select is(pg_temp.found('grout cracks', '{"count": 20}') ~ 'short', true, 'who may still read a document finds it');
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select is(pg_temp.found('grout cracks', '{"count": 20}'), 'long,often', 'a document with readers of its own is found by them alone');
select is(pg_temp.found('x', '{"type": "semantic", "vector": {"1": 1}, "count": 20}') ~ 'short|twin', false, 'by meaning as well');
select is(pg_temp.ask('grout', '{"facets": true}') -> 'facets' @? '$.tags[*] ? (@.value == "t-s" || @.value == "t-t")', false, 'and is not counted');
select is_empty($$ select from public.document_chunks where content in ('Grout cracks.', 'Grout cracks!') $$, 'nor read as a row');
reset role;
insert into public.document_chunks (org_id, base_id, document_id, position, content, char_start, char_end, token_count, language)
select org_id, base_id, id, 1, 'A new passage about grout.', 0, 5, 5, 'en' from public.documents where name = 'short';
set local role authenticated;
select is(pg_temp.found('new passage'), '', 'nor are passages that come later');
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}';
update public.documents set reader_roles = null where name in ('short', 'twin');
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select is(pg_temp.found('new passage'), 'short', 'until the document is everybody''s again');

select * from finish();
rollback;
