-- What an assistant can do besides talking: tools, knowledge, agent mode, hand-off. Part of its versioned configuration.
alter table public.ai_assistants
  add column tools text[] not null default '{}',
  add column knowledge_bases uuid[] not null default '{}',
  add column hand_off_to uuid[] not null default '{}',
  add column mode text not null default 'chat',
  add column max_steps integer not null default 5,
  add column max_seconds integer not null default 90,
  add column max_cost_usd numeric;

alter table public.ai_assistants
  add constraint ai_assistants_abilities_bounded check (
    cardinality(tools) <= 30 and cardinality(knowledge_bases) <= 100 and cardinality(hand_off_to) <= 20
  ),
  add constraint ai_assistants_mode_known check (mode in ('chat', 'agent')),
  add constraint ai_assistants_max_steps_bounded check (max_steps between 1 and 30),
  add constraint ai_assistants_max_seconds_bounded check (max_seconds between 5 and 110),
  add constraint ai_assistants_max_cost_usd_positive check (max_cost_usd > 0);

comment on column public.ai_assistants.tools is 'Names of the organization''s tools it may call. A tool that is off, or beyond the user''s role, is not offered.';
comment on column public.ai_assistants.knowledge_bases is 'Where its knowledge search looks. Empty: everything the user may read.';
comment on column public.ai_assistants.hand_off_to is 'Assistants it may hand a conversation over to, as far as the user sees them.';
comment on column public.ai_assistants.mode is 'chat: it answers, with tools where they help; agent: it plans, acts and observes until the task is done or a limit is reached.';
comment on column public.ai_assistants.max_steps is 'Most rounds of tool calls in one answer.';
comment on column public.ai_assistants.max_seconds is 'Seconds after which an answer must come to its end.';
comment on column public.ai_assistants.max_cost_usd is 'US dollars of one answer after which it must come to its end. NULL: only the budgets limit it.';

grant insert (tools, knowledge_bases, hand_off_to, mode, max_steps, max_seconds, max_cost_usd) on public.ai_assistants to authenticated;
grant update (tools, knowledge_bases, hand_off_to, mode, max_steps, max_seconds, max_cost_usd) on public.ai_assistants to authenticated;

create or replace function private.assistant_config(p_assistant public.ai_assistants)
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object(
    'name', p_assistant.name, 'description', p_assistant.description, 'personality', p_assistant.personality,
    'instructions', p_assistant.instructions, 'model', p_assistant.model, 'importance', p_assistant.importance,
    'temperature', p_assistant.temperature, 'max_output_tokens', p_assistant.max_output_tokens,
    'languages', p_assistant.languages, 'tags', p_assistant.tags, 'tools', p_assistant.tools,
    'knowledge_bases', p_assistant.knowledge_bases, 'hand_off_to', p_assistant.hand_off_to, 'mode', p_assistant.mode,
    'max_steps', p_assistant.max_steps, 'max_seconds', p_assistant.max_seconds, 'max_cost_usd', p_assistant.max_cost_usd
  )
$$;

create or replace function private.assistant_schema()
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
      "max_steps": {"type": "integer", "minimum": 1, "maximum": 30},
      "max_seconds": {"type": "integer", "minimum": 5, "maximum": 110},
      "max_cost_usd": {"type": ["number", "null"], "minimum": 0.000001, "maximum": 1000},
      "status": {"type": "string", "enum": ["draft", "active", "inactive"]},
      "visibility": {"type": "string", "enum": ["private", "organization", "public"]},
      "is_template": {"type": "boolean"}
    }
  }'::jsonb
$$;

-- security definer: says whether models, tools, documents and assistants exist that the caller's own policies may hide from him; in
-- what he may not see he is told no more than that it cannot be used.
create function private.assistant_problem(p_org_id uuid, p_config jsonb, p_user_id uuid)
returns text
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_missing text;
begin
  if p_config ->> 'model' is not null and not exists (
    select from public.ai_models as known
    where known.active and known.kind = 'chat' and (known.org_id is null or known.org_id = p_org_id)
      and (known.model = p_config ->> 'model' or p_config ->> 'model' = any (known.aliases))
  ) then
    return format('config.model is unknown: %s. Known ones like it: %s', p_config ->> 'model',
      coalesce(array_to_string(private.near_models(p_config ->> 'model', p_org_id, 'chat'), ', '), 'none'));
  end if;
  select wanted.name into v_missing
  from jsonb_array_elements_text(coalesce(p_config -> 'tools', '[]')) as wanted (name)
  where not exists (select from public.ai_tools as tool where tool.org_id = p_org_id and tool.name = wanted.name)
  limit 1;
  if found then
    return format('config.tools names %s, which the organization does not have', v_missing);
  end if;
  select wanted.id into v_missing
  from jsonb_array_elements_text(coalesce(p_config -> 'knowledge_bases', '[]')) as wanted (id)
  where not exists (select from public.knowledge_bases as base where base.org_id = p_org_id and base.id::text = wanted.id)
  limit 1;
  if found then
    return format('config.knowledge_bases names %s, which the organization does not have', v_missing);
  end if;
  select wanted.id into v_missing
  from jsonb_array_elements_text(coalesce(p_config -> 'hand_off_to', '[]')) as wanted (id)
  where not exists (
    select from public.ai_assistants as other
    where other.org_id = p_org_id and other.id::text = wanted.id
      and (other.visibility <> 'private' or other.created_by = p_user_id)
  )
  limit 1;
  if found then
    return format('config.hand_off_to names %s, which is no assistant the organization shares', v_missing);
  end if;
  return null;
end
$$;

comment on function private.assistant_problem(uuid, jsonb, uuid) is
  'What a configuration names that there is not: models, tools, knowledge, assistants. NULL when nothing.';
grant execute on function private.assistant_problem(uuid, jsonb, uuid) to authenticated;

create or replace function public.save_assistant(p_org_id uuid, p_config jsonb, p_assistant_id uuid default null, p_expected_version integer default null)
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
