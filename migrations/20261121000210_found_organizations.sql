-- Founding an organization: one's own, as its owner.

-- security definer: the founder is not a member yet, so no policy can let him insert himself as owner. It writes only an
-- organization that it creates, and only for auth.uid(). Every organization comes with a budget on the platform's keys, hence
-- the limit on how many one user may own.
create function private.create_organization(p_name text, p_currency text, p_time_zone text)
returns public.organizations
language plpgsql
security definer
set search_path = ''
as $$
declare
  caller uuid := auth.uid();
  most integer := (private.setting('organization.owned.max', null, null) #>> '{}')::integer;
  base text;
  created public.organizations;
begin
  if caller is null then
    raise exception 'Cannot create an organization: nobody is signed in' using errcode = '42501';
  end if;
  -- Two calls at once must not both be the last one allowed.
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('create_organization:' || caller, 0));
  if not private.is_operator() and most <= (
    select count(*) from public.organization_members as member where member.user_id = caller and member.role = 'owner'
  ) then
    raise exception 'Cannot create an organization: this user already owns %, the most allowed', most
      using errcode = '42501', hint = 'An operator can raise the setting organization.owned.max';
  end if;

  base := left(btrim(regexp_replace(lower(extensions.unaccent(p_name)), '[^a-z0-9]+', '-', 'g'), '-'), 60);
  base := coalesce(nullif(btrim(base, '-'), ''), 'organization');
  insert into public.organizations (name, slug, currency, time_zone)
  values (
    btrim(p_name),
    case
      when exists (select from public.organizations as taken where taken.slug = base)
        then base || '-' || left(replace(gen_random_uuid()::text, '-', ''), 8)
      else base
    end,
    p_currency,
    p_time_zone
  )
  returning * into created;
  insert into public.organization_members (org_id, user_id, role) values (created.id, caller, 'owner');
  return created;
end
$$;

comment on function private.create_organization(text, text, text) is 'Body of public.create_organization.';

create function public.create_organization(
  name text,
  currency text default 'EUR',
  time_zone text default 'Europe/Berlin'
)
returns public.organizations
language sql
security invoker
set search_path = ''
as $$
  select private.create_organization($1, $2, $3)
$$;

comment on function public.create_organization(text, text, text) is
  'Creates an organization and makes the caller its owner. At most organization.owned.max organizations a user (setting).';

grant execute on function private.create_organization(text, text, text) to authenticated;
grant execute on function public.create_organization(text, text, text) to authenticated;
