-- Rollups and the views over them: the same numbers live, and rolled up, also when a late settle changes the past.
begin;
set local search_path = public, extensions;
select plan(32);

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000a2', 'max@a.test'),
  ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test');
insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'usage-test-a', 'EUR', 'Europe/Berlin'),
  ('00000000-0000-4000-8000-00000000000b', 'B', 'usage-test-b', 'EUR', 'Europe/Berlin');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'member'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');

-- Twenty answered requests of 10, 20, … 200 ms at 0.01 dollars, one failed of unknown cost, one refused, one by rules.
insert into ai_request_logs (id, created_at, org_id, user_id, task, tier, provider, model, prompt_key, prompt_version, prompt_variant, input_tokens,
  output_tokens, cost_usd, latency_ms, calls, confidence_score, action, status)
select gen_random_uuid(), private.clock() - interval '3 days', '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'classify-lead',
  'small', 'openai', 'gpt-4o-mini', 'classify-lead', 1, 'A', 100, 10, 0.01, n * 10, 1, n / 20.0, 'use_ai_result', 'succeeded'
from generate_series(1, 20) as n;
insert into ai_request_logs (id, created_at, org_id, task, status, error_code, cost_usd, latency_ms, action) values
  ('00000000-0000-4000-8000-0000000000e1', private.clock() - interval '3 days', '00000000-0000-4000-8000-00000000000a', 'classify-lead', 'failed', 'timeout', null, 30000, null),
  ('00000000-0000-4000-8000-0000000000e2', private.clock() - interval '3 days', '00000000-0000-4000-8000-00000000000a', 'classify-lead', 'refused', 'budget_exhausted', 0, 3, null),
  ('00000000-0000-4000-8000-0000000000e3', private.clock() - interval '3 days', '00000000-0000-4000-8000-00000000000a', 'classify-lead', 'succeeded', null, 0, 5, 'fallback_to_rules');
insert into ai_call_logs (created_at, request_id, org_id, attempt, purpose, provider, request_model, input_tokens, output_tokens, cost_usd, latency_ms, error_code, stand_in)
select private.clock() - interval '3 days', gen_random_uuid(), '00000000-0000-4000-8000-00000000000a', 1, 'answer', 'openai', 'gpt-4o-mini', 100, 10, 0.01, n * 10,
  case when n > 15 then 'timeout' end, true
from generate_series(1, 20) as n;

create function pg_temp.usage() returns table (
  task text, model text, request_count bigint, total_tokens bigint, total_cost_usd numeric, unpriced bigint, failed bigint, refused bigint, rules bigint,
  avg_latency_ms integer, p50 integer, p95 integer, confidence numeric
) language sql as $$
  select task, model, request_count, total_tokens, total_cost_usd, unpriced_count, failed_count, refused_count, rules_count, avg_latency_ms, p50_latency_ms,
    p95_latency_ms, avg_confidence
  from ai_usage_daily where org_id = '00000000-0000-4000-8000-00000000000a' order by model nulls last
$$;
create function pg_temp.p99() returns integer language sql as $$
  select p99_latency_ms from ai_usage_daily where org_id = '00000000-0000-4000-8000-00000000000a' and model is not null
$$;
create function pg_temp.plan(p_query text) returns text language plpgsql as $$
declare v_line text; v_plan text := '';
begin
  set local enable_seqscan = off; -- a few rows are read faster without an index
  set local enable_bitmapscan = off;
  for v_line in execute 'explain (costs off) ' || p_query loop v_plan := v_plan || v_line || E'\n'; end loop;
  return v_plan;
end
$$;
grant execute on function pg_temp.plan(text) to authenticated;
create temporary table expected as
select * from (values
  ('classify-lead', 'gpt-4o-mini', 20::bigint, 2200::bigint, 0.20, 0::bigint, 0::bigint, 0::bigint, 0::bigint, 105, null::integer, null::integer, 0.5250),
  ('classify-lead', null, 3, 0, 0, 1, 1, 1, 1, 5, null, null, null)
) as v (task, model, request_count, total_tokens, total_cost_usd, unpriced, failed, refused, rules, avg_latency_ms, p50, p95, confidence);

create function pg_temp.exact() returns setof text language sql as $$
  select (task, model, request_count, total_tokens, total_cost_usd::numeric(10, 4), unpriced, failed, refused, rules, avg_latency_ms, confidence)::text from pg_temp.usage()
$$;
create function pg_temp.wanted() returns setof text language sql as $$
  select (task, model, request_count, total_tokens, total_cost_usd::numeric(10, 4), unpriced, failed, refused, rules, avg_latency_ms, confidence)::text from expected
$$;

select set_eq('select pg_temp.exact()', 'select pg_temp.wanted()', 'the live tail is counted');
select ok((select p50 between 95 and 105 from pg_temp.usage() where model is not null), 'the median is right to 5 %');
select ok((select p95 between 180 and 200 from pg_temp.usage() where model is not null), 'and the 95th percentile');

update ai_request_logs set settled_tx = 1 where org_id = '00000000-0000-4000-8000-00000000000a';
update ai_call_logs set settled_tx = 1 where org_id = '00000000-0000-4000-8000-00000000000a';
select set_eq($$ select a.amname from pg_class as c join pg_am as a on a.oid = c.relam where c.relname in ('ai_request_logs_settled_tx_idx', 'ai_call_logs_settled_tx_idx') $$,
  array['btree']::name[], 'what is new is looked up: other indexes are read whole, however little is found');
select is(private.roll_up(), 23::bigint, 'what was committed is rolled up');
select is(private.roll_up(), 0::bigint, 'once');
select set_eq('select pg_temp.exact()', 'select pg_temp.wanted()', 'the rollups say the same');
select ok((select p95 between 180 and 200 from pg_temp.usage() where model is not null), 'percentiles survive the rollup');
select is((select sum(requests) from private.ai_org_hours where org_id = '00000000-0000-4000-8000-00000000000a'), 23::numeric, 'hours too');
select is((select sum(requests) from private.ai_user_days where user_id = '00000000-0000-4000-8000-0000000000a2'), 20::numeric, 'users too');

-- Percentiles are kept with the day, and are what the histogram says.
select ok((select p50_latency_ms between 95 and 105 and p95_latency_ms between 180 and 200 and p99_latency_ms >= p95_latency_ms
  from private.ai_task_days where org_id = '00000000-0000-4000-8000-00000000000a' and model = 'gpt-4o-mini'), 'percentiles of a day are kept');
select is((select count(*)::integer from private.ai_task_days as d where d.p95_latency_ms is distinct from (
    select private.percentile_of(array_agg(h.bucket), array_agg(h.requests), 0.95) from private.ai_latency_days as h
    where (h.org_id, h.day, h.task, h.provider, h.model) = (d.org_id, d.day, d.task, d.provider, d.model))), 0, 'every day''s are those of its histogram');
update private.ai_latency_days set requests = 100000 where org_id = '00000000-0000-4000-8000-00000000000a' and model = 'gpt-4o-mini'
  and bucket = (select min(h.bucket) from private.ai_latency_days as h where h.org_id = '00000000-0000-4000-8000-00000000000a' and h.model = 'gpt-4o-mini');
select ok((select p99 < 95 from pg_temp.p99() as p99), 'and follow whoever changes it');
update private.ai_latency_days set requests = 1 where requests = 100000;
select is((select count(*)::integer from generate_series(1, 20000) as n where private.latency_bucket(n) <> ceil(ln(n::numeric) / ln(1.1))), 0,
  'a latency''s bucket is that of the exact logarithm');
select is(private.latency_bucket(null), null, 'an unknown latency is in no bucket');
select is((select call_count from ai_model_performance where org_id = '00000000-0000-4000-8000-00000000000a'), 20::bigint, 'calls are counted');
select is((select error_rate from ai_model_performance where org_id = '00000000-0000-4000-8000-00000000000a'), 0.2500, 'five of twenty failed');

-- A swept request, rolled up, settles late.
select private.withdraw_request_row('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000e1');
insert into ai_request_logs (id, created_at, org_id, task, tier, provider, model, cost_usd, latency_ms, status, input_tokens, output_tokens) values
  ('00000000-0000-4000-8000-0000000000e1', private.clock() - interval '3 days', '00000000-0000-4000-8000-00000000000a', 'classify-lead', 'small', 'openai', 'gpt-4o-mini', 0.05, 105, 'succeeded', 1, 1);
select is((select request_count from pg_temp.usage() where model is not null), 21::bigint, 'the late answer is counted at once');
select is((select failed from pg_temp.usage() where model is null), 0::bigint, 'and its failure is not any more');
select is((select unpriced from pg_temp.usage() where model is null), 0::bigint, 'nor its unknown cost');

-- Confidence and costs.
select is((select sum(request_count) from ai_confidence_histogram where org_id = '00000000-0000-4000-8000-00000000000a'), 20::numeric, 'requests without a confidence are in no bin');
select is((select request_count from ai_confidence_histogram where org_id = '00000000-0000-4000-8000-00000000000a' and bin = 4), 5::bigint, 'a confidence of 1 is in the last bin');
select ok((select sum(cost) < sum(cost_usd) from ai_costs where org_id = '00000000-0000-4000-8000-00000000000a'), 'costs are shown in euros too');
select is((select count(*)::integer from ai_budget_status where org_id = '00000000-0000-4000-8000-00000000000a'), 1, 'the default budget is there');
select is((select cap from ai_budget_status where org_id = '00000000-0000-4000-8000-00000000000a'), 1000::numeric, 'with the cap of the setting');
insert into private.ai_budget_counters (org_id, account, scope, scope_key, day, week, month, minute, day_settled, day_held, week_settled, week_held, month_settled, month_held, total_settled, total_held)
select o.id, 'organization:' || o.id, 'organization', o.id::text, p.day, p.week, p.month, private.clock(), 1, 5, 1, 5, 1, 5, 1, 5
from organizations as o cross join lateral private.periods_at(private.clock(), o.time_zone) as p where o.id = '00000000-0000-4000-8000-00000000000a';
insert into private.ai_unbooked_changes (org_id, accounts, day, week, month, minute, held, settled, tokens)
select s.org_id, array['task:classify-lead', s.account], s.day, s.week, change.month, s.minute, change.held, change.settled, 0
from ai_budget_states as s
cross join lateral (values (s.month, -3, 0.5), (s.month, -2, 0.25), ((s.month - interval '1 month')::date, -1, 0.125)) as change (month, held, settled)
where s.org_id = '00000000-0000-4000-8000-00000000000a';
select results_eq(
  $$ select settled, held, remaining from ai_budget_status where org_id = '00000000-0000-4000-8000-00000000000a' $$,
  $$ values (1.75, 0::numeric, 998.25) $$, 'settled requests whose change waits to be booked are counted at once, in their own period'
);
insert into ai_budgets (org_id, scope, period, cap) values ('00000000-0000-4000-8000-00000000000a', 'organization', 'total', 10);
select results_eq(
  $$ select settled, held from ai_budget_status where org_id = '00000000-0000-4000-8000-00000000000a' and period = 'total' $$,
  $$ values (1.875, -1::numeric) $$, 'and all of them in the total'
);

-- Tenants.
set local role authenticated;
select set_config('request.jwt.claims', '{"sub": "00000000-0000-4000-8000-0000000000b1", "role": "authenticated"}', true) is not null as bob;
select is((select count(*)::integer from ai_usage_daily) + (select count(*)::integer from ai_model_performance) + (select count(*)::integer from ai_costs)
  + (select count(*)::integer from ai_confidence_histogram), 0, 'another organization sees nothing in any view');
select is((select count(*)::integer from ai_budget_status), 1, 'but its own budget');
select is((select count(*)::integer from private.ai_task_days) + (select count(*)::integer from private.ai_latency_days) + (select count(*)::integer from private.ai_call_days)
  + (select count(*)::integer from private.ai_call_latency_days) + (select count(*)::integer from private.usage_tail()) + (select count(*)::integer from private.calls_tail()),
  0, 'nor in a rollup or its tail');
select set_config('request.jwt.claims', '{"sub": "00000000-0000-4000-8000-0000000000a2", "role": "authenticated"}', true) is not null as member;
select is((select sum(request_count) from ai_usage_daily where day > current_date - 30), 23::numeric, 'a member sees the totals');
select ok(pg_temp.plan($q$select * from ai_usage_daily where org_id = '00000000-0000-4000-8000-00000000000a' and day > current_date - 7$q$)
  ~ 'Index Scan using ai_task_days_pkey[^\n]*\n\s*Index Cond: [^\n]*org_id[^\n]*day', 'a filter for days reaches the index under row level security');

select * from finish();
rollback;
