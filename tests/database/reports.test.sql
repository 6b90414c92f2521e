-- What admins ask for beyond usage: costs by user, job and subject, per lead and order, rates, variants, forecasts, health.
begin;
\ir prelude.sql
set local search_path = public, extensions;
select plan(74);

-- A Saturday noon in Berlin: 20.5 of November's 30 days are over.
select set_config('signalbox.now', '2026-11-21 12:00:00+01', true) is not null as noon;

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000a2', 'max@a.test'),
  ('00000000-0000-4000-8000-0000000000a3', 'guest@a.test'), ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test');
insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'reports-test-a', 'EUR', 'Europe/Berlin'),
  ('00000000-0000-4000-8000-00000000000b', 'B', 'reports-test-b', 'USD', 'UTC');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'admin'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'member'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a3', 'guest'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into ai_exchange_rates (currency, rate, effective_from, source) values
  ('EUR', 0.5, '2026-11-01 00:00+01', 'test'), ('EUR', 0.8, '2026-11-20 00:00+01', 'test')
on conflict (currency, effective_from) do update set rate = excluded.rate;

-- Ann's and Max's requests of two days, one job, two leads. One cost is unknown.
create function pg_temp.log_request(p_number integer, p_at timestamptz, p_more jsonb) returns void language sql as $$
  select pg_temp.write_request(jsonb_build_object(
    'id', '20000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'), 'created_at', p_at, 'org_id', '00000000-0000-4000-8000-00000000000a',
    'user_id', '00000000-0000-4000-8000-0000000000a1', 'task', 'classify-lead', 'provider', 'openai', 'model', 'gpt-4o-mini', 'tier', 'small',
    'input_tokens', 100, 'output_tokens', 10, 'latency_ms', 400, 'calls', 1, 'status', 'succeeded', 'action', 'use_ai_result'
  ) || p_more)
$$;
select pg_temp.log_request(1, '2026-11-19 10:00+01', '{"cost_usd": 1, "job_id": "30000000-0000-4000-8000-000000000001", "subject_type": "lead", "subject_id": "7"}');
select pg_temp.log_request(2, '2026-11-20 10:00+01', '{"cost_usd": 2, "job_id": "30000000-0000-4000-8000-000000000001", "subject_type": "lead", "subject_id": "7"}');
select pg_temp.log_request(3, '2026-11-20 11:00+01', '{"cost_usd": 4, "user_id": "00000000-0000-4000-8000-0000000000a2", "subject_type": "lead", "subject_id": "8"}');
select pg_temp.log_request(4, '2026-11-20 12:00+01', '{"cost_usd": null, "status": "failed", "user_id": "00000000-0000-4000-8000-0000000000a2", "subject_type": "lead", "subject_id": "9"}');
select pg_temp.log_request(5, '2026-11-21 10:00+01', '{"cost_usd": 8, "org_id": "00000000-0000-4000-8000-00000000000b", "user_id": "00000000-0000-4000-8000-0000000000b1", "job_id": "30000000-0000-4000-8000-000000000001"}');

create function pg_temp.by_user() returns setof text language sql as $$
  select format('%s %s %s %s %s %s', right(user_id::text, 2), day, request_count, coalesce(trim_scale(cost_usd)::text, '?'),
                unpriced_count, coalesce(trim_scale(cost)::text, '?'))
  from ai_costs_by_user where org_id = '00000000-0000-4000-8000-00000000000a' order by user_id, day
$$;
create temporary table users_wanted (line text);
insert into users_wanted values ('a1 2026-11-19 1 1 0 0.5'), ('a1 2026-11-20 1 2 0 1.6'), ('a2 2026-11-20 2 4 1 3.2');
select results_eq('select pg_temp.by_user()', 'select line from users_wanted', 'costs by user are read from the live tail, at each day''s rate');

create function pg_temp.by_job() returns setof text language sql as $$
  select format('%s %s..%s %s %s %s', right(org_id::text, 1), first_day, last_day, request_count, trim_scale(cost_usd), trim_scale(cost))
  from ai_costs_by_job where job_id = '30000000-0000-4000-8000-000000000001' order by org_id
$$;
create temporary table jobs_wanted (line text);
insert into jobs_wanted values ('a 2026-11-19..2026-11-20 2 3 2.1'), ('b 2026-11-21..2026-11-21 1 8 8');
select results_eq('select pg_temp.by_job()', 'select line from jobs_wanted', 'a job''s cost is summed over its days, in each organization apart');

create function pg_temp.by_subject() returns setof text language sql as $$
  select format('%s:%s %s %s %s %s', subject_type, subject_id, request_count, failed_count, coalesce(trim_scale(cost_usd)::text, '?'),
                coalesce(trim_scale(cost)::text, '?'))
  from ai_costs_by_subject where org_id = '00000000-0000-4000-8000-00000000000a' order by subject_id
$$;
create temporary table subjects_wanted (line text);
insert into subjects_wanted values ('lead:7 2 0 3 2.1'), ('lead:8 1 0 4 3.2'), ('lead:9 1 1 ? ?');
select results_eq('select pg_temp.by_subject()', 'select line from subjects_wanted', 'a lead whose only cost is unknown costs unknown, not nothing');

-- The second stage follows the first.
update ai_request_logs set settled_tx = 1;
select is(private.roll_up(), 5::bigint, 'everything is rolled up');
select is((select sum(requests) from private.ai_job_days), 3::numeric, 'jobs with it');
select results_eq('select pg_temp.by_user()', 'select line from users_wanted', 'the rollups say the same by user');
select results_eq('select pg_temp.by_job()', 'select line from jobs_wanted', 'by job');
select results_eq('select pg_temp.by_subject()', 'select line from subjects_wanted', 'by subject');

-- A late settle replaces a rolled up row: the failed request of unknown cost cost three dollars after all.
select private.withdraw_request_row('00000000-0000-4000-8000-00000000000a', '20000000-0000-4000-8000-000000000004');
select pg_temp.log_request(4, '2026-11-20 12:00+01', '{"cost_usd": 3, "user_id": "00000000-0000-4000-8000-0000000000a2", "subject_type": "lead", "subject_id": "9"}');
update users_wanted set line = 'a2 2026-11-20 2 7 0 5.6' where line like 'a2%';
update subjects_wanted set line = 'lead:9 1 0 3 2.4' where line like 'lead:9%';
select results_eq('select pg_temp.by_user()', 'select line from users_wanted', 'a withdrawn row is subtracted at once by user');
select results_eq('select pg_temp.by_subject()', 'select line from subjects_wanted', 'and by subject');
-- As if both had been committed by now: back to a mark below them.
update private.ai_withdrawn_requests set settled_tx = 2;
update ai_request_logs set settled_tx = 3 where id = '20000000-0000-4000-8000-000000000004';
alter table private.ai_rollup_state disable trigger ai_rollup_state_follow;
update private.ai_rollup_state set rolled_up_to = 2;
alter table private.ai_rollup_state enable trigger ai_rollup_state_follow;
select private.roll_up() is not null as rolled;
select is((select count(*)::integer from private.ai_withdrawn_requests), 0, 'the rollup takes the withdrawal in');
select results_eq('select pg_temp.by_user()', 'select line from users_wanted', 'and subtracts it once by user');
select results_eq('select pg_temp.by_subject()', 'select line from subjects_wanted', 'and by subject');
select is((select unpriced from private.ai_subject_days where subject_id = '9'), 0::bigint, 'nothing of it is left in the rollup');

-- Counting everything again from the log gives the same.
select private.clear_rollups();
select is((select count(*)::integer from private.ai_job_days) + (select count(*)::integer from private.ai_subject_days), 0, 'clearing clears the second stage too');
select private.roll_up() is not null as rolled;
select results_eq('select pg_temp.by_user()', 'select line from users_wanted', 'counted again from the log, by user');
select results_eq('select pg_temp.by_job()', 'select line from jobs_wanted', 'by job');
select results_eq('select pg_temp.by_subject()', 'select line from subjects_wanted', 'by subject');

-- Cost per lead --------------------------------------------------------------------------------------------------------
insert into leads (org_id, name, created_at) values
  ('00000000-0000-4000-8000-00000000000a', 'L1', '2026-11-02 10:00+01'), ('00000000-0000-4000-8000-00000000000a', 'L2', '2026-11-30 23:30+01'),
  ('00000000-0000-4000-8000-00000000000a', 'L3', '2026-10-31 23:30+01'), ('00000000-0000-4000-8000-00000000000a', 'L4', '2026-10-31 23:30+00');
insert into private.ai_budget_counters (org_id, account, day, week, month, month_settled, minute) values
  ('00000000-0000-4000-8000-00000000000a', 'organization:00000000-0000-4000-8000-00000000000a', '2026-11-21', '2026-11-16', '2026-11-01', 30, now());
insert into ai_closed_periods (org_id, account, period, period_start, settled, held) values
  ('00000000-0000-4000-8000-00000000000a', 'organization:00000000-0000-4000-8000-00000000000a', 'month', '2026-10-01', 10, 0);
create function pg_temp.per_lead(p_month date) returns text language sql as $$
  select format('%s %s %s %s', new_leads, trim_scale(ai_cost), coalesce(trim_scale(cost_per_lead)::text, '?'), trim_scale(cost_per_lead_at_least))
  from ai_cost_per_lead where org_id = '00000000-0000-4000-8000-00000000000a' and month = p_month
$$;
select is(pg_temp.per_lead('2026-11-01'), '3 30 ? 10', 'without infrastructure and sales time the cost per lead is unknown, and at least AI''s share');
select is(pg_temp.per_lead('2026-10-01'), '1 10 ? 10', 'months are the organization''s');
insert into ai_cost_inputs (org_id, month, infra_cost, sales_minutes, new_orders) values
  ('00000000-0000-4000-8000-00000000000a', '2026-11-01', 120, 120, 2);
select is(pg_temp.per_lead('2026-11-01'), '3 30 80 80', '(30 + 120 + 2 h × 45) / 3 leads');
select is((select trim_scale(cost_per_order) from ai_cost_per_order where org_id = '00000000-0000-4000-8000-00000000000a' and month = '2026-11-01'), 120::numeric,
  'and / 2 orders');
select is((select assumed from ai_cost_per_lead where org_id = '00000000-0000-4000-8000-00000000000a' and month = '2026-11-01'),
  array['sales_rate: setting kpi.sales.eur_per_hour'], 'only the hour''s price is assumed');
insert into ai_settings (key, org_id, value) values
  ('kpi.infra.monthly_cost', '00000000-0000-4000-8000-00000000000a', '20'), ('kpi.sales.minutes_per_lead', '00000000-0000-4000-8000-00000000000a', '20');
select is(pg_temp.per_lead('2026-10-01'), '1 10 45 45', 'settings stand in for a month without a statement: 10 + 20 + 20 min × 45/60');
select is((select cardinality(assumed) from ai_cost_per_lead where org_id = '00000000-0000-4000-8000-00000000000a' and month = '2026-10-01'), 3, 'and are named as assumed');
select is((select cost_per_order from ai_cost_per_order where org_id = '00000000-0000-4000-8000-00000000000a' and month = '2026-10-01'), null::numeric, 'unknown orders make the cost per order unknown');
select throws_ok($$insert into ai_cost_inputs (org_id, month) values ('00000000-0000-4000-8000-00000000000a', '2026-11-02')$$, '23514', null, 'a month is its first day');
select throws_ok($$insert into ai_cost_inputs (org_id, month) values ('00000000-0000-4000-8000-00000000000a', 'infinity')$$, '23514', null, 'and one that comes');
select throws_ok($$insert into ai_cost_inputs (org_id, month) values ('00000000-0000-4000-8000-00000000000a', '5874897-12-01')$$, '23514', null,
  'within what is a time: the costs of all organizations are reckoned at once');
select throws_ok($$insert into ai_cost_inputs (org_id, month, infra_cost) values ('00000000-0000-4000-8000-00000000000a', '2026-01-01', 9e131071)$$, '23514', null,
  'and costs what can be added up');
update organizations set currency = 'USD' where id = '00000000-0000-4000-8000-00000000000a';
select is((select sales_rate_per_hour from ai_cost_per_lead where org_id = '00000000-0000-4000-8000-00000000000a' and month = '2026-11-01'), 56.25::numeric(10, 4),
  'the 45 euros are turned into the organization''s currency: 45 / 0.8');
update organizations set currency = 'EUR' where id = '00000000-0000-4000-8000-00000000000a';

-- Rates and latency ----------------------------------------------------------------------------------------------------
select pg_temp.log_request(20 + n, '2026-11-21 09:15+01', '{"cost_usd": 0.1}') from generate_series(1, 6) as n;
select pg_temp.log_request(27, '2026-11-21 09:20+01', '{"cost_usd": 0, "cached": true, "calls": 0}');
select pg_temp.log_request(28, '2026-11-21 09:20+01', '{"cost_usd": null, "status": "failed", "provider": null, "model": null}');
select pg_temp.log_request(29, '2026-11-21 09:20+01', '{"cost_usd": 0.1, "fell_back": true, "escalated": true, "provider": "anthropic"}');
select pg_temp.log_request(30, '2026-11-21 09:20+01', '{"cost_usd": 0, "action": "fallback_to_rules", "provider": null, "model": null, "tier": null}');
select pg_temp.log_request(31, '2026-11-21 09:20+01', '{"cost_usd": 0, "status": "refused", "provider": null, "model": null}');
select pg_temp.log_request(32, '2026-11-21 07:20+01', '{"cost_usd": 0, "status": "refused", "provider": null, "model": null}');
select results_eq(
  $$ select request_count, error_rate, fallback_rate, rules_rate, escalation_rate, cache_hit_rate, trim_scale(cost_usd), unpriced_count from ai_rates_hourly
     where org_id = '00000000-0000-4000-8000-00000000000a' and hour = '2026-11-21 09:00+01' $$,
  $$ values (11::bigint, 0.1000, 0.1000, 0.1000, 0.1000, 0.1000, 0.7, 1::bigint) $$, 'rates are shares of what was not refused');
select is((select error_rate from ai_rates_hourly where org_id = '00000000-0000-4000-8000-00000000000a' and hour = '2026-11-21 07:00+01'), null::numeric,
  'an hour of refusals has no rates');
select ok((select bool_and(p50_latency_ms between 380 and 420 and p99_latency_ms between 380 and 420) and count(*) = 5 from ai_latency
  where org_id = '00000000-0000-4000-8000-00000000000a'), 'latency has a row for each day, task and model, right to 5 %');

-- Prompt variants ------------------------------------------------------------------------------------------------------
select pg_temp.log_request(100 + n, '2026-11-15 09:00+01', jsonb_build_object('prompt_key', 'k', 'prompt_version', 2,
  'prompt_variant', case when n <= 100 then 'A' else 'B' end, 'cost_usd', 0.01, 'confidence_score', 0.5)) from generate_series(1, 200) as n;
select pg_temp.log_request(400, '2026-11-15 09:00+01', '{"prompt_key": "k", "prompt_version": 2, "prompt_variant": "C", "cost_usd": 0.01}');
insert into ai_quality_metrics (org_id, request_id, task, source, outcome)
select '00000000-0000-4000-8000-00000000000a', ('20000000-0000-4000-8000-' || lpad((100 + n)::text, 12, '0'))::uuid, 'classify-lead', s.source, 'converted'
from generate_series(1, 200) as n cross join (values ('row'), ('review')) as s (source) where n <= 10 or n > 175;
insert into ai_quality_metrics (org_id, request_id, task, outcome, user_rating) values
  ('00000000-0000-4000-8000-00000000000a', '20000000-0000-4000-8000-000000000101', 'classify-lead', 'rated', 5),
  ('00000000-0000-4000-8000-00000000000a', '20000000-0000-4000-8000-000000000102', 'classify-lead', 'rated', 2);
select results_eq(
  $$ select prompt_variant, request_count, converted_count, conversion_rate, avg_rating, avg_confidence from ai_prompt_variants
     where org_id = '00000000-0000-4000-8000-00000000000a' order by prompt_variant $$,
  $$ values ('A', 100::bigint, 10::bigint, 0.1000, 3.50, 0.5000), ('B', 100, 25, 0.2500, null, 0.5000), ('C', 1, 0, 0.0000, null, null) $$,
  'variants are compared by request, however many say the same');
-- 10 of 100 against 25 of 100: z = 2.7914, two-sided p = 0.0052.
select is((select conversion_p_value from ai_prompt_variants where prompt_variant = 'B'), 0.0052, 'the difference has its p-value');
select is((select conversion_p_value from ai_prompt_variants where prompt_variant = 'A'), null::numeric, 'the first variant is compared with nothing');
select is((select conversion_p_value from ai_prompt_variants where prompt_variant = 'C'), null::numeric, 'and one request with nobody');

-- Forecast -------------------------------------------------------------------------------------------------------------
-- 1, 2, … 14 dollars a day at 0.5 until yesterday (the older rate), 41 euros used: tomorrow is 15.5 dollars.
delete from ai_exchange_rates where currency = 'EUR';
insert into ai_exchange_rates (currency, rate, effective_from, source) values ('EUR', 0.5, '2026-01-01', 'test');
delete from private.ai_task_days where org_id = '00000000-0000-4000-8000-00000000000a';
insert into private.ai_task_days (org_id, day, task, provider, model, requests, failed, refused, cached, escalated, fell_back, by_rules, for_review, input_tokens,
  output_tokens, cost_usd, unpriced, latency_ms, timed, confidence, with_confidence)
select '00000000-0000-4000-8000-00000000000a', date '2026-11-06' + n, 'classify-lead', 'openai', 'gpt-4o-mini', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, n + 1, 0, 0, 0, 0, 0
from generate_series(0, 14) as n;
update private.ai_budget_counters set month_settled = 40, month_held = 1 where org_id = '00000000-0000-4000-8000-00000000000a';
update ai_budgets set cap = 100 where org_id = '00000000-0000-4000-8000-00000000000a';
select results_eq(
  $$ select period_start, period_end, used, elapsed, linear_forecast, trend_basis_days from ai_budget_forecast where org_id = '00000000-0000-4000-8000-00000000000a' $$,
  $$ values (date '2026-11-01', date '2026-12-01', 41::numeric, 0.6833, 60.000000, 15) $$, 'linear: 41 in 20.5 of 30 days is 60 in all');
-- Half of today (16) and 17 … 25 dollars at 0.5: 41 + 4 + 94.5.
select is((select trend_forecast from ai_budget_forecast where org_id = '00000000-0000-4000-8000-00000000000a'), 139.500000, 'trend: the line goes on');
-- 41 + 4 + 8.5 + 9 + 9.5 + 10 = 82 on the 25th, 92.5 on the 26th, 103.5 on the 27th.
select is((select exhausted_on from ai_budget_forecast where org_id = '00000000-0000-4000-8000-00000000000a'), date '2026-11-27', 'and says when the cap is reached');
select ok((select assumes like 'linear: the pace since 2026-11-01 goes on; trend: the straight line through 15 finished days%' from ai_budget_forecast
  where org_id = '00000000-0000-4000-8000-00000000000a'), 'it says what it assumes');
delete from private.ai_task_days where org_id = '00000000-0000-4000-8000-00000000000a' and day < '2026-11-16';
select is((select trend_forecast from ai_budget_forecast where org_id = '00000000-0000-4000-8000-00000000000a'), null::numeric, 'five days make no trend');
select is((select exhausted_on from ai_budget_forecast where org_id = '00000000-0000-4000-8000-00000000000a'), null::date, 'and the pace stays below the cap');
update ai_budgets set cap = 51 where org_id = '00000000-0000-4000-8000-00000000000a';
select is((select exhausted_on from ai_budget_forecast where org_id = '00000000-0000-4000-8000-00000000000a'), date '2026-11-26', 'two euros a day reach 51 in the 26th day');
update ai_budgets set cap = 41 where org_id = '00000000-0000-4000-8000-00000000000a';
select is((select exhausted_on from ai_budget_forecast where org_id = '00000000-0000-4000-8000-00000000000a'), date '2026-11-21', 'an exhausted budget is exhausted today');
insert into ai_budgets (org_id, scope, scope_key, period, cap) values
  ('00000000-0000-4000-8000-00000000000a', 'subject', 'lead:*', 'day', 2), ('00000000-0000-4000-8000-00000000000a', 'job', null, 'month', 5),
  ('00000000-0000-4000-8000-00000000000a', 'user', null, 'week', 5), ('00000000-0000-4000-8000-00000000000a', 'task', 'classify-lead', 'month', 50),
  ('00000000-0000-4000-8000-00000000000a', 'key', null, 'month', 5);
insert into private.ai_budget_counters (org_id, account, day, day_settled, week, week_settled, month, month_settled, minute)
select '00000000-0000-4000-8000-00000000000a', a.account, '2026-11-21', 1, '2026-11-16', 1, '2026-11-01', 1, now()
from (values ('subject:lead:7'), ('job:30000000-0000-4000-8000-000000000001'), ('user:00000000-0000-4000-8000-0000000000a2'), ('task:classify-lead'),
  ('key:40000000-0000-4000-8000-000000000001')) as a (account);
select is((select count(*)::integer from ai_budget_forecast where org_id = '00000000-0000-4000-8000-00000000000a'), 6, 'every scope has a forecast');
select results_eq(
  $$ select scope, sum(cost_usd) from ai_budget_forecast as f, private.daily_spending(f.org_id, f.scope, f.scope_key, '2026-11-01', '2026-11-22')
     where f.org_id = '00000000-0000-4000-8000-00000000000a' and scope <> 'organization' group by scope order by scope $$,
  $$ values ('job', 3::numeric), ('subject', 3), ('task', 65), ('user', 7) $$, 'by the rollup of its own scope, virtual keys have none');
insert into ai_budgets (org_id, scope, scope_key, period, cap) values ('00000000-0000-4000-8000-00000000000a', 'job', 'no id', 'month', 5);
select is((select used from ai_budget_forecast where scope_key = 'no id' and trend_forecast is null), 0::numeric,
  'a job that cannot be spends nothing, and spoils nobody''s forecast');

-- Provider health ------------------------------------------------------------------------------------------------------
insert into ai_call_logs (created_at, request_id, org_id, attempt, purpose, provider, request_model, cost_usd, latency_ms, error_code)
select timestamptz '2026-11-21 11:30+01', gen_random_uuid(), '00000000-0000-4000-8000-00000000000a', 1, 'answer', 'openai', 'gpt-4o-mini', 0, n * 100,
  case when n = 10 then 'rate_limited' when n = 9 then 'timeout' end from generate_series(1, 10) as n;
insert into ai_call_logs (created_at, request_id, org_id, attempt, purpose, provider, request_model, cost_usd, latency_ms)
values ('2026-11-21 10:30+01', gen_random_uuid(), '00000000-0000-4000-8000-00000000000a', 1, 'answer', 'openai', 'gpt-4o', 0, 1),
  ('2026-11-21 11:30+01', gen_random_uuid(), '00000000-0000-4000-8000-00000000000b', 1, 'answer', 'openai', 'gpt-4.1', 0, 1);
insert into ai_breakers (provider, model, state, opened_at, open_until, last_error) values
  ('openai', 'gpt-4o-mini', 'open', '2026-11-21 11:59+01', '2026-11-21 12:01+01', 'timeout'),
  ('anthropic', '*', 'half_open', '2026-11-21 11:59+01', '2026-11-21 12:01+01', 'quota');
insert into private.provider_headroom (provider, model, requests_left, tokens_left, told_at) values ('openai', 'gpt-4o-mini', 7, 900, '2026-11-21 11:59+01');
create function pg_temp.health() returns setof text language sql as $$
  select format('%s %s %s %s %s %s %s %s', right(org_id::text, 1), model, breaker_state, last_error, requests_left, call_count, error_rate, p95_latency_ms)
  from ai_provider_health where provider = 'openai' order by org_id, model
$$;
select results_eq('select pg_temp.health()',
  $$ values ('a gpt-4o-mini open timeout 7 10 0.2000 765'), ('b gpt-4.1 closed   1 0.0000 1'), ('b gpt-4o-mini open timeout 7 0  ') $$,
  'health joins the platform''s breaker with each organization''s own last hour');
select is(
  (select count(*) from ai_provider_health where provider = 'anthropic' and org_id = '00000000-0000-4000-8000-00000000000a' and breaker_state = 'half_open' and call_count = 0),
  (select count(*) from ai_models where provider = 'anthropic' and active and org_id is null), 'a provider that is down shows with every model of it');

-- Who ------------------------------------------------------------------------------------------------------------------
create function pg_temp.seen() returns text language sql as $$
  select concat_ws(' ', (select count(*) from ai_costs_by_user), (select count(*) from ai_costs_by_job), (select count(*) from ai_costs_by_subject),
    (select count(*) from ai_cost_per_lead), (select count(*) from ai_cost_per_order), (select count(*) from ai_prompt_variants))
$$;
create function pg_temp.foreign_rows(p_org uuid) returns bigint language sql as $$
  select (select count(*) from ai_costs_by_user where org_id = p_org) + (select count(*) from ai_costs_by_job where org_id = p_org)
    + (select count(*) from ai_costs_by_subject where org_id = p_org) + (select count(*) from ai_cost_per_lead where org_id = p_org)
    + (select count(*) from ai_cost_per_order where org_id = p_org) + (select count(*) from ai_latency where org_id = p_org)
    + (select count(*) from ai_rates_hourly where org_id = p_org) + (select count(*) from ai_prompt_variants where org_id = p_org)
    + (select count(*) from ai_budget_forecast where org_id = p_org) + (select count(*) from ai_provider_health where org_id = p_org)
$$;
grant execute on all functions in schema pg_temp to public;

select pg_temp.act_as('authenticated', 'a1');
select is(pg_temp.seen(), '5 1 3 2 2 3', 'an admin sees his organization''s costs');
select is(pg_temp.foreign_rows('00000000-0000-4000-8000-00000000000b'), 0::bigint, 'and nothing of another');
select is((select count(*)::integer from ai_costs_by_job where job_id = '30000000-0000-4000-8000-000000000001'), 1, 'not even of a job of the same id');
select lives_ok($$update ai_cost_inputs set infra_cost = 1$$, 'an admin states the costs of a month');
select throws_ok($$insert into ai_cost_inputs (org_id, month) values ('00000000-0000-4000-8000-00000000000b', '2026-11-01')$$, '42501', null, 'of his organization alone');
select pg_temp.act_as('authenticated', 'a2');
select is(pg_temp.seen(), '1 0 0 0 0 3', 'a member sees his own cost, and neither jobs nor leads nor colleagues');
select is((select distinct user_id::text from ai_costs_by_user), '00000000-0000-4000-8000-0000000000a2', 'it is his own');
select ok((select count(*) > 0 from ai_rates_hourly) and (select count(*) > 0 from ai_latency) and (select count(*) > 0 from ai_provider_health),
  'totals of the organization are for members, too');
select is(pg_temp.foreign_rows('00000000-0000-4000-8000-00000000000b'), 0::bigint, 'nothing of another organization');
select is((select count(*)::integer from private.withdrawn_requests()), 0, 'nor of withdrawn rows');
select is_empty($$update ai_cost_inputs set infra_cost = 2 returning 1$$, 'a member states no costs');
select pg_temp.act_as('authenticated', 'a3');
select is(pg_temp.seen() || ' ' || pg_temp.foreign_rows('00000000-0000-4000-8000-00000000000a'), '0 0 0 0 0 0 0', 'a guest sees nothing');
select pg_temp.act_as('authenticated', 'b1');
select is(pg_temp.foreign_rows('00000000-0000-4000-8000-00000000000a'), 0::bigint, 'another organization''s owner sees nothing of A in any view');
select is((select count(*)::integer from ai_costs_by_job), 1, 'but his own');
select is((select string_agg(distinct model, ',' order by model) from ai_provider_health where provider = 'openai'), 'gpt-4.1,gpt-4o-mini', 'of health, the breaker and his own calls');
select throws_ok($$select * from private.ai_org_hours$$, '42501', null, 'the hourly rollup is nobody''s');
select throws_ok($$select * from private.ai_withdrawn_requests$$, '42501', null, 'nor are withdrawn rows');
select throws_ok($$select private.add_costs(0, 1, '{}')$$, '42501', null, 'nor is the rollup itself');
select pg_temp.act_as('anon', null);
select throws_ok($$select * from public.ai_costs_by_user$$, '42501', null, 'without a user there are no costs by user');
select throws_ok($$select * from public.ai_budget_forecast$$, '42501', null, 'no forecast');
select throws_ok($$select * from public.ai_cost_inputs$$, '42501', null, 'and no inputs');
select pg_temp.act_as('service_role', null);
select is((select count(distinct org_id)::integer from ai_costs_by_user), 2, 'the service role sees every organization');
select is((select count(distinct org_id)::integer from ai_provider_health), 2, 'in every view');

select * from finish();
rollback;
