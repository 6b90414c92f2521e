-- Limits of a provider: whoever is at its limit is passed over, and what calls it counts there.
begin;
set local search_path = public, extensions;
select plan(28);

insert into auth.users (id, email) values ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test');
insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'provider-limits-a', 'USD', 'UTC');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner');
insert into ai_tasks (slug, title, description, operation, has_rules, streams, base_tier) values
  ('limits-one', 'One', 'A task for this file', 'chat', true, true, 'small'), ('limits-two', 'Two', 'Another', 'chat', true, true, 'small');
insert into ai_providers (slug, title, kind) values ('acme', 'Acme', 'openai_compatible'), ('bolt', 'Bolt', 'openai_compatible');
insert into ai_models (provider, model, tier, context_window, max_output_tokens) values
  ('acme', 'acme-s', 'small', 100000, 4000), ('bolt', 'bolt-s', 'small', 100000, 4000), ('bolt', 'bolt-l', 'large', 100000, 4000);
insert into ai_model_prices (id, provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on) values
  ('00000000-0000-4000-8000-0000000000f1', 'acme', 'acme-s', '2026-01-01', 1, 0, 'https://acme.test/prices', '2026-01-01'),
  ('00000000-0000-4000-8000-0000000000f2', 'bolt', 'bolt-s', '2026-01-01', 1, 0, 'https://bolt.test/prices', '2026-01-01'),
  ('00000000-0000-4000-8000-0000000000f3', 'bolt', 'bolt-l', '2026-01-01', 2, 0, 'https://bolt.test/prices', '2026-01-01');
insert into ai_policies (task, version, status, tiers, base_tier, max_tier, requires_large) values
  ('limits-one', 1, 'active', '{"small": [{"provider": "acme", "model": "acme-s"}, {"provider": "bolt", "model": "bolt-s"}]}', 'small', 'small', false),
  ('limits-two', 1, 'active', '{"small": [{"provider": "acme", "model": "acme-s"}], "large": [{"provider": "bolt", "model": "bolt-l"}]}', 'large', 'large', true);
update ai_budgets set cap = 1000 where org_id = '00000000-0000-4000-8000-00000000000a';

create function pg_temp.answer(p_number integer, p_more jsonb default '{}') returns jsonb language sql as $$
  select ai_admit(jsonb_build_object(
    'request_id', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0')), 'org_id', '00000000-0000-4000-8000-00000000000a',
    'user_id', '00000000-0000-4000-8000-0000000000a1', 'service', false, 'task', 'limits-one', 'operation', 'chat', 'importance', 'medium',
    'cost_sensitivity', 'medium', 'cache', 'off', 'input_tokens', 1000, 'prompt_tokens', 0, 'prompt', '{"key": "limits", "version": 1}'::jsonb,
    'max_output_tokens', 0, 'providers', '["acme", "bolt"]'::jsonb, 'deadline_ms', 30000) || p_more)::jsonb
$$;
-- The models of the plan, or the code of the refusal with the limit that was met.
create function pg_temp.ask(p_number integer, p_more jsonb default '{}') returns text language sql as $$
  select coalesce(
    (select string_agg(c ->> 'model', ', ' order by n) from jsonb_array_elements(a.answer #> '{plan,candidates}') with ordinality as x (c, n)),
    concat_ws(' ', a.answer ->> 'code', a.answer #>> '{extensions,limit}', a.answer ->> 'retry_after_ms'))
  from pg_temp.answer(p_number, p_more) as a (answer)
$$;
create function pg_temp.accounts(p_number integer) returns text language sql as $$
  select string_agg(account, ', ') from ai_holds as h cross join unnest(h.accounts) as account
  where h.request_id = ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0'))::uuid and account like 'provider:%'
$$;
create function pg_temp.settle(p_number integer, p_calls jsonb) returns text language sql as $$
  select ai_settle(jsonb_build_object('request_id', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0')),
    'org_id', '00000000-0000-4000-8000-00000000000a', 'task', 'limits-one', 'outcome', '{"status": "succeeded"}'::jsonb, 'calls', p_calls)) ->> 'status'
$$;
create function pg_temp.at(p_now text) returns boolean language sql as $$ select set_config('signalbox.now', p_now, true) is not null $$;
create function pg_temp.limited(p_scope text, p_key text, p_requests integer, p_tokens integer default null, p_concurrent integer default null)
returns void language sql as $$
  delete from ai_limits where org_id = '00000000-0000-4000-8000-00000000000a';
  insert into ai_limits (org_id, scope, scope_key, requests_per_minute, tokens_per_minute, concurrent_requests)
  values ('00000000-0000-4000-8000-00000000000a', p_scope, p_key, p_requests, p_tokens, p_concurrent);
$$;

select pg_temp.at('2027-04-01 10:00:30+00');
select is(pg_temp.ask(1), 'acme-s, bolt-s', 'without a limit both may be asked');
select is(pg_temp.accounts(1), null, 'and nothing is counted by provider');

-- Passed over ---------------------------------------------------------------------------------------------------------------------------
select pg_temp.limited('provider', 'acme', 1);
select is(pg_temp.ask(2), 'acme-s, bolt-s', 'the first request of the minute');
select is(pg_temp.accounts(2), 'provider:acme', 'counts with who is asked first');
select is(pg_temp.ask(3), 'bolt-s', 'the second goes to the other provider');
select is(pg_temp.accounts(3), 'provider:bolt', 'and counts there');
select is((select h.decision::jsonb #> '{candidates,0}' from ai_holds as h where h.request_id = '10000000-0000-4000-8000-000000000003'),
  '{"rank": 101, "provider": "acme", "model": "acme-s", "tier": "small", "problem": "limit_reached"}', 'the log says why');
select is(pg_temp.ask(4, '{"models": ["acme-s"]}'), 'rate_limited requests 30000', 'who wants that model only is refused until the minute is over');
select is((select r.decision #>> '{candidates,0,problem}' from ai_request_logs as r where r.id = '10000000-0000-4000-8000-000000000004'),
  'limit_reached', 'and the log says that too');
select pg_temp.limited('provider', null, 1);
select is(pg_temp.ask(5), 'rate_limited requests 30000', 'and so is everybody when no provider is left');
select pg_temp.at('2027-04-01 10:01:00+00');
select is(pg_temp.ask(6), 'acme-s, bolt-s', 'in the next minute it begins anew');

-- Tokens and requests at once -----------------------------------------------------------------------------------------------------------
select pg_temp.limited('provider', 'acme', null, 1500);
select pg_temp.at('2027-04-01 10:02:00+00');
select is(array[pg_temp.ask(10), pg_temp.ask(11), pg_temp.ask(12, '{"models": ["acme-s"]}')],
  array['acme-s, bolt-s', 'bolt-s', 'rate_limited tokens 60000'], 'tokens a minute of a provider');
select pg_temp.at('2027-04-01 10:10:00+00');
select pg_temp.limited('provider', 'acme', null, null, 1);
select is(array[pg_temp.ask(13), pg_temp.ask(14), pg_temp.ask(15, '{"models": ["acme-s"]}')],
  array['acme-s, bolt-s', 'bolt-s', 'rate_limited concurrent 1000'], 'requests at once of a provider');
select is(pg_temp.settle(13, '[]'), 'settled', 'one ends');
select is(pg_temp.ask(16), 'acme-s, bolt-s', 'and its place is free');

-- The provider that is really asked -----------------------------------------------------------------------------------------------------
select pg_temp.at('2027-04-01 10:20:00+00');
select pg_temp.limited('provider', 'bolt', 1);
select is(pg_temp.ask(20, '{"task": "limits-two"}'), 'bolt-l', 'a task that begins large');
select is(pg_temp.accounts(20), 'provider:bolt', 'counts with the provider of its large model, not of the small one it does not ask');
select is(pg_temp.ask(21, '{"task": "limits-two"}'), 'rate_limited requests 60000', 'what needs the large model waits: the small one is no way out');

-- A fallback counts where it went -------------------------------------------------------------------------------------------------------
select pg_temp.at('2027-04-01 10:30:00+00');
select is(pg_temp.ask(30), 'acme-s, bolt-s', 'a request begins at one provider');
select is(pg_temp.settle(30, '[
  {"attempt": 1, "purpose": "answer", "provider": "acme", "request_model": "acme-s", "price_id": "00000000-0000-4000-8000-0000000000f1",
   "error_code": "server_error", "usage_source": "none"},
  {"attempt": 2, "purpose": "answer", "provider": "bolt", "request_model": "bolt-s", "price_id": "00000000-0000-4000-8000-0000000000f2",
   "input_tokens": 900, "output_tokens": 0, "usage_source": "provider"}]'), 'settled', 'and is answered by another');
select is((select array[c.minute_requests, c.minute_tokens] from ai_budget_states as c where c.account = 'provider:bolt'), array[1, 900]::bigint[], 'where it counts');
select is(pg_temp.ask(31, '{"models": ["bolt-s"]}'), 'rate_limited requests 60000', 'so that nobody goes beyond the limit after it');

-- Every limit says which it is ----------------------------------------------------------------------------------------------------------
select pg_temp.at('2027-04-01 10:40:00+00');
select pg_temp.limited('organization', null, null, 1500);
select is(array[pg_temp.ask(40), pg_temp.ask(41)], array['acme-s, bolt-s', 'rate_limited tokens 60000'], 'an organization''s tokens a minute');

-- And what it leaves --------------------------------------------------------------------------------------------------------------------
select pg_temp.at('2027-04-01 10:50:30+00');
select pg_temp.limited('organization', null, 3, 5000);
insert into ai_limits (org_id, scope, requests_per_minute) values ('00000000-0000-4000-8000-00000000000a', 'user', 2);
select is(pg_temp.answer(50) #> '{plan,limits}',
  '{"requests": {"limit": 2, "left": 1}, "tokens": {"limit": 5000, "left": 4000}, "reset_ms": 30000}'::jsonb, 'the tightest limits say what they leave');
select is(pg_temp.answer(51) #> '{plan,limits,requests}', '{"limit": 2, "left": 0}'::jsonb, 'to each request less');
select pg_temp.limited('user', '00000000-0000-4000-8000-0000000000b2', 1);
select is(pg_temp.answer(52) #> '{plan,limits}', null, 'somebody else''s limit says nothing');
select pg_temp.limited('provider', 'acme', 100);
select is(pg_temp.answer(53) #> '{plan,limits}', null, 'nor does a provider''s, which a caller could not go by');

select is_empty('select * from ai_ledger_check', 'and the ledger agrees');
select * from finish();
rollback;
