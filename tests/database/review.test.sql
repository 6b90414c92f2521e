-- The review queue: what enters it, who may claim and decide, and what a decision is worth.
begin;
\ir prelude.sql
set local search_path = public, extensions;
select plan(27);

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000a2', 'max@a.test'),
  ('00000000-0000-4000-8000-0000000000a3', 'mia@a.test'), ('00000000-0000-4000-8000-0000000000a4', 'tom@a.test'),
  ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test');
insert into organizations (id, name, slug) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'review-test-a'), ('00000000-0000-4000-8000-00000000000b', 'B', 'review-test-b');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'member'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a3', 'manager'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'manager'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
create function pg_temp.log(p_number integer, p_more jsonb) returns void language sql as $$
  select pg_temp.write_request(jsonb_build_object(
    'id', '30000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'), 'org_id', '00000000-0000-4000-8000-00000000000a',
    'user_id', '00000000-0000-4000-8000-0000000000a2', 'task', 'classify-lead', 'status', 'succeeded', 'action', 'use_ai_result',
    'importance', 'medium', 'needs_review', true, 'confidence_score', 0.4) || p_more)
$$;
create function pg_temp.review(p_number integer) returns uuid language sql as $$
  select id from ai_reviews where right(request_id::text, 12)::integer = p_number
$$;
grant execute on function pg_temp.review(integer) to authenticated;

do $$ begin
  perform pg_temp.log(1, '{"needs_review": false}');
  perform pg_temp.log(2, '{}');
  perform pg_temp.log(3, '{"importance": "high", "action": "fallback_to_rules"}');
  perform pg_temp.log(4, jsonb_build_object('decision', jsonb_build_object('agreement', '{"share": 0.33, "method": "flagged", "models": []}'::jsonb, 'policy', (select jsonb_build_object('id', id) from ai_policies where critical limit 1))));
  perform pg_temp.log(5, '{"importance": "low"}');
  perform pg_temp.log(6, '{"status": "failed", "action": null}');
  -- Written again after a sweep.
  delete from ai_request_logs where right(id::text, 12)::integer = 2;
  perform pg_temp.log(2, '{}');
end $$;
select results_eq('select right(request_id::text, 12)::integer, status, priority, reason from ai_reviews order by 1', $$ values
  (2, 'pending', 'medium', 'low_confidence'), (3, 'pending', 'high', 'low_confidence_rules'),
  (4, 'pending', 'high', 'models_disagree'), (5, 'pending', 'low', 'low_confidence') $$, 'flagged answers enter the queue, once, in order of weight');

set local role authenticated;
select pg_temp.become('a2');
select is_empty('select 1 from ai_reviews', 'a member does not see the queue');
select is((claim_review()).id, null, 'and has nothing to claim');
select throws_ok(format('select decide_review(%L, ''approved'')', gen_random_uuid()), 'PT404', null, 'nor to decide');
select throws_ok($$ insert into ai_reviews (org_id, request_id, task, reason) values ('00000000-0000-4000-8000-00000000000a', gen_random_uuid(), 'x', 'low_confidence') $$,
  '42501', null, 'the table itself takes no writes');
select pg_temp.become('b1');
select is_empty('select 1 from ai_reviews', 'another organization''s owner sees nothing');
reset role;
create temporary table known on commit drop as select pg_temp.review(n) as id, n from generate_series(2, 5) as n where n <> 1;
grant select on known to authenticated;
set local role authenticated;
select throws_ok(format('select claim_review(%L)', (select id from known where n = 2)), 'PT404', 'Cannot claim the review: no such review', 'and cannot claim by id');
select throws_ok(format('select decide_review(%L, ''approved'')', (select id from known where n = 2)), 'PT404', null, 'nor decide by id');

select pg_temp.become('a3');
select is((select count(*)::integer from ai_reviews), 4, 'a manager sees the queue');
select is((select right(r.request_id::text, 12)::integer in (3, 4) from claim_review() as r), true, 'the weightiest comes first');
select is((select right(r.request_id::text, 12)::integer from claim_review((select id from known where n = 2)) as r), 2, 'or the one asked for');
select is((select array[status, assigned_to::text] from ai_reviews where id = (select id from known where n = 2)),
  array['in_progress', '00000000-0000-4000-8000-0000000000a3'], 'it is his');
select pg_temp.become('a4');
select throws_ok(format('select claim_review(%L)', (select id from known where n = 2)), 'PT409', null, 'nobody else claims it');
select throws_ok(format('select decide_review(%L, ''approved'')', (select id from known where n = 2)), 'PT409', null, 'nor decides it');
select pg_temp.become('a3');
select throws_ok(format('select decide_review(%L, ''fine'')', (select id from known where n = 2)), '22023', null, 'a decision has a name');
select throws_ok(format('select decide_review(%L, ''approved'', null, ''{"class": "A"}'')', (select id from known where n = 2)), '23514', null, 'what was right needs no correction');
select is((select status from decide_review((select id from known where n = 2), 'approved', 'looks right')), 'approved', 'he approves');
select results_eq('select source, outcome, feedback_text from ai_quality_metrics', $$ values ('review', 'accepted', 'looks right') $$, 'which is a label');
select is((select status from decide_review((select id from known where n = 2), 'rejected', 'on second thought', '{"class": "C"}')), 'rejected', 'and thinks again');
select results_eq('select source, outcome, correction from ai_quality_metrics', $$ values ('review', 'rejected', '{"class": "C"}'::jsonb) $$, 'which replaces the label');
select results_eq('select is_right, source from ai_answer_labels', $$ values (false, 'review') $$, 'calibration learns from it');
select is((select priority from decide_review((select id from known where n = 5), 'escalated', 'beyond me')), 'medium', 'escalating raises the priority');
select throws_ok(format('select decide_review(%L, ''approved'')', (select id from known where n = 5)), '42501', null, 'then it is for an owner or admin');
select pg_temp.become('a1');
select is((select right(r.request_id::text, 12)::integer from claim_review() as r), 5, 'who gets it first');
select is((select status from decide_review((select id from known where n = 5), 'needs_improvement')), 'needs_improvement', 'and decides');
select is((select array_agg(outcome order by outcome) from ai_quality_metrics), array['edited', 'rejected'], 'three states of a review, three outcomes');
reset role;
select is_empty($$ select 1 from ai_reviews where status in ('approved', 'rejected', 'needs_improvement') and decided_by is null $$, 'every decision has its author');
select * from finish();
rollback;
