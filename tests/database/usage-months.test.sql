-- Months: finished ones from the materialized view, the running one live, each caller his own organizations.
begin;
set local search_path = public, extensions;
select plan(9);

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000a9', 'guest@a.test'),
  ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test');
insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'months-a', 'EUR', 'UTC'), ('00000000-0000-4000-8000-00000000000b', 'B', 'months-b', 'EUR', 'UTC');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a9', 'guest'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');

create temporary table moments as select
  date_trunc('month', private.clock() at time zone 'UTC') - interval '2 months' + interval '10 days' as old,
  (private.clock() at time zone 'UTC') - interval '1 minute' as recent;
create function pg_temp.log(p_at timestamp, p_cost numeric, p_latency integer, p_tx bigint default 1) returns void language sql as $$
  insert into ai_request_logs (id, created_at, org_id, task, tier, provider, model, input_tokens, output_tokens, cost_usd, latency_ms, calls, confidence_score, status, settled_tx)
  values (gen_random_uuid(), p_at at time zone 'UTC', '00000000-0000-4000-8000-00000000000a', 'classify-lead', 'small', 'openai', 'gpt-4o-mini', 100, 10, p_cost, p_latency,
    1, 0.8, 'succeeded', p_tx)
$$;
select pg_temp.log(old, 0.5, 100), pg_temp.log(old + interval '3 days', 0.25, 300), pg_temp.log(old + interval '4 days', null, 500), pg_temp.log(recent, 1, 50) from moments;
select private.roll_up();

create function pg_temp.months() returns setof text language sql as $$
  select concat_ws(' ', request_count, total_tokens, total_cost_usd::numeric(10, 2), unpriced_count, p50_latency_ms between 285 and 315, avg_confidence, is_finished)
  from ai_usage_monthly where org_id = '00000000-0000-4000-8000-00000000000a' order by month
$$;
grant execute on all functions in schema pg_temp to authenticated;

update private.ai_rollup_state set months_until = null;
select results_eq('select pg_temp.months()', $$ values ('3 330 0.75 1 f'), ('1 110 1.00 0 f') $$, 'before the first refresh all months are read from the days');
refresh materialized view private.ai_usage_months;
update private.ai_rollup_state set months_until = date_trunc('month', (private.clock() at time zone 'UTC') - interval '1 day')::date;
select results_eq('select pg_temp.months()', $$ values ('3 330 0.75 1 t 0.8000 t'), ('1 110 1.00 0 f') $$, 'a finished month has its percentiles and confidence, the running one is live');
select pg_temp.log(recent, 1, 50, pg_current_xact_id()::text::bigint) from moments;
select is((select pg_temp.months() offset 1), '2 220 2.00 0 f', 'and counts what comes');
select is(
  (select sum(total_cost_usd) from ai_usage_monthly where org_id = '00000000-0000-4000-8000-00000000000a'),
  (select sum(total_cost_usd) from ai_usage_daily where org_id = '00000000-0000-4000-8000-00000000000a'), 'months and days add up to the same'
);
select has_index('private', 'ai_usage_months', 'ai_usage_months_key', 'a unique index lets it be refreshed concurrently');

set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}';
select is((select count(*)::integer from ai_usage_monthly), 2, 'an owner sees his months');
select throws_ok('select * from private.ai_usage_months', '42501', null, 'not the materialized view');
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a9", "role": "authenticated"}';
select is_empty('select from ai_usage_monthly', 'a guest sees no totals');
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000b1", "role": "authenticated"}';
select is_empty('select from ai_usage_monthly', 'another tenant sees none of it');

select * from finish();
rollback;
