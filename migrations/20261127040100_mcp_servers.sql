-- Servers of the Model Context Protocol that an organization's assistants may use. What a server says of itself is a claim: its tools
-- are off until an owner or admin has looked at them, and off again when they change.
create table public.ai_mcp_servers (
  org_id        uuid not null,
  id            uuid not null default gen_random_uuid(),
  name          text not null,
  title         text not null,
  url           text not null,
  auth          text not null default 'none',
  min_role      text not null default 'member',
  enabled       boolean not null default true,
  info          jsonb not null default '{}',
  discovered_at timestamptz,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),

  constraint ai_mcp_servers_pkey primary key (org_id, id),
  constraint ai_mcp_servers_org_id_fkey foreign key (org_id) references public.organizations (id) on delete cascade,
  constraint ai_mcp_servers_name_key unique (org_id, name),
  constraint ai_mcp_servers_name_callable check (name ~ '^[a-z][a-z0-9_]{0,19}$'),
  constraint ai_mcp_servers_title_bounded check (length(btrim(title)) between 1 and 100),
  constraint ai_mcp_servers_url_web check (url ~ '^https?://[^\s@]+$' and length(url) <= 2000),
  constraint ai_mcp_servers_auth_known check (auth in ('none', 'shared', 'user')),
  constraint ai_mcp_servers_min_role_known check (min_role in ('guest', 'member', 'manager', 'admin', 'owner')),
  constraint ai_mcp_servers_info_bounded check (pg_column_size(info) <= 8192)
);

comment on table public.ai_mcp_servers is 'MCP servers over streamable HTTP that an organization has registered.';
comment on column public.ai_mcp_servers.name is 'Its tools are called <name>_<tool>.';
comment on column public.ai_mcp_servers.url is 'Where it is. Reached only by https at a public name, unless an operator lists its host; no redirect is followed.';
comment on column public.ai_mcp_servers.auth is 'none; shared: one token for the organization; user: everybody brings their own.';
comment on column public.ai_mcp_servers.min_role is 'Least role of a user who may use it; its tools begin with it.';
comment on column public.ai_mcp_servers.info is 'What the server says of itself. Never told to a model.';
comment on column public.ai_mcp_servers.discovered_at is 'When its tools were last looked at. NULL: never.';

create table public.ai_mcp_authorizations (
  org_id     uuid not null,
  server_id  uuid not null,
  holder     uuid not null,
  secret_id  uuid not null,
  created_at timestamptz not null default now(),

  constraint ai_mcp_authorizations_pkey primary key (org_id, server_id, holder),
  constraint ai_mcp_authorizations_server_fkey foreign key (org_id, server_id)
    references public.ai_mcp_servers (org_id, id) on delete cascade
);

comment on table public.ai_mcp_authorizations is 'Tokens for MCP servers, kept in the Vault; readable by nobody over the API.';
comment on column public.ai_mcp_authorizations.holder is 'The user it is for; the organization''s own id for a shared one.';
comment on column public.ai_mcp_authorizations.secret_id is 'vault.secrets.id.';

alter table public.ai_tools add constraint ai_tools_mcp_server_fkey foreign key (org_id, mcp_server_id)
  references public.ai_mcp_servers (org_id, id) on delete cascade;
create index ai_tools_mcp_server_idx on public.ai_tools (org_id, mcp_server_id);

create trigger ai_mcp_servers_touch before update on public.ai_mcp_servers for each row execute function private.touch_updated_at();
create trigger ai_mcp_servers_audit after insert or update or delete on public.ai_mcp_servers
  for each row execute function private.audit_change('org_id');

alter table public.ai_mcp_servers enable row level security;
alter table public.ai_mcp_authorizations enable row level security;

grant select, delete on public.ai_mcp_servers to authenticated;
grant insert (org_id, name, title, url, auth, min_role, enabled) on public.ai_mcp_servers to authenticated;
grant update (title, url, auth, min_role, enabled) on public.ai_mcp_servers to authenticated;
grant select (org_id, server_id, holder, created_at) on public.ai_mcp_authorizations to authenticated;
grant select, insert, update, delete on public.ai_mcp_servers, public.ai_mcp_authorizations to service_role;

create policy ai_mcp_servers_select_members on public.ai_mcp_servers for select to authenticated
  using (
    org_id in (select private.my_org_ids_as('owner', 'admin'))
    or (
      enabled and org_id in (select private.my_org_ids())
      and private.role_rank(private.my_role(org_id)) >= private.role_rank(min_role)
    )
  );

create policy ai_mcp_servers_insert_admins on public.ai_mcp_servers for insert to authenticated
  with check (org_id in (select private.my_org_ids_as('owner', 'admin')));

create policy ai_mcp_servers_update_admins on public.ai_mcp_servers for update to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin')));

create policy ai_mcp_servers_delete_admins on public.ai_mcp_servers for delete to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin')));

-- Everybody sees whether they have authorized a server, and admins whether the organization has.
create policy ai_mcp_authorizations_select_own on public.ai_mcp_authorizations for select to authenticated
  using (
    (holder = (select auth.uid()) and org_id in (select private.my_org_ids()))
    or (holder = org_id and org_id in (select private.my_org_ids_as('owner', 'admin')))
  );

-- A new address is another server: what was known of the old one, and the tokens for it, are gone.
create function private.forget_moved_mcp_server()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from public.ai_mcp_authorizations as a where a.org_id = new.org_id and a.server_id = new.id;
  update public.ai_tools as tool set enabled = false where tool.org_id = new.org_id and tool.mcp_server_id = new.id;
  return null;
end
$$;

comment on function private.forget_moved_mcp_server() is 'Turns the tools of a server that moved off, and forgets the tokens that were meant for its old address.';

create trigger ai_mcp_servers_moved after update of url on public.ai_mcp_servers
for each row when (old.url is distinct from new.url) execute function private.forget_moved_mcp_server();

create function private.forget_mcp_secret()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from vault.secrets as secret where secret.id = old.secret_id;
  return null;
end
$$;

comment on function private.forget_mcp_secret() is 'A token leaves the Vault with its authorization.';

create trigger ai_mcp_authorizations_forget after delete on public.ai_mcp_authorizations
for each row execute function private.forget_mcp_secret();

-- What somebody brought along, he takes away: nobody may use his access to another system once he has left.
create function private.forget_mcp_tokens()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from public.ai_mcp_authorizations as a where a.org_id = old.org_id and a.holder = old.user_id;
  return null;
end
$$;

comment on function private.forget_mcp_tokens() is 'Forgets the tokens of a member who leaves.';

create trigger organization_members_forget_mcp_tokens after delete on public.organization_members
for each row execute function private.forget_mcp_tokens();
