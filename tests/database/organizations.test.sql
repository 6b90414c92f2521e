-- Who sees and manages an organization: anon, members of each role, strangers, operators and the service role.
begin;
set local search_path = public, extensions;

select plan(45);

insert into auth.users (id, email) values
    ('00000000-0000-4000-8000-0000000000a1', 'owner@a.example'),
    ('00000000-0000-4000-8000-0000000000a2', 'admin@a.example'),
    ('00000000-0000-4000-8000-0000000000a3', 'manager@a.example'),
    ('00000000-0000-4000-8000-0000000000a4', 'member@a.example'),
    ('00000000-0000-4000-8000-0000000000a5', 'guest@a.example'),
    ('00000000-0000-4000-8000-0000000000b1', 'owner@b.example'),
    ('00000000-0000-4000-8000-0000000000c1', 'stranger@c.example'),
    ('00000000-0000-4000-8000-0000000000d1', 'operator@platform.example');
insert into public.organizations (id, name, slug) values
    ('00000000-0000-4000-8000-00000000000a', 'A', 'a'),
    ('00000000-0000-4000-8000-00000000000b', 'B', 'b');
insert into public.organization_members (org_id, user_id, role) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'admin'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a3', 'manager'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'member'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a5', 'guest'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into public.platform_operators (user_id) values ('00000000-0000-4000-8000-0000000000d1');

-- The tables' own rules.
select throws_ok(
    $$ insert into public.organizations (name, slug, currency) values ('X', 'x', 'GBP') $$,
    '23514', null, 'a currency without an exchange rate is refused'
);
select throws_ok(
    $$ insert into public.organizations (name, slug, time_zone) values ('X', 'x', 'Europe/Atlantis') $$,
    '22023', 'Cannot use time zone Europe/Atlantis: it is not an IANA name', 'an unknown time zone is refused'
);
select throws_ok(
    $$ insert into public.organizations (name, slug, time_zone) values ('X', 'x', 'FOO+3') $$,
    '22023', null, 'a POSIX rule, which a cast would take, is no time zone'
);
select lives_ok(
    $$ update public.organizations set time_zone = 'America/Sao_Paulo' where slug = 'b' $$,
    'an IANA time zone is taken'
);
select throws_ok(
    $$ delete from public.organization_members where org_id = '00000000-0000-4000-8000-00000000000b' $$,
    '23514', null, 'the last owner cannot be removed, not even by the database''s owner'
);
select throws_ok(
    $$ update public.organization_members set role = 'member' where org_id = '00000000-0000-4000-8000-00000000000b' $$,
    '23514', null, 'the last owner cannot be demoted'
);

-- The clock.
select set_config('signalbox.now', '2026-02-28T23:30:00Z', true);
select is(private.clock(), '2026-02-28T23:30:00Z'::timestamptz, 'a test session fixes the clock');
select set_config('signalbox.now', '', true);
select ok(private.clock() > now(), 'unset, the clock is later than the start of the transaction');

-- postgres sees every organization through the filter of all views.
select set_eq(
    $$ select id from private.visible_org_ids() as visible (id) where id::text like '00000000-0000-4000-8000-00000000000_' $$,
    array['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b']::uuid [],
    'postgres sees every organization'
);

-- anon
set local role anon;
select throws_ok('select * from public.organizations', '42501', null, 'anon may not read organizations');
select throws_ok('select * from public.organization_members', '42501', null, 'anon may not read members');
select throws_ok('select private.my_org_ids()', '42501', null, 'anon may not call the helpers');
select throws_ok(
    $$ select public.create_organization('Nobody''s') $$, '42501', null, 'anon may not create an organization'
);

-- A signed-in user without an organization.
set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000c1", "role": "authenticated"}';
select is_empty('select * from public.organizations', 'a stranger sees no organization');
select is_empty('select * from public.organization_members', 'a stranger sees no member');
select is_empty('select * from private.visible_org_ids()', 'a stranger sees nothing through the filter of the views');
select is(private.my_role('00000000-0000-4000-8000-00000000000a'), null, 'a stranger has no role');
select is(private.is_org_admin('00000000-0000-4000-8000-00000000000a'), false, 'and is no admin: false, not NULL');

-- … founds one.
select is(
    (public.create_organization(name => 'Café Zürich & Söhne', currency => 'CHF', time_zone => 'Europe/Zurich')).slug,
    'cafe-zurich-sohne', 'a founded organization gets a slug of its name'
);
select results_eq(
    'select name, currency, time_zone, plan from public.organizations',
    $$ values ('Café Zürich & Söhne', 'CHF', 'Europe/Zurich', null::text) $$,
    'its founder sees it'
);
select results_eq(
    'select user_id, role from public.organization_members',
    $$ values ('00000000-0000-4000-8000-0000000000c1'::uuid, 'owner') $$,
    'and is its owner'
);
select isnt(
    (public.create_organization('Café Zürich & Söhne')).slug, 'cafe-zurich-sohne', 'a taken slug gets an ending'
);
select lives_ok($$ select public.create_organization('Third') $$, 'a user may own three organizations');
select throws_ok(
    $$ select public.create_organization('Fourth') $$, '42501',
    'Cannot create an organization: this user already owns 3, the most allowed', 'but not four: each brings a budget'
);

-- A member of A.
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select results_eq('select slug from public.organizations', array['a'], 'a member sees his organization and no other');
select is(
    (select count(*) from public.organization_members), 5::bigint, 'a member sees his organization''s members and no others'
);
select results_eq(
    'select * from private.visible_org_ids()', array['00000000-0000-4000-8000-00000000000a'::uuid],
    'a member sees his own organization through the filter of the views'
);
select is_empty(
    $$ update public.organizations set name = 'Mine' returning 1 $$, 'a member cannot rename the organization'
);
select throws_ok(
    $$ insert into public.organization_members (org_id, user_id, role)
       values ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', 'guest') $$,
    '42501', null, 'a member cannot add members'
);
select is_empty(
    $$ update public.organization_members set role = 'owner' where user_id = auth.uid() returning 1 $$,
    'a member cannot promote himself'
);
select throws_ok(
    $$ insert into public.organization_members (org_id, user_id, role)
       values ('00000000-0000-4000-8000-00000000000b', auth.uid(), 'owner') $$,
    '42501', null, 'a member cannot join another organization by himself'
);
select throws_ok(
    $$ insert into public.platform_operators (user_id) values (auth.uid()) $$,
    '42501', null, 'nobody makes himself an operator'
);
select is(private.can_see_org_requests('00000000-0000-4000-8000-00000000000a'), false, 'a member does not see all requests');

-- A manager and a guest of A.
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a3", "role": "authenticated"}';
select is(private.can_see_org_requests('00000000-0000-4000-8000-00000000000a'), true, 'a manager sees all requests');
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a5", "role": "authenticated"}';
select is_empty(
    $$ select * from private.my_org_ids_as('owner', 'admin', 'manager', 'member') $$, 'a guest is none of the roles that work'
);

-- The admin of A.
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a2", "role": "authenticated"}';
select results_eq(
    $$ update public.organizations set name = 'A & Co' returning slug $$, array['a'], 'an admin renames his organization only'
);
select throws_ok(
    $$ update public.organizations set plan = 'unlimited' $$, '42501', null, 'an admin does not choose the plan'
);
select throws_ok(
    'delete from public.organizations', '42501', null, 'an admin cannot delete the organization and its spent budget'
);
select throws_ok(
    $$ insert into public.organization_members (org_id, user_id, role)
       values ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', 'owner') $$,
    '42501', null, 'an admin cannot make an owner'
);
select is_empty(
    $$ delete from public.organization_members where role = 'owner' returning 1 $$, 'an admin cannot remove the owner'
);
select results_eq(
    $$ insert into public.organization_members (org_id, user_id, role)
       values ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', 'admin') returning role $$,
    array['admin'], 'an admin makes another admin'
);

-- The guest leaves by himself; the operator sees all but manages none; the service role does everything.
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a5", "role": "authenticated"}';
select results_eq(
    'delete from public.organization_members returning user_id', array['00000000-0000-4000-8000-0000000000a5'::uuid],
    'a guest can leave, and remove nobody else'
);
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000d1", "role": "authenticated"}';
select is(private.is_operator(), true, 'an operator is one');
set local role service_role;
set local request.jwt.claims = '{"role": "service_role"}';
select ok(
    (select count(*) from private.visible_org_ids()) >= 5, 'the service role sees every organization through the filter'
);
select lives_ok(
    $$ delete from public.organizations where slug = 'a' $$, 'the service role deletes an organization, its owner along with it'
);

select * from finish();
rollback;
