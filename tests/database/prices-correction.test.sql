-- A price that was wrong or late: shown, corrected in the original periods, and the ledger agrees with itself throughout.
begin;
\ir prelude.sql
set local search_path = public, extensions;
select plan(63);

create function pg_temp.at(p_time text) returns void language sql as $$ select set_config('signalbox.now', p_time, true) $$;
grant execute on all functions in schema pg_temp to public;
select pg_temp.at('2026-09-10 12:00+00') is null as september;
insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test'), ('00000000-0000-4000-8000-0000000000d1', 'operator@test');
insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'correction-test-a', 'EUR', 'UTC'), ('00000000-0000-4000-8000-00000000000b', 'B', 'correction-test-b', 'USD', 'UTC');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into platform_operators (user_id) values ('00000000-0000-4000-8000-0000000000d1');
delete from ai_exchange_rates where currency = 'EUR';
insert into ai_exchange_rates (currency, rate, effective_from, source) values ('EUR', 0.5, '2026-01-01', 'test'), ('EUR', 0.8, '2026-11-01', 'test');
insert into ai_tasks (slug, title, description, operation, has_rules, streams, base_tier) values ('fix-test', 'T', 'T', 'chat', true, true, 'small');
insert into ai_providers (slug, title, kind) values ('acme', 'Acme', 'openai_compatible'), ('bolt', 'Bolt', 'openai_compatible');
insert into ai_models (provider, model, tier, context_window, max_output_tokens, capabilities) values
  ('acme', 'acme-s', 'small', 100000, 4000, '{}'), ('bolt', 'bolt-s', 'small', 100000, 4000, '{}'), ('bolt', 'bolt-new', 'small', 100000, 4000, '{}');
insert into ai_model_prices (id, provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on) values
  ('00000000-0000-4000-8000-0000000000f1', 'acme', 'acme-s', '2026-01-01', 1000, 2000, 'https://acme.test', '2026-01-01'),
  ('00000000-0000-4000-8000-0000000000f2', 'bolt', 'bolt-s', '2026-01-01', 1000, 2000, 'https://bolt.test', '2026-01-01');
insert into ai_policies (task, version, status, tiers, base_tier, max_tier) values
  ('fix-test', 1, 'active', '{"small": [{"provider": "acme", "model": "acme-s"}, {"provider": "bolt", "model": "bolt-s"}]}', 'small', 'small');

create function pg_temp.run(p_number integer, p_org text, p_calls jsonb) returns text language sql as $$
  select ai_admit(jsonb_build_object(
    'request_id', '10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'), 'user_id', '00000000-0000-4000-8000-0000000000' || p_org || '1', 'service', false,
    'task', 'fix-test', 'operation', 'chat', 'importance', 'medium', 'cost_sensitivity', 'medium', 'cache', 'off', 'language', 'en', 'input_tokens', 600,
    'prompt_tokens', 400, 'prompt', '{"key": "fix-test", "version": 1}'::jsonb, 'max_output_tokens', 100, 'needs', '[]'::jsonb, 'providers', '["acme", "bolt"]'::jsonb,
    'deadline_ms', 30000, 'output_settings', '{}'::jsonb, 'job_id', '30000000-0000-4000-8000-000000000001', 'subject_type', 'lead', 'subject_id', '7')) ->> 'outcome';
  select ai_settle(jsonb_build_object('request_id', '10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'),
    'org_id', '00000000-0000-4000-8000-00000000000' || p_org, 'task', 'fix-test', 'cacheable', false, 'answer', null, 'calls', (
      select jsonb_agg(jsonb_build_object('attempt', n, 'purpose', 'answer', 'provider', 'acme', 'request_model', 'acme-s', 'response_model', 'acme-s',
        'price_id', '00000000-0000-4000-8000-0000000000f1', 'input_tokens', 500, 'output_tokens', 50, 'cache_read_input_tokens', 0, 'cache_write_input_tokens', 0,
        'usage_source', 'provider', 'latency_ms', 12, 'finish_reason', 'stop', 'created_at', private.clock()) || c.item)
      from jsonb_array_elements(p_calls) with ordinality as c (item, n)),
    'outcome', jsonb_build_object('status', 'succeeded', 'tier', 'small', 'provider', 'acme', 'model', 'acme-s', 'latency_ms', 20, 'escalated', false, 'fell_back', false,
      'confidence_score', 0.87, 'action', 'use_ai_result', 'needs_review', false))) ->> 'cost_usd';
$$;
create function pg_temp.counters() returns setof text language sql as $$
  select format('%s %s %s', b.period, b.period_start, trim_scale(b.settled)) from (
    select 'day' as period, s.day as period_start, s.day_settled as settled, s.org_id, s.account from ai_budget_states as s
    union all select 'month', s.month, s.month_settled, s.org_id, s.account from ai_budget_states as s
    union all select 'total', null, s.total_settled, s.org_id, s.account from ai_budget_states as s
    union all select c.period, c.period_start, c.settled, c.org_id, c.account from ai_closed_periods as c where c.period <> 'week'
  ) as b
  where b.account = 'organization:00000000-0000-4000-8000-00000000000a' and b.settled <> 0 order by b.period, b.period_start
$$;

-- 500 input and 50 output tokens at 1000 and 2000: 0.6 dollars a call. Two months, two exchange rates.
select is(pg_temp.run(1, 'a', '[{}]'), '0.6', 'a request in September');
select pg_temp.at('2026-11-20 10:00+00') is null as november;
select is(pg_temp.run(2, 'a', '[{"error_code": "server", "usage_source": "none", "input_tokens": null, "output_tokens": null}, {}]'), '0.6', 'one in November, whose first call cost nothing');
select is(pg_temp.run(3, 'a', '[{"provider": "bolt", "request_model": "bolt-s", "price_id": "00000000-0000-4000-8000-0000000000f2"}]'), '0.6', 'one of another model');
select is(pg_temp.run(4, 'b', '[{}]'), '0.6', 'one of another organization');
-- A model nobody had priced, and a call whose tokens nobody told: the whole hold is charged.
select is(pg_temp.run(5, 'a', '[{"provider": "bolt", "request_model": "bolt-new", "price_id": null}]'), '1.2', 'one without a price is charged its hold');
select is(pg_temp.run(6, 'a', '[{}, {"input_tokens": null, "output_tokens": null, "usage_source": "estimated"}]'), '1.2', 'and so is one of unknown tokens');
select pg_temp.at('2026-11-21 12:00+00') is null as today;
select is(pg_temp.run(7, 'a', '[{}]'), '0.6', 'and one today');
create temporary table counters_before as select c as line from pg_temp.counters() as c;
select results_eq('select line from counters_before',
  array['day 2026-09-10 0.3', 'day 2026-11-20 2.88', 'day 2026-11-21 0.48', 'month 2026-09-01 0.3', 'month 2026-11-01 3.36', 'total  3.66'], 'euros by day and month');
select is_empty('select * from ai_ledger_check', 'the ledger agrees');
select is_empty($$select * from recompute_costs('2026-01-01', '2027-01-01')$$, 'while prices are right there is nothing to correct');

-- Half of the log is in the rollups, the rest in the tail.
update ai_request_logs set settled_tx = 1 where id <= '10000000-0000-4000-8000-000000000003';
update ai_call_logs set settled_tx = 1 where request_id <= '10000000-0000-4000-8000-000000000003';
alter table private.ai_rollup_state disable trigger ai_rollup_state_follow;
select private.roll_up() is not null as rolled;
alter table private.ai_rollup_state enable trigger ai_rollup_state_follow;
select private.add_costs(0, 2, '{}') is null as followed;

-- The right price of acme-s was 1500 and 4000 all along, of bolt-new 10 and 20.
insert into ai_model_prices (id, provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on) values
  ('00000000-0000-4000-8000-0000000000f3', 'acme', 'acme-s', '2026-01-01', 1500, 4000, 'https://acme.test', '2026-11-21'),
  ('00000000-0000-4000-8000-0000000000f4', 'bolt', 'bolt-new', '2026-01-01', 10, 20, 'https://bolt.test', '2026-11-21');

select pg_temp.act_as('authenticated', 'd1');
create temporary table shown as select * from recompute_costs('2026-11-01', '2026-12-01');
grant select on shown to public;
select results_eq($$select right(org_id::text, 1), model, calls, newly_priced, before_usd, after_usd, difference_usd, applied from shown order by 1, 2$$,
  $$values ('a', 'acme-s', 3::bigint, 0::bigint, 1.8, 2.85, 1.05, false), ('a', 'bolt-new', 1, 1, null, 0.006, 0.006, false), ('b', 'acme-s', 1, 0, 0.6, 0.95, 0.35, false)$$,
  'what November should have cost: 500 × 1500 + 50 × 4000 per million a call');
reset role;
select results_eq('select * from pg_temp.counters()', 'select line from counters_before', 'showing changes nothing');
select is((select count(*)::integer from ai_cost_corrections), 0, 'and writes nothing');

select pg_temp.act_as('authenticated', 'd1');
create temporary table applied as select * from recompute_costs('2026-11-01', '2026-12-01', true);
grant select on applied to public;
reset role;
select results_eq($$select org_id, model, calls, after_usd from applied order by 1, 2$$, $$select org_id, model, calls, after_usd from shown order by 1, 2$$, 'what was shown is applied');
select is_empty('select * from ai_ledger_check', 'the ledger agrees');
select results_eq($$select request_id, attempt::integer, trim_scale(cost_usd), price_id from ai_call_logs where org_id = '00000000-0000-4000-8000-00000000000a' and request_id >= '10000000-0000-4000-8000-000000000002' order by 1, 2$$,
  $$values ('10000000-0000-4000-8000-000000000002'::uuid, 1, 0::numeric, '00000000-0000-4000-8000-0000000000f1'::uuid),
    ('10000000-0000-4000-8000-000000000002', 2, 0.95, '00000000-0000-4000-8000-0000000000f3'), ('10000000-0000-4000-8000-000000000003', 1, 0.6, '00000000-0000-4000-8000-0000000000f2'),
    ('10000000-0000-4000-8000-000000000005', 1, 0.006, '00000000-0000-4000-8000-0000000000f4'), ('10000000-0000-4000-8000-000000000006', 1, 0.95, '00000000-0000-4000-8000-0000000000f3'),
    ('10000000-0000-4000-8000-000000000006', 2, null, '00000000-0000-4000-8000-0000000000f1'), ('10000000-0000-4000-8000-000000000007', 1, 0.95, '00000000-0000-4000-8000-0000000000f3')$$,
  'calls have their right price and cost');
select results_eq($$select trim_scale(cost_usd) from ai_request_logs where org_id = '00000000-0000-4000-8000-00000000000a' order by id$$,
  array[0.6, 0.95, 0.6, 0.006, null, 0.95], 'so have requests; one with an unknown call stays unknown');
select results_eq($$select trim_scale(settled_usd) from ai_holds where org_id = '00000000-0000-4000-8000-00000000000a' order by request_id$$,
  array[0.6, 0.95, 0.6, 0.006, 1.2, 0.95], 'and holds; the unknown one still charges its hold');
-- 20 November in euros: (0.95 + 0.6 + 0.006 + 1.2) × 0.8.
select results_eq('select * from pg_temp.counters()',
  array['day 2026-09-10 0.3', 'day 2026-11-20 2.2048', 'day 2026-11-21 0.76', 'month 2026-09-01 0.3', 'month 2026-11-01 2.9648', 'total  3.2648'],
  'each difference is in its own day and month, at its hold''s exchange rate');
select is((select count(distinct settled_at)::integer from ai_holds where settled_at > '2026-11-20 11:00+00'), 1, 'what was settled when stays');
select results_eq($$select day, old_cost_usd, trim_scale(new_cost_usd), corrected_by from ai_cost_corrections where org_id = '00000000-0000-4000-8000-00000000000a' order by request_id$$,
  $$values (date '2026-11-20', 0.6, 0.95, '00000000-0000-4000-8000-0000000000d1'::uuid), ('2026-11-20', null, 0.006, '00000000-0000-4000-8000-0000000000d1'),
    ('2026-11-20', 0.6, 0.95, '00000000-0000-4000-8000-0000000000d1'), ('2026-11-21', 0.6, 0.95, '00000000-0000-4000-8000-0000000000d1')$$, 'a line for each call');
select results_eq($$select actor_id, old_values, new_values - 'from' - 'to' from ai_audit_log where action = 'recompute' order by org_id$$,
  $$values ('00000000-0000-4000-8000-0000000000d1'::uuid, '{"cost_usd": 1.8, "unpriced_calls": 1}'::jsonb, '{"calls": 4, "cost_usd": 2.856}'::jsonb),
    ('00000000-0000-4000-8000-0000000000d1', '{"cost_usd": 0.6, "unpriced_calls": 0}', '{"calls": 1, "cost_usd": 0.95}')$$, 'and an audit entry for each organization, before and after');
select is_empty('select * from ai_audit_check', 'in a sound chain');

-- Every figure elsewhere -------------------------------------------------------------------------------------------------
create function pg_temp.sums() returns text language sql as $$
  select concat_ws(' ',
    (select trim_scale(sum(total_cost_usd)) || '/' || sum(unpriced_count) || '/' || sum(request_count) from ai_usage_daily where org_id = '00000000-0000-4000-8000-00000000000a'),
    (select trim_scale(sum(total_cost_usd)) || '/' || sum(unpriced_count) || '/' || sum(call_count) from ai_model_performance where org_id = '00000000-0000-4000-8000-00000000000a'),
    (select trim_scale(sum(cost_usd)) || '/' || sum(request_count) from ai_costs_by_subject where org_id = '00000000-0000-4000-8000-00000000000a'),
    (select trim_scale(sum(cost_usd)) || '/' || sum(request_count) from ai_costs_by_user where org_id = '00000000-0000-4000-8000-00000000000a'))
$$;
select is(pg_temp.sums(), '3.106/1/6 3.456/1/7 3.106/6 3.106/6', 'usage, models, subjects and users show the corrected costs, calls of the last 30 days');
update ai_request_logs set settled_tx = 3 where settled_tx > 1;
update ai_call_logs set settled_tx = 3 where settled_tx > 1;
update private.ai_withdrawn_requests set settled_tx = 3;
alter table private.ai_rollup_state disable trigger ai_rollup_state_follow;
update private.ai_rollup_state set rolled_up_to = 2;
alter table private.ai_rollup_state enable trigger ai_rollup_state_follow;
select private.roll_up() is not null as rolled;
select is(pg_temp.sums(), '3.106/1/6 3.456/1/7 3.106/6 3.106/6', 'also when all is rolled up');
select is((select trim_scale(sum(cost_usd)) || '/' || sum(unpriced) from private.ai_call_days where org_id = '00000000-0000-4000-8000-00000000000a'), '4.056/1', 'in the rollup of calls, too');
select private.clear_rollups();
select private.roll_up() is not null as rolled;
select is(pg_temp.sums(), '3.106/1/6 3.456/1/7 3.106/6 3.106/6', 'and when all is counted again from the log');

-- Again, and back ---------------------------------------------------------------------------------------------------------
select pg_temp.act_as('service_role', null);
select is_empty($$select * from recompute_costs('2026-11-01', '2026-12-01')$$, 'there is nothing left to show');
select is_empty($$select * from recompute_costs('2026-11-01', '2026-12-01', true)$$, 'nor to apply');
reset role;
select is((select count(*)::integer from ai_cost_corrections), 5, 'a second run writes no line');
select is((select count(*)::integer from ai_audit_log where action = 'recompute'), 2, 'and no entry');
select results_eq($$select calls, difference_usd, applied from recompute_costs('2026-09-01', '2026-10-01', true)$$, $$values (1::bigint, 0.35, true)$$, 'September, whose periods are closed');
select results_eq('select * from pg_temp.counters()',
  array['day 2026-09-10 0.475', 'day 2026-11-20 2.2048', 'day 2026-11-21 0.76', 'month 2026-09-01 0.475', 'month 2026-11-01 2.9648', 'total  3.4398'],
  'is corrected in September, at September''s rate');
select is_empty('select * from ai_ledger_check', 'and the ledger agrees');

-- A price of the organization's own, from the 21st on; it makes calls cheaper.
insert into ai_model_prices (provider, model, org_id, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on) values
  ('acme', 'acme-s', '00000000-0000-4000-8000-00000000000a', '2026-11-21', 100, 200, 'https://acme.test', '2026-11-21');
select results_eq($$select calls, before_usd, after_usd from recompute_costs('2026-01-01', '2027-01-01', true)$$, $$values (1::bigint, 0.95, 0.06)$$, 'a late price of the organization''s own counts for it, from its day on');
select results_eq('select * from pg_temp.counters()',
  array['day 2026-09-10 0.475', 'day 2026-11-20 2.2048', 'day 2026-11-21 0.048', 'month 2026-09-01 0.475', 'month 2026-11-01 2.2528', 'total  2.7278'], 'downwards as well');
-- A price so high that the request cost more than was held for it.
insert into ai_model_prices (provider, model, org_id, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on) values
  ('acme', 'acme-s', '00000000-0000-4000-8000-00000000000a', '2026-11-21', 10000, 200, 'https://acme.test', '2026-11-21');
select results_eq($$select after_usd from recompute_costs('2026-11-21', '2026-11-22', true)$$, $$values (5.01)$$, 'a correction may go above the hold');
select results_eq($$select held_usd, settled_usd from ai_overruns where org_id = '00000000-0000-4000-8000-00000000000a'$$, $$values (1.2, 5.01)$$, 'which is an overrun');
insert into ai_model_prices (provider, model, org_id, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on) values
  ('acme', 'acme-s', '00000000-0000-4000-8000-00000000000a', '2026-11-21', 100, 200, 'https://acme.test', '2026-11-21');
select is((select count(*)::integer from recompute_costs('2026-11-21', '2026-11-22', true)), 1, 'and back');
select is((select count(*)::integer from ai_overruns), 0, 'then it is none');
select is_empty('select * from ai_ledger_check', 'and the ledger agrees');

-- What nobody told --------------------------------------------------------------------------------------------------------
-- A hold that was lost, and a provider that did not say what it used: nothing is charged, and the overrun is of unknown amount.
create function pg_temp.lost(p_number integer, p_calls jsonb) returns text language sql as $$
  select ai_settle(jsonb_build_object('request_id', '10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'),
    'org_id', '00000000-0000-4000-8000-00000000000a', 'task', 'fix-test', 'outcome', '{"status": "succeeded"}'::jsonb, 'calls', (
      select jsonb_agg(jsonb_build_object('attempt', n, 'purpose', 'answer', 'provider', 'acme', 'request_model', 'acme-s',
        'price_id', '00000000-0000-4000-8000-0000000000f3', 'input_tokens', 500, 'usage_source', 'provider', 'created_at', private.clock()) || c.item)
      from jsonb_array_elements(p_calls) with ordinality as c (item, n)))) ->> 'status'
$$;
create function pg_temp.state(p_number integer, p_attempt integer, p_cost numeric) returns text language sql as $$
  select trim_scale(state_call_cost('00000000-0000-4000-8000-00000000000a', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'))::uuid, p_attempt, p_cost))
$$;
grant execute on all functions in schema pg_temp to public;
create temporary table before_lost as select c as line from pg_temp.counters() as c;
select is(array[pg_temp.lost(20, '[{}, {}]'), pg_temp.lost(21, '[{}]')], array['recovered', 'recovered'], 'two settlements whose holds are lost');
select results_eq($$select held_usd, settled_usd from ai_overruns$$, $$values (0::numeric, null::numeric), (0, null)$$, 'are overruns of unknown amount');
select pg_temp.act_as('service_role', null);
select is(pg_temp.state(20, 2, 0.5), '0', 'while another call is unknown nothing more is charged');
select is(pg_temp.state(20, 1, 0.25), '0.75', 'then the sum of what the bill says');
select is(pg_temp.state(21, 1, 0), '0', 'or nothing, when the bill has nothing');
reset role;
select results_eq($$select held_usd, settled_usd from ai_overruns$$, $$values (0::numeric, 0.75)$$, 'which is the amount of the one overrun, and ends the other');
select results_eq($$select trim_scale(cost_usd) from ai_request_logs where id >= '10000000-0000-4000-8000-000000000020' order by id$$, array[0.75, 0], 'requests say it, too');
select is_empty('select * from ai_ledger_check', 'and the ledger agrees');
select is((select count(*)::integer from pg_temp.counters() as c join before_lost as b on b.line = c), 3, 'the counters of the day, its month and the total moved');
select is(pg_temp.state(6, 2, 0.05), '1', 'a request that was charged its hold is charged what it cost: 0.95 and 0.05');
select is_empty($$select * from recompute_costs('2026-11-01', '2026-12-01')$$, 'prices have nothing to say about it');
select is_empty('select * from ai_ledger_check', 'and the ledger agrees');
select throws_ok($$select pg_temp.state(6, 2, 0.05)$$, 'PT404', 'Cannot state the cost: there is no such call of unknown cost', 'what is known is not stated');
select pg_temp.act_as('authenticated', 'a1');
select throws_ok($$select pg_temp.state(6, 2, 0.05)$$, '42501', 'Cannot state the cost: only operators may', 'an owner may not');
reset role;

-- Who -----------------------------------------------------------------------------------------------------------------------
select pg_temp.act_as('authenticated', 'a1');
select throws_ok($$select * from recompute_costs('2026-11-01', '2026-12-01')$$, '42501', 'Cannot recompute costs: only operators may', 'an owner may not even look');
select is((select array_agg(distinct org_id) from ai_cost_corrections), array['00000000-0000-4000-8000-00000000000a']::uuid[], 'he sees the corrections of his organization');
select throws_ok($$delete from ai_cost_corrections$$, '42501', null, 'and changes none');
select throws_ok($$select private.book_corrections(gen_random_uuid(), now())$$, '42501', null, 'nor books any');
select pg_temp.act_as('authenticated', 'b1');
select is((select array_agg(distinct org_id) from ai_cost_corrections), array['00000000-0000-4000-8000-00000000000b']::uuid[], 'another organization''s owner sees his own');
select pg_temp.act_as('anon', null);
select throws_ok($$select * from public.recompute_costs('2026-11-01', '2026-12-01')$$, '42501', null, 'nobody may not');
select throws_ok($$select * from public.ai_cost_corrections$$, '42501', null, 'nor see corrections');
select pg_temp.act_as('service_role', null);
select throws_ok($$select * from recompute_costs('2026-12-01', '2026-11-01')$$, '22023', null, 'a range begins before it ends');

select * from finish();
rollback;
