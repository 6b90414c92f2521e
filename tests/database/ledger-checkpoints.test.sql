-- Days are closed when they are right, opened again by whatever changes them, and keep their sums when their holds go.
begin;
set local search_path = public, extensions;
select plan(30);

select set_config('signalbox.now', '2026-10-05 12:00:00+00', true) is not null as monday;
insert into organizations (id, name, slug, currency, time_zone) values ('00000000-0000-4000-8000-00000000000a', 'A', 'checkpoint-test', 'USD', 'UTC');
insert into ai_tasks (slug, title, description, operation, has_rules, streams, base_tier) values
  ('checkpoint-test', 'Checkpoint test', 'A task for this file', 'chat', true, true, 'small');
insert into ai_providers (slug, title, kind) values ('acme', 'Acme', 'openai_compatible');
insert into ai_models (provider, model, tier, context_window, max_output_tokens) values ('acme', 'acme-s', 'small', 100000, 4000);
insert into ai_model_prices (id, provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on) values
  ('00000000-0000-4000-8000-0000000000f1', 'acme', 'acme-s', '2026-01-01', 1000, 2000, 'https://acme.test/prices', '2026-01-01');
insert into ai_policies (task, version, status, tiers, base_tier, max_tier) values
  ('checkpoint-test', 1, 'active', '{"small": [{"provider": "acme", "model": "acme-s"}]}', 'small', 'small');

create function pg_temp.admit(p_number integer) returns text language sql as $$
  select ai_admit(jsonb_build_object(
    'request_id', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0')), 'org_id', '00000000-0000-4000-8000-00000000000a', 'service', true,
    'task', 'checkpoint-test', 'operation', 'chat', 'importance', 'medium', 'cost_sensitivity', 'medium', 'cache', 'off', 'input_tokens', 1000,
    'prompt_tokens', 0, 'prompt', '{"key": "checkpoint-test", "version": 1}'::jsonb, 'max_output_tokens', 100, 'providers', '["acme"]'::jsonb,
    'deadline_ms', 30000)) ->> 'outcome'
$$;
create function pg_temp.settle(p_number integer, p_output integer) returns text language sql as $$
  select ai_settle(jsonb_build_object('request_id', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0')),
    'org_id', '00000000-0000-4000-8000-00000000000a', 'task', 'checkpoint-test', 'outcome', '{"status": "succeeded"}'::jsonb,
    'calls', jsonb_build_array(jsonb_build_object('attempt', 1, 'purpose', 'answer', 'provider', 'acme', 'request_model', 'acme-s',
      'price_id', '00000000-0000-4000-8000-0000000000f1', 'input_tokens', 100, 'output_tokens', p_output, 'usage_source', 'provider')))) ->> 'status'
$$;

-- Monday: two settled, one that nobody settles.
select is(array[pg_temp.admit(1), pg_temp.admit(2), pg_temp.admit(3)], array['admitted', 'admitted', 'admitted'], 'three requests on Monday');
select is(pg_temp.settle(1, 100), 'settled', 'the first is settled');
select is(pg_temp.settle(2, 50), 'settled', 'the second too');
select is(private.close_ledger_days(), 0, 'today is not closed');
select set_config('signalbox.now', '2026-10-06 12:00:00+00', true) is not null as tuesday;
select is(private.close_ledger_days(), 0, 'nor a day on which money is still held');
select set_config('signalbox.now', '2026-10-07 12:00:00+00', true) is not null as wednesday;
select is(private.sweep_holds(), 1, 'the third is swept');
select is(private.close_ledger_days(), 1, 'now Monday is closed');
select is(private.close_ledger_days(), 0, 'once');
select results_eq(
  'select day, holds::integer, settled_usd, calls::integer, calls_usd, accounts::integer, settled from private.ai_ledger_checkpoints',
  $$ values ('2026-10-05'::date, 3, 1.7, 2, 0.5, 2, 3.4) $$, 'with its sums: 0.3 + 0.2 + the whole hold of 1.2, in two accounts');
select is_empty('select * from ai_ledger_check', 'the ledger agrees');

-- Tampering with a closed day shows in its sums, and in the month's.
savepoint untouched;
update private.ai_budget_counters set day_settled = day_settled + 1 where scope = 'task';
select set_eq('select problem from ai_ledger_check',
  $$ values ('counters of a closed day differ from its checkpoint'), ('settled counter differs from its days') $$, 'a counter of a closed day that was changed is noticed');
rollback to untouched;
update private.ai_budget_counters set month_settled = month_settled - 0.000001 where scope = 'organization';
select set_eq('select problem, reference, expected, actual from ai_ledger_check',
  $$ values ('settled counter differs from its days', 'organization:00000000-0000-4000-8000-00000000000a month 2026-10-01', 1.7, 1.699999) $$,
  'so is a month that is not the sum of its days');
rollback to untouched;

-- A late settle opens the day again.
select is(pg_temp.settle(3, 100), 'settled', 'the swept request settles after all, two days late');
select is((select count(*)::integer from private.ai_ledger_checkpoints), 0, 'its day is open again');
select is_empty('select * from ai_ledger_check', 'the ledger agrees');
select is(private.close_ledger_days(), 1, 'and the day is closed once more');
select is((select settled_usd from private.ai_ledger_checkpoints), 0.8, 'with the new sum');

-- A day that disagrees is not closed.
select is(pg_temp.admit(4), 'admitted', 'a request on Wednesday');
select is(pg_temp.settle(4, 100), 'settled', 'settled at once');
select set_config('signalbox.now', '2026-10-08 01:59:59+00', true) is not null as soon_after;
select is(private.close_ledger_days(), 0, 'yesterday is not closed while it may still be settled');
update ai_call_logs set cost_usd = cost_usd + 1 where request_id = '10000000-0000-4000-8000-000000000004';
select set_config('signalbox.now', '2026-10-20 12:00:00+00', true) is not null as two_weeks_later;
select is(private.close_ledger_days(), 0, 'a day with a wrong call stays open');
update ai_call_logs set cost_usd = cost_usd - 1 where request_id = '10000000-0000-4000-8000-000000000004';
select is(private.close_ledger_days(), 1, 'until it is right');

-- A settlement that stood in a function's log is posted by hand, long after its calls.
select is(ai_settle(jsonb_build_object('request_id', '10000000-0000-4000-8000-000000000005',
  'org_id', '00000000-0000-4000-8000-00000000000a', 'task', 'checkpoint-test', 'outcome', '{"status": "succeeded"}'::jsonb,
  'calls', jsonb_build_array(jsonb_build_object('attempt', 1, 'purpose', 'answer', 'provider', 'acme', 'request_model', 'acme-s',
    'price_id', '00000000-0000-4000-8000-0000000000f1', 'input_tokens', 100, 'output_tokens', 100, 'usage_source', 'provider',
    'created_at', '2026-10-12 12:00:00+00')))) ->> 'status', 'recovered', 'a request nobody was admitted for, of a week ago');
select is_empty('select * from ai_ledger_check', 'the ledger finds its calls where they are');
select set_config('signalbox.now', '2026-10-21 02:00:00+00', true) is not null as two_hours_after;
select is(private.close_ledger_days(), 1, 'and closes its day, two hours after its end');
update ai_call_logs set cost_usd = 1 where request_id = '10000000-0000-4000-8000-000000000005';
delete from private.ai_ledger_checkpoints where day = '2026-10-20';
select set_eq('select problem, expected, actual from ai_ledger_check', $$ values ('call costs differ from settled hold', 0.3, 1.0) $$, 'a wrong one it finds there, too');
update ai_call_logs set cost_usd = 0.3 where request_id = '10000000-0000-4000-8000-000000000005';
select is(private.close_ledger_days(), 1, 'once it is right the day is closed again');

-- Old holds go, sums stay.
select set_config('signalbox.now', '2028-01-01 12:00:00+00', true) is not null as much_later;
select is(private.purge_holds(), 5, 'holds beyond the retention are deleted');
select is_empty('select * from ai_ledger_check', 'and the ledger agrees without them');
select is((select total_settled from ai_budget_states where scope = 'organization'), 1.4, 'to the cent');

select * from finish();
rollback;
