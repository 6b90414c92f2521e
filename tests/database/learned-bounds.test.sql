-- Learned bounds: a request holds what such answers usually cost, never more than fits in full, and nothing is spent that was not held.
begin;
set local search_path = public, extensions;
select plan(20);

insert into organizations (id, name, slug, currency, time_zone) values ('00000000-0000-4000-8000-00000000000a', 'A', 'learned-test-a', 'USD', 'UTC');
insert into ai_tasks (slug, title, description, operation, has_rules, streams, base_tier) values ('learned-test', 'Learned', 'A task for this file', 'chat', true, true, 'small');
insert into ai_providers (slug, title, kind) values ('acme', 'Acme', 'openai_compatible');
insert into ai_models (provider, model, tier, context_window, max_output_tokens) values ('acme', 'acme-s', 'small', 100000, 4000), ('acme', 'acme-t', 'small', 100000, 4000);
insert into ai_model_prices (id, provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on) values
  ('00000000-0000-4000-8000-0000000000f1', 'acme', 'acme-s', '2026-01-01', 1000, 1000, 'https://acme.test/prices', '2026-01-01'),
  ('00000000-0000-4000-8000-0000000000f2', 'acme', 'acme-t', '2026-01-01', 1000, 1000, 'https://acme.test/prices', '2026-01-01');
insert into ai_policies (task, version, status, tiers, base_tier, max_tier) values
  ('learned-test', 1, 'active', '{"small": [{"provider": "acme", "model": "acme-s"}]}', 'small', 'small');
insert into ai_settings (key, value) values ('ai.budget.soft.percent', '100');
update ai_budgets set cap = 1000000 where org_id = '00000000-0000-4000-8000-00000000000a';

create function pg_temp.id(p_number integer) returns uuid language sql as $$ select ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'))::uuid $$;
-- 1,000 tokens in and 2,000 out at most: one and two dollars.
create function pg_temp.ask(p_number integer, p_more jsonb default '{}') returns jsonb language sql as $$
  select ai_admit(jsonb_build_object('request_id', pg_temp.id(p_number), 'org_id', '00000000-0000-4000-8000-00000000000a',
    'service', true, 'task', 'learned-test', 'operation', 'chat', 'importance', 'medium', 'cost_sensitivity', 'medium', 'cache', 'off',
    'input_tokens', 1000, 'prompt_tokens', 0, 'prompt', '{"key": "x", "version": 1}'::jsonb, 'max_output_tokens', 2000,
    'needs', '[]'::jsonb, 'providers', '["acme"]'::jsonb, 'deadline_ms', 30000, 'output_settings', '{}'::jsonb) || p_more)::jsonb
$$;
create function pg_temp.done(p_number integer, p_output integer, p_finish text default 'stop', p_more jsonb default '[]') returns jsonb language sql as $$
  select ai_settle(jsonb_build_object('request_id', pg_temp.id(p_number), 'org_id', '00000000-0000-4000-8000-00000000000a', 'task', 'learned-test',
    'calls', jsonb_build_array(jsonb_build_object('attempt', 1, 'purpose', 'answer', 'provider', 'acme', 'request_model', 'acme-s',
      'price_id', '00000000-0000-4000-8000-0000000000f1', 'input_tokens', 1000, 'output_tokens', p_output, 'finish_reason', p_finish, 'usage_source', 'provider', 'latency_ms', 12)) || p_more,
    'outcome', '{"status": "succeeded", "tier": "small", "provider": "acme", "model": "acme-s", "latency_ms": 20, "action": "use_ai_result"}'::jsonb))
$$;

select is(pg_temp.ask(1) #>> '{plan,hold_usd}', '3', 'without anything learned the full bound is held');
-- Two hundred answers: 198 of 100 tokens and two of 1,500, of which the 99th percentile is 100.
select count(pg_temp.ask(n)) = 199, count(pg_temp.done(n, 100)) = 199 from generate_series(2, 200) as n;
select pg_temp.done(1, 1500) is not null;
select is(private.learn_output_bounds(), 0, 'nobody asked for learned bounds: nothing is learned');
update ai_budgets set learned_bounds = true where org_id = '00000000-0000-4000-8000-00000000000a';
select is(private.learn_output_bounds(), 1, 'now there is one');
select is((select output_tokens from private.ai_output_bounds), 100, 'the 99th percentile, not the longest');

create temporary table told as select pg_temp.ask(301) as answer;
select is((select answer #>> '{plan,hold_usd}' from told), '1.1', 'held: 1,000 tokens in and 100 out');
select is((select answer #> '{plan,candidates,0}' ->> 'max_output_tokens' from told), '100', 'the model may write as much');
select is((select answer #> '{plan,candidates,0}' ->> 'full_output_tokens' from told), '2000', 'and the function knows what it may ask for in full');
select is((select answer #> '{plan,candidates,0}' ->> 'full_cost_usd' from told), '3', 'and what that costs');
select is((select held_usd from ai_holds where request_id = pg_temp.id(301)), 1.1, 'the hold is the learned one');
select is((select (decision::jsonb ->> 'learned_hold_usd')::numeric from ai_holds where request_id = pg_temp.id(301)), 1.1, 'and the log will say so');
select is(ai_extend('00000000-0000-4000-8000-00000000000a', pg_temp.id(301), 3.0) ->> 'granted', 'true', 'an answer that was cut has its money extended');
select is(pg_temp.done(301, 100, 'length', '[{"attempt": 2, "purpose": "retry", "provider": "acme", "request_model": "acme-s", "price_id": "00000000-0000-4000-8000-0000000000f1",
  "input_tokens": 1000, "output_tokens": 2000, "finish_reason": "stop", "usage_source": "provider", "latency_ms": 9}]') ->> 'cost_usd', '4.1', 'and both calls are paid');
select is_empty('select * from ai_overruns', 'nothing cost more than was held');

-- What one answer of a hundred needs has to be there.
update ai_budgets set cap = (select month_settled + month_held + 2.9 from ai_budget_states where scope = 'organization') where org_id = '00000000-0000-4000-8000-00000000000a';
select is(pg_temp.ask(302) ->> 'code', 'budget_exhausted', 'a request whose full bound does not fit is refused, although its hold would');
update ai_budgets set cap = cap + 0.1 where org_id = '00000000-0000-4000-8000-00000000000a';
select is(pg_temp.ask(303) #>> '{plan,hold_usd}', '1.1', 'a tenth more, and it is admitted');
update ai_budgets set cap = 1000000 where org_id = '00000000-0000-4000-8000-00000000000a';
select is(pg_temp.ask(304, '{"stream": true}') #>> '{plan,hold_usd}', '3', 'a stream is held for in full');
select is(pg_temp.ask(305, '{"models": ["acme-t"]}') #>> '{plan,hold_usd}', '3', 'so is a model nothing is known of');
insert into ai_budgets (org_id, scope, scope_key, period, cap) values ('00000000-0000-4000-8000-00000000000a', 'task', 'other', 'day', 5);
select is(pg_temp.ask(306) #>> '{plan,hold_usd}', '3', 'and everything, as soon as one hard budget does not agree');
update ai_budgets set hard = false where org_id = '00000000-0000-4000-8000-00000000000a' and scope = 'task';
select is(pg_temp.ask(307) #>> '{plan,hold_usd}', '1.1', 'a soft one has no say');
select is_empty('select * from ai_ledger_check', 'the ledger agrees');

select * from finish();
rollback;
