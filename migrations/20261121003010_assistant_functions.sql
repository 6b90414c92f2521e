-- Agents may take longer than one request; other assistants answer within it.
create function private.assistant_schema()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select '{
    "type": "object", "additionalProperties": false,
    "properties": {
      "name": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S"},
      "description": {"type": "string", "maxLength": 1000},
      "personality": {"type": "string", "maxLength": 4000},
      "instructions": {"type": "string", "maxLength": 20000},
      "model": {"type": ["string", "null"], "minLength": 1, "maxLength": 200},
      "importance": {"type": "string", "enum": ["low", "medium", "high"]},
      "temperature": {"type": "number", "minimum": 0, "maximum": 2},
      "max_output_tokens": {"type": "integer", "minimum": 1, "maximum": 16000},
      "languages": {"type": "array", "maxItems": 4, "items": {"type": "string", "enum": ["en", "de", "fr", "es"]}},
      "tags": {"type": "array", "maxItems": 20, "items": {"type": "string", "minLength": 1, "maxLength": 50}},
      "tools": {"type": "array", "maxItems": 30, "items": {"type": "string", "minLength": 1, "maxLength": 64}},
      "knowledge_bases": {"type": "array", "maxItems": 100, "items": {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}},
      "hand_off_to": {"type": "array", "maxItems": 20, "items": {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}},
      "mode": {"type": "string", "enum": ["chat", "agent"]},
      "max_steps": {"type": "integer", "minimum": 1, "maximum": 100},
      "max_seconds": {"type": "integer", "minimum": 5, "maximum": 3600},
      "max_cost_usd": {"type": ["number", "null"], "minimum": 0.000001, "maximum": 1000},
      "status": {"type": "string", "enum": ["draft", "active", "inactive"]},
      "visibility": {"type": "string", "enum": ["private", "organization", "public"]},
      "is_template": {"type": "boolean"}
    }
  }'::jsonb
$$;

comment on function private.assistant_schema() is 'What save_assistant takes, as a JSON Schema.';
grant execute on function private.assistant_schema() to authenticated, service_role;

create function public.save_assistant(p_org_id uuid, p_config jsonb, p_assistant_id uuid default null, p_expected_version integer default null)
returns public.ai_assistants
language plpgsql
security invoker
set search_path = ''
as $$
declare
  problem text := private.setting_problem(private.assistant_schema(), p_config, 'config');
  given public.ai_assistants;
  saved public.ai_assistants;
begin
  if problem is not null then
    raise exception 'Cannot save the assistant: %', problem using errcode = '22023';
  end if;
  if p_assistant_id is null then
    if not p_config ? 'name' then
      raise exception 'Cannot save the assistant: config.name is missing' using errcode = '22023';
    end if;
    if not p_org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member')) then
      raise exception 'Cannot save the assistant: the caller may not write assistants of this organization' using errcode = 'PT403';
    end if;
    given := jsonb_populate_record(null::public.ai_assistants, '{
      "description": "", "personality": "", "instructions": "", "importance": "medium", "temperature": 0.7,
      "max_output_tokens": 1000, "languages": [], "tags": [], "tools": [], "knowledge_bases": [], "hand_off_to": [], "mode": "chat",
      "max_steps": 5, "max_seconds": 90, "status": "draft", "visibility": "private", "is_template": false
    }');
  else
    select assistant.* into given
    from public.ai_assistants as assistant
    where assistant.org_id = p_org_id and assistant.id = p_assistant_id;
    if not found then
      raise exception 'Cannot save the assistant: there is none with this id' using errcode = 'PT404';
    end if;
    if p_expected_version <> given.version then
      raise exception 'Cannot save the assistant: it is at version %, not %', given.version, p_expected_version
        using errcode = 'PT409', hint = 'Read it again and retry';
    end if;
  end if;
  problem := private.assistant_problem(p_org_id, p_config, auth.uid());
  if problem is not null then
    raise exception 'Cannot save the assistant: %', problem using errcode = '22023';
  end if;
  given := jsonb_populate_record(given, p_config);
  if given.mode <> 'agent' and given.max_steps > 30 then
    raise exception 'Cannot save the assistant: config.max_steps must be at most 30 for an assistant that is no agent' using errcode = '22023';
  elsif given.mode <> 'agent' and given.max_seconds > 110 then
    raise exception 'Cannot save the assistant: config.max_seconds must be at most 110 for an assistant that is no agent' using errcode = '22023';
  end if;

  if p_assistant_id is null then
    insert into public.ai_assistants (
      org_id, name, description, personality, instructions, model, importance, temperature, max_output_tokens, languages, tags,
      tools, knowledge_bases, hand_off_to, mode, max_steps, max_seconds, max_cost_usd, status, visibility, is_template
    )
    values (
      p_org_id, given.name, given.description, given.personality, given.instructions, given.model, given.importance,
      given.temperature, given.max_output_tokens, given.languages, given.tags, given.tools, given.knowledge_bases,
      given.hand_off_to, given.mode, given.max_steps, given.max_seconds, given.max_cost_usd, given.status, given.visibility,
      given.is_template
    )
    returning * into saved;
    return saved;
  end if;
  update public.ai_assistants as assistant
  set name = given.name, description = given.description, personality = given.personality, instructions = given.instructions,
    model = given.model, importance = given.importance, temperature = given.temperature,
    max_output_tokens = given.max_output_tokens, languages = given.languages, tags = given.tags, tools = given.tools,
    knowledge_bases = given.knowledge_bases, hand_off_to = given.hand_off_to, mode = given.mode, max_steps = given.max_steps,
    max_seconds = given.max_seconds, max_cost_usd = given.max_cost_usd, status = given.status,
    visibility = given.visibility, is_template = given.is_template
  where assistant.org_id = p_org_id and assistant.id = p_assistant_id and assistant.version = given.version
  returning * into saved;
  if not found then
    raise exception 'Cannot save the assistant: the caller may not change it, or somebody else just did' using errcode = 'PT403';
  end if;
  return saved;
end
$$;

comment on function public.save_assistant(uuid, jsonb, uuid, integer) is
  'Makes an assistant of p_config, or changes the members of p_assistant_id that p_config names. Errors: 22023 with what is wrong, PT403 not allowed, PT404 unknown, PT409 p_expected_version is not its version.';

create function public.assistant_diff(p_org_id uuid, p_assistant_id uuid, p_from integer, p_to integer)
returns table (field text, old_value jsonb, new_value jsonb)
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  before jsonb;
  after jsonb;
begin
  select version.config into before
  from public.ai_assistant_versions as version
  where version.org_id = p_org_id and version.assistant_id = p_assistant_id and version.version = p_from;
  select version.config into after
  from public.ai_assistant_versions as version
  where version.org_id = p_org_id and version.assistant_id = p_assistant_id and version.version = p_to;
  if before is null or after is null then
    raise exception 'Cannot compare: there is no such version' using errcode = 'PT404';
  end if;
  return query
    select part.key, before -> part.key, part.value
    from jsonb_each(after) as part
    where before -> part.key is distinct from part.value
    order by part.key;
end
$$;

comment on function public.assistant_diff(uuid, uuid, integer, integer) is
  'What differs between two versions of an assistant, a row a field. PT404 for an unknown version.';

create function public.roll_back_assistant(p_org_id uuid, p_assistant_id uuid, p_version integer)
returns public.ai_assistants
language plpgsql
security invoker
set search_path = ''
as $$
declare
  wanted jsonb;
begin
  select version.config into wanted
  from public.ai_assistant_versions as version
  where version.org_id = p_org_id and version.assistant_id = p_assistant_id and version.version = p_version;
  if not found then
    raise exception 'Cannot roll back: there is no such version' using errcode = 'PT404';
  end if;
  return public.save_assistant(p_org_id, wanted, p_assistant_id);
end
$$;

comment on function public.roll_back_assistant(uuid, uuid, integer) is
  'Gives an assistant the configuration of an earlier version, as a new version. Errors as save_assistant.';

create function public.copy_assistant(p_org_id uuid, p_assistant_id uuid, p_name text)
returns public.ai_assistants
language plpgsql
security invoker
set search_path = ''
as $$
declare
  template public.ai_assistants;
begin
  select assistant.* into template
  from public.ai_assistants as assistant
  where assistant.org_id = p_org_id and assistant.id = p_assistant_id;
  if not found then
    raise exception 'Cannot copy the assistant: there is none with this id' using errcode = 'PT404';
  end if;
  return public.save_assistant(p_org_id, private.assistant_config(template) || jsonb_build_object('name', p_name));
end
$$;

comment on function public.copy_assistant(uuid, uuid, text) is
  'A private draft of the caller''s own with the configuration of one he sees, a template as a rule. Errors as save_assistant.';

create function public.set_default_assistant(p_org_id uuid, p_assistant_id uuid)
returns void
language plpgsql
security invoker
set search_path = ''
as $$
begin
  if p_assistant_id is null then
    delete from public.ai_default_assistants as chosen where chosen.org_id = p_org_id and chosen.user_id = auth.uid();
    return;
  end if;
  if not exists (
    select from public.ai_assistants as assistant where assistant.org_id = p_org_id and assistant.id = p_assistant_id
  ) then
    raise exception 'Cannot choose the assistant: there is none with this id' using errcode = 'PT404';
  end if;
  insert into public.ai_default_assistants as chosen (org_id, assistant_id)
  values (p_org_id, p_assistant_id)
  on conflict (org_id, user_id) do update set assistant_id = excluded.assistant_id;
end
$$;

comment on function public.set_default_assistant(uuid, uuid) is
  'Whom the caller talks to when he names nobody; NULL = the plain assistant again. PT404 for one he does not see.';

grant execute on function
  public.save_assistant(uuid, jsonb, uuid, integer), public.assistant_diff(uuid, uuid, integer, integer),
  public.roll_back_assistant(uuid, uuid, integer), public.copy_assistant(uuid, uuid, text),
  public.set_default_assistant(uuid, uuid)
to authenticated;
