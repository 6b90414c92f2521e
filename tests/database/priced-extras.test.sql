-- Images, minutes of audio, batch jobs, context tiers, aliases and prices nobody knows: each bill computed by hand.
begin;
set local search_path = public, extensions;
select plan(34);

insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'extras-test-a', 'USD', 'UTC');
update ai_budgets set cap = 100 where org_id = '00000000-0000-4000-8000-00000000000a';
insert into ai_tasks (slug, title, description, operation, has_rules, streams, base_tier) values
  ('extras-chat', 'Extras', 'A task for this file', 'chat', true, true, 'small'),
  ('extras-speech', 'Extras', 'A task for this file', 'speech', false, false, 'small');
insert into ai_providers (slug, title, kind) values ('acme', 'Acme', 'openai_compatible');
insert into ai_models (provider, model, aliases, kind, tier, context_window, max_output_tokens, capabilities) values
  ('acme', 'acme-eye', '{acme-vision}', 'chat', 'small', 1000000, 4000, '{vision}'),
  ('acme', 'acme-long', '{}', 'chat', 'small', 1000000, 4000, '{}'),
  ('acme', 'acme-new', '{}', 'chat', 'small', 1000000, 4000, '{}'),
  ('acme', 'acme-ear', '{}', 'speech', null, null, null, '{}'),
  ('acme', 'acme-ear-tokens', '{}', 'speech', null, null, null, '{}');
insert into ai_model_prices (
  id, provider, model, min_input_tokens, effective_from, input_usd_per_mtok, output_usd_per_mtok, cache_read_usd_per_mtok, cache_write_usd_per_mtok,
  batch_input_usd_per_mtok, batch_output_usd_per_mtok, image_usd, audio_minute_usd, source, source_on) values
  ('00000000-0000-4000-8000-0000000000e1', 'acme', 'acme-eye', 0, '2026-01-01', 3, 15, 0.3, 3.75, 1.5, 7.5, 0.002550, null, 'https://acme.test/prices', '2026-01-01'),
  ('00000000-0000-4000-8000-0000000000e2', 'acme', 'acme-long', 0, '2026-01-01', 2, 10, 0.2, null, null, null, null, null, 'https://acme.test/prices', '2026-01-01'),
  ('00000000-0000-4000-8000-0000000000e3', 'acme', 'acme-long', 200001, '2026-01-01', 4, 15, 0.4, null, null, null, null, null, 'https://acme.test/prices', '2026-01-01'),
  ('00000000-0000-4000-8000-0000000000e4', 'acme', 'acme-ear', 0, '2026-01-01', null, null, null, null, null, null, null, 0.006, 'https://acme.test/prices', '2026-01-01'),
  ('00000000-0000-4000-8000-0000000000e5', 'acme', 'acme-ear-tokens', 0, '2026-01-01', 2.5, 10, null, null, null, null, null, null, 'https://acme.test/prices', '2026-01-01');

create function pg_temp.cost(p_price text, p_call jsonb) returns text language sql as $$
  select private.call_cost(('00000000-0000-4000-8000-0000000000' || p_price)::uuid, '{"usage_source": "provider"}'::jsonb || p_call)::text
$$;
create function pg_temp.ask(p_number integer, p_more jsonb) returns jsonb language sql as $$
  select ai_admit(jsonb_build_object(
    'request_id', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0')), 'org_id', '00000000-0000-4000-8000-00000000000a',
    'service', true, 'task', 'extras-chat', 'operation', 'chat', 'importance', 'medium', 'cost_sensitivity', 'medium', 'cache', 'off',
    'input_tokens', 1000, 'prompt_tokens', 0, 'prompt', '{"key": "extras", "version": 1}'::jsonb, 'max_output_tokens', 100,
    'needs', '[]'::jsonb, 'providers', '["acme"]'::jsonb, 'deadline_ms', 30000, 'output_settings', '{}'::jsonb) || p_more)::jsonb
$$;

-- Bills ----------------------------------------------------------------------------------------------------------------
select is(pg_temp.cost('e1', '{"input_tokens": 2500, "output_tokens": 120, "images": 3}'), '0.01695',
  '2,500 × 3 + 120 × 15 per million, and three images at 0.00255: 0.0075 + 0.0018 + 0.00765');
select is(pg_temp.cost('e1', '{"input_tokens": 2500, "output_tokens": 120}'), '0.0093', 'without images the tokens alone');
select is(pg_temp.cost('e2', '{"input_tokens": 2500, "output_tokens": 120, "images": 3}'), '0.0062', 'a model that has no price per image bills tokens only');
select is(pg_temp.cost('e1', '{"input_tokens": 10000, "output_tokens": 1000, "batch": true}'), '0.0225', 'a batch: 10,000 × 1.5 + 1,000 × 7.5 per million');
select is(pg_temp.cost('e1', '{"input_tokens": 10000, "output_tokens": 1000, "cache_read_input_tokens": 4000, "cache_write_input_tokens": 1000, "batch": true}'),
  '0.017475', 'cached tokens in a batch: half of 5,000 × 3 + 4,000 × 0.3 + 1,000 × 3.75, and 1,000 × 7.5 per million');
select is(pg_temp.cost('e2', '{"input_tokens": 10000, "output_tokens": 1000, "batch": true}'), '0.03', 'a model without batch prices costs its prices');
select is(pg_temp.cost('e4', '{"audio_ms": 60000}'), '0.006', 'a minute of audio');
select is(pg_temp.cost('e4', '{"audio_ms": 754000, "input_tokens": 5, "output_tokens": 70}'), '0.0754', '12 minutes 34 seconds; its tokens cost nothing');
select is(pg_temp.cost('e4', '{"audio_ms": 1}'), '0.0000001', 'a millisecond');
select is(private.audio_usd(1, 0.01)::text, '0.000000166667', 'what does not end is rounded at 12 decimals, halves away from zero');
select is(pg_temp.cost('e4', '{"audio_ms": null, "input_tokens": 5, "output_tokens": 70}'), null, 'audio of unknown length costs nobody knows what: not zero');
select is(pg_temp.cost('e5', '{"audio_ms": 60000, "input_tokens": 1200, "output_tokens": 300}'), '0.006', 'a speech model sold by tokens: 1,200 × 2.5 + 300 × 10 per million');
select is(pg_temp.cost('e4', '{"usage_source": "none"}'), '0', 'what the provider did not bill costs nothing');

-- Holds ----------------------------------------------------------------------------------------------------------------
create temporary table admitted as select n, pg_temp.ask(n, more) as answer from (values
  (1, '{"models": ["acme-vision"], "images": 4}'::jsonb),
  (2, '{"models": ["acme-long"], "input_tokens": 200000}'), (3, '{"models": ["acme-long"], "input_tokens": 200001}'),
  (4, '{"task": "extras-speech", "operation": "speech", "models": ["acme-ear"], "input_tokens": 0, "audio_ms": 90000}'),
  (5, '{"task": "extras-speech", "operation": "speech", "models": ["acme-ear"], "input_tokens": 0}'),
  (6, '{"task": "extras-speech", "operation": "speech", "models": ["acme-ear-tokens"], "audio_ms": 90000}'),
  (7, '{"models": ["acme-ear"], "audio_ms": 90000}'), (8, '{"models": ["acme-new"]}')
) as asked (n, more);
select is((select answer #>> '{plan,hold_usd}' from admitted where n = 1), '0.01545',
  'held: 1,000 × 3.75 (they may be written to the cache) + 100 × 15 per million and four images at 0.00255, asked for by an alias');
select is((select answer #>> '{plan,candidates,0,price,image_usd}' from admitted where n = 1), '0.002550', 'the function is told the price of an image');
select is((select answer #>> '{plan,candidates,0,model}' from admitted where n = 1), 'acme-eye', 'and the exact name behind the alias');
select is((select answer #>> '{plan,hold_usd}' from admitted where n = 2), '0.401', 'the last token of the short tier: 200,000 × 2 + 100 × 10 per million');
select is((select answer #>> '{plan,hold_usd}' from admitted where n = 3), '0.801504', 'one more, and all of them cost the long tier: 200,001 × 4 + 100 × 15 per million');
select is((select answer #>> '{plan,candidates,0,price,id}' from admitted where n = 3), '00000000-0000-4000-8000-0000000000e3', 'by that tier''s price row');
select is((select answer #> '{plan,candidates,0,price,from_input_tokens}' from admitted where n = 3), '200001', 'which says from where on it is in force');
select is((select answer #>> '{plan,candidates,0,price,shorter,0,id}' from admitted where n = 3), '00000000-0000-4000-8000-0000000000e2',
  'beside the shorter tier''s, for an input that is shorter than its bound');
select is((select answer #>> '{plan,hold_usd}' from admitted where n = 4), '0.009', 'ninety seconds at 0.006 a minute');
select is((select answer ->> 'code' from admitted where n = 5), 'model_unpriced', 'minutes nobody bounded cannot be held for');
select is((select answer #>> '{plan,hold_usd}' from admitted where n = 6), '0.0035', 'a speech model sold by tokens is held for by its tokens, output included');
select is((select answer ->> 'code' from admitted where n = 7), 'not_found', 'a speech model answers no chat');
select is((select answer ->> 'code' from admitted where n = 8), 'model_unpriced', 'a model without a price is refused');

insert into ai_settings (key, value) values ('ai.price.unknown', '"acme/acme-long"');
select is(pg_temp.ask(9, '{"models": ["acme-new"]}') #>> '{plan,hold_usd}', '0.003', 'unless ai.price.unknown names a conservative one: 1,000 × 2 + 100 × 10 per million');

-- Settled --------------------------------------------------------------------------------------------------------------
select is(ai_settle(jsonb_build_object('request_id', '10000000-0000-4000-8000-000000000004', 'org_id', '00000000-0000-4000-8000-00000000000a', 'task', 'extras-speech',
  'outcome', '{"status": "succeeded", "provider": "acme", "model": "acme-ear", "tier": "small", "latency_ms": 9, "action": "use_ai_result"}'::jsonb,
  'calls', '[{"attempt": 1, "purpose": "answer", "provider": "acme", "request_model": "acme-ear", "price_id": "00000000-0000-4000-8000-0000000000e4",
              "usage_source": "provider", "input_tokens": null, "output_tokens": null, "audio_ms": 83000, "latency_ms": 8}]'::jsonb)) ->> 'cost_usd',
  '0.0083', 'settled: 83 seconds');
select is((select audio_ms from ai_call_logs where request_model = 'acme-ear'), 83000, 'and its call says how long it was');
select is(ai_settle(jsonb_build_object('request_id', '10000000-0000-4000-8000-000000000003', 'org_id', '00000000-0000-4000-8000-00000000000a', 'task', 'extras-chat',
  'outcome', '{"status": "succeeded", "provider": "acme", "model": "acme-long", "tier": "small", "latency_ms": 9, "action": "use_ai_result"}'::jsonb,
  'calls', '[{"attempt": 1, "purpose": "answer", "provider": "acme", "request_model": "acme-long", "price_id": "00000000-0000-4000-8000-0000000000e3",
              "usage_source": "provider", "input_tokens": 150000, "output_tokens": 50, "cache_read_input_tokens": 50000, "latency_ms": 8}]'::jsonb)) ->> 'cost_usd',
  '0.2105', 'what may have been of the long tier and was of the short one is billed as it was: 100,000 × 2 + 50,000 × 0.2 + 50 × 10 per million');
select is((select price_id from ai_call_logs where request_model = 'acme-long'), '00000000-0000-4000-8000-0000000000e2', 'and its call names that price');
select is_empty($$ select * from private.cost_corrections('-infinity', 'infinity') $$, 'so there is nothing to correct');
select throws_ok(
  $$ insert into ai_call_logs (request_id, org_id, attempt, purpose, provider, request_model, audio_ms)
     values (gen_random_uuid(), '00000000-0000-4000-8000-00000000000a', 1, 'answer', 'acme', 'acme-ear', -1) $$, '23514', null, 'no audio lasts less than nothing');
select is_empty('select * from ai_ledger_check', 'the ledger agrees');

select * from finish();
rollback;
