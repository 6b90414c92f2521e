-- Who the members are: ids alone tell a person nothing, and auth.users is nobody's.
create function private.organization_people(p_org_id uuid)
returns table (user_id uuid, role text, joined_at timestamptz, email text, last_sign_in_at timestamptz)
language sql
stable
security definer -- addresses live in auth.users, which no API role may read; shown to those who manage the organization, and each his own
set search_path = ''
as $$
  select m.user_id, m.role, m.created_at, u.email::text, u.last_sign_in_at
  from public.organization_members as m
  join auth.users as u on u.id = m.user_id
  where m.org_id = p_org_id
    and (p_org_id in (select g.id from private.managed_org_ids() as g (id))
         or (m.user_id = (select auth.uid()) and p_org_id in (select private.my_org_ids())))
$$;
comment on function private.organization_people(uuid) is 'Behind public.organization_people.';

create function public.organization_people(p_org_id uuid)
returns table (user_id uuid, role text, joined_at timestamptz, email text, last_sign_in_at timestamptz)
language sql
stable
set search_path = ''
as $$
  select p.* from private.organization_people($1) as p
$$;
comment on function public.organization_people(uuid) is
  'Members of an organization with their e-mail addresses: for owner, admin and manager everyone, for others themselves.';

revoke execute on function private.organization_people(uuid) from public;
revoke execute on function public.organization_people(uuid) from public, anon;
grant execute on function private.organization_people(uuid), public.organization_people(uuid) to authenticated, service_role;
