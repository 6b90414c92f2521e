-- What a setting's value must look like is data (a schema beside each definition); this is what reads it.
create function private.setting_problem(p_schema jsonb, p_value jsonb, p_path text default 'value')
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  known constant text[] := array[
    'type', 'enum', 'minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'format', 'formatMinimum', 'formatMaximum',
    'items', 'minItems', 'maxItems', 'properties', 'required', 'additionalProperties'
  ];
  kind text := jsonb_typeof(p_value);
  allowed text[];
  entry record;
  problem text;
  lasting interval;
begin
  if p_value is null then
    return p_path || ' is missing';
  end if;
  -- A misspelt rule would otherwise be a rule that never applies.
  select string_agg(rule, ', ') into problem from jsonb_object_keys(p_schema) as rule where rule <> all (known);
  if problem is not null then
    return 'the schema of ' || p_path || ' uses unknown rules: ' || problem;
  end if;

  if p_schema ? 'type' then
    allowed := case jsonb_typeof(p_schema -> 'type')
      when 'array' then array(select jsonb_array_elements_text(p_schema -> 'type'))
      else array[p_schema ->> 'type']
    end;
    if not (
      kind = any (allowed)
      or (kind = 'number' and 'integer' = any (allowed) and (p_value #>> '{}')::numeric % 1 = 0)
    ) then
      return p_path || ' must be ' || array_to_string(allowed, ' or ') || ': it is ' || kind;
    end if;
  end if;
  if kind = 'null' then
    return null;
  end if;
  if p_schema ? 'enum' and not (p_schema -> 'enum') @> jsonb_build_array(p_value) then
    return p_path || ' must be one of ' || (p_schema ->> 'enum');
  end if;

  if kind = 'number' then
    if (p_value #>> '{}')::numeric < (p_schema ->> 'minimum')::numeric then
      return p_path || ' must be at least ' || (p_schema ->> 'minimum');
    elsif (p_value #>> '{}')::numeric > (p_schema ->> 'maximum')::numeric then
      return p_path || ' must be at most ' || (p_schema ->> 'maximum');
    end if;

  elsif kind = 'string' then
    if length(p_value #>> '{}') < (p_schema ->> 'minLength')::integer then
      return p_path || ' must have at least ' || (p_schema ->> 'minLength') || ' characters';
    elsif length(p_value #>> '{}') > (p_schema ->> 'maxLength')::integer then
      return p_path || ' must have at most ' || (p_schema ->> 'maxLength') || ' characters';
    elsif (p_value #>> '{}') !~ (p_schema ->> 'pattern') then
      return p_path || ' must match ' || (p_schema ->> 'pattern');
    elsif p_schema ->> 'format' = 'duration' then
      -- The cast alone would take '5 minutes ago' and negative parts.
      if (p_value #>> '{}') !~ '^P(?=.)(\d{1,4}Y)?(\d{1,4}M)?(\d{1,4}W)?(\d{1,5}D)?(T(?=\d)(\d{1,6}H)?(\d{1,7}M)?(\d{1,9}(\.\d{1,3})?S)?)?$' then
        return p_path || ' must be an ISO 8601 duration such as PT30M';
      end if;
      lasting := (p_value #>> '{}')::interval;
      if lasting < (p_schema ->> 'formatMinimum')::interval then
        return p_path || ' must be at least ' || (p_schema ->> 'formatMinimum');
      elsif lasting > (p_schema ->> 'formatMaximum')::interval then
        return p_path || ' must be at most ' || (p_schema ->> 'formatMaximum');
      end if;
    end if;

  elsif kind = 'array' then
    if jsonb_array_length(p_value) < (p_schema ->> 'minItems')::integer then
      return p_path || ' must have at least ' || (p_schema ->> 'minItems') || ' items';
    elsif jsonb_array_length(p_value) > (p_schema ->> 'maxItems')::integer then
      return p_path || ' must have at most ' || (p_schema ->> 'maxItems') || ' items';
    elsif p_schema ? 'items' then
      for entry in select item.value, item.ordinality from jsonb_array_elements(p_value) with ordinality as item loop
        problem := private.setting_problem(p_schema -> 'items', entry.value, p_path || '[' || entry.ordinality - 1 || ']');
        if problem is not null then
          return problem;
        end if;
      end loop;
    end if;

  elsif kind = 'object' then
    for entry in select needed.name from jsonb_array_elements_text(p_schema -> 'required') as needed (name) loop
      if not p_value ? entry.name then
        return p_path || '.' || entry.name || ' is missing';
      end if;
    end loop;
    for entry in select part.key, part.value from jsonb_each(p_value) as part loop
      if p_schema -> 'properties' ? entry.key then
        problem := private.setting_problem(p_schema -> 'properties' -> entry.key, entry.value, p_path || '.' || entry.key);
        if problem is not null then
          return problem;
        end if;
      elsif p_schema -> 'additionalProperties' = 'false' then
        return p_path || '.' || entry.key || ' is not known';
      end if;
    end loop;
  end if;
  return null;
end
$$;

comment on function private.setting_problem(jsonb, jsonb, text) is
  'Why a value does not fit a schema, as one sentence; NULL when it fits. An unknown rule in the schema is itself a problem.';

-- To authenticated too: check constraints run with the rights of who writes the row.
grant execute on function private.setting_problem(jsonb, jsonb, text) to authenticated, service_role;
