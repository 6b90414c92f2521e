-- Plans give an organization its defaults, the cap of its month among them; nudges have a budget that nobody can pass.
begin;
set local search_path = public, extensions;
select plan(32);

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test');
insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'plans-test-a', 'USD', 'UTC'), ('00000000-0000-4000-8000-00000000000b', 'B', 'plans-test-b', 'USD', 'UTC');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');

create function pg_temp.cap() returns numeric language sql as $$
  select cap from ai_budget_status where org_id = '00000000-0000-4000-8000-00000000000a' and scope = 'organization' and period = 'month'
$$;
create function pg_temp.ask(p_number integer) returns text language sql as $$
  select coalesce(answer ->> 'code', answer ->> 'outcome') from ai_admit(jsonb_build_object(
    'request_id', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0')), 'org_id', '00000000-0000-4000-8000-00000000000a',
    'service', true, 'task', 'classify-lead', 'operation', 'chat', 'importance', 'medium', 'cost_sensitivity', 'medium', 'cache', 'off',
    'models', '["gpt-4o"]'::jsonb, 'input_tokens', 100000, 'prompt_tokens', 0, 'prompt', '{"key": "x", "version": 1}'::jsonb, 'max_output_tokens', 1000,
    'needs', '[]'::jsonb, 'providers', '["openai"]'::jsonb, 'deadline_ms', 30000, 'output_settings', '{}'::jsonb)) as answer
$$;

-- Plans ----------------------------------------------------------------------------------------------------------------
select is(pg_temp.cap(), 1000::numeric, 'without a plan the platform''s cap counts');
insert into ai_plans (slug, title, settings) values ('starter', 'Starter', '{"ai.budget.monthly.cap": 0.3, "ai.budget.soft.percent": 100, "help.nudge.budget.session.base": 1}');
select is(pg_temp.cap(), 1000::numeric, 'a plan nobody has changes nothing');
select is(pg_temp.ask(1), 'admitted', 'a request of 0.26 dollars is admitted'); -- and makes the card that the plan has to make old
update organizations set plan = 'starter' where id = '00000000-0000-4000-8000-00000000000a';
select is(pg_temp.cap(), 0.3, 'the plan''s cap counts');
select is(pg_temp.ask(2), 'budget_exhausted', 'at once, for the next request');
select is((select array[value #>> '{}', source] from private.settings_in_force('00000000-0000-4000-8000-00000000000a', null, '{ai.budget.monthly.cap}')),
  array['0.3', 'plan'], 'the setting says where it comes from');
insert into ai_settings (key, value) values ('ai.budget.monthly.cap', '700');
select is(pg_temp.cap(), 0.3, 'the platform''s value is wider than a plan');
update ai_plans set settings = settings || '{"ai.budget.monthly.cap": 0.6}' where slug = 'starter';
select is(pg_temp.ask(3), 'admitted', 'a plan that changes counts at once, too');
insert into ai_settings (key, org_id, value) values ('ai.budget.monthly.cap', '00000000-0000-4000-8000-00000000000a', '5');
select is(pg_temp.cap(), 5::numeric, 'the organization''s own value is narrower');
update ai_budgets set cap = 7 where org_id = '00000000-0000-4000-8000-00000000000a';
select is(pg_temp.cap(), 7::numeric, 'and what its budget says itself counts before all');
update organizations set plan = 'gone' where id = '00000000-0000-4000-8000-00000000000a';
select is((select source from private.settings_in_force('00000000-0000-4000-8000-00000000000a', null, '{ai.budget.soft.percent}')), 'default', 'a plan without a row is none');
select throws_ok($$ insert into ai_plans (slug, title, settings) values ('bad', 'Bad', '{"ai.budget.monthly.cap": -1}') $$, '22023', null, 'a plan''s values are checked');
select throws_ok($$ insert into ai_plans (slug, title, settings) values ('bad', 'Bad', '{"no.such.key": 1}') $$, '22023',
  'Cannot keep the plan bad: no.such.key is no setting', 'and its keys');
select throws_ok($$ insert into ai_plans (slug, title, settings) values ('bad', 'Bad', '{"ai.hold.ttl": "PT5S"}') $$, '22023',
  'Cannot keep the plan bad: ai.hold.ttl is not an organization''s to have', 'and whose they are');
update organizations set plan = 'starter' where id = '00000000-0000-4000-8000-00000000000a';
set local role authenticated;
select set_config('request.jwt.claims', '{"sub": "00000000-0000-4000-8000-0000000000b1", "role": "authenticated"}', true) is not null;
select is_empty('select * from ai_plans', 'nobody sees another''s plan');
select throws_ok($$ insert into ai_plans (slug, title) values ('mine', 'Mine') $$, '42501', null, 'and only operators write them');
select set_config('request.jwt.claims', '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}', true) is not null;
select is((select slug from ai_plans), 'starter', 'a member sees the organization''s own');

-- Nudges: one to begin with by the plan, one more each hour, five at most ------------------------------------------------------
create function pg_temp.nudge(p_session text, p_topic text, p_started interval, p_confidence numeric default 0.9) returns jsonb language sql as $$
  select take_nudge('00000000-0000-4000-8000-00000000000a', p_session, p_topic, p_confidence, now() - p_started)
$$;
select is(pg_temp.nudge('s1', 'pricing', '5 minutes', 0.5), '{"granted": false, "reason": "not_sure_enough", "left": null}', 'an unsure suggestion is not shown');
select is(pg_temp.nudge('s1', 'pricing', '5 minutes') - 'id', '{"granted": true, "left": 0}', 'the first is shown, and it was the plan''s only one');
select throws_ok($$ select pg_temp.nudge('s1', 'export', '5 minutes') $$, 'PT429', 'Cannot show a nudge: the session''s are used up', 'the second is not');
select throws_ok($$ select pg_temp.nudge('s1', 'export', '70 minutes') $$, 'PT429', 'Cannot show a nudge: it is too soon after another', 'after an hour there is one more, but not so soon');
select throws_ok($$ select pg_temp.nudge('s2', 'pricing', '1 minute') $$, 'PT429', null, 'nor the same topic in another session');
select is(pg_temp.nudge('s2', 'export', '1 minute') ->> 'granted', 'true', 'another topic there is');
select is(end_nudge('00000000-0000-4000-8000-00000000000a', (select id from ai_nudges where session_id = 's2'), 'dismissed'), true, 'it is dismissed');
select is(end_nudge('00000000-0000-4000-8000-00000000000a', (select id from ai_nudges where session_id = 's2'), 'accepted'), false, 'once');
select throws_ok($$ select pg_temp.nudge('s3', 'import', '1 minute') $$, 'PT429', null, 'and then there is silence everywhere');
select throws_ok($$ select take_nudge('00000000-0000-4000-8000-00000000000b', 's', 't', 0.9, now()) $$, 'PT403', null, 'no nudges in an organization of others');
select throws_ok($$ select take_nudge('00000000-0000-4000-8000-00000000000a', 's', 't', 0.9, '-infinity') $$, 'PT400', null, 'nor in a session that has always been');
select throws_ok($$ select pg_temp.nudge('s4', 'import', '-1 minute') $$, 'PT400', null, 'nor in a session that has not begun');
select is((select count(*)::integer from ai_nudges), 2, 'only what was shown is spent');
select results_eq($$ select topic, shown_count, accepted_count, dismissed_count, dismissal_rate, avg_confidence from ai_nudge_figures order by topic $$,
  $$ values ('export', 1::bigint, 0::bigint, 1::bigint, 1.0000, 0.9000), ('pricing', 1, 0, 0, 0.0000, 0.9000) $$, 'and what became of it is in the figures');
select set_config('request.jwt.claims', '{"sub": "00000000-0000-4000-8000-0000000000b1", "role": "authenticated"}', true) is not null;
select is_empty('select * from ai_nudge_figures', 'which nobody else sees');

select * from finish();
rollback;
