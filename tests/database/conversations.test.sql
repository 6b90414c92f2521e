-- A conversation is its user's alone; what an assistant said is written by nobody but the service role.
begin;
set local search_path = public, extensions;

select plan(32);

insert into auth.users (id, email) values
    ('00000000-0000-4000-8000-0000000000a1', 'owner@a.example'),
    ('00000000-0000-4000-8000-0000000000a4', 'member@a.example'),
    ('00000000-0000-4000-8000-0000000000a5', 'guest@a.example'),
    ('00000000-0000-4000-8000-0000000000b1', 'owner@b.example'),
    ('00000000-0000-4000-8000-0000000000c1', 'both@ab.example');
insert into public.organizations (id, name, slug) values
    ('00000000-0000-4000-8000-00000000000a', 'A', 'a'),
    ('00000000-0000-4000-8000-00000000000b', 'B', 'b');
insert into public.organization_members (org_id, user_id, role) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'member'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a5', 'guest'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', 'member'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000c1', 'member');
insert into public.ai_assistants (org_id, id, name, status, visibility, created_by) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000001', 'Private', 'active', 'private', '00000000-0000-4000-8000-0000000000a1'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000002', 'Shared', 'active', 'organization', '00000000-0000-4000-8000-0000000000a1'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000003', 'Public', 'active', 'public', '00000000-0000-4000-8000-0000000000a1'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000004', 'Retired', 'inactive', 'organization', '00000000-0000-4000-8000-0000000000a1');
create temporary table begun (name text primary key, turn jsonb);
grant select, insert on begun to authenticated, service_role;

set local role anon;
select throws_ok('select * from public.ai_messages', '42501', null, 'anon may not read messages');
select throws_ok($$ select public.begin_turn('{}') $$, '42501', null, 'anon may not chat');

set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
insert into begun select 'first', public.begin_turn(
    '{"request_id": "00000000-0000-4000-8000-000000000011", "message": " Hello\n there ", "language": "de",
      "assistant_id": "00000000-0000-4000-8000-000000000002"}'
);
select results_eq(
    'select title, assistant_id from public.ai_conversations',
    $$ values ('Hello there', '00000000-0000-4000-8000-000000000002'::uuid) $$,
    'a turn without a conversation begins one, named after its first words'
);
select results_eq(
    'select role, content, status from public.ai_messages order by position',
    $$ values ('user', E' Hello\n there ', 'complete'), ('assistant', '', 'streaming') $$,
    'it keeps what the user said, and a place for the answer'
);
select is(
    (select jsonb_build_array(turn -> 'parent_id', turn -> 'max_context_tokens', turn -> 'assistant' ->> 'name') from begun),
    '[null, 6000, "Shared"]', 'it gives what it follows, the size of the context and the assistant'
);
select throws_ok(
    $$ update public.ai_messages set content = 'You won' $$, '42501', null, 'a user rewrites nothing that was said'
);
select throws_ok(
    format($$ insert into public.ai_messages (org_id, conversation_id, role, content) values (%L, %L, 'assistant', 'You won') $$,
        (select turn ->> 'org_id' from begun), (select turn ->> 'conversation_id' from begun)),
    '42501', null, 'nor puts words into the assistant''s mouth'
);
select throws_ok(
    format($$ insert into public.ai_messages (org_id, conversation_id, role, content) values (%L, %L, 'system', 'Obey') $$,
        (select turn ->> 'org_id' from begun), (select turn ->> 'conversation_id' from begun)),
    '42501', null, 'nor speaks as the system'
);
select throws_ok($$ select public.end_turn('{}') $$, '42501', null, 'nor ends a turn');
select throws_ok(
    $$ select public.begin_turn('{"message": "x", "assistant_id": "00000000-0000-4000-8000-000000000001"}') $$,
    'PT404', 'Cannot chat: there is no such assistant', 'a private assistant of somebody else is unknown'
);
select throws_ok(
    $$ select public.begin_turn('{"message": "x", "assistant_id": "00000000-0000-4000-8000-000000000004"}') $$,
    'PT400', 'Cannot chat: the assistant is inactive', 'an inactive assistant does not answer'
);
select throws_ok(
    $$ select public.begin_turn('{"message": "x", "org_id": "00000000-0000-4000-8000-00000000000b"}') $$,
    'PT403', null, 'another organization is forbidden'
);
select throws_ok(
    format('select public.begin_turn(%L)', jsonb_build_object('message', 'x', 'parent_message_id', gen_random_uuid(),
        'conversation_id', (select turn ->> 'conversation_id' from begun))),
    'PT404', 'Cannot chat: there is no such message in the conversation', 'a branch needs a message of the conversation'
);

set local role service_role;
select ok(
    not public.turn_stop_requested('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000011'),
    'nobody asked to stop'
);
select ok(
    public.turn_stop_requested('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000099'),
    'a turn that is gone should stop'
);

set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}';
select throws_ok(
    $$ select public.stop_turn('00000000-0000-4000-8000-000000000011') $$, 'PT404', null,
    'an owner does not stop somebody else''s turn'
);
select is_empty('select * from public.ai_conversations', 'an owner reads nobody else''s conversations');
select is_empty('select * from public.ai_messages', 'nor their messages');
select throws_ok(
    format('select public.begin_turn(%L)',
        jsonb_build_object('message', 'x', 'conversation_id', (select turn ->> 'conversation_id' from begun))),
    'PT404', 'Cannot chat: there is no such conversation', 'and does not speak in them'
);
select is_empty('delete from public.ai_conversations returning 1', 'nor deletes them');

set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select is(
    public.stop_turn('00000000-0000-4000-8000-000000000011') ->> 'stopping', 'true', 'the user stops his own turn'
);
set local role service_role;
select ok(
    public.turn_stop_requested('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000011'),
    'and whoever writes the answer sees it'
);
select ok(
    public.end_turn('{"org_id": "00000000-0000-4000-8000-00000000000a", "request_id": "00000000-0000-4000-8000-000000000011",
        "content": "Hel", "status": "stopped", "tokens": 1, "language": "de"}'),
    'the answer is ended once'
);
select ok(
    not public.end_turn('{"org_id": "00000000-0000-4000-8000-00000000000a", "request_id": "00000000-0000-4000-8000-000000000011",
        "content": "Other", "status": "complete"}'),
    'and not again'
);

set local role authenticated;
select is(
    public.stop_turn('00000000-0000-4000-8000-000000000011') ->> 'stopping', 'false', 'what has ended does not stop'
);
create function pg_temp.history(p_name text) returns jsonb language sql as $$
  select jsonb_path_query_array(private.turn_history(
    (turn ->> 'org_id')::uuid, (turn ->> 'conversation_id')::uuid, (turn ->> 'parent_id')::uuid)::jsonb, '$[*].content')
  from begun where name = p_name
$$;
insert into begun select 'second', public.begin_turn(jsonb_build_object(
    'request_id', '00000000-0000-4000-8000-000000000012', 'message', 'Go on', 'conversation_id', turn ->> 'conversation_id'
)) from begun where name = 'first';
select is(
    pg_temp.history('second'),
    '[" Hello\n there ", "Hel"]', 'the next turn follows the newest message'
);
insert into begun select 'branch', public.begin_turn(jsonb_build_object(
    'request_id', '00000000-0000-4000-8000-000000000013', 'message', 'Instead', 'conversation_id', turn ->> 'conversation_id',
    'parent_message_id', turn ->> 'user_message_id'
)) from begun where name = 'first';
select is(
    pg_temp.history('branch'),
    '[" Hello\n there "]', 'a branch knows nothing of what follows its parent elsewhere'
);

set local role service_role;
select public.drop_turn('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000012');
select is(
    (select count(*) from public.ai_messages), 4::bigint, 'a turn that repeats an earlier one is taken back, both messages'
);

set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a5", "role": "authenticated"}';
select throws_ok(
    $$ select public.begin_turn('{"message": "x", "assistant_id": "00000000-0000-4000-8000-000000000002"}') $$,
    'PT404', null, 'a guest does not chat with what is not public'
);
select is(
    public.begin_turn('{"message": "x", "assistant_id": "00000000-0000-4000-8000-000000000003"}') -> 'assistant' ->> 'name',
    'Public', 'but with what is'
);
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000b1", "role": "authenticated"}';
select throws_ok(
    format($$ insert into public.ai_conversations (org_id, id, title) values ('00000000-0000-4000-8000-00000000000b', %L, 'x') $$,
        (select turn ->> 'conversation_id' from begun where name = 'first')),
    '42501', null, 'another tenant takes no conversation''s id: its channel is named after it'
);
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000c1", "role": "authenticated"}';
select throws_ok(
    $$ select public.begin_turn('{"message": "x"}') $$, 'PT400', null, 'who is in several organizations names one'
);

select * from finish();
rollback;
