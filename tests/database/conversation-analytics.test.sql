-- Figures of chats: everybody his own, managers their organization's, and never a word.
begin;
set local search_path = public, extensions;

select plan(16);

insert into auth.users (id, email) values
    ('00000000-0000-4000-8000-0000000000a1', 'owner@a.example'),
    ('00000000-0000-4000-8000-0000000000a4', 'member@a.example'),
    ('00000000-0000-4000-8000-0000000000b1', 'owner@b.example');
insert into public.organizations (id, name, slug) values
    ('00000000-0000-4000-8000-00000000000a', 'A', 'a'), ('00000000-0000-4000-8000-00000000000b', 'B', 'b');
insert into public.organization_members (org_id, user_id, role) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'member'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into public.ai_assistants (org_id, id, name, status, visibility, created_by) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000001', 'Coach', 'active', 'organization', '00000000-0000-4000-8000-0000000000a1');
insert into public.ai_conversations (org_id, id, user_id, title) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000a4', 'Slate'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-0000000000a1', 'Oak');
insert into public.ai_messages (org_id, id, conversation_id, user_id, parent_id, role, content, status, assistant_id, request_id, created_at, completed_at)
values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000101', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000a4', null, 'user', 'Does slate resist frost?', 'complete', null, null, '2026-11-27 08:00:00+00', null),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000102', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000a4', '00000000-0000-4000-8000-000000000101', 'assistant', 'Most slate does.', 'complete', '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000f01', '2026-11-27 08:00:00+00', '2026-11-27 08:00:02+00'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000103', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000a4', '00000000-0000-4000-8000-000000000101', 'assistant', 'It', 'stopped', '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000f02', '2026-11-27 08:00:30+00', '2026-11-27 08:00:32+00'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000104', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000a4', '00000000-0000-4000-8000-000000000103', 'user', 'And marble?', 'complete', null, null, '2026-11-27 08:01:02+00', null),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000201', '00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-0000000000a1', null, 'user', 'Is oak hard?', 'complete', null, null, '2026-11-27 09:00:00+00', null),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000202', '00000000-0000-4000-8000-0000000000c2', '00000000-0000-4000-8000-0000000000a1', '00000000-0000-4000-8000-000000000201', 'assistant', '', 'failed', '00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000f03', '2026-11-27 09:00:00+00', '2026-11-27 09:00:09+00');
insert into public.ai_request_logs (id, org_id, user_id, task, created_at, calls, cached, escalated, fell_back, needs_review, status, input_tokens, output_tokens, cost_usd, latency_ms, time_to_first_token_ms, settled_tx)
values ('00000000-0000-4000-8000-000000000f01', '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'chat', '2026-11-27 08:00:01+00', 1, false, false, false, false, 'succeeded', 100, 20, 0.5, 2000, 300, 1);
insert into public.ai_quality_metrics (org_id, request_id, task, user_id, outcome, user_rating)
values ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000f01', 'chat', '00000000-0000-4000-8000-0000000000a4', 'rated', 4);

set local role anon;
select throws_ok('select * from public.ai_assistant_usage', '42501', null, 'anon counts nothing');
set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}';
select results_eq(
    'select users, conversations, messages, answers, failed, stopped, avg_response_ms, input_tokens, cost_usd, unpriced, avg_rating, ratings from public.ai_assistant_usage',
    $$ values (2::bigint, 2::bigint, 5::bigint, 3::bigint, 1::bigint, 1::bigint, 2000, 100::bigint, 0.5, 2::bigint, 4.00, 1::bigint) $$,
    'an owner sees his organization''s figures by assistant'
);
select results_eq(
    'select user_id, answers from public.ai_chat_user_usage order by user_id',
    $$ values ('00000000-0000-4000-8000-0000000000a1'::uuid, 1::bigint), ('00000000-0000-4000-8000-0000000000a4', 2) $$, 'and by user'
);
select is((select count(*) from public.ai_assistant_usage_daily)::integer, 2, 'and by day');
select is((select count(*) from public.ai_conversation_figures)::integer, 1, 'but figures of single conversations are their user''s');
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select results_eq(
    'select users, answers, cost_usd from public.ai_assistant_usage', $$ values (1::bigint, 2::bigint, 0.5) $$, 'a member sees his own'
);
select results_eq(
    $$ select message_count, user_messages, answers, stopped_answers, repeats, duration_seconds, avg_answer_ms, avg_reply_seconds, quality, engagement, clarity
       from public.ai_conversation_figures $$,
    $$ values (4::bigint, 2::bigint, 2::bigint, 1::bigint, 1::bigint, 62, 2000, 30.0, 0.750, 0.900, 0.500) $$, 'and what can be said of his conversations'
);
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000b1", "role": "authenticated"}';
select is(
    (select count(*) from public.ai_assistant_usage) + (select count(*) from public.ai_chat_user_usage)
    + (select count(*) from public.ai_assistant_usage_daily) + (select count(*) from public.ai_conversation_figures), 0::bigint,
    'another organization sees nothing'
);

-- Search over history
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select is(
    (select array[r ->> 'title', r ->> 'role', r ->> 'snippet'] from jsonb_array_elements(public.search_conversations('frost') -> 'results') as r limit 1),
    array['Slate', 'user', 'Does slate resist frost?'], 'a message is found with its conversation'
);
select is(public.search_conversations('oak') #>> '{results,0}', null, 'nobody finds what others said');
select is(
    jsonb_array_length(public.search_conversations('slate', null, null, null, '{"role": "assistant"}') -> 'results'), 2, 'by role'
);
select is(
    jsonb_array_length(public.search_conversations('slate', null, null, null, '{"until": "2026-11-27T08:00:00Z"}') -> 'results'), 0, 'by time'
);
select throws_ok($$ select public.search_conversations('') $$, 'PT400', null, 'something has to be looked for');
set local role service_role;
set local request.jwt.claims = '{"role": "service_role"}';
select throws_ok(
    $$ select public.search_conversations('slate', '00000000-0000-4000-8000-00000000000a') $$, 'PT403', null, 'a key has no history'
);

-- An answer that was made by several requests took what all of them took, and is none before it has ended.
reset role;
insert into public.ai_messages (org_id, id, conversation_id, user_id, parent_id, role, content, status, assistant_id, request_id, created_at, completed_at)
select '00000000-0000-4000-8000-00000000000a', ('00000000-0000-4000-8000-00000000030' || n)::uuid, '00000000-0000-4000-8000-0000000000c1',
  '00000000-0000-4000-8000-0000000000a4', '00000000-0000-4000-8000-000000000104', 'assistant', 'So.', status, null,
  ('00000000-0000-4000-8000-000000000f1' || n)::uuid, '2026-11-27 10:00:00+00', completed_at
from (values (3, 'complete', '2026-11-27 10:30:00+00'::timestamptz), (4, 'continues', null)) as made (n, status, completed_at);
insert into public.ai_tool_calls (org_id, conversation_id, message_id, request_id, user_id, step, call_id, tool, arguments, status)
select '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-000000000303',
  ('00000000-0000-4000-8000-000000000f1' || n)::uuid, '00000000-0000-4000-8000-0000000000a4', n, 'call', 'calculator', '{}', 'succeeded'
from generate_series(1, 2) as n;
insert into public.ai_request_logs (id, org_id, user_id, task, created_at, calls, cached, escalated, fell_back, needs_review, status, input_tokens, output_tokens, cost_usd, latency_ms, time_to_first_token_ms, settled_tx)
select ('00000000-0000-4000-8000-000000000f1' || n)::uuid, '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'chat',
  '2026-11-27 10:00:00+00'::timestamptz + n * interval '9 minutes', 1, false, false, false, false, 'succeeded', 100 * n, n, 0.1 * n, 2000, 50 * n, 1
from generate_series(1, 4) as n;
set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select results_eq(
    $$ select answers, input_tokens, output_tokens, cost_usd, unpriced, avg_first_token_ms, avg_response_ms, tool_calls
       from public.ai_assistant_usage where assistant_id is null $$,
    $$ values (1::bigint, 600::bigint, 6::bigint, 0.6, 0::bigint, 50, 1800000, 2::bigint) $$,
    'three requests of one answer count together, the first of them for its first words; one that goes on is not counted'
);
reset role;
delete from public.ai_request_logs where id = '00000000-0000-4000-8000-000000000f12';
update public.ai_request_logs set cost_usd = null where id = '00000000-0000-4000-8000-000000000f11';
set local role authenticated;
select results_eq(
    'select input_tokens, cost_usd, unpriced from public.ai_assistant_usage where assistant_id is null',
    $$ values (400::bigint, null::numeric, 1::bigint) $$, 'of what one request cost nobody knows, nobody knows what the answer did'
);

select * from finish();
rollback;
