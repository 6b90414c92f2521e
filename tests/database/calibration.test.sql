-- Thresholds and calibration: what is asked for takes effect, what people say about answers moves their scores.
begin;
\ir prelude.sql
set local search_path = public, extensions;
select plan(55);

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000a2', 'max@a.test'),
  ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test'), ('00000000-0000-4000-8000-0000000000c1', 'ops@c.test');
insert into platform_operators (user_id) values ('00000000-0000-4000-8000-0000000000c1');
insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'calibration-test-a', 'USD', 'UTC'), ('00000000-0000-4000-8000-00000000000b', 'B', 'calibration-test-b', 'USD', 'UTC');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'member'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into ai_tasks (slug, title, description, operation, has_rules, streams, base_tier) values
  ('calibration-test', 'Calibration test', 'A task for this file', 'chat', true, true, 'small');
insert into ai_providers (slug, title, kind) values ('acme', 'Acme', 'openai_compatible');
insert into ai_models (provider, model, tier, context_window, max_output_tokens, capabilities) values ('acme', 'acme-s', 'small', 100000, 4000, '{streaming}');
insert into ai_model_prices (provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on) values
  ('acme', 'acme-s', '2026-01-01', 1, 2, 'https://acme.test/prices', '2026-01-01');
insert into ai_policies (task, version, status, tiers, base_tier, max_tier, escalate_below) values
  ('calibration-test', 1, 'active', '{"small": [{"provider": "acme", "model": "acme-s"}]}', 'small', 'small', 0.65);

create function pg_temp.plan(p_number integer, p_user text default 'a1', p_org text default 'a') returns jsonb language sql as $$
  select ai_admit(jsonb_build_object(
    'request_id', '10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'), 'user_id', '00000000-0000-4000-8000-0000000000' || p_user,
    'org_id', '00000000-0000-4000-8000-00000000000' || p_org,
    'service', false, 'task', 'calibration-test', 'operation', 'chat', 'importance', 'medium', 'cost_sensitivity', 'medium', 'cache', 'off',
    'language', 'en', 'input_tokens', 60, 'prompt_tokens', 40, 'prompt', '{"key": "calibration-test", "version": 1}'::jsonb,
    'max_output_tokens', 100, 'needs', '[]'::jsonb, 'providers', '["acme"]'::jsonb, 'deadline_ms', 30000, 'output_settings', '{}'::jsonb)) -> 'plan'
$$;

-- Rules and steps ------------------------------------------------------------------------------------------------------
select is((pg_temp.plan(50) #>> '{thresholds,rules_below}')::numeric, 0.65, 'rules answer what the policy calls weak');
select is((pg_temp.plan(51) #>> '{thresholds,max_escalations}')::integer, 2, 'and a weak answer goes up as often as it says');
insert into ai_settings (key, org_id, value) values
  ('ai.fallback.threshold', '00000000-0000-4000-8000-00000000000a', '0.5'), ('ai.escalation.max_attempts', '00000000-0000-4000-8000-00000000000a', '1');
select is((pg_temp.plan(52) #>> '{thresholds,rules_below}')::numeric, 0.5, 'an organization may let its rules answer later');
select is((pg_temp.plan(53) #>> '{thresholds,escalate_below}')::numeric, 0.65, 'which moves no escalation');
select is((pg_temp.plan(54) #>> '{thresholds,max_escalations}')::integer, 1, 'and may want fewer of those');
update ai_settings set value = '5' where key = 'ai.escalation.max_attempts';
select is((pg_temp.plan(55) #>> '{thresholds,max_escalations}')::integer, 2, 'not more than the policy');
select is((pg_temp.plan(56, 'b1', 'b') #>> '{thresholds,rules_below}')::numeric, 0.65, 'all of it for that organization alone');
update ai_settings set value = '0.7' where key = 'ai.fallback.threshold';
select is((pg_temp.plan(57) #>> '{thresholds,rules_below}')::numeric, 0.7, 'a value that is the default''s counts when somebody set it');
delete from ai_settings where key in ('ai.fallback.threshold', 'ai.escalation.max_attempts');

-- Thresholds -----------------------------------------------------------------------------------------------------------
select is((pg_temp.plan(1) #>> '{thresholds,escalate_below}')::numeric, 0.65, 'the setting''s default does not tighten a policy');
insert into ai_settings (key, org_id, value) values ('ai.routing.confidence.threshold', '00000000-0000-4000-8000-00000000000a', '0.85');
select is((pg_temp.plan(2) #>> '{thresholds,escalate_below}')::numeric, 0.85, 'what an organization asks for does');
select is((pg_temp.plan(3) #>> '{thresholds,good_from}')::numeric, 0.85, 'and no weak answer is called good');
select is((pg_temp.plan(4) #>> '{thresholds,excellent_from}')::numeric, 0.9, 'what is stricter already stays');
insert into ai_settings (key, user_id, value) values ('ai.routing.confidence.threshold', '00000000-0000-4000-8000-0000000000a1', '0.95');
select is((pg_temp.plan(5) #>> '{thresholds,escalate_below}')::numeric, 0.95, 'a user may ask for more');
select is((pg_temp.plan(6, 'a2') #>> '{thresholds,escalate_below}')::numeric, 0.85, 'for himself alone');
update ai_settings set value = '0.3' where user_id is not null;
select is((pg_temp.plan(7) #>> '{thresholds,escalate_below}')::numeric, 0.85, 'but not for less');
update ai_settings set value = '0.2' where org_id is not null;
select is((pg_temp.plan(8) #>> '{thresholds,escalate_below}')::numeric, 0.65, 'nor may an organization ask for less than the policy');
delete from ai_settings where key = 'ai.routing.confidence.threshold';

-- The mathematics --------------------------------------------------------------------------------------------------------
select is(private.fit_isotonic(array[row(0.5, 10, 2), row(0.6, 10, 5), row(0.7, 10, 4), row(0.8, 10, 9)]::private.score_group[]),
  '{"kind": "isotonic", "scores": [0.5, 0.6, 0.7, 0.8], "values": [0.2, 0.45, 0.45, 0.9]}', 'a curve that would fall is levelled');
select is(private.fit_isotonic(array[row(0.5, 6, 0), row(0.6, 6, 0), row(0.9, 30, 30), row(0.95, 3, 3)]::private.score_group[]) -> 'scores',
  '[0.5, 0.6, 0.9, 0.95]', 'few labels join their neighbours');
select is(round(private.calibrated('{"kind": "isotonic", "scores": [0.5, 0.9], "values": [0.25, 0.65]}', 0.8)::numeric, 6), 0.55, 'between two knots it is straight');
select is(round(private.calibrated('{"kind": "logistic", "slope": 1, "offset": 0}', 0.8)::numeric, 6), 0.8, 'slope one leaves a score alone');
select is(round((private.fit_platt(array[row(0.5, 100, 50), row(0.99, 100, 60)]::private.score_group[]) ->> 'slope')::numeric, 6), 0.089964, 'too sure scores get a flat slope, the same as fitLogistic() gives them');
select is(round(private.binomial_upper(0, 100, 0.95)::numeric, 6), 0.029513, 'no error in a hundred still allows 3 %');
select is(round(private.binomial_upper(5, 200, 0.975)::numeric, 4), 0.0574, 'five in two hundred allow 5.7 %');
select is(round(private.binomial_at_most(1000, 2000, 0.5)::numeric, 4), 0.5089, 'large counts do not underflow');

-- Labels: answers at 0.60 to 0.99, each score five times, right far more seldom than they say -------------------------------
insert into ai_request_logs (id, org_id, user_id, task, status, action, confidence_score, created_at)
select ('20000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, '00000000-0000-4000-8000-00000000000a',
       ('00000000-0000-4000-8000-0000000000a' || 1 + n % 2)::uuid, 'calibration-test', 'succeeded', 'use_ai_result', 0.60 + (n % 40) / 100.0, private.clock()
from generate_series(0, 199) as n;
insert into ai_quality_metrics (org_id, request_id, task, user_id, outcome, user_rating)
select r.org_id, r.id, r.task, r.user_id, case when right_one then 'accepted' else 'rejected' end, null
from (select l.*, right(l.id::text, 12)::integer as n from ai_request_logs as l where l.id::text like '20000000%') as r
-- Of five answers with the same score: none right below 0.7, two below 0.8, three below 0.9, all above.
cross join lateral (select n / 40 < (array[0, 2, 3, 5])[1 + (n % 40) / 10] as right_one) as x
where r.n < 49;
select is(private.fit_calibrations(), 0, '49 labels teach nothing');
insert into ai_quality_metrics (org_id, request_id, task, user_id, outcome, user_rating)
select r.org_id, r.id, r.task, r.user_id, case when n % 3 = 0 then 'rated' when right_one then 'converted' else 'edited' end, case when n % 3 = 0 then case when right_one then 5 else 2 end end
from (select l.*, right(l.id::text, 12)::integer as n from ai_request_logs as l where l.id::text like '20000000%') as r
cross join lateral (select n / 40 < (array[0, 2, 3, 5])[1 + (n % 40) / 10] as right_one) as x
where r.n >= 49;
select is((select count(*)::integer from ai_answer_labels where task = 'calibration-test'), 200, 'every outcome is a label');
select is((select count(*)::integer from ai_answer_labels where is_right), 100, 'right or wrong');
insert into ai_request_logs (id, org_id, task, status, action, confidence_score, cached) values
  ('21000000-0000-4000-8000-000000000000', '00000000-0000-4000-8000-00000000000a', 'calibration-test', 'succeeded', 'use_ai_result', 0.6, true);
insert into ai_quality_metrics (org_id, request_id, task, outcome) values
  ('00000000-0000-4000-8000-00000000000a', '21000000-0000-4000-8000-000000000000', 'calibration-test', 'accepted');
select is((select count(*)::integer from ai_answer_labels where task = 'calibration-test'), 200, 'a cached answer is no second opinion');
select is((pg_temp.plan(20) -> 'calibration'), 'null', 'without a calibration scores stay as they are');
select is(private.fit_calibrations(), 2, 'fitted for the organization and for the platform');
select is(private.fit_calibrations(), 0, 'nothing new, nothing fitted');
select results_eq($$ select method, labels, right_share, ece_after < ece_before / 2, brier_after < brier_before, auroc > 0.8 from ai_calibrations where org_id is not null $$,
  $$ values ('isotonic', 200, 0.5, true, true, true) $$, 'it errs less than half as much on labels it has not seen');
select is(round(private.calibrated(pg_temp.plan(21) -> 'calibration', 0.75)::numeric, 6), 0.4, 'the plan carries it: 0.75 was right in two of five');
select is(round(private.calibrated(pg_temp.plan(22, 'b1', 'b') -> 'calibration', 0.75)::numeric, 6), 0.4, 'an organization without labels uses the platform''s');
insert into ai_settings (key, org_id, value) values ('ai.confidence.calibrated', '00000000-0000-4000-8000-00000000000a', 'false');
select is(pg_temp.plan(23) -> 'calibration', 'null', 'or leaves it');
delete from ai_settings where key = 'ai.confidence.calibrated';

-- A threshold as a promise ---------------------------------------------------------------------------------------------------
insert into ai_settings (key, org_id, value) values ('ai.confidence.max_wrong', '00000000-0000-4000-8000-00000000000a', '0.2');
select is((pg_temp.plan(30) #>> '{thresholds,escalate_below}')::numeric, 0.65, 'a promise waits for the night');
set local role authenticated;
select pg_temp.become('a2');
select throws_ok($$ select apply_error_bounds('00000000-0000-4000-8000-00000000000a') $$, '42501', null, 'a member cannot have it applied');
select is_empty('select 1 from ai_error_bounds', 'nor see it');
select pg_temp.become('a1');
select is((select array[task, labels::text, risk_bound::text, (threshold > 0.65)::text] from apply_error_bounds('00000000-0000-4000-8000-00000000000a')),
  array['calibration-test', '200', '0.0711', 'true'], 'an owner can, at once');
reset role;
select is((pg_temp.plan(31) #>> '{thresholds,escalate_below}')::numeric, (select threshold from ai_error_bounds), 'and answers below it are weak from now on');
select is((pg_temp.plan(32, 'b1', 'b') #>> '{thresholds,escalate_below}')::numeric, 0.65, 'for that organization alone');
update ai_settings set value = '0.01' where key = 'ai.confidence.max_wrong';
select is((pg_temp.plan(33) #>> '{thresholds,escalate_below}')::numeric, 0.65, 'another promise makes it void');
select is(private.apply_all_error_bounds(), 1, 'until the night computes it');
select is((select threshold from ai_error_bounds where max_wrong = 0.01), null, 'what 200 labels cannot promise has no threshold');
delete from ai_settings where key = 'ai.confidence.max_wrong';
select private.apply_all_error_bounds();
select is_empty('select 1 from ai_error_bounds', 'without a promise nothing is kept');

-- Who sees what ----------------------------------------------------------------------------------------------------------
set local role authenticated;
select pg_temp.become('a1');
select results_eq('select labels, ece_raw > 0.2, ece < 0.05, method from ai_calibration', $$ values (200, true, true, 'isotonic') $$, 'the owner sees how good scores are');
select is((select count(*)::integer from ai_calibrations), 1, 'and the organization''s own calibration');
select results_eq('select accepted, wrong, coverage, risk from ai_risk_coverage order by threshold limit 1', 'values (200, 100, 1.0000, 0.5000)', 'accepting everything is wrong half the time');
select ok((select (t ->> 'threshold')::numeric > 0.6 and (t ->> 'risk')::numeric = 0 and (t ->> 'risk_bound')::numeric = 0.0711
           from threshold_for_risk('calibration-test', 0.2, '00000000-0000-4000-8000-00000000000a') as t), 'a threshold keeps its bound');
select is(threshold_for_risk('calibration-test', 0.01, '00000000-0000-4000-8000-00000000000a') ->> 'threshold', null, 'and there is none for what 200 labels cannot promise');
select pg_temp.become('a2');
select is((select labels from ai_calibration), 100, 'a member sees what he judged himself');
select throws_ok($$ select threshold_for_risk('calibration-test', 0.1, '00000000-0000-4000-8000-00000000000a') $$, '42501', null, 'and sets no thresholds');
select pg_temp.become('b1');
select is((select count(*) from ai_calibration) + (select count(*) from ai_risk_coverage) + (select count(*) from ai_calibrations) + (select count(*) from ai_answer_labels),
  0::bigint, 'another organization sees nothing, not even the platform''s calibration');
select pg_temp.become('c1');
select is((select array_agg(org_id) from ai_calibrations), array[null::uuid], 'operators see the platform''s');
reset role;
select throws_ok($$ insert into ai_calibrations (task, method, map, labels, right_share, ece_before, ece_after, brier_before, brier_after)
  values ('x', 'isotonic', '{"kind": "isotonic", "scores": [0.1], "values": []}', 50, 0, 0, 0, 0, 0) $$, '23514', null, 'a map that could not be applied is not stored');
select * from finish();
rollback;
