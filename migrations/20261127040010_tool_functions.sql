-- Saving tools, the tools every organization begins with, and the tools of a turn.
create function private.tool_schema()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select '{
    "type": "object", "additionalProperties": false,
    "properties": {
      "name": {"type": "string", "pattern": "^[a-zA-Z][a-zA-Z0-9_-]{0,63}$"},
      "title": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S"},
      "description": {"type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S"},
      "kind": {"type": "string", "enum": ["task", "http"]},
      "parameters": {"type": "object"},
      "config": {
        "type": "object", "additionalProperties": false,
        "properties": {
          "task": {"type": "string", "pattern": "^[a-z][a-z0-9-]{0,99}$"},
          "hosts": {"type": "array", "maxItems": 50, "items": {"type": "string", "pattern": "^[a-z0-9.-]+(:[0-9]+)?$"}},
          "methods": {"type": "array", "maxItems": 5, "items": {"type": "string", "enum": ["GET", "POST", "PUT", "PATCH", "DELETE"]}}
        }
      },
      "writes": {"type": "boolean"},
      "approval": {"type": "string", "enum": ["never", "writes", "always"]},
      "min_role": {"type": "string", "enum": ["guest", "member", "manager", "admin", "owner"]},
      "rate_limit": {"type": "integer", "minimum": 1, "maximum": 10000},
      "timeout_ms": {"type": "integer", "minimum": 100, "maximum": 60000},
      "enabled": {"type": "boolean"}
    }
  }'::jsonb
$$;

comment on function private.tool_schema() is 'What save_tool takes, as a JSON Schema.';

create function private.tool_problem(p_tool public.ai_tools)
returns text
language sql
stable
set search_path = ''
as $$
  select case
    when p_tool.parameters ->> 'type' is distinct from 'object' then 'tool.parameters must be the JSON Schema of an object: "type" is missing'
    when pg_column_size(p_tool.parameters) > 32768 then 'tool.parameters is too large: 32 KB at most'
    when p_tool.kind in ('task', 'http') and p_tool.config is not null
      and private.setting_problem(private.tool_schema() -> 'properties' -> 'config', p_tool.config, 'tool.config') is not null
      then private.setting_problem(private.tool_schema() -> 'properties' -> 'config', p_tool.config, 'tool.config')
    when p_tool.kind = 'task' and not exists (select from public.ai_tasks as task where task.slug = p_tool.config ->> 'task')
      then 'tool.config.task must name a task: there is no ' || coalesce(p_tool.config ->> 'task', 'name')
    when p_tool.kind = 'task' and p_tool.config ->> 'task' in ('chat', 'gateway') then 'tool.config.task must not be a conversation'
    when p_tool.kind = 'http' and p_tool.enabled and coalesce(jsonb_array_length(p_tool.config -> 'hosts'), 0) = 0
      then 'tool.config.hosts must list the hosts that may be reached'
    else private.schema_problem(p_tool.parameters, 'tool.parameters')
  end
$$;

comment on function private.tool_problem(public.ai_tools) is 'What is wrong with a tool, in words; NULL when nothing is.';

-- Rows may be written past save_tool, over the API: what a tool runs and reaches is checked here, whoever writes it.
create function private.require_sound_tool()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  problem text := private.tool_problem(new);
begin
  if problem is not null then
    raise exception 'Cannot save the tool: %', problem using errcode = '22023';
  end if;
  return new;
end
$$;
comment on function private.require_sound_tool() is 'Refuses a tool with which something is wrong (22023). One that is turned off is not asked about.';

create trigger ai_tools_sound before insert on public.ai_tools for each row execute function private.require_sound_tool();
create trigger ai_tools_still_sound before update on public.ai_tools for each row
when (new.enabled or new.parameters is distinct from old.parameters or new.config is distinct from old.config)
execute function private.require_sound_tool();

create function public.save_tool(p_org_id uuid, p_tool jsonb, p_tool_id uuid default null)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  problem text := private.setting_problem(private.tool_schema(), p_tool - 'parameters', 'tool');
  given public.ai_tools;
begin
  if problem is not null then
    raise exception 'Cannot save the tool: %', problem using errcode = '22023';
  elsif not p_org_id in (select private.my_org_ids_as('owner', 'admin')) then
    raise exception 'Cannot save the tool: only owners and admins may' using errcode = 'PT403';
  end if;
  if p_tool_id is null then
    given.id := gen_random_uuid();
    given.kind := 'http';
    given.config := '{}';
    given.writes := false;
    given.approval := 'writes';
    given.min_role := 'member';
    given.rate_limit := 60;
    given.timeout_ms := 15000;
    given.enabled := false;
  else
    -- All but config, which nobody reads over the API: it stays as it is unless it is given.
    select tool.id, tool.name, tool.title, tool.description, tool.kind, tool.parameters, tool.writes, tool.approval, tool.min_role,
      tool.rate_limit, tool.timeout_ms, tool.enabled
    into given.id, given.name, given.title, given.description, given.kind, given.parameters, given.writes, given.approval,
      given.min_role, given.rate_limit, given.timeout_ms, given.enabled
    from public.ai_tools as tool
    where tool.org_id = p_org_id and tool.id = p_tool_id;
    if not found then
      raise exception 'Cannot save the tool: there is none with this id' using errcode = 'PT404';
    elsif p_tool ? 'kind' and p_tool ->> 'kind' <> given.kind then
      raise exception 'Cannot save the tool: its kind stays %', given.kind using errcode = '22023';
    end if;
  end if;
  given := jsonb_populate_record(given, p_tool);
  given.org_id := p_org_id;
  if num_nulls(given.name, given.title, given.description, given.parameters) > 0 then
    raise exception 'Cannot save the tool: name, title, description and parameters are required' using errcode = '22023';
  end if;
  if p_tool ? 'config' and given.kind not in ('task', 'http') then
    raise exception 'Cannot save the tool: the config of a % tool is not for you to write', given.kind using errcode = '22023';
  end if;
  if exists (
    select from public.ai_tools as tool where tool.org_id = p_org_id and tool.name = given.name and tool.id <> given.id
  ) then
    raise exception 'Cannot save the tool: the name % is taken', given.name using errcode = '22023';
  end if;
  if p_tool_id is null then
    insert into public.ai_tools (
      org_id, id, name, title, description, kind, parameters, config, writes, approval, min_role, rate_limit, timeout_ms, enabled
    )
    values (
      p_org_id, given.id, given.name, given.title, given.description, given.kind, given.parameters, given.config, given.writes,
      given.approval, given.min_role, given.rate_limit, given.timeout_ms, given.enabled
    );
  else
    if p_tool ? 'config' then
      update public.ai_tools as tool set config = given.config where tool.org_id = p_org_id and tool.id = given.id;
    end if;
    update public.ai_tools as tool
    set name = given.name, title = given.title, description = given.description, parameters = given.parameters,
      writes = given.writes, approval = given.approval, min_role = given.min_role, rate_limit = given.rate_limit,
      timeout_ms = given.timeout_ms, enabled = given.enabled
    where tool.org_id = p_org_id and tool.id = given.id;
  end if;
  return to_jsonb(given) - 'config' - 'created_at' - 'updated_at';
end
$$;

comment on function public.save_tool(uuid, jsonb, uuid) is
  'Makes a tool of p_tool, or changes the members of p_tool_id that it names. Owners and admins. Errors: 22023 with what is wrong, PT403, PT404.';

-- What every organization begins with -----------------------------------------------------------------------------------------

create function private.first_tools()
returns table (
  name text, title text, description text, kind text, parameters jsonb, config jsonb, writes boolean, timeout_ms integer, enabled boolean
)
language sql
immutable
set search_path = ''
as $$
  values
    ('calculator', 'Calculator', 'Computes an arithmetic expression exactly: + - * / % ^, brackets, sqrt, round, min, max. Use it for every calculation.', 'builtin',
      '{"type": "object", "additionalProperties": false, "required": ["expression"], "properties": {"expression": {"type": "string", "minLength": 1, "maxLength": 500, "description": "For example (42 * 18.5) / 2"}}}'::jsonb,
      '{"builtin": "calculator"}'::jsonb, false, 2000, true),
    ('knowledge_search', 'Knowledge search', 'Searches the organization''s documents and gives the passages that fit best, with their sources.', 'builtin',
      '{"type": "object", "additionalProperties": false, "required": ["query"], "properties": {"query": {"type": "string", "minLength": 1, "maxLength": 1000, "description": "What to look for."}, "limit": {"type": "integer", "minimum": 1, "maximum": 10}}}',
      '{"builtin": "knowledge_search"}', false, 20000, true),
    ('memory_search', 'Memory search', 'Searches what is remembered of this person from earlier conversations.', 'builtin',
      '{"type": "object", "additionalProperties": false, "required": ["query"], "properties": {"query": {"type": "string", "minLength": 1, "maxLength": 1000}}}',
      '{"builtin": "memory_search"}', false, 15000, true),
    ('find_leads', 'Lead look-up', 'Finds leads by name, company, e-mail or notes, with their status, class and scores.', 'builtin',
      '{"type": "object", "additionalProperties": false, "required": ["query"], "properties": {"query": {"type": "string", "minLength": 1, "maxLength": 300, "description": "Name, company or e-mail of the lead."}, "limit": {"type": "integer", "minimum": 1, "maximum": 20}}}',
      '{"builtin": "find_leads"}', false, 5000, true),
    ('note_lead', 'Lead note', 'Adds a note to a lead found before.', 'builtin',
      '{"type": "object", "additionalProperties": false, "required": ["lead_id", "note"], "properties": {"lead_id": {"type": "string", "format": "uuid"}, "note": {"type": "string", "minLength": 1, "maxLength": 2000}}}',
      '{"builtin": "note_lead"}', true, 5000, true),
    ('classify_material', 'Material classification', 'Classifies the description of a material or product: material, category, properties.', 'task',
      '{"type": "object", "additionalProperties": false, "required": ["description"], "properties": {"description": {"type": "string", "minLength": 1, "maxLength": 4000}}}',
      '{"task": "classify-material"}', false, 30000, true),
    ('http_request', 'Web request', 'Requests a page or an interface of an allowed host and gives what it answers.', 'http',
      '{"type": "object", "additionalProperties": false, "required": ["url"], "properties": {"url": {"type": "string", "minLength": 1, "maxLength": 2000}, "method": {"type": "string", "enum": ["GET", "POST", "PUT", "PATCH", "DELETE"]}, "body": {"type": "string", "maxLength": 20000}}}',
      '{"hosts": [], "methods": ["GET"]}', false, 15000, false)
$$;

comment on function private.first_tools() is 'The tools an organization begins with. The web request is off: it has no hosts yet.';

-- security definer: whoever founds an organization gets its tools, before he is a member of it.
create function private.give_first_tools()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.ai_tools (org_id, name, title, description, kind, parameters, config, writes, timeout_ms, enabled)
  select new.id, first.name, first.title, first.description, first.kind, first.parameters, first.config, first.writes, first.timeout_ms,
    first.enabled
  from private.first_tools() as first
  on conflict do nothing;
  return null;
end
$$;

comment on function private.give_first_tools() is 'Gives a new organization its first tools.';

create trigger organizations_first_tools after insert on public.organizations
for each row execute function private.give_first_tools();

-- The tools of a turn -----------------------------------------------------------------------------------------------------------

create function private.tools_for(p_org_id uuid, p_user_id uuid, p_names text[])
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'id', tool.id, 'name', tool.name, 'description', tool.description, 'kind', tool.kind, 'parameters', tool.parameters,
        'config', tool.config, 'writes', tool.writes, 'timeout_ms', tool.timeout_ms
      )
      order by tool.name
    ),
    '[]'
  )
  from public.ai_tools as tool
  join public.organization_members as member on member.org_id = tool.org_id and member.user_id = p_user_id
  where tool.org_id = p_org_id and tool.enabled and tool.name = any (p_names)
    and private.role_rank(member.role) >= private.role_rank(tool.min_role)
$$;

comment on function private.tools_for(uuid, uuid, text[]) is
  'Those of the named tools that are enabled and that the user''s role allows, with how they are carried out. For the service role.';

grant execute on function private.tool_schema(), private.tool_problem(public.ai_tools) to authenticated, service_role;
grant execute on function public.save_tool(uuid, jsonb, uuid) to authenticated;
grant execute on function private.tools_for(uuid, uuid, text[]) to service_role;
