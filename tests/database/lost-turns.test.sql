-- Turns nobody writes any more: begun after their caller had given up, or left behind by an isolate that is gone.
begin;
set local search_path = public, extensions;

select plan(20);

insert into auth.users (id, email) values ('00000000-0000-4000-8000-0000000000a4', 'member@a.example');
insert into public.organizations (id, name, slug) values ('00000000-0000-4000-8000-00000000000a', 'A', 'a');
insert into public.organization_members (org_id, user_id, role) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'member');
insert into public.ai_assistants (org_id, id, name, status, visibility, created_by, mode) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000001', 'Agent', 'active', 'organization',
      '00000000-0000-4000-8000-0000000000a4', 'agent');
create function pg_temp.claims() returns jsonb language sql as $$
  select '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}'::jsonb
$$;
create function pg_temp.request(p_number integer) returns uuid language sql as $$
  select ('00000000-0000-4000-8000-0000000001' || lpad(p_number::text, 2, '0'))::uuid
$$;
create function pg_temp.chat(p_number integer, p_turn jsonb default '{}') returns jsonb language sql as $$
  select public.begin_chat(
    jsonb_build_object('request_id', pg_temp.request(p_number), 'message', 'Hello', 'language', 'en') || p_turn,
    pg_temp.claims(),
    jsonb_build_object('request_id', pg_temp.request(p_number), 'user_id', '00000000-0000-4000-8000-0000000000a4', 'service', false,
      'task', 'chat', 'operation', 'chat', 'importance', 'medium', 'cost_sensitivity', 'medium', 'cache', 'off', 'stream', false,
      'language', 'en', 'output_settings', '{}'::jsonb, 'input_tokens', 100, 'prompt_tokens', 100,
      'prompt', '{"key": "chat", "version": 1}'::jsonb, 'max_output_tokens', 1000, 'needs', '[]'::jsonb,
      'providers', '["openai", "anthropic", "together"]'::jsonb, 'deadline_ms', 120000)
  )::jsonb
$$;
create function pg_temp.abandon(p_number integer, p_turn jsonb default '{}', p_claims jsonb default pg_temp.claims())
returns boolean language sql as $$
  select public.abandon_chat(jsonb_build_object('request_id', pg_temp.request(p_number), 'message', 'Hello') || p_turn, p_claims)
$$;
create function pg_temp.answer(p_number integer) returns text language sql as $$
  select concat_ws(' ', message.status, message.error_code, nullif(message.content, '')) from public.ai_messages as message
  where message.role = 'assistant' and message.request_id = pg_temp.request(p_number)
$$;
grant execute on all functions in schema pg_temp to service_role;

-- Begun although its caller had given up.
set local role service_role;
select ok(not pg_temp.abandon(1), 'what never began is not there to be ended');
select is(pg_temp.chat(1) -> 'admission' ->> 'outcome', 'admitted', 'a turn begins');
select ok(not pg_temp.abandon(1, p_claims => '{"sub": "00000000-0000-4000-8000-0000000000b1"}'), 'nobody else''s is ended');
select lives_ok(
    $$ select public.ai_reject(jsonb_build_object('request_id', pg_temp.request(1), 'org_id', '00000000-0000-4000-8000-00000000000a',
       'user_id', '00000000-0000-4000-8000-0000000000a4', 'task', 'chat', 'code', 'ledger_unavailable', 'detail', 'Late', 'latency_ms', 10000)) $$,
    'its caller is told that the database did not answer'
);
select ok(pg_temp.abandon(1), 'and it is ended once it turns out to have begun');
select ok(not pg_temp.abandon(1), 'once');
reset role;
select is(pg_temp.answer(1), 'failed ledger_unavailable', 'its answer has failed');
select results_eq(
    $$ select hold.status, hold.settled_usd from public.ai_holds as hold where hold.request_id = pg_temp.request(1) $$,
    $$ values ('settled', 0::numeric) $$, 'at no cost'
);
select results_eq(
    $$ select log.status, log.error_code, log.cost_usd from public.ai_request_logs as log where log.id = pg_temp.request(1) $$,
    $$ values ('failed', 'ledger_unavailable', 0::numeric) $$, 'and the log has one row of it'
);
select is_empty('select * from public.ai_ledger_check', 'the ledger agrees');

-- One that had waited for its user waits again; an agent's run is over.
update public.ai_messages set status = 'awaiting_approval', content = 'So far', error_code = null where role = 'assistant' and request_id = pg_temp.request(1);
set local role service_role;
create temporary table resumed as
select jsonb_build_object('resume_message_id', message.id, 'conversation_id', message.conversation_id, 'message', null,
  'org_id', '00000000-0000-4000-8000-00000000000a') as turn
from public.ai_messages as message where message.role = 'assistant';
select is((select pg_temp.chat(2, resumed.turn) -> 'turn' ->> 'resumed' from resumed), 'true', 'one that waited goes on');
select ok((select pg_temp.abandon(2, resumed.turn) from resumed), 'too late');
select is(pg_temp.answer(2), 'awaiting_approval So far', 'and waits again, with what it has');
select is(pg_temp.chat(3, '{"assistant_id": "00000000-0000-4000-8000-000000000001"}') -> 'turn' -> 'run' ->> 'id', pg_temp.request(3)::text, 'an agent begins');
select ok(pg_temp.abandon(3), 'too late');
reset role;
select ok((select run.ended_at is not null and run.busy_until is null from public.ai_agent_runs as run where run.id = pg_temp.request(3)), 'its run is over');

-- Left behind.
set local role service_role;
create temporary table left_behind as
select pg_temp.chat(4) as lives, pg_temp.chat(5) as dies, pg_temp.chat(6) as ending, pg_temp.chat(7) as settled,
  pg_temp.chat(8, '{"assistant_id": "00000000-0000-4000-8000-000000000001"}') as agent;
select public.keep_turn_events('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', pg_temp.request(5),
  '[{"first": 1, "last": 1, "event": "meta", "data": {}}, {"first": 2, "last": 2, "event": "delta", "data": {"texts": ["Wrong"]}},
    {"first": 3, "last": 3, "event": "restart", "data": {}}, {"first": 4, "last": 5, "event": "delta", "data": {"texts": ["Half ", "an "]}},
    {"first": 6, "last": 6, "event": "delta", "data": {"texts": ["answer"]}}]');
reset role;
update public.ai_holds set status = 'swept', settled_at = private.clock(), settled_usd = 0, settled = 0 where request_id in (pg_temp.request(5), pg_temp.request(8));
update public.ai_holds set status = 'settled', settled_at = private.clock(), settled_usd = 0, settled = 0 where request_id = pg_temp.request(6);
update public.ai_holds set status = 'settled', settled_at = private.clock() - interval '2 minutes', settled_usd = 0, settled = 0 where request_id = pg_temp.request(7);
select is(private.end_lost_turns(), 2, 'what nobody writes any more is ended');
select results_eq(
    $$ select pg_temp.answer(n) from generate_series(4, 8) as n $$,
    $$ values ('streaming'), ('failed timeout Half an answer'), ('streaming'), ('failed timeout'), ('streaming') $$,
    'with what was heard of it; what is held, ends this moment or is an agent''s is not'
);
select is(private.end_lost_turns(), 0, 'once');

-- A message is its user's to begin, with any request's id.
insert into public.ai_messages (org_id, conversation_id, user_id, role, content, status, request_id)
select message.org_id, message.conversation_id, message.user_id, 'assistant', '', 'streaming', pg_temp.request(9)
from public.ai_messages as message where message.request_id = pg_temp.request(5) and message.role = 'assistant';
insert into public.ai_turn_events (org_id, user_id, request_id, first, last, event, data)
select '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', pg_temp.request(9), 1, 1, 'delta',
  jsonb_build_object('texts', jsonb_build_array(repeat('x', 400001)));
select is(private.end_lost_turns(), 1, 'one with more to say than a message holds is cut: failing, it would keep everybody''s from ending');

select * from finish();
rollback;
