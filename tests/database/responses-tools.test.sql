-- Models that take tools in OpenAI's responses only.
begin;
set local search_path = public, extensions;
select plan(7);

insert into auth.users (id, email) values ('00000000-0000-4000-8000-0000000000a1', 'ann@a.test');
insert into organizations (id, name, slug) values ('00000000-0000-4000-8000-00000000000a', 'A', 'a');
insert into organization_members (org_id, user_id, role) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner');
create function pg_temp.ask(p_number integer, p_model text, p_needs jsonb) returns jsonb language sql as $$
  select ai_admit(jsonb_build_object(
    'request_id', ('10000000-0000-4000-8000-' || lpad(p_number::text, 12, '0')), 'user_id', '00000000-0000-4000-8000-0000000000a1',
    'service', false, 'task', 'gateway', 'operation', 'chat', 'importance', 'medium', 'cost_sensitivity', 'medium', 'cache', 'off',
    'language', 'en', 'input_tokens', 600, 'prompt_tokens', 0, 'prompt', '{"key": "gateway", "version": 1}'::jsonb,
    'max_output_tokens', 100, 'needs', p_needs, 'providers', '["openai"]'::jsonb, 'deadline_ms', 30000, 'output_settings', '{}'::jsonb,
    'models', jsonb_build_array(p_model)))::jsonb
$$;

select is(pg_temp.ask(1, 'gpt-6-luna', '["tools"]') ->> 'code', 'invalid_request', 'in another format such a model takes no tools');
select is(pg_temp.ask(2, 'gpt-6-luna', '["responses_tools", "streaming"]') ->> 'outcome', 'admitted', 'in responses it does');
select is(pg_temp.ask(3, 'gpt-4o-mini', '["responses_tools"]') ->> 'outcome', 'admitted', 'who takes tools in every format takes them there');
select is(pg_temp.ask(4, 'gpt-6-luna', '[]') ->> 'outcome', 'admitted', 'without tools it makes no difference');
update ai_models set capabilities = array_remove(array_remove(capabilities, 'tools'), 'responses_tools') where model = 'gpt-4o-mini';
select is(pg_temp.ask(5, 'gpt-4o-mini', '["responses_tools"]') ->> 'code', 'invalid_request', 'who takes none takes none');
insert into ai_models (provider, model, org_id, tier, context_window, max_output_tokens, capabilities)
  values ('openai', 'gpt-4o-mini', '00000000-0000-4000-8000-00000000000a', 'small', 128000, 16384, '{tools}');
select is(pg_temp.ask(6, 'gpt-4o-mini', '["responses_tools"]') ->> 'outcome', 'admitted', 'the organization''s own row decides for it');
select throws_ok($$ update ai_models set capabilities = '{telepathy}' where model = 'gpt-4o' $$, '23514', null, 'capabilities are known ones');

select * from finish();
rollback;
