-- Breakers, what is left of rate limits, and health probes: who changes them, when, and who may look.
begin;
set local search_path = public, extensions;
select plan(40);

insert into auth.users (id, email) values ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test');
insert into organizations (id, name, slug) values ('00000000-0000-4000-8000-00000000000a', 'A', 'breakers-test-a');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'member');
delete from ai_breakers;
create function pg_temp.at(p_time text) returns timestamptz language sql as $$
  select set_config('signalbox.now', '2026-11-27T' || p_time || 'Z', true)::timestamptz
$$;
create function pg_temp.fail(p_model text, p_code text, p_times integer default 1, p_retry_after_ms integer default null) returns text language plpgsql as $$
begin
  for n in 1 .. p_times loop
    perform private.record_breaker_outcome('openai', p_model, p_code, private.clock(), p_retry_after_ms);
  end loop;
  return (select b.state || coalesce(' ' || to_char(b.open_until at time zone 'UTC', 'HH24:MI:SS'), '') from ai_breakers as b
          where b.provider = 'openai' and b.model in (p_model, '*') order by b.model = '*' desc limit 1);
end
$$;

-- Opening and closing -------------------------------------------------------------------------------------------------------
select isnt(pg_temp.at('12:00:00'), null, 'noon');
select is(pg_temp.fail('gpt-4o', 'server', 4), 'closed', 'four failures in a row are borne');
select is(pg_temp.fail('gpt-4o', 'invalid_request'), 'closed', 'our own mistake proves that the provider answers');
select is(pg_temp.fail('gpt-4o', 'server', 4), 'closed', 'so it counts from the start');
select is(pg_temp.fail('gpt-4o', 'timeout'), 'open 12:00:30', 'the fifth opens for half a minute');
select is(private.claim_probe('openai', 'gpt-4o', private.clock()), false, 'during which nobody probes');
select isnt(pg_temp.at('12:00:31'), null, 'later');
select is(private.claim_probe('openai', 'gpt-4o', private.clock()), true, 'then one does');
select is(private.claim_probe('openai', 'gpt-4o', private.clock()), false, 'and only one');
select is(pg_temp.fail('gpt-4o', 'server'), 'open 12:01:31', 'a probe in vain doubles the pause');
select private.record_breaker_outcome('openai', 'gpt-4o', null, pg_temp.at('12:00:10'));
select is((select state from ai_breakers where model = 'gpt-4o'), 'open', 'a straggler from before says nothing about now');
select private.record_breaker_outcome('openai', 'gpt-4o', null, pg_temp.at('12:01:40'));
select is((select array[state, openings::text] from ai_breakers where model = 'gpt-4o'), array['closed', '0'], 'a success from after closes');
select is(pg_temp.fail('gpt-4o-mini', 'rate_limited', 1, 7000), 'open 12:01:47', 'a rate limit says itself how long');
select is(pg_temp.fail('hasty', 'rate_limited', 1, 0), 'open 12:01:41', 'but not that it is over at once');
-- What answers say is a provider's word: numbers that fit no column are taken as far as they go.
create function pg_temp.told(p_facts jsonb) returns void language sql as $$
  select private.record_breakers_together(array[jsonb_build_array('{"provider": "openai", "request_model": "odd", "attempt": 1}' || p_facts)],
    array[(p_facts ? 'error_code')::integer], array[private.clock()])
$$;
select lives_ok($$select pg_temp.told('{"error_code": "rate_limited", "retry_after_ms": 99999999999.5}')$$, 'a wait of years is no error');
select is((select b.open_until from ai_breakers as b where b.model = 'odd'), private.clock() + interval '1 day', 'and is believed for a day');
delete from ai_breakers where model in ('odd', 'hasty');
-- A wait that nobody named is none, not one of no time, which would open a breaker at its first failure.
select pg_temp.told('{"error_code": "server"}');
select is((select array[state, failures::text] from ai_breakers where model = 'odd'), array['closed', '1'], 'a failure that names no wait is one of five');
delete from ai_breakers where model = 'odd';
select pg_temp.told('{"requests_left": 5}');
select is((select array[h.requests_left, h.tokens_left] from private.provider_headroom as h where h.model = 'odd'), array[5, null],
  'what a provider does not tell is unknown');
delete from private.provider_headroom where model = 'odd';
select pg_temp.told('{"requests_left": 99999999999, "tokens_left": -3}');
select is((select array[h.requests_left, h.tokens_left] from private.provider_headroom as h where h.model = 'odd'), array[2147483647, 0],
  'nor is what is left, beyond what can be counted');
select is(pg_temp.fail('gpt-4o-mini', 'authentication'), 'open 12:02:10', 'a refused key takes the whole provider out at once');
select is((select private.alert_in_words('provider_down', facts, 'en') from private.provider_conditions() where facts ->> 'model' = '*'),
  'openai does not answer: authentication, 1 failures in a row', 'and raises an alert');
select is(private.breaker_state(private.open_breakers(private.clock()), 'openai', 'gpt-5'), 'open', 'for every model of it');

-- When to come back ----------------------------------------------------------------------------------------------------------
insert into ai_holds (org_id, request_id, created_at, expires_at, held_usd, held, currency, per_usd, day, week, month, accounts, task, decision)
select '00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000b1', private.clock(), private.clock() + interval '1 minute', 0, 0,
  'EUR', 1, '2026-11-27', '2026-11-23', '2026-11-01', '{}', 'gateway', '{"candidates": [
    {"provider": "openai", "model": "gpt-4o-mini", "problem": "breaker_open", "breaker": "open"},
    {"provider": "anthropic", "model": "claude-haiku-4-5", "problem": "breaker_open", "breaker": "open"},
    {"provider": "together", "model": "llama", "problem": "above_max_cost", "breaker": "half_open"}]}';
create function pg_temp.wait() returns integer language sql as $$
  select ai_breaker_wait('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000b1')
$$;
insert into ai_breakers (provider, model, state, opened_at, open_until) values
  ('anthropic', 'claude-haiku-4-5', 'open', private.clock(), private.clock() + interval '2 minutes'),
  ('together', '*', 'open', private.clock(), private.clock() + interval '1 second');
select is(pg_temp.wait(), 30000, 'a request that found nobody waits for the first of its own candidates, for provider and model alike');
update ai_breakers set state = 'half_open', open_until = private.clock(), probe_until = private.clock() + interval '45 seconds' where provider = 'openai' and model = '*';
select is(pg_temp.wait(), 45000, 'while somebody else probes, for the end of the probe');
update ai_breakers set state = 'closed', probe_until = null, open_until = null, opened_at = null where provider = 'openai';
select is(pg_temp.wait(), 0, 'not at all once it is closed');
update ai_holds set decision = '{"candidates": [{"provider": "openai", "model": "gpt-4o-mini", "worst_cost_usd": 1}]}'
where request_id = '00000000-0000-4000-8000-0000000000b1';
select is(pg_temp.wait(), null, 'a request that breakers kept from nobody is told nothing');

-- Headroom ------------------------------------------------------------------------------------------------------------------
delete from ai_breakers;
delete from private.provider_headroom;
create function pg_temp.told(p_requests integer) returns text language plpgsql as $$
begin
  perform private.record_breakers_together(array[jsonb_build_array(
    jsonb_build_object('attempt', 1, 'provider', 'openai', 'request_model', 'gpt-4o', 'requests_left', p_requests, 'tokens_left', 90000),
    jsonb_build_object('attempt', 2, 'provider', 'anthropic', 'request_model', 'claude-haiku-4-5'))], array[0], array[private.clock()]);
  return (select string_agg(concat_ws(' ', provider, model, requests_left, tokens_left), ', ') from private.provider_headroom);
end
$$;
select is(pg_temp.told(500), 'openai gpt-4o 500 90000', 'what a provider says of its limit is kept; nothing where it says nothing');
select is(pg_temp.told(499), 'openai gpt-4o 500 90000', 'not with every answer');
select isnt(pg_temp.at('12:01:51'), null, 'ten seconds later');
select is(pg_temp.told(450), 'openai gpt-4o 450 90000', 'but soon enough');

-- Probes --------------------------------------------------------------------------------------------------------------------
delete from ai_breakers;
insert into ai_call_logs (id, created_at, request_id, org_id, attempt, purpose, provider, request_model, usage_source, latency_ms, stand_in)
values (gen_random_uuid(), private.clock() - interval '14 minutes', gen_random_uuid(), '00000000-0000-4000-8000-00000000000a', 1, 'answer', 'openai', 'gpt-4o', 'none', 1, true);
delete from private.provider_probes;
select is(private.providers_to_probe(private.clock()), array['anthropic', 'together'], 'nobody is asked who has answered a call lately');
insert into private.provider_probes (provider, asked_at) values ('anthropic', private.clock() - interval '10 minutes');
select is(private.providers_to_probe(private.clock()), array['together'], 'nor who was asked lately');
insert into ai_breakers (provider, model, state, last_error, opened_at, open_until) values
  ('openai', 'gpt-4o', 'open', 'network', private.clock() - interval '1 hour', private.clock() - interval '1 second'),
  ('anthropic', 'claude-haiku-4-5', 'open', 'server', private.clock(), private.clock() + interval '1 minute');
select is(private.providers_to_probe(private.clock()), array['openai', 'together'], 'but one whose pause is over is');
select ai_note_probes('[{"provider": "openai", "error_code": "network", "latency_ms": 5000}, {"provider": "nobody", "error_code": null, "latency_ms": 1}]');
select is((select count(*)::integer from ai_breakers where model = '*'), 0, 'once unreachable is no proof');
select ai_note_probes('[{"provider": "openai", "error_code": "network", "latency_ms": 5000}]');
select is((select state from ai_breakers where provider = 'openai' and model = '*'), 'open', 'twice is');
select isnt(pg_temp.at('12:02:00'), null, 'later');
select ai_note_probes('[{"provider": "openai", "error_code": null, "latency_ms": 90}, {"provider": "anthropic", "error_code": null, "latency_ms": 70}]');
select results_eq($$ select provider, model, state, open_until <= private.clock() from ai_breakers order by 1, 2 $$, $$ values
  ('anthropic', 'claude-haiku-4-5', 'open', false), ('openai', '*', 'closed', null), ('openai', 'gpt-4o', 'open', true) $$,
  'an answer closes the provider''s breaker and ends the pause of models it was not reached for, not of one that failed by itself');
select throws_ok($$ set local role authenticated; select ai_note_probes('[]') $$, '42501', null, 'nobody but the service role tells of probes');
reset role;
select set_config('request.jwt.claims', '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}', true);
set local role authenticated;
select results_eq('select provider, answers, latency_ms from ai_provider_probes order by 1', $$ values ('anthropic', true, 70), ('openai', true, 90) $$,
  'everybody signed in sees how providers are');
reset role;

-- Regions -------------------------------------------------------------------------------------------------------------------
update ai_models set region = 'eu' where model = 'gpt-4o';
select set_setting('ai.data.region', '"eu"', '00000000-0000-4000-8000-00000000000a');
select is(
  (select string_agg(m.model || ' ' || coalesce(m.problem, 'usable'), ', ' order by m.rank) filter (where m.tier in ('small', 'large') and m.provider = 'openai')
   from unnest((private.make_route_card(jsonb_populate_record(null::private.admission_request,
     '{"task": "classify-lead", "operation": "chat", "providers": ["openai", "anthropic", "together"]}'),
     '00000000-0000-4000-8000-00000000000a', private.clock())).models) as m),
  'gpt-4o-mini outside_region, gpt-6-luna outside_region, gpt-4o usable, gpt-6.2-sol outside_region',
  'where an organization asks for a region, a model that is not known to be there is no candidate');
select * from finish();
rollback;
