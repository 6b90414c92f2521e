-- How calls of tools end. The sources a result came from stay with its call, so that an answer read again leads to them as it did while it came.

create function public.end_tool_calls(p_org_id uuid, p_results jsonb)
returns void
language sql
security invoker
set search_path = ''
as $$
  update public.ai_tool_calls as call
  set status = ended.status, result = left(ended.result, 100000), error_code = ended.error_code, latency_ms = ended.latency_ms,
    citations = ended.citations, ended_at = private.clock()
  from jsonb_to_recordset(p_results) as ended (id uuid, status text, result text, error_code text, latency_ms integer, citations jsonb)
  where call.org_id = p_org_id and call.id = ended.id and call.status in ('running', 'approved', 'denied')
$$;
grant execute on function public.end_tool_calls(uuid, jsonb) to service_role;

comment on function public.end_tool_calls(uuid, jsonb) is
  'Writes how calls ended: [{id, status: succeeded|failed|denied, result, error_code, latency_ms, citations?}]. Service role only.';
