-- Calls of tools: allowed or not, waiting for the user, decided by him, ended.
create function public.begin_tool_calls(calls jsonb)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_org uuid := (calls ->> 'org_id')::uuid;
  v_user uuid := (calls ->> 'user_id')::uuid;
  v_step integer;
  v_call jsonb;
  v_at bigint;
  v_tool public.ai_tools;
  v_row public.ai_tool_calls;
  v_role text;
  v_detail text;
  v_begun jsonb := '[]';
begin
  select member.role into v_role
  from public.organization_members as member
  where member.org_id = v_org and member.user_id = v_user;
  select coalesce(max(earlier.step), 0) + 1 into v_step
  from public.ai_tool_calls as earlier
  where earlier.org_id = v_org and earlier.conversation_id = (calls ->> 'conversation_id')::uuid
    and earlier.message_id = (calls ->> 'message_id')::uuid;

  for v_call, v_at in select item.value, item.ordinality from jsonb_array_elements(calls -> 'calls') with ordinality as item loop
    select tool.* into v_tool from public.ai_tools as tool where tool.org_id = v_org and tool.name = v_call ->> 'name';
    v_row := null;
    v_detail := v_call ->> 'problem';
    if v_detail is not null then
      v_row.error_code := coalesce(v_call ->> 'code', 'invalid_request');
    elsif coalesce((v_call ->> 'internal')::boolean, false) then
      null; -- a tool of the turn itself, such as a hand-off
    elsif v_tool.id is null or not v_tool.enabled then
      v_row.error_code := 'not_found';
      v_detail := 'there is no such tool';
    elsif private.role_rank(v_role) >= private.role_rank(v_tool.min_role) is not true then
      v_row.error_code := 'forbidden';
      v_detail := 'the user may not use this tool';
    else
      -- One at a time for a tool, so that two callers do not both count on the last free place.
      perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('tool:' || v_org || v_tool.name, 0));
      if v_tool.rate_limit <= (
        select count(*)
        from public.ai_tool_calls as recent
        where recent.org_id = v_org and recent.tool = v_tool.name and recent.created_at > private.clock() - interval '1 minute'
          and recent.error_code is distinct from 'rate_limited'
      ) then
        v_row.error_code := 'rate_limited';
        v_detail := format('the tool was called %s times within a minute, the most allowed', v_tool.rate_limit);
      end if;
    end if;
    v_row.status := case
      when v_row.error_code is not null then 'failed'
      when v_tool.approval = 'always' or v_tool.writes and (v_tool.approval = 'writes' or (calls ->> 'tainted')::boolean)
        then 'awaiting_approval'
      else 'running'
    end;
    insert into public.ai_tool_calls (
      org_id, conversation_id, message_id, request_id, user_id, assistant_id, step, said, call_id, tool, arguments, writes, status,
      error_code, created_at, ended_at, result
    )
    values (
      v_org, (calls ->> 'conversation_id')::uuid, (calls ->> 'message_id')::uuid, (calls ->> 'request_id')::uuid, v_user,
      (calls ->> 'assistant_id')::uuid, v_step, case when v_at = 1 then coalesce(calls ->> 'said', '') else '' end,
      v_call ->> 'call_id', v_call ->> 'name', v_call ->> 'arguments', coalesce(v_tool.writes, false), v_row.status, v_row.error_code,
      private.clock(), case when v_row.status = 'failed' then private.clock() end, v_detail
    )
    returning id into v_row.id;
    v_begun := v_begun || jsonb_build_object(
      'id', v_row.id, 'call_id', v_call ->> 'call_id', 'status', v_row.status, 'code', v_row.error_code, 'detail', v_detail);
  end loop;
  return v_begun;
end
$$;

comment on function public.begin_tool_calls(jsonb) is
  'Begins the calls of one step: calls {org_id, user_id, conversation_id, message_id, request_id, assistant_id, said, tainted, calls: [{call_id, name, arguments, problem?, code?, internal?}]}. tainted: material of others has come into the turn. Gives [{id, call_id, status: running|awaiting_approval|failed, code, detail}]. Service role only.';

create function public.decide_tool_call(p_call_id uuid, p_granted boolean)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  decided public.ai_tool_calls;
begin
  if p_granted is null then
    raise exception 'Cannot decide: granted is missing' using errcode = 'PT400';
  end if;
  update public.ai_tool_calls as call
  set status = case when p_granted then 'approved' else 'denied' end, decided_at = private.clock()
  where call.id = p_call_id and call.user_id = auth.uid() and call.status = 'awaiting_approval'
  returning call.* into decided;
  if decided.id is null then
    if exists (select from public.ai_tool_calls as call where call.id = p_call_id and call.user_id = auth.uid()) then
      raise exception 'Cannot decide: the call does not wait for a decision' using errcode = 'PT400';
    end if;
    raise exception 'Cannot decide: there is no such call' using errcode = 'PT404';
  end if;
  return jsonb_build_object(
    'approval_id', decided.id, 'tool', decided.tool, 'status', decided.status, 'conversation_id', decided.conversation_id,
    'message_id', decided.message_id,
    'waiting', (
      select count(*) from public.ai_tool_calls as other
      where other.org_id = decided.org_id and other.conversation_id = decided.conversation_id and other.message_id = decided.message_id
        and other.status = 'awaiting_approval'
    )
  );
end
$$;

comment on function public.decide_tool_call(uuid, boolean) is
  'The user grants or denies one of his calls that waits; says how many of the same answer still wait. PT404 for a foreign or unknown one, PT400 for one that does not wait.';

create function private.turn_steps(p_org_id uuid, p_conversation_id uuid, p_message_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'id', call.id, 'step', call.step, 'said', call.said, 'call_id', call.call_id, 'name', call.tool, 'arguments', call.arguments,
        'status', call.status, 'result', call.result, 'code', call.error_code
      )
      order by call.step, call.created_at, call.id
    ),
    '[]'
  )
  from public.ai_tool_calls as call
  where call.org_id = p_org_id and call.conversation_id = p_conversation_id and call.message_id = p_message_id
$$;

comment on function private.turn_steps(uuid, uuid, uuid) is 'The tool calls of an answer so far, in order.';

grant execute on function public.begin_tool_calls(jsonb), private.turn_steps(uuid, uuid, uuid) to service_role;
grant execute on function public.decide_tool_call(uuid, boolean) to authenticated;
