-- An agent's run over several requests: whose it is, who takes it up, what it counts, and with whose rights it acts.
begin;
set local search_path = public, extensions;

select plan(59);

insert into auth.users (id, email) values
    ('00000000-0000-4000-8000-0000000000a1', 'owner@a.example'),
    ('00000000-0000-4000-8000-0000000000a4', 'member@a.example'),
    ('00000000-0000-4000-8000-0000000000b1', 'owner@b.example');
insert into public.organizations (id, name, slug) values
    ('00000000-0000-4000-8000-00000000000a', 'A', 'a'),
    ('00000000-0000-4000-8000-00000000000b', 'B', 'b');
insert into public.organization_members (org_id, user_id, role) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'member'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into public.ai_assistants (org_id, id, name, status, visibility, created_by, mode, max_steps, max_seconds, tools, importance) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000001', 'Agent', 'active', 'organization',
      '00000000-0000-4000-8000-0000000000a1', 'agent', 100, 3600, '{note_lead}', 'high');
insert into public.leads (org_id, id, name) values ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000051', 'Anna');
-- Nothing is sent in this test.
alter table public.ai_agent_runs disable trigger ai_agent_runs_dispatch;

create temporary table told (name text primary key, it jsonb);
grant select, insert on told to authenticated, service_role;
create function pg_temp.request(p_id text, p_user text, p_request jsonb default '{}')
returns jsonb language sql as $$
  select jsonb_build_object('request_id', p_id, 'user_id', p_user, 'service', p_user is null, 'task', 'chat', 'operation', 'chat', 'importance', 'medium',
      'cost_sensitivity', 'high', 'cache', 'off', 'stream', false, 'language', 'en', 'output_settings', '{}'::jsonb, 'input_tokens', 100,
      'prompt_tokens', 100, 'prompt', '{"key": "chat", "version": 1}'::jsonb, 'max_output_tokens', 1000, 'needs', '[]'::jsonb, 'complexity', 0.4,
      'providers', '["openai", "anthropic", "together"]'::jsonb, 'deadline_ms', 30000) || p_request
$$;
create function pg_temp.chat(p_id text, p_turn jsonb default '{}', p_request jsonb default '{}')
returns jsonb language sql as $$
  select public.begin_chat(
    jsonb_build_object('request_id', p_id, 'message', 'Hello', 'language', 'de', 'assistant_id', '00000000-0000-4000-8000-000000000001') || p_turn,
    '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}',
    pg_temp.request(p_id, '00000000-0000-4000-8000-0000000000a4', p_request)
  )::jsonb
$$;
create function pg_temp.go_on(p_id text, p_run text)
returns jsonb language sql as $$
  select public.continue_chat(p_run::uuid, jsonb_build_object('request_id', p_id, 'org_id', '00000000-0000-4000-8000-00000000000a'),
    pg_temp.request(p_id, null, '{"org_id": "00000000-0000-4000-8000-00000000000a"}'))::jsonb
$$;
create function pg_temp.ended(p_id text, p_status text, p_more jsonb default '{}')
returns boolean language sql as $$
  select public.end_turn(jsonb_build_object('org_id', '00000000-0000-4000-8000-00000000000a', 'request_id', p_id, 'content', 'So far.', 'status', p_status,
    'tokens', 7, 'cost_usd', '0.25', 'elapsed_ms', 1500) || p_more)
$$;
create function pg_temp.uuid(p_digit integer)
returns text language sql as $$ select '00000000-0000-4000-8000-0000000000' || p_digit $$;
grant execute on all functions in schema pg_temp to authenticated, service_role;

set local role service_role;
insert into told select 'first', pg_temp.chat(pg_temp.uuid(11), '{"background": true}');
select is((select it -> 'turn' -> 'run' ->> 'id' from told where name = 'first'), pg_temp.uuid(11), 'an agent''s turn begins a run, by its first request');
select is((select it -> 'turn' -> 'run' ->> 'job_id' from told where name = 'first'), pg_temp.uuid(11), 'which is a job of its own');
select is((select it -> 'turn' -> 'run' ->> 'slice_ms' from told where name = 'first'), '0', 'in the background it hands over after a step');
select is((select h.job_id::text from public.ai_holds as h where h.request_id = pg_temp.uuid(11)::uuid), pg_temp.uuid(11), 'and is admitted as one');
select results_eq(
    $$ select user_id::text, requests::text, language, run_at is null, busy_until > private.clock() from public.ai_agent_runs $$,
    $$ values ('00000000-0000-4000-8000-0000000000a4', '{00000000-0000-4000-8000-000000000011}', 'de', true, true) $$,
    'it knows whose it is, and that it is being worked on'
);
insert into told select 'named', pg_temp.chat(pg_temp.uuid(12), '{}', '{"job_id": "00000000-0000-4000-8000-000000000099"}');
select is((select it -> 'turn' -> 'run' ->> 'job_id' from told where name = 'named'), pg_temp.uuid(99), 'a caller''s own job stays');
select is((select it -> 'turn' -> 'run' ->> 'slice_ms' from told where name = 'named'), '60000', 'a request works a minute');
insert into told select 'plain', public.begin_chat(
  jsonb_build_object('request_id', pg_temp.uuid(13), 'message', 'Hello', 'language', 'de'), '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}',
  pg_temp.request(pg_temp.uuid(13), '00000000-0000-4000-8000-0000000000a4'))::jsonb;
select is((select it -> 'turn' -> 'run' from told where name = 'plain'), 'null'::jsonb, 'an answer that is no agent''s is no run');

select throws_ok($$ select pg_temp.go_on(pg_temp.uuid(21), pg_temp.uuid(11)) $$, 'PT409', 'Cannot go on: the run does not wait', 'nobody takes up what is being worked on');
select throws_ok($$ select pg_temp.go_on(pg_temp.uuid(21), pg_temp.uuid(77)) $$, 'PT409', null, 'nor what is not there');
select is(
    public.keep_turn_events('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', pg_temp.uuid(11)::uuid,
      '[{"first": 1, "last": 1, "event": "meta", "data": {}}, {"first": 2, "last": 5, "event": "delta", "data": {"texts": ["a"]}}]'),
    false, 'its events are kept'
);
select ok(pg_temp.ended(pg_temp.uuid(11), 'continues'), 'a request ends, and the run goes on');
select results_eq(
    $$ select run.spent_usd, run.active_ms, run.events, run.run_at <= private.clock(), run.busy_until is null, run.handed_over_at is not null, run.ended_at is null,
         message.status, message.content, message.completed_at is null
       from public.ai_agent_runs as run join public.ai_messages as message on message.id = run.message_id where run.id = pg_temp.uuid(11)::uuid $$,
    $$ values (0.25, 1500::bigint, 5, true, true, true, true, 'continues', 'So far.', true) $$,
    'what it came to is added up, and it waits for the queue'
);

set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select is((select count(*) from public.ai_agent_runs), 2::bigint, 'a user sees his own runs');
select throws_ok($$ update public.ai_agent_runs set run_at = now() $$, '42501', null, 'and changes none');
select throws_ok($$ insert into public.ai_agent_runs (org_id) values (null) $$, '42501', null, 'nor makes one');
select throws_ok($$ delete from public.ai_agent_runs $$, '42501', null, 'nor takes one away');
select throws_ok($$ select public.continue_chat(pg_temp.uuid(11)::uuid, '{}', '{}') $$, '42501', null, 'nor takes one up');
select throws_ok($$ select public.act_as('{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}', 'find_leads') $$, '42501', null, 'nor acts for others');
select is(public.turn_events(pg_temp.uuid(11)::uuid, 1) ->> 'status', 'continues', 'he follows it by its first request');
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}';
select is((select count(*) from public.ai_agent_runs), 0::bigint, 'not even the owner sees another''s');
select throws_ok($$ select public.turn_events(pg_temp.uuid(11)::uuid) $$, 'PT404', null, 'or its events');
select throws_ok($$ select public.stop_turn(pg_temp.uuid(11)::uuid) $$, 'PT404', null, 'or stops it');
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000b1", "role": "authenticated"}';
select is((select count(*) from public.ai_agent_runs), 0::bigint, 'a stranger sees none');
set local role anon;
select throws_ok($$ select from public.ai_agent_runs $$, '42501', null, 'anon may not look');

set local role service_role;
insert into told select 'second', pg_temp.go_on(pg_temp.uuid(21), pg_temp.uuid(11));
select is((select it -> 'admission' ->> 'outcome' from told where name = 'second'), 'admitted', 'the queue takes it up');
select is((select it -> 'turn' ->> 'user_id' from told where name = 'second'), '00000000-0000-4000-8000-0000000000a4', 'for the user who began it');
select is(
    (select jsonb_build_array(it -> 'turn' -> 'run' -> 'spent_usd', it -> 'turn' -> 'run' -> 'active_ms', it -> 'turn' -> 'run' -> 'events', it -> 'turn' -> 'run' -> 'lost') from told where name = 'second'),
    '[0.25, 1500, 5, false]', 'with what it has come to'
);
select results_eq(
    $$ select h.user_id::text, h.job_id::text, h.importance from public.ai_holds as h where h.request_id = pg_temp.uuid(21)::uuid $$,
    $$ values ('00000000-0000-4000-8000-0000000000a4', '00000000-0000-4000-8000-000000000011', 'high') $$,
    'admitted as his, in the same job, as important as the assistant says'
);
select is(current_user::text, 'service_role', 'and the service has its own role back');
select is(
    public.keep_turn_events('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', pg_temp.uuid(11)::uuid, '[{"first": 6, "last": 6, "event": "delta", "data": {}}]'),
    true, 'a request that was replaced is told to stop'
);
select is((select count(*) from public.ai_turn_events), 2::bigint, 'and is not heard');

-- Lost: its isolate is gone, and its events are older than an hour.
update public.ai_agent_runs set busy_until = private.clock() - interval '1 second' where id = pg_temp.uuid(11)::uuid;
delete from public.ai_turn_events;
reset role;
select vault.create_secret('http://x', 'project_url') is not null as secret;
select vault.create_secret('k', 'automations_key') is not null as secret;
select is(private.dispatch_agent_runs(), 1, 'what was lost is sent again');
set local role service_role;
insert into told select 'third', pg_temp.go_on(pg_temp.uuid(22), pg_temp.uuid(11));
select is(
    (select jsonb_build_array(it -> 'turn' -> 'run' -> 'lost', it -> 'turn' -> 'run' -> 'events') from told where name = 'third'), '[true, 5]',
    'it says again what stands, and its events count on'
);
select ok(pg_temp.ended(pg_temp.uuid(22), 'continues'), 'and goes on');

-- Stopped between two requests.
set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select is(public.stop_turn(pg_temp.uuid(11)::uuid) ->> 'stopping', 'true', 'its user stops it by any of its requests');
set local role service_role;
insert into told select 'fourth', pg_temp.go_on(pg_temp.uuid(23), pg_temp.uuid(11));
select is((select it -> 'turn' -> 'run' ->> 'stop_asked' from told where name = 'fourth'), 'true', 'the next request knows');
select ok(pg_temp.ended(pg_temp.uuid(23), 'stopped'), 'and ends it');
select is((select ended_at is not null and run_at is null from public.ai_agent_runs where id = pg_temp.uuid(11)::uuid), true, 'then nothing is waiting');

-- As its user, by the database's own rules.
select is(
    jsonb_array_length(public.act_as('{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}', 'find_leads',
      '{"p_org_id": "00000000-0000-4000-8000-00000000000a", "p_query": "Anna", "p_limit": 5}')),
    1, 'acting for a user sees what he sees'
);
select is(
    jsonb_array_length(public.act_as('{"sub": "00000000-0000-4000-8000-0000000000b1", "role": "authenticated"}', 'find_leads',
      '{"p_org_id": "00000000-0000-4000-8000-00000000000a", "p_query": "Anna", "p_limit": 5}')),
    0, 'and nothing else'
);
select is(current_user::text, 'service_role', 'and the service is itself again');
select throws_ok(
    $$ select public.act_as('{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}', 'end_turn', '{"turn": {}}') $$,
    'PT404', null, 'what users may not call is not called for them'
);
select throws_ok($$ select public.act_as('{"role": "service_role"}', 'find_leads') $$, 'PT400', null, 'and nobody is acted for who is no user');

-- An outage: the queue's request waits, somebody's own does not.
select ok(pg_temp.ended(pg_temp.uuid(12), 'continues'), 'another run waits');
reset role;
select is(private.dispatch_agent_runs(), 1, 'and is sent');
set local role service_role;
insert into told select 'outage', pg_temp.go_on(pg_temp.uuid(41), pg_temp.uuid(12));
select ok(pg_temp.ended(pg_temp.uuid(41), 'failed', '{"error_code": "provider_unavailable"}'), 'no provider answers');
select results_eq(
    $$ select message.status, message.error_code, run.run_at > private.clock(), run.spent_usd, run.attempts
       from public.ai_agent_runs as run join public.ai_messages as message on message.id = run.message_id where run.id = pg_temp.uuid(12)::uuid $$,
    $$ values ('continues', null::text, true, 0.5, 1) $$, 'it waits, and has counted what that cost'
);
reset role;
update public.ai_agent_runs set run_at = private.clock() where id = pg_temp.uuid(12)::uuid;
select is(private.dispatch_agent_runs(), 1, 'then it is sent again');
set local role service_role;

-- A model that outlasts a request: begun again in the next one, which says so to the model; so the first time, whoever asked.
insert into told select 'cut', pg_temp.go_on(pg_temp.uuid(42), pg_temp.uuid(12));
select is((select it -> 'turn' -> 'run' -> 'cut' from told where name = 'cut'), 'false', 'an outage cut nothing off');
select ok(pg_temp.ended(pg_temp.uuid(42), 'failed', '{"error_code": "timeout"}'), 'the time is over');
select is(
    (select array[message.status, message.error_code, run.attempts::text, run.cut::text]
     from public.ai_agent_runs as run join public.ai_messages as message on message.id = run.message_id where run.id = pg_temp.uuid(12)::uuid),
    array['continues', null, '2', 'true'], 'it waits, and knows why'
);
reset role;
update public.ai_agent_runs set run_at = private.clock() where id = pg_temp.uuid(12)::uuid;
select is(private.dispatch_agent_runs(), 1, 'and is sent again');
set local role service_role;
insert into told select 'again', pg_temp.go_on(pg_temp.uuid(43), pg_temp.uuid(12));
select is(
    (select (it -> 'turn' -> 'run' -> 'cut') || (it -> 'turn' -> 'run' -> 'lost') from told where name = 'again'), '[true, true]',
    'the next request is told, and says again what stands'
);
select ok(pg_temp.ended(pg_temp.uuid(43), 'continues'), 'a step is done');
select is(
    (select array[run.attempts::text, run.cut::text] from public.ai_agent_runs as run where run.id = pg_temp.uuid(12)::uuid),
    array['0', 'false'], 'and all is well'
);
insert into told select 'own', pg_temp.chat(pg_temp.uuid(44));
select ok(pg_temp.ended(pg_temp.uuid(44), 'continues', '{"error_code": "timeout"}'), 'the request of whoever asked is over');
select is(
    (select array[message.status, message.error_code, run.attempts::text, run.cut::text, (run.run_at <= private.clock())::text]
     from public.ai_agent_runs as run join public.ai_messages as message on message.id = run.message_id where run.id = pg_temp.uuid(44)::uuid),
    array['continues', null, '0', 'true', 'true'], 'the queue goes on at once'
);

-- Who has left takes his runs with him.
reset role;
delete from public.organization_members where user_id = '00000000-0000-4000-8000-0000000000a4';
set local role service_role;
insert into told select 'left', pg_temp.go_on(pg_temp.uuid(31), pg_temp.uuid(12));
select results_eq(
    $$ select told.it -> 'admission' ->> 'code', message.status, message.error_code, message.content, run.ended_at is not null
       from told, public.ai_agent_runs as run join public.ai_messages as message on message.id = run.message_id
       where told.name = 'left' and run.id = pg_temp.uuid(12)::uuid $$,
    $$ values ('forbidden', 'failed', 'forbidden', 'So far.', true) $$,
    'a run whose user has left the organization ends, and what it has stays'
);

select * from finish();
rollback;
