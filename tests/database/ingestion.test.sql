-- Files and ingestion: who may upload and begin, that an edition is seen whole or not at all, and that what fails leaves nothing.
begin;
set local search_path = public, extensions;

select plan(54);

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

create function pg_temp.act(p_user text) returns void language sql as $$
    select set_config('role', case when p_user is null then 'service_role' else 'authenticated' end, true),
        set_config('request.jwt.claims', case when p_user is null then '{"role": "service_role"}'
            else json_build_object('sub', '00000000-0000-4000-8000-0000000000' || p_user, 'role', 'authenticated')::text end, true)
$$;
create function pg_temp.file(p_org text, p_name text) returns text language sql as $$
    select '00000000-0000-4000-8000-00000000000' || p_org || '/' || p_name
$$;
create function pg_temp.upload(p_user text, p_org text, p_name text) returns void language sql as $$
    insert into storage.objects (bucket_id, name, owner_id)
    values ('knowledge', pg_temp.file(p_org, p_name), '00000000-0000-4000-8000-0000000000' || p_user)
$$;
create function pg_temp.source(p_path text, p_hash text) returns jsonb language sql as $$
    select jsonb_build_object('name', 'Doc', 'mime_type', 'application/pdf', 'path', p_path, 'content_hash', p_hash, 'size_bytes', 10)
$$;
create function pg_temp.begin(p_path text, p_hash text) returns jsonb language sql as $$
    select public.begin_ingestion(p_source => pg_temp.source(p_path, p_hash))
$$;
create function pg_temp.passage(p_position integer, p_content text) returns jsonb language sql as $$
    select jsonb_build_object('position', p_position, 'content', p_content, 'section', 'Doc', 'page', 1, 'char_start', 0,
        'char_end', 5, 'type', 'text', 'language', 'en', 'token_count', 1)
$$;
-- One whole pass of a job as its invocations make it.
create function pg_temp.stage(p_org text, p_job uuid, p_contents text[]) returns uuid language plpgsql as $$
declare
    v_lease uuid := public.claim_ingestion(('00000000-0000-4000-8000-00000000000' || p_org)::uuid, p_job) ->> 'lease_id';
begin
    perform public.stage_passages(('00000000-0000-4000-8000-00000000000' || p_org)::uuid, p_job, v_lease,
        (select jsonb_agg(pg_temp.passage(c.at::integer - 1, c.content)) from unnest(p_contents) with ordinality as c (content, at)),
        'embed', null,
        '[{"step": "read", "done": 2, "total": 2}, {"step": "embed", "done": 0, "total": 2}]', false);
    perform public.place_passages(('00000000-0000-4000-8000-00000000000' || p_org)::uuid, p_job, v_lease,
        (select jsonb_agg(jsonb_build_object('position', c.at - 1,
            'embedding', '[' || repeat('0,', 1535) || '1]')) from unnest(p_contents) with ordinality as c (content, at)),
        'm', '[{"step": "embed", "done": 2, "calls": 1, "input_tokens": 7, "output_tokens": 0, "cost_usd": 0.25}]', false);
    return v_lease;
end
$$;
create function pg_temp.finish(p_org text, p_job uuid, p_lease uuid) returns jsonb language sql as $$
    select public.finish_ingestion(('00000000-0000-4000-8000-00000000000' || p_org)::uuid, p_job, p_lease)
$$;
grant execute on all functions in schema pg_temp to authenticated, service_role;

-- Files -----------------------------------------------------------------------------------------------------------------------

select pg_temp.act('a4');
select lives_ok($$ select pg_temp.upload('a4', 'a', '1/plan.pdf') $$, 'a member uploads into the own folder');
select throws_ok($$ select pg_temp.upload('a4', 'b', '1/plan.pdf') $$, '42501', null, 'not into another organization''s');
select throws_ok(
    $$ insert into storage.objects (bucket_id, name, owner_id) values ('knowledge', 'plan.pdf', '00000000-0000-4000-8000-0000000000a4') $$,
    '42501', null, 'nor into none'
);
select throws_ok(
    $$ select pg_temp.upload('a4', 'a', '../00000000-0000-4000-8000-00000000000b/plan.pdf') $$, '42501', null,
    'nor into one that the address leads to: the file is read with the project''s key'
);
select throws_ok(
    $$ insert into storage.objects (bucket_id, name, owner_id) values
       ('chat', '00000000-0000-4000-8000-00000000000a/00000000-0000-4000-8000-0000000000a4/../x.png', '00000000-0000-4000-8000-0000000000a4') $$,
    '42501', null, 'a chat''s files neither'
);
select pg_temp.act('a5');
select throws_ok($$ select pg_temp.upload('a5', 'a', '2/x.pdf') $$, '42501', null, 'a guest uploads nothing');
select is_empty('select name from storage.objects', 'and sees no upload of others');
select pg_temp.act('b1');
select is_empty('select name from storage.objects', 'another tenant sees none');

-- Begin -----------------------------------------------------------------------------------------------------------------------

select throws_ok(
    $$ select pg_temp.begin(pg_temp.file('a', '1/plan.pdf'), 'h1') $$, 'PT403', null, 'a file of another organization is refused'
);
select pg_temp.act('a4');
select throws_ok($$ select pg_temp.begin(pg_temp.file('a', '1/none.pdf'), 'h1') $$, 'PT404', null, 'a file that is not there is not found');
select throws_ok($$ select pg_temp.begin(pg_temp.file('a', '1/plan.exe'), 'h1') $$, 'PT400', null, 'an ending that is not accepted is refused');
select throws_ok(
    $$ select public.begin_ingestion(p_source => pg_temp.source(pg_temp.file('a', '1/plan.pdf'), 'h1') || '{"size_bytes": 50000001}') $$,
    'PT413', null, 'a file beyond kb.maxFileSizeMb is refused'
);
create temp table begun (name text primary key, job uuid, document uuid, lease uuid);
grant all on begun to authenticated, service_role;
insert into begun (name, job, document)
select 'first', (answer ->> 'job_id')::uuid, (answer #>> '{document,document_id}')::uuid
from pg_temp.begin(pg_temp.file('a', '1/plan.pdf'), 'h1') as answer;
select results_eq('select state, progress from public.documents', $$ values ('processing', 0::numeric) $$, 'the document is processing');
select throws_ok($$ select pg_temp.begin(pg_temp.file('a', '1/plan.pdf'), 'h1') $$, 'PT409', null, 'and not begun a second time');
select results_eq('select state, step, edition from public.ingestion_jobs', $$ values ('queued', 'read', 2) $$, 'its job is queued');
select throws_ok(
    $$ select public.claim_ingestion('00000000-0000-4000-8000-00000000000a', (select job from begun)) $$, '42501', null, 'which only the service works on'
);
select pg_temp.act('b1');
select is_empty('select * from public.ingestion_jobs', 'another tenant sees no job');
select throws_ok($$ select public.cancel_ingestion((select job from begun)) $$, 'PT404', null, 'and cancels none');

-- One edition ------------------------------------------------------------------------------------------------------------------

select pg_temp.act(null);
update begun set lease = pg_temp.stage('a', job, '{tiles,frost}');
select is(public.claim_ingestion('00000000-0000-4000-8000-00000000000a', job) ->> 'outcome', 'busy', 'a job is worked on once at a time') from begun;
select pg_temp.act('a4');
select is_empty('select * from public.document_chunks', 'an edition that is being made is seen by nobody');
select results_eq(
    'select step, done, total, calls, input_tokens, cost_usd from public.ingestion_steps order by place',
    $$ values ('read', 2, 2, 0, 0::bigint, 0::numeric), ('embed', 2, 2, 1, 7::bigint, 0.25) $$, 'steps say what was done and paid'
);
select pg_temp.act(null);
select is(public.search_knowledge('tiles', '00000000-0000-4000-8000-00000000000a', p_search_type => 'keyword') -> 'results', '[]', 'nor is it found by the service');
select pg_temp.finish('a', job, lease) from begun;
select pg_temp.act('a4');
select results_eq('select content from public.document_chunks order by position', array['tiles', 'frost'], 'finished, it is shown');
select results_eq('select state, progress, language, chunk_count from public.documents', $$ values ('processed', 1::numeric, 'en', 2) $$, 'and the document says so');
select is(pg_temp.begin(pg_temp.file('a', '1/plan.pdf'), 'h1') ->> 'duplicate', 'true', 'the same content again is recognised');
select pg_temp.act('a5');
select results_eq('select name from storage.objects', array[pg_temp.file('a', '1/plan.pdf')], 'who reads the document reads its file');

-- Another edition -------------------------------------------------------------------------------------------------------------

select pg_temp.act('a4');
insert into begun (name, job, document)
select 'second', (answer ->> 'job_id')::uuid, (answer #>> '{document,document_id}')::uuid
from pg_temp.begin(pg_temp.file('a', '1/plan.pdf'), 'h2') as answer;
select is(count(distinct document), 1::bigint, 'a changed file is the same document') from begun;
select pg_temp.act(null);
update begun set lease = pg_temp.stage('a', job, '{porcelain,stone}') where name = 'second';
select pg_temp.act('a4');
select results_eq('select content from public.document_chunks order by position', array['tiles', 'frost'], 'until it is done the old edition is seen');
select pg_temp.act(null);
select is(
    public.fail_ingestion('00000000-0000-4000-8000-00000000000a', job, lease, 'provider_unavailable', 'down', true, true), 'queued',
    'a passing failure is tried again'
) from begun where name = 'second';
select throws_ok(
    $$ select pg_temp.finish('a', job, lease) from begun where name = 'second' $$, 'PT409', null, 'whoever lost the job writes nothing'
);
select pg_temp.act('a4');
select is(public.cancel_ingestion(job), 'cancelled', 'whoever began it cancels it') from begun where name = 'second';
select results_eq('select content from public.document_chunks order by position', array['tiles', 'frost'], 'cancelled, the old edition stays');
select results_eq('select state, problem from public.documents', $$ values ('processed', null::text) $$, 'and the document is what it was');

-- Nothing left ----------------------------------------------------------------------------------------------------------------

select pg_temp.upload('a4', 'a', '3/bad.pdf');
insert into begun (name, job, document)
select 'bad', (answer ->> 'job_id')::uuid, (answer #>> '{document,document_id}')::uuid
from pg_temp.begin(pg_temp.file('a', '3/bad.pdf'), 'h3') as answer;
select pg_temp.act(null);
update begun set lease = pg_temp.stage('a', job, '{half,read}') where name = 'bad';
select is(
    public.fail_ingestion('00000000-0000-4000-8000-00000000000a', job, lease, 'invalid_request', 'page 3 is damaged', false, false), 'error',
    'what is wrong with the file is not tried again'
) from begun where name = 'bad';
select is_empty($$ select d.id from public.documents as d join begun as b on b.document = d.id where b.name = 'bad' $$, 'a new document is gone');
select is_empty($$ select c.id from public.document_chunks as c where c.content in ('half', 'read', 'porcelain', 'stone') $$, 'so are its passages');
reset role;
select is_empty('select * from private.chunk_drafts', 'and drafts');
select results_eq('select path from private.file_removals', array[pg_temp.file('a', '3/bad.pdf')], 'its file is to be removed');
select pg_temp.act('a4');
select results_eq(
    $$ select state, error_code, problem from public.ingestion_jobs where id = (select job from begun where name = 'bad') $$,
    $$ values ('error', 'invalid_request', 'page 3 is damaged') $$, 'the job says why'
);
reset role;
select ok(
    exists (select from realtime.messages where topic = 'ingestions:00000000-0000-4000-8000-0000000000a4' and payload ->> 'state' = 'error'),
    'and told it live'
);

-- Invocations that died of it ---------------------------------------------------------------------------------------------------

select pg_temp.act('a4');
select pg_temp.upload('a4', 'a', '6/bomb.pdf');
insert into begun (name, job, document)
select 'bomb', (answer ->> 'job_id')::uuid, (answer #>> '{document,document_id}')::uuid
from pg_temp.begin(pg_temp.file('a', '6/bomb.pdf'), 'h6') as answer;
select pg_temp.act(null);
create function pg_temp.claim_after_death() returns text language plpgsql as $$
declare
    v_outcome text;
begin
    select public.claim_ingestion('00000000-0000-4000-8000-00000000000a', job) ->> 'outcome' into v_outcome from begun where name = 'bomb';
    update public.ingestion_jobs set busy_until = private.clock() - interval '1 second' where id = (select job from begun where name = 'bomb');
    return v_outcome;
end
$$;
select is(
    array[pg_temp.claim_after_death(), pg_temp.claim_after_death(), pg_temp.claim_after_death()], '{mine,mine,over}',
    'what two invocations died of at the same place is not given to a third'
);
select results_eq(
    $$ select j.error_code, d.state from public.ingestion_jobs as j join public.documents as d on d.id = j.document_id
       where j.id = (select job from begun where name = 'bomb') $$,
    $$ values ('payload_too_large', 'error') $$, 'the job says so, and the document can be tried again'
);

-- What the base has already, told to those alone who may read it ---------------------------------------------------------------

insert into public.documents (org_id, base_id, name, mime_type, size_bytes, content_hash, source_text, state, reader_roles, created_by, processed_at)
select org_id, base_id, 'Redundancies', 'application/pdf', 10, 'h9', 'x', state, '{admin}', '00000000-0000-4000-8000-0000000000a1', at
from (select d.org_id, d.base_id from public.documents as d limit 1) as base
cross join (values ('processed', now())) as given (state, at);
select pg_temp.act('a4');
select pg_temp.upload('a4', 'a', '4/mine.pdf'), pg_temp.upload('a4', 'a', '5/swept.pdf');
insert into begun (name, job, document)
select 'mine', (answer ->> 'job_id')::uuid, (answer #>> '{document,document_id}')::uuid
from pg_temp.begin(pg_temp.file('a', '4/mine.pdf'), 'h9') as answer;
select results_eq(
    $$ select d.name from public.documents as d join begun as b on b.document = d.id where b.name = 'mine' $$, array['Doc'],
    'whoever may not read the document that has the content gets one of his own, and is told of no other'
);
select pg_temp.act('a1');
select is(
    public.begin_ingestion(p_source => pg_temp.source(null, 'h9') || '{"text": "x", "name": "copy"}') #>> '{document,name}', 'Redundancies',
    'whoever may read it is told'
);
select pg_temp.act('a4');
select throws_ok(
    $$ select public.begin_ingestion(p_document_id => d.id, p_source => pg_temp.source(null, 'h9') || '{"text": "x"}')
       from public.documents as d where d.content_hash = 'h1' $$,
    'PT400', null, 'one content is not in two documents of the same person'
);
reset role;
delete from public.documents as d using begun as b where b.document = d.id and b.name = 'mine';
select pg_temp.act('a4');
select lives_ok(
    $$ select public.begin_ingestion(p_document_id => d.id, p_source => pg_temp.source(null, 'h9') || '{"text": "x"}')
       from public.documents as d where d.content_hash = 'h1' $$,
    'a hidden one is nobody''s business'
);
reset role;
update public.documents set state = 'error', processed_at = null where name = 'Redundancies';
select pg_temp.act(null);
insert into begun (name, job, document)
select 'swept', (answer ->> 'job_id')::uuid, (answer #>> '{document,document_id}')::uuid
from public.begin_ingestion('00000000-0000-4000-8000-00000000000a', p_source => pg_temp.source(pg_temp.file('a', '5/swept.pdf'), 'h9')) as answer;
select isnt_empty($$ select from begun where name = 'swept' and job is not null $$, 'the sweep ingests what somebody uploaded');
select pg_temp.act('a4');
select is_empty($$ select name from public.ingestion_jobs where name = 'Redundancies' $$, 'whose job names no document he may not read');

-- A signed URL is used as the platform, hours after it was made.
reset role;
select lives_ok($$ select pg_temp.upload('a4', 'a', '7/late.pdf') $$, 'the platform writes what a member was signed a URL for');
delete from public.organization_members where user_id = '00000000-0000-4000-8000-0000000000a4';
select throws_ok($$ select pg_temp.upload('a4', 'a', '7/later.pdf') $$, '42501',
    'Cannot upload the file: its owner may not write into that folder', 'not once he has left');
select throws_ok(
    $$ update storage.objects set version = 'v2', owner_id = '00000000-0000-4000-8000-0000000000a4' where name = pg_temp.file('a', '7/late.pdf') $$,
    '42501', null, 'nor does he replace what is there'
);
select lives_ok($$ update storage.objects set last_accessed_at = now() where name = pg_temp.file('a', '7/late.pdf') $$, 'what he left is read');
insert into public.organization_members (org_id, user_id, role)
values ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'guest');
select throws_ok($$ select pg_temp.upload('a4', 'a', '7/later.pdf') $$, '42501', null, 'and a guest again uploads nothing');
select lives_ok(
    $$ insert into storage.objects (bucket_id, name) values ('knowledge', pg_temp.file('a', '7/of-nobody.pdf')) $$,
    'a file of nobody is the service role''s'
);

select * from finish();
rollback;
