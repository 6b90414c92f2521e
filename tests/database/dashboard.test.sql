-- What the dashboard's functions add up, and for whom.
begin;
\ir prelude.sql
set local search_path = public, extensions;
select plan(32);

select set_config('signalbox.now', '2026-11-21 12:00:00+01', true) is not null as noon;

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000a2', 'max@a.test'),
  ('00000000-0000-4000-8000-0000000000a3', 'guest@a.test'), ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test');
insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'dashboard-test-a', 'EUR', 'Europe/Berlin'),
  ('00000000-0000-4000-8000-00000000000b', 'B', 'dashboard-test-b', 'USD', 'UTC');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'admin'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'member'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a3', 'guest'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into ai_exchange_rates (currency, rate, effective_from, source) values
  ('EUR', 0.5, '2026-11-01 00:00+01', 'test'), ('EUR', 0.8, '2026-11-20 00:00+01', 'test')
on conflict (currency, effective_from) do update set rate = excluded.rate;

create function pg_temp.log_request(p_number integer, p_at timestamptz, p_more jsonb) returns void language sql as $$
  select pg_temp.write_request(jsonb_build_object(
    'id', '20000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'), 'created_at', p_at, 'org_id', '00000000-0000-4000-8000-00000000000a',
    'user_id', '00000000-0000-4000-8000-0000000000a1', 'task', 'classify-lead', 'provider', 'openai', 'model', 'gpt-4o-mini', 'tier', 'small',
    'input_tokens', 100, 'output_tokens', 10, 'latency_ms', 400, 'calls', 1, 'status', 'succeeded', 'action', 'use_ai_result'
  ) || p_more)
$$;
-- The day after the range, the two days of it, and another organization's.
select pg_temp.log_request(1, '2026-11-18 10:00+01', '{"cost_usd": 100}');
select pg_temp.log_request(2, '2026-11-19 10:00+01', '{"cost_usd": 1, "job_id": "30000000-0000-4000-8000-000000000001", "subject_type": "lead", "subject_id": "7"}');
select pg_temp.log_request(3, '2026-11-20 10:00+01', '{"cost_usd": 2, "latency_ms": 4000, "task": "generate-followup", "model": "gpt-4o", "confidence_score": 0.8}');
select pg_temp.log_request(4, '2026-11-20 23:30+01', '{"cost_usd": 4, "user_id": "00000000-0000-4000-8000-0000000000a2", "confidence_score": 0.6}');
select pg_temp.log_request(5, '2026-11-20 12:00+01', '{"cost_usd": null, "status": "failed", "provider": null, "model": null, "user_id": "00000000-0000-4000-8000-0000000000a2"}');
select pg_temp.log_request(6, '2026-11-20 12:00+01', '{"cost_usd": 8, "org_id": "00000000-0000-4000-8000-00000000000b", "user_id": "00000000-0000-4000-8000-0000000000b1"}');

-- Of the four of A's range: one said to be right by two people, one rated with two stars, one only with three; and one before the range.
insert into ai_quality_metrics (org_id, request_id, task, user_id, outcome, user_rating) values
  ('00000000-0000-4000-8000-00000000000a', '20000000-0000-4000-8000-000000000002', 'classify-lead', '00000000-0000-4000-8000-0000000000a1', 'converted', null),
  ('00000000-0000-4000-8000-00000000000a', '20000000-0000-4000-8000-000000000002', 'classify-lead', '00000000-0000-4000-8000-0000000000a2', 'rated', 5),
  ('00000000-0000-4000-8000-00000000000a', '20000000-0000-4000-8000-000000000003', 'generate-followup', '00000000-0000-4000-8000-0000000000a1', 'rated', 2),
  ('00000000-0000-4000-8000-00000000000a', '20000000-0000-4000-8000-000000000004', 'classify-lead', '00000000-0000-4000-8000-0000000000a1', 'rated', 3),
  ('00000000-0000-4000-8000-00000000000a', '20000000-0000-4000-8000-000000000001', 'classify-lead', '00000000-0000-4000-8000-0000000000a1', 'converted', null);
create function pg_temp.funnel(p_task text default null) returns text language sql as $$
  select format('%s asked, %s answered, %s judged, %s good, %s converted, stars %s', request_count, answered_count, judged_count, good_count,
                converted_count, ratings)
  from ai_quality_funnel('00000000-0000-4000-8000-00000000000a', '2026-11-19', '2026-11-20', p_task)
$$;

create function pg_temp.summary(p_to date default '2026-11-20') returns text language sql as $$
  select format('%s requests, %s failed, %s unpriced, %s USD, %s %s, p95 %s ms, confidence %s', request_count, failed_count, unpriced_count,
                trim_scale(cost_usd), trim_scale(cost), currency, p95_latency_ms, trim_scale(avg_confidence))
  from ai_usage_summary('00000000-0000-4000-8000-00000000000a', '2026-11-19', p_to)
$$;
create function pg_temp.series(p_by text, p_keys integer) returns setof text language sql as $$
  select format('%s %s %s %s %s', e ->> 'day', coalesce(nullif(e ->> 'key', ''), case when e ->> 'key' is null then 'others' else 'nobody' end),
                e ->> 'request_count', trim_scale((e ->> 'cost_usd')::numeric), trim_scale((e ->> 'cost')::numeric))
  from jsonb_array_elements(ai_usage_series('00000000-0000-4000-8000-00000000000a', '2026-11-19', '2026-11-20', p_by, p_keys)) as e
$$;
create function pg_temp.keys(p_by text, p_limit integer default 50, p_after text default null) returns setof text language sql as $$
  select format('%s %s %s', right(key, 12), request_count, coalesce(trim_scale(cost)::text, '?'))
  from ai_usage_breakdown('00000000-0000-4000-8000-00000000000a', '2026-11-19', '2026-11-20', p_by, p_limit, p_after)
$$;
-- 4000 ms lies in a bucket whose middle is 4187.
create temporary table wanted (line text);
insert into wanted values ('4 requests, 1 failed, 1 unpriced, 7 USD, 5.3 EUR, p95 4187 ms, confidence 0.7');


select is(pg_temp.summary(), (select line from wanted), 'a summary adds up the range from the live tail, each day at its rate');
select results_eq(
  $$ select pg_temp.series('task', 1) $$,
  $$ values ('2026-11-19 classify-lead 1 1 0.5'), ('2026-11-20 classify-lead 2 4 3.2'), ('2026-11-20 others 1 2 1.6') $$,
  'a series keeps the dearest keys and adds the others up'
);
select results_eq(
  $$ select pg_temp.series('model', 8) $$,
  $$ values ('2026-11-19 openai/gpt-4o-mini 1 1 0.5'), ('2026-11-20 nobody 1 0 0'), ('2026-11-20 openai/gpt-4o 1 2 1.6'),
            ('2026-11-20 openai/gpt-4o-mini 1 4 3.2') $$,
  'a request that no model answered has an empty key'
);
update ai_request_logs set settled_tx = 1;
select is(private.roll_up(), 6::bigint, 'everything is rolled up');
select is(pg_temp.summary(), (select line from wanted), 'the rollups say the same');
select results_eq(
  $$ select pg_temp.series('all', 8) $$, $$ values ('2026-11-19 all 1 1 0.5'), ('2026-11-20 all 3 6 4.8') $$, 'the series of everything too'
);
select pg_temp.log_request(7, '2026-11-20 13:00+01', '{"cost_usd": 1, "latency_ms": 400}');
select is(
  pg_temp.summary(), '5 requests, 1 failed, 1 unpriced, 8 USD, 6.1 EUR, p95 4187 ms, confidence 0.7', 'and a new request is added at once'
);

grant execute on function pg_temp.summary(date), pg_temp.funnel(text), pg_temp.series(text, integer), pg_temp.keys(text, integer, text)
  to authenticated;
set local role authenticated;
select pg_temp.become('a1') is not null as ann;
select results_eq(
  $$ select pg_temp.keys('user') $$, $$ values ('0000000000a1 3 2.9'), ('0000000000a2 2 3.2') $$, 'an admin sees what each user cost; four dollars each, so by key'
);
select results_eq($$ select pg_temp.keys('user', 1) $$, $$ values ('0000000000a1 3 2.9') $$, 'a page at a time');
select results_eq(
  $$ select pg_temp.keys('user', 1, '00000000-0000-4000-8000-0000000000a1') $$, $$ values ('0000000000a2 2 3.2') $$, 'the next one after its key'
);
select results_eq($$ select pg_temp.keys('job') $$, $$ values ('000000000001 1 0.5') $$, 'jobs');
select results_eq($$ select pg_temp.keys('subject') $$, $$ values ('lead:7 1 0.5') $$, 'and subjects');
select results_eq(
  $$ select format('%s %s %s', task, model, p50_latency_ms) from ai_latency_profile('00000000-0000-4000-8000-00000000000a', '2026-11-19', '2026-11-20') $$,
  $$ values (' gpt-4o 4187'), (' gpt-4o-mini 386'), ('classify-lead gpt-4o-mini 386'), ('generate-followup gpt-4o 4187') $$,
  'latency by model, and by task and model'
);
select is(pg_temp.funnel(), '5 asked, 4 answered, 3 judged, 1 good, 1 converted, stars {0,1,1,0,1}', 'the funnel counts requests of the days, each once');
select is(pg_temp.funnel('generate-followup'), '1 asked, 1 answered, 1 judged, 0 good, 0 converted, stars {0,1,0,0,0}', 'also of one task');
select is((select count(*)::integer from ai_quality_funnel('00000000-0000-4000-8000-00000000000b', '2026-11-19', '2026-11-20')), 0, 'not of another organization');
select is((select count(*) from organization_people('00000000-0000-4000-8000-00000000000a')), 3::bigint, 'an admin sees who the members are');
select is_empty($$ select * from ai_usage_summary('00000000-0000-4000-8000-00000000000b', '2026-11-19', '2026-11-20') $$, 'nothing of another organization');
select is(ai_usage_series('00000000-0000-4000-8000-00000000000b', '2026-11-19', '2026-11-20'), '[]', 'not its series');
select is_empty($$ select * from organization_people('00000000-0000-4000-8000-00000000000b') $$, 'nor its people');

-- Twenty days about four leads, whole weeks and broken ones, rolled up and live: sums by week must say what the log says.
reset role;
select pg_temp.log_request(100 + n, '2026-10-05 12:00+02'::timestamptz + n * interval '1 day',
  jsonb_build_object('cost_usd', n % 5 + 1, 'subject_type', 'lead', 'subject_id', chr(97 + n % 4)))
from generate_series(0, 19) as n;
update ai_request_logs set settled_tx = 1 where created_at < '2026-10-20';
select private.clear_rollups() is not null as cleared;
select private.roll_up() is not null as rolled_up;
create function pg_temp.by_days(p_from date, p_to date) returns table (key text, requests bigint, usd numeric) language sql as $$
  select subject_type || ':' || subject_id, count(*), trim_scale(sum(cost_usd))
  from ai_request_logs
  where org_id = '00000000-0000-4000-8000-00000000000a' and subject_id is not null and (created_at at time zone 'Europe/Berlin')::date between p_from and p_to
  group by 1 order by 3 desc, 1
$$;
create function pg_temp.by_weeks(p_from date, p_to date) returns table (key text, requests bigint, usd numeric) language sql as $$
  select key, request_count, trim_scale(cost_usd) from ai_usage_breakdown('00000000-0000-4000-8000-00000000000a', p_from, p_to, 'subject')
$$;
select is(
  (select count(*)::integer from generate_series(0, 21) as f, generate_series(0, 21) as l
   where (select array_agg(w) from pg_temp.by_weeks(date '2026-10-04' + f, date '2026-10-04' + l) as w)
     is distinct from (select array_agg(d) from pg_temp.by_days(date '2026-10-04' + f, date '2026-10-04' + l) as d)),
  0, 'subjects added up by weeks and days are what the log says, for every range'
);
select is(
  (select array_agg(format('%s %s', week, requests) order by week) from private.ai_subject_weeks where subject_id = 'a'),
  '{2026-10-05 2,2026-10-12 2}', 'a row a week of what is rolled up'
);
select results_eq(
  $$ select b.key from pg_temp.by_weeks('2026-10-04', '2026-10-31') as b offset 1 limit 2 $$,
  $$ select b.key from ai_usage_breakdown('00000000-0000-4000-8000-00000000000a', '2026-10-04', '2026-10-31', 'subject', 2,
       (select key from pg_temp.by_weeks('2026-10-04', '2026-10-31') limit 1)) as b $$,
  'the next page of subjects begins after a key'
);
select results_eq(
  $$ select sum((e ->> 'request_count')::integer)::integer, sum((e ->> 'cost_usd')::numeric)::integer, count(distinct e ->> 'key')::integer, bool_or(e ->> 'key' is null)
     from jsonb_array_elements(ai_usage_series('00000000-0000-4000-8000-00000000000a', '2026-10-04', '2026-10-31', 'subject', 2)) as e $$,
  $$ values (20, 60, 2, true) $$,
  'a series by subject keeps the dearest and adds the others up'
);
select results_eq(
  $$ select day, bucket, requests from private.ai_latency_totals where requests <> 0 order by org_id, day, bucket $$,
  $$ select day, bucket, sum(requests)::bigint from private.ai_latency_days group by org_id, day, bucket having sum(requests) <> 0 order by org_id, day, bucket $$,
  'the histogram of everything is the sum of those of tasks'
);
set local role authenticated;

select pg_temp.become('a2') is not null as max;
select is_empty($$ select * from private.subject_costs('00000000-0000-4000-8000-00000000000a', '2026-10-04', '2026-10-31') $$, 'a member has no sums of subjects');
select results_eq($$ select pg_temp.keys('user') $$, $$ values ('0000000000a2 2 3.2') $$, 'a member sees himself among users');
select is_empty($$ select pg_temp.keys('subject') $$, 'and no subjects');
select results_eq(
  $$ select email from organization_people('00000000-0000-4000-8000-00000000000a') $$, $$ values ('max@a.test') $$, 'and no other member''s address'
);

select pg_temp.become('a3') is not null as guest;
select is(pg_temp.summary(), null, 'a guest sees no totals');
select is(pg_temp.funnel(), null, 'nor a funnel');
select is_empty(
  $$ select pg_temp.keys(by) from unnest(array['all', 'task', 'model', 'user', 'job', 'subject']) as by $$, 'and nothing of what they are made of'
);

select * from finish();
rollback;
