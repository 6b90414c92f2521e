-- Assistants are seen by whom they are shared with, changed by who looks after them, and never forget a configuration.
begin;
set local search_path = public, extensions;

select plan(32);

insert into auth.users (id, email) values
    ('00000000-0000-4000-8000-0000000000a1', 'manager@a.example'),
    ('00000000-0000-4000-8000-0000000000a3', 'author@a.example'),
    ('00000000-0000-4000-8000-0000000000a4', 'member@a.example'),
    ('00000000-0000-4000-8000-0000000000a5', 'guest@a.example'),
    ('00000000-0000-4000-8000-0000000000b1', 'owner@b.example');
insert into public.organizations (id, name, slug) values
    ('00000000-0000-4000-8000-00000000000a', 'A', 'a'),
    ('00000000-0000-4000-8000-00000000000b', 'B', 'b');
insert into public.organization_members (org_id, user_id, role) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'manager'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a3', 'member'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'member'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a5', 'guest'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into public.ai_assistants (org_id, id, name, status, visibility, created_by)
select '00000000-0000-4000-8000-00000000000a', ('00000000-0000-4000-8000-0000000000' || kind.id)::uuid, kind.visibility || ' ' || kind.status,
    kind.status, kind.visibility, '00000000-0000-4000-8000-0000000000a3'
from (values
    ('01', 'private', 'active'), ('02', 'organization', 'draft'), ('03', 'organization', 'active'),
    ('04', 'public', 'draft'), ('05', 'public', 'active'), ('06', 'public', 'inactive')
) as kind (id, visibility, status);

set local role anon;
select throws_ok('select * from public.ai_assistants', '42501', null, 'anon may not read assistants');

set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a3", "role": "authenticated"}';
select is((select count(*) from public.ai_assistants), 6::bigint, 'its author sees every assistant of his');

set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}';
select results_eq(
    'select name from public.ai_assistants order by id',
    array['organization draft', 'organization active', 'public draft', 'public active', 'public inactive'],
    'a manager sees all but what is private to somebody else'
);
select lives_ok(
    $$ update public.ai_assistants set description = 'Checked' where id = '00000000-0000-4000-8000-000000000003' $$,
    'and changes what is shared'
);

set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select results_eq(
    'select name from public.ai_assistants order by id', array['organization active', 'public active', 'public inactive'],
    'a member sees what is shared and no draft'
);
select is_empty(
    $$ update public.ai_assistants set name = 'Mine' returning 1 $$, 'and changes none of somebody else''s'
);
select is_empty('delete from public.ai_assistants returning 1', 'and deletes none of somebody else''s');
select is_empty('select * from public.ai_assistant_versions', 'and reads no history of somebody else''s');
select throws_ok(
    $$ select public.save_assistant('00000000-0000-4000-8000-00000000000a', '{"name": "Mine"}', '00000000-0000-4000-8000-000000000003') $$,
    'PT403', null, 'save_assistant says so'
);
select throws_ok(
    $$ select public.save_assistant('00000000-0000-4000-8000-00000000000a', '{"name": "Mine"}', '00000000-0000-4000-8000-000000000001') $$,
    'PT404', null, 'and does not tell of one that is private'
);
select throws_ok(
    $$ insert into public.ai_assistants (org_id, name, created_by)
       values ('00000000-0000-4000-8000-00000000000a', 'x', '00000000-0000-4000-8000-0000000000a1') $$,
    '42501', null, 'nobody makes an assistant in another''s name'
);
select throws_ok(
    $$ update public.ai_assistants set org_id = '00000000-0000-4000-8000-00000000000b' $$, '42501', null,
    'an assistant does not move to another organization'
);
select lives_ok(
    $$ select public.set_default_assistant('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000003') $$,
    'a member chooses whom to talk to'
);
select throws_ok(
    $$ select public.set_default_assistant('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000001') $$,
    'PT404', null, 'but nobody he does not see'
);
select throws_ok(
    $$ update public.ai_default_assistants set assistant_id = '00000000-0000-4000-8000-000000000001' $$, '42501', null,
    'nor by the table'
);
select is(
    (public.copy_assistant('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000003', 'My copy')).visibility,
    'private', 'a copy is its maker''s own'
);

set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a5", "role": "authenticated"}';
select results_eq(
    'select name from public.ai_assistants', array['public active'], 'a guest sees what is public and active, no more'
);
select throws_ok(
    $$ select public.save_assistant('00000000-0000-4000-8000-00000000000a', '{"name": "x"}') $$, 'PT403', null,
    'and makes no assistant'
);

set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000b1", "role": "authenticated"}';
select is_empty('select * from public.ai_assistants', 'another organization''s owner sees none');
select throws_ok(
    $$ select public.save_assistant('00000000-0000-4000-8000-00000000000a', '{"name": "x"}') $$, 'PT403', null,
    'and adds none to it'
);

-- Configuration and its past
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a3", "role": "authenticated"}';
select throws_ok(
    $$ select public.save_assistant('00000000-0000-4000-8000-00000000000a', '{"name": "x", "temperature": 2.5}') $$,
    '22023', 'Cannot save the assistant: config.temperature must be at most 2', 'a wrong value is named'
);
select throws_ok(
    $$ select public.save_assistant('00000000-0000-4000-8000-00000000000a', '{"name": "x", "colour": "red"}') $$,
    '22023', 'Cannot save the assistant: config.colour is not known', 'an unknown member is named'
);
select throws_ok(
    $$ select public.save_assistant('00000000-0000-4000-8000-00000000000a', '{"languages": ["en"]}') $$,
    '22023', 'Cannot save the assistant: config.name is missing', 'a new one needs a name'
);
select throws_ok(
    $$ insert into public.ai_assistants (org_id, name, temperature) values ('00000000-0000-4000-8000-00000000000a', 'x', 3) $$,
    '23514', null, 'the table refuses what the function refuses'
);
create temporary table kept as
select * from public.save_assistant(
    '00000000-0000-4000-8000-00000000000a', '{"name": "Sales coach", "instructions": "Be brief.", "tags": ["sales"]}'
);
select is((select version || status || visibility from kept), '1draftprivate', 'a new assistant is a private draft, version 1');
select is(
    (public.save_assistant((select org_id from kept), '{"instructions": "Be kind.", "temperature": 0}', (select id from kept), 1)).version,
    2, 'a change of its configuration is a new version'
);
select is(
    (public.save_assistant((select org_id from kept), '{"status": "active"}', (select id from kept))).version,
    2, 'its status is none'
);
select throws_ok(
    format('select public.save_assistant(%L, %L, %L, 1)', (select org_id from kept), '{"name": "y"}', (select id from kept)),
    'PT409', null, 'who read an older version is told'
);
select results_eq(
    format('select field, old_value, new_value from public.assistant_diff(%L, %L, 1, 2)', (select org_id from kept), (select id from kept)),
    $$ values ('instructions', '"Be brief."'::jsonb, '"Be kind."'::jsonb), ('temperature', '0.70'::jsonb, '0.00'::jsonb) $$,
    'two versions are compared field by field'
);
select throws_ok(
    format('select public.assistant_diff(%L, %L, 1, 9)', (select org_id from kept), (select id from kept)),
    'PT404', null, 'and an unknown version is told'
);
select is(
    (public.roll_back_assistant((select org_id from kept), (select id from kept), 1)).instructions,
    'Be brief.', 'an earlier configuration comes back'
);
select throws_ok(
    $$ update public.ai_assistant_versions set config = '{}' $$, '42501', null, 'the history is nobody''s to change'
);

select * from finish();
rollback;
