-- Placeholders of a prompt are checked when it is stored: a template that names a value the task does not give would fail every call.

create function private.placeholder_problem(p_where text, p_text text, p_allowed text[])
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  -- As shared/prompts reads them.
  c_placeholder constant text := '\{\{([a-z][a-z0-9_]{0,39})\}\}';
  v_unknown text;
begin
  if regexp_replace(p_text, c_placeholder, '', 'g') ~ '\{\{|\}\}' then
    return format('its %s has double braces that are no {{name}}', p_where);
  end if;
  select found.name[1] into v_unknown
  from regexp_matches(p_text, c_placeholder, 'g') as found (name)
  where not found.name[1] = any (p_allowed)
  limit 1;
  return case when v_unknown is not null then format('its %s names {{%s}}, which the task does not give (%s)', p_where, v_unknown,
    (select string_agg('{{' || a || '}}', ', ') from unnest(p_allowed) as a)) end;
end
$$;
comment on function private.placeholder_problem(text, text, text[]) is 'Why a text cannot be filled with the given values, as half a sentence; NULL when it can.';

create function private.check_prompt_variables()
returns trigger
language plpgsql
security definer -- the tasks are the platform's, a prompt may be an organization's
set search_path = ''
as $$
declare
  v_variables text[];
  v_problem   text;
begin
  select t.variables into v_variables from public.ai_tasks as t where t.prompt_key = new.key and t.variables is not null limit 1;
  if not found then
    return new;
  end if;
  -- Values come from callers: they have no place in the system text.
  v_problem := coalesce(
    private.placeholder_problem('system text', new.system, array['language', 'now']),
    private.placeholder_problem('template', new.template, v_variables || array['language', 'now']));
  if v_problem is not null then
    raise exception 'Cannot store prompt %: %', new.key, v_problem using errcode = '22023';
  end if;
  return new;
end
$$;
comment on function private.check_prompt_variables() is 'Refuses a prompt whose placeholders its task cannot fill.';
create trigger ai_prompts_check_variables
  before insert or update of system, template on public.ai_prompts
  for each row execute function private.check_prompt_variables();

revoke execute on function private.placeholder_problem(text, text, text[]), private.check_prompt_variables() from public;
