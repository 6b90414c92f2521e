-- The prompt registry: versions, variants, and texts that stay as they were.
begin;
set local search_path = public, extensions;

select plan(40);

insert into auth.users (id, email) values
    ('00000000-0000-4000-8000-0000000000a1', 'owner@a.example'),
    ('00000000-0000-4000-8000-0000000000a4', 'member@a.example'),
    ('00000000-0000-4000-8000-0000000000a5', 'guest@a.example'),
    ('00000000-0000-4000-8000-0000000000b1', 'owner@b.example'),
    ('00000000-0000-4000-8000-0000000000d1', 'operator@platform.example');
insert into public.organizations (id, name, slug) values
    ('00000000-0000-4000-8000-00000000000a', 'A', 'a'),
    ('00000000-0000-4000-8000-00000000000b', 'B', 'b');
insert into public.organization_members (org_id, user_id, role) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'member'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a5', 'guest'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into public.platform_operators (user_id) values ('00000000-0000-4000-8000-0000000000d1');

select is(
    (private.choose_prompt('00000000-0000-4000-8000-00000000000a', 'greet', 'x')).id, null,
    'without a row there is no prompt, and the task''s own counts'
);

-- anon
set local role anon;
select throws_ok('select * from public.ai_prompts', '42501', null, 'anon may not read prompts');
select throws_ok($$ select public.create_prompt('greet', 'x') $$, '42501', null, 'anon may not write prompts');

-- The operator writes the platform's prompt.
set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000d1", "role": "authenticated"}';
select results_eq(
    $$ select version, variant, status, created_by from public.create_prompt('greet', 'Platform two') $$,
    $$ values (2, 'A', 'draft', '00000000-0000-4000-8000-0000000000d1'::uuid) $$,
    'the first version in the registry is 2: 1 is the code''s'
);
select lives_ok($$ select public.activate_prompt('greet', 2) $$, 'an operator activates it for everybody');

-- The owner of A writes his own.
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}';
select is_empty('select * from public.ai_prompts', 'the platform''s prompts are not an organization''s to read');
select throws_ok(
    $$ select public.create_prompt('greet', 'Mine for all') $$, '42501', null, 'an owner does not write the platform''s prompt'
);
select throws_ok(
    $$ select public.create_prompt('greet', 'Yours', p_org_id => '00000000-0000-4000-8000-00000000000b') $$,
    '42501', null, 'nor another organization''s'
);
select is(
    (public.create_prompt('greet', 'A three', p_org_id => '00000000-0000-4000-8000-00000000000a')).version, 3,
    'the next version is one that nobody else has: the log tells texts apart by it'
);
select throws_ok(
    $$ select public.create_prompt('greet', 'A two', p_org_id => '00000000-0000-4000-8000-00000000000a', p_version => 2, p_variant => 'B') $$,
    '23505', null, 'a version of the platform cannot be given a variant by an organization'
);
select is(
    (public.create_prompt('greet', 'A three, otherwise', p_org_id => '00000000-0000-4000-8000-00000000000a',
        p_version => 3, p_variant => 'B', p_weight => 3)).variant, 'B',
    'a version may have several variants'
);
select throws_ok(
    $$ insert into public.ai_prompts (org_id, key, version, variant, system, status)
       values ('00000000-0000-4000-8000-00000000000a', 'greet', 9, 'A', 'x', 'active') $$,
    '42501', null, 'a prompt begins as a draft'
);
select throws_ok(
    $$ insert into public.ai_prompts (org_id, key, version, variant, system)
       values ('00000000-0000-4000-8000-00000000000a', 'greet', 2147483647, 'A', 'x') $$,
    '22023', 'Cannot store prompt greet version 2147483647: the next number is 4', 'nobody takes the last number: none would be left for others'
);
select throws_ok(
    $$ select public.create_prompt('greet', 'x', p_org_id => '00000000-0000-4000-8000-00000000000a', p_version => 5) $$,
    '22023', null, 'nor leaps over one'
);
select throws_ok(
    $$ select public.create_prompt('greet', p_org_id => '00000000-0000-4000-8000-00000000000a') $$,
    '23514', null, 'a prompt that says nothing is refused'
);
select throws_ok(
    $$ select public.create_prompt('greet', 'x', p_few_shot => '[{"input": "a"}]', p_org_id => '00000000-0000-4000-8000-00000000000a') $$,
    '23514', null, 'an example without its output is refused'
);
select lives_ok(
    $$ update public.ai_prompts set system = 'A three, polished' where version = 3 and variant = 'A' $$, 'a draft may still change'
);
select is(
    (select count(*) from public.activate_prompt('greet', 3, '00000000-0000-4000-8000-00000000000a')), 2::bigint,
    'activating a version activates all its variants'
);
select throws_ok(
    $$ update public.ai_prompts set system = 'A three, edited' where version = 3 and variant = 'A' $$,
    '55000', null, 'an active text never changes'
);
select lives_ok(
    $$ update public.ai_prompts set weight = 1 where version = 3 and variant = 'B' $$, 'its share of the traffic may'
);
select lives_ok(
    $$ update public.ai_prompts set weight = 3 where version = 3 and variant = 'B' $$, 'and back'
);
select throws_ok(
    $$ update public.ai_prompts set status = 'draft' where version = 3 $$, '55000', null, 'what was active is never a draft again'
);
select throws_ok(
    $$ select public.activate_prompt('greet', 2) $$, 'PT404', null, 'an owner cannot activate the platform''s version'
);
select throws_ok(
    $$ select public.activate_prompt('greet', 7, '00000000-0000-4000-8000-00000000000a') $$, 'PT404', null,
    'a version that does not exist cannot be activated'
);

-- A member, a guest and the owner of B.
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select is((select count(*) from public.ai_prompts), 2::bigint, 'a member reads his organization''s prompts');
select throws_ok(
    $$ select public.create_prompt('greet', 'x', p_org_id => '00000000-0000-4000-8000-00000000000a') $$, '42501', null,
    'and writes none'
);
select throws_ok(
    $$ select public.activate_prompt('greet', 3, '00000000-0000-4000-8000-00000000000a') $$, '42501', null, 'and activates none'
);
select is_empty(
    $$ select * from public.retire_prompt('greet', '00000000-0000-4000-8000-00000000000a') $$, 'and retires none'
);
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a5", "role": "authenticated"}';
select is_empty('select * from public.ai_prompts', 'a guest reads no prompt');
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000b1", "role": "authenticated"}';
select is_empty('select * from public.ai_prompts', 'nor does another organization');

-- Which one a request gets.
set local role service_role;
set local request.jwt.claims = '{"role": "service_role"}';
select is(
    (private.choose_prompt('00000000-0000-4000-8000-00000000000b', 'greet', 'x')).system, 'Platform two',
    'B has no prompt of its own and gets the platform''s'
);
select is(
    (private.choose_prompt('00000000-0000-4000-8000-00000000000a', 'greet', 'x')).version, 3, 'A gets its own version'
);
select is(
    (select count(distinct (private.choose_prompt('00000000-0000-4000-8000-00000000000a', 'greet', 'lead:7')).variant)
     from generate_series(1, 20)), 1::bigint, 'the same lead always gets the same variant'
);
select ok(
    (select count(*) filter (where chosen.variant = 'B') between 1400 and 1600
     from (
         select (private.choose_prompt('00000000-0000-4000-8000-00000000000a', 'greet', 'lead:' || n)).variant
         from generate_series(1, 2000) as n
     ) as chosen),
    'over many leads a variant of weight 3 beside one of weight 1 gets three quarters'
);
update public.ai_prompts set weight = 0 where version = 3 and variant = 'A';
select is(
    (select count(distinct (private.choose_prompt('00000000-0000-4000-8000-00000000000a', 'greet', 'lead:' || n)).variant)
     from generate_series(1, 200) as n), 1::bigint, 'a variant of weight 0 gets nobody'
);

-- Numeric versions: 10 after 9, and one version active at a time.
insert into public.ai_prompts (key, version, system) values ('count', 9, 'nine'), ('count', 10, 'ten');
select public.activate_prompt('count', 9);
select throws_ok(
    $$ update public.ai_prompts set status = 'active' where key = 'count' and version = 10 $$, '23505', null,
    'two versions of a key are never active at once'
);
select public.activate_prompt('count', 10);
select results_eq(
    $$ select version, status from public.ai_prompts where key = 'count' order by version $$,
    $$ values (9, 'retired'), (10, 'active') $$, 'activating a version retires the one before it'
);
select is((public.create_prompt('count', 'eleven')).version, 11, 'the version after 10 is 11');
select public.activate_prompt('count', 9);
select is((private.choose_prompt(null, 'count', null)).system, 'nine', 'a retired version may come back');

-- The bound: no tokenizer makes more tokens than bytes.
insert into public.ai_prompts (key, version, system, template, few_shot)
values ('bytes', 2, 'Grüße', '{{name}} 👋', '[{"input": "é", "output": "ü"}]');
select ok(
    (select token_bound >= octet_length('Grüße') + octet_length('{{name}} 👋') + octet_length('é') + octet_length('ü')
     from public.ai_prompts where key = 'bytes'), 'the bound counts UTF-8 bytes of every part'
);

select * from finish();
rollback;
