-- Tools belong to an organization; who may use one, how often, and whether its user is asked first, the database decides.
begin;
set local search_path = public, extensions;

select plan(60);

insert into auth.users (id, email) values
    ('00000000-0000-4000-8000-0000000000a1', 'owner@a.example'),
    ('00000000-0000-4000-8000-0000000000a4', 'member@a.example'),
    ('00000000-0000-4000-8000-0000000000a5', 'guest@a.example'),
    ('00000000-0000-4000-8000-0000000000b1', 'owner@b.example');
insert into public.organizations (id, name, slug) values
    ('00000000-0000-4000-8000-00000000000a', 'A', 'a'),
    ('00000000-0000-4000-8000-00000000000b', 'B', 'b');
insert into public.organization_members (org_id, user_id, role) values
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a1', 'owner'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', 'member'),
    ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a5', 'guest'),
    ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-0000000000b1', 'owner');

set local role anon;
select throws_ok('select id from public.ai_tools', '42501', null, 'anon may not read tools');

set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}';
select results_eq(
    'select name from public.ai_tools where not enabled', $$ values ('http_request') $$,
    'an organization begins with its first tools; the web request is off'
);
select throws_ok('select config from public.ai_tools', '42501', null, 'how a tool is carried out is not readable');
select lives_ok(
    $$ select public.save_tool('00000000-0000-4000-8000-00000000000a', '{"name": "stock", "title": "Stock", "description": "What is in stock.",
      "kind": "http", "parameters": {"type": "object"}, "config": {"hosts": ["stock.example.com"]}, "enabled": true, "min_role": "manager", "rate_limit": 2}') $$,
    'an owner makes a tool'
);
select results_eq(
    $$ select hosts from public.tool_hosts('00000000-0000-4000-8000-00000000000a') where hosts <> '{}' $$, $$ values ('{stock.example.com}'::text[]) $$,
    'and reads which hosts it may reach'
);
select set_config('request.jwt.claims', '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}', true) is not null as member;
select is_empty($$ select * from public.tool_hosts('00000000-0000-4000-8000-00000000000a') $$, 'a member does not');
select set_config('request.jwt.claims', '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}', true) is not null as owner;
select throws_ok(
    $$ select public.save_tool('00000000-0000-4000-8000-00000000000a', '{"name": "stock", "title": "S", "description": "S", "parameters": {"type": "object"}, "kind": "http"}') $$,
    '22023', 'Cannot save the tool: the name stock is taken', 'a name is taken once'
);
select throws_ok(
    $$ select public.save_tool('00000000-0000-4000-8000-00000000000a', '{"name": "x y", "title": "S", "description": "S", "parameters": {"type": "object"}}') $$,
    '22023', null, 'a name must be callable'
);
select throws_ok(
    $$ select public.save_tool('00000000-0000-4000-8000-00000000000a', '{"name": "x", "title": "S", "description": "S", "parameters": {"type": "string"}}') $$,
    '22023', 'Cannot save the tool: tool.parameters must be the JSON Schema of an object: "type" is missing', 'parameters are an object'
);
select throws_ok(
    $$ select public.save_tool('00000000-0000-4000-8000-00000000000a', '{"name": "x", "title": "S", "description": "S", "kind": "task", "config": {"task": "no-such-task"}, "parameters": {"type": "object"}}') $$,
    '22023', 'Cannot save the tool: tool.config.task must name a task: there is no no-such-task', 'a task exists'
);
select throws_ok(
    $$ select public.save_tool('00000000-0000-4000-8000-00000000000a', '{"name": "x", "title": "S", "description": "S", "kind": "http", "enabled": true, "config": {"hosts": []}, "parameters": {"type": "object"}}') $$,
    '22023', 'Cannot save the tool: tool.config.hosts must list the hosts that may be reached', 'a web request has hosts'
);
select throws_ok(
    $$ select public.save_tool('00000000-0000-4000-8000-00000000000a', '{"rate_limit": 0}', (select id from public.ai_tools where name = 'stock')) $$,
    '22023', 'Cannot save the tool: tool.rate_limit must be at least 1', 'a change is checked as well'
);
select is(
    public.save_tool('00000000-0000-4000-8000-00000000000a', '{"approval": "never"}', (select id from public.ai_tools where name = 'note_lead')) ->> 'approval',
    'never', 'an owner decides when users are asked'
);

-- Schemas nothing could be checked against, or not soon enough.
select is(private.schema_problem(schema::jsonb, 'p'), problem, coalesce(problem, 'a schema that can be used'))
from (values
    ('{"type": "object", "properties": {"a": {"type": ["string", "null"]}, "type": {"enum": [1]}}, "required": ["a"], "additionalProperties": false}', null),
    ('{"type": "object", "$defs": {"n": {"properties": {"next": {"$ref": "#/$defs/n"}}}}, "properties": {"a": {"$ref": "#/$defs/n"}, "b": {"$ref": "#"}}}', null),
    ('{"properties": {"a": {"type": "banana"}}}', 'p.a.type is no type of JSON'),
    ('{"properties": "x"}', 'p.properties must be an object'),
    ('{"properties": {"a": 5}}', 'p.a must be a JSON Schema'),
    ('{"required": "a"}', 'p.required must be a list'),
    ('{"required": [1]}', 'p.required must be a list of names'),
    ('{"properties": {"a": {"$ref": "#/nowhere"}}}', 'p.a.$ref leads nowhere: #/nowhere'),
    ('{"properties": {"a": {"$ref": "https://elsewhere.example/schema"}}}', 'p.a.$ref leads nowhere: https://elsewhere.example/schema'),
    ('{"anyOf": [{"minLength": "x"}]}', 'p.anyOf[0].minLength must be a number')
) as t (schema, problem);
select is(
    private.schema_problem(
      jsonb_build_object('$ref', '#/$defs/1', '$defs', (
        select jsonb_object_agg(n, case n when 20 then '{"type": "string"}' else jsonb_build_object('anyOf', jsonb_build_array(next, next)) end)
        from (select n, jsonb_build_object('$ref', '#/$defs/' || n + 1) as next from generate_series(1, 20) as n) as t
      )), 'p'),
    'p has too many rules', 'a small schema that unfolds into a million'
);
select throws_ok(
    $$ select public.save_tool('00000000-0000-4000-8000-00000000000a', '{"name": "x", "title": "S", "description": "S", "config": {"hosts": ["x.example"]},
      "parameters": {"type": "object", "properties": {"a": {"type": "banana"}}}}') $$,
    '22023', 'Cannot save the tool: tool.parameters.a.type is no type of JSON', 'a tool has a schema that can be used'
);
select throws_ok(
    $$ select public.save_tool('00000000-0000-4000-8000-00000000000a', '{"enabled": true}', (select id from public.ai_tools where name = 'http_request')) $$,
    '22023', 'Cannot save the tool: tool.config.hosts must list the hosts that may be reached', 'a web request is not turned on before it has hosts'
);
select throws_ok(
    format($$ insert into public.ai_tools (org_id, name, title, description, kind, parameters, config)
      values ('00000000-0000-4000-8000-00000000000a', 'by_hand', 'T', 'D', 'task', '{"type": "object"}', '{"task": "%s"}') $$, task),
    '22023', null, 'a row written by hand does not run ' || task
)
from unnest('{chat,gateway,../../auth/v1/admin/users}'::text[]) as task;
select throws_ok(
    $$ update public.ai_tools set config = '{"task": "chat"}' where name = 'classify_material' $$, '22023', null, 'nor does one changed by hand'
);
select lives_ok(
    $$ update public.ai_tools set enabled = false where name = 'classify_material' $$, 'what is turned off is not asked about'
);

set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select is_empty($$ select from public.ai_tools where name in ('stock', 'http_request') $$, 'a member sees neither managers'' tools nor those that are off');
select throws_ok(
    $$ select public.save_tool('00000000-0000-4000-8000-00000000000a', '{"enabled": true}', (select id from public.ai_tools where name = 'calculator')) $$,
    'PT403', null, 'a member changes no tool'
);
select is_empty($$ update public.ai_tools set min_role = 'guest' returning 1 $$, 'not even by hand');
select throws_ok(
    $$ insert into public.ai_tool_calls (org_id, conversation_id, message_id, request_id, user_id, step, call_id, tool, arguments, status)
       values ('00000000-0000-4000-8000-00000000000a', gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), auth.uid(), 1, 'x', 'x', '{}', 'approved') $$,
    '42501', null, 'a user writes no calls'
);
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000b1", "role": "authenticated"}';
select is_empty(
    $$ select from public.ai_tools where org_id = '00000000-0000-4000-8000-00000000000a' $$, 'a stranger sees no tool'
);
select throws_ok(
    $$ select public.save_tool('00000000-0000-4000-8000-00000000000a', '{"name": "x", "title": "S", "description": "S", "parameters": {"type": "object"}}') $$,
    'PT403', null, 'nor makes one'
);

-- A turn and its calls.
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
create temporary table begun (name text primary key, it jsonb);
grant select, insert on begun to authenticated, service_role;
insert into begun select 'turn', public.begin_turn('{"request_id": "00000000-0000-4000-8000-000000000011", "message": "Hello", "language": "en"}');
create function pg_temp.calling(p_calls jsonb, p_tainted boolean default false) returns jsonb language sql as $$
  select public.begin_tool_calls(jsonb_build_object(
    'org_id', it ->> 'org_id', 'user_id', '00000000-0000-4000-8000-0000000000a4', 'conversation_id', it ->> 'conversation_id',
    'message_id', it ->> 'message_id', 'request_id', '00000000-0000-4000-8000-000000000011', 'said', 'Let me see.', 'tainted', p_tainted,
    'calls', p_calls)) from begun where name = 'turn'
$$;
select throws_ok($$ select pg_temp.calling('[]') $$, '42501', null, 'a user begins no calls');
set local role service_role;
insert into public.ai_mcp_servers (org_id, id, name, title, url)
values ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', 'note', 'Notes', 'https://mcp.example/');
select is(
    public.keep_mcp_tools('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', '{}', '[
      {"name": "note_odd", "tool": "odd", "title": "O", "description": "D", "parameters": {"type": "object", "$ref": "#/nowhere"}},
      {"name": "note_lead", "tool": "lead", "title": "L", "description": "D", "parameters": {"type": "object"}},
      {"name": "note_fine", "tool": "fine", "title": "F", "description": "D", "parameters": {"type": "object"}, "output_schema": null}]'),
    '{"added": ["note_fine"], "changed": [], "removed": [], "skipped": [
      {"tool": "odd", "problem": "its schema cannot be used: parameters.$ref leads nowhere: #/nowhere"},
      {"tool": "lead", "problem": "another tool has the same name"}]}'::jsonb,
    'of what a server offers the sound tools are kept, and what is wrong with the others is told'
);
select is(
    private.tools_for('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', '{calculator,stock,http_request,nothing}')
      -> 0 ->> 'name', 'calculator', 'a turn has the named tools'
);
select is(
    jsonb_array_length(private.tools_for('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000a4', '{calculator,stock,http_request,nothing}')),
    1, 'that are on and that its user''s role allows'
);
select is(pg_temp.calling('[{"call_id": "1", "name": "calculator", "arguments": "{}"}]') -> 0 ->> 'status', 'running', 'a call may run');
select is(pg_temp.calling('[{"call_id": "1", "name": "stock", "arguments": "{}"}]') -> 0 ->> 'code', 'forbidden', 'a call beyond the role is refused');
select is(pg_temp.calling('[{"call_id": "1", "name": "http_request", "arguments": "{}"}]') -> 0 ->> 'code', 'not_found', 'and one of a tool that is off');
select is(
    pg_temp.calling('[{"call_id": "1", "name": "calculator", "arguments": "x", "problem": "no JSON", "code": "invalid_request"}]') -> 0 ->> 'status',
    'failed', 'what has a problem is written down as failed'
);
select is(pg_temp.calling('[{"call_id": "1", "name": "note_lead", "arguments": "{}"}]') -> 0 ->> 'status', 'running', 'a tool that never asks, does not ask');
insert into begun select 'call', pg_temp.calling('[{"call_id": "1", "name": "note_lead", "arguments": "{}"}]', true) -> 0;
select is((select it ->> 'status' from begun where name = 'call'), 'awaiting_approval', 'unless material of others has come in');
update public.ai_tools set rate_limit = 2 where name = 'find_leads';
select is(
    (select string_agg(call ->> 'status', ',' order by call ->> 'call_id') from jsonb_array_elements(pg_temp.calling(
      '[{"call_id": "1", "name": "find_leads", "arguments": "{}"}, {"call_id": "2", "name": "find_leads", "arguments": "{}"},
        {"call_id": "3", "name": "find_leads", "arguments": "{}"}]')) as call),
    'running,running,failed', 'no more calls a minute than the tool allows'
);

set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a1", "role": "authenticated"}';
select throws_ok(
    $$ select public.decide_tool_call((select (it ->> 'id')::uuid from begun where name = 'call'), true) $$, 'PT404', null,
    'nobody else decides'
);
select is_empty('select from public.ai_tool_calls', 'or sees the calls');
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select is_empty(
    $$ update public.ai_tool_calls set status = 'approved' where status = 'running' returning 1 $$, 'a user changes only what waits for him'
);
select is(
    public.decide_tool_call((select (it ->> 'id')::uuid from begun where name = 'call'), true) ->> 'status', 'approved', 'the user grants it'
);
select throws_ok(
    $$ select public.decide_tool_call((select (it ->> 'id')::uuid from begun where name = 'call'), false) $$, 'PT400', null, 'once'
);
set local role service_role;
select lives_ok(
    $$ select public.end_tool_calls('00000000-0000-4000-8000-00000000000a', jsonb_build_array(jsonb_build_object(
      'id', (select it ->> 'id' from begun where name = 'call'), 'status', 'succeeded', 'result', 'done', 'latency_ms', 3))) $$, 'it ends'
);
select results_eq(
    $$ select status, result from public.ai_tool_calls where id = (select (it ->> 'id')::uuid from begun where name = 'call') $$,
    $$ values ('succeeded', 'done') $$, 'with what came of it'
);

-- Leads, with the rights of the user.
insert into public.leads (org_id, name, company, notes) values
    ('00000000-0000-4000-8000-00000000000a', 'Anna Berger', 'Hotel Seeblick', 'slate'),
    ('00000000-0000-4000-8000-00000000000b', 'Anna Stranger', 'Elsewhere', 'slate');
set local role authenticated;
select is(
    public.find_leads('00000000-0000-4000-8000-00000000000a', 'anna seeblick') -> 0 ->> 'name', 'Anna Berger', 'a look-up finds a lead by its words'
);
select is(public.find_leads('00000000-0000-4000-8000-00000000000b', 'anna'), '[]', 'and none of another organization');

-- A token for an MCP server goes with whoever brought it.
reset role;
update public.ai_mcp_servers set auth = 'user' where name = 'note';
set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-0000000000a4", "role": "authenticated"}';
select lives_ok(
    $$ select public.authorize_mcp_server('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000c1', 'mine') $$,
    'a member brings a token'
);
reset role;
select is((select count(*) from vault.secrets where name like 'mcp:%'), 1::bigint, 'the Vault keeps it');
delete from public.organization_members where user_id = '00000000-0000-4000-8000-0000000000a4';
select is(
    (select count(*) from vault.secrets where name like 'mcp:%') + (select count(*) from public.ai_mcp_authorizations), 0::bigint,
    'until he leaves'
);

select * from finish();
rollback;
