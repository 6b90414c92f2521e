-- The semantic cache: whose answers are found, by which nearness, and what a hit does to the ledger.
begin;
set local search_path = public, extensions;
select plan(27);

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000a2', 'abe@a.test'),
  ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test');
insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'a', 'USD', 'UTC'), ('00000000-0000-4000-8000-00000000000b', 'B', 'b', 'USD', 'UTC');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'member'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into ai_settings (key, org_id, value) values
  ('ai.gateway.semantic_cache', '00000000-0000-4000-8000-00000000000a', '"on"'),
  ('ai.gateway.semantic.similarity', '00000000-0000-4000-8000-00000000000a', '0.9');
create function pg_temp.admit(p_number integer, p_user text default 'a1', p_more jsonb default '{}') returns text language sql as $$
  select (ai_admit(jsonb_build_object(
    'request_id', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0')), 'user_id', '00000000-0000-4000-8000-0000000000' || p_user,
    'service', false, 'task', 'gateway', 'operation', 'chat', 'importance', 'medium', 'cost_sensitivity', 'medium', 'cache', 'use',
    'language', 'en', 'input_tokens', 600, 'prompt_tokens', 0, 'prompt', '{"key": "gateway", "version": 1}'::jsonb,
    'max_output_tokens', 100, 'needs', '[]'::jsonb, 'providers', '["openai"]'::jsonb, 'deadline_ms', 30000, 'output_settings', '{}'::jsonb,
    'models', '["gpt-4o-mini"]'::jsonb) || p_more)) ->> 'outcome'
$$;
create function pg_temp.entry(p_number integer, p_vector text, p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('org_id', '00000000-0000-4000-8000-00000000000a', 'request_id', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0')),
    'place', 'p', 'model', 'm', 'vector', p_vector::jsonb,
    'answer', '{"data": {"text": "Oak"}, "meta": {"provider": "openai", "model": "gpt-4o-mini", "tier": "small", "action": "use_ai_result"}}'::jsonb) || p_more
$$;
create function pg_temp.hit(p_number integer, p_vector text, p_more jsonb default '{}') returns boolean language sql as $$
  select (ai_recall_similar(pg_temp.entry(p_number, p_vector, p_more)) ->> 'hit')::boolean
$$;

-- Who may.
set local role authenticated;
select throws_ok($$ select ai_recall_similar('{}') $$, '42501', null, 'only the functions look up');
select throws_ok($$ select ai_keep_similar('{}') $$, '42501', null, 'and only they keep');
reset role;

-- Nearness.
select is(pg_temp.admit(1), 'admitted', 'a request');
select is(pg_temp.hit(1, '[1, 0, 0]'), false, 'an empty cache has no answer');
select lives_ok($$ select ai_keep_similar(pg_temp.entry(1, '[1, 0, 0]')) $$, 'its answer is kept');
select is(pg_temp.admit(2), 'admitted', 'another request');
select is(pg_temp.hit(2, '[0, 1, 0]'), false, 'a far question is another');
select is(ai_recall_similar(pg_temp.entry(2, '[0.8, 0.6, 0]')) ->> 'nearest', '0.8000', 'and how near it is, is told');
select is(pg_temp.hit(2, '[0.95, 0.05, 0]', '{"place": "q"}'), false, 'another place has other answers');
select is(pg_temp.hit(2, '[0.95, 0.05, 0]', '{"model": "n"}'), false, 'vectors of another model are never compared');
select is(pg_temp.hit(2, '[0.95, 0.05]'), false, 'nor those of another length');
select is((select status from ai_holds where request_id = '10000000-0000-4000-8000-000000000002'), 'held', 'all that leaves the request as it was');
select is(pg_temp.hit(2, '[0.95, 0.05, 0]'), true, 'a near question is the same one');

-- What a hit does.
select results_eq(
  $$ select h.status, h.settled_usd from ai_holds as h where h.request_id = '10000000-0000-4000-8000-000000000002' $$,
  $$ values ('settled', 0::numeric) $$, 'it gives the hold back');
select results_eq(
  $$ select status, cached, cost_usd, calls, provider, model, (decision #>> '{semantic,similarity}')::numeric > 0.99
     from ai_request_logs where id = '10000000-0000-4000-8000-000000000002' $$,
  $$ values ('succeeded', true, 0::numeric, 0::smallint, 'openai', 'gpt-4o-mini', true) $$, 'and is in the log as a cached answer');
select is(pg_temp.hit(2, '[0.95, 0.05, 0]'), false, 'a settled request is not answered again');
select is_empty('select * from ai_ledger_check', 'the ledger agrees');

-- Whose.
select is(pg_temp.admit(3, 'a2'), 'admitted', 'a colleague asks');
select is(pg_temp.hit(3, '[1, 0, 0]'), false, 'and has answers of his own');
insert into ai_settings (key, org_id, value) values ('ai.gateway.semantic.shared', '00000000-0000-4000-8000-00000000000a', 'true');
select ai_keep_similar(pg_temp.entry(1, '[1, 0, 0]'));
select is(pg_temp.hit(3, '[1, 0, 0]'), true, 'unless the organization shares them');
insert into ai_settings (key, org_id, value) values
  ('ai.gateway.semantic_cache', '00000000-0000-4000-8000-00000000000b', '"on"'),
  ('ai.gateway.semantic.shared', '00000000-0000-4000-8000-00000000000b', 'true');
select is(pg_temp.admit(4, 'b1'), 'admitted', 'another organization asks');
select is(pg_temp.hit(4, '[1, 0, 0]', '{"org_id": "00000000-0000-4000-8000-00000000000b"}'), false, 'and finds nothing of the first');
select is(pg_temp.hit(4, '[1, 0, 0]'), false, 'not even by its name: the request is not the first one''s');

-- Until when.
select is(pg_temp.admit(5), 'admitted', 'a request after the knowledge changed');
insert into knowledge_bases (org_id, id, name) values ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', 'Base');
insert into documents (org_id, base_id, name, mime_type, size_bytes, content_hash, source_text) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', 'D', 'text/plain', 1, repeat('0', 64), 'x');
select is(pg_temp.hit(5, '[1, 0, 0]'), false, 'what was answered before does not count any more');
select ai_keep_similar(pg_temp.entry(5, '[1, 0, 0]'));
update ai_semantic_entries set expires_at = now() - interval '1 second';
select is(pg_temp.hit(5, '[1, 0, 0]'), false, 'nor what is older than it may be');
select private.forget_similar();
select is_empty('select * from ai_semantic_entries', 'which is forgotten');

select * from finish();
rollback;
