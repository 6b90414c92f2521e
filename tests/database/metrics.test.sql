-- The figures of the function ai-metrics: the same from the log and from the rollups, and only for who manages the organization.
begin;
\ir prelude.sql
set local search_path = public, extensions;
select plan(36);

select set_config('signalbox.now', '2026-11-21 12:00:00+01', true) is not null as noon;
insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000a2', 'max@a.test'),
  ('00000000-0000-4000-8000-0000000000a4', 'manager@a.test'), ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test');
insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'metrics-test-a', 'EUR', 'Europe/Berlin'),
  ('00000000-0000-4000-8000-00000000000b', 'B', 'metrics-test-b', 'USD', 'UTC');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'admin'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'member'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'manager'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000a4', 'manager');

create function pg_temp.log_request(p_number integer, p_at timestamptz, p_more jsonb) returns void language sql as $$
  select pg_temp.write_request(jsonb_build_object(
    'id', '20000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'), 'created_at', p_at, 'org_id', '00000000-0000-4000-8000-00000000000a',
    'task', 'classify-lead', 'provider', 'openai', 'model', 'gpt-4o-mini', 'tier', 'small', 'input_tokens', 100, 'output_tokens', 10,
    'latency_ms', 400, 'calls', 1, 'status', 'succeeded', 'action', 'use_ai_result', 'cost_usd', 0.01) || p_more);
  insert into ai_call_logs (created_at, request_id, org_id, attempt, purpose, provider, request_model, input_tokens, output_tokens, cost_usd, latency_ms, error_code)
  select p_at, ('20000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'))::uuid, coalesce((p_more ->> 'org_id')::uuid, '00000000-0000-4000-8000-00000000000a'),
    1, 'answer', 'openai', 'gpt-4o-mini', 100, 10, case when p_more ? 'cost_usd' then (p_more ->> 'cost_usd')::numeric else 0.01 end, 350,
    case when p_more ->> 'status' = 'failed' then 'timeout' end
  where coalesce(p_more ->> 'cached', 'false') = 'false' and coalesce(p_more ->> 'status', '') <> 'refused';
$$;
grant execute on all functions in schema pg_temp to public;
select pg_temp.log_request(n, '2026-11-21 11:30+01', jsonb_build_object('confidence_score', n / 10.0, 'latency_ms', n * 100, 'job_id', '30000000-0000-4000-8000-000000000001')) from generate_series(1, 10) as n;
select pg_temp.log_request(11, '2026-11-21 09:30+01', '{"cost_usd": null, "status": "failed", "provider": null, "model": null, "latency_ms": 30000}');
select pg_temp.log_request(12, '2026-11-21 09:30+01', '{"cost_usd": 0, "cached": true, "calls": 0, "confidence_score": 1}');
select pg_temp.log_request(13, '2026-11-21 09:30+01', '{"cost_usd": 0, "status": "refused", "provider": null, "model": null}');
select pg_temp.log_request(14, '2026-11-21 09:30+01', '{"cost_usd": 0.02, "fell_back": true, "task": "next-action", "job_id": "30000000-0000-4000-8000-000000000001"}');
select pg_temp.log_request(15, '2026-11-21 09:30+01', '{"cost_usd": 0, "action": "fallback_to_rules", "provider": null, "model": null}');
select pg_temp.log_request(16, '2026-11-15 00:30+01', '{}');
select pg_temp.log_request(17, '2026-11-14 23:30+01', '{}');
select pg_temp.log_request(18, '2026-10-23 00:30+02', '{}');
select pg_temp.log_request(19, '2026-10-22 23:30+02', '{}');
select pg_temp.log_request(50, '2026-11-21 11:30+01', '{"org_id": "00000000-0000-4000-8000-00000000000b", "cost_usd": 99, "job_id": "30000000-0000-4000-8000-000000000001"}');

select pg_temp.act_as('authenticated', 'a1');
select is(ai_metrics(p_time_period => '24h') -> 'summary',
  '{"requests": 15, "refused": 1, "calls": 13, "cost_usd": 0.12, "unpriced_requests": 1, "input_tokens": 1500, "output_tokens": 150, "total_tokens": 1650,
    "avg_latency_ms": 515, "avg_confidence": 0.5909, "error_rate": 0.0714, "fallback_rate": 0.0714, "rules_rate": 0.0714, "escalation_rate": 0.0000, "cache_hit_rate": 0.0714}'::jsonb,
  'a summary leaves out of its means what is missing, and of its rates what was refused');
select is(ai_metrics(p_time_period => '1h') #>> '{summary,requests}', '10', 'an hour is sixty minutes');
select is(ai_metrics(p_time_period => '7d') #>> '{summary,requests}', '16', 'seven days are days of the organization');
select is(ai_metrics(p_time_period => '30d') #>> '{summary,requests}', '18', 'thirty, too');
select is(ai_metrics(p_time_period => 'all') #>> '{summary,requests}', '19', 'all is all');
select is(ai_metrics(p_time_period => '7d') ->> 'from', '2026-11-14T23:00:00+00:00', 'it says from when');
select is(ai_metrics(p_time_period => 'all') -> 'from', 'null'::jsonb, 'or that it does not begin');
select is(ai_metrics() ->> 'time_period', '24h', 'a day is the default');
select is(ai_metrics() -> 'confidence_histogram',
  '[{"from": 0.0, "to": 0.2, "requests": 1}, {"from": 0.2, "to": 0.4, "requests": 2}, {"from": 0.4, "to": 0.6, "requests": 2}, {"from": 0.6, "to": 0.8, "requests": 2}, {"from": 0.8, "to": 1.0, "requests": 4}]'::jsonb,
  'five bins, a confidence of 1 in the last, none of those without one');
select is(ai_metrics() #> '{models,0}',
  '{"provider": "openai", "model": "gpt-4o-mini", "calls": 13, "failed_calls": 1, "error_rate": 0.0769, "answers": 12, "fallback_count": 1, "cost_usd": 0.12, "unpriced_calls": 1,
    "input_tokens": 1300, "output_tokens": 130, "avg_latency_ms": 350, "avg_confidence": 0.5909}'::jsonb, 'a model: what it was asked, and what it answered');
select is((select array_agg(t ->> 'task' || ' ' || (t ->> 'requests') || ' ' || (t ->> 'cost_usd')) from jsonb_array_elements(ai_metrics() -> 'tasks') as t),
  array['classify-lead 14 0.10', 'next-action 1 0.02'], 'tasks, dearest first');
select is(jsonb_array_length(ai_metrics() -> 'last_calls'), 13, 'its last calls');
select is(jsonb_array_length(ai_metrics(p_time_period => 'all') -> 'last_calls'), 17, 'at most twenty');
select is(ai_metrics() #>> '{last_calls,0,created_at}', '2026-11-21T10:30:00+00:00', 'newest first');
select is((select count(*) from jsonb_array_elements(ai_metrics() -> 'last_calls') as c where c ->> 'task' = 'next-action'), 1::bigint, 'with their tasks');

reset role;
create temporary table live as select p.period, ai_metrics('00000000-0000-4000-8000-00000000000a', p.period) as metrics from (values ('7d'), ('30d'), ('all')) as p (period);
select is((select metrics - 'time_period' - 'from' - 'last_calls' from live where period = '7d') #> '{summary,requests}', '16'::jsonb, 'the owner of the database gets any organization''s');
update ai_request_logs set settled_tx = 1;
update ai_call_logs set settled_tx = 1;
select private.roll_up() is not null as rolled;
select is((select count(*)::integer from live as l where l.metrics <> ai_metrics('00000000-0000-4000-8000-00000000000a', l.period)), 0, 'rolled up, every figure is the same');
select is((select array_agg(l.period) from live as l
  where l.metrics ->> 'from' is not null and l.metrics -> 'summary' = private.metrics_of('00000000-0000-4000-8000-00000000000a', (l.metrics ->> 'from')::timestamptz, null, null) -> 'summary'), array['7d', '30d'],
  'and the same as counted in the log from the same moment on');
delete from ai_request_logs;
select is((select count(*)::integer from live as l where l.metrics - 'last_calls' <> ai_metrics('00000000-0000-4000-8000-00000000000a', l.period) - 'last_calls'), 0,
  'longer periods are read without the log');
select is(ai_metrics('00000000-0000-4000-8000-00000000000a', '24h') -> 'summary',
  '{"requests": 0, "refused": 0, "calls": 13, "cost_usd": 0, "unpriced_requests": 0, "input_tokens": 0, "output_tokens": 0, "total_tokens": 0, "avg_latency_ms": null,
    "avg_confidence": null, "error_rate": null, "fallback_rate": null, "rules_rate": null, "escalation_rate": null, "cache_hit_rate": null}'::jsonb, 'nothing has no means and no rates');

-- A job -----------------------------------------------------------------------------------------------------------------
select pg_temp.log_request(n, '2026-11-21 11:30+01'::timestamptz + n * interval '1 second', jsonb_build_object('job_id', '30000000-0000-4000-8000-000000000002', 'cost_usd', n))
from generate_series(101, 103) as n;
select pg_temp.log_request(150, '2026-11-21 11:30+01', '{"org_id": "00000000-0000-4000-8000-00000000000b", "cost_usd": 99, "job_id": "30000000-0000-4000-8000-000000000002"}');
select pg_temp.act_as('authenticated', 'a1');
select is((select array_agg(s ->> 'running_cost_usd') from jsonb_array_elements(ai_job_metrics('30000000-0000-4000-8000-000000000002') -> 'steps') as s), array['101', '203', '306'],
  'a job''s steps have their running cost');
select is(ai_job_metrics('30000000-0000-4000-8000-000000000002') #>> '{summary,cost_usd}', '306', 'another organization''s job of the same id is not in it');
select is(ai_job_metrics('30000000-0000-4000-8000-000000000002') #>> '{models,0,calls}', '3', 'nor in its calls');
select throws_ok($$select ai_job_metrics('30000000-0000-4000-8000-0000000000ff')$$, 'PT404', null, 'an unknown job is not found');

-- Who -------------------------------------------------------------------------------------------------------------------
select throws_ok($$select ai_metrics('00000000-0000-4000-8000-00000000000b')$$, 'PT403', 'Cannot use the organization: the caller is not a member of it', 'another organization''s figures are refused');
select throws_ok($$select ai_metrics('00000000-0000-4000-8000-0000000000ff')$$, 'PT403', 'Cannot use the organization: the caller is not a member of it', 'an unknown one''s alike');
select throws_ok($$select ai_metrics(p_time_period => '2h')$$, 'PT400', null, 'another period is refused');
select throws_ok($$select private.metrics_of('00000000-0000-4000-8000-00000000000b', null, null, null)$$, '42501', null, 'the figures cannot be had past the check');
select pg_temp.act_as('authenticated', 'a2');
select throws_ok($$select ai_metrics()$$, 'PT403', 'Cannot report on the organization: the caller is neither owner, admin nor manager of it', 'a member is refused');
select throws_ok($$select ai_job_metrics('30000000-0000-4000-8000-000000000002')$$, 'PT403', null, 'for a job, too');
select pg_temp.act_as('authenticated', 'a4');
select throws_ok($$select ai_metrics()$$, 'PT400', null, 'who is in several organizations has to say which');
select is(ai_metrics('00000000-0000-4000-8000-00000000000b', 'all') #>> '{summary,cost_usd}', '198', 'and gets that one');
select pg_temp.act_as('authenticated', 'c1');
select throws_ok($$select ai_metrics()$$, 'PT403', 'Cannot use the organization: the caller is not a member of any', 'a user without an organization is refused');
select pg_temp.act_as('anon', null);
select throws_ok($$select public.ai_metrics()$$, '42501', null, 'nobody is refused');
select pg_temp.act_as('service_role', null);
select throws_ok($$select ai_metrics()$$, 'PT400', null, 'the service role has to say which');
select throws_ok($$select ai_metrics('00000000-0000-4000-8000-0000000000ff')$$, 'PT403', null, 'and a known one');

select * from finish();
rollback;
