-- Which tasks a caller may use, as the gateway offers them.
begin;
set local search_path = public, extensions;
select plan(8);

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'owner@a.example'), ('00000000-0000-4000-8000-0000000000b1', 'owner@b.example');
insert into organizations (id, name, slug) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'a'), ('00000000-0000-4000-8000-00000000000b', 'B', 'b');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into ai_keys (org_id, name, prefix, hash, allowed_tasks) values
  ('00000000-0000-4000-8000-00000000000a', 'narrow', 'sbx_', repeat('1', 64), '{classify-lead,gateway}'),
  ('00000000-0000-4000-8000-00000000000a', 'none', 'sbx_', repeat('2', 64), '{}'),
  ('00000000-0000-4000-8000-00000000000a', 'wide', 'sbx_', repeat('3', 64), null);
create function pg_temp.tasks(p_caller jsonb) returns text[] language sql as $$
  select array_agg(task ->> 'task' order by task ->> 'task') from jsonb_array_elements(public.ai_gateway_tasks(p_caller) -> 'tasks') as task
$$;

set local role authenticated;
select throws_ok($$ select ai_gateway_tasks('{}') $$, '42501', null, 'only the functions may ask');
reset role;
select is(pg_temp.tasks(jsonb_build_object('key_hash', repeat('1', 64))), '{classify-lead}', 'a key sees the tasks it allows, and never the gateway');
select is(pg_temp.tasks(jsonb_build_object('key_hash', repeat('2', 64))), null, 'a key that allows none sees none');
select is(pg_temp.tasks(jsonb_build_object('key_hash', repeat('3', 64))), (select array_agg(slug order by slug) from ai_tasks where slug <> 'gateway'),
  'a key without a list sees all');
select ok(cardinality(pg_temp.tasks('{"user_id": "00000000-0000-4000-8000-0000000000a1"}')) > 1, 'a member sees all');
select is(ai_gateway_tasks('{"user_id": "00000000-0000-4000-8000-0000000000b1", "org_id": "00000000-0000-4000-8000-00000000000a"}') ->> 'code', 'forbidden',
  'a stranger sees nothing of another organization');
select is(ai_gateway_tasks('{"service": true}') ->> 'code', 'invalid_request', 'a secret key names the organization');
select is(ai_gateway_tasks(jsonb_build_object('key_hash', repeat('9', 64))) ->> 'code', 'unauthorized', 'an unknown key is nobody');

select * from finish();
rollback;
