-- Whether arguments can be checked against a JSON Schema at all, and soon enough. Whoever writes a tool may be mistaken, and an MCP
-- server is a stranger: providers refuse a turn whose tools have schemas they cannot read, and some schemas take for ever to apply.

create function private.schema_parts(p_schema jsonb, p_path text)
returns table (part jsonb, path text)
language sql
immutable
set search_path = ''
as $$
  select one.value, p_path || '.' || rule.key
  from jsonb_each(p_schema) as rule
  cross join lateral (select rule.value) as one (value)
  where rule.key in (
    'items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames', 'unevaluatedItems', 'unevaluatedProperties'
  )
  union all
  select named.value, p_path || '.' || named.key
  from jsonb_each(p_schema) as rule
  cross join lateral jsonb_each(case when jsonb_typeof(rule.value) = 'object' then rule.value else '{}' end) as named
  where rule.key in ('properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions')
  union all
  select listed.value, p_path || '.' || rule.key || '[' || listed.ordinality - 1 || ']'
  from jsonb_each(p_schema) as rule
  cross join lateral jsonb_array_elements(case when jsonb_typeof(rule.value) = 'array' then rule.value else '[]' end)
    with ordinality as listed (value, ordinality)
  where rule.key in ('allOf', 'anyOf', 'oneOf', 'prefixItems')
$$;
comment on function private.schema_parts(jsonb, text) is 'The schemas within a JSON Schema, each with its place.';

create function private.schema_rule_problem(p_schema jsonb, p_path text)
returns text
language sql
immutable
set search_path = ''
as $$
  select p_path || '.' || rule.key || ' ' || case
    when rule.key = 'type' and not (
      case jsonb_typeof(rule.value) when 'array' then rule.value else jsonb_build_array(rule.value) end
      <@ '["object", "array", "string", "number", "integer", "boolean", "null"]'
    ) then 'is no type of JSON'
    when rule.key in ('properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions') and jsonb_typeof(rule.value) <> 'object'
      then 'must be an object'
    when rule.key in ('required', 'enum', 'allOf', 'anyOf', 'oneOf', 'prefixItems') and jsonb_typeof(rule.value) <> 'array'
      then 'must be a list'
    when rule.key = 'required' and exists (select from jsonb_array_elements(rule.value) as name where jsonb_typeof(name) <> 'string')
      then 'must be a list of names'
    when rule.key in ('minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties', 'minimum', 'maximum', 'multipleOf')
      and jsonb_typeof(rule.value) <> 'number' then 'must be a number'
    when rule.key in ('pattern', '$ref') and jsonb_typeof(rule.value) <> 'string' then 'must be a text'
    when rule.key in ('$dynamicRef', '$recursiveRef') then 'cannot be used'
  end
  from jsonb_each(p_schema) as rule
  order by 1
  limit 1
$$;
comment on function private.schema_rule_problem(jsonb, text) is 'What is wrong with the rules of one schema, those within it aside; NULL when nothing is.';

create function private.schema_pointer(p_ref text)
returns text[]
language sql
immutable
set search_path = ''
as $$
  select coalesce(array_agg(replace(replace(step, '~1', '/'), '~0', '~') order by place), '{}')
  from unnest(string_to_array(nullif(substr(p_ref, 3), ''), '/')) with ordinality as s (step, place)
$$;
comment on function private.schema_pointer(text) is 'The way a reference such as #/$defs/article goes through a schema.';

create function private.schema_problem(p_schema jsonb, p_path text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  most    constant integer := 2000;
  schemas jsonb[] := array[p_schema];
  paths   text[] := array[p_path];
  -- By which references each was reached.
  ways    text[] := array[''];
  target  text;
  problem text;
  found   record;
begin
  for at in 1..most loop
    if at > cardinality(schemas) then
      return null;
    elsif jsonb_typeof(schemas[at]) = 'boolean' then
      continue;
    elsif jsonb_typeof(schemas[at]) <> 'object' then
      return paths[at] || ' must be a JSON Schema';
    end if;
    problem := private.schema_rule_problem(schemas[at], paths[at]);
    if problem is not null then
      return problem;
    end if;
    for found in select part.part, part.path from private.schema_parts(schemas[at], paths[at]) as part loop
      schemas := schemas || found.part;
      paths := paths || found.path;
      ways := ways || ways[at];
    end loop;
    target := schemas[at] ->> '$ref';
    if target is null or position(target || ' ' in ways[at]) > 0 then
      continue;
    elsif target !~ '^#(/|$)' or p_schema #> private.schema_pointer(target) is null then
      return paths[at] || '.$ref leads nowhere: ' || left(target, 100);
    end if;
    schemas := schemas || (p_schema #> private.schema_pointer(target));
    paths := paths || paths[at];
    ways := ways || (ways[at] || target || ' ');
  end loop;
  return p_path || ' has too many rules';
end
$$;
comment on function private.schema_problem(jsonb, text) is
  'Why arguments could not be checked against a JSON Schema, as one sentence that begins with its place; NULL when they can. References are followed where they stand, so that a small schema which unfolds without end has too many rules.';

grant execute on function
  private.schema_parts(jsonb, text), private.schema_rule_problem(jsonb, text), private.schema_pointer(text), private.schema_problem(jsonb, text)
to authenticated, service_role;
