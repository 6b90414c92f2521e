-- Split counters: each has a share of the cap, what does not fit one is drawn from all, and everybody who adds up sees one sum.
begin;
set local search_path = public, extensions;
select plan(34);

insert into organizations (id, name, slug, currency, time_zone) values
  ('00000000-0000-4000-8000-00000000000a', 'A', 'split-test-a', 'USD', 'UTC'), ('00000000-0000-4000-8000-00000000000b', 'B', 'split-test-b', 'USD', 'UTC');
insert into ai_tasks (slug, title, description, operation, has_rules, streams, base_tier) values ('split-test', 'Split', 'A task for this file', 'chat', true, true, 'small');
insert into ai_providers (slug, title, kind) values ('acme', 'Acme', 'openai_compatible');
insert into ai_models (provider, model, tier, context_window, max_output_tokens) values ('acme', 'acme-s', 'small', 100000, 4000);
insert into ai_model_prices (id, provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on) values
  ('00000000-0000-4000-8000-0000000000f1', 'acme', 'acme-s', '2026-01-01', 1000, 1000, 'https://acme.test/prices', '2026-01-01');
insert into ai_policies (task, version, status, tiers, base_tier, max_tier) values
  ('split-test', 1, 'active', '{"small": [{"provider": "acme", "model": "acme-s"}]}', 'small', 'small');
insert into ai_settings (key, value) values ('ai.budget.soft.percent', '100');

-- Requests by the counter of four that they go to; those that go through the whole gate anyway are left out.
create temporary table numbers as
select n, ('10000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid as id, private.counter_of(('10000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 4) as counter
from generate_series(1, 1000) as n
where (uuid_hash(('10000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid) >> 8) % 64 <> 0;
create function pg_temp.nth(p_counter integer, p_n integer) returns uuid language sql as $$
  select id from numbers where counter = p_counter order by n offset p_n - 1 limit 1
$$;
-- 1,000 tokens in and none out: one dollar.
create function pg_temp.ask(p_id uuid, p_tokens integer default 1000, p_at text default '2026-11-20T12:00:00Z') returns text language sql as $$
  select set_config('signalbox.now', p_at, true);
  select coalesce(a.answer ->> 'code', a.answer ->> 'outcome') from (select ai_admit(jsonb_build_object('request_id', p_id,
    'org_id', '00000000-0000-4000-8000-00000000000a', 'service', true, 'task', 'split-test', 'operation', 'chat', 'importance', 'medium',
    'cost_sensitivity', 'medium', 'cache', 'off', 'input_tokens', p_tokens, 'prompt_tokens', 0, 'prompt', '{"key": "x", "version": 1}'::jsonb,
    'max_output_tokens', 0, 'needs', '[]'::jsonb, 'providers', '["acme"]'::jsonb, 'deadline_ms', 30000, 'output_settings', '{}'::jsonb)) as answer) as a
$$;
create function pg_temp.done(p_id uuid, p_tokens integer) returns jsonb language sql as $$
  select ai_settle(jsonb_build_object('request_id', p_id, 'org_id', '00000000-0000-4000-8000-00000000000a', 'task', 'split-test',
    'calls', jsonb_build_array(jsonb_build_object('attempt', 1, 'purpose', 'answer', 'provider', 'acme', 'request_model', 'acme-s',
      'price_id', '00000000-0000-4000-8000-0000000000f1', 'input_tokens', p_tokens, 'output_tokens', 0, 'usage_source', 'provider', 'latency_ms', 12)),
    'outcome', '{"status": "succeeded", "tier": "small", "provider": "acme", "model": "acme-s", "latency_ms": 20, "action": "use_ai_result"}'::jsonb))
$$;
-- The organization's month, counter by counter: used and, of it, held.
create function pg_temp.used() returns text language sql as $$
  select string_agg(trim_scale(month_settled + month_held)::text || '/' || trim_scale(month_held)::text, ' ' order by counter)
  from private.ai_budget_counters where org_id = '00000000-0000-4000-8000-00000000000a' and scope = 'organization'
$$;

select throws_ok($$ update ai_budgets set counters = 3 where org_id = '00000000-0000-4000-8000-00000000000a' $$, '23514', null, 'three counters have no exact share');
update ai_budgets set cap = 10, counters = 4 where org_id = '00000000-0000-4000-8000-00000000000a';

-- Shares of 2.50 each.
select is(pg_temp.ask(pg_temp.nth(0, 1)), 'admitted', 'the first request passes the whole gate');
select is(pg_temp.used(), '0.25/1 0.25/0 0.25/0 0.25/0', 'and leaves the counters even: settled makes up for held');
select is(pg_temp.ask(pg_temp.nth(1, 1)), 'admitted', 'the next one goes to its counter');
select is(pg_temp.used(), '0.25/1 1.25/1 0.25/0 0.25/0', 'and to no other');
select is(pg_temp.ask(pg_temp.nth(1, 2)), 'admitted', 'a second one fits its share');
select is(pg_temp.used(), '0.25/1 2.25/2 0.25/0 0.25/0', 'which is nearly full');
select is(pg_temp.ask(pg_temp.nth(1, 3)), 'admitted', 'a third one draws from the rest');
select is(pg_temp.used(), '1/1 1/3 1/0 1/0', 'and leaves them even again');
select is((select counter from ai_holds where request_id = pg_temp.nth(1, 3)), 1::smallint, 'its hold knows its counter');
select is((select count(*)::integer from private.ai_budget_counters where scope = 'task' and org_id = '00000000-0000-4000-8000-00000000000a'), 2,
  'an account without a budget has a row where it was used only');

select is(pg_temp.ask(pg_temp.nth(0, 2), 6000), 'admitted', 'one that no share could hold is admitted when it fits all of them together');
select is(pg_temp.ask(pg_temp.nth(2, 1), 1), 'budget_exhausted', 'what is left is nothing: a thousandth of a dollar is refused');
select is((select concat_ws(' ', trim_scale(settled), trim_scale(held), trim_scale(remaining), state) from ai_budget_status
           where org_id = '00000000-0000-4000-8000-00000000000a'), '0 10 0 exhausted', 'the status adds the counters up');
select is((select concat_ws(' ', count(*), trim_scale(sum(month_held)), trim_scale(sum(month_settled)), sum(minute_requests)) from ai_budget_states
           where org_id = '00000000-0000-4000-8000-00000000000a' and scope = 'organization'), '1 10 0 5', 'so does the state, minute and all');
select is_empty('select * from ai_ledger_check', 'and the check');

-- Every end of a request, in its own counter.
select is(pg_temp.done(pg_temp.nth(1, 1), 400) ->> 'settled', 'true', 'a settle');
select is(pg_temp.used(), '2.5/7 1.9/2 2.5/0 2.5/0', 'gives back to the counter of the hold');
select is(ai_extend('00000000-0000-4000-8000-00000000000a', pg_temp.nth(0, 1), 0.7) ->> 'code', 'budget_exhausted', 'an extension above what all have is refused');
select is(ai_extend('00000000-0000-4000-8000-00000000000a', pg_temp.nth(0, 1), 0.6) ->> 'granted', 'true', 'one that fits all together is granted');
select is(pg_temp.used(), '3.1/7.6 1.9/2 2.5/0 2.5/0', 'and counts in its counter');
select set_config('signalbox.now', '2026-11-20T12:30:00Z', true) is not null as later;
select is(private.sweep_holds(), 4, 'the sweep charges what never ended');
select is(pg_temp.done(pg_temp.nth(0, 2), 1000) ->> 'settled', 'true', 'a late settle');
select is(pg_temp.used(), '-1.9/0 1.9/0 2.5/0 2.5/0', 'gives back to the counter of the hold, which may then have less than nothing');
select is_empty('select * from ai_ledger_check', 'the check is empty');

-- The end of a day, and of the split.
select is(pg_temp.ask(pg_temp.nth(2, 2), 1000, '2026-11-21T12:00:00Z'), 'admitted', 'a request of the next day');
select is((select count(distinct day)::integer from private.ai_budget_counters where scope = 'organization' and org_id = '00000000-0000-4000-8000-00000000000a'), 1,
  'takes all counters into it');
select is_empty('select * from ai_ledger_check', 'and the closed day adds up');
update ai_budgets set counters = 1 where org_id = '00000000-0000-4000-8000-00000000000a';
select is(pg_temp.ask(pg_temp.nth(3, 1), 4001, '2026-11-21T12:00:00Z'), 'budget_exhausted', 'joined again, a request is measured by all there is');
select is(pg_temp.ask(pg_temp.nth(3, 1), 4000, '2026-11-21T12:00:00Z'), 'admitted', 'to the last cent');
select is_empty('select * from ai_ledger_check', 'which the check agrees with');

-- Who may see and change it.
select ok(not has_table_privilege('authenticated', 'private.ai_budget_counters', 'insert, update, delete')
          and not has_table_privilege('service_role', 'private.ai_budget_counters', 'insert, update, delete'), 'nobody writes counters');
set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000e1", "role": "authenticated"}';
select is((select count(*)::integer from ai_budget_states), 0, 'a stranger sees no sums');
select is((select count(*)::integer from private.ai_budget_counters), 0, 'nor counters');
reset role;
select * from finish();
rollback;
