-- Reading settings: from the default to the narrowest row, by each definition's merge strategy.
create function private.merge_json(p_wide jsonb, p_narrow jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  merged jsonb;
  part record;
begin
  if p_narrow is null then
    return p_wide;
  elsif jsonb_typeof(p_narrow) <> 'object' then
    return p_narrow;
  end if;
  merged := case when jsonb_typeof(p_wide) = 'object' then p_wide else '{}' end;
  for part in select field.key, field.value from jsonb_each(p_narrow) as field loop
    merged := case
      when part.value = 'null' then merged - part.key
      else merged || jsonb_build_object(part.key, private.merge_json(merged -> part.key, part.value))
    end;
  end loop;
  return merged;
end
$$;

comment on function private.merge_json(jsonb, jsonb) is
  'RFC 7386 merge of the narrower value into the wider one: objects deeply, null removes, everything else replaces.';

create function private.combine_setting(p_merge text, p_wide jsonb, p_narrow jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_narrow is null then
    return p_wide;
  elsif p_merge = 'merge' then
    return private.merge_json(p_wide, p_narrow);
  elsif p_merge = 'append' and jsonb_typeof(p_wide) = 'array' and jsonb_typeof(p_narrow) = 'array' then
    return (
      select coalesce(jsonb_agg(item.value order by item.place), '[]')
      from (
        select part.value, min(part.ordinality) as place
        from jsonb_array_elements(p_wide || p_narrow) with ordinality as part
        group by part.value
      ) as item
    );
  end if;
  return p_narrow;
end
$$;

comment on function private.combine_setting(text, jsonb, jsonb) is
  'One step from a wider to a narrower scope under a merge strategy; a NULL narrower value changes nothing.';

create function private.resolve_setting(p_definition public.ai_setting_definitions, p_wide jsonb, p_user jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_user is null then
    return p_wide;
  elsif p_definition.user_may is not null and jsonb_typeof(p_wide) = 'number' and jsonb_typeof(p_user) = 'number' then
    return case p_definition.user_may
      when 'raise' then to_jsonb(greatest((p_wide #>> '{}')::numeric, (p_user #>> '{}')::numeric))
      else to_jsonb(least((p_wide #>> '{}')::numeric, (p_user #>> '{}')::numeric))
    end;
  end if;
  return private.combine_setting(p_definition.merge, p_wide, p_user);
end
$$;

comment on function private.resolve_setting(public.ai_setting_definitions, jsonb, jsonb) is
  'The value in force from the wider scopes'' value and a user''s own (NULL = none), user_may applied.';

-- plpgsql (this and the next two), although each is little more than a query: admission reads them on every request, and an SQL
-- function with a search_path is planned anew each time.
create function private.settings_in_force(p_org_id uuid, p_user_id uuid, p_keys text[] default null)
returns table (key text, value jsonb, source text, version integer)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_plan jsonb := private.plan_settings(p_org_id);
begin
  return query
  select
    definition.key,
    case
      when definition.merge = 'replace' and definition.user_may is null
        or coalesce(here.id, own.id, org.id, global.id) is null and v_plan -> definition.key is null
        then coalesce(here.value, own.value, org.value, v_plan -> definition.key, global.value, definition.default_value)
      else private.resolve_setting(
        definition,
        private.combine_setting(
          definition.merge,
          private.combine_setting(
            definition.merge,
            private.combine_setting(definition.merge, definition.default_value, global.value),
            v_plan -> definition.key
          ),
          org.value
        ),
        private.combine_setting(definition.merge, own.value, here.value)
      )
    end,
    case
      when here.value is not null or own.value is not null then 'user'
      when org.value is not null then 'organization'
      when v_plan ? definition.key then 'plan'
      when global.value is not null then 'global'
      else 'default'
    end,
    coalesce(here.version, own.version, org.version, global.version)
  from public.ai_setting_definitions as definition
  left join public.ai_settings as global
    on global.key = definition.key and global.org_id is null and global.user_id is null
  left join public.ai_settings as org
    on org.key = definition.key and org.org_id = p_org_id and org.user_id is null
  left join public.ai_settings as own
    on own.key = definition.key and own.org_id is null and own.user_id = p_user_id
  left join public.ai_settings as here
    on here.key = definition.key and here.org_id = p_org_id and here.user_id = p_user_id
  where p_keys is null or definition.key = any (p_keys);
end
$$;

comment on function private.settings_in_force(uuid, uuid, text[]) is
  'Settings as they are for an organization and user (either may be NULL), all or the given keys: value, narrowest scope that contributed (default, global, plan, organization, user), its version (NULL = default or plan).';

create function private.settings_for(p_org uuid, p_user uuid, p_prefix text default '')
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  changed text[];
begin
  -- Few keys have a row: only those are resolved, the others are their defaults.
  changed := array(
    select setting.key from public.ai_settings as setting where setting.org_id is null and setting.user_id is null
    union all
    select setting.key from public.ai_settings as setting where setting.org_id = p_org and setting.user_id is null
    union all
    select setting.key from public.ai_settings as setting where setting.org_id is null and setting.user_id = p_user
    union all
    select setting.key from public.ai_settings as setting where setting.org_id = p_org and setting.user_id = p_user
    union all
    select jsonb_object_keys(private.plan_settings(p_org))
  );
  return coalesce((
    select jsonb_object_agg(definition.key, definition.default_value)
    from public.ai_setting_definitions as definition
    where starts_with(definition.key, p_prefix)
  ), '{}') || coalesce((
    select jsonb_object_agg(setting.key, setting.value)
    from private.settings_in_force(p_org, p_user, changed) as setting
    where cardinality(changed) > 0 and starts_with(setting.key, p_prefix)
  ), '{}');
end
$$;

comment on function private.settings_for(uuid, uuid, text) is
  'Values in force as {key: value}, all or those whose key begins with a prefix; NULL arguments leave out that scope. A setting without a value is JSON null.';

create function private.setting(p_key text, p_org uuid, p_user uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  found_value jsonb;
begin
  select setting.value into found_value from private.settings_in_force(p_org, p_user, array[p_key]) as setting;
  if not found then
    raise exception 'Cannot read setting %: there is no such key', p_key using errcode = '22023';
  end if;
  return found_value;
end
$$;

comment on function private.setting(text, uuid, uuid) is
  'One value in force. JSON null when nobody gave one (so #>> ''{}'' is SQL NULL); an unknown key is an error, not a missing value.';

grant execute on function
  private.settings_in_force(uuid, uuid, text[]), private.settings_for(uuid, uuid, text), private.setting(text, uuid, uuid),
  private.resolve_setting(public.ai_setting_definitions, jsonb, jsonb), private.combine_setting(text, jsonb, jsonb),
  private.merge_json(jsonb, jsonb)
to service_role;

-- security definer: resolves rows that the caller's policies may hide (a setting that is not public still counts), and filters
-- what it returns by definition and role.
create function private.effective_settings(p_org_id uuid)
returns table (key text, value jsonb, source text, version integer)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if p_org_id is not null and private.my_role(p_org_id) is null and not private.is_operator() then
    raise exception 'Cannot read the settings of organization %: the caller is not a member', p_org_id
      using errcode = '42501';
  end if;
  return query
  select setting.key, setting.value, setting.source, setting.version
  from private.settings_in_force(p_org_id, auth.uid()) as setting
  join public.ai_setting_definitions as definition on definition.key = setting.key
  where definition.public
    or (select private.is_operator())
    or (select private.can_see_org_requests(p_org_id))
  order by setting.key;
end
$$;

comment on function private.effective_settings(uuid) is 'Body of public.effective_settings.';

create function public.effective_settings(p_org_id uuid default null)
returns table (key text, value jsonb, source text, version integer)
language sql
stable
security invoker
set search_path = ''
as $$
  select setting.key, setting.value, setting.source, setting.version from private.effective_settings($1) as setting
$$;

comment on function public.effective_settings(uuid) is
  'What is in force for the caller in an organization (NULL = outside of any): value, narrowest scope that contributed (default, global, plan, organization, user) and its row version (NULL = default or plan). Settings that are not public only for owner, admin and manager.';

grant execute on function private.effective_settings(uuid), public.effective_settings(uuid) to authenticated, service_role;
