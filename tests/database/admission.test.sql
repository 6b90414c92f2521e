-- ai_admit, ai_extend, ai_settle, the sweep and the ledger check, through every ending of a request.
begin;
set local search_path = public, extensions;
select plan(66);

-- A world of its own: two providers, three tiers, one organization in dollars so that sums can be read by eye.
insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test');
insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'ledger-test-a', 'USD', 'UTC'),
  ('00000000-0000-4000-8000-00000000000b', 'B', 'ledger-test-b', 'USD', 'UTC');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into ai_tasks (slug, title, description, operation, has_rules, streams, base_tier) values
  ('ledger-test', 'Ledger test', 'A task for this file', 'chat', true, true, 'small');
insert into ai_providers (slug, title, kind) values ('acme', 'Acme', 'openai_compatible'), ('bolt', 'Bolt', 'openai_compatible');
insert into ai_models (provider, model, tier, context_window, max_output_tokens, capabilities) values
  ('acme', 'acme-s', 'small', 100000, 4000, '{streaming}'), ('bolt', 'bolt-s', 'small', 100000, 4000, '{streaming}'),
  ('acme', 'acme-l', 'large', 100000, 4000, '{streaming}'), ('acme', 'acme-x', 'small', 100000, 4000, '{}');
insert into ai_model_prices (id, provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, cache_read_usd_per_mtok, source, source_on) values
  ('00000000-0000-4000-8000-0000000000f1', 'acme', 'acme-s', '2026-01-01', 1000, 2000, 100, 'https://acme.test/prices', '2026-01-01'),
  ('00000000-0000-4000-8000-0000000000f2', 'bolt', 'bolt-s', '2026-01-01', 1500, 2000, null, 'https://bolt.test/prices', '2026-01-01'),
  ('00000000-0000-4000-8000-0000000000f3', 'acme', 'acme-l', '2026-01-01', 10000, 20000, null, 'https://acme.test/prices', '2026-01-01');
insert into ai_policies (task, version, status, tiers, base_tier, max_tier) values
  ('ledger-test', 1, 'active',
   '{"small": [{"provider": "acme", "model": "acme-s"}, {"provider": "bolt", "model": "bolt-s"}], "large": [{"provider": "acme", "model": "acme-l"}]}',
   'small', 'large');
update ai_budgets set cap = 10 where org_id = '00000000-0000-4000-8000-00000000000a';

-- 1,000 input tokens and 100 output tokens at most: acme-s 1.2, bolt-s 1.7, acme-l 12 dollars.
create function pg_temp.ask(p_number integer, p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object(
    'request_id', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0')), 'user_id', '00000000-0000-4000-8000-0000000000a1',
    'service', false, 'task', 'ledger-test', 'operation', 'chat', 'importance', 'medium', 'cost_sensitivity', 'medium', 'cache', 'off',
    'language', 'en', 'input_tokens', 600, 'prompt_tokens', 400, 'prompt', '{"key": "ledger-test", "version": 1}'::jsonb,
    'max_output_tokens', 100, 'needs', '[]'::jsonb, 'providers', '["acme", "bolt"]'::jsonb, 'deadline_ms', 30000, 'output_settings', '{}'::jsonb
  ) || p_more
$$;
create function pg_temp.call(p_attempt integer, p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('attempt', p_attempt, 'purpose', 'answer', 'provider', 'acme', 'request_model', 'acme-s', 'response_model', 'acme-s',
    'price_id', '00000000-0000-4000-8000-0000000000f1', 'input_tokens', 500, 'output_tokens', 50, 'cache_read_input_tokens', 0,
    'cache_write_input_tokens', 0, 'usage_source', 'provider', 'latency_ms', 12, 'finish_reason', 'stop', 'stand_in', true) || p_more
$$;
create function pg_temp.done(p_number integer, p_calls jsonb, p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('request_id', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0')),
    'org_id', '00000000-0000-4000-8000-00000000000a', 'task', 'ledger-test', 'calls', p_calls, 'cacheable', false, 'answer', null,
    'outcome', jsonb_build_object('status', 'succeeded', 'tier', 'small', 'provider', 'acme', 'model', 'acme-s', 'latency_ms', 20,
      'escalated', false, 'fell_back', false, 'confidence_score', 0.87, 'action', 'use_ai_result', 'needs_review', false)) || p_more
$$;
create function pg_temp.org_month() returns numeric[] language sql as $$
  select array[month_settled, month_held] from ai_budget_states
  where org_id = '00000000-0000-4000-8000-00000000000a' and scope = 'organization'
$$;

-- Who ------------------------------------------------------------------------------------------------------------------
select is(ai_admit(pg_temp.ask(1, '{"user_id": "00000000-0000-4000-8000-0000000000c1"}')) ->> 'code', 'forbidden', 'a user without an organization is refused');
select is(ai_admit(pg_temp.ask(1, '{"org_id": "00000000-0000-4000-8000-00000000000b"}')) ->> 'code', 'forbidden', 'a member of another organization is refused');
select is(ai_admit(pg_temp.ask(1, '{"org_id": "00000000-0000-4000-8000-0000000000ff"}')) ->> 'code', 'forbidden', 'an unknown organization is refused alike');
select is(ai_admit(pg_temp.ask(1, '{"service": true, "user_id": null}')) ->> 'code', 'invalid_request', 'a secret key must name the organization');
select is(ai_admit(pg_temp.ask(1, '{"key_hash": "00"}')) ->> 'code', 'unauthorized', 'an unknown virtual key is refused');
select is_empty('select 1 from ai_holds', 'refusals hold nothing');
select is_empty('select 1 from ai_request_logs', 'a request of an unknown organization is not logged anywhere');

-- Models ---------------------------------------------------------------------------------------------------------------
select is(ai_admit(pg_temp.ask(2, '{"models": ["acme-z"]}')) ->> 'code', 'not_found', 'an unknown model is not found');
select ok(ai_admit(pg_temp.ask(3, '{"models": ["acme-z"]}')) #>> '{extensions,near}' like '%"acme-s"%', 'and near names are offered');
select is(ai_admit(pg_temp.ask(4, '{"models": ["acme-x"]}')) ->> 'code', 'model_unpriced', 'a model without a price is refused');
select is(ai_admit(pg_temp.ask(5, '{"input_tokens": 800000}')) ->> 'code', 'context_length_exceeded', 'an input no model can take is refused');
select is(ai_admit(pg_temp.ask(6, '{"task": "no-such-task"}')) ->> 'code', 'not_found', 'an unregistered task is not found');
select is((select count(*)::integer from ai_request_logs where status = 'refused' and cost_usd = 0), 5, 'each refusal is in the log, at no cost');
select is_empty('select 1 from ai_holds', 'and none of them holds anything');

-- Admit and settle -----------------------------------------------------------------------------------------------------
select is(ai_admit(pg_temp.ask(10)) #>> '{plan,candidates,0,model}', 'acme-s', 'the policy''s first small model comes first');
select is((select held_usd from ai_holds), 1.7, 'the dearest of the starting tier is held');
select is(pg_temp.org_month(), array[0, 1.7], 'the month holds it');
select is(ai_settle(pg_temp.done(10, jsonb_build_array(pg_temp.call(1)))) ->> 'cost_usd', '0.6', 'cost is exact: 500 × 1000 + 50 × 2000 per million');
select is(pg_temp.org_month(), array[0.6, 0], 'the hold became its cost');
select is(ai_settle(pg_temp.done(10, jsonb_build_array(pg_temp.call(1)))) ->> 'duplicate', 'true', 'a second settle does nothing');
select is(pg_temp.org_month(), array[0.6, 0], 'not to the counters');
select is((select count(*)::integer from ai_call_logs), 1, 'nor to the calls');
select results_eq(
  'select task, provider, model, calls::integer, cost_usd, status, prompt_key, prompt_version, prompt_variant from ai_request_logs where status = ''succeeded''',
  $$ values ('ledger-test', 'acme', 'acme-s', 1, 0.6, 'succeeded', 'ledger-test', 1, 'A') $$, 'the request row tells it');
select is_empty('select * from ai_ledger_check', 'the ledger agrees');

-- Cached tokens count once, at their own price ----------------------------------------------------------------------------
select ok(ai_admit(pg_temp.ask(11)) ->> 'outcome' = 'admitted', 'another request');
select is(ai_settle(pg_temp.done(11, jsonb_build_array(pg_temp.call(1, '{"cache_read_input_tokens": 400}')))) ->> 'cost_usd', '0.24',
  '100 × 1000 + 400 × 100 + 50 × 2000 per million');

-- Failures -------------------------------------------------------------------------------------------------------------
select ok(ai_admit(pg_temp.ask(12)) ->> 'outcome' = 'admitted', 'a request that will fail');
select is(ai_settle(pg_temp.done(12, jsonb_build_array(
    pg_temp.call(1, '{"usage_source": "none", "input_tokens": null, "output_tokens": null, "finish_reason": null, "error_code": "server"}'),
    pg_temp.call(2, '{"provider": "bolt", "request_model": "bolt-s", "price_id": "00000000-0000-4000-8000-0000000000f2", "purpose": "fallback"}')))) ->> 'cost_usd',
  '0.85', 'an HTTP error costs nothing, the fallback its own price');
select is((select failures from ai_breakers where provider = 'acme' and model = 'acme-s'), 1, 'the failure is counted');
select ok(ai_admit(pg_temp.ask(13)) ->> 'outcome' = 'admitted', 'a request whose answer''s usage is lost');
select is(ai_settle(pg_temp.done(13, jsonb_build_array(pg_temp.call(1, '{"input_tokens": null, "output_tokens": null}')))) ->> 'cost_usd',
  '1.7', 'unknown usage charges the whole hold');
select is((select cost_usd from ai_request_logs where id::text = pg_temp.ask(13) ->> 'request_id'), null, 'and is logged as unknown, not as zero');
select is_empty('select * from ai_ledger_check', 'the ledger agrees');

-- The cap: 0.6 + 0.24 + 0.85 + 1.7 = 3.39 of 10 spent ------------------------------------------------------------------------
select ok(ai_admit(pg_temp.ask(20)) ->> 'outcome' = 'admitted', 'held 1.7 of the 6.61 left');
select ok(ai_admit(pg_temp.ask(21)) ->> 'outcome' = 'admitted', 'and again');
select ok(ai_admit(pg_temp.ask(22)) ->> 'outcome' = 'admitted', 'and again');
select is(ai_admit(pg_temp.ask(23)) #>> '{plan,candidates,0,model}', 'acme-s', '1.51 left: only the cheaper model fits, and it is used');
select is((select held_usd from ai_holds where request_id::text = pg_temp.ask(23) ->> 'request_id'), 1.2, 'with its own hold');
select is(ai_admit(pg_temp.ask(24)) ->> 'code', 'budget_exhausted', 'then the cap refuses');
select is((select month_settled + month_held <= 10 from ai_budget_states where scope = 'organization'), true, 'used plus held is not above the cap');
select is(ai_extend('00000000-0000-4000-8000-00000000000a', (pg_temp.ask(20) ->> 'request_id')::uuid, 12) ->> 'granted', 'false', 'no extension beyond the cap');
select is(ai_extend('00000000-0000-4000-8000-00000000000a', (pg_temp.ask(20) ->> 'request_id')::uuid, 0.31) ->> 'granted', 'true', 'used plus hold equal to the cap is allowed');
select is((select month_settled + month_held from ai_budget_states where scope = 'organization'), 10.0, 'to the last cent');
select is_empty('select * from ai_ledger_check', 'the ledger agrees');

-- The sweep ------------------------------------------------------------------------------------------------------------
update ai_holds set expires_at = private.clock() - interval '1 second' where status = 'held' and request_id::text in (pg_temp.ask(20) ->> 'request_id', pg_temp.ask(21) ->> 'request_id');
select is(private.sweep_holds(), 2, 'two expired holds are swept');
select is((select array_agg(settled_usd order by settled_usd) from ai_holds where status = 'swept'), array[1.7, 2.01], 'and charged in full');
select is((select count(*)::integer from ai_request_logs where status = 'swept'), 2, 'their requests are in the log');
select is_empty('select * from ai_ledger_check', 'the ledger agrees');
select is(ai_settle(pg_temp.done(20, jsonb_build_array(pg_temp.call(1)))) ->> 'settled', 'true', 'a settle after the sweep still counts');
select is((select settled_usd from ai_holds where request_id::text = pg_temp.ask(20) ->> 'request_id'), 0.6, 'and replaces the charge, downwards');
select is((select array_agg(status) from ai_request_logs where id::text = pg_temp.ask(20) ->> 'request_id'), array['succeeded'], 'with one log row');
select is_empty('select * from ai_ledger_check', 'the ledger agrees');

-- Above the hold, and without one --------------------------------------------------------------------------------------
select is(ai_settle(pg_temp.done(22, jsonb_build_array(pg_temp.call(1, '{"output_tokens": 3000}')))) ->> 'cost_usd', '6.5', 'a cost above the hold is charged');
select is((select settled_usd - held_usd from ai_overruns), 4.8, 'and is an overrun');
select is(ai_settle(pg_temp.done(99, jsonb_build_array(pg_temp.call(1)))) ->> 'status', 'recovered', 'a settle without a hold recreates it');
select is(ai_settle(pg_temp.done(98, jsonb_build_array(pg_temp.call(1, '{"output_tokens": null}'))) || '{"spooled": {"hold_usd": "0.7"}}') ->> 'cost_usd', '0.7',
  'where nobody knows what it cost the bound it went on by is charged');
select is((select settled_usd - held_usd from ai_overruns as o where o.request_id::text = pg_temp.ask(98) ->> 'request_id'), 0.7, 'which is an overrun');
select is(ai_settle(pg_temp.done(97, jsonb_build_array(pg_temp.call(1, '{"output_tokens": null}')))) ->> 'cost_usd', null, 'without a bound it is unknown, not nothing');
select is((select o.settled_usd from ai_overruns as o where o.request_id::text = pg_temp.ask(97) ->> 'request_id'), null, 'an overrun of nobody knows how much');
select is((select private.alert_in_words('overrun', facts, 'en') from private.overrun_conditions() where facts ->> 'unknown' = '1'),
  '3 requests cost more than was held for them, 6.100000 US dollars in all; requests without a hold whose cost is unknown: 1', 'and an alert');
select is_empty('select * from ai_ledger_check', 'the ledger agrees');

-- It notices ------------------------------------------------------------------------------------------------------------
update private.ai_budget_counters set day_settled = day_settled + 0.000001 where scope = 'organization';
select isnt_empty('select * from ai_ledger_check', 'a counter that is off by a millionth of a dollar is noticed');

-- Tenants --------------------------------------------------------------------------------------------------------------
set local role authenticated;
select set_config('request.jwt.claims', '{"sub": "00000000-0000-4000-8000-0000000000b1", "role": "authenticated"}', true);
select is((select count(*)::integer from ai_request_logs) + (select count(*)::integer from ai_call_logs) + (select count(*)::integer from ai_holds)
  + (select count(*)::integer from ai_budget_states) + (select count(*)::integer from ai_ledger_check), 0, 'another organization''s owner sees none of it');
select throws_ok('select ai_admit(''{}'')', '42501', null, 'and cannot admit');
select throws_ok('insert into ai_budgets (org_id, scope, period, cap) values (''00000000-0000-4000-8000-00000000000a'', ''organization'', ''day'', 1)', '42501', null, 'nor set a budget there');
select set_config('request.jwt.claims', '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}', true);
select isnt_empty('select 1 from ai_request_logs', 'the owner sees the organization''s requests');

select * from finish();
rollback;
