-- Which organization a caller means who does not say it, and whether the one he names is his.

create function private.meant_org(p_org_id uuid)
returns uuid
language plpgsql
stable
security definer -- must tell an unknown organization from none given, and say neither to strangers
set search_path = ''
as $$
declare
  v_orgs uuid[];
begin
  if private.is_trusted() then
    if p_org_id is null then
      raise exception 'Cannot tell the organization: org_id is required with a secret key' using errcode = 'PT400';
    elsif not exists (select from public.organizations as o where o.id = p_org_id) then
      raise exception 'Cannot use the organization: it is unknown' using errcode = 'PT403';
    end if;
    return p_org_id;
  end if;
  select array_agg(own.id) into v_orgs from private.my_org_ids() as own (id) where p_org_id is null or own.id = p_org_id;
  if v_orgs is null then
    raise exception 'Cannot use the organization: the caller is not a member of %', case when p_org_id is null then 'any' else 'it' end
      using errcode = 'PT403';
  elsif cardinality(v_orgs) > 1 then
    raise exception 'Cannot tell the organization: the caller is in several, so org_id is required' using errcode = 'PT400';
  end if;
  return v_orgs[1];
end
$$;
comment on function private.meant_org(uuid) is 'The given organization, else the caller''s only one. PT400 when it cannot be told, PT403 when he is not in it.';
grant execute on function private.meant_org(uuid) to authenticated, service_role;

create function public.my_organization(p_org_id uuid default null)
returns uuid
language sql
stable
security invoker
set search_path = ''
as $$ select private.meant_org(p_org_id) $$;
comment on function public.my_organization(uuid) is
  'The organization that a request means: the given one, else the caller''s only one. PT400 when it cannot be told, PT403 when the caller is not in it.';
revoke execute on function public.my_organization(uuid) from public, anon;
grant execute on function public.my_organization(uuid) to authenticated, service_role;

-- The configuration by its name: a reg* type would stand in the way of an upgrade of the server.
