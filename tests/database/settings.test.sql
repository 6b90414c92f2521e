-- Settings: what is in force, who may write it, and what is never stored.
begin;
set local search_path = public, extensions;

select plan(62);

insert into auth.users (id, email) values
    ('00000000-0000-4000-8000-0000000000a1', 'owner@a.example'),
    ('00000000-0000-4000-8000-0000000000a2', 'admin@a.example'),
    ('00000000-0000-4000-8000-0000000000a4', 'member@a.example'),
    ('00000000-0000-4000-8000-0000000000b1', 'owner@b.example'),
    ('00000000-0000-4000-8000-0000000000d1', 'operator@platform.example');
insert into public.organizations (id, name, slug) values
    ('00000000-0000-4000-8000-00000000000a', 'A', 'a'),
    ('00000000-0000-4000-8000-00000000000b', 'B', 'b');
insert into public.organization_members (org_id, user_id, role) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'admin'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'member'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into public.platform_operators (user_id) values ('00000000-0000-4000-8000-0000000000d1');

-- The checks themselves: a table of schemas, values and what is wrong with them.
select is(
    private.setting_problem(example.rules::jsonb, example.value::jsonb), example.problem, 'a value is checked: ' || example.title
)
from (
    values
    ('a number in its bounds', '{"type":"number","minimum":0,"maximum":1}', '0.7', null),
    ('a bound itself', '{"type":"number","minimum":0,"maximum":1}', '1', null),
    ('above the bound', '{"type":"number","minimum":0,"maximum":1}', '1.01', 'value must be at most 1'),
    ('below the bound', '{"type":"integer","minimum":1}', '0', 'value must be at least 1'),
    ('a fraction where an integer is asked for', '{"type":"integer"}', '2.5', 'value must be integer: it is number'),
    ('1.0, which is an integer', '{"type":"integer"}', '1.0', null),
    ('a string of digits is no number', '{"type":"number"}', '"1"', 'value must be number: it is string'),
    ('an allowed word', '{"type":"string","enum":["refuse","spool"]}', '"spool"', null),
    ('a word that is not allowed', '{"enum":["refuse","spool"]}', '"maybe"', 'value must be one of ["refuse", "spool"]'),
    ('null where it is allowed', '{"type":["string","null"]}', 'null', null),
    ('null where it is not', '{"type":"string"}', 'null', 'value must be string: it is null'),
    ('a duration', '{"type":"string","format":"duration"}', '"P1DT2H30M"', null),
    ('words are no duration', '{"type":"string","format":"duration"}', '"5 minutes"', 'value must be an ISO 8601 duration such as PT30M'),
    ('nothing is no duration', '{"type":"string","format":"duration"}', '"P"', 'value must be an ISO 8601 duration such as PT30M'),
    ('T without a time is no duration', '{"type":"string","format":"duration"}', '"P1DT"', 'value must be an ISO 8601 duration such as PT30M'),
    ('a duration that is too long', '{"format":"duration","formatMaximum":"PT400S"}', '"PT7M"', 'value must be at most PT400S'),
    ('an item of a list', '{"type":"array","items":{"type":"string"}}', '["a",1]', 'value[1] must be string: it is number'),
    ('a list that is too long', '{"type":"array","maxItems":1}', '[1,2]', 'value must have at most 1 items'),
    ('a field that is not known', '{"type":"object","additionalProperties":false,"properties":{"a":{}}}', '{"b":1}', 'value.b is not known'),
    ('a field that is missing', '{"type":"object","required":["a"]}', '{}', 'value.a is missing'),
    ('a field deep inside', '{"properties":{"a":{"properties":{"b":{"maximum":1}}}}}', '{"a":{"b":2}}', 'value.a.b must be at most 1'),
    ('a rule nobody knows', '{"type":"number","minimun":0}', '1', 'the schema of value uses unknown rules: minimun')
) as example (title, rules, value, problem);

select throws_ok(
    $$ insert into public.ai_setting_definitions (key, type, scopes, default_value, schema, description)
       values ('x.y', 'number', '{global}', '2', '{"type":"number","maximum":1}', 'x') $$,
    '23514', null, 'a default outside of its own bounds is refused'
);
select throws_ok(
    $$ insert into public.ai_settings (key, value) values ('ai.retry.count', '1'), ('ai.retry.count', '2') $$,
    '23505', null, 'there is one global value of a key, although its organization is null'
);

-- What is in force without any row.
select is(private.setting('ai.cache.ttl', null, null), '"PT8H"', 'the default is in force');
select is(private.setting('ai.price.unknown', null, null) #>> '{}', null, 'a setting nobody gave a value is NULL as text');
select throws_ok(
    $$ select private.setting('ai.chache.ttl', null, null) $$, '22023', null, 'a misspelt key is an error and not a missing value'
);
select is(
    (private.settings_for('00000000-0000-4000-8000-00000000000a', null)) ->> 'ai.budget.monthly.cap', '1000',
    'all values come in one object'
);

-- Merge strategies, from wide to narrow.
select is(
    private.combine_setting('merge', '{"a":{"x":1,"y":2},"b":1}', '{"a":{"y":3},"b":null}'), '{"a":{"x":1,"y":3}}',
    'merge goes deep and null removes'
);
select is(
    private.combine_setting('append', '["EMAIL","INAPP"]', '["SMS","EMAIL"]'), '["EMAIL","INAPP","SMS"]',
    'append keeps the order and drops what is there already'
);
select is(private.combine_setting('replace', '[1]', '[2]'), '[2]', 'replace replaces');

-- anon
set local role anon;
select throws_ok('select * from public.ai_settings', '42501', null, 'anon may not read settings');
select throws_ok($$ select public.set_setting('locale', '"en"') $$, '42501', null, 'anon may not write settings');
select throws_ok('select public.effective_settings()', '42501', null, 'anon may not ask what is in force');

-- The admin of A.
set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a2", "role": "authenticated"}';
select is(
    (public.set_setting('ai.budget.monthly.cap', '500', '00000000-0000-4000-8000-00000000000a')).version, 1,
    'an admin sets his organization''s value'
);
select throws_ok(
    $$ select public.set_setting('ai.budget.monthly.cap', '500', '00000000-0000-4000-8000-00000000000b') $$,
    '42501', null, 'and not another organization''s'
);
select throws_ok(
    $$ select public.set_setting('ai.budget.monthly.cap', '500') $$, '42501', null, 'and not everybody''s'
);
select throws_ok(
    $$ select public.set_setting('ai.ledger.on_outage', '"spool"', '00000000-0000-4000-8000-00000000000a') $$,
    '42501', null, 'and not one that would let him spend unmetered'
);
select throws_ok(
    $$ select public.set_setting('ai.budget.monthly.cap', '-1', '00000000-0000-4000-8000-00000000000a') $$,
    '22023', 'Cannot set ai.budget.monthly.cap: value must be at least 0', 'a value out of bounds is refused with its bound'
);
select throws_ok(
    $$ select public.set_setting('ai.budget.cap', '1', '00000000-0000-4000-8000-00000000000a') $$,
    '22023', 'Cannot set ai.budget.cap: there is no such key', 'an unknown key is refused'
);
select throws_ok(
    $$ select public.set_setting('ai.hold.ttl', '"PT5S"', '00000000-0000-4000-8000-00000000000a') $$,
    '22023', null, 'a key has no value at a scope it does not name'
);
select throws_ok(
    $$ insert into public.ai_settings (key, value) values ('ai.hold.ttl', '"PT1S"') $$,
    '42501', null, 'nobody writes the table past the checks'
);
select throws_ok(
    $$ select public.set_setting('ai.budget.monthly.cap', '600', '00000000-0000-4000-8000-00000000000a', null, 7) $$,
    'PT409', null, 'a write over a version nobody saw is a conflict'
);
select is(
    (public.set_setting('ai.budget.monthly.cap', '600', '00000000-0000-4000-8000-00000000000a', null, 1)).version, 2,
    'a write over the version that was read counts on'
);
select lives_ok(
    $$ select public.set_setting('ai.routing.confidence.threshold', '0.8', '00000000-0000-4000-8000-00000000000a') $$,
    'an admin asks for better answers'
);

-- A member of A.
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select throws_ok(
    $$ select public.set_setting('ai.budget.monthly.cap', '9', '00000000-0000-4000-8000-00000000000a') $$,
    '42501', null, 'a member does not set the organization''s value'
);
select throws_ok(
    $$ select public.set_setting('locale', '"en-GB"', null, '00000000-0000-4000-8000-0000000000a2') $$,
    '42501', null, 'a member does not set somebody else''s value'
);
select throws_ok(
    $$ select public.set_setting(
         'ai.routing.confidence.threshold', '0.1', '00000000-0000-4000-8000-00000000000a', auth.uid()
       ) $$,
    '22023', null, 'a user''s own threshold cannot be looser than his organization''s'
);
select lives_ok(
    $$ select public.set_setting(
         'ai.routing.confidence.threshold', '0.9', '00000000-0000-4000-8000-00000000000a', auth.uid()
       ), public.set_setting('locale', '"en-GB"', null, auth.uid()) $$,
    'but it can be stricter, and taste is free'
);
select results_eq(
    $$ select key, value, source, version from public.effective_settings('00000000-0000-4000-8000-00000000000a')
       where key in ('ai.budget.monthly.cap', 'ai.cache.ttl', 'ai.routing.confidence.threshold', 'locale') order by key $$,
    $$ values ('ai.budget.monthly.cap', '600'::jsonb, 'organization', 2), ('ai.cache.ttl', '"PT8H"', 'default', null),
              ('ai.routing.confidence.threshold', '0.9', 'user', 1), ('locale', '"en-GB"', 'user', 1) $$,
    'the narrowest scope is in force, and says which it is'
);
select throws_ok(
    $$ select * from public.effective_settings('00000000-0000-4000-8000-00000000000b') $$,
    '42501', null, 'a member does not ask about another organization'
);
select is_empty(
    $$ select * from public.effective_settings('00000000-0000-4000-8000-00000000000a') where key = 'ai.ledger.on_outage' $$,
    'a member is not told what is not public'
);

-- The organization tightens later: the user's older, now looser value no longer counts.
set local role service_role;
set local request.jwt.claims = '{"role": "service_role"}';
select public.set_setting('ai.routing.confidence.threshold', '0.95', '00000000-0000-4000-8000-00000000000a');
select is(
    private.setting(
        'ai.routing.confidence.threshold', '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4'
    ), '0.95', 'a user''s value never loosens a threshold that was tightened later'
);

-- The operator.
set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000d1", "role": "authenticated"}';
select lives_ok(
    $$ select public.set_setting('ai.cache.ttl', '"PT1H"'), public.set_setting('ai.ledger.on_outage', '"spool"'),
              public.set_setting('lead.protection.notify.roles', '["owner"]', '00000000-0000-4000-8000-00000000000b'),
              public.set_setting('ai.ledger.on_outage', '"spool"', '00000000-0000-4000-8000-00000000000b') $$,
    'an operator sets the global value, and an organization''s that its admin may not'
);

set local role service_role;
set local request.jwt.claims = '{"role": "service_role"}';
select is(
    private.settings_for('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4'),
    (select jsonb_object_agg(key, value) from private.settings_in_force(
        '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4'
    )),
    'the one call that admission makes gives what each key by itself would'
);
set local role authenticated;

-- The owner and the member of A again.
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}';
select results_eq(
    $$ select value, source from public.effective_settings('00000000-0000-4000-8000-00000000000a') where key = 'ai.ledger.on_outage' $$,
    $$ values ('"spool"'::jsonb, 'global') $$,
    'who runs the organization is told what is not public'
);
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select set_eq(
    $$ select key from public.ai_settings where org_id is null and user_id is null $$, array['ai.cache.ttl'],
    'a member reads the global rows that are public, and no other'
);

-- The owner of B.
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000b1", "role": "authenticated"}';
select results_eq(
    $$ select key, value, source from public.effective_settings('00000000-0000-4000-8000-00000000000b')
       where key in ('ai.cache.ttl', 'lead.protection.notify.roles', 'ai.budget.monthly.cap') order by key $$,
    $$ values ('ai.budget.monthly.cap', '1000'::jsonb, 'default'), ('ai.cache.ttl', '"PT1H"', 'global'),
              ('lead.protection.notify.roles', '["manager", "owner"]', 'organization') $$,
    'a global value reaches every organization, a list is appended to, and A''s cap stays A''s'
);
select is_empty(
    $$ select * from public.ai_settings
       where org_id = '00000000-0000-4000-8000-00000000000a' or user_id = '00000000-0000-4000-8000-0000000000a4' $$,
    'no row of another organization is visible'
);
select is(
    public.unset_setting('lead.protection.notify.roles', '00000000-0000-4000-8000-00000000000b'), true,
    'an owner takes the organization''s value back'
);
select is(
    public.unset_setting('lead.protection.notify.roles', '00000000-0000-4000-8000-00000000000b'), false,
    'and is told when there was none'
);
select throws_ok(
    $$ select public.unset_setting('ai.ledger.on_outage', '00000000-0000-4000-8000-00000000000b') $$,
    '42501', null, 'what only operators set only operators take back'
);

select * from finish();
rollback;
