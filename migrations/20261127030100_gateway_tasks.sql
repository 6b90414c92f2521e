-- Which tasks a caller may use: what the gateway offers as tools of MCP.

create function public.ai_gateway_tasks(caller jsonb)
returns jsonb
language plpgsql
stable
security definer -- reads keys and memberships, which only the ledger's functions may; executable by the service role alone
set search_path = ''
as $$
declare
  p         private.admission_request := jsonb_populate_record(null::private.admission_request, caller);
  v_caller  private.caller;
  v_allowed text[];
  v_tasks   jsonb;
begin
  -- For no task in particular: each of them asks again when it is called.
  v_caller := private.resolve_caller(p.org_id, p.user_id, p.key_hash, coalesce(p.service, false), null);
  if v_caller.org_id is null then
    return jsonb_build_object('outcome', 'refused', 'code', v_caller.code, 'detail', v_caller.detail);
  end if;
  select k.allowed_tasks into v_allowed from public.ai_keys as k where k.org_id = v_caller.org_id and k.id = v_caller.key_id;
  select jsonb_agg(jsonb_build_object('task', t.slug, 'title', t.title, 'description', t.description) order by t.slug) into v_tasks
  from public.ai_tasks as t
  where t.slug <> 'gateway' and (v_allowed is null or t.slug = any (v_allowed));
  return jsonb_build_object('outcome', 'ok', 'org_id', v_caller.org_id, 'tasks', coalesce(v_tasks, '[]'));
end
$$;
comment on function public.ai_gateway_tasks(jsonb) is
  'The tasks a caller may use, the gateway aside: {outcome: ok, org_id, tasks: [{task, title, description}]} or {outcome: refused, code, detail}. The caller is described as for ai_admit. Service role only.';
revoke execute on function public.ai_gateway_tasks(jsonb) from public, anon, authenticated;
grant execute on function public.ai_gateway_tasks(jsonb) to service_role;
