-- What jobs and subjects cost step by step: the log's own sums, for each caller of what he may see.
begin;
\ir prelude.sql
set local search_path = public, extensions;
select plan(15);

select set_config('signalbox.now', '2026-11-21 12:00:00+01', true) is not null as noon;
insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000a2', 'max@a.test'),
  ('00000000-0000-4000-8000-0000000000a3', 'gus@a.test'), ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test');
insert into organizations (id, name, slug) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'steps-test-a'), ('00000000-0000-4000-8000-00000000000b', 'B', 'steps-test-b');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'manager'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'member'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a3', 'guest'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');

create function pg_temp.log_request(p_number integer, p_at timestamptz, p_more jsonb) returns void language sql as $$
  select pg_temp.write_request(jsonb_build_object(
    'id', '20000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'), 'created_at', p_at, 'org_id', '00000000-0000-4000-8000-00000000000a',
    'task', 'embed-text', 'provider', 'openai', 'model', 'text-embedding-3-small', 'input_tokens', 100, 'output_tokens', 0,
    'latency_ms', 500, 'calls', 1, 'status', 'succeeded', 'action', 'use_ai_result', 'cost_usd', 0.01) || p_more);
$$;
grant execute on all functions in schema pg_temp to public;
select pg_temp.log_request(n, '2026-11-21 11:00+01'::timestamptz + n * interval '1 minute',
  '{"job_id": "30000000-0000-4000-8000-000000000001", "subject_type": "document", "subject_id": "d1", "user_id": "00000000-0000-4000-8000-0000000000a2"}')
from generate_series(1, 3) as n;
select pg_temp.log_request(4, '2026-11-21 11:05+01',
  '{"job_id": "30000000-0000-4000-8000-000000000001", "subject_type": "document", "subject_id": "d1", "task": "classify-material", "cost_usd": null, "status": "failed", "provider": null, "model": null}');
select pg_temp.log_request(5, '2026-11-21 11:10+01', '{"job_id": "30000000-0000-4000-8000-000000000002", "subject_type": "lead", "subject_id": "9"}');
select pg_temp.log_request(6, '2026-11-21 11:11+01', '{"job_id": "30000000-0000-4000-8000-000000000002", "subject_type": "lead", "subject_id": "8", "cost_usd": 0.05}');
select pg_temp.log_request(7, '2026-11-21 11:20+01', '{"subject_type": "lead", "subject_id": "9", "cost_usd": 0.07}');
select pg_temp.log_request(8, '2026-11-21 11:30+01', '{"org_id": "00000000-0000-4000-8000-00000000000b", "job_id": "30000000-0000-4000-8000-000000000001", "cost_usd": 99}');

select pg_temp.act_as('authenticated', 'a1');
select results_eq(
  $$ select task, requests, failed, calls, input_tokens, cost_usd, unpriced, models
     from ai_steps('00000000-0000-4000-8000-00000000000a', '30000000-0000-4000-8000-000000000001') $$,
  $$ values ('embed-text', 3::bigint, 0::bigint, 3::bigint, 300::bigint, 0.03::numeric, 0::bigint, array['text-embedding-3-small']),
            ('classify-material', 1, 1, 1, 100, null, 1, '{}') $$,
  'the steps of a job in the order they began, an unknown cost as unknown');
select is((select ended_at from ai_steps('00000000-0000-4000-8000-00000000000a', '30000000-0000-4000-8000-000000000001') where task = 'embed-text'),
  '2026-11-21 11:03:00.5+01'::timestamptz, 'a step is over when its last request was answered');
select results_eq(
  $$ select task, requests, cost_usd from ai_steps('00000000-0000-4000-8000-00000000000a', p_subject_type => 'lead', p_subject_id => '9') $$,
  $$ values ('embed-text', 2::bigint, 0.08::numeric) $$, 'a subject, over all its jobs and without one');
select is_empty($$ select * from ai_steps('00000000-0000-4000-8000-00000000000a') $$, 'nothing of nothing');
select is_empty($$ select * from ai_steps('00000000-0000-4000-8000-00000000000a', '30000000-0000-4000-8000-000000000099') $$, 'nothing of an unknown job');
select is_empty($$ select * from ai_steps('00000000-0000-4000-8000-00000000000b', '30000000-0000-4000-8000-000000000001') $$, 'nothing of another organization');

select results_eq(
  $$ select job_id::text, tasks, subject_type, subject_id, requests, failed, cost_usd, unpriced from ai_recent_jobs('00000000-0000-4000-8000-00000000000a') $$,
  $$ values ('30000000-0000-4000-8000-000000000002', array['embed-text'], null, null, 2::bigint, 0::bigint, 0.06::numeric, 0::bigint),
            ('30000000-0000-4000-8000-000000000001', array['classify-material', 'embed-text'], 'document', 'd1', 4, 1, 0.03, 1) $$,
  'jobs, the latest first, with a subject where they have one only');
select results_eq(
  $$ select job_id::text from ai_recent_jobs('00000000-0000-4000-8000-00000000000a', p_limit => 1) $$,
  $$ values ('30000000-0000-4000-8000-000000000002') $$, 'a page of them');
select results_eq(
  $$ select job_id::text from ai_recent_jobs('00000000-0000-4000-8000-00000000000a', '2026-11-21 11:11+01') $$,
  $$ values ('30000000-0000-4000-8000-000000000001') $$, 'the next page leaves out what stood on the one before');

select pg_temp.act_as('authenticated', 'a2');
select results_eq(
  $$ select task, requests, cost_usd from ai_steps('00000000-0000-4000-8000-00000000000a', '30000000-0000-4000-8000-000000000001') $$,
  $$ values ('embed-text', 3::bigint, 0.03::numeric) $$, 'a member sees his own part of a job');
select is((select count(*) from ai_recent_jobs('00000000-0000-4000-8000-00000000000a')), 1::bigint, 'and his own jobs');
select pg_temp.act_as('authenticated', 'a3');
select is_empty($$ select * from ai_recent_jobs('00000000-0000-4000-8000-00000000000a') $$, 'a guest sees none');
select pg_temp.act_as('anon', null);
select throws_ok($$ select * from ai_recent_jobs('00000000-0000-4000-8000-00000000000a') $$, '42501', null, 'a stranger may not even ask');

select set_config('role', 'postgres', true);
insert into ai_holds (org_id, request_id, status, created_at, expires_at, currency, rate_id, per_usd, held_usd, held, day, week, month, accounts, task, job_id)
select '00000000-0000-4000-8000-00000000000a', gen_random_uuid(), 'held', '2026-11-21 11:59+01', '2026-11-21 12:05+01', 'EUR', x.id, x.rate, 0.5, 0.5 * x.rate,
  '2026-11-21', '2026-11-16', '2026-11-01', '{}', 'read-image', '30000000-0000-4000-8000-000000000001'
from ai_exchange_rates as x where x.currency = 'EUR' order by x.effective_from desc limit 1;
select pg_temp.act_as('authenticated', 'a1');
select results_eq(
  $$ select task, requests, running, cost_usd, ended_at from ai_steps('00000000-0000-4000-8000-00000000000a', '30000000-0000-4000-8000-000000000001') where running > 0 $$,
  $$ values ('read-image', 0::bigint, 1::bigint, null::numeric, null::timestamptz) $$, 'what runs now has no cost and no end yet');
select pg_temp.act_as('authenticated', 'a2');
select is_empty($$ select * from ai_steps('00000000-0000-4000-8000-00000000000a', '30000000-0000-4000-8000-000000000001') where running > 0 $$,
  'and is shown to those who manage the organization');

select * from finish();
rollback;
