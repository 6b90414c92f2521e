-- What daily work teaches: outcomes from leads, examples from corrections, and prompts that can be filled.
begin;
\ir prelude.sql
set local search_path = public, extensions;
select plan(28);

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000a2', 'max@a.test'),
  ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test');
insert into organizations (id, name, slug) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'learning-test-a'), ('00000000-0000-4000-8000-00000000000b', 'B', 'learning-test-b');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'member'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
create function pg_temp.answered(p_number integer, p_task text, p_lead integer, p_days_ago integer default 1) returns uuid language plpgsql as $$
declare v_id uuid := ('40000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'))::uuid;
begin
  insert into ai_request_logs (id, created_at, org_id, task, status, action, calls, subject_type, subject_id, prompt_key, prompt_version, prompt_variant, confidence_score)
  values (v_id, now() - p_days_ago * interval '1 day', '00000000-0000-4000-8000-00000000000a', p_task, 'succeeded', 'use_ai_result', 1, 'lead',
    '50000000-0000-4000-8000-' || lpad(p_lead::text, 12, '0'), p_task, 1, 'A', 0.9);
  return v_id;
end
$$;
create function pg_temp.lead(p_number integer) returns uuid language sql as $$ select ('50000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'))::uuid $$;
create function pg_temp.outcomes() returns text language sql as $$
  select string_agg(concat_ws(' ', right(request_id::text, 2), task, outcome, correction ->> 'class', source), ', ' order by request_id, outcome)
  from ai_quality_metrics
$$;
grant execute on function pg_temp.lead(integer), pg_temp.outcomes() to authenticated;
insert into leads (org_id, id, name, class, class_source, class_confidence, class_request_id)
select '00000000-0000-4000-8000-00000000000a', pg_temp.lead(n), 'Lead ' || n, (array['A', 'A', 'C', 'B'])[n], 'model', 0.9,
  pg_temp.answered(n, 'classify-lead', n) from generate_series(1, 4) as n;
select pg_temp.answered(11, 'generate-followup', 1, 3), pg_temp.answered(12, 'generate-followup', 1, 2), pg_temp.answered(13, 'generate-followup', 4, 91);
delete from ai_quality_metrics;

-- Leads ---------------------------------------------------------------------------------------------------------------------
set local role authenticated;
select pg_temp.become('a2');
update leads set class_source = 'person' where id = pg_temp.lead(1);
select is((select class from leads where id = pg_temp.lead(1)), 'A', 'a member agrees with a class');
update leads set class = 'B' where id = pg_temp.lead(2);
select is((select array[class_source, class_confidence::text] from leads where id = pg_temp.lead(2)), array['person', null], 'or changes one, which makes it his');
update leads set notes = 'Called.' where id = pg_temp.lead(3);
reset role;
select is(pg_temp.outcomes(), '01 classify-lead accepted row, 02 classify-lead edited B row', 'both are labels of the answer, the change with its correction');
update leads set class = 'A', class_source = 'model', class_request_id = gen_random_uuid() where id = pg_temp.lead(3);
update leads set class = 'C', class_request_id = ('40000000-0000-4000-8000-000000000003')::uuid where id = pg_temp.lead(3);
select is(pg_temp.outcomes(), '01 classify-lead accepted row, 02 classify-lead edited B row', 'a request that classifies anew says nothing of the last one');
delete from ai_quality_metrics;
set local role authenticated;
select pg_temp.become('a2');
update leads set status = 'won';
update leads set status = 'won';
reset role;
select is(pg_temp.outcomes(), '03 classify-lead rejected row, 04 classify-lead converted row, 12 generate-followup converted row',
  'a sale converts the last answer of each task, proves a class that promised it and refutes one that did not, but not a person''s own; three months later it says nothing');
set local role authenticated;
select pg_temp.become('b1');
select is((select count(*)::integer from ai_quality_metrics), 0, 'another organization sees none of it');
reset role;

-- Placeholders --------------------------------------------------------------------------------------------------------------
set local role authenticated;
select pg_temp.become('a1');
select is((create_prompt('classify-lead', 'Answer in {{language}}.', 'Classify {{lead}} as of {{now}}.', p_org_id => '00000000-0000-4000-8000-00000000000a')).version, 2,
  'a prompt of the values its task gives');
select throws_ok($$ select create_prompt('classify-lead', null, 'Classify {{led}}.', p_org_id => '00000000-0000-4000-8000-00000000000a') $$, '22023',
  'Cannot store prompt classify-lead: its template names {{led}}, which the task does not give ({{lead}}, {{language}}, {{now}})', 'a name nobody gives is refused');
select throws_ok($$ select create_prompt('classify-lead', 'About {{lead}}.', p_org_id => '00000000-0000-4000-8000-00000000000a') $$, '22023', null,
  'what callers write has no place in the system text');
select throws_ok($$ select create_prompt('classify-lead', null, 'Classify {{ lead }}.', p_org_id => '00000000-0000-4000-8000-00000000000a') $$, '22023',
  'Cannot store prompt classify-lead: its template has double braces that are no {{name}}', 'nor are braces that mean nothing');
select throws_ok($$ update ai_prompts set template = '{{x}}' where key = 'classify-lead' $$, '22023', null, 'a draft is checked again when it changes');
select is((create_prompt('of-a-task-to-come', null, '{{anything}}', p_org_id => '00000000-0000-4000-8000-00000000000a')).version, 2, 'of a task nobody knows nothing is known');

-- Examples ------------------------------------------------------------------------------------------------------------------
select throws_ok($$ select draft_with_examples('classify-lead', '00000000-0000-4000-8000-00000000000a') $$, 'PT404', null, 'without kept questions there are no examples');
reset role;
delete from ai_quality_metrics;
insert into ai_payloads (request_id, org_id, input, output)
select r.id, r.org_id, jsonb_build_object('lead', jsonb_build_object('name', 'Lead ' || right(r.id::text, 1))), '{"class": "A"}'
from ai_request_logs as r where r.task = 'classify-lead';
set local role authenticated;
select pg_temp.become('a1');
select isnt(record_outcome('40000000-0000-4000-8000-000000000001', 'rated', 5), null, 'five stars');
select isnt(record_outcome('40000000-0000-4000-8000-000000000002', 'edited', null, null, '{"class": "B"}'), null, 'a correction');
select isnt(record_outcome('40000000-0000-4000-8000-000000000003', 'rated', 3), null, 'three stars');
select isnt(record_outcome('40000000-0000-4000-8000-000000000004', 'rejected', null, null, '{"class": "C"}'), null, 'another correction');
select results_eq('select right(request_id::text, 1), origin, output from ai_prompt_examples order by 1', $$ values
  ('1', 'praised', '{"class": "A"}'), ('2', 'corrected', '{"class": "B"}'), ('4', 'corrected', '{"class": "C"}') $$, 'what is corrected or praised can be an example');
select is((draft_with_examples('classify-lead', '00000000-0000-4000-8000-00000000000a', 2)).few_shot,
  '[{"input": "{\"lead\": {\"name\": \"Lead 4\"}}", "output": "{\"class\": \"C\"}"}, {"input": "{\"lead\": {\"name\": \"Lead 2\"}}", "output": "{\"class\": \"B\"}"}]'::jsonb,
  'corrections first, the newest of them');
select is((select array[version::text, status, system, template] from ai_prompts where key = 'classify-lead' order by version desc limit 1),
  array['3', 'draft', null, null], 'over the task''s own text, as the next draft');
select is((select count(*)::integer from activate_prompt('classify-lead', 2, '00000000-0000-4000-8000-00000000000a')), 1, 'with a text of its own in force');
select is((select array[p.version::text, p.template, jsonb_array_length(p.few_shot)::text] from draft_with_examples('classify-lead', '00000000-0000-4000-8000-00000000000a') as p),
  array['4', 'Classify {{lead}} as of {{now}}.', '3'], 'that is the one the examples are added to');
select throws_ok($$ select draft_with_examples('classify-lead', '00000000-0000-4000-8000-00000000000a', 0) $$, '22023', null, 'no examples are no draft');
select pg_temp.become('a2');
select is((select count(*)::integer from ai_prompt_examples), 0, 'members see none');
select throws_ok($$ select draft_with_examples('classify-lead', '00000000-0000-4000-8000-00000000000a') $$, 'PT404', null, 'and draft nothing');
select pg_temp.become('b1');
select is((select count(*)::integer from ai_prompt_examples), 0, 'nor does another organization');
select throws_ok($$ select draft_with_examples('classify-lead', '00000000-0000-4000-8000-00000000000a') $$, 'PT404', null, 'whoever it is');
reset role;
select throws_ok($$ insert into ai_prompts (key, version) values ('x', 2) $$, '23514', null, 'a prompt that says nothing at all is none');
select * from finish();
rollback;
