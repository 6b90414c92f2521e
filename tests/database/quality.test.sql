-- Outcomes: who may judge which request, and what a judgement must look like.
begin;
\ir prelude.sql
set local search_path = public, extensions;
select plan(15);

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000a2', 'max@a.test'),
  ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test');
insert into organizations (id, name, slug) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'quality-test-a'), ('00000000-0000-4000-8000-00000000000b', 'B', 'quality-test-b');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'member'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into ai_request_logs (id, org_id, user_id, task, status) values
  ('00000000-0000-4000-8000-0000000000d1', '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'classify-lead', 'succeeded'),
  ('00000000-0000-4000-8000-0000000000d2', '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'classify-lead', 'succeeded');

set local role authenticated;
select pg_temp.become('a2');
select isnt(record_outcome('00000000-0000-4000-8000-0000000000d1', 'rated', 2), null, 'a member rates a request of his own');
select isnt(record_outcome('00000000-0000-4000-8000-0000000000d1', 'rated', 5, 'better on second reading'), null, 'and changes his mind');
select is((select array_agg(user_rating) from ai_quality_metrics), array[5::smallint], 'which replaces what he said');
select throws_ok($$ select record_outcome('00000000-0000-4000-8000-0000000000d2', 'accepted') $$, 'PT404', null, 'another member''s request is not there for him');
select throws_ok($$ select record_outcome('00000000-0000-4000-8000-0000000000d1', 'rated', 6) $$, '22023', 'Cannot record the outcome: a rating is 1 to 5 and goes with rated alone', 'six is no rating');
select throws_ok($$ select record_outcome('00000000-0000-4000-8000-0000000000d1', 'accepted', 4) $$, '22023', 'Cannot record the outcome: a rating is 1 to 5 and goes with rated alone', 'accepted carries no rating');
select throws_ok($$ select record_outcome('00000000-0000-4000-8000-0000000000d1', 'rated') $$, '22023', null, 'nor is none');
select throws_ok($$ select record_outcome('00000000-0000-4000-8000-0000000000d1', 'loved') $$, '22023',
  'Cannot record the outcome: it must be accepted, edited, rejected, converted or rated', 'an outcome nobody knows is named');
select throws_ok($$ select record_outcome('00000000-0000-4000-8000-0000000000d1', 'accepted', null, null, '{"a": 1}') $$, '22023', null, 'accepted is not corrected');
select throws_ok($$ select record_outcome('00000000-0000-4000-8000-0000000000d1', 'rejected', null, repeat('x', 4001)) $$, '22023', null, 'nor is a comment a book');
select throws_ok($$ insert into ai_quality_metrics (org_id, request_id, task, outcome) values ('00000000-0000-4000-8000-00000000000a', gen_random_uuid(), 'x', 'accepted') $$,
  '42501', null, 'the table itself takes no writes');
select pg_temp.become('a1');
select isnt(record_outcome('00000000-0000-4000-8000-0000000000d1', 'edited', null, null, '{"class": "B"}'), null, 'the owner corrects it');
select is((select count(*)::integer from ai_quality_metrics), 2, 'and sees both judgements');
select pg_temp.become('b1');
select throws_ok($$ select record_outcome('00000000-0000-4000-8000-0000000000d1', 'accepted') $$, 'PT404', null, 'another organization''s owner finds nothing');
select is((select count(*)::integer from ai_quality_metrics), 0, 'and sees nothing');
select * from finish();
rollback;
