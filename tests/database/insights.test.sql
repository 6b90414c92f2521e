-- What is told of a conversation is as private as the conversation, and an older answer never replaces a newer one.
begin;
set local search_path = public, extensions;

select plan(16);

insert into auth.users (id, email) values
    ('00000000-0000-4000-8000-0000000000a1', 'owner@a.example'),
    ('00000000-0000-4000-8000-0000000000a4', 'member@a.example');
insert into public.organizations (id, name, slug) values ('00000000-0000-4000-8000-00000000000a', 'A', 'a');
insert into public.organization_members (org_id, user_id, role) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'member');
insert into public.ai_conversations (org_id, id, user_id, title) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000a4', 'Slate');
insert into public.ai_messages (org_id, id, conversation_id, user_id, parent_id, role, content, status)
select '00000000-0000-4000-8000-00000000000a', ('00000000-0000-4000-8000-0000000001' || lpad(n::text, 2, '0'))::uuid,
    '00000000-0000-4000-8000-0000000000c1', '00000000-0000-4000-8000-0000000000a4',
    case when n > 1 then ('00000000-0000-4000-8000-0000000001' || lpad((n - 1)::text, 2, '0'))::uuid end,
    case when n % 2 = 1 then 'user' else 'assistant' end, repeat('word ', 10) || n, 'complete'
from generate_series(1, 4) as n;
-- A branch that was given up.
insert into public.ai_messages (org_id, id, conversation_id, user_id, parent_id, role, content, status)
values ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000199', '00000000-0000-4000-8000-0000000000c1',
    '00000000-0000-4000-8000-0000000000a4', '00000000-0000-4000-8000-000000000102', 'user', 'another way', 'complete');

set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select is(
    (select array_agg((message ->> 'index') || (message ->> 'speaker') order by place) from jsonb_array_elements(
        public.conversation_transcript('00000000-0000-4000-8000-0000000000c1') -> 'messages') with ordinality as m (message, place)),
    array['1user', '2assistant', '3user'], 'a transcript is of the present branch'
);
select is(
    public.conversation_transcript('00000000-0000-4000-8000-0000000000c1', null,
        (select position from public.ai_messages where id = '00000000-0000-4000-8000-000000000104')) -> 'messages' -> 3 ->> 'speaker',
    'assistant', 'or up to a message'
);
select is(
    (select array[t ->> 'left_out', jsonb_array_length(t -> 'messages')::text] from public.conversation_transcript(
        '00000000-0000-4000-8000-0000000000c1', null, null, 60) as t),
    array['2', '1'], 'the newest that fit are shown, and how many are not is said'
);
select throws_ok($$ select public.store_insight('{}') $$, '42501', null, 'a user writes no insight');
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}';
select throws_ok(
    $$ select public.conversation_transcript('00000000-0000-4000-8000-0000000000c1') $$, 'PT404', null,
    'the owner of an organization reads nobody''s conversation'
);

set local role service_role;
set local request.jwt.claims = '{"role": "service_role"}';
create function pg_temp.summary(p_up_to integer, p_text text) returns jsonb language sql as $$
    select jsonb_build_object('org_id', '00000000-0000-4000-8000-00000000000a', 'conversation_id', '00000000-0000-4000-8000-0000000000c1',
        'task', 'conversation-summary', 'up_to', p_up_to, 'model', 'gpt-4o-mini', 'confidence', 0.8, 'request_id', gen_random_uuid(),
        'data', jsonb_build_object('summary_type', 'executive', 'summary_text', p_text, 'key_points', '["a"]'::jsonb, 'action_items', '[]'::jsonb,
            'decisions_made', '[]'::jsonb, 'questions_asked', '[]'::jsonb, 'timeline', '[]'::jsonb, 'participants', '["user"]'::jsonb,
            'duration_seconds', 60, 'word_count', 3, 'token_count', 4, 'compression_ratio', 0.1))
$$;
select lives_ok($$ select public.store_insight(pg_temp.summary(10, 'newer')) $$, 'an insight is kept');
select lives_ok($$ select public.store_insight(pg_temp.summary(5, 'older')) $$, 'a late one is taken');
select is((select summary_text from public.ai_conversation_summaries), 'newer', 'but replaces no newer one');
select lives_ok(
    $$ select public.store_insight('{"org_id": "00000000-0000-4000-8000-00000000000a", "conversation_id": "00000000-0000-4000-8000-0000000000c9",
        "task": "topic-detection", "up_to": 1, "data": {"topics": []}}') $$,
    'nothing is kept of a conversation that is gone, and nothing fails'
);
select lives_ok(
    $$ select public.store_insight('{"org_id": "00000000-0000-4000-8000-00000000000a", "conversation_id": "00000000-0000-4000-8000-0000000000c1",
        "task": "topic-detection", "up_to": 3, "data": {"topics": [{"topic": "Slate", "category": "business", "confidence": 0.9,
        "keywords": ["slate"], "related_topics": [], "frequency": 2, "message_indices": [1, 3]}]}}') $$, 'topics'
);

-- Refreshing
select is((select count(*) from public.ai_job_queue where task <> 'conversation-memory-store')::integer, 0, 'nothing is queued by what was only written');
reset role;
insert into public.ai_messages (org_id, id, conversation_id, user_id, parent_id, role, content, status) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000201', '00000000-0000-4000-8000-0000000000c1',
        '00000000-0000-4000-8000-0000000000a4', '00000000-0000-4000-8000-000000000104', 'user', 'And now?', 'complete'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-000000000202', '00000000-0000-4000-8000-0000000000c1',
        '00000000-0000-4000-8000-0000000000a4', '00000000-0000-4000-8000-000000000201', 'assistant', '', 'streaming');
update public.ai_conversation_summaries set up_to = 0;
update public.ai_messages set status = 'complete', content = 'Now it is done.' where id = '00000000-0000-4000-8000-000000000202';
select results_eq(
    $$ select task, input ->> 'summary_type' from public.ai_job_queue where task <> 'conversation-memory-store' order by task $$,
    $$ values ('conversation-summary', 'executive'), ('sentiment-analysis', null), ('topic-detection', null) $$,
    'a finished answer queues all three'
);
update public.ai_messages set status = 'streaming' where id = '00000000-0000-4000-8000-000000000202';
update public.ai_messages set status = 'complete' where id = '00000000-0000-4000-8000-000000000202';
select is((select count(*) from public.ai_job_queue where task <> 'conversation-memory-store')::integer, 3, 'once');
select lives_ok(
    $$ select public.finish_insight_job('00000000-0000-4000-8000-00000000000a', (select id from public.ai_job_queue where task = 'conversation-summary'),
        pg_temp.summary(99, 'newest')) $$, 'a job ends with what is kept'
);
select is(
    (select array[job.status, kept.summary_text] from public.ai_job_queue as job, public.ai_conversation_summaries as kept where job.task = 'conversation-summary'),
    array['done', 'newest'], 'in one'
);

set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}';
select is(
    (select count(*) from public.ai_conversation_summaries) + (select count(*) from public.ai_conversation_topics)
    + (select count(*) from public.ai_conversation_sentiments), 0::bigint, 'a colleague is told nothing'
);

select * from finish();
rollback;
