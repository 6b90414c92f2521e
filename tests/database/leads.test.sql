-- Leads belong to their organization: nobody else reads, writes or moves them.
begin;
set local search_path = public, extensions;

select plan(17);

insert into auth.users (id, email) values
    ('00000000-0000-4000-8000-0000000000a1', 'manager@a.example'),
    ('00000000-0000-4000-8000-0000000000a4', 'member@a.example'),
    ('00000000-0000-4000-8000-0000000000a5', 'guest@a.example'),
    ('00000000-0000-4000-8000-0000000000b1', 'member@b.example');
insert into public.organizations (id, name, slug) values
    ('00000000-0000-4000-8000-00000000000a', 'A', 'a'),
    ('00000000-0000-4000-8000-00000000000b', 'B', 'b');
insert into public.organization_members (org_id, user_id, role) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'manager'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'member'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a5', 'guest'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'member');
insert into public.leads (org_id, name, status) values
    ('00000000-0000-4000-8000-00000000000a', 'Lead of A', 'new'),
    ('00000000-0000-4000-8000-00000000000b', 'Lead of B', 'new');

select throws_ok(
    $$ insert into public.leads (org_id, name) values ('00000000-0000-4000-8000-00000000000a', ' ') $$, '23514', null,
    'a lead has a name'
);
select throws_ok(
    $$ insert into public.leads (org_id, name, class) values ('00000000-0000-4000-8000-00000000000a', 'x', 'D') $$, '23514', null,
    'a lead''s class is A, B or C'
);

set local role anon;
select throws_ok('select * from public.leads', '42501', null, 'anon may not read leads');

set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select results_eq('select name from public.leads', array['Lead of A'], 'a member sees his organization''s leads and no others');
select results_eq(
    $$ insert into public.leads (org_id, name) values ('00000000-0000-4000-8000-00000000000a', 'Mine') returning owner_id $$,
    array['00000000-0000-4000-8000-0000000000a4'::uuid], 'a member adds a lead, which is his'
);
select throws_ok(
    $$ insert into public.leads (org_id, name) values ('00000000-0000-4000-8000-00000000000b', 'Theirs') $$, '42501', null,
    'and adds none to another organization'
);
select throws_ok(
    $$ insert into public.leads (org_id, name, class, class_source, class_request_id)
       values ('00000000-0000-4000-8000-00000000000a', 'x', 'A', 'model', gen_random_uuid()) $$,
    '42501', null, 'nor one whose class a request would have given'
);
select throws_ok(
    $$ insert into public.leads (org_id, name, tags) values ('00000000-0000-4000-8000-00000000000a', 'x', array[repeat('x', 100000)]) $$,
    '23514', null, 'nor one that is too large to be sent to a model'
);
select throws_ok(
    $$ update public.leads set org_id = '00000000-0000-4000-8000-00000000000b' $$, '42501', null,
    'and moves none to another organization'
);
select throws_ok(
    $$ update public.leads set p_score = 100 $$, '42501', null, 'and does not write what was computed'
);
select results_eq(
    $$ update public.leads set status = 'contacted' where name = 'Lead of A' returning status $$, array['contacted'],
    'a member changes a lead'
);
select is_empty('delete from public.leads returning 1', 'and deletes none');

set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a5", "role": "authenticated"}';
select is_empty('select * from public.leads', 'a guest sees no lead');

set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000b1", "role": "authenticated"}';
select results_eq('select name from public.leads', array['Lead of B'], 'a member of B sees B''s');
select is_empty(
    $$ update public.leads set notes = 'x' where name = 'Lead of A' returning 1 $$, 'and changes none of A''s'
);

set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}';
select is((select count(*) from public.leads), 2::bigint, 'a manager sees all leads of the organization');
select results_eq(
    $$ delete from public.leads where name = 'Mine' returning name $$, array['Mine'], 'and deletes one'
);

select * from finish();
rollback;
