-- Which models of a policy a request may use: what each can do, beside what is asked for.
begin;
set local search_path = public, extensions;
select plan(10);

insert into auth.users (id, email) values ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test');
insert into organizations (id, name, slug, currency, time_zone) values ('00000000-0000-4000-8000-00000000000a', 'A', 'candidates-test', 'USD', 'UTC');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner');
insert into ai_tasks (slug, title, description, operation, has_rules, streams, base_tier) values
  ('candidates-test', 'Candidates test', 'A task for this file', 'chat', true, true, 'small');
insert into ai_providers (slug, title, kind) values ('acme', 'Acme', 'openai_compatible');
insert into ai_models (provider, model, tier, context_window, max_output_tokens, capabilities) values
  ('acme', 'terse', 'small', 100000, 1000, '{streaming,vision}'), ('acme', 'wordy', 'small', 100000, 4000, '{streaming}'),
  ('acme', 'narrow', 'small', 500, 4000, '{streaming}');
insert into ai_model_prices (provider, model, effective_from, input_usd_per_mtok, output_usd_per_mtok, source, source_on)
select 'acme', model, '2026-01-01', 1, 2, 'https://acme.test/prices', '2026-01-01' from unnest(array['terse', 'wordy', 'narrow']) as model;
insert into ai_policies (task, version, status, tiers, max_tier) values
  ('candidates-test', 1, 'active',
   '{"small": [{"provider": "acme", "model": "terse"}, {"provider": "acme", "model": "wordy"}, {"provider": "acme", "model": "narrow"}]}', 'small');

-- What became of each model: the tokens it is asked for, or why it is not.
create function pg_temp.models(p_number integer, p_more jsonb) returns text language plpgsql as $$
declare
  v_id   uuid := '10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0');
  v_plan jsonb := ai_admit(jsonb_build_object(
    'request_id', v_id, 'user_id', '00000000-0000-4000-8000-0000000000a1', 'org_id', '00000000-0000-4000-8000-00000000000a',
    'service', false, 'task', 'candidates-test', 'operation', 'chat', 'importance', 'medium', 'cost_sensitivity', 'medium', 'cache', 'off',
    'language', 'en', 'input_tokens', 60, 'prompt_tokens', 40, 'prompt', '{"key": "candidates-test", "version": 1}'::jsonb,
    'max_output_tokens', 500, 'needs', '[]'::jsonb, 'providers', '["acme"]'::jsonb, 'deadline_ms', 30000, 'output_settings', '{}'::jsonb) || p_more);
begin
  return (
    select string_agg(concat(c.item ->> 'model', ' ', coalesce(c.item ->> 'problem', (
      select w.item ->> 'max_output_tokens' from jsonb_array_elements(v_plan #> '{plan,candidates}') as w (item) where w.item ->> 'model' = c.item ->> 'model'
    ))), ', ' order by c.n)
    from ai_holds as h
    cross join lateral jsonb_array_elements(h.decision::jsonb -> 'candidates') with ordinality as c (item, n)
    where h.request_id = v_id
  );
end $$;

select is(pg_temp.models(1, '{}'), 'terse 500, wordy 500, narrow 500', 'all of them can do what is asked');
select is(pg_temp.models(2, '{"max_output_tokens": 3000}'), 'terse output_too_small, wordy 3000, narrow 3000', 'who would have to cut the answer is left out');
select is(pg_temp.models(3, '{"max_output_tokens": 9000}'), 'terse 1000, wordy 4000, narrow 4000', 'unless nobody could write all of it');
select is(pg_temp.models(4, '{"max_output_tokens": 3000, "models": ["terse", "wordy"]}'), 'terse 1000, wordy 3000', 'or the caller names it');
select is(pg_temp.models(5, '{"input_tokens": 8000}'), 'terse 500, wordy 500, narrow context_too_small', 'an input too long for a window');
select is(pg_temp.models(6, '{"needs": ["vision"]}'), 'terse 500, wordy lacks_capability, narrow lacks_capability', 'what the request needs');
insert into ai_models (org_id, provider, model, tier, context_window, max_output_tokens, capabilities, active) values
  ('00000000-0000-4000-8000-00000000000a', 'acme', 'narrow', 'small', 500, 4000, '{streaming}', false);
select is(pg_temp.models(8, '{}'), 'terse 500, wordy 500, narrow unknown', 'what the organization''s own row turns off is off, whatever the platform''s says');
update ai_models set active = true, context_window = 100000 where org_id = '00000000-0000-4000-8000-00000000000a';
select is(pg_temp.models(9, '{"input_tokens": 8000}'), 'terse 500, wordy 500, narrow 500', 'and what it says of a model that is on counts');
delete from ai_models where org_id = '00000000-0000-4000-8000-00000000000a';
insert into ai_breakers (provider, model, state, failures, openings, opened_at, open_until) values
  ('acme', 'wordy', 'open', 5, 1, now(), now() + interval '1 minute'), ('acme', 'narrow', 'open', 5, 1, now(), now() + interval '1 minute');
select is(pg_temp.models(7, '{"max_output_tokens": 3000}'), 'terse 1000, wordy breaker_open, narrow breaker_open', 'a shorter answer is better than none while the others are down');
select is(private.problem_in_words('output_too_small', 'en') || ' / ' || private.problem_in_words('output_too_small', 'de'),
  'cannot write as much as is asked for / schreibt nicht so viel, wie verlangt ist', 'an explanation has words for it');
select * from finish();
rollback;
