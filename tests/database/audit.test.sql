-- The audit log: every change of what governs money and rights, in chains that show tampering.
begin;
\ir prelude.sql
set local search_path = public, extensions;
select plan(59);

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000a2', 'max@a.test'),
  ('00000000-0000-4000-8000-0000000000a4', 'manager@a.test'), ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test'),
  ('00000000-0000-4000-8000-0000000000d1', 'operator@test');
insert into organizations (id, name, slug) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'audit-test-a'), ('00000000-0000-4000-8000-00000000000b', 'B', 'audit-test-b');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'admin'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'member'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'manager'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into platform_operators (user_id) values ('00000000-0000-4000-8000-0000000000d1');

create function pg_temp.last(p_org uuid default '00000000-0000-4000-8000-00000000000a') returns public.ai_audit_log language sql as $$
  select * from public.ai_audit_log where org_id = p_org order by seq desc limit 1
$$;
grant execute on all functions in schema pg_temp to public;

-- What is written ---------------------------------------------------------------------------------------------------
select is((select count(*)::integer from ai_audit_log where org_id = '00000000-0000-4000-8000-00000000000a'), 5, 'the organization, its default budget and three members');
select is((select array_agg(seq order by seq) from ai_audit_log where org_id = '00000000-0000-4000-8000-00000000000a'), array[1, 2, 3, 4, 5]::bigint[], 'counted without gaps');
select results_eq($$select action, subject, subject_key from pg_temp.last()$$,
  $$values ('insert', 'organization_members', '{"org_id": "00000000-0000-4000-8000-00000000000a", "user_id": "00000000-0000-4000-8000-0000000000a4"}'::jsonb)$$,
  'an entry names table and key');
select is((select actor_id from pg_temp.last()), null::uuid, 'nobody was signed in');

select pg_temp.act_as('authenticated', 'a1');
update ai_budgets set cap = 500 where org_id = '00000000-0000-4000-8000-00000000000a';
select results_eq($$select actor_id, actor_role, action, subject, old_values, new_values from pg_temp.last()$$,
  $$values ('00000000-0000-4000-8000-0000000000a1'::uuid, 'authenticated', 'update', 'ai_budgets', '{"cap": null}'::jsonb, '{"cap": 500}'::jsonb)$$,
  'who changed a budget, from what to what');
update ai_budgets set cap = 500 where org_id = '00000000-0000-4000-8000-00000000000a';
select is((select seq from pg_temp.last()), 6::bigint, 'a change that changes nothing is none');
select set_setting('ai.cache.ttl', '"PT1H"', '00000000-0000-4000-8000-00000000000a') is not null as set;
select results_eq($$select subject, new_values ->> 'value' from pg_temp.last()$$, $$values ('ai_settings', 'PT1H')$$, 'a setting of the organization');
select set_setting('ui.theme', '"dark"', null, '00000000-0000-4000-8000-0000000000a1') is not null as set;
select is((select seq from pg_temp.last()), 7::bigint, 'what a user chooses for himself is not in the organization''s chain');
select set_setting('ui.theme', '"dark"', '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1') is not null as set;
select is((select subject from pg_temp.last()), 'ai_settings', 'but his setting in the organization is');
select unset_setting('ai.cache.ttl', '00000000-0000-4000-8000-00000000000a') as unset;
select results_eq($$select action, old_values ->> 'key', new_values from pg_temp.last()$$, $$values ('delete', 'ai.cache.ttl', null::jsonb)$$, 'a removed setting');
select create_ai_key('00000000-0000-4000-8000-00000000000a', 'site') is not null as created;
select results_eq($$select subject, new_values ->> 'name', new_values ->> 'hash' from pg_temp.last()$$, $$values ('ai_keys', 'site', '(not shown)')$$,
  'a key without its hash');
insert into ai_limits (org_id, scope, requests_per_minute) values ('00000000-0000-4000-8000-00000000000a', 'organization', 10);
select is((select subject from pg_temp.last()), 'ai_limits', 'a limit');
insert into ai_policies (org_id, task) values ('00000000-0000-4000-8000-00000000000a', 'classify-lead');
select is((select subject from pg_temp.last()), 'ai_policies', 'a policy');
update organization_members set role = 'guest' where user_id = '00000000-0000-4000-8000-0000000000a2';
select results_eq($$select subject, old_values, new_values from pg_temp.last()$$,
  $$values ('organization_members', '{"role": "member"}'::jsonb, '{"role": "guest"}'::jsonb)$$, 'a member''s role');
update organization_members set role = 'member' where user_id = '00000000-0000-4000-8000-0000000000a2';
select pg_temp.act_as('service_role', null);
update ai_keys set revoked_at = now(), hash = repeat('0', 64) where org_id = '00000000-0000-4000-8000-00000000000a';
select results_eq($$select actor_id, actor_role, new_values ->> 'hash', old_values ? 'revoked_at' from pg_temp.last()$$,
  $$values (null::uuid, 'service_role', '(not shown)', true)$$, 'the service role''s hand shows too, and that a hash was exchanged');
select is((select count(*)::integer from ai_audit_log where org_id = '00000000-0000-4000-8000-00000000000a' and (old_values::text ~ '[0-9a-f]{64}' or new_values::text ~ '[0-9a-f]{64}')),
  0, 'no entry holds a hash');

select pg_temp.act_as('authenticated', 'd1');
insert into ai_model_prices (provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on) values
  ('openai', 'gpt-4o-mini', '2026-12-01', 1, 2, 'https://openai.test', '2026-11-21');
select results_eq($$select actor_id, subject, new_values ->> 'input_usd_per_mtok' from pg_temp.last('00000000-0000-0000-0000-000000000000')$$,
  $$values ('00000000-0000-4000-8000-0000000000d1'::uuid, 'ai_model_prices', '1.000000')$$, 'a price is in the platform''s chain');
select is((select count(*)::integer from ai_audit_log where subject = 'ai_model_prices' and action = 'update' and old_values = '{"effective_to": null}'), 1,
  'and so is that it ended the one before');
update ai_models set active = false where model = 'gpt-4o-mini' and org_id is null;
select is((select subject from pg_temp.last('00000000-0000-0000-0000-000000000000')), 'ai_models', 'a model');
update ai_providers set active = false where slug = 'together';
select is((select subject from pg_temp.last('00000000-0000-0000-0000-000000000000')), 'ai_providers', 'a provider');
insert into ai_prompts (key, version, system) values ('audited', 2, 'Be brief.');
select results_eq($$select subject, new_values ->> 'system' from pg_temp.last('00000000-0000-0000-0000-000000000000')$$, $$values ('ai_prompts', 'Be brief.')$$, 'a prompt');
select set_setting('ai.cache.ttl', '"PT2H"') is not null as set;
select is((select subject from pg_temp.last('00000000-0000-0000-0000-000000000000')), 'ai_settings', 'a global setting');

-- Who may read ------------------------------------------------------------------------------------------------------
select is((select count(distinct org_id)::integer from ai_audit_log), 1, 'an operator reads the platform''s chain alone');
select is((select array_agg(org_id) from ai_audit_heads), array['00000000-0000-0000-0000-000000000000']::uuid[], 'and its head');
select pg_temp.act_as('authenticated', 'a1');
select is((select array_agg(distinct org_id) from ai_audit_log), array['00000000-0000-4000-8000-00000000000a']::uuid[], 'an admin reads his organization''s chain alone');
select is((select array_agg(org_id) from ai_audit_heads), array['00000000-0000-4000-8000-00000000000a']::uuid[], 'and its head');
select is((select count(*)::integer from ai_audit_check), 0, 'and finds it sound');
select throws_ok($$insert into ai_audit_log select (pg_temp.last()).*$$, '42501', null, 'he cannot write an entry');
select throws_ok($$update ai_audit_log set actor_id = null$$, '42501', null, 'nor change one');
select throws_ok($$delete from ai_audit_log$$, '42501', null, 'nor delete one');
select throws_ok($$select private.audit('00000000-0000-4000-8000-00000000000a', 'insert', 'x', '{}', null, null)$$, '42501', null, 'nor append through the function');
select throws_ok($$select * from private.ai_audit_heads$$, '42501', null, 'nor reach the heads');
select pg_temp.act_as('authenticated', 'a4');
select is((select count(*)::integer from ai_audit_log), 0, 'a manager does not read it');
select is((select count(*)::integer from ai_audit_heads), 0, 'nor its head');
select pg_temp.act_as('authenticated', 'a2');
select is((select count(*)::integer from ai_audit_log), 0, 'nor does a member');
select pg_temp.act_as('authenticated', 'b1');
select is((select array_agg(distinct org_id) from ai_audit_log), array['00000000-0000-4000-8000-00000000000b']::uuid[], 'another organization''s owner reads his own');
select is((select count(*)::integer from private.check_audit_chain('00000000-0000-4000-8000-00000000000a')), 0, 'and can ask for no other');
select pg_temp.act_as('anon', null);
select throws_ok($$select * from public.ai_audit_log$$, '42501', null, 'without a user there is nothing');
select throws_ok($$select * from public.ai_audit_check$$, '42501', null, 'not even the check');
select pg_temp.act_as('service_role', null);
select throws_ok($$update ai_audit_log set actor_id = null$$, '42501', null, 'the service role cannot change an entry');
select throws_ok($$delete from ai_audit_log$$, '42501', null, 'nor delete one');
select throws_ok($$insert into ai_audit_log select (pg_temp.last()).*$$, '42501', null, 'nor write one');
select is_empty('select * from ai_audit_check', 'every chain is sound');

-- Tampering, by who owns the database ---------------------------------------------------------------------------------
reset role;
select throws_ok($$update ai_audit_log set actor_id = null$$, '42501', 'Cannot update the audit log: entries are never changed', 'even the owner is refused');
select throws_ok($$delete from ai_audit_log$$, '42501', null, 'to delete');
select throws_ok($$truncate ai_audit_log$$, '42501', null, 'and to truncate');
select throws_ok($$insert into ai_audit_log select org_id, seq, happened_at, actor_id, actor_role, action, subject, subject_key, old_values, new_values, previous_hash, hash from pg_temp.last()$$,
  '23505', null, 'an entry cannot be written twice');
alter table ai_audit_log disable trigger user;

create function pg_temp.problems() returns setof text language sql as $$
  select format('%s %s', seq, problem) from private.check_audit_chain('00000000-0000-4000-8000-00000000000a') order by seq, problem
$$;
savepoint sound;
update ai_audit_log set new_values = '{"cap": 5}' where org_id = '00000000-0000-4000-8000-00000000000a' and seq = 6;
select results_eq('select pg_temp.problems()', $$values ('6 the entry was changed: its hash does not fit it')$$, 'a changed value is found');
update ai_audit_log as l set hash = private.audit_hash(l) where l.org_id = '00000000-0000-4000-8000-00000000000a' and l.seq = 6;
select results_eq('select pg_temp.problems()', $$values ('7 it does not follow from the entry before it')$$, 'also with its hash computed anew');
rollback to sound;
update ai_audit_log set actor_id = null where org_id = '00000000-0000-4000-8000-00000000000a' and seq = 6;
select results_eq('select pg_temp.problems()', $$values ('6 the entry was changed: its hash does not fit it')$$, 'a removed name is found');
rollback to sound;
delete from ai_audit_log where org_id = '00000000-0000-4000-8000-00000000000a' and seq in (6, 7);
select results_eq('select pg_temp.problems()', $$values ('8 2 entries before it are missing')$$, 'removed entries are found');
rollback to sound;
delete from ai_audit_log where org_id = '00000000-0000-4000-8000-00000000000a' and seq > 6;
select results_eq('select pg_temp.problems()', format($$values ('6 %s entries after it are missing')$$, (select seq - 6 from private.ai_audit_heads where org_id = '00000000-0000-4000-8000-00000000000a')),
  'a chain cut off at its end is found');
rollback to sound;
delete from ai_audit_log where org_id = '00000000-0000-4000-8000-00000000000a';
select is((select count(*)::integer from pg_temp.problems()), 1, 'a chain removed as a whole is found');
delete from private.ai_audit_heads where org_id = '00000000-0000-4000-8000-00000000000a';
select is((select count(*)::integer from pg_temp.problems()), 0, 'with its head as well it is as if it never was: against that, heads are noted elsewhere');
rollback to sound;
delete from private.ai_audit_heads where org_id = '00000000-0000-4000-8000-00000000000a';
select is((select problem from private.check_audit_chain('00000000-0000-4000-8000-00000000000a')), 'the chain''s head is missing', 'a removed head is found');
rollback to sound;
update ai_audit_log set seq = case seq when 6 then 107 else 106 end where org_id = '00000000-0000-4000-8000-00000000000a' and seq in (6, 7);
update ai_audit_log set seq = seq - 100 where org_id = '00000000-0000-4000-8000-00000000000a' and seq in (106, 107);
select is((select count(*)::integer from pg_temp.problems() as p where p like '6 %' or p like '7 %'), 4, 'exchanged entries are found');
rollback to sound;
insert into ai_audit_log select '00000000-0000-4000-8000-00000000000b', 100 + seq, happened_at, actor_id, actor_role, action, subject, subject_key, old_values, new_values, previous_hash, hash
from pg_temp.last();
select is((select count(*)::integer from private.check_audit_chain('00000000-0000-4000-8000-00000000000b')), 3, 'an entry moved in from another chain is found');
rollback to sound;
alter table ai_audit_log enable trigger user;

delete from organizations where id = '00000000-0000-4000-8000-00000000000b';
select is((select array_agg(distinct action) from ai_audit_log where org_id = '00000000-0000-4000-8000-00000000000b' and subject = 'organizations'), array['delete', 'insert'],
  'the chain outlives its organization');
select is_empty('select * from ai_audit_check', 'and is sound');

select * from finish();
rollback;
