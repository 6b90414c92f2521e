-- Which hosts a web request may reach, for those who decide about it. The rest of a tool's config stays unreadable: it may name secrets.

create function private.tool_hosts(p_org_id uuid)
returns table (tool_id uuid, hosts text[], methods text[])
language sql
stable
security definer -- config is readable by nobody over the API; only owners and admins, only these two members
set search_path = ''
as $$
  select tool.id, coalesce(array(select jsonb_array_elements_text(tool.config -> 'hosts')), '{}'),
         coalesce(array(select jsonb_array_elements_text(tool.config -> 'methods')), '{}')
  from public.ai_tools as tool
  where tool.org_id = p_org_id and tool.kind = 'http' and p_org_id in (select private.my_org_ids_as('owner', 'admin'))
$$;
comment on function private.tool_hosts(uuid) is 'Behind public.tool_hosts.';

create function public.tool_hosts(p_org_id uuid)
returns table (tool_id uuid, hosts text[], methods text[])
language sql
stable
security invoker
set search_path = ''
as $$ select h.* from private.tool_hosts(p_org_id) as h $$;
comment on function public.tool_hosts(uuid) is
  'The hosts that each web request of an organization may reach, and the methods. For owners and admins; nothing for anybody else.';

revoke execute on function private.tool_hosts(uuid) from public;
revoke execute on function public.tool_hosts(uuid) from public, anon;
grant execute on function private.tool_hosts(uuid), public.tool_hosts(uuid) to authenticated;
