-- Writing settings: one door, which knows the key, the scope, the value and the caller.
create function private.authorize_setting(p_definition public.ai_setting_definitions, p_org_id uuid, p_user_id uuid)
returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  scope constant text := case
    when p_user_id is not null then 'user' when p_org_id is not null then 'organization' else 'global'
  end;
begin
  if scope <> all (p_definition.scopes) then
    raise exception 'Cannot set %: it has no value at scope %', p_definition.key, scope
      using errcode = '22023', hint = 'Scopes: ' || array_to_string(p_definition.scopes, ', ');
  end if;
  if private.is_operator() then
    return;
  end if;
  -- One answer for a foreign organization and for one that does not exist.
  if p_org_id is not null and private.my_role(p_org_id) is null
    or scope = 'user' and p_user_id is distinct from auth.uid()
    or scope = 'organization' and not (private.is_org_admin(p_org_id) and p_definition.admin_writable)
    or scope = 'global'
  then
    raise exception 'Cannot set %: the caller may not write it at scope %', p_definition.key, scope using errcode = '42501';
  end if;
end
$$;

comment on function private.authorize_setting(public.ai_setting_definitions, uuid, uuid) is
  'Raises 22023 for a scope the definition does not have, 42501 for one this caller may not write.';

-- security definer (this and the next): nobody has a write grant on ai_settings, so that no row can skip the checks in here.
create function private.set_setting(
  p_key text,
  p_value jsonb,
  p_org_id uuid,
  p_user_id uuid,
  p_expected_version integer
)
returns public.ai_settings
language plpgsql
security definer
set search_path = ''
as $$
declare
  definition public.ai_setting_definitions;
  wide jsonb;
  problem text;
  current_version integer;
  written public.ai_settings;
begin
  select * into definition from public.ai_setting_definitions as known where known.key = p_key;
  if not found then
    raise exception 'Cannot set %: there is no such key', p_key using errcode = '22023';
  end if;
  perform private.authorize_setting(definition, p_org_id, p_user_id);

  problem := private.setting_problem(definition.schema, p_value);
  if problem is null and definition.user_may is not null and p_user_id is not null then
    wide := private.setting(p_key, p_org_id, null);
    if definition.user_may = 'raise' and (p_value #>> '{}')::numeric < (wide #>> '{}')::numeric then
      problem := 'a user may only raise the value above ' || (wide #>> '{}');
    elsif definition.user_may = 'lower' and (p_value #>> '{}')::numeric > (wide #>> '{}')::numeric then
      problem := 'a user may only lower the value below ' || (wide #>> '{}');
    end if;
  end if;
  if problem is not null then
    raise exception 'Cannot set %: %', p_key, problem using errcode = '22023';
  end if;

  -- The row may not exist yet, so there is nothing else to lock.
  perform pg_catalog.pg_advisory_xact_lock(
    pg_catalog.hashtextextended(concat_ws('/', 'ai_settings', p_key, p_org_id, '-', p_user_id), 0)
  );
  if p_expected_version is not null then
    select setting.version into current_version
    from public.ai_settings as setting
    where setting.key = p_key
      and setting.org_id is not distinct from p_org_id
      and setting.user_id is not distinct from p_user_id;
    if coalesce(current_version, 0) <> p_expected_version then
      raise exception 'Cannot set %: it was changed meanwhile, version is %, not %',
        p_key, coalesce(current_version, 0), p_expected_version
        using errcode = 'PT409', hint = 'Read it again and retry; 0 stands for no value yet';
    end if;
  end if;
  insert into public.ai_settings as setting (key, org_id, user_id, value, updated_by, updated_at)
  values (p_key, p_org_id, p_user_id, p_value, auth.uid(), private.clock())
  on conflict on constraint ai_settings_scope_key do update
  set
    value = excluded.value,
    version = setting.version + 1,
    updated_by = excluded.updated_by,
    updated_at = excluded.updated_at
  returning * into written;
  return written;
end
$$;

comment on function private.set_setting(text, jsonb, uuid, uuid, integer) is 'Body of public.set_setting.';

create function private.unset_setting(p_key text, p_org_id uuid, p_user_id uuid, p_expected_version integer)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  definition public.ai_setting_definitions;
  current_version integer;
begin
  select * into definition from public.ai_setting_definitions as known where known.key = p_key;
  if not found then
    raise exception 'Cannot set %: there is no such key', p_key using errcode = '22023';
  end if;
  perform private.authorize_setting(definition, p_org_id, p_user_id);

  select setting.version into current_version
  from public.ai_settings as setting
  where setting.key = p_key
    and setting.org_id is not distinct from p_org_id
    and setting.user_id is not distinct from p_user_id
  for update;
  if p_expected_version is not null and coalesce(current_version, 0) <> p_expected_version then
    raise exception 'Cannot set %: it was changed meanwhile, version is %, not %',
      p_key, coalesce(current_version, 0), p_expected_version
      using errcode = 'PT409', hint = 'Read it again and retry; 0 stands for no value yet';
  end if;
  delete from public.ai_settings as setting
  where setting.key = p_key
    and setting.org_id is not distinct from p_org_id
    and setting.user_id is not distinct from p_user_id;
  return current_version is not null;
end
$$;

comment on function private.unset_setting(text, uuid, uuid, integer) is 'Body of public.unset_setting.';

create function public.set_setting(
  p_key text,
  p_value jsonb,
  p_org_id uuid default null,
  p_user_id uuid default null,
  p_expected_version integer default null
)
returns public.ai_settings
language sql
security invoker
set search_path = ''
as $$
  select private.set_setting($1, $2, $3, $4, $5)
$$;

comment on function public.set_setting(text, jsonb, uuid, uuid, integer) is
  'Stores a value at one scope: neither id = global (operators), p_org_id = organization (its owner and admins), p_user_id = the caller''s own. Errors: 22023 unknown key, scope or value, 42501 not allowed, PT409 p_expected_version is not the stored one (0 = none yet).';

create function public.unset_setting(
  p_key text,
  p_org_id uuid default null,
  p_user_id uuid default null,
  p_expected_version integer default null
)
returns boolean
language sql
security invoker
set search_path = ''
as $$
  select private.unset_setting($1, $2, $3, $4)
$$;

comment on function public.unset_setting(text, uuid, uuid, integer) is
  'Removes the value at one scope, so that the wider one counts again; false when there was none. Errors as set_setting().';

grant execute on function
  private.set_setting(text, jsonb, uuid, uuid, integer), private.unset_setting(text, uuid, uuid, integer),
  public.set_setting(text, jsonb, uuid, uuid, integer), public.unset_setting(text, uuid, uuid, integer)
to authenticated, service_role;
