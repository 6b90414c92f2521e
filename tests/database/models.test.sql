-- Tasks, providers, models and prices: facts the platform states and nobody else may change.
begin;
set local search_path = public, extensions;

select plan(43);

insert into auth.users (id, email) values
    ('00000000-0000-4000-8000-0000000000a1', 'owner@a.example'),
    ('00000000-0000-4000-8000-0000000000b1', 'owner@b.example'),
    ('00000000-0000-4000-8000-0000000000d1', 'operator@platform.example');
insert into public.organizations (id, name, slug) values
    ('00000000-0000-4000-8000-00000000000a', 'A', 'a'),
    ('00000000-0000-4000-8000-00000000000b', 'B', 'b');
insert into public.organization_members (org_id, user_id, role) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into public.platform_operators (user_id) values ('00000000-0000-4000-8000-0000000000d1');

-- What the installation starts with.
select is_empty(
    $$ select provider, model from public.ai_models as m
       where (private.price_for(m.provider, m.model, null, now(), 0)).id is null $$,
    'every model has a price in force'
);
select is_empty(
    $$ select provider, model from public.ai_model_prices as p
       where not exists (select from public.ai_models as m where m.provider = p.provider and m.model = p.model) $$,
    'every price is of a model that exists'
);
select is_empty(
    $$ select provider, name, count(*) from (
           select provider, model as name from public.ai_models
           union all
           select provider, unnest(aliases) from public.ai_models
       ) as named group by provider, name having count(*) > 1 $$,
    'no two models of a provider answer to one name'
);
select is_empty(
    $$ select provider, model from public.ai_models
       where kind = 'chat' and ((private.price_for(provider, model, null, now(), 0)).input_usd_per_mtok is null
           or (private.price_for(provider, model, null, now(), 0)).output_usd_per_mtok is null) $$,
    'every chat model has a price for input and for output'
);
select is_empty(
    $$ select provider, model, min_input_tokens, source_on from public.ai_model_prices where source_on > date '2026-11-21' $$,
    'no price claims to have been checked in the future'
);

-- Which price: exact id, date, context tier, organization.
select is(
    (private.price_for('openai', 'gpt-4o-mini', null, now(), 100)).input_usd_per_mtok, 0.15,
    'gpt-4o-mini is not priced as gpt-4o'
);
select is((private.price_for('openai', 'gpt-4', null, now(), 100)).input_usd_per_mtok, 30.0, 'gpt-4 is not priced as gpt-4o');
select is(
    (private.price_for('openai', 'gpt-4o-mini-2099-01-01', null, now(), 100)).id, null, 'an id nobody priced has no price: not zero'
);
select is(
    (private.price_for('openai', 'gpt-5.4', null, now(), 272000)).input_usd_per_mtok, 2.5, 'the last token of the first context tier'
);
select is(
    (private.price_for('openai', 'gpt-5.4', null, now(), 272001)).input_usd_per_mtok, 5.0, 'the first token of the second'
);
select is(
    (private.price_for('openai', 'gpt-5.4', null, now(), null)).input_usd_per_mtok, 5.0,
    'an unknown number of tokens is priced at the dearest tier'
);
select is(
    (private.price_for('anthropic', 'claude-sonnet-5-5', null, '2026-10-06 23:59:59+00', 1)).cache_read_usd_per_mtok, 0.2,
    'a call before a price changed keeps the old price'
);
select is(
    (private.price_for('anthropic', 'claude-sonnet-5-5', null, '2026-10-07 00:00:00+00', 1)).cache_read_usd_per_mtok, 0.1,
    'a call from the change on has the new one'
);
select is(
    (private.price_for('openai', 'gpt-4o', null, '2025-12-31 23:59:59+00', 1)).id, null, 'before the first price there is none'
);

insert into public.ai_model_prices (provider, model, org_id, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on)
values ('openai', 'gpt-5.4', '00000000-0000-4000-8000-00000000000a', '2026-02-01', 1, 2, 'https://example.com/contract', '2026-02-01');
select is(
    (private.price_for('openai', 'gpt-5.4', '00000000-0000-4000-8000-00000000000a', now(), 300000)).input_usd_per_mtok, 1.0,
    'an organization''s own price comes before the platform''s'
);
select is(
    (private.price_for('openai', 'gpt-5.4', '00000000-0000-4000-8000-00000000000b', now(), 1)).input_usd_per_mtok, 2.5,
    'and is no other organization''s'
);
select is(
    (private.price_for('openai', 'gpt-5.4', '00000000-0000-4000-8000-00000000000a', '2026-01-15', 1)).input_usd_per_mtok, 2.5,
    'nor its own before it began'
);

-- Prices never overlap and never change.
insert into public.ai_model_prices (provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on)
values ('openai', 'gpt-4o', '2027-01-01', 9, 9, 'https://example.com', '2026-11-21');
select results_eq(
    $$ select effective_to from public.ai_model_prices where model = 'gpt-4o' order by effective_from $$,
    $$ values ('2027-01-01'::timestamptz), (null) $$,
    'a new price ends the one before it'
);
select is((private.price_for('openai', 'gpt-4o', null, now(), 1)).input_usd_per_mtok, 2.5, 'and not before its day');
select throws_ok(
    $$ insert into public.ai_model_prices
         (provider, model, effective_from, effective_to, input_usd_per_mtok, output_usd_per_mtok, source, source_on)
       values ('openai', 'gpt-4o', '2026-06-01', '2026-07-01', 1, 1, 'https://example.com', '2026-11-21') $$,
    '23P01', null, 'a price inside the time of another is refused'
);
select lives_ok(
    $$ insert into public.ai_model_prices (provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on)
       values ('openai', 'gpt-4.1', '2026-01-01', 3, 9, 'https://example.com', '2026-11-21') $$,
    'a price that was wrong from its first day is replaced from its first day'
);
select is((private.price_for('openai', 'gpt-4.1', null, '2026-01-01', 1)).input_usd_per_mtok, 3.0, 'and the right one is in force');
select throws_ok(
    $$ update public.ai_model_prices set input_usd_per_mtok = 0 where model = 'gpt-4o-mini' $$,
    '55000', null, 'a price that calls may have used is never changed'
);
select throws_ok(
    $$ insert into public.ai_model_prices (provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on)
       values ('openai', 'gpt-9', '2026-01-01', -1, 1, 'https://example.com', '2026-11-21') $$,
    '23514', null, 'a negative price is refused'
);
select throws_ok(
    $$ insert into public.ai_model_prices (provider, model, effective_from, source, source_on)
       values ('openai', 'gpt-9', '2026-01-01', 'https://example.com', '2026-11-21') $$,
    '23514', null, 'a price that prices nothing is refused: it would be free'
);

-- Exchange rates.
select is((private.rate_for('USD', now())).rate, 1.0, 'a dollar is a dollar');
select is(
    round((private.rate_for('EUR', now())).rate * 1.1761, 6), 1.000000, 'the euro rate is the reference rate the other way round'
);
insert into public.ai_exchange_rates (currency, rate, effective_from, source) values ('EUR', 0.9, '2027-01-01', 'test');
select is((private.rate_for('EUR', '2027-01-02')).rate, 0.9, 'the newest rate that has begun counts');
select isnt((private.rate_for('EUR', '2026-12-31')).rate, 0.9, 'and not before');

-- Providers: which secret goes where.
select throws_ok(
    $$ insert into public.ai_providers (slug, title, kind, base_url, secret_name)
       values ('x', 'X', 'openai_compatible', 'https://x.example/v1', 'SUPABASE_SERVICE_ROLE_KEY') $$,
    '23514', null, 'a secret that is no provider key is never sent to a provider'
);
select throws_ok(
    $$ insert into public.ai_providers (slug, title, kind, base_url) values ('x', 'X', 'openai_compatible', 'http://10.0.0.1/v1') $$,
    '23514', null, 'keys do not travel in the clear'
);
select throws_ok(
    $$ insert into public.ai_models (provider, model, context_window, max_output_tokens, capabilities)
       values ('openai', 'm', 1, 1, '{telepathy}') $$,
    '23514', null, 'a capability nobody knows is refused'
);
select throws_ok(
    $$ insert into public.ai_models (provider, model) values ('openai', 'm') $$,
    '23514', null, 'a chat model without sizes is refused: nothing could be held for it'
);

insert into public.ai_providers (slug, title, kind, base_url, secret_name, org_id)
values ('a-own', 'A''s own', 'openai_compatible', 'https://models.a.example/v1', 'A_OWN_API_KEY', '00000000-0000-4000-8000-00000000000a');

-- anon
set local role anon;
select throws_ok('select * from public.ai_models', '42501', null, 'anon may not read models');
select throws_ok('select * from public.ai_model_prices', '42501', null, 'anon may not read prices');

-- The owner of B.
set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000b1", "role": "authenticated"}';
select is_empty($$ select * from public.ai_providers where slug = 'a-own' $$, 'a provider of A is not B''s to see');
select is_empty($$ select * from public.ai_model_prices where org_id is not null $$, 'nor are A''s prices');
select isnt_empty('select * from public.ai_models', 'the platform''s models are everybody''s to see');
select throws_ok(
    $$ insert into public.ai_model_prices (provider, model, org_id, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on)
       values ('openai', 'gpt-4o', '00000000-0000-4000-8000-00000000000b', '2026-01-01', 0, 0, 'https://b.example', '2026-11-21') $$,
    '42501', null, 'an owner cannot make his own calls free'
);
select throws_ok(
    $$ insert into public.ai_providers (slug, title, kind, base_url, secret_name, org_id)
       values ('b-own', 'B', 'openai', 'https://b.example/v1', 'OPENAI_API_KEY', '00000000-0000-4000-8000-00000000000b') $$,
    '42501', null, 'an owner cannot have the platform''s key sent to his server'
);
select is_empty(
    $$ update public.ai_models set active = false returning 1 $$, 'an owner cannot turn a model off for everybody'
);

-- The operator and the service role.
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000d1", "role": "authenticated"}';
select results_eq(
    $$ update public.ai_models set active = false where model = 'o3' returning model $$, array['o3'], 'an operator turns a model off'
);
set local role service_role;
set local request.jwt.claims = '{"role": "service_role"}';
select lives_ok(
    $$ insert into public.ai_model_prices (provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on)
       values ('openai', 'o3', '2026-11-21', 2, 8, 'https://example.com', '2026-11-21') $$,
    'the service role writes prices'
);

select * from finish();
rollback;
