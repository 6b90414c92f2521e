-- What the database sends to functions: an organization with very much to do waits for itself, and nobody waits for it.
begin;
set local search_path = public, extensions;

select plan(10);

insert into public.organizations (id, name, slug) values
    ('00000000-0000-4000-8000-00000000000a', 'A', 'a'),
    ('00000000-0000-4000-8000-00000000000b', 'B', 'b');

-- Nothing is sent while the project's address is unknown: rows wait as behind a slow dispatcher.
insert into public.ai_job_queue (org_id, task, input, run_at)
select '00000000-0000-4000-8000-00000000000a', 'classify-lead', jsonb_build_object('n', n), private.clock() - interval '1 hour' + n * interval '1 second'
from generate_series(1, 100) as n;
insert into public.ai_job_queue (org_id, task, input) values ('00000000-0000-4000-8000-00000000000b', 'classify-lead', '{}');
insert into public.knowledge_bases (org_id, id, name) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000ba', 'A'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000bb', 'B');
insert into public.ingestion_jobs (org_id, base_id, kind, name, step, batch_size, embedding_model, embedding_dimensions, most_tries, run_at, deadline_at)
select '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000ba', 'reembed', 'A', 'embed', 10, 'm', 1536, 3,
    private.clock() - interval '1 minute' + n * interval '1 second', private.clock() + interval '1 hour'
from generate_series(1, 10) as n;

select vault.create_secret('http://x', 'project_url') is not null as secret;
select vault.create_secret('k', 'automations_key') is not null as secret;

select is(private.dispatch_jobs(10), 10, 'ten jobs are sent at once');
select results_eq(
    $$ select right(org_id::text, 1), count(*) from public.ai_job_queue where status = 'running' group by org_id order by org_id $$,
    $$ values ('a', 9::bigint), ('b', 1::bigint) $$, 'the one of B among them, although ninety of A''s are older'
);
select is((select max((input ->> 'n')::integer) from public.ai_job_queue where status = 'running'), 9, 'A''s oldest come first');

select is(private.dispatch_ingestions(4), 4, 'four files are read at once, for want of others all of A');
insert into public.ingestion_jobs (org_id, base_id, kind, name, step, batch_size, embedding_model, embedding_dimensions, most_tries, deadline_at)
values ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000bb', 'reembed', 'B', 'embed', 10, 'm', 1536, 3, private.clock() + interval '1 hour');
update public.ingestion_jobs set state = 'done' where ctid = (select ctid from public.ingestion_jobs where busy_until is not null limit 1);
select is(private.dispatch_ingestions(4), 1, 'one has ended');
select is((select busy_until is not null from public.ingestion_jobs where name = 'B'), true, 'B is next, although A has waited longer');

-- Alerts: A has more channels than are told at once.
insert into public.ai_alert_channels (org_id, name, kind, host, url)
select '00000000-0000-4000-8000-00000000000a', 'c' || n, 'slack', 'hooks.slack.com', 'https://hooks.slack.com/' || n from generate_series(1, 20) as n;
insert into public.ai_alert_channels (org_id, name, kind, host, url)
values ('00000000-0000-4000-8000-00000000000b', 'b', 'slack', 'hooks.slack.com', 'https://hooks.slack.com/b');
insert into public.ai_alerts (org_id, kind, severity, dedup_key, message, facts, opened_at, respond_by, last_seen_at)
select o.id, 'overrun', 'critical', 'x', 'x', '{"requests": 1, "excess_usd": 1, "unknown": 0, "request_ids": []}', o.at, o.at, o.at
from (values ('00000000-0000-4000-8000-00000000000a'::uuid, private.clock() - interval '1 minute'), ('00000000-0000-4000-8000-00000000000b', private.clock())) as o (id, at);
update public.ai_alert_deliveries as d set next_attempt_at = d.next_attempt_at - interval '1 minute'
from public.ai_alert_channels as c where c.id = d.channel_id and c.org_id = '00000000-0000-4000-8000-00000000000a';
select is(private.deliver_alerts(10), 10, 'ten are told at once');
select is(
    (select d.status from public.ai_alert_deliveries as d join public.ai_alert_channels as c on c.id = d.channel_id where c.name = 'b'), 'sending',
    'B among them, although A''s have waited longer'
);

-- Agents.
insert into auth.users (id, email) values ('00000000-0000-4000-8000-0000000000a1', 'a@a.example');
with worked as (
    select case when n = 10 then '00000000-0000-4000-8000-00000000000b'::uuid else '00000000-0000-4000-8000-00000000000a' end as org_id,
        gen_random_uuid() as conversation_id, gen_random_uuid() as message_id, n
    from generate_series(1, 10) as n
),
talks as (
    insert into public.ai_conversations (org_id, id, user_id, title)
    select org_id, conversation_id, '00000000-0000-4000-8000-0000000000a1', 'x' from worked
),
answers as (
    insert into public.ai_messages (org_id, conversation_id, id, user_id, role, content, status)
    select org_id, conversation_id, message_id, '00000000-0000-4000-8000-0000000000a1', 'assistant', '', 'continues' from worked
)
insert into public.ai_agent_runs (org_id, id, user_id, conversation_id, message_id, job_id, requests, language, run_at)
select org_id, gen_random_uuid(), '00000000-0000-4000-8000-0000000000a1', conversation_id, message_id, gen_random_uuid(), '{}', 'en',
    private.clock() - interval '1 minute' + n * interval '1 second'
from worked;
select is(private.dispatch_agent_runs(4), 4, 'four agents are sent on at once');
select is(
    (select attempts from public.ai_agent_runs where org_id = '00000000-0000-4000-8000-00000000000b'), 1, 'B''s among them, although A''s have waited longer'
);

select * from finish();
rollback;
