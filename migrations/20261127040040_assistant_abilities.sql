-- What an assistant can do besides talking: tools, knowledge, agent mode, hand-off. Part of its versioned configuration.

create function private.assistant_config(p_assistant public.ai_assistants)
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
comment on function private.assistant_config(public.ai_assistants) is 'What of an assistant is versioned.';
grant execute on function private.assistant_config(public.ai_assistants) to authenticated, service_role;

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
