-- A base is embedded anew: seen whole before and after, by managers alone, with what came in meanwhile.
begin;
set local search_path = public, extensions;

select plan(18);

insert into auth.users (id, email) values
    ('00000000-0000-4000-8000-0000000000a1', 'admin@a.example'),
    ('00000000-0000-4000-8000-0000000000a4', 'member@a.example'),
    ('00000000-0000-4000-8000-0000000000b1', 'owner@b.example');
insert into public.organizations (id, name, slug) values
    ('00000000-0000-4000-8000-00000000000a', 'A', 'a'),
    ('00000000-0000-4000-8000-00000000000b', 'B', 'b');
insert into public.organization_members (org_id, user_id, role) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'admin'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'member'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into public.knowledge_bases (org_id, id, name)
values ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', 'Base');

create function pg_temp.act(p_user text) returns void language sql as $$
    select set_config('role', case when p_user is null then 'service_role' else 'authenticated' end, true),
        set_config('request.jwt.claims', case when p_user is null then '{"role": "service_role"}'
            else json_build_object('sub', '00000000-0000-4000-8000-0000000000' || p_user, 'role', 'authenticated')::text end, true)
$$;
create function pg_temp.vector_at(p_axis integer) returns text language sql as $$
    select '[' || string_agg(case when i = p_axis then '1' else '0' end, ',' order by i) || ']' from generate_series(1, 1536) as i
$$;
create function pg_temp.learn(p_name text, p_passages integer) returns void language sql as $$
    with document as (
        insert into public.documents (org_id, base_id, name, mime_type, size_bytes, content_hash, source_text, state, processed_at, chunk_count)
        values ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', p_name, 'text/plain', 1, p_name, p_name,
            'processed', now(), p_passages)
        returning org_id, id, base_id
    )
    insert into public.document_chunks
        (org_id, base_id, document_id, position, content, section, char_start, char_end, token_count, embedding, embedding_model)
    select org_id, base_id, id, i - 1, p_name || ' ' || i, p_name, 0, 1, 1, pg_temp.vector_at(1)::vector, 'old'
    from document cross join generate_series(1, p_passages) as i
$$;
-- A stretch of the job: so many passages get their new vectors.
create function pg_temp.stretch(p_lease uuid, p_limit integer) returns integer language sql as $$
    with taken as (
        select public.take_passages(job.org_id, job.id, p_lease, p_limit) -> 'passages' as passages, job.org_id, job.id
        from public.ingestion_jobs as job where job.kind = 'reembed' and job.state = 'running'
    ),
    done as (
        select public.replace_vectors(taken.org_id, taken.id, p_lease,
            (select jsonb_agg(jsonb_build_object('id', p.passage ->> 'id', 'embedding', pg_temp.vector_at(2)))
             from jsonb_array_elements(taken.passages) as p (passage)),
            'text-embedding-3-large@512', jsonb_build_array(jsonb_build_object('step', 'embed', 'done', jsonb_array_length(taken.passages))), false)
        from taken where jsonb_array_length(taken.passages) > 0
    )
    select jsonb_array_length(taken.passages) + 0 * (select count(*) from done)::integer from taken
$$;
create function pg_temp.finish(p_lease uuid) returns text language sql as $$
    select public.finish_reembedding(job.org_id, job.id, p_lease) ->> 'finished' from public.ingestion_jobs as job where job.kind = 'reembed' and job.state = 'running'
$$;
grant execute on all functions in schema pg_temp to authenticated, service_role;
select pg_temp.learn('first', 3);

select pg_temp.act('a4');
select throws_ok($$ select public.reembed_base('00000000-0000-4000-8000-0000000000c1') $$, 'PT403', null, 'a member does not re-embed');
select pg_temp.act('b1');
select throws_ok($$ select public.reembed_base('00000000-0000-4000-8000-0000000000c1') $$, 'PT404', null, 'another tenant knows of no such base');
select pg_temp.act('a1');
select throws_ok($$ select public.reembed_base('00000000-0000-4000-8000-0000000000c1', 'gpt-4o') $$, 'PT404', null, 'a model that embeds nothing is refused');
select throws_ok(
    $$ select public.reembed_base('00000000-0000-4000-8000-0000000000c1', 'text-embedding-3-large', 3072) $$, 'PT400', null,
    'more dimensions than a vector may have are refused'
);
select lives_ok($$ select public.reembed_base('00000000-0000-4000-8000-0000000000c1', 'text-embedding-3-large', 512) $$, 'a manager re-embeds');
select throws_ok($$ select public.reembed_base('00000000-0000-4000-8000-0000000000c1') $$, 'PT409', null, 'once at a time');
select results_eq(
    'select kind, state, embedding_model, embedding_dimensions from public.ingestion_jobs',
    $$ values ('reembed', 'queued', 'text-embedding-3-large', 512) $$, 'it is a job like others'
);

select pg_temp.act(null);
create temp table held as
select (public.claim_ingestion(job.org_id, job.id) ->> 'lease_id')::uuid as lease from public.ingestion_jobs as job;
grant all on held to authenticated, service_role;
select is(pg_temp.stretch(lease, 2), 2, 'passages are taken as they are wanted') from held;
select pg_temp.act('a1');
select results_eq('select embedding_model, count(*) from public.document_chunks group by 1', $$ values ('old', 3::bigint) $$, 'meanwhile the old vectors are seen');
reset role;
select pg_temp.learn('second', 1);
select pg_temp.act(null);
select is(pg_temp.stretch(lease, 10), 1, 'the rest of what was there follows') from held;
select is(pg_temp.finish(lease), 'false', 'it does not end while something came in') from held;
select is(pg_temp.stretch(lease, 10), 1, 'which is embedded too') from held;
select is(pg_temp.finish(lease), 'true', 'then it ends') from held;
select pg_temp.act('a1');
select results_eq(
    'select embedding_model, count(*) from public.document_chunks group by 1', $$ values ('text-embedding-3-large@512', 4::bigint) $$,
    'and the new vectors are seen, of all documents at once'
);
select results_eq(
    'select embedding_model, embedding_dimensions from public.knowledge_bases', $$ values ('text-embedding-3-large', 512) $$,
    'the base says what it is embedded by'
);
select is(public.search_plan() -> 'space', '{"model": "text-embedding-3-large", "dimensions": 512}'::jsonb, 'and so a question is embedded');

-- Cancelled -------------------------------------------------------------------------------------------------------------------

select public.reembed_base('00000000-0000-4000-8000-0000000000c1', 'text-embedding-3-small');
select pg_temp.act(null);
update held set lease = (select (public.claim_ingestion(job.org_id, job.id) ->> 'lease_id')::uuid from public.ingestion_jobs as job where job.state = 'queued');
select pg_temp.stretch(lease, 2) from held;
select pg_temp.act('a1');
select is(public.cancel_ingestion(id), 'cancelled', 'a re-embedding is cancelled') from public.ingestion_jobs where state = 'running';
reset role;
select results_eq('select count(*) from public.document_chunks', array[4::bigint], 'and leaves nothing of what it made');

select * from finish();
rollback;
