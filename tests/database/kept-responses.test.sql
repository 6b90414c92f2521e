-- Kept responses: each is its caller's alone, and goes when it is time or when it is told to.
begin;
set local search_path = public, extensions;
select plan(17);

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000a2', 'abe@a.test'),
  ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test');
insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'a', 'USD', 'UTC'), ('00000000-0000-4000-8000-00000000000b', 'B', 'b', 'USD', 'UTC');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'admin'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into ai_keys (org_id, name, prefix, hash) values
  ('00000000-0000-4000-8000-00000000000a', 'one', 'sbx_', repeat('1', 64)), ('00000000-0000-4000-8000-00000000000a', 'two', 'sbx_', repeat('2', 64));
create function pg_temp.admit(p_number integer, p_who jsonb) returns text language sql as $$
  select (ai_admit(jsonb_build_object(
    'request_id', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0')),
    'service', false, 'task', 'gateway', 'operation', 'chat', 'importance', 'medium', 'cost_sensitivity', 'medium', 'cache', 'off',
    'language', 'en', 'input_tokens', 600, 'prompt_tokens', 0, 'prompt', '{"key": "gateway", "version": 1}'::jsonb,
    'max_output_tokens', 100, 'needs', '[]'::jsonb, 'providers', '["openai"]'::jsonb, 'deadline_ms', 30000, 'output_settings', '{}'::jsonb,
    'models', '["gpt-4o-mini"]'::jsonb) || p_who)) ->> 'outcome'
$$;
create function pg_temp.entry(p_number integer, p_id text) returns jsonb language sql as $$
  select jsonb_build_object('org_id', '00000000-0000-4000-8000-00000000000a', 'request_id', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0')),
    'id', p_id, 'items', '[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]'::jsonb, 'inputs', 1, 'response', '{"id": "r"}'::jsonb)
$$;
create function pg_temp.found(p_who jsonb, p_id text, p_forget boolean default false) returns text language sql as $$
  select ai_kept_response(p_who || '{"task": "gateway"}', p_id, p_forget) ->> 'outcome'
$$;

set local role authenticated;
select throws_ok($$ select ai_kept_response('{}', 'resp_1') $$, '42501', null, 'only the functions read');
select throws_ok($$ select ai_keep_response('{}') $$, '42501', null, 'and only they keep');
reset role;

select is(pg_temp.admit(1, '{"user_id": "00000000-0000-4000-8000-0000000000a1"}'), 'admitted', 'a user asks');
select is(pg_temp.admit(2, jsonb_build_object('key_hash', repeat('1', 64))), 'admitted', 'a key asks');
select lives_ok($$ select ai_keep_response(pg_temp.entry(1, 'resp_user')); select ai_keep_response(pg_temp.entry(2, 'resp_key')) $$, 'both are kept');
select lives_ok($$ select ai_keep_response(pg_temp.entry(9, 'resp_nobody')) $$, 'a request nobody made keeps nothing');

select is(pg_temp.found('{"user_id": "00000000-0000-4000-8000-0000000000a1"}', 'resp_user'), 'ok', 'its user finds it');
select is(pg_temp.found(jsonb_build_object('key_hash', repeat('1', 64)), 'resp_key'), 'ok', 'its key finds it');
select is(pg_temp.found('{"user_id": "00000000-0000-4000-8000-0000000000a2"}', 'resp_user'), 'missing', 'not a colleague, whatever his role');
select is(pg_temp.found(jsonb_build_object('key_hash', repeat('2', 64)), 'resp_key'), 'missing', 'not another key');
select is(pg_temp.found('{"user_id": "00000000-0000-4000-8000-0000000000b1"}', 'resp_user'), 'missing', 'not another organization');
select is(pg_temp.found('{"user_id": "00000000-0000-4000-8000-0000000000b1", "org_id": "00000000-0000-4000-8000-00000000000a"}', 'resp_user'), 'refused',
  'not even in its name');
select is(pg_temp.found('{"service": true, "org_id": "00000000-0000-4000-8000-00000000000a"}', 'resp_key'), 'missing', 'nor the secret key');
select is(pg_temp.found('{"user_id": "00000000-0000-4000-8000-0000000000a1"}', 'resp_user', true), 'ok', 'its user takes it back');
select is(pg_temp.found('{"user_id": "00000000-0000-4000-8000-0000000000a1"}', 'resp_user'), 'missing', 'and it is gone');
update ai_responses set expires_at = now() - interval '1 second';
select is(pg_temp.found(jsonb_build_object('key_hash', repeat('1', 64)), 'resp_key'), 'missing', 'what is too old is not found');
select private.forget_similar();
select is_empty('select * from ai_responses', 'and forgotten');

select * from finish();
rollback;
