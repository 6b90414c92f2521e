-- Registering MCP servers, authorizing them, and what the back end needs to reach them.
create function public.save_mcp_server(p_org_id uuid, p_server jsonb, p_server_id uuid default null)
returns public.ai_mcp_servers
language plpgsql
security invoker
set search_path = ''
as $$
declare
  problem text := private.setting_problem('{
    "type": "object", "additionalProperties": false,
    "properties": {
      "name": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,19}$"},
      "title": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S"},
      "url": {"type": "string", "maxLength": 2000, "pattern": "^https?://[^\\s@]+$"},
      "auth": {"type": "string", "enum": ["none", "shared", "user"]},
      "min_role": {"type": "string", "enum": ["guest", "member", "manager", "admin", "owner"]},
      "enabled": {"type": "boolean"}
    }
  }'::jsonb, p_server, 'server');
  saved public.ai_mcp_servers;
begin
  if problem is not null then
    raise exception 'Cannot save the server: %', problem using errcode = '22023';
  elsif not p_org_id in (select private.my_org_ids_as('owner', 'admin')) then
    raise exception 'Cannot save the server: only owners and admins may' using errcode = 'PT403';
  elsif p_server_id is not null and p_server ? 'name' then
    raise exception 'Cannot save the server: its name stays, its tools are called by it' using errcode = '22023';
  elsif p_server_id is null then
    if not p_server ?& array['name', 'title', 'url'] then
      raise exception 'Cannot save the server: name, title and url are required' using errcode = '22023';
    elsif exists (select from public.ai_mcp_servers as s where s.org_id = p_org_id and s.name = p_server ->> 'name') then
      raise exception 'Cannot save the server: the name % is taken', p_server ->> 'name' using errcode = '22023';
    end if;
    insert into public.ai_mcp_servers (org_id, name, title, url, auth, min_role, enabled)
    values (
      p_org_id, p_server ->> 'name', p_server ->> 'title', p_server ->> 'url', coalesce(p_server ->> 'auth', 'none'),
      coalesce(p_server ->> 'min_role', 'member'), coalesce((p_server ->> 'enabled')::boolean, true)
    )
    returning * into saved;
    return saved;
  end if;
  update public.ai_mcp_servers as server
  set title = coalesce(p_server ->> 'title', server.title), url = coalesce(p_server ->> 'url', server.url),
    auth = coalesce(p_server ->> 'auth', server.auth), min_role = coalesce(p_server ->> 'min_role', server.min_role),
    enabled = coalesce((p_server ->> 'enabled')::boolean, server.enabled)
  where server.org_id = p_org_id and server.id = p_server_id
  returning * into saved;
  if not found then
    raise exception 'Cannot save the server: there is none with this id' using errcode = 'PT404';
  end if;
  return saved;
end
$$;

comment on function public.save_mcp_server(uuid, jsonb, uuid) is
  'Registers an MCP server {name, title, url, auth?, min_role?, enabled?}, or changes one. Owners and admins. Errors: 22023 with what is wrong, PT403, PT404.';

create function public.remove_mcp_server(p_org_id uuid, p_server_id uuid)
returns void
language plpgsql
security invoker
set search_path = ''
as $$
begin
  delete from public.ai_mcp_servers as server where server.org_id = p_org_id and server.id = p_server_id;
  if not found then
    raise exception 'Cannot remove the server: there is none with this id that the caller may remove' using errcode = 'PT404';
  end if;
end
$$;

comment on function public.remove_mcp_server(uuid, uuid) is 'Removes a server with its tools and every token for it. PT404 for one the caller may not remove.';

-- security definer: writes the Vault. Who may is decided by what the caller sees of the server, and by his role.
create function private.authorize_mcp_server(p_org_id uuid, p_server_id uuid, p_token text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_server public.ai_mcp_servers;
  v_role text := private.my_role(p_org_id);
  v_holder uuid;
begin
  select server.* into v_server
  from public.ai_mcp_servers as server
  where server.org_id = p_org_id and server.id = p_server_id and server.enabled
    and private.role_rank(v_role) >= private.role_rank(server.min_role);
  if not found then
    raise exception 'Cannot authorize: there is no such server' using errcode = 'PT404';
  elsif v_server.auth = 'none' then
    raise exception 'Cannot authorize: the server asks for no token' using errcode = 'PT400';
  elsif v_server.auth = 'shared' and v_role not in ('owner', 'admin') then
    raise exception 'Cannot authorize: the organization''s token is for owners and admins to set' using errcode = 'PT403';
  elsif p_token ~ '[[:cntrl:][:space:]]' or length(p_token) not between 1 and 8000 then
    raise exception 'Cannot authorize: the token is empty, too long, or has blanks in it' using errcode = 'PT400';
  elsif to_regclass('vault.secrets') is null then
    raise exception 'Cannot authorize: this database has no Vault' using errcode = 'PT400';
  end if;
  v_holder := case when v_server.auth = 'shared' then p_org_id else auth.uid() end;
  delete from public.ai_mcp_authorizations as a where a.org_id = p_org_id and a.server_id = p_server_id and a.holder = v_holder;
  if p_token is not null then
    insert into public.ai_mcp_authorizations (org_id, server_id, holder, secret_id)
    values (p_org_id, p_server_id, v_holder, vault.create_secret(p_token, 'mcp:' || gen_random_uuid(), 'Token of an MCP server'));
  end if;
end
$$;

comment on function private.authorize_mcp_server(uuid, uuid, text) is 'Behind public.authorize_mcp_server.';

create function public.authorize_mcp_server(p_org_id uuid, p_server_id uuid, p_token text)
returns void
language sql
security invoker
set search_path = ''
as $$ select private.authorize_mcp_server(p_org_id, p_server_id, p_token) $$;

comment on function public.authorize_mcp_server(uuid, uuid, text) is
  'Keeps a token for a server in the Vault: the caller''s own, or the organization''s where the server has a shared one. NULL takes it back. PT404, PT403, PT400.';

-- security definer: reads the Vault. Executable by the service role alone.
create function public.mcp_access(p_org_id uuid, p_server_id uuid, p_user_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_server public.ai_mcp_servers;
  v_role text;
  v_secret uuid;
  v_token text;
begin
  select member.role into v_role
  from public.organization_members as member
  where member.org_id = p_org_id and member.user_id = p_user_id;
  select server.* into v_server
  from public.ai_mcp_servers as server
  where server.org_id = p_org_id and server.id = p_server_id and server.enabled
    and private.role_rank(v_role) >= private.role_rank(server.min_role);
  if not found then
    raise exception 'Cannot use the server: there is no such server' using errcode = 'PT404';
  end if;
  if v_server.auth <> 'none' then
    select a.secret_id into v_secret
    from public.ai_mcp_authorizations as a
    where a.org_id = p_org_id and a.server_id = p_server_id
      and a.holder = case when v_server.auth = 'shared' then p_org_id else p_user_id end;
    if v_secret is null then
      raise exception 'Cannot use the server: it has to be authorized first' using errcode = 'PT401';
    end if;
    select secret.decrypted_secret into v_token from vault.decrypted_secrets as secret where secret.id = v_secret;
  end if;
  return jsonb_build_object(
    'id', v_server.id, 'name', v_server.name, 'url', v_server.url, 'token', v_token, 'min_role', v_server.min_role,
    'admin', v_role in ('owner', 'admin')
  );
end
$$;

comment on function public.mcp_access(uuid, uuid, uuid) is
  'How a user reaches a server: {id, name, url, token, min_role, admin}. PT404 for one he may not use, PT401 where a token is missing. Service role only.';

create function public.keep_mcp_tools(p_org_id uuid, p_server_id uuid, p_info jsonb, p_found jsonb)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_server public.ai_mcp_servers;
  v_found record;
  v_tool public.ai_tools;
  v_problem text;
  v_added text[] := '{}';
  v_changed text[] := '{}';
  v_kept text[] := '{}';
  v_skipped jsonb := '[]';
  v_removed text[];
begin
  update public.ai_mcp_servers as server set info = p_info, discovered_at = private.clock()
  where server.org_id = p_org_id and server.id = p_server_id
  returning server.* into v_server;
  for v_found in
    select * from jsonb_to_recordset(p_found) as t (
      name text, tool text, title text, description text, parameters jsonb, output_schema jsonb, writes boolean)
  loop
    v_problem := coalesce(
      private.schema_problem(v_found.parameters, 'parameters'), private.schema_problem(nullif(v_found.output_schema, 'null'), 'output')
    );
    if v_problem is not null then
      v_skipped := v_skipped || jsonb_build_object('tool', v_found.tool, 'problem', 'its schema cannot be used: ' || v_problem);
      continue;
    end if;
    select tool.* into v_tool from public.ai_tools as tool where tool.org_id = p_org_id and tool.name = v_found.name;
    if v_tool.mcp_server_id is distinct from p_server_id and v_tool.id is not null then
      v_skipped := v_skipped || jsonb_build_object('tool', v_found.tool, 'problem', 'another tool has the same name');
      continue;
    end if;
    v_kept := v_kept || v_found.name;
    if v_tool.id is null then
      insert into public.ai_tools (org_id, name, title, description, kind, parameters, config, writes, min_role, mcp_server_id)
      values (
        p_org_id, v_found.name, v_found.title, v_found.description, 'mcp', v_found.parameters,
        jsonb_build_object('server_id', p_server_id, 'tool', v_found.tool, 'output_schema', v_found.output_schema), true,
        v_server.min_role, p_server_id
      );
      v_added := v_added || v_found.name;
    elsif v_tool.description <> v_found.description or v_tool.parameters <> v_found.parameters
      or v_tool.config -> 'output_schema' is distinct from coalesce(v_found.output_schema, 'null') then
      -- What somebody looked at is no longer what it was: off, until somebody looks again.
      update public.ai_tools as tool
      set title = v_found.title, description = v_found.description, parameters = v_found.parameters, enabled = false,
        config = jsonb_build_object('server_id', p_server_id, 'tool', v_found.tool, 'output_schema', v_found.output_schema)
      where tool.org_id = p_org_id and tool.id = v_tool.id;
      v_changed := v_changed || v_found.name;
    end if;
  end loop;
  with gone as (
    delete from public.ai_tools as tool
    where tool.org_id = p_org_id and tool.mcp_server_id = p_server_id
      and tool.name <> all (v_kept)
    returning tool.name
  )
  select coalesce(array_agg(gone.name order by gone.name), '{}') into v_removed from gone;
  return jsonb_build_object(
    'added', to_jsonb(v_added), 'changed', to_jsonb(v_changed), 'removed', to_jsonb(v_removed), 'skipped', v_skipped
  );
end
$$;

comment on function public.keep_mcp_tools(uuid, uuid, jsonb, jsonb) is
  'Keeps what a server offers: new tools are off and count as writing, changed ones are off again, those it no longer offers, and those that cannot be kept, are removed: {added, changed, removed, skipped: [{tool, problem}]}. Service role only.';

create function public.mcp_tool(p_org_id uuid, p_server_id uuid, p_name text)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select jsonb_build_object(
    'id', tool.id, 'name', tool.name, 'description', tool.description, 'kind', tool.kind, 'parameters', tool.parameters,
    'config', tool.config, 'writes', tool.writes, 'timeout_ms', tool.timeout_ms
  )
  from public.ai_tools as tool
  where tool.org_id = p_org_id and tool.mcp_server_id = p_server_id and tool.name = p_name
$$;

comment on function public.mcp_tool(uuid, uuid, text) is 'A tool of a server as it is kept, on or off; NULL for none. Service role only.';

grant execute on function private.authorize_mcp_server(uuid, uuid, text) to authenticated;
grant execute on function
  public.save_mcp_server(uuid, jsonb, uuid), public.remove_mcp_server(uuid, uuid), public.authorize_mcp_server(uuid, uuid, text)
to authenticated;
grant execute on function public.mcp_access(uuid, uuid, uuid), public.keep_mcp_tools(uuid, uuid, jsonb, jsonb), public.mcp_tool(uuid, uuid, text)
to service_role;
revoke execute on function public.mcp_access(uuid, uuid, uuid) from public, anon, authenticated;
