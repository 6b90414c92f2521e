-- explain_request and replay_decision: what a row says about itself, and to whom.
begin;
\ir prelude.sql
set local search_path = public, extensions;
select plan(45);

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000a2', 'max@a.test'),
  ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test');
insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'explain-test-a', 'USD', 'UTC'), ('00000000-0000-4000-8000-00000000000b', 'B', 'explain-test-b', 'USD', 'UTC');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'member'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into ai_tasks (slug, title, description, operation, has_rules, streams, base_tier) values
  ('explain-test', 'Explain test', 'A task for this file', 'chat', true, true, 'small');
insert into ai_providers (slug, title, kind) values ('acme', 'Acme', 'openai_compatible'), ('bolt', 'Bolt', 'openai_compatible');
insert into ai_models (provider, model, tier, context_window, max_output_tokens, capabilities) values
  ('acme', 'acme-s', 'small', 100000, 4000, '{streaming}'), ('bolt', 'bolt-s', 'small', 100000, 4000, '{streaming}'),
  ('acme', 'acme-l', 'large', 100000, 4000, '{streaming}'), ('bolt', 'bolt-free', 'small', 100000, 4000, '{}');
insert into ai_model_prices (id, provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on) values
  ('00000000-0000-4000-8000-0000000000f1', 'acme', 'acme-s', '2026-01-01', 1000, 2000, 'https://acme.test/prices', '2026-01-01'),
  ('00000000-0000-4000-8000-0000000000f2', 'bolt', 'bolt-s', '2026-01-01', 1500, 2000, 'https://bolt.test/prices', '2026-01-01'),
  ('00000000-0000-4000-8000-0000000000f3', 'acme', 'acme-l', '2026-01-01', 10000, 20000, 'https://acme.test/prices', '2026-01-01');
insert into ai_policies (task, version, status, tiers, base_tier, max_tier, complexity_large_from) values
  ('explain-test', 1, 'active',
   '{"small": [{"provider": "acme", "model": "acme-s"}, {"provider": "bolt", "model": "bolt-s"}, {"provider": "bolt", "model": "bolt-free"}], "large": [{"provider": "acme", "model": "acme-l"}]}',
   'small', 'large', 0.7);
update ai_budgets set cap = 100 where org_id = '00000000-0000-4000-8000-00000000000a';

create function pg_temp.id(p_number integer) returns uuid language sql as $$ select ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'))::uuid $$;
create function pg_temp.ask(p_number integer, p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object(
    'request_id', pg_temp.id(p_number), 'user_id', '00000000-0000-4000-8000-0000000000a1',
    'service', false, 'task', 'explain-test', 'operation', 'chat', 'importance', 'medium', 'cost_sensitivity', 'medium', 'cache', 'off',
    'language', 'en', 'input_tokens', 600, 'prompt_tokens', 400, 'prompt', '{"key": "explain-test", "version": 1}'::jsonb,
    'max_output_tokens', 100, 'needs', '[]'::jsonb, 'providers', '["acme", "bolt"]'::jsonb, 'deadline_ms', 30000, 'output_settings', '{}'::jsonb,
    'complexity', 0.31, 'complexity_features', '{"words.step": 0.4, "length.characters": -0.2}'::jsonb
  ) || p_more
$$;
create function pg_temp.finish_request(p_number integer) returns jsonb language sql as $$
  select ai_settle(jsonb_build_object('request_id', pg_temp.id(p_number),
    'org_id', '00000000-0000-4000-8000-00000000000a', 'task', 'explain-test', 'cacheable', false, 'answer', null,
    'calls', jsonb_build_array(
      jsonb_build_object('attempt', 1, 'purpose', 'answer', 'provider', 'acme', 'request_model', 'acme-s', 'response_model', null,
        'price_id', '00000000-0000-4000-8000-0000000000f1', 'usage_source', 'none', 'latency_ms', 9, 'error_code', 'server', 'stand_in', true),
      jsonb_build_object('attempt', 2, 'purpose', 'fallback', 'provider', 'bolt', 'request_model', 'bolt-s', 'response_model', 'bolt-s',
        'price_id', '00000000-0000-4000-8000-0000000000f2', 'input_tokens', 500, 'output_tokens', 50, 'cache_read_input_tokens', 0,
        'cache_write_input_tokens', 0, 'usage_source', 'provider', 'latency_ms', 12, 'finish_reason', 'stop', 'stand_in', true)),
    'outcome', jsonb_build_object('status', 'succeeded', 'tier', 'small', 'provider', 'bolt', 'model', 'bolt-s', 'latency_ms', 20,
      'escalated', false, 'fell_back', true, 'confidence_score', 0.61, 'confidence_breakdown', '{"score": 0.61}'::jsonb,
      'action', 'use_ai_result', 'needs_review', true,
      'decision', '{"route": ["acme/acme-s: server, fallback"], "confidence": {"score": 0.61, "raw_score": 0.74, "model_confidence": 0.4, "completeness": 1, "consistency": null, "validation": 0.5}, "level": "poor"}'::jsonb)))
$$;
create function pg_temp.replays(p_number integer) returns boolean language sql as $$
  select (replay_decision(pg_temp.id(p_number)) ->> 'equal')::boolean
$$;
grant execute on function pg_temp.id(integer), pg_temp.replays(integer) to authenticated;

-- One of each way to choose.
select is(ai_admit(pg_temp.ask(1)) #>> '{plan,tier}', 'small', 'an ordinary request starts small');
select is(ai_admit(pg_temp.ask(2, '{"importance": "high"}')) #>> '{plan,tier}', 'large', 'an important one large');
select is(ai_admit(pg_temp.ask(3, '{"complexity": 0.82}')) #>> '{plan,tier}', 'large', 'a hard one large');
select is(ai_admit(pg_temp.ask(4, '{"models": ["acme-l"]}')) #>> '{plan,tier}', 'large', 'a named model has its own tier');
insert into ai_demotions (org_id, task, large_until) values ('00000000-0000-4000-8000-00000000000a', 'explain-test', private.clock() + interval '1 hour');
select is(ai_admit(pg_temp.ask(5)) #>> '{plan,tier}', 'large', 'after a streak of weak answers it starts large');
delete from ai_demotions;
update ai_breakers set state = 'closed';
insert into ai_breakers (provider, model, state, opened_at, open_until) values ('bolt', 'bolt-s', 'open', private.clock(), private.clock() + interval '1 hour');
select is(ai_admit(pg_temp.ask(6)) #>> '{plan,candidates,0,model}', 'acme-s', 'a breaker is open for another model');
delete from ai_breakers;
update ai_budgets set cap = (select month_held from ai_budget_states where scope = 'organization' and org_id = ai_budgets.org_id) * 1.08
where org_id = '00000000-0000-4000-8000-00000000000a';
select is(ai_admit(pg_temp.ask(7, '{"importance": "high"}')) #>> '{plan,tier}', 'small', 'above the soft limit only small models answer');
select is(ai_admit(pg_temp.ask(8)) #>> '{plan,tier}', 'small', 'and what is left decides among them');
select is(ai_admit(pg_temp.ask(9, '{"models": ["nobody"]}')) ->> 'outcome', 'refused', 'an unknown model is refused');
update ai_budgets set cap = 100 where org_id = '00000000-0000-4000-8000-00000000000a';
select is(ai_admit(pg_temp.ask(10, '{"task": "embed-text", "operation": "embedding", "input_tokens": 300, "prompt_tokens": 0, "max_output_tokens": 0, "complexity": null, "complexity_features": null, "providers": ["openai"], "items": [{"hash": "a", "input_tokens": 100}, {"hash": "b", "input_tokens": 200}], "output_settings": {"dimensions": 1536}}')) ->> 'outcome',
  'admitted', 'embeddings are chosen for as well');
select ok((select bool_and((pg_temp.finish_request(n) ->> 'settled')::boolean) from generate_series(1, 8) as n), 'all are settled');
select ok((pg_temp.finish_request(10) ->> 'settled')::boolean, 'the embedding, too');

-- Replay ---------------------------------------------------------------------------------------------------------------
set local role authenticated;
select pg_temp.become('a1');
select ok(pg_temp.replays(1), 'replayed: the ordinary one');
select ok(pg_temp.replays(2), 'replayed: the important one');
select ok(pg_temp.replays(3), 'replayed: the hard one');
select ok(pg_temp.replays(4), 'replayed: the named model');
select ok(pg_temp.replays(5), 'replayed: the demotion, although it is over');
select ok(pg_temp.replays(6), 'replayed: the breaker, although it is closed');
select ok(pg_temp.replays(7), 'replayed: the soft limit, although the cap was raised');
select ok(pg_temp.replays(8), 'replayed: the last of the room');
select ok(pg_temp.replays(10), 'replayed: embeddings');
select is(replay_decision(pg_temp.id(9)) ->> 'replayable', 'false', 'a refusal chose nothing');
reset role;
update ai_policies set status = 'retired' where task = 'explain-test';
insert into ai_policies (task, version, status, tiers, base_tier) values ('explain-test', 2, 'active', '{"large": [{"provider": "acme", "model": "acme-l"}]}', 'large');
set local role authenticated;
select ok(pg_temp.replays(1), 'another policy since then changes nothing');
reset role;
update ai_request_logs set decision = jsonb_set(decision, '{tier}', '"frontier"') where id = pg_temp.id(2);
update ai_request_logs set decision = jsonb_set(decision, '{candidates,0,worst_cost_usd}', '1000') where id = pg_temp.id(1);
set local role authenticated;
select ok(not pg_temp.replays(2), 'a row that was changed is told from a true one');
select ok(not pg_temp.replays(1), 'by any of its figures');

-- Explain --------------------------------------------------------------------------------------------------------------
create temporary table told on commit drop as select explain_request(pg_temp.id(3)) as j;
select is((select j #>> '{tier,reasons,1}' from told), 'upgrade:complexity_0.82', 'the tier''s reasons are there');
select ok((select j -> 'words' -> 'en' ? 'Started at the large tier: the policy starts with small; then a tier up, because the text is hard (0.82).' from told), 'and in English');
select ok((select j -> 'words' -> 'de' ? 'Begonnen mit der Stufe large: die Richtlinie beginnt mit small; dann eine Stufe höher, weil der Text schwierig ist (0.82).' from told), 'and in German');
select is((select array_agg(c ->> 'problem' order by c ->> 'model') from told, jsonb_array_elements(j -> 'candidates') as c),
  array[null, null, 'unpriced', null], 'each candidate says what was against it');
select is((select (j #>> '{candidates,0,price,input_usd_per_mtok}')::numeric from told), 1000.0, 'and its price');
select is((select array_agg(c ->> 'error_code') from told, jsonb_array_elements(j -> 'calls') as c), array['server', null], 'calls in order with their outcome');
select is((select j #>> '{confidence,model_confidence}' from told), '0.4', 'factor values');
select ok((select j -> 'words' -> 'en' ? 'Confidence 0.61 (calibrated from 0.74): model 0.4, completeness 1, consistency –, validation 0.5; weak would be below 0.7.' from told), 'what was made of them, and the threshold in force');
select is((select j #>> '{policy,version}' from told), '1', 'the policy of then, not of now');
select ok((select j -> 'words' -> 'fr' ? 'Commencée au niveau large : la politique commence par small ; puis un niveau plus haut, car le texte est difficile (0.82).' from told), 'in French');
select ok((select j -> 'words' -> 'es' ? 'Empezada en el nivel large: la política empieza por small; después, un nivel más, porque el texto es difícil (0.82).' from told), 'and in Spanish');
select is((select array_agg(distinct jsonb_array_length(w.value)) from told, jsonb_each(j -> 'words') as w), (select array[jsonb_array_length(j #> '{words,en}')] from told),
  'every language says as much');
create function pg_temp.unsaid(p_expression text) returns text[] language plpgsql as $$
declare
  v_texts text[];
begin
  execute format('select array_agg(%s) from unnest(array[''en'', ''de'', ''fr'', ''es'']) as l (lang)', p_expression) into v_texts;
  -- A text that stands twice was left in another language.
  return (select array_agg(t.text) from (select unnest(v_texts) as text) as t group by t.text having count(*) > 1);
end
$$;
select is((select array_agg(reason) from unnest(array['base:small', 'downgrade:cost_high_importance_low', 'upgrade:importance_high', 'upgrade:complexity_0.82',
  'upgrade:demotion_cooldown', 'upgrade:task_requires_large', 'limit:soft_budget:small', 'limit:affordable_or_available:small', 'limit:max_tier_large', 'named:acme-l']) as reason
  where pg_temp.unsaid(format('private.reason_in_words(%L, lang)', reason)) is not null), null, 'every reason has words in each');
select is((select array_agg(problem) from unnest(array['unknown', 'wrong_kind', 'not_allowed', 'lacks_capability', 'context_too_small', 'output_too_small', 'unpriced',
  'provider_off', 'breaker_open', 'outside_region', 'above_max_cost']) as problem
  where pg_temp.unsaid(format('private.problem_in_words(%L, lang)', problem)) is not null), null, 'every problem, too');
reset role;
update ai_request_logs set decision = decision || '{"agreement": {"share": 0.5, "method": "weighted", "models": [
  {"model": "acme-s"}, {"model": "bolt-s"}, {"model": "acme-s"}, {"model": "acme-s"}]}}' where id = pg_temp.id(3);
set local role authenticated;
select ok((explain_request(pg_temp.id(3)) -> 'words' -> 'en') ? 'The values of acme-s (3 answers), bolt-s were compared: they agree in part, the weightiest decide (0.50).',
  'a model that gave several answers is named once');
select ok((explain_request(pg_temp.id(3)) -> 'words' -> 'de') ? 'Verglichen wurden die Werte von acme-s (3 Antworten), bolt-s: sie stimmen zum Teil überein, die gewichtigsten entscheiden (0.50).',
  'in German, too');
select ok((explain_request(pg_temp.id(3)) -> 'words' -> 'fr') ? 'Les valeurs de acme-s (3 réponses), bolt-s ont été comparées : elles concordent en partie, celles de plus grand poids décident (0.50).',
  'and in French');
select pg_temp.become('a2');
select throws_ok(format('select explain_request(%L)', pg_temp.id(3)), 'PT404', 'Cannot explain the request: no such request', 'another member''s request is not there for him');
select pg_temp.become('b1');
select throws_ok(format('select replay_decision(%L)', pg_temp.id(3)), 'PT404', null, 'nor for another organization');
select throws_ok('select explain_request(gen_random_uuid())', 'PT404', 'Cannot explain the request: no such request', 'an unknown one is told alike');
select * from finish();
rollback;
