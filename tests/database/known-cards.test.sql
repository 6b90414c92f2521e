-- What a function knows of a route card is left out of its plan, as long as that card is in force.
begin;
set local search_path = public, extensions;
select plan(12);

insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'cards-test-a', 'EUR', 'UTC');
insert into ai_tasks (slug, title, description, operation, has_rules, streams, base_tier) values
  ('cards-test', 'Cards', 'A task for this file', 'chat', true, true, 'small');
insert into ai_providers (slug, title, kind) values ('acme', 'Acme', 'openai_compatible');
insert into ai_models (provider, model, tier, context_window, max_output_tokens) values
  ('acme', 'acme-s', 'small', 1000000, 4000), ('acme', 'acme-l', 'large', 1000000, 4000);
insert into ai_model_prices (provider, model, effective_from, min_input_tokens, input_usd_per_mtok, output_usd_per_mtok, source, source_on) values
  ('acme', 'acme-s', '2026-01-01', 0, 1, 2, 'https://acme.test/prices', '2026-01-01'),
  ('acme', 'acme-s', '2026-01-01', 200000, 2, 4, 'https://acme.test/prices', '2026-01-01'),
  ('acme', 'acme-l', '2026-01-01', 0, 9, 9, 'https://acme.test/prices', '2026-01-01');
insert into ai_policies (task, version, status, tiers, base_tier, max_tier) values
  ('cards-test', 1, 'active', '{"small": [{"provider": "acme", "model": "acme-s"}], "large": [{"provider": "acme", "model": "acme-l"}]}', 'small', 'large');

create function pg_temp.ask(p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object(
    'request_id', gen_random_uuid(), 'org_id', '00000000-0000-4000-8000-00000000000a', 'service', true, 'task', 'cards-test',
    'operation', 'chat', 'importance', 'medium', 'cost_sensitivity', 'medium', 'cache', 'off', 'input_tokens', 1000, 'prompt_tokens', 0,
    'prompt', '{"key": "cards-test", "version": 1}'::jsonb, 'max_output_tokens', 10, 'needs', '[]'::jsonb, 'providers', '["acme"]'::jsonb,
    'deadline_ms', 30000, 'output_settings', '{}'::jsonb) || p_more
$$;
create function pg_temp.plan_of(p_more jsonb default '{}') returns jsonb language sql as $$ select ai_admit(pg_temp.ask(p_more))::jsonb -> 'plan' $$;
create function pg_temp.told(p_plan jsonb) returns text[] language sql as $$
  select array_agg(c ->> 'rank' || coalesce(' ' || (c ->> 'model'), '') || ' ' || (c ->> 'worst_cost_usd') order by c ->> 'rank')
  from jsonb_array_elements(p_plan -> 'candidates') as c
$$;

create temporary table first as select pg_temp.plan_of() as plan;
select isnt((select plan ->> 'card' from first), null, 'a plan names the card that its candidates are on');
select is((select pg_temp.told(plan) from first), array['101 acme-s 0.00102', '201 acme-l 0.00909'], 'and tells them whole');

create function pg_temp.known(p_ranks text) returns jsonb language sql as $$
  select jsonb_build_object('known_card', (select plan -> 'card' from first), 'known_ranks', p_ranks::jsonb)
$$;
select is(pg_temp.told(pg_temp.plan_of(pg_temp.known('[101, 201]'))), array['101 0.00102', '201 0.00909'], 'those that are known it leaves out');
select is(pg_temp.plan_of(pg_temp.known('[101, 201]')) #> '{candidates,0}',
  '{"rank": 101, "breaker": "closed", "worst_cost_usd": "0.00102", "max_output_tokens": 10}', 'but for their rank and the request''s figures');
select is(pg_temp.told(pg_temp.plan_of(pg_temp.known('[201]'))), array['101 acme-s 0.00102', '201 0.00909'], 'and only those');
select is((select array_agg(pg_temp.told(x -> 'plan') order by n) from jsonb_array_elements(
    ai_admit_many(jsonb_build_array(pg_temp.ask(pg_temp.known('[101]')), pg_temp.ask()))::jsonb) with ordinality as a (x, n)),
  array[array['101 0.00102', '201 acme-l 0.00909'], array['101 acme-s 0.00102', '201 acme-l 0.00909']], 'in a group each its own');
select is(pg_temp.told(pg_temp.plan_of('{"known_card": "00000000-0000-4000-8000-0000000000cc", "known_ranks": [101, 201]}')),
  array['101 acme-s 0.00102', '201 acme-l 0.00909'], 'another card is not this one');

-- Prices of a long input, and ranks of named models, are not what a card's name stands for.
select is(pg_temp.told(pg_temp.plan_of(pg_temp.known('[101, 201]') || '{"input_tokens": 300000}')), array['101 acme-s 0.60004', '201 acme-l 2.70009'],
  'a long input has prices of its own');
select is(pg_temp.plan_of('{"input_tokens": 300000}') -> 'card', null, 'and nothing to know them by');
select is(pg_temp.plan_of('{"models": ["acme-s"]}') -> 'card', null, 'nor have models that are named');

-- A change of the registry ends the card.
update ai_models set context_window = 500000 where model = 'acme-s';
select is(pg_temp.plan_of(pg_temp.known('[101, 201]')) #>> '{candidates,0,context_window}', '500000', 'after a change of a model all are told again');
select isnt(pg_temp.plan_of() -> 'card', (select plan -> 'card' from first), 'on another card');

select * from finish();
rollback;
