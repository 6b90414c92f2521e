-- A soft budget in francs, from the first request to the alert: warned, never refused, converted at the rate of the day.
begin;
set local search_path = public, extensions;
select plan(17);

insert into auth.users (id, email) values ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test');
insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'soft-budgets-a', 'CHF', 'Europe/Zurich');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner');
insert into ai_tasks (slug, title, description, operation, has_rules, streams, base_tier) values
  ('soft-one', 'One', 'A task for this file', 'chat', true, true, 'large');
insert into ai_providers (slug, title, kind) values ('acme', 'Acme', 'openai_compatible');
insert into ai_models (provider, model, tier, context_window, max_output_tokens) values
  ('acme', 'acme-s', 'small', 100000, 4000), ('acme', 'acme-l', 'large', 100000, 4000);
insert into ai_model_prices (id, provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on) values
  ('00000000-0000-4000-8000-0000000000f1', 'acme', 'acme-s', '2026-01-01', 5000, 0, 'https://acme.test/prices', '2026-11-01'),
  ('00000000-0000-4000-8000-0000000000f2', 'acme', 'acme-l', '2026-01-01', 5000, 0, 'https://acme.test/prices', '2026-11-01');
insert into ai_policies (task, version, status, tiers, base_tier, max_tier) values
  ('soft-one', 1, 'active', '{"small": [{"provider": "acme", "model": "acme-s"}], "large": [{"provider": "acme", "model": "acme-l"}]}', 'large', 'large');
delete from ai_exchange_rates where currency = 'CHF';
insert into ai_exchange_rates (id, currency, rate, effective_from, source) values
  ('00000000-0000-4000-8000-0000000000e1', 'CHF', 0.8, '2026-01-02 00:00+00', 'a test'),
  ('00000000-0000-4000-8000-0000000000e2', 'CHF', 0.9, '2026-11-20 12:00+00', 'a test');
update ai_budgets set cap = 10, hard = false, soft_percent = 50 where org_id = '00000000-0000-4000-8000-00000000000a';

-- Five dollars each: 1,000 tokens at 5,000 dollars a million.
create function pg_temp.ask(p_number integer) returns text language sql as $$
  select concat_ws(' ', coalesce(a.answer ->> 'code', a.answer ->> 'outcome'), a.answer #>> '{plan,tier}', a.answer #>> '{plan,budget,state}',
    trim_scale((a.answer #>> '{plan,budget,remaining}')::numeric), a.answer #>> '{plan,budget,currency}')
  from (select ai_admit(jsonb_build_object(
    'request_id', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0')), 'org_id', '00000000-0000-4000-8000-00000000000a',
    'user_id', '00000000-0000-4000-8000-0000000000a1', 'service', false, 'task', 'soft-one', 'operation', 'chat', 'importance', 'medium',
    'cost_sensitivity', 'medium', 'cache', 'off', 'input_tokens', 1000, 'prompt_tokens', 0, 'prompt', '{"key": "soft", "version": 1}'::jsonb,
    'max_output_tokens', 0, 'providers', '["acme"]'::jsonb, 'deadline_ms', 30000))::jsonb as answer) as a
$$;
create function pg_temp.settle(p_number integer, p_tokens integer) returns text language sql as $$
  select ai_settle(jsonb_build_object('request_id', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0')),
    'org_id', '00000000-0000-4000-8000-00000000000a', 'task', 'soft-one', 'outcome', '{"status": "succeeded"}'::jsonb,
    'calls', jsonb_build_array(jsonb_build_object('attempt', 1, 'purpose', 'answer', 'provider', 'acme', 'request_model', 'acme-s',
      'price_id', '00000000-0000-4000-8000-0000000000f1', 'input_tokens', p_tokens, 'output_tokens', 0, 'usage_source', 'provider')))) ->> 'cost_usd'
$$;
create function pg_temp.hold(p_number integer) returns text language sql as $$
  select concat_ws(' ', h.currency, trim_scale(h.per_usd), right(h.rate_id::text, 2), trim_scale(h.held_usd), trim_scale(h.held),
    trim_scale(h.settled_usd), trim_scale(h.settled)) from ai_holds as h
  where h.request_id = ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'))::uuid
$$;
create function pg_temp.at(p_now text) returns boolean language sql as $$ select set_config('signalbox.now', p_now, true) is not null $$;
create function pg_temp.alerts() returns setof text language sql as $$
  select concat_ws(' ', a.kind, a.severity, a.message) from ai_alerts as a
  where a.org_id = '00000000-0000-4000-8000-00000000000a' and a.ended_at is null order by a.kind
$$;

select pg_temp.at('2026-11-20 10:00+00');
select is(pg_temp.ask(1), 'admitted large ok 10 CHF', 'an untouched budget says nothing');
select is(pg_temp.hold(1), 'CHF 0.8 e1 5 4', 'five dollars are four francs that morning');
select is(pg_temp.ask(2), 'admitted large ok 6 CHF', 'forty percent are below the soft share');
select is(pg_temp.ask(3), 'admitted small soft_limit 2 CHF', 'eighty are above it: warned, and answered by a small model');
select is(pg_temp.ask(4), 'admitted small soft_limit -2 CHF', 'a hundred and twenty are warned, too, and not refused');
select cmp_ok(private.evaluate_alerts(), '>', 0, 'somebody is told');
select results_eq('select * from pg_temp.alerts()', array[
  'budget_100 critical 160.0 % of the month budget of the organization is used: 16.00 of 10.00 CHF',
  'budget_90 warning 160.0 % of the month budget of the organization is used: 16.00 of 10.00 CHF'], 'in francs');

-- The rate of the day -------------------------------------------------------------------------------------------------------------------
select pg_temp.at('2026-11-20 12:00:10+00');
select is(pg_temp.settle(1, 500), '2.5', 'what was begun in the morning');
select is(pg_temp.hold(1), 'CHF 0.8 e1 5 4 2.5 2', 'is settled at the morning''s rate');
select is(pg_temp.ask(5), 'admitted small soft_limit -4 CHF', 'what begins at noon');
select is(pg_temp.hold(5), 'CHF 0.9 e2 5 4.5', 'is held at noon''s');
select is(array[pg_temp.settle(2, 1000), pg_temp.settle(3, 1000), pg_temp.settle(4, 1000), pg_temp.settle(5, 1000)], array['5', '5', '5', '5'], 'all end');
select is((select trim_scale(b.settled) || ' of ' || trim_scale(b.cap) || ' ' || b.currency from ai_budget_status as b
  where b.org_id = '00000000-0000-4000-8000-00000000000a' and b.period = 'month'), '18.5 of 10 CHF', 'two, three times four and once four and a half francs');
select is_empty('select * from ai_ledger_check', 'and the ledger agrees');

-- The same cap, hard --------------------------------------------------------------------------------------------------------------------
update ai_budgets set hard = true where org_id = '00000000-0000-4000-8000-00000000000a';
select is(pg_temp.ask(6), 'budget_exhausted', 'a hard one refuses');
update ai_budgets set hard = false where org_id = '00000000-0000-4000-8000-00000000000a';
update ai_models set active = false where model = 'acme-s';
select is(pg_temp.ask(7), 'budget_exhausted', 'and a soft one has nobody to keep to where there is no small model');
select matches((select r.decision ->> 'refused' from ai_request_logs as r where r.id = '10000000-0000-4000-8000-000000000007'),
  'the month budget of organization:.* is above its soft limit, where only small models are allowed, and none fits', 'which is what it says');
select * from finish();
rollback;
