-- Providers of the platform with a key of their own: who may put it into the Vault, and whose requests may go there.
begin;
set local search_path = public, extensions;
select plan(19);

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'owner@a.example'), ('00000000-0000-4000-8000-0000000000d1', 'operator@platform.example');
insert into organizations (id, name, slug) values ('00000000-0000-4000-8000-00000000000a', 'A', 'a');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner');
insert into platform_operators (user_id) values ('00000000-0000-4000-8000-0000000000d1');

-- What an operator writes by the Data API.
set local role authenticated;
select set_config('request.jwt.claims', '{"sub": "00000000-0000-4000-8000-0000000000d1", "role": "authenticated"}', true);
insert into ai_providers (slug, title, kind, base_url) values ('acme-ai', 'Acme', 'openai_compatible', 'https://api.acme.example/v1');
insert into ai_models (provider, model, tier, context_window, max_output_tokens, capabilities)
  values ('acme-ai', 'acme-1', 'small', 100000, 4000, '{streaming}');
insert into ai_model_prices (provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on)
  values ('acme-ai', 'acme-1', '2026-01-01', 1, 2, 'https://acme.example/prices', '2026-01-01');

create function pg_temp.ask(p_number integer, p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object(
    'request_id', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0')), 'user_id', '00000000-0000-4000-8000-0000000000a1',
    'service', false, 'task', 'gateway', 'operation', 'chat', 'importance', 'medium', 'cost_sensitivity', 'medium', 'cache', 'off',
    'language', 'en', 'input_tokens', 600, 'prompt_tokens', 0, 'prompt', '{"key": "gateway", "version": 1}'::jsonb,
    'max_output_tokens', 100, 'needs', '[]'::jsonb, 'providers', '["openai"]'::jsonb, 'deadline_ms', 30000, 'output_settings', '{}'::jsonb,
    'models', '["acme-1"]'::jsonb) || p_more
$$;
create function pg_temp.listed() returns boolean language sql as $$
  select public.ai_gateway_models(pg_temp.ask(0)) -> 'models' @> '[{"model": "acme-1"}]'
$$;
reset role;
select is(jsonb_array_length((ai_admit(pg_temp.ask(1))::jsonb) #> '{plan,candidates}'), 0, 'a provider without any key is nobody''s to ask');
select is(pg_temp.listed(), false, 'and its models are not listed');

-- Who may put a key there.
set local role authenticated;
select set_config('request.jwt.claims', '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}', true);
select throws_ok($$ select set_ai_provider_key('acme-ai', 'k') $$, '42501', null, 'an owner of an organization may not set a key');
select throws_ok($$ select ai_provider_key('acme-ai') $$, '42501', null, 'nor read one');
set local role anon;
select throws_ok($$ select set_ai_provider_key('acme-ai', 'k') $$, '42501', null, 'nobody at all may neither');
set local role authenticated;
select set_config('request.jwt.claims', '{"sub": "00000000-0000-4000-8000-0000000000d1", "role": "authenticated"}', true);
select throws_ok($$ select set_ai_provider_key('nobody', 'k') $$, '22023', null, 'an unknown provider has no key');
select throws_ok($$ select set_ai_provider_key('acme-ai', '') $$, '22023', null, 'an empty key is none');
select throws_ok($$ select set_ai_provider_key('acme-ai', E'a\nb') $$, '22023', null, 'a key fits into a header');
select lives_ok($$ select set_ai_provider_key('acme-ai', 'acme-secret') $$, 'an operator sets a key');
select is((select secret_name from ai_providers where slug = 'acme-ai'), 'SIGNALBOX_PROVIDER_ACME_AI_API_KEY', 'the provider says where its key is');
select throws_ok($$ select ai_provider_key('acme-ai') $$, '42501', null, 'and the operator never sees it again');
select throws_ok($$ select * from vault.decrypted_secrets $$, '42501', null, 'not in the Vault either');

-- What it is good for.
set local role service_role;
select is(ai_provider_key('acme-ai'), 'acme-secret', 'the functions get the key');
reset role;
select is((ai_admit(pg_temp.ask(2))::jsonb) #>> '{plan,candidates,0,secret_name}', 'SIGNALBOX_PROVIDER_ACME_AI_API_KEY',
  'every organization may ask a provider of the platform that has its own key');
select is(pg_temp.listed(), true, 'and its models are listed');
select is(position('acme-secret' in ai_admit(pg_temp.ask(3))::text), 0, 'no plan carries the key');
select is_empty($$ select from private.route_cards as card where card::text like '%acme-secret%' $$, 'and no route card');

-- A key that is not a provider's stays where it is.
select vault.create_secret('mail-secret', 'MAIL_API_KEY') is not null as secret;
update ai_providers set secret_name = 'MAIL_API_KEY' where slug = 'acme-ai';
select is(ai_provider_key('acme-ai'), null, 'a row cannot fetch another secret of the Vault');
update ai_providers set secret_name = 'SIGNALBOX_PROVIDER_ACME_AI_API_KEY' where slug = 'acme-ai';

select set_ai_provider_key('acme-ai', 'next-secret');
select set_ai_provider_key('acme-ai', null);
select is(ai_provider_key('acme-ai'), null, 'a key that was changed and taken out is gone');

select * from finish();
rollback;
