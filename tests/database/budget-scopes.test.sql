-- Which budgets and limits a request meets: every scope and period, days of a time zone and of a changing clock, dated rates.
begin;
set local search_path = public, extensions;
select plan(52);

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000a2', 'ben@a.test');
insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'scopes-test-a', 'EUR', 'Europe/Berlin');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'member');
insert into ai_tasks (slug, title, description, operation, has_rules, streams, base_tier) values
  ('scopes-one', 'One', 'A task for this file', 'chat', true, true, 'small'), ('scopes-two', 'Two', 'Another', 'chat', true, true, 'small');
insert into ai_providers (slug, title, kind) values ('acme', 'Acme', 'openai_compatible'), ('bolt', 'Bolt', 'openai_compatible');
insert into ai_models (provider, model, tier, context_window, max_output_tokens) values
  ('acme', 'acme-s', 'small', 100000, 4000), ('bolt', 'bolt-s', 'small', 100000, 4000);
insert into ai_model_prices (id, provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on) values
  ('00000000-0000-4000-8000-0000000000f1', 'acme', 'acme-s', '2026-01-01', 1000, 0, 'https://acme.test/prices', '2026-01-01'),
  ('00000000-0000-4000-8000-0000000000f2', 'bolt', 'bolt-s', '2026-01-01', 1000, 0, 'https://bolt.test/prices', '2026-01-01');
insert into ai_policies (task, version, status, tiers, base_tier, max_tier) values
  ('scopes-one', 1, 'active', '{"small": [{"provider": "acme", "model": "acme-s"}]}', 'small', 'small'),
  ('scopes-two', 1, 'active', '{"small": [{"provider": "bolt", "model": "bolt-s"}]}', 'small', 'small');
insert into ai_settings (key, value) values ('ai.budget.soft.percent', '100');
insert into ai_keys (id, org_id, name, prefix, hash) values
  ('40000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-00000000000a', 'one', 'sbx_', repeat('1', 64)),
  ('40000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-00000000000a', 'two', 'sbx_', repeat('2', 64));
-- Half a euro for a dollar until the 25th of October, a whole one from then on.
delete from ai_exchange_rates where currency = 'EUR' and effective_from > '2026-01-01';
insert into ai_exchange_rates (id, currency, rate, effective_from, source) values
  ('00000000-0000-4000-8000-0000000000e1', 'EUR', 0.5, '2026-01-02 00:00+00', 'a test'),
  ('00000000-0000-4000-8000-0000000000e2', 'EUR', 1, '2026-10-25 22:30+00', 'a test');
update ai_budgets set cap = 1000 where org_id = '00000000-0000-4000-8000-00000000000a';

-- One dollar each: 1,000 tokens at 1,000 dollars a million.
create function pg_temp.ask(p_number integer, p_more jsonb default '{}') returns text language sql as $$
  select coalesce(answer ->> 'code', answer ->> 'outcome') from ai_admit(jsonb_build_object(
    'request_id', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0')), 'org_id', '00000000-0000-4000-8000-00000000000a',
    'user_id', '00000000-0000-4000-8000-0000000000a1', 'service', false, 'task', 'scopes-one', 'operation', 'chat', 'importance', 'medium',
    'cost_sensitivity', 'medium', 'cache', 'off', 'input_tokens', 1000, 'prompt_tokens', 0, 'prompt', '{"key": "scopes", "version": 1}'::jsonb,
    'max_output_tokens', 0, 'providers', '["acme", "bolt"]'::jsonb, 'deadline_ms', 30000) || p_more) as answer
$$;
create function pg_temp.by_key(p_number integer, p_key text) returns text language sql as $$
  select pg_temp.ask(p_number, jsonb_build_object('user_id', null, 'key_hash', repeat(p_key, 64)))
$$;
create function pg_temp.settle(p_number integer) returns text language sql as $$
  select ai_settle(jsonb_build_object('request_id', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0')),
    'org_id', '00000000-0000-4000-8000-00000000000a', 'task', 'scopes-one', 'outcome', '{"status": "succeeded"}'::jsonb,
    'calls', jsonb_build_array(jsonb_build_object('attempt', 1, 'purpose', 'answer', 'provider', 'acme', 'request_model', 'acme-s',
      'price_id', '00000000-0000-4000-8000-0000000000f1', 'input_tokens', 1000, 'output_tokens', 0, 'usage_source', 'provider')))) ->> 'status'
$$;
create function pg_temp.at(p_now text) returns boolean language sql as $$ select set_config('signalbox.now', p_now, true) is not null $$;
create function pg_temp.cap(p_scope text, p_key text, p_period text, p_cap numeric) returns void language sql as $$
  delete from ai_budgets where org_id = '00000000-0000-4000-8000-00000000000a' and not (scope = 'organization' and period = 'month');
  insert into ai_budgets (org_id, scope, scope_key, period, cap) values ('00000000-0000-4000-8000-00000000000a', p_scope, p_key, p_period, p_cap);
$$;
create function pg_temp.limited(p_scope text, p_key text, p_most jsonb) returns void language sql as $$
  delete from ai_limits where org_id = '00000000-0000-4000-8000-00000000000a';
  insert into ai_limits (org_id, scope, scope_key, requests_per_minute, tokens_per_minute, concurrent_requests)
  values ('00000000-0000-4000-8000-00000000000a', p_scope, p_key, (p_most ->> 'requests')::integer, (p_most ->> 'tokens')::integer,
          (p_most ->> 'concurrent')::integer);
$$;
create function pg_temp.periods(p_number integer) returns date[] language sql as $$
  select array[day, week, month] from ai_holds where request_id::text like '%' || lpad(p_number::text, 12, '0')
$$;

-- Scopes: half a euro a request, room for one --------------------------------------------------------------------------------
select pg_temp.at('2026-10-20 10:00+00');
select pg_temp.cap('subject', 'lead:*', 'total', 0.5);
select is(pg_temp.ask(1, '{"subject_type": "lead", "subject_id": "7"}'), 'admitted', 'a lead may cost half a euro');
select is(pg_temp.ask(2, '{"subject_type": "lead", "subject_id": "7"}'), 'budget_exhausted', 'and no more');
select is(pg_temp.ask(3, '{"subject_type": "lead", "subject_id": "8"}'), 'admitted', 'another one has its own');
select is(pg_temp.ask(4, '{"subject_type": "order", "subject_id": "7"}'), 'admitted', 'and an order is no lead');
select pg_temp.cap('job', null, 'total', 0.5);
select is(pg_temp.ask(5, '{"job_id": "30000000-0000-4000-8000-000000000001"}'), 'admitted', 'a job may cost half a euro');
select is(pg_temp.ask(6, '{"job_id": "30000000-0000-4000-8000-000000000001"}'), 'budget_exhausted', 'and no more');
select is(pg_temp.ask(7, '{"job_id": "30000000-0000-4000-8000-000000000002"}'), 'admitted', 'another one has its own');
select is(pg_temp.ask(8), 'admitted', 'and a request without a job is in none');
select pg_temp.cap('user', '00000000-0000-4000-8000-0000000000a2', 'day', 0.5);
select is(pg_temp.ask(9, '{"user_id": "00000000-0000-4000-8000-0000000000a2"}'), 'admitted', 'a user may spend half a euro a day');
select is(pg_temp.ask(10, '{"user_id": "00000000-0000-4000-8000-0000000000a2"}'), 'budget_exhausted', 'and no more');
select is(pg_temp.ask(11), 'admitted', 'a colleague may');
select pg_temp.cap('task', 'scopes-two', 'week', 0.5);
select is(pg_temp.ask(12, '{"task": "scopes-two"}'), 'admitted', 'a task may cost half a euro a week');
select is(pg_temp.ask(13, '{"task": "scopes-two"}'), 'budget_exhausted', 'and no more');
select is(pg_temp.ask(14), 'admitted', 'another task may');
select pg_temp.cap('key', '40000000-0000-4000-8000-000000000001', 'month', 0.5);
select is(array[pg_temp.by_key(17, '1'), pg_temp.by_key(18, '1'), pg_temp.by_key(19, '2')], array['admitted', 'budget_exhausted', 'admitted'],
  'a virtual key may spend half a euro a month and no more; another one may');
select pg_temp.cap('organization', null, 'request', 0.49);
select is(pg_temp.ask(15), 'budget_exhausted', 'no request may cost more than its own cap');
select is(pg_temp.ask(16, '{"input_tokens": 980}'), 'admitted', 'one that just costs it is admitted');

-- Days begin at midnight in Berlin, whatever the clock does ------------------------------------------------------------------------
select pg_temp.cap('organization', null, 'day', 0.5);
select pg_temp.at('2026-10-23 21:59:59+00');
select is(pg_temp.ask(20), 'admitted', 'a second before midnight in summer');
select is(pg_temp.periods(20), array['2026-10-23', '2026-10-19', '2026-10-01']::date[], 'it is Friday still');
select is(pg_temp.ask(21), 'budget_exhausted', 'and Friday''s budget is used up');
select pg_temp.at('2026-10-23 22:00+00');
select is(pg_temp.ask(22), 'admitted', 'at midnight there is a new one');
select is(pg_temp.periods(22), array['2026-10-24', '2026-10-19', '2026-10-01']::date[], 'Saturday''s');
select is(pg_temp.settle(20), 'settled', 'what began on Friday and ends on Saturday');
select is((select array[settled, held] from ai_closed_periods where account like 'organization:%' and period = 'day' and period_start = '2026-10-23'),
  array[0.5, 0], 'is Friday''s');
select pg_temp.at('2026-10-24 22:00+00');
select is(pg_temp.ask(23), 'admitted', 'Sunday has 25 hours: the first of them');
select pg_temp.at('2026-10-25 22:29:59+00');
select is(pg_temp.ask(24), 'budget_exhausted', 'a day is one budget, however long');
select is(pg_temp.periods(23), array['2026-10-25', '2026-10-19', '2026-10-01']::date[], 'Sunday is the week''s last day');

-- Dated rates: what is held stays at its rate ---------------------------------------------------------------------------------------
select pg_temp.cap('organization', null, 'day', 1.5);
select pg_temp.at('2026-10-25 22:30+00');
select is(pg_temp.ask(25), 'admitted', 'a dollar costs a euro from this moment on');
select is((select array_agg(held order by request_id) from ai_holds where request_id::text ~ '0000002[35]$'), array[0.5, 1.0], 'what was held before keeps its rate');
select is(pg_temp.ask(26), 'budget_exhausted', 'half a euro and one are one and a half');
select is(pg_temp.settle(23), 'settled', 'the one of the old rate ends now');
select is((select array[settled_usd, settled, per_usd] from ai_holds where request_id::text like '%000000000023'), array[1, 0.5, 0.5], 'at the rate it began with');
select is((select rate_id from ai_holds where request_id::text like '%000000000025'), '00000000-0000-4000-8000-0000000000e2', 'which each names');
select pg_temp.at('2026-10-25 23:00+00');
select is(pg_temp.ask(27), 'admitted', 'midnight in winter is an hour later');
select is(pg_temp.periods(27), array['2026-10-26', '2026-10-26', '2026-10-01']::date[], 'Monday: another week');
select pg_temp.at('2026-10-31 23:00+00');
select is(pg_temp.ask(28), 'admitted', 'an hour before the month ends in UTC');
select is(pg_temp.periods(28), array['2026-11-01', '2026-10-26', '2026-11-01']::date[], 'it is November, in the week of October');
select pg_temp.at('2027-03-28 00:59:59+00');
select pg_temp.cap('organization', null, 'day', 1);
select is(pg_temp.ask(29), 'admitted', 'Sunday has 23 hours: before the one that is missing');
select pg_temp.at('2027-03-28 21:59:59+00');
select is(pg_temp.ask(30), 'budget_exhausted', 'and its last second');
select pg_temp.at('2027-03-28 22:00+00');
select is(pg_temp.ask(31), 'admitted', 'Monday begins at ten in the evening of Greenwich');

-- Limits: one a minute for each of the scopes ------------------------------------------------------------------------------------------
delete from ai_budgets where org_id = '00000000-0000-4000-8000-00000000000a' and period <> 'month';
select pg_temp.at('2027-04-01 10:00+00');
select pg_temp.limited('user', '00000000-0000-4000-8000-0000000000a2', '{"requests": 1}');
select is(array[pg_temp.ask(40, '{"user_id": "00000000-0000-4000-8000-0000000000a2"}'), pg_temp.ask(41, '{"user_id": "00000000-0000-4000-8000-0000000000a2"}'), pg_temp.ask(42)],
  array['admitted', 'rate_limited', 'admitted'], 'a user''s requests a minute');
select pg_temp.limited('key', null, '{"concurrent": 1}');
select is(array[pg_temp.by_key(52, '1'), pg_temp.by_key(53, '1'), pg_temp.by_key(54, '2')], array['admitted', 'rate_limited', 'admitted'],
  'requests at once of each virtual key');
select pg_temp.limited('task', 'scopes-two', '{"tokens": 1500}');
select is(array[pg_temp.ask(43, '{"task": "scopes-two"}'), pg_temp.ask(44, '{"task": "scopes-two"}'), pg_temp.ask(45)],
  array['admitted', 'rate_limited', 'admitted'], 'a task''s tokens a minute');
select pg_temp.limited('provider', 'bolt', '{"requests": 1}');
select pg_temp.at('2027-04-01 10:02+00');
select is(array[pg_temp.ask(46, '{"task": "scopes-two"}'), pg_temp.ask(47, '{"task": "scopes-two"}'), pg_temp.ask(48)],
  array['admitted', 'rate_limited', 'admitted'], 'a provider''s requests a minute');
select pg_temp.limited('provider', 'bolt', '{"concurrent": 1}');
select pg_temp.at('2027-04-01 10:04+00');
select is(array[pg_temp.ask(49, '{"task": "scopes-two"}'), pg_temp.ask(50, '{"task": "scopes-two"}'), pg_temp.ask(51)],
  array['admitted', 'rate_limited', 'admitted'], 'a provider''s requests at once');

select pg_temp.at('2027-04-02 10:00+00');
select cmp_ok(private.sweep_holds(), '>', 20, 'all that nobody settled is charged');
select is((select month_settled from ai_budget_states where account like 'organization:%'), 10::numeric, 'in its own month: ten in April');

-- Days do not run backwards, although an organization may move ------------------------------------------------------------------------
select pg_temp.at('2027-04-02 13:00+00');
delete from ai_limits;
update organizations set time_zone = 'Pacific/Auckland' where id = '00000000-0000-4000-8000-00000000000a';
select is(pg_temp.ask(60), 'admitted', 'in Auckland it is the third already');
update organizations set time_zone = 'America/Los_Angeles' where id = '00000000-0000-4000-8000-00000000000a';
select is(pg_temp.ask(61), 'admitted', 'in Los Angeles it is the second again');
select is(array[pg_temp.periods(60), pg_temp.periods(61)], array[array['2027-04-03', '2027-03-29', '2027-04-01'], array['2027-04-03', '2027-03-29', '2027-04-01']]::date[],
  'but who was there goes on with his day');
select is(array[pg_temp.settle(60), pg_temp.settle(61)], array['settled', 'settled'], 'both end');
select is_empty('select * from ai_ledger_check', 'and the ledger agrees');

select * from finish();
rollback;
