-- ai_admit_many and ai_settle_many: every request of a group is decided as it would be alone after those before it.
begin;
set local search_path = public, extensions;
select plan(28);

insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'groups-test-a', 'EUR', 'UTC'),
  ('00000000-0000-4000-8000-00000000000b', 'B', 'groups-test-b', 'EUR', 'UTC');
insert into ai_tasks (slug, title, description, operation, has_rules, streams, base_tier) values
  ('groups-test', 'Groups', 'A task for this file', 'chat', true, true, 'small');
insert into ai_providers (slug, title, kind) values ('acme', 'Acme', 'openai_compatible');
insert into ai_models (provider, model, tier, context_window, max_output_tokens) values
  ('acme', 'acme-s', 'small', 100000, 4000), ('acme', 'acme-m', 'small', 100000, 4000), ('acme', 'acme-l', 'large', 100000, 4000);
insert into ai_model_prices (id, provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on) values
  ('00000000-0000-4000-8000-0000000000f1', 'acme', 'acme-s', '2026-01-01', 1000, 2000, 'https://acme.test/prices', '2026-01-01'),
  ('00000000-0000-4000-8000-0000000000f2', 'acme', 'acme-m', '2026-01-01', 1500, 3000, 'https://acme.test/prices', '2026-01-01'),
  ('00000000-0000-4000-8000-0000000000f3', 'acme', 'acme-l', '2026-01-01', 9000, 9000, 'https://acme.test/prices', '2026-01-01');
insert into ai_policies (task, version, status, tiers, base_tier, max_tier) values
  ('groups-test', 1, 'active',
   '{"small": [{"provider": "acme", "model": "acme-m"}, {"provider": "acme", "model": "acme-s"}], "large": [{"provider": "acme", "model": "acme-l"}]}', 'small', 'large');

-- A and B are alike. What A is asked in groups, B is asked one by one.
create function pg_temp.ask(p_org text, p_number integer, p_tokens integer, p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object(
    'request_id', ('10000000-0000-4000-8' || p_org || '00-' || lpad(p_number::text, 12, '0')), 'org_id', ('00000000-0000-4000-8000-00000000000' || p_org),
    'service', true, 'task', 'groups-test', 'operation', 'chat', 'importance', 'medium', 'cost_sensitivity', 'medium', 'cache', 'off',
    'input_tokens', p_tokens, 'prompt_tokens', 0, 'prompt', '{"key": "groups-test", "version": 1}'::jsonb, 'max_output_tokens', 0,
    'needs', '[]'::jsonb, 'providers', '["acme"]'::jsonb, 'deadline_ms', 30000, 'output_settings', '{}'::jsonb) || p_more
$$;
create function pg_temp.done(p_org text, p_number integer, p_tokens integer, p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('request_id', ('10000000-0000-4000-8' || p_org || '00-' || lpad(p_number::text, 12, '0')),
    'org_id', ('00000000-0000-4000-8000-00000000000' || p_org), 'task', 'groups-test', 'cacheable', false, 'answer', null,
    'calls', jsonb_build_array(jsonb_build_object('attempt', 1, 'purpose', 'answer', 'provider', 'acme', 'request_model', 'acme-s',
      'price_id', '00000000-0000-4000-8000-0000000000f1', 'input_tokens', p_tokens, 'output_tokens', 0, 'usage_source', 'provider', 'latency_ms', 12)),
    'outcome', '{"status": "succeeded", "tier": "small", "provider": "acme", "model": "acme-s", "latency_ms": 20, "action": "use_ai_result"}'::jsonb) || p_more
$$;
create function pg_temp.told(p_answer jsonb) returns text language sql as $$
  select concat_ws(' ', p_answer ->> 'outcome', p_answer ->> 'code', p_answer #>> '{plan,tier}', p_answer #>> '{plan,hold_usd}',
    p_answer #>> '{plan,budget,remaining}', p_answer #>> '{plan,budget,state}', jsonb_array_length(p_answer #> '{plan,candidates}'))
$$;
create function pg_temp.state(p_org text) returns setof text language sql as $$
  select concat_ws(' ', scope, month_settled, month_held, day_held, total_settled, minute_requests, minute_tokens)
  from ai_budget_states where org_id = ('00000000-0000-4000-8000-00000000000' || p_org)::uuid order by scope
$$;

create temporary table asked (n integer, tokens integer, more jsonb);
insert into asked values
  (1, 1000, '{}'), (2, 2000, '{"max_output_tokens": 100}'), (3, 500, '{"importance": "high"}'), (4, 3000, '{}'), (5, 700, '{"cost_sensitivity": "high"}'),
  (7, 1500, '{}'), (8, 800000, '{}'), (10, 4000, '{}'), (11, 2500, '{}'), (12, 100, '{}'), (13, 50, '{}'), (14, 6000, '{}');

create function pg_temp.compare(p_cap numeric) returns setof text language plpgsql as $$
declare
  v_many jsonb;
  v_one  asked;
  v_n    integer := 0;
begin
  update ai_budgets set cap = p_cap where org_id in ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b');
  select ai_admit_many(jsonb_agg(pg_temp.ask('a', n, tokens, more) order by n))::jsonb into v_many from asked;
  for v_one in select * from asked order by n loop
    return next is(pg_temp.told(v_many -> v_n), pg_temp.told(ai_admit(pg_temp.ask('b', v_one.n, v_one.tokens, v_one.more))::jsonb),
      format('request %s of the group is told what it would be told alone', v_one.n));
    v_n := v_n + 1;
  end loop;
end
$$;
-- Room for some, above the soft share for others, for the largest none, and one that no model can take.
select * from pg_temp.compare(24);
select results_eq($$ select * from pg_temp.state('a') $$, $$ select * from pg_temp.state('b') $$, 'and all counters are alike');
select is((select count(*)::integer from ai_holds where org_id = '00000000-0000-4000-8000-00000000000a'),
  (select count(*)::integer from ai_holds where org_id = '00000000-0000-4000-8000-00000000000b'), 'and the holds');

-- Settled in a group, one of them twice, one above its hold, one of unknown cost, one that nobody was admitted for.
create temporary table ended (n integer, tokens integer);
insert into ended values (1, 900), (2, 2000), (2, 2000), (3, 0), (5, 700000), (7, null), (99, 10);
create temporary table told as
  select ai_settle_many((select jsonb_agg(pg_temp.done('a', n, tokens) order by n, tokens) from ended)) as many;
create temporary table told_alone as
  select jsonb_agg(ai_settle(pg_temp.done('b', n, tokens)) order by n, tokens) as many from (select * from ended order by n, tokens) as e;
select is((select many from told), (select many from told_alone), 'each settlement is told what it would be told alone');
select results_eq($$ select * from pg_temp.state('a') $$, $$ select * from pg_temp.state('b') $$, 'and all counters are alike');
select results_eq(
  $$ select status, held_usd, settled_usd, settled from ai_holds where org_id = '00000000-0000-4000-8000-00000000000a' order by right(request_id::text, 12) $$,
  $$ select status, held_usd, settled_usd, settled from ai_holds where org_id = '00000000-0000-4000-8000-00000000000b' order by right(request_id::text, 12) $$,
  'and the holds');
select is((select count(*)::integer from ai_overruns where org_id = '00000000-0000-4000-8000-00000000000a'), 2,
  'what cost more than was held is noted: the overrun, and the one that nobody was admitted for');

update ai_budgets set cap = 10000 where org_id = '00000000-0000-4000-8000-00000000000a';
-- Those of another kind come after those like the first: each has its own answer in its own place.
select is((select jsonb_agg(x #>> '{plan,candidates,0,model}') from jsonb_array_elements(ai_admit_many(jsonb_build_array(
    pg_temp.ask('a', 301, 10), pg_temp.ask('a', 302, 10, '{"models": ["acme-l"]}'), pg_temp.ask('a', 303, 10),
    pg_temp.ask('a', 304, 10, '{"job_id": "00000000-0000-4000-8000-0000000000d1"}')))::jsonb) as x),
  '["acme-m", "acme-l", "acme-m", "acme-m"]', 'requests of several kinds are all admitted');
-- One that is at fault takes nothing with it.
select is((select jsonb_agg(coalesce(x ->> 'outcome', x ->> 'failed')) from jsonb_array_elements(ai_admit_many(jsonb_build_array(
    pg_temp.ask('a', 201, 10), pg_temp.ask('a', 201, 10), pg_temp.ask('a', 202, 10)))::jsonb) as x),
  '["admitted", "23505", "admitted"]', 'a request that is asked for twice fails alone');

-- What goes wrong in a group is put right one by one, so that only this tells.
select is((select count(*)::integer from unnest(private.admit_group(jsonb_build_array(pg_temp.ask('a', 351, 10), pg_temp.ask('a', 352, 10)))) as a
  where a is not null), 2, 'a group of two is decided as a group');

-- Weak answers of small models are counted in the order of the list, strong ones between them start anew.
update ai_budgets set cap = 10000 where org_id = '00000000-0000-4000-8000-00000000000b';
create temporary table streak (n integer, weak boolean);
insert into streak values (501, true), (502, false), (503, false), (504, true), (505, true), (506, false), (507, true);
select ai_admit_many((select jsonb_agg(pg_temp.ask(org, n, 10) order by n) from streak)) from unnest(array['a', 'b']) as org;
create function pg_temp.answered(p_org text, p_number integer, p_weak boolean) returns jsonb language sql as $$
  select jsonb_set(pg_temp.done(p_org, p_number, 10), '{outcome}', pg_temp.done(p_org, p_number, 10) -> 'outcome'
    || jsonb_build_object('escalated', p_weak, 'tier', case when p_weak then 'large' else 'small' end))
$$;
create temporary table finished as select jsonb_agg(pg_temp.answered('a', n, weak) order by n) as list from streak;
select is((select count(*)::integer from finished, unnest(private.settle_group(list, private.lock_holds(list))) as answer where answer is not null), 7,
  'a group is settled as a group');
select ai_settle(pg_temp.answered('b', n, weak)) from streak order by n;
select results_eq(
  $$ select weak_streak, large_until from ai_demotions where org_id = '00000000-0000-4000-8000-00000000000a' $$,
  $$ select weak_streak, large_until from ai_demotions where org_id = '00000000-0000-4000-8000-00000000000b' $$,
  'and streaks of weak answers are as they would be alone');

-- Where it is asked for by its key and its status, it may be looked for among all that are held, by their own index: 2 ms instead of 0.1.
select is_empty(
  $$ select proname from pg_proc where prosrc ~ 'public\.ai_holds as h[^;]*h\.request_id = [^;]*h\.status = ''held''' $$,
  'a hold is found by its key alone');

-- Who may be settled a moment later.
select is(ai_admit(pg_temp.ask('a', 401, 10))::jsonb #> '{plan,unhurried}', 'true', 'nobody waits for a small hold under a large budget');
select is(ai_admit(pg_temp.ask('a', 402, 100000))::jsonb #> '{plan,unhurried}', null, 'somebody may where four hundred like it do not fit');
insert into ai_limits (org_id, scope, concurrent_requests) values ('00000000-0000-4000-8000-00000000000a', 'organization', 1000);
select is(ai_admit(pg_temp.ask('a', 403, 10))::jsonb #> '{plan,unhurried}', null, 'or where a limit counts what is held');
select is_empty('select * from ai_ledger_check', 'the ledger agrees');

select * from finish();
rollback;
