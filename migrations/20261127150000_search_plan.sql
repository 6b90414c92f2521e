-- How a question is to be asked, for whoever embeds it before the search.

create function public.search_plan(p_org_id uuid default null, p_base_ids uuid[] default null)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select jsonb_build_object('space', private.embedding_space(o.id, p_base_ids), 'settings', private.search_settings(o.id))
  from (select private.meant_org(p_org_id)) as o (id)
$$;
comment on function public.search_plan(uuid, uuid[]) is
  'How a question is to be asked of the bases the caller reads, or of those named: model and dimensions of its vector (space; NULL: no base), and the rag.* settings in force.';
revoke execute on function public.search_plan(uuid, uuid[]) from public, anon;
grant execute on function public.search_plan(uuid, uuid[]) to authenticated, service_role;
