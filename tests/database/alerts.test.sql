-- Alerts: what opens one, what ends it, who may act on it, and that each channel is told once.
begin;
\ir prelude.sql
set local search_path = public, extensions;
select plan(121);

create function pg_temp.at(p_time text) returns void language sql as $$ select set_config('signalbox.now', p_time, true) $$;
select pg_temp.at('2026-11-18 12:00+00') is null as noon; -- a Wednesday

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test'), ('00000000-0000-4000-8000-0000000000a2', 'max@a.test'),
  ('00000000-0000-4000-8000-0000000000a4', 'manager@a.test'), ('00000000-0000-4000-8000-0000000000b1', 'bob@b.test'),
  ('00000000-0000-4000-8000-0000000000d1', 'operator@test');
insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A & Sons', 'alerts-test-a', 'USD', 'UTC'), ('00000000-0000-4000-8000-00000000000b', 'B', 'alerts-test-b', 'USD', 'UTC');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'admin'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a2', 'member'),
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'manager'),
  ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');
insert into platform_operators (user_id) values ('00000000-0000-4000-8000-0000000000d1');
update ai_model_prices set source_on = '2026-11-17';

create function pg_temp.open() returns setof text language sql as $$
  select concat_ws(' ', coalesce(right(a.org_id::text, 1), '-'), a.kind, a.severity)
  from ai_alerts as a where a.ended_at is null order by a.org_id nulls first, a.kind, a.severity
$$;
create function pg_temp.log_requests(p_count integer, p_at timestamptz, p_more jsonb) returns void language sql as $$
  select pg_temp.write_request(jsonb_build_object('id', gen_random_uuid(), 'created_at', p_at, 'org_id', '00000000-0000-4000-8000-00000000000a',
    'task', 'classify-lead', 'status', 'succeeded', 'cost_usd', 0) || p_more)
  from generate_series(1, p_count)
$$;
grant execute on all functions in schema pg_temp to public;

select is(private.evaluate_alerts(), 0, 'where nothing is wrong nothing is opened');

-- Rules -----------------------------------------------------------------------------------------------------------------
select is((select count(*)::integer from private.alert_rules_for('error_rate') where org_id = '00000000-0000-4000-8000-00000000000a'), 2, 'the platform''s rules count for an organization');
insert into ai_alert_rules (org_id, kind, severity, threshold, look_back, active) values ('00000000-0000-4000-8000-00000000000b', 'error_rate', 'info', 0.9, '5 minutes', false);
select is((select count(*)::integer from private.alert_rules_for('error_rate') where org_id = '00000000-0000-4000-8000-00000000000b'), 0, 'unless it has its own, even switched off');
select is((select array_agg(org_id) from private.alert_rules_for('provider_down')), array[null]::uuid[], 'what is about the platform is the platform''s');
select throws_ok($$insert into ai_alert_rules (kind, severity, threshold) values ('error_rate', 'info', 0.5)$$, '23514', null, 'a rate needs a time to look back');
select throws_ok($$insert into ai_alert_rules (org_id, kind, severity, threshold, min_count)
  values ('00000000-0000-4000-8000-00000000000a', 'spend_anomaly', 'info', 6, 2147483647)$$, '23514', null,
  'nobody has more weeks of history than are looked at: reckoning back so many would fail for every organization');
select throws_ok($$insert into ai_alert_rules (org_id, kind, severity, threshold)
  values ('00000000-0000-4000-8000-00000000000a', 'budget_90', 'info', 9e131071)$$, '23514', null,
  'nor a threshold that overflows once it is multiplied: nobody would hear of a budget again');
select throws_ok($$insert into ai_budgets (org_id, scope, period, cap)
  values ('00000000-0000-4000-8000-00000000000a', 'organization', 'day', 9e131071)$$, '23514', null, 'nor such a cap');
select throws_ok($$select set_setting(key, '9e131071', '00000000-0000-4000-8000-00000000000a') from ai_setting_definitions where key = 'ai.budget.monthly.cap'$$,
  '22023', null, 'nor as a setting');
select is_empty($$select d.key from ai_setting_definitions as d where 'organization' = any (d.scopes) and d.type in ('number', 'integer')
  and d.schema -> 'maximum' is null$$, 'no number that an organization may set is without an end');
select throws_ok($$insert into ai_alert_rules (kind, severity, threshold, look_back) values ('error_rate', 'info', 50, '5 minutes')$$, '23514', null, 'and a share, not percent');
select throws_ok($$insert into ai_alert_rules (kind, severity, threshold, look_back) values ('error_rate', 'info', 0.5, '2 hours')$$, '23514', null, 'of at most an hour');
select throws_ok($$insert into ai_alert_rules (org_id, kind, severity, threshold) values ('00000000-0000-4000-8000-00000000000a', 'stale_prices', 'info', 30)$$, '23514', null, 'prices are the platform''s');

-- Channels --------------------------------------------------------------------------------------------------------------
create temporary table urls (url text, good boolean);
insert into urls values
  ('https://hooks.slack.com/services/T0/B0/x', true), ('https://HOOKS.slack.com:443/services/T0', true), ('https://hooks.slack.com?x=1', true),
  ('https://alerts.example.com/in', true), ('https://a.b.example.com', true), ('https://exact.example.org/', true),
  ('http://hooks.slack.com/services', false), ('https://hooks.slack.com:8443/x', false), ('https://hooks.slack.com@evil.example.net/', false),
  ('https://user:pw@hooks.slack.com/', false), ('https://example.com/', false), ('https://evilexample.com/', false), ('https://sub.exact.example.org/', false),
  ('https://hooks.slack.com.evil.net/', false), ('https://127.0.0.1/', false), ('https://[::1]/', false), ('https://2130706433/', false),
  ('https://0x7f.0.0.1/', false), ('https://0177.0.0.1/', false), ('https://10.0.0.1.nip.io/', false), ('https://localhost/', false),
  ('https://db.internal/', false), ('https://printer.local/', false), ('https://metadata.google.internal/', false), ('https://169.254.169.254/latest', false),
  ('https://hooks.slack.com\@evil.net/', false), (E'https://hooks.slack.com/\nHost: x', false), ('https://hooks.slack.com/#@evil.net', false),
  ('https://hooks.slack.com./x', false), ('//hooks.slack.com/x', false), ('https:///x', false), ('file:///etc/passwd', false), ('', false), (null, false),
  ('https://' || repeat('a', 3000) || '.example.com/', false);
select set_setting('ai.alert.hosts', '["hooks.slack.com", "*.example.com", "exact.example.org"]') is not null as listed;
select is_empty($$select url, private.alert_url_problem(url) from urls where good and private.alert_url_problem(url) is not null$$, 'listed hosts may be called');
select is_empty($$select url from urls where not good and private.alert_url_problem(url) is null$$, 'nothing else may');
select set_setting('ai.alert.hosts', '["*"]') is not null as listed;
select is_empty($$select url from urls where not good and private.alert_url_problem(url) is null
  and url not in ('https://example.com/', 'https://evilexample.com/', 'https://sub.exact.example.org/', 'https://hooks.slack.com.evil.net/')$$,
  'and with every host listed still no private one, no number, no other port');
select set_setting('ai.alert.hosts', '["hooks.slack.com", "*.example.com"]') is not null as listed;

select pg_temp.act_as('authenticated', 'a1');
create temporary table channels (name text, id uuid);
grant select, insert on channels to public;
insert into channels select 'slack', create_alert_channel('00000000-0000-4000-8000-00000000000a', 'Sales', 'slack', 'https://hooks.slack.com/services/T0/B0/secret');
insert into channels select 'mail', create_alert_channel('00000000-0000-4000-8000-00000000000a', 'On call', 'email', 'https://mail.example.com/send', 'Bearer mail-secret', '{oncall@a.test}', 'alerts@a.test', 'critical');
select throws_ok($$select create_alert_channel('00000000-0000-4000-8000-00000000000a', 'x', 'webhook', 'https://10.0.0.1/')$$, '22023',
  'Cannot create the channel: the address cannot be used, its host is not public', 'an admin cannot send the database into the network');
select throws_ok($$select create_alert_channel('00000000-0000-4000-8000-00000000000a', 'x', 'webhook', 'https://other.example.net/')$$, '22023',
  'Cannot create the channel: the address cannot be used, its host other.example.net is not listed in the setting ai.alert.hosts', 'nor to a host nobody listed');
select throws_ok($$select create_alert_channel('00000000-0000-4000-8000-00000000000b', 'x', 'webhook', 'https://hooks.slack.com/x')$$, '42501', null, 'nor make a channel of another organization');
select throws_ok($$select create_alert_channel(null, 'x', 'webhook', 'https://hooks.slack.com/x')$$, '42501', null, 'nor of the platform');
select throws_ok($$select create_alert_channel('00000000-0000-4000-8000-00000000000a', 'x', 'email', 'https://mail.example.com/send')$$, '23514', null, 'a mail needs somebody to go to');
select throws_ok($$select set_setting('ai.alert.hosts', '["*"]', '00000000-0000-4000-8000-00000000000a')$$, '22023', null, 'nor list a host');
select throws_ok($$select url from ai_alert_channels$$, '42501', null, 'addresses are shown to nobody');
select is((select array_agg(name order by name) from ai_alert_channels), array['On call', 'Sales'], 'channels are');
select throws_ok($$update ai_alert_channels set host = 'x'$$, '42501', null, 'an address is not changed, a new channel is made');
select throws_ok($$insert into ai_alert_channels (name, kind, host) values ('x', 'webhook', 'x')$$, '42501', null, 'and not past the function');
select pg_temp.act_as('authenticated', 'a4');
select throws_ok($$select create_alert_channel('00000000-0000-4000-8000-00000000000a', 'x', 'webhook', 'https://hooks.slack.com/x')$$, '42501', null, 'a manager makes none');
select is((select count(*)::integer from ai_alert_channels), 2, 'but sees them');
select pg_temp.act_as('authenticated', 'a2');
select is((select count(*)::integer from ai_alert_channels), 0, 'a member does not');
select pg_temp.act_as('authenticated', 'd1');
insert into channels select 'platform', create_alert_channel(null, 'Platform', 'webhook', 'https://ops.example.com/in', null, null, null, 'info');
select pg_temp.act_as('service_role', null);
insert into channels select 'b', create_alert_channel('00000000-0000-4000-8000-00000000000b', 'B', 'webhook', 'https://b.example.com/in', null, null, null, 'info');
select throws_ok($$select url from ai_alert_channels$$, '42501', null, 'not to the service role either');
reset role;
select is((select decrypted_secret::jsonb ->> 'authorization' from vault.decrypted_secrets where name = 'alert_channel:' || (select id from channels where name = 'mail')),
  'Bearer mail-secret', 'the Vault has the address and the authorization');
select is((select count(*)::integer from ai_alert_channels where url is not null), 0, 'the table has neither');
select is((select count(*)::integer from ai_audit_log where subject = 'ai_alert_channels' and (new_values::text like '%secret%' or new_values::text like '%hooks.slack.com/%')), 0, 'nor has the audit log');
select is((select count(*)::integer from ai_audit_log where subject = 'ai_alert_channels' and action = 'insert'), 4, 'which knows who made them');

-- Budgets -----------------------------------------------------------------------------------------------------------------
insert into private.ai_budget_counters (org_id, account, day, week, month, month_settled, month_held, minute) values
  ('00000000-0000-4000-8000-00000000000a', 'organization:00000000-0000-4000-8000-00000000000a', '2026-11-18', '2026-11-16', '2026-11-01', 899, 0.99, now());
select is(private.evaluate_alerts(), 0, '89.999 % is not 90');
update private.ai_budget_counters set month_held = 1;
select is(private.evaluate_alerts(), 1, '90 % is');
select results_eq('select * from pg_temp.open()', array['a budget_90 warning'], 'a warning');
select is((select message from ai_alerts), '90.0 % of the month budget of the organization is used: 900.00 of 1000.00 USD', 'it says what is used');
select is((select respond_by - opened_at from ai_alerts), interval '1 hour', 'a warning wants an answer within the hour');
select is((select array_agg(transition || ' ' || (select name from channels where id = channel_id)) from ai_alert_deliveries), array['opened slack'],
  'it is to be told to the organization''s channels of its severity, and to no other organization''s');
select pg_temp.at('2026-11-18 12:01+00') is null as later;
update private.ai_budget_counters set month_settled = 950;
select is(private.evaluate_alerts(), 0, 'the next minute it is the same alert');
select results_eq($$select message, last_seen_at from ai_alerts$$,
  $$values ('95.1 % of the month budget of the organization is used: 951.00 of 1000.00 USD', timestamptz '2026-11-18 12:01+00')$$, 'with today''s figures');
select is((select count(*)::integer from ai_alert_deliveries), 1, 'told once');

-- A hard budget rests below its cap: refusals tell. The words are ai_admit's own.
insert into ai_tasks (slug, title, description, operation, has_rules, streams, base_tier) values ('alert-test', 'T', 'T', 'chat', true, true, 'small');
insert into ai_providers (slug, title, kind) values ('acme', 'Acme', 'openai_compatible');
insert into ai_models (provider, model, tier, context_window, max_output_tokens, capabilities) values ('acme', 'acme-s', 'small', 100000, 4000, '{}');
insert into ai_model_prices (provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on) values
  ('acme', 'acme-s', '2026-01-01', 100000, 2000, 'https://acme.test', '2026-11-17');
insert into ai_policies (task, version, status, tiers, base_tier, max_tier) values
  ('alert-test', 1, 'active', '{"small": [{"provider": "acme", "model": "acme-s"}]}', 'small', 'small');
select is(ai_admit(jsonb_build_object('request_id', gen_random_uuid(), 'user_id', '00000000-0000-4000-8000-0000000000a1', 'service', false, 'task', 'alert-test',
  'operation', 'chat', 'importance', 'medium', 'cost_sensitivity', 'medium', 'cache', 'off', 'language', 'en', 'input_tokens', 600, 'prompt_tokens', 400,
  'prompt', '{"key": "alert-test", "version": 1}'::jsonb, 'max_output_tokens', 100, 'needs', '[]'::jsonb, 'providers', '["acme"]'::jsonb, 'deadline_ms', 30000,
  'output_settings', '{}'::jsonb)) ->> 'code', 'budget_exhausted', 'a request of 100 dollars finds 49 left');
select is(private.evaluate_alerts(), 1, 'that is another alert');
select is((select message from ai_alerts where kind = 'budget_100'), 'The month budget of the organization refuses requests: 1 lately, with 951.00 of 1000.00 USD used',
  'the budget is as good as exhausted although it is not used up');
select is((select respond_by - opened_at from ai_alerts where kind = 'budget_100'), interval '15 minutes', 'which is critical');
select results_eq($$select transition, c.name from ai_alert_deliveries as d join ai_alerts as a on a.id = d.alert_id join channels as c on c.id = d.channel_id
  where a.kind = 'budget_100' order by c.name$$, $$values ('opened', 'mail'), ('opened', 'slack')$$, 'and goes to who is on call, too');

-- It ends ---------------------------------------------------------------------------------------------------------------
update private.ai_budget_counters set month_settled = 10, month_held = 0;
select pg_temp.at('2026-11-18 12:05:59+00') is null as later;
select is(private.evaluate_alerts(), 0, 'below the threshold nothing is opened');
select is((select count(*)::integer from ai_alerts where resolved_at is not null), 0, 'and nothing resolved within five minutes');
update private.ai_budget_counters set month_settled = 910;
select private.evaluate_alerts() as flapping;
select is((select count(*)::integer from ai_alerts where kind = 'budget_90'), 1, 'a condition that comes back in that time is the same alert');
update private.ai_budget_counters set month_settled = 10;
select pg_temp.at('2026-11-18 12:10:59+00') is null as later;
select private.evaluate_alerts() as gone;
select results_eq($$select resolved_at = ended_at, resolved_by from ai_alerts where kind = 'budget_90'$$, $$values (true, null::uuid)$$, 'five minutes later it has resolved by itself');
select results_eq('select * from pg_temp.open()', array['a budget_100 critical'], 'refusals of the last quarter of an hour still count');
select is((select array_agg(transition order by transition) from ai_alert_deliveries as d join ai_alerts as a on a.id = d.alert_id where a.kind = 'budget_90'), array['opened', 'resolved'],
  'the channel is told');
select pg_temp.at('2026-11-18 12:30+00') is null as later;
select private.evaluate_alerts() as gone;
select is((select count(*)::integer from ai_alerts where ended_at is null), 0, 'after a quarter of an hour they do not');
update private.ai_budget_counters set month_settled = 950;
select is(private.evaluate_alerts(), 1, 'the same condition later is a new alert');

-- People ----------------------------------------------------------------------------------------------------------------
create temporary table alert as select id from ai_alerts where ended_at is null;
grant select on alert to public;
select pg_temp.act_as('authenticated', 'a2');
select is((select count(*)::integer from ai_alerts), 0, 'a member sees no alerts');
select throws_ok($$select acknowledge_alert(id) from alert$$, 'PT404', null, 'nor acknowledges one');
select pg_temp.act_as('authenticated', 'b1');
select is((select count(*)::integer from ai_alerts), 0, 'nor does another organization''s owner see it');
select throws_ok($$select resolve_alert(id) from alert$$, 'PT404', 'Cannot resolve the alert: there is none with this id', 'nor resolve it');
select throws_ok($$select resolve_alert('00000000-0000-4000-8000-0000000000ff')$$, 'PT404', 'Cannot resolve the alert: there is none with this id', 'an unknown one is answered alike');
select is((select count(*)::integer from ai_alert_deliveries), 0, 'nor its deliveries');
select pg_temp.act_as('anon', null);
select throws_ok($$select * from public.ai_alerts$$, '42501', null, 'without a user there are no alerts');
select throws_ok($$select public.acknowledge_alert('00000000-0000-4000-8000-0000000000ff')$$, '42501', null, 'and nothing to acknowledge');
select pg_temp.act_as('authenticated', 'a4');
select pg_temp.at('2026-11-18 12:31+00') is null as later;
select results_eq($$select (acknowledge_alert(id)).acknowledged_by from alert$$, $$values ('00000000-0000-4000-8000-0000000000a4'::uuid)$$, 'a manager acknowledges');
select pg_temp.act_as('authenticated', 'a1');
select results_eq($$select (acknowledge_alert(id)).acknowledged_by from alert$$, $$values ('00000000-0000-4000-8000-0000000000a4'::uuid)$$, 'the first who does counts');
select throws_ok($$update ai_alerts set resolved_at = now()$$, '42501', null, 'alerts are not changed but by the functions');
select results_eq($$select (resolve_alert(id)).resolved_by from alert$$, $$values ('00000000-0000-4000-8000-0000000000a1'::uuid)$$, 'an admin resolves');
reset role;
select pg_temp.at('2026-11-18 12:40+00') is null as later;
select is(private.evaluate_alerts(), 0, 'while the condition goes on it does not open again');
select is((select array_agg(transition order by transition) from ai_alert_deliveries as d join alert on alert.id = d.alert_id), array['acknowledged', 'opened', 'resolved'], 'each step is told once');
update private.ai_budget_counters set month_settled = 10;
select pg_temp.at('2026-11-18 12:50+00') is null as later;
select private.evaluate_alerts() as gone;
select results_eq($$select ended_at, resolved_at from ai_alerts join alert using (id)$$, $$values (timestamptz '2026-11-18 12:50+00', timestamptz '2026-11-18 12:31+00')$$, 'its end does not change who resolved it');
select is((select count(*)::integer from ai_alert_deliveries as d join alert on alert.id = d.alert_id), 3, 'nor is it told again');

-- Rates -----------------------------------------------------------------------------------------------------------------
select pg_temp.log_requests(17, '2026-11-18 12:45+00', '{}');
select pg_temp.log_requests(2, '2026-11-18 12:45+00', '{"status": "failed"}');
select pg_temp.log_requests(5, '2026-11-18 12:45+00', '{"status": "refused"}');
select is(private.evaluate_alerts(), 0, 'nineteen requests are too few to tell');
select pg_temp.log_requests(1, '2026-11-18 12:46+00', '{"fell_back": true}');
select is(private.evaluate_alerts(), 1, 'two failures of twenty are 10 %');
select is((select message from ai_alerts where ended_at is null), '10.0 % of 20 requests in 15 minutes failed', 'refused ones do not count');
select pg_temp.log_requests(8, '2026-11-18 12:47+00', '{"action": "fallback_to_rules"}');
select private.evaluate_alerts() as more;
select results_eq('select * from pg_temp.open()', array['a error_rate warning', 'a fallback_rate warning'], 'rules and other providers are fallbacks');
select pg_temp.at('2026-11-18 13:30+00') is null as later;
select pg_temp.log_requests(40, '2026-11-18 13:28+00', '{"status": "swept"}');
select pg_temp.log_requests(40, '2026-11-18 13:28+00', '{"escalated": true}');
select private.evaluate_alerts() as more;
select results_eq('select * from pg_temp.open()', array['a error_rate critical', 'a error_rate warning', 'a escalation_rate info'], 'worse is another severity');

-- Providers, prices, overruns ---------------------------------------------------------------------------------------------
insert into ai_breakers (provider, model, state, failures, openings, opened_at, open_until, last_error) values
  ('openai', 'gpt-4o', 'open', 5, 1, '2026-11-18 13:29+00', '2026-11-18 13:30+00', 'server'),
  ('openai', 'gpt-4.1', 'open', 1, 0, '2026-11-18 13:29+00', '2026-11-18 13:30+00', 'rate_limited');
select pg_temp.at('2026-11-18 14:40+00') is null as later;
select private.evaluate_alerts() as down;
select results_eq('select * from pg_temp.open()', array['- provider_down critical'], 'a provider that is down is the platform''s alert, a rate limit is none');
select is((select array_agg(c.name) from ai_alert_deliveries as d join ai_alerts as a on a.id = d.alert_id join channels as c on c.id = d.channel_id where a.kind = 'provider_down'), array['platform'], 'told to the platform''s channel');
insert into ai_alert_rules (org_id, kind, severity, threshold) values
  ('00000000-0000-4000-8000-00000000000a', 'provider_down', 'warning', 1), ('00000000-0000-4000-8000-00000000000b', 'provider_down', 'warning', 1);
insert into ai_call_logs (created_at, request_id, org_id, attempt, purpose, provider, request_model, cost_usd) values
  ('2026-11-18 10:00+00', gen_random_uuid(), '00000000-0000-4000-8000-00000000000a', 1, 'answer', 'openai', 'gpt-4o', 0);
select private.evaluate_alerts() as down;
select results_eq('select * from pg_temp.open()', array['- provider_down critical', 'a provider_down warning'], 'and of an organization that asked for it and calls it');
delete from ai_breakers;
update ai_model_prices set source_on = '2026-10-18' where provider = 'openai' and model = 'gpt-4o' and effective_to is null;
update ai_model_prices set source_on = '2026-10-19' where provider = 'anthropic';
select pg_temp.at('2026-11-18 14:50+00') is null as later;
select private.evaluate_alerts() as stale;
select results_eq($$select kind, facts -> 'models' from ai_alerts where ended_at is null$$, $$values ('stale_prices', '["openai/gpt-4o"]'::jsonb)$$, 'prices are stale after 30 days');
select pg_temp.act_as('authenticated', 'd1');
select is((select array_agg(distinct kind order by kind) from ai_alerts), array['provider_down', 'stale_prices'], 'an operator sees the platform''s alerts');
select lives_ok($$select resolve_alert(id) from ai_alerts where kind = 'stale_prices'$$, 'and resolves them');
reset role;
insert into ai_overruns (org_id, request_id, created_at, held_usd, settled_usd) values
  ('00000000-0000-4000-8000-00000000000a', '20000000-0000-4000-8000-000000000001', '2026-11-18 14:45+00', 1, 1.5),
  ('00000000-0000-4000-8000-00000000000a', '20000000-0000-4000-8000-000000000002', '2026-11-18 14:46+00', 1, 1.25);
select private.evaluate_alerts() as overrun;
select results_eq($$select message, facts -> 'request_ids' -> 0 from ai_alerts where kind = 'overrun'$$,
  $$values ('2 requests cost more than was held for them, 0.750000 US dollars in all', '"20000000-0000-4000-8000-000000000001"'::jsonb)$$, 'overruns are told together, the worst first');

-- Cost per lead ---------------------------------------------------------------------------------------------------------
update private.ai_budget_counters set month_settled = 200;
insert into leads (org_id, name, created_at) select '00000000-0000-4000-8000-00000000000a', 'L' || n, '2026-11-05 10:00+00' from generate_series(1, 4) as n;
select is(private.evaluate_alerts(), 0, 'four leads are too few');
insert into leads (org_id, name, created_at) values ('00000000-0000-4000-8000-00000000000a', 'L5', '2026-11-06 10:00+00');
select is(private.evaluate_alerts(), 1, '40 dollars a lead are too much');
select is((select message from ai_alerts where kind = 'cost_per_lead'), 'A new lead costs at least 40.00 USD in 2026-11, more than 25.00', 'even if only AI''s part of it is known');

-- Spending unlike itself ------------------------------------------------------------------------------------------------
create function pg_temp.spend(p_hour timestamptz, p_usd numeric, p_org uuid default '00000000-0000-4000-8000-00000000000a') returns void language sql as $$
  insert into private.ai_org_hours values (p_org, p_hour, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, p_usd, 0)
$$;
select pg_temp.at('2026-11-18 15:10+00') is null as later;
-- Every Wednesday from two to three about 10 dollars, every other hour nothing.
select pg_temp.spend('2026-11-18 14:00+00'::timestamptz - n * interval '7 days', 9 + n % 3) from generate_series(1, 8) as n;
select pg_temp.spend('2026-11-18 14:00+00', 16);
select is((select score from private.spending_scores() where basis = 'same hour of the weekday'), 4.05, '16 against 10 with a spread of 1.4826: 4.05 deviations');
select private.evaluate_alerts() as usual;
select is((select count(*)::integer from ai_alerts where kind = 'spend_anomaly'), 0, 'which is not yet unusual');
update private.ai_org_hours set cost_usd = 20 where hour = '2026-11-18 14:00+00';
select private.evaluate_alerts() as unusual;
select is((select message from ai_alerts where kind = 'spend_anomaly'), '20.00 US dollars in the hour from 2026-11-18 14:00, where 10.00 is usual', '20 is');
select is((select facts ->> 'basis' from ai_alerts where kind = 'spend_anomaly'), 'same hour of the weekday', 'compared with Wednesdays, although other days had nothing at two');
-- B has three days of history only.
select pg_temp.spend('2026-11-18 14:00+00'::timestamptz - n * interval '1 day', 1, '00000000-0000-4000-8000-00000000000b') from generate_series(1, 3) as n;
select pg_temp.spend('2026-11-18 14:00+00', 500, '00000000-0000-4000-8000-00000000000b');
select private.evaluate_alerts() as unknown;
select is((select count(*)::integer from ai_alerts where kind = 'spend_anomaly'), 1, 'three days are no history');
select pg_temp.spend('2026-11-18 14:00+00'::timestamptz - n * interval '1 day', 1, '00000000-0000-4000-8000-00000000000b') from generate_series(4, 12) as n;
select private.evaluate_alerts() as known;
select is((select facts ->> 'basis' from ai_alerts where kind = 'spend_anomaly' and org_id = '00000000-0000-4000-8000-00000000000b'), 'same hour of the day', 'twelve days are one, until there are weeks');
-- Winter time began on 25 October in Berlin: two o'clock stays two o'clock.
update organizations set time_zone = 'Europe/Berlin' where id = '00000000-0000-4000-8000-00000000000a';
delete from private.ai_org_hours;
select pg_temp.spend(('2026-11-18 15:00'::timestamp - n * interval '7 days') at time zone 'Europe/Berlin', 10) from generate_series(1, 8) as n;
select pg_temp.spend('2026-11-18 14:00+00', 10);
select results_eq($$select typical_usd, history from private.spending_scores() where basis = 'same hour of the weekday'$$, $$values (10.000000, 8)$$, 'hours are the clock''s, across the change of time');

-- One kind that breaks ----------------------------------------------------------------------------------------------------
update ai_alerts set last_seen_at = '2026-11-18 14:00+00' where kind = 'cost_per_lead';
savepoint whole;
alter function private.overrun_conditions() rename to overrun_conditions_gone;
select lives_ok($$select private.evaluate_alerts()$$, 'a kind that cannot be evaluated does not stop the others');
select is((select count(*)::integer from ai_alerts where kind = 'overrun' and ended_at is null), 1, 'nor does it look as if it were over');
rollback to whole;

-- Nobody responds -----------------------------------------------------------------------------------------------------------
delete from ai_alerts;
delete from private.ai_org_hours;
delete from leads;
delete from ai_overruns;
update ai_model_prices set source_on = '2026-11-17';
update private.ai_budget_counters set month_settled = 950;
select private.evaluate_alerts() as opened;
select pg_temp.at('2026-11-18 16:11+00') is null as later;
select private.evaluate_alerts() as overdue;
select pg_temp.at('2026-11-18 16:12+00') is null as later;
select private.evaluate_alerts() as still;
select is((select array_agg(transition order by transition) from ai_alert_deliveries), array['opened', 'overdue'], 'an hour without a response is told once');

-- Delivery ------------------------------------------------------------------------------------------------------------------
delete from net.http_request_queue;
create function pg_temp.answer(p_status integer, p_error text default null) returns void language sql as $$
  insert into net._http_response (id, status_code, error_msg) select max(d.net_request_id), p_status, p_error from ai_alert_deliveries as d where d.status = 'sending'
$$;
delete from ai_alert_deliveries where transition = 'overdue';
select is(private.deliver_alerts(), 1, 'a due delivery is posted');
select is(private.deliver_alerts(), 0, 'once');
select results_eq($$select url, headers ->> 'Idempotency-Key' = (select id::text from ai_alert_deliveries), headers ? 'Authorization',
    convert_from(body, 'UTF8')::jsonb ->> 'text' from net.http_request_queue$$,
  $$values ('https://hooks.slack.com/services/T0/B0/secret', true, false,
    E':warning: *WARNING opened* · A & Sons · budget_90\n95.0 % of the month budget of the organization is used: 950.00 of 1000.00 USD')$$, 'in Slack''s own format, under the delivery''s key');
create function pg_temp.told(p_channel text, p_field text) returns text language sql as $$
  select private.alert_body(d, a, c) ->> p_field from ai_alert_deliveries as d join ai_alerts as a on a.id = d.alert_id
  cross join ai_alert_channels as c where c.id = (select id from channels where name = p_channel)
$$;
select set_setting('locale', '"fr-CH"', '00000000-0000-4000-8000-00000000000a') is not null as french;
select is(pg_temp.told('slack', 'text'),
  E':warning: *AVERTISSEMENT début* · A & Sons · budget_90\nLe budget mensuel de l’organisation est consommé à 95,0 % : 950,00 sur 1000,00 USD', 'an organization is told in its language');
select set_setting('locale', '"de-AT"', '00000000-0000-4000-8000-00000000000a') is not null as german;
select matches(pg_temp.told('mail', 'text'), E'^Das Monatsbudget der Organisation ist zu 95,0 % verbraucht: 950,00 von 1000,00 USD\n\nOrganisation: A & Sons\nBegonnen: ', 'by mail, too');
select set_setting('locale', '"ja-JP"', '00000000-0000-4000-8000-00000000000a') is not null as japanese;
select is(pg_temp.told('mail', 'subject'), '[warning opened] 95.0 % of the month budget of the organization is used: 950.00 of 1000.00 USD', 'in English where it is not spoken');
select unset_setting('locale', '00000000-0000-4000-8000-00000000000a') is not null as unset;
create temporary table facts (kind text, facts jsonb) on commit drop;
insert into facts values
  ('budget_90', '{"scope": "user", "scope_key": "anna", "period": "day", "used": 9.5, "cap": 10, "currency": "EUR", "used_percent": 95, "threshold": 90}'),
  ('budget_100', '{"scope": "task", "scope_key": null, "period": "week", "used": 9.5, "cap": 10, "currency": "EUR", "used_percent": 95, "threshold": 100, "refused_requests": 3}'),
  ('cost_per_lead', '{"month": "2026-11-01", "cost_per_lead_at_least": 40, "threshold": 25, "complete": true, "currency": "EUR"}'),
  ('cost_per_lead', '{"month": "2026-11-01", "cost_per_lead_at_least": 40, "threshold": 25, "complete": false, "currency": "EUR"}'),
  ('error_rate', '{"requests": 20, "hits": 2, "look_back_minutes": 15}'), ('fallback_rate', '{"requests": 20, "hits": 2, "look_back_minutes": 15}'),
  ('escalation_rate', '{"requests": 20, "hits": 2, "look_back_minutes": 15}'),
  ('provider_down', '{"provider": "openai", "model": "*", "last_error": "server", "failures": 5}'),
  ('stale_prices', '{"prices": 4, "days": 90, "oldest_on": "2026-01-02"}'), ('overrun', '{"requests": 2, "excess_usd": 0.25}'),
  ('spend_anomaly', '{"local_hour": "2026-11-18 14:00", "spent_usd": 20, "typical_usd": 10}');
select is((select count(distinct private.alert_in_words(f.kind, f.facts, l.lang))::integer from facts as f, unnest(array['en', 'de', 'fr', 'es']) as l (lang)), 44,
  'each kind says something in each language');
select is((select private.alert_in_words(f.kind, f.facts, 'es') from facts as f where f.kind = 'budget_100'),
  'El presupuesto semanal de cada tarea rechaza solicitudes: 3 últimamente, con 9,50 de 10,00 EUR gastados', 'of any budget');
select results_eq($$select k.kind from (select distinct kind from ai_alert_rules) as k
  where not exists (select from facts as f where f.kind = k.kind and private.alert_in_words(f.kind, f.facts, 'en') is not null)$$, array[]::text[], 'no kind of rule is without words');
select pg_temp.answer(500) is null as failing;
select is(private.deliver_alerts(), 0, 'a failed one waits');
select results_eq($$select status, attempts, response_status, next_attempt_at - private.clock() from ai_alert_deliveries$$, $$values ('pending', 1, 500, interval '30 seconds')$$, 'half a minute first');
select pg_temp.at('2026-11-18 16:13+00') is null as later;
select is(private.deliver_alerts(), 1, 'and is posted again');
select is((select count(distinct headers ->> 'Idempotency-Key')::integer from net.http_request_queue), 1, 'under the same key');
select pg_temp.at('2026-11-18 16:14+00') is null as later;
select is(private.deliver_alerts(), 0, 'an answer that has not come is waited for');
select pg_temp.at('2026-11-18 16:16+00') is null as later;
select private.deliver_alerts() as lost;
select results_eq($$select status, problem, next_attempt_at - private.clock() from ai_alert_deliveries$$, $$values ('pending', 'no answer in two minutes', interval '1 minute')$$, 'for two minutes');
select pg_temp.at('2026-11-18 16:18+00') is null as later;
select private.deliver_alerts() as again;
select pg_temp.answer(204) is null as well;
select private.deliver_alerts() as done;
select results_eq($$select status, attempts, response_status, problem from ai_alert_deliveries$$, $$values ('sent', 3, 204, null::text)$$, 'and is sent when the receiver says so');
select pg_temp.at('2026-11-18 20:18+00') is null as later;
select is(private.deliver_alerts(), 0, 'what is sent is not sent again');

update ai_alert_deliveries set status = 'pending', attempts = 0, next_attempt_at = private.clock();
select private.deliver_alerts() as again;
select pg_temp.answer(404) is null as gone;
select private.deliver_alerts() as done;
select results_eq($$select status, problem from ai_alert_deliveries$$, $$values ('failed', 'answered with 404')$$, 'an address that is gone is not asked again');
update ai_alert_deliveries set status = 'pending', attempts = 9, next_attempt_at = private.clock();
select private.deliver_alerts() as last_one;
select pg_temp.answer(null, 'Couldn''t connect to server') is null as away;
select private.deliver_alerts() as done;
select results_eq($$select status, attempts, problem from ai_alert_deliveries$$, $$values ('failed', 10, 'Couldn''t connect to server')$$, 'nor is anybody after ten times');
update ai_alert_deliveries set status = 'pending', attempts = 0, next_attempt_at = private.clock();
select set_setting('ai.alert.hosts', '["mail.example.com"]') is not null as shorter;
select is(private.deliver_alerts(), 0, 'a host that is no longer listed is not called');
select is((select problem from ai_alert_deliveries), 'its host hooks.slack.com is not listed in the setting ai.alert.hosts', 'and the delivery says why');

select pg_temp.act_as('authenticated', 'a1');
delete from ai_alert_channels where id = (select id from channels where name = 'slack');
reset role;
select is((select count(*)::integer from vault.secrets where name = 'alert_channel:' || (select id from channels where name = 'slack')), 0, 'a channel takes its address out of the Vault');
select throws_ok($$insert into ai_alert_deliveries (alert_id, channel_id, transition) select a.id, c.id, 'opened' from ai_alerts as a, channels as c, generate_series(1, 2) where c.name = 'mail'$$,
  '23505', null, 'a transition has one delivery a channel');
update ai_alerts set ended_at = '2025-01-01', resolved_at = '2025-01-01';
select is(private.forget_alerts(), 1, 'alerts are forgotten after 400 days');

select * from finish();
rollback;
