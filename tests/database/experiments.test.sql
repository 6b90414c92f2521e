-- Prompt experiments: who starts them, what they count, when they end by themselves.
begin;
\ir prelude.sql
set local search_path = public, extensions;
select plan(43);

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000a2', 'max@a.test'),
  ('00000000-0000-4000-8000-0000000000a3', 'mia@a.test'), ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test');
insert into organizations (id, name, slug) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'experiments-test-a'), ('00000000-0000-4000-8000-00000000000b', 'B', 'experiments-test-b');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'member'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a3', 'manager'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
-- p_count answers of a variant, the first p_right of them accepted, the others rejected.
create function pg_temp.answers(p_key text, p_variant text, p_count integer, p_right integer, p_cost numeric default 0.001, p_confidence numeric default 0.9)
returns void language plpgsql as $$
declare v_id uuid;
begin
  for n in 1 .. p_count loop
    v_id := gen_random_uuid();
    insert into ai_request_logs (id, org_id, task, status, action, calls, prompt_key, prompt_version, prompt_variant, cost_usd, latency_ms, confidence_score)
    values (v_id, '00000000-0000-4000-8000-00000000000a', 'classify-lead', 'succeeded', 'use_ai_result', 1, p_key, 2, p_variant, p_cost + (n % 3) * 0.00001, 500 + n % 7, p_confidence);
    insert into ai_quality_metrics (org_id, request_id, task, user_id, outcome)
    values ('00000000-0000-4000-8000-00000000000a', v_id, 'classify-lead', null, case when n <= p_right then 'accepted' else 'rejected' end);
  end loop;
end
$$;
create function pg_temp.experiment(p_key text) returns uuid language sql as $$ select id from ai_experiments where prompt_key = p_key $$;
grant execute on function pg_temp.experiment(text) to authenticated;

-- The test --------------------------------------------------------------------------------------------------------------------
select is(private.sequential_p_value(160, 400, 100, 400, 0.1, 30), 0.000309, 'the same p-value as sequentialTest()');
select is(private.sequential_p_value(52, 100, 48, 100, 0.1, 30), 1.0, 'a small difference says nothing');
select is(private.sequential_p_value(20, 20, 0, 20, 0.1, 30), 1.0, 'nor a large one before the fewest trials');
select is(private.sequential_interval(160, 400, 100, 400, 0.1, 0.05), numrange(0.0507, 0.2493, '[]'), 'the same interval');

-- Starting ----------------------------------------------------------------------------------------------------------------------
set local role authenticated;
select pg_temp.become('a1');
select is((create_prompt('test-good', 'Be brief.', null, '[]', '00000000-0000-4000-8000-00000000000a', 'A')).version, 2, 'a prompt');
insert into ai_experiments (org_id, prompt_key, prompt_version, title, expected_difference)
values ('00000000-0000-4000-8000-00000000000a', 'test-good', 2, 'Shorter answers', 0.2);
select throws_ok($$ select start_experiment(pg_temp.experiment('test-good')) $$, '55000', null, 'one variant is no experiment');
select is((create_prompt('test-good', 'Be long.', null, '[]', '00000000-0000-4000-8000-00000000000a', 'B', 2)).variant, 'B', 'a second variant');
select is((select count(*)::integer from activate_prompt('test-good', 2, '00000000-0000-4000-8000-00000000000a')), 2, 'both active');
select pg_temp.become('a3');
select throws_ok($$ select start_experiment(pg_temp.experiment('test-good')) $$, 'PT404', null, 'a manager does not start it');
select throws_ok($$ insert into ai_experiments (org_id, prompt_key, prompt_version, title) values ('00000000-0000-4000-8000-00000000000a', 'x', 2, 'x') $$, '42501', null, 'nor plan one');
select pg_temp.become('a1');
select is((start_experiment(pg_temp.experiment('test-good'))).status, 'running', 'the owner does');
select throws_ok($$ update ai_experiments set winner = 'B' $$, '42501', null, 'and cannot write the result');
select throws_ok($$ insert into ai_experiments (org_id, prompt_key, prompt_version, title, guardrails) values ('00000000-0000-4000-8000-00000000000a', 'x', 2, 'x', '{"cost": 1}') $$,
  '23514', null, 'a guardrail that nobody watches is not stored');
select throws_ok($$ insert into ai_experiments (prompt_key, prompt_version, title) values ('x', 2, 'x') $$, '42501', null, 'the platform''s experiments are not his');

-- Results ------------------------------------------------------------------------------------------------------------------------
reset role;
select pg_temp.answers('test-good', 'A', 60, 30);
select pg_temp.answers('test-good', 'B', 60, 54);
insert into ai_request_logs (id, org_id, task, status, action, calls, cached, prompt_key, prompt_version, prompt_variant, cost_usd)
values (gen_random_uuid(), '00000000-0000-4000-8000-00000000000a', 'classify-lead', 'succeeded', 'use_ai_result', 0, true, 'test-good', 2, 'B', 0);
set local role authenticated;
select results_eq('select variant, is_control, requests, trials, successes, rate from ai_experiment_results', $$ values
  ('A', true, 60::bigint, 60::bigint, 30::bigint, 0.5), ('B', false, 60, 60, 54, 0.9) $$, 'each variant is counted, cached answers are not');
select results_eq('select chi_square_p_value < 0.001, sequential_p_value, difference_from > 0 from ai_experiment_results where not is_control',
  $$ values (true, 1.0, true) $$, 'below the minimum sample only the chi-square is sure');
select pg_temp.become('a2');
select is_empty('select 1 from ai_experiment_results', 'members do not see experiments');
select pg_temp.become('b1');
select is_empty('select 1 from ai_experiments union all select 1 from private.experiment_results(pg_temp.experiment(''test-good''))', 'nor do other organizations');
select throws_ok(format('select stop_experiment(%L)', (select gen_random_uuid())), 'PT404', null, 'nor can they stop one');
reset role;
select is(private.watch_experiments(), 0, 'it goes on');
select pg_temp.answers('test-good', 'A', 60, 30);
select pg_temp.answers('test-good', 'B', 60, 54);
select is(private.watch_experiments(), 1, 'with the sample full the verdict ends it');
select is((select array[status, winner] from ai_experiments where prompt_key = 'test-good'), array['finished', 'B'], 'for the better variant');
select is((select array_agg(weight order by variant) from ai_prompts where key = 'test-good'), array[0, 1]::numeric[], 'which gets all traffic');
select is((select (private.choose_prompt('00000000-0000-4000-8000-00000000000a', 'test-good', 'lead:' || n)).variant from generate_series(1, 20) as n group by 1), 'B', 'from everybody');

-- Subjects ------------------------------------------------------------------------------------------------------------------------
-- p_subjects leads of p_each answers, all of a lead alike: those of the first p_right are accepted.
create function pg_temp.subjects(p_key text, p_variant text, p_subjects integer, p_right integer, p_each integer)
returns void language plpgsql as $$
declare v_id uuid;
begin
  for s in 1 .. p_subjects loop
    for n in 1 .. p_each loop
      v_id := gen_random_uuid();
      insert into ai_request_logs (id, org_id, task, status, action, calls, prompt_key, prompt_version, prompt_variant, cost_usd, latency_ms, confidence_score, subject_type, subject_id)
      values (v_id, '00000000-0000-4000-8000-00000000000a', 'classify-lead', 'succeeded', 'use_ai_result', 1, p_key, 2, p_variant, 0.001, 500, 0.9, 'lead', p_variant || s);
      insert into ai_quality_metrics (org_id, request_id, task, user_id, outcome)
      values ('00000000-0000-4000-8000-00000000000a', v_id, 'classify-lead', null, case when s <= p_right then 'accepted' else 'rejected' end);
    end loop;
  end loop;
end
$$;
insert into ai_prompts (org_id, key, version, variant, status, system) values
  ('00000000-0000-4000-8000-00000000000a', 'test-subjects', 2, 'A', 'active', 'x'), ('00000000-0000-4000-8000-00000000000a', 'test-subjects', 2, 'B', 'active', 'y');
insert into ai_experiments (org_id, prompt_key, prompt_version, title, status, started_at, min_sample) values
  ('00000000-0000-4000-8000-00000000000a', 'test-subjects', 2, 'Few leads, many answers', 'running', now(), 30);
select pg_temp.subjects('test-subjects', 'A', 40, 12, 10), pg_temp.subjects('test-subjects', 'B', 40, 24, 10);
select results_eq($$ select variant, trials, rate, subjects, effective_trials from ai_experiment_results where prompt_key = 'test-subjects' $$,
  $$ values ('A', 400::bigint, 0.3, 40::bigint, 40::bigint), ('B', 400, 0.6, 40, 40) $$, 'ten answers of a lead that are all alike say as much as one');
select ok(private.sequential_p_value(240, 400, 120, 400, 0.1, 30) < 0.000001, 'counted one by one they would have proved it');
select ok((select sequential_p_value from ai_experiment_results where prompt_key = 'test-subjects' and not is_control) > 0.05, 'counted by lead they have not yet');
select is(private.watch_experiments(), 0, 'so it goes on');
select is(private.effective_trials(50, 100, 100, 25), 100::bigint, 'trials of a hundred subjects are a hundred');
select is(private.effective_trials(50, 100, 10, 5), 100::bigint, 'never more than there are');
select is(private.effective_trials(100, 100, 10, 0), 10::bigint, 'where nobody differs, the subjects');
delete from ai_experiments where prompt_key = 'test-subjects';

-- Adaptive allocation ---------------------------------------------------------------------------------------------------------------
select is(private.best_probabilities(array[1, 0], array[1, 1]), array[0.8333, 0.1667], 'the probability of being best: P(Beta(2,1) > Beta(1,2)) = 5/6');
select is((select array_agg(round(x, 3)) from unnest(private.best_probabilities(array[12, 12, 12, 12], array[80, 80, 80, 80])) as x), array[0.25, 0.25, 0.25, 0.25], 'of equals the same');
insert into ai_experiments (org_id, prompt_key, prompt_version, title, status, started_at, allocation, min_sample) values
  ('00000000-0000-4000-8000-00000000000a', 'test-subjects', 2, 'Shares that follow', 'running', now(), 'thompson', 1000);
update ai_request_logs set prompt_key = 'gone' where prompt_key = 'test-subjects';
select pg_temp.subjects('test-subjects', 'A', 29, 10, 1), pg_temp.subjects('test-subjects', 'B', 40, 30, 1);
select private.watch_experiments();
select is((select array_agg(weight order by variant) from ai_prompts where key = 'test-subjects'), array[1, 1]::numeric[], 'with few subjects shares stay');
select pg_temp.subjects('test-subjects', 'A', 40, 14, 1);
select private.watch_experiments();
select is((select array_agg(weight order by variant) from ai_prompts where key = 'test-subjects'), array[0.1002, 0.8998], 'then the better one gets more, the other its floor');
select private.watch_experiments();
select is((select array_agg(weight order by variant) from ai_prompts where key = 'test-subjects'), array[0.1002, 0.8998], 'the same counts give the same shares');
select is((select status from ai_experiments where prompt_key = 'test-subjects'), 'running', 'and no verdict before its time');
delete from ai_experiments where prompt_key = 'test-subjects';

-- Guardrails ----------------------------------------------------------------------------------------------------------------------
insert into ai_prompts (org_id, key, version, variant, status, system) values
  ('00000000-0000-4000-8000-00000000000a', 'test-dear', 2, 'A', 'active', 'x'), ('00000000-0000-4000-8000-00000000000a', 'test-dear', 2, 'B', 'active', 'y');
insert into ai_experiments (org_id, prompt_key, prompt_version, title, status, started_at) values
  ('00000000-0000-4000-8000-00000000000a', 'test-dear', 2, 'Longer examples', 'running', now());
select pg_temp.answers('test-dear', 'A', 40, 20, 0.001);
select pg_temp.answers('test-dear', 'B', 29, 29, 0.01);
select is(private.watch_experiments(), 0, 'a few dear answers are no reason');
select pg_temp.answers('test-dear', 'B', 11, 11, 0.01);
select is(private.watch_experiments(), 1, 'forty are');
select is((select array[status, winner, stop_reason] from ai_experiments where prompt_key = 'test-dear'),
  array['stopped', null, 'variant B: cost beyond its guardrail'], 'ten times the cost stops it, however good the answers');
select is((select array_agg(weight order by variant) from ai_prompts where key = 'test-dear'), array[1, 0]::numeric[], 'and everybody gets the control');
insert into ai_experiments (org_id, prompt_key, prompt_version, title, status, started_at) values
  ('00000000-0000-4000-8000-00000000000a', 'test-dull', 2, 'No examples', 'running', now());
select pg_temp.answers('test-dull', 'A', 40, 20, 0.001, 0.9);
select pg_temp.answers('test-dull', 'B', 40, 40, 0.001, 0.7);
select is(private.watch_experiments(), 1, 'less confidence stops it, too');
set local role authenticated;
select pg_temp.become('a1');
select throws_ok($$ select stop_experiment(pg_temp.experiment('test-dull')) $$, '55000', null, 'what has ended cannot be stopped');
select * from finish();
rollback;
