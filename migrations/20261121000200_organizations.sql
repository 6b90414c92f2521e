-- Organizations are the tenants: every other table that belongs to somebody carries an org_id.
create table public.organizations (
  id         uuid not null default gen_random_uuid(),
  name       text not null,
  slug       text not null,
  currency   text not null default 'EUR',
  time_zone  text not null default 'Europe/Berlin',
  plan       text,
  created_at timestamptz not null default now(),

  constraint organizations_pkey primary key (id),
  constraint organizations_slug_key unique (slug),
  constraint organizations_name_not_blank check (length(btrim(name)) between 1 and 200),
  constraint organizations_slug_format check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 80),
  constraint organizations_currency_known check (currency in ('EUR', 'CHF', 'USD'))
);

comment on table public.organizations is 'Tenants. What a member of one may see never includes a row of another.';
comment on column public.organizations.slug is 'Short name for URLs, unique in the installation.';
comment on column public.organizations.currency is
  'Currency of the organization''s budgets. Fixed once money was held in it.';
comment on column public.organizations.time_zone is
  'IANA name. Days and months of budgets begin at midnight there.';
comment on column public.organizations.plan is
  'ai_plans.slug, set by the platform only. NULL means no plan: settings and defaults apply.';

create table public.organization_members (
  org_id     uuid not null,
  user_id    uuid not null,
  role       text not null default 'member',
  created_at timestamptz not null default now(),

  constraint organization_members_pkey primary key (org_id, user_id),
  constraint organization_members_org_id_fkey
    foreign key (org_id) references public.organizations (id) on delete cascade,
  constraint organization_members_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint organization_members_role_known check (role in ('owner', 'admin', 'manager', 'member', 'guest'))
);

comment on table public.organization_members is
  'Who belongs to which organization. Row level security everywhere asks these rows, never a claim in a token.';
comment on column public.organization_members.role is
  'owner and admin manage the organization; manager sees all its requests; member sees his own; guest sees no requests.';

create index organization_members_user_id_idx on public.organization_members (user_id, org_id, role);

create table public.platform_operators (
  user_id    uuid not null,
  created_at timestamptz not null default now(),

  constraint platform_operators_pkey primary key (user_id),
  constraint platform_operators_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade
);

comment on table public.platform_operators is
  'Users who run the installation: they write prices, models, platform policies and global settings. Only the service role adds them.';

alter table public.organizations enable row level security;
alter table public.organization_members enable row level security;
alter table public.platform_operators enable row level security;

-- Who is asking -----------------------------------------------------------------------------------------------------------

create function private.caller_role()
returns text
language sql
stable
set search_path = ''
as $$
  select coalesce(nullif(nullif(current_setting('role', true), 'none'), ''), session_user::text)
$$;

comment on function private.caller_role() is
  'The database role of the session (authenticated, service_role, postgres …), also inside security definer functions, where current_user is the owner.';

create function private.is_trusted()
returns boolean
language sql
stable
set search_path = ''
as $$
  select role.rolbypassrls or role.rolsuper
  from pg_catalog.pg_roles as role
  where role.rolname = private.caller_role()
$$;

comment on function private.is_trusted() is
  'True for roles that row level security does not bind: the service role, postgres, Studio.';

-- security definer (this and the next four): read the membership rows without their own policies, which would recurse; each
-- filters by auth.uid() and so can only tell a caller about himself.
create function private.my_org_ids()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select member.org_id
  from public.organization_members as member
  where member.user_id = (select auth.uid())
$$;

comment on function private.my_org_ids() is
  'Organizations the caller belongs to, as any role, guests included. Empty without a user.';

create function private.my_org_ids_as(variadic p_roles text[])
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select member.org_id
  from public.organization_members as member
  where member.user_id = (select auth.uid())
    and member.role = any (p_roles)
$$;

comment on function private.my_org_ids_as(text[]) is
  'Organizations where the caller has one of the roles: for policies, evaluated once a statement instead of once a row.';

create function private.my_role(p_org_id uuid)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select member.role
  from public.organization_members as member
  where member.org_id = p_org_id
    and member.user_id = (select auth.uid())
$$;

comment on function private.my_role(uuid) is 'The caller''s role in an organization; NULL when not a member.';

create function private.is_org_admin(p_org_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(private.my_role(p_org_id) in ('owner', 'admin'), false)
$$;

comment on function private.is_org_admin(uuid) is 'Whether the caller is owner or admin of an organization. Never NULL.';

create function private.can_see_org_requests(p_org_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(private.my_role(p_org_id) in ('owner', 'admin', 'manager'), false)
$$;

comment on function private.can_see_org_requests(uuid) is
  'Whether the caller may see all requests of an organization (owner, admin, manager). Never NULL.';

-- security definer: platform_operators shows a caller nothing but his own row.
create function private.is_operator()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(private.is_trusted(), false)
    or exists (select from public.platform_operators as operator where operator.user_id = (select auth.uid()))
$$;

comment on function private.is_operator() is
  'Whether the caller may write what belongs to the platform: a platform operator, the service role or postgres. Never NULL.';

-- security definer: lists every organization to trusted roles. It asks the session's role, not current_user, so it gives the
-- same answer inside another definer function, where current_user would be the owner and would see everything.
create function private.visible_org_ids()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select organization.id
  from public.organizations as organization
  where (select private.is_trusted())
  union all
  select own.id
  from private.my_org_ids() as own (id)
  where not coalesce((select private.is_trusted()), false)
$$;

comment on function private.visible_org_ids() is
  'Every organization for postgres and the service role, the caller''s own for everyone else. The one tenant filter of all views.';

create function private.role_rank(p_role text)
returns integer
language sql
immutable
set search_path = ''
as $$
  select array_position(array['guest', 'member', 'manager', 'admin', 'owner'], p_role)
$$;

comment on function private.role_rank(text) is '1 guest … 5 owner; NULL for an unknown role or no role.';

grant execute on function
  private.caller_role(), private.is_trusted(), private.my_org_ids(), private.my_org_ids_as(text[]), private.my_role(uuid),
  private.is_org_admin(uuid), private.can_see_org_requests(uuid), private.is_operator(), private.visible_org_ids(),
  private.role_rank(text)
to authenticated, service_role;

-- Rules that no grant can express -----------------------------------------------------------------------------------------

create function private.check_time_zone()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- A cast would also take abbreviations and POSIX rules ('FOO+3'), which are not places.
  if not exists (select from pg_catalog.pg_timezone_names as zone where zone.name = new.time_zone)
    or new.time_zone !~ '^[A-Z]'
  then
    raise exception 'Cannot use time zone %: it is not an IANA name', new.time_zone
      using errcode = '22023', hint = 'For example Europe/Berlin';
  end if;
  return new;
end
$$;

comment on function private.check_time_zone() is 'Refuses a time zone that pg_timezone_names does not know.';

create trigger organizations_check_time_zone
before insert or update of time_zone on public.organizations
for each row execute function private.check_time_zone();

-- security definer: must count owners that the caller's policies might hide, and lock the organization against two owners
-- who remove each other at the same time.
create function private.keep_last_owner()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and new.role = 'owner' then
    return new;
  end if;
  perform from public.organizations as organization where organization.id = old.org_id for no key update;
  -- Not found: the organization itself is being deleted and takes its members along.
  if found and not exists (
    select from public.organization_members as other
    where other.org_id = old.org_id and other.role = 'owner' and other.user_id <> old.user_id
  ) then
    raise exception 'Cannot remove the last owner of organization %: it would belong to nobody', old.org_id
      using errcode = '23514', hint = 'Make another member owner first, or delete the organization';
  end if;
  return case tg_op when 'UPDATE' then new else old end;
end
$$;

comment on function private.keep_last_owner() is 'An organization always has an owner: refuses to remove or demote the last one.';

create trigger organization_members_keep_last_owner
before update of role or delete on public.organization_members
for each row when (old.role = 'owner') execute function private.keep_last_owner();

-- Grants and policies -----------------------------------------------------------------------------------------------------

grant select on public.organizations, public.organization_members, public.platform_operators to authenticated;
grant update (name, slug, time_zone, currency) on public.organizations to authenticated;
grant insert (org_id, user_id, role), update (role), delete on public.organization_members to authenticated;
grant select, insert, update, delete on public.organizations, public.organization_members, public.platform_operators
to service_role;

-- public.organizations
create policy organizations_select_members
  on public.organizations
  for select
  to authenticated
  using (id in (select private.my_org_ids()) or (select private.is_operator()));

create policy organizations_update_admins
  on public.organizations
  for update
  to authenticated
  using (id in (select private.my_org_ids_as('owner', 'admin')))
  with check (id in (select private.my_org_ids_as('owner', 'admin')));

-- No delete for users: an organization deleted and founded again would have an unspent budget. Operators do it.

-- public.organization_members
create policy organization_members_select_members
  on public.organization_members
  for select
  to authenticated
  using (org_id in (select private.my_org_ids()));

-- Nobody hands out or takes away more than he has: an admin cannot make an owner, nor touch one.
create policy organization_members_insert_admins
  on public.organization_members
  for insert
  to authenticated
  with check (
    org_id in (select private.my_org_ids_as('owner', 'admin'))
    and private.role_rank(role) <= private.role_rank(private.my_role(org_id))
  );

create policy organization_members_update_admins
  on public.organization_members
  for update
  to authenticated
  using (
    org_id in (select private.my_org_ids_as('owner', 'admin'))
    and private.role_rank(role) <= private.role_rank(private.my_role(org_id))
  )
  with check (
    org_id in (select private.my_org_ids_as('owner', 'admin'))
    and private.role_rank(role) <= private.role_rank(private.my_role(org_id))
  );

create policy organization_members_delete_admins_or_self
  on public.organization_members
  for delete
  to authenticated
  using (
    user_id = (select auth.uid())
    or (
      org_id in (select private.my_org_ids_as('owner', 'admin'))
      and private.role_rank(role) <= private.role_rank(private.my_role(org_id))
    )
  );

-- public.platform_operators
create policy platform_operators_select_self
  on public.platform_operators
  for select
  to authenticated
  using (user_id = (select auth.uid()));
