-- simulate_policy: figures that can be added up by hand, and the bounds of what nobody knows.
begin;
\ir prelude.sql
set local search_path = public, extensions;
select plan(24);

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000a2', 'max@a.test'),
  ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test');
insert into organizations (id, name, slug) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'simulate-test-a'), ('00000000-0000-4000-8000-00000000000b', 'B', 'simulate-test-b');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'member'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into ai_tasks (slug, title, description, operation, has_rules, streams, base_tier) values
  ('simulate-test', 'Simulate test', 'A task for this file', 'chat', true, true, 'small');
insert into ai_providers (slug, title, kind) values ('acme', 'Acme', 'openai_compatible');
insert into ai_models (provider, model, tier, context_window, max_output_tokens, capabilities) values
  ('acme', 'acme-s', 'small', 100000, 4000, '{}'), ('acme', 'acme-t', 'small', 100000, 4000, '{}'), ('acme', 'acme-l', 'large', 100000, 4000, '{}');
insert into ai_model_prices (id, provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on) values
  ('00000000-0000-4000-8000-0000000000f1', 'acme', 'acme-s', '2026-01-01', 1000, 2000, 'https://acme.test/prices', '2026-01-01'),
  ('00000000-0000-4000-8000-0000000000f2', 'acme', 'acme-t', '2026-01-01', 100, 200, 'https://acme.test/prices', '2026-01-01'),
  ('00000000-0000-4000-8000-0000000000f3', 'acme', 'acme-l', '2026-01-01', 10000, 20000, 'https://acme.test/prices', '2026-01-01');
insert into ai_policies (task, version, status, tiers, base_tier, max_tier, complexity_large_from) values
  ('simulate-test', 1, 'active', '{"small": [{"provider": "acme", "model": "acme-s"}], "large": [{"provider": "acme", "model": "acme-l"}]}', 'small', 'large', 0.7),
  ('simulate-test', 2, 'draft', '{"small": [{"provider": "acme", "model": "acme-t"}], "large": [{"provider": "acme", "model": "acme-l"}]}', 'small', 'large', 0.7);

-- A request of 500 and 50 tokens: acme-s 0.6, acme-t 0.06, acme-l 6 dollars.
create function pg_temp.log(p_tier text, p_complexity real, p_escalated boolean, p_more jsonb default '{}') returns void language plpgsql as $$
declare v_id uuid := gen_random_uuid();
begin
  perform pg_temp.write_request(jsonb_build_object('id', v_id, 'created_at', '2026-11-10T10:00:00Z', 'org_id', '00000000-0000-4000-8000-00000000000a',
    'task', 'simulate-test', 'status', 'succeeded', 'action', 'use_ai_result', 'calls', 1 + p_escalated::integer, 'importance', 'medium',
    'cost_sensitivity', 'medium', 'complexity', p_complexity, 'escalated', p_escalated, 'confidence_score', 0.9, 'tier', 'large',
    'provider', 'acme', 'model', case when p_tier = 'small' and not p_escalated then 'acme-s' else 'acme-l' end,
    'cost_usd', case when p_tier = 'large' then 6 when p_escalated then 6.6 else 0.6 end,
    'decision', jsonb_build_object('tier', p_tier, 'policy', (select jsonb_build_object('id', p.id) from ai_policies as p where p.task = 'simulate-test' and p.version = 1),
      'choice', '{"ranks": [101, 201], "named": false, "base_tier": "small"}'::jsonb)) || p_more);
  perform private.write_calls('00000000-0000-4000-8000-00000000000a', v_id, (
    select jsonb_agg(jsonb_build_object('attempt', n, 'purpose', 'answer', 'provider', 'acme', 'request_model', m, 'input_tokens', 500, 'output_tokens', 50,
      'price_id', case m when 'acme-s' then '00000000-0000-4000-8000-0000000000f1' else '00000000-0000-4000-8000-0000000000f3' end,
      'usage_source', 'provider', 'latency_ms', 10)) from unnest(case when p_tier = 'large' then array['acme-l'] when p_escalated then array['acme-s', 'acme-l'] else array['acme-s'] end)
      with ordinality as x (m, n)), '2026-11-10T10:00:00Z');
end
$$;
create function pg_temp.simulate(p_policy jsonb) returns jsonb language sql as $$
  select simulate_policy(p_policy || '{"task": "simulate-test"}', '00000000-0000-4000-8000-00000000000a', '2026-11-01Z', '2026-12-01Z')
$$;
grant execute on function pg_temp.simulate(jsonb) to authenticated;
do $$ begin
  for n in 1 .. 40 loop
    perform pg_temp.log('small', 0.2, n <= 10);
    perform pg_temp.log('large', 0.8, false);
  end loop;
end $$;

set local role authenticated;
select pg_temp.become('a1');
create temporary table s (name text primary key, j jsonb) on commit drop;
insert into s values
  ('same', pg_temp.simulate('{}')), ('large', pg_temp.simulate('{"base_tier": "large"}')), ('strict', pg_temp.simulate('{"escalate_below": 0.95, "good_from": 0.96, "excellent_from": 0.97}')),
  ('simple', pg_temp.simulate('{"complexity_large_from": null}')), ('stored', pg_temp.simulate('{"version": 2}')),
  ('never', pg_temp.simulate('{"max_escalations": 0}')), ('samples', pg_temp.simulate('{"consensus": {"models": 1, "samples": 3}}')),
  ('models', pg_temp.simulate('{"critical": true, "consensus": {"models": 2}, "tiers": {"small": [{"provider": "acme", "model": "acme-s"}, {"provider": "acme", "model": "acme-t"}]}}')),
  ('uncritical', pg_temp.simulate('{"consensus": {"models": 2}, "tiers": {"small": [{"provider": "acme", "model": "acme-s"}, {"provider": "acme", "model": "acme-t"}]}}'));
select is((select (j #>> '{actual,cost_usd}')::numeric from s where name = 'same'), 324.0, 'what it did cost: 30 × 0.6 + 10 × 6.6 + 40 × 6');
select is((select (j #>> '{simulated,cost_usd}')::numeric from s where name = 'same'), 324.0, 'the policy in force, simulated, costs what it cost');
select is((select (j #>> '{simulated,cost_usd_high}')::numeric - (j #>> '{simulated,cost_usd_low}')::numeric from s where name = 'same'), 0.0, 'and nothing is uncertain about it');
select is((select j ->> 'coverage' from s where name = 'same'), '1.0000', 'all requests are covered');
select is((select (j #>> '{simulated,cost_usd}')::numeric from s where name = 'large'), 480.0, 'always large: 80 × 6');
select is((select (j #>> '{simulated,start_tiers,large}')::integer from s where name = 'large'), 80, 'all start there');
select is((select (j #>> '{simulated,escalated}')::numeric from s where name = 'large'), 0.0, 'and none escalates');
select is((select (j #>> '{simulated,cost_usd}')::numeric from s where name = 'strict'), 504.0, 'nothing small is good enough: 40 × 6.6 + 40 × 6');
select is((select (j #>> '{simulated,cost_usd}')::numeric from s where name = 'simple'), 168.0, 'complexity ignored: 84 + 40 × (0.6 + 0.25 × 6)');
select is((select (j #>> '{simulated,escalated}')::numeric from s where name = 'simple'), 20.0, 'ten that did and ten that would');
select ok((select (j #>> '{simulated,cost_usd_low}')::numeric < 140 and (j #>> '{simulated,cost_usd_high}')::numeric > 200 from s where name = 'simple'), 'with honest bounds');
select is((select (j #>> '{simulated,cost_usd}')::numeric from s where name = 'stored'), 302.4, 'a stored version with a cheaper model: 40 × 0.06 + 10 × 6 + 40 × 6');
select is((select (j #>> '{simulated,cost_usd}')::numeric from s where name = 'never'), 264.0, 'no escalation: 40 × 0.6 + 40 × 6');
select is((select (j #>> '{simulated,cost_usd}')::numeric from s where name = 'samples'), 852.0, 'three samples of each: 40 × 1.8 + 10 × 6 + 40 × 18');
select is((select (j #>> '{simulated,cost_usd}')::numeric from s where name = 'models'), 266.4, 'two models where there are two, and no escalation after them: 40 × 0.66 + 40 × 6');
select is((select (j #>> '{simulated,cost_usd}')::numeric from s where name = 'uncritical'), 324.0, 'one model of a task that is not critical');
select throws_ok($$ select pg_temp.simulate('{"tiers": {"small": [{"provider": "acme", "model": "nobody"}]}}') $$, '22023', null, 'a model that does not exist is refused');
select throws_ok($$ select pg_temp.simulate('{"version": 9}') $$, 'PT404', null, 'and a version that does not');
reset role;
update ai_request_logs set cost_usd = null where id in (select id from ai_request_logs where org_id = '00000000-0000-4000-8000-00000000000a' and decision ->> 'tier' = 'large' limit 8);
delete from ai_request_logs where id in (select id from ai_request_logs where org_id = '00000000-0000-4000-8000-00000000000a' and decision ->> 'tier' = 'small' and cost_usd is not null limit 15);
set local role authenticated;
insert into s values ('gaps', pg_temp.simulate('{"complexity_large_from": null}'));
select is((select array[j ->> 'coverage', j #>> '{not_covered,no_tokens}'] from s where name = 'gaps'), array['0.8769', '8'], 'unknown costs are not covered, and said so');
select is((select j ->> 'guessed' from s where name = 'gaps'), '32', 'under 30 answers of a tier, the rate is a guess');
select is((select jsonb_array_length(j -> 'assumptions') from s where name = 'gaps'), 5, 'assumptions are told');
select pg_temp.become('a2');
select throws_ok($$ select pg_temp.simulate('{}') $$, '42501', null, 'a member simulates nothing');
select pg_temp.become('b1');
select throws_ok($$ select pg_temp.simulate('{}') $$, '42501', null, 'nor does another organization');
select is((select (simulate_policy('{}', '00000000-0000-4000-8000-00000000000b', '2026-11-01Z', '2026-12-01Z') ->> 'requests')::integer), 0, 'which has no traffic of its own');
select * from finish();
rollback;
