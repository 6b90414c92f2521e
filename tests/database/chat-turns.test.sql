-- A turn is begun as its user and admitted as the service, in one transaction; what is not admitted leaves nothing half begun.
begin;
set local search_path = public, extensions;

select plan(45);

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
insert into public.ai_assistants
    (org_id, id, name, status, visibility, created_by, model, importance, max_output_tokens, tools, hand_off_to)
values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000001', 'Coach', 'active', 'organization',
      '00000000-0000-4000-8000-0000000000a1', 'gpt-4o-mini', 'high', 77, '{calculator,http_request}', '{00000000-0000-4000-8000-000000000002,00000000-0000-4000-8000-000000000003}'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000002', 'Coach of Sales', 'active', 'organization',
      '00000000-0000-4000-8000-0000000000a1', null, 'low', 500, '{find_leads}', '{}'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000003', 'Private', 'active', 'private',
      '00000000-0000-4000-8000-0000000000a1', null, 'low', 500, '{}', '{}');
create temporary table told (name text primary key, it jsonb);
grant select, insert on told to authenticated, service_role;
create function pg_temp.chat(p_turn jsonb, p_user text default '00000000-0000-4000-8000-0000000000a4', p_request jsonb default '{}')
returns jsonb language sql as $$
  select public.begin_chat(
    jsonb_build_object('request_id', v.id, 'message', 'Hello', 'language', 'en') || p_turn,
    jsonb_build_object('sub', p_user, 'role', 'authenticated'),
    jsonb_build_object('request_id', v.id, 'user_id', p_user, 'service', false, 'task', 'chat', 'operation', 'chat', 'importance', 'medium',
      'cost_sensitivity', 'medium', 'cache', 'off', 'stream', false, 'language', 'en', 'output_settings', '{}'::jsonb, 'input_tokens', 100,
      'prompt_tokens', 100, 'prompt', '{"key": "chat", "version": 1}'::jsonb, 'max_output_tokens', 1000, 'needs', '[]'::jsonb,
      'providers', '["openai", "anthropic", "together"]'::jsonb, 'deadline_ms', 30000) || p_request
  )::jsonb
  from (select coalesce(p_turn ->> 'request_id', gen_random_uuid()::text) as id) as v
$$;
grant execute on function pg_temp.chat(jsonb, text, jsonb) to authenticated, service_role;

set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select throws_ok($$ select pg_temp.chat('{}') $$, '42501', null, 'no user admits himself');

set local role service_role;
insert into told select 'first', pg_temp.chat('{"assistant_id": "00000000-0000-4000-8000-000000000001", "request_id": "00000000-0000-4000-8000-000000000011"}');
select is((select it -> 'admission' ->> 'outcome' from told where name = 'first'), 'admitted', 'a turn is admitted with its beginning');
select is((select it -> 'turn' ->> 'tainted' from told where name = 'first'), 'false', 'nothing others wrote is in a new conversation');
select is(current_user::text, 'service_role', 'and the service has its own role back');
select results_eq(
    $$ select role, user_id::text, status from public.ai_messages order by position $$,
    $$ values ('user', '00000000-0000-4000-8000-0000000000a4', 'complete'), ('assistant', '00000000-0000-4000-8000-0000000000a4', 'streaming') $$,
    'what was said is its user''s'
);
select is((select it -> 'turn' -> 'tools' -> 0 ->> 'name' from told where name = 'first'), 'calculator', 'it has the tools that are on');
select is(
    (select it -> 'turn' -> 'colleagues' -> 0 ->> 'name' from told where name = 'first'), 'Coach of Sales',
    'and the colleagues the user sees'
);
select is((select jsonb_array_length(it -> 'turn' -> 'colleagues') from told where name = 'first'), 1, 'and none that he does not');
select is(
    (select jsonb_agg(c -> 'model') from told, jsonb_array_elements(it -> 'admission' -> 'plan' -> 'candidates') as c where name = 'first'),
    '["gpt-4o-mini"]', 'an assistant is bound to its model'
);
select is(
    (select (c ->> 'max_output_tokens')::integer from told, jsonb_array_elements(it -> 'admission' -> 'plan' -> 'candidates') as c where name = 'first' limit 1),
    77, 'and to its length'
);
select is(
    (select h.importance from public.ai_holds as h where h.request_id = '00000000-0000-4000-8000-000000000011'), 'high',
    'it is as important as the assistant says'
);
insert into told select 'less', pg_temp.chat('{"assistant_id": "00000000-0000-4000-8000-000000000001", "importance": "low", "request_id": "00000000-0000-4000-8000-000000000012"}');
select is(
    (select h.importance from public.ai_holds as h where h.request_id = '00000000-0000-4000-8000-000000000012'), 'low',
    'unless the caller says otherwise'
);
select cmp_ok((select (it -> 'turn' ->> 'admitted_tokens')::integer from told where name = 'first'), '>', 1100, 'the bound counts what is always told');

-- Longer histories cost no more than the context holds.
update public.ai_messages set status = 'complete', content = repeat('slate ', 20000)
where org_id = '00000000-0000-4000-8000-00000000000a' and request_id = '00000000-0000-4000-8000-000000000011' and role = 'assistant';
select cmp_ok(
    (pg_temp.chat(jsonb_build_object('conversation_id', (select it -> 'turn' ->> 'conversation_id' from told where name = 'first'))) -> 'turn' ->> 'admitted_tokens')::integer,
    '<', 40000, 'and the history as far as the context reaches'
);

-- Places.
create function pg_temp.first(p_name text) returns uuid language sql as $$ select (it -> 'turn' ->> p_name)::uuid from told where name = 'first' $$;
insert into told select 'anew', pg_temp.chat(jsonb_build_object('conversation_id', pg_temp.first('conversation_id'), 'regenerate_message_id', pg_temp.first('message_id')));
select is((select (it -> 'turn' ->> 'user_message_id')::uuid from told where name = 'anew'), pg_temp.first('user_message_id'), 'an answer given anew has the same question');
select is((select it -> 'turn' ->> 'question' from told where name = 'anew'), 'Hello', 'and is told it');
insert into told select 'edit', pg_temp.chat(jsonb_build_object('conversation_id', pg_temp.first('conversation_id'), 'edit_message_id', pg_temp.first('user_message_id'), 'message', 'Other'));
select is(
    (select parent_id from public.ai_messages where id = (select (it -> 'turn' ->> 'user_message_id')::uuid from told where name = 'edit')), null,
    'an edited message stands where the other stood'
);
select throws_ok(
    $$ select pg_temp.chat(jsonb_build_object('conversation_id', pg_temp.first('conversation_id'), 'edit_message_id', pg_temp.first('message_id'))) $$,
    'PT400', 'Cannot edit: only a message of the user can be edited', 'an answer is not edited'
);
select throws_ok(
    $$ select pg_temp.chat(jsonb_build_object('conversation_id', pg_temp.first('conversation_id'), 'resume_message_id', pg_temp.first('message_id'))) $$,
    'PT400', 'Cannot go on: the answer waits for nobody', 'what does not wait does not go on'
);
select throws_ok(
    $$ select pg_temp.chat(jsonb_build_object('conversation_id', pg_temp.first('conversation_id')), '00000000-0000-4000-8000-0000000000a1') $$,
    'PT404', null, 'nobody else speaks in a conversation, through the service either'
);

-- Mentions.
select is(pg_temp.chat('{"message": "@coach of sales: who?"}') -> 'turn' -> 'assistant' ->> 'name', 'Coach of Sales', 'the longest name that is mentioned answers');
select is(pg_temp.chat('{"message": "Ask @Coach!"}') -> 'turn' -> 'assistant' ->> 'name', 'Coach', 'anywhere in the message');
select is(pg_temp.chat('{"message": "@Coaching and a@coach"}') -> 'turn' ->> 'assistant', null, 'a part of a word mentions nobody');
select is(pg_temp.chat('{"message": "@private"}') -> 'turn' ->> 'assistant', null, 'nor does the name of one he does not see');

-- Refused and repeated.
select is(
    (pg_temp.chat('{"request_id": "00000000-0000-4000-8000-000000000021", "message": "Refused"}', p_request => '{"models": ["no-such-model"]}')
      -> 'admission' ->> 'outcome'), 'refused', 'a refusal is an answer'
);
select results_eq(
    $$ select role, status, error_code from public.ai_messages where request_id = '00000000-0000-4000-8000-000000000021' order by position $$,
    $$ values ('user', 'complete', null), ('assistant', 'failed', 'not_found') $$, 'which ends the turn, and keeps the question'
);
select lives_ok(
    $$ select pg_temp.chat('{"request_id": "00000000-0000-4000-8000-000000000022", "message": "Once"}', p_request => '{"idempotency_key": "k", "body_hash": "h"}') $$,
    'a turn with a key'
);
select is(
    (pg_temp.chat('{"request_id": "00000000-0000-4000-8000-000000000023", "message": "Once"}', p_request => '{"idempotency_key": "k", "body_hash": "h"}')
      -> 'admission' ->> 'code'), 'idempotency_conflict', 'is not begun a second time while it is answered'
);

-- The lead a conversation is about, and how a message is written.
reset role;
insert into public.leads (id, org_id, name, class) values
    ('00000000-0000-4000-8000-0000000000e1', '00000000-0000-4000-8000-00000000000a', 'Anna', 'B'),
    ('00000000-0000-4000-8000-0000000000e2', '00000000-0000-4000-8000-00000000000a', 'Luca', 'B'),
    ('00000000-0000-4000-8000-0000000000e3', '00000000-0000-4000-8000-00000000000b', 'Foreign', 'B');
create function pg_temp.begin_about(p_turn jsonb) returns text language sql as $$
    with begun as materialized (select pg_temp.chat(p_turn) -> 'turn' ->> 'conversation_id' as id) select id from begun
$$;
create function pg_temp.lead_of(p_conversation text) returns uuid language sql as $$
    select conversation.lead_id from public.ai_conversations as conversation where conversation.id = p_conversation::uuid
$$;
grant execute on function pg_temp.begin_about(jsonb), pg_temp.lead_of(text) to service_role;
set local role service_role;
insert into told select 'lead', to_jsonb(pg_temp.begin_about('{"message": "مرحبا", "direction": "rtl", "lead_id": "00000000-0000-4000-8000-0000000000e1"}'));
select is(pg_temp.lead_of((select it #>> '{}' from told where name = 'lead')), '00000000-0000-4000-8000-0000000000e1', 'a turn says which lead its conversation is about');
select results_eq(
    $$ select direction from public.ai_messages where conversation_id = (select (it #>> '{}')::uuid from told where name = 'lead') order by position $$,
    $$ values ('rtl'), (null) $$, 'and how it is written; the answer is not there yet'
);
select is(
    pg_temp.lead_of(pg_temp.begin_about('{"subject_lead_id": "00000000-0000-4000-8000-0000000000E2"}')), '00000000-0000-4000-8000-0000000000e2',
    'the lead a request is about is its conversation''s, too'
);
select is(
    pg_temp.lead_of(pg_temp.begin_about(jsonb_build_object('conversation_id', (select it #>> '{}' from told where name = 'lead'),
      'org_id', '00000000-0000-4000-8000-00000000000a', 'subject_lead_id', '00000000-0000-4000-8000-0000000000e2'))),
    '00000000-0000-4000-8000-0000000000e1', 'but changes none that is known'
);
select is(
    pg_temp.lead_of(pg_temp.begin_about('{"subject_lead_id": "00000000-0000-4000-8000-0000000000e3"}')), null,
    'and a foreign one is none'
);
select is(pg_temp.lead_of(pg_temp.begin_about('{"subject_lead_id": "4711"}')), null, 'nor is what another system calls a lead');
select throws_ok(
    $$ select pg_temp.chat('{"lead_id": "00000000-0000-4000-8000-0000000000e3"}') $$, 'PT404',
    'Cannot use the lead: there is none with this id', 'a foreign one that is named is refused'
);

-- Events of a stream.
select ok(
    not public.keep_turn_events('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', '00000000-0000-4000-8000-000000000012',
      '[{"first": 1, "last": 1, "event": "meta", "data": {}}, {"first": 2, "last": 4, "event": "delta", "data": {"texts": ["a", "b", "c"]}}]'),
    'events are kept, and nobody asked to stop'
);
set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select is(
    public.turn_events('00000000-0000-4000-8000-000000000012', 1) -> 'events',
    '[{"first": 2, "last": 4, "event": "delta", "data": {"texts": ["a", "b", "c"]}}]', 'their user gets those after a number'
);
select is(public.turn_events('00000000-0000-4000-8000-000000000012', 9) -> 'ended', 'false', 'and is told that it is not over');
set local role service_role;
select public.keep_turn_events('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', '00000000-0000-4000-8000-000000000012',
  '[{"first": 5, "last": 5, "event": "done", "data": {}}]');
set local role authenticated;
select is(public.turn_events('00000000-0000-4000-8000-000000000012', 9) -> 'ended', 'true', 'or that it is');
select throws_ok(
    $$ insert into public.ai_turn_events (org_id, request_id, last, first, user_id, event, data) values
       ('00000000-0000-4000-8000-00000000000a', gen_random_uuid(), 1, 1, auth.uid(), 'delta', '{}') $$, '42501', null, 'and writes none'
);
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000b1", "role": "authenticated"}';
select throws_ok($$ select public.turn_events('00000000-0000-4000-8000-000000000012', 0) $$, 'PT404', null, 'nobody else gets any');
select is_empty('select from public.ai_turn_events', 'or sees one');

reset role;
insert into public.ai_tool_calls (org_id, conversation_id, message_id, request_id, user_id, step, call_id, tool, arguments, status, created_at)
select message.org_id, message.conversation_id, message.id, message.request_id, message.user_id, 1, called.tool, called.tool, '{}', 'succeeded', now()
from public.ai_messages as message, (values ('calculator'), ('find_leads')) as called (tool)
where message.role = 'assistant' and (message.request_id = '00000000-0000-4000-8000-000000000011' or called.tool = 'calculator');
select results_eq(
    $$ select conversation.id = (select it -> 'turn' ->> 'conversation_id' from told where name = 'first')::uuid
       from public.ai_conversations as conversation where private.has_material(conversation.org_id, conversation.id) $$,
    $$ values (true) $$, 'what a tool brought in stays in its conversation; what one computed is nobody else''s'
);

-- What is sent along.
create function pg_temp.sent(p_org text, p_user text) returns jsonb language sql as $$
    select jsonb_build_object('attachments', jsonb_build_array(jsonb_build_object(
      'path', format('00000000-0000-4000-8000-00000000000%s/00000000-0000-4000-8000-0000000000%s/a.txt', p_org, p_user),
      'name', 'a.txt', 'media_type', 'text/plain', 'size', 1, 'text', 'x')))
$$;
grant execute on function pg_temp.sent(text, text) to service_role;
set local role service_role;
select is(pg_temp.chat(pg_temp.sent('a', 'a4')) -> 'turn' -> 'attachments' -> 0 ->> 'name', 'a.txt', 'files of the user in the organization come along');
select throws_ok(
    $$ select pg_temp.chat(pg_temp.sent('b', 'a4')) $$, 'PT404', 'Cannot use the attachment: there is no such file of yours',
    'those in another one do not, though they may be his'
);

select * from finish();
rollback;
