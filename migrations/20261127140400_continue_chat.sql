-- The queue takes a run up: as its user, by the verified request that began it.

create function private.fail_run(p_run public.ai_agent_runs, p_code text)
returns void
language sql
set search_path = ''
as $$
  update public.ai_messages as message
  set status = case when message.stop_requested_at is null then 'failed' else 'stopped' end,
    error_code = case when message.stop_requested_at is null then p_code end, completed_at = private.clock()
  where message.org_id = p_run.org_id and message.id = p_run.message_id and message.status in ('continues', 'streaming', 'awaiting_approval');
  update public.ai_agent_runs as run
  set run_at = null, busy_until = null, ended_at = private.clock()
  where run.org_id = p_run.org_id and run.id = p_run.id;
$$;
comment on function private.fail_run(public.ai_agent_runs, text) is
  'Ends a run that cannot go on; what its message has stays. One that was asked to stop anyway is stopped.';

create function public.continue_chat(p_run_id uuid, turn jsonb, request jsonb)
returns json
language plpgsql
security invoker
set search_path = ''
as $$
declare
  c_most_attempts constant integer := 5;
  v_now timestamptz := private.clock();
  v_run public.ai_agent_runs;
  v_status text;
  v_answer json;
  v_code text;
  v_detail text;
begin
  select run.* into v_run
  from public.ai_agent_runs as run
  where run.org_id = (turn ->> 'org_id')::uuid and run.id = p_run_id
  for update;
  select message.status into v_status
  from public.ai_messages as message
  where message.org_id = v_run.org_id and message.id = v_run.message_id
  for update;
  if v_run.run_at is null or v_status not in ('continues', 'streaming', 'awaiting_approval') then
    raise exception 'Cannot go on: the run does not wait' using errcode = 'PT409';
  end if;
  if not exists (select from public.organization_members as member where member.org_id = v_run.org_id and member.user_id = v_run.user_id) then
    v_code := 'forbidden';
    v_detail := 'Cannot act for the organization: the caller is not a member of it';
  else
    begin
      v_answer := public.begin_chat(
        turn || jsonb_build_object(
          'run_id', v_run.id, 
          -- What a request said that came no further does not stand.
          'lost', v_status = 'streaming' or v_run.attempts > 1, 'conversation_id', v_run.conversation_id, 'resume_message_id', v_run.message_id,
          'language', v_run.language, 'importance', v_run.wishes ->> 'importance'),
        jsonb_build_object('sub', v_run.user_id, 'role', 'authenticated'),
        request || jsonb_build_object('user_id', v_run.user_id, 'service', false)
      );
    exception when others then
      -- What it goes on from is gone, or no longer for its user to see.
      if sqlstate !~ '^PT4' then
        raise;
      end if;
      v_code := case sqlstate when 'PT403' then 'forbidden' when 'PT404' then 'not_found' else 'invalid_request' end;
      v_detail := sqlerrm;
    end;
  end if;
  if v_code is not null then
    perform private.fail_run(v_run, v_code);
    return json_build_object('turn', null, 'history', null, 'admission', json_build_object('outcome', 'refused', 'code', v_code, 'detail', v_detail));
  end if;

  if v_answer -> 'admission' ->> 'outcome' <> 'admitted' then
    v_code := coalesce(v_answer -> 'admission' ->> 'code', 'internal');
    if v_code in ('rate_limited', 'nudge_budget_exhausted', 'provider_unavailable', 'ledger_unavailable') and v_run.attempts < c_most_attempts then
      update public.ai_agent_runs as run
      set run_at = v_now + greatest(
        interval '30 seconds' * power(2, v_run.attempts),
        make_interval(secs => coalesce((v_answer -> 'admission' ->> 'retry_after_ms')::numeric, 0)::double precision / 1000))
      where run.org_id = v_run.org_id and run.id = v_run.id;
    else
      perform private.fail_run(v_run, v_code);
    end if;
  end if;
  return v_answer;
end
$$;
comment on function public.continue_chat(uuid, jsonb, jsonb) is
  'Takes a waiting run up for the queue: begin_chat with the rights of the user whose verified request began it, {turn, history, admission}. One whose user has left the organization, or whose conversation or assistant is gone, has failed; one that is refused for a while waits again. PT409 for a run that does not wait. Service role only.';

-- Who calls its requests: the run itself when it hands over, and cron for what was lost on the way. ---------------------------------

create function private.dispatch_agent_runs(p_at_once integer default 20)
returns integer
language plpgsql
security definer -- reads the Vault and calls pg_net, which no API role may
set search_path = ''
as $$
declare
  c_most_attempts constant integer := 5;
  v_now    timestamptz := private.clock();
  v_access private.project_access;
  v_run    public.ai_agent_runs;
  v_sent   integer := 0;
begin
  v_access := private.project_access();
  if v_access is null then
    return 0; -- not set up yet: the rows wait
  end if;
  for v_run in
    -- Organizations take turns, as in the job queue.
    select run.* from public.ai_agent_runs as run
    join (
      select due.org_id, due.id, row_number() over (partition by due.org_id order by coalesce(due.run_at, due.busy_until)) as turn
      from public.ai_agent_runs as due
      where coalesce(due.run_at, due.busy_until) <= v_now and (due.run_at is not null or due.busy_until is not null)
    ) as line on line.org_id = run.org_id and line.id = run.id
    where coalesce(run.run_at, run.busy_until) <= v_now and (run.run_at is not null or run.busy_until is not null)
    order by line.turn, coalesce(run.run_at, run.busy_until)
    limit p_at_once
    for update of run skip locked
  loop
    if v_run.attempts >= c_most_attempts then
      perform private.fail_run(v_run, 'timeout');
      continue;
    end if;
    perform private.call_function(v_access, 'chat', jsonb_build_object(
      'input', jsonb_build_object('run_id', v_run.id), 'org_id', v_run.org_id, 'options', jsonb_build_object('stream', true, 'job_id', v_run.job_id)
    ), 30000);
    -- Taken up by nobody within the time, it is sent again.
    update public.ai_agent_runs as run
    set run_at = v_now + interval '60 seconds', busy_until = null, attempts = run.attempts + 1,
      handed_over_at = coalesce(run.handed_over_at, v_now)
    where run.org_id = v_run.org_id and run.id = v_run.id;
    v_sent := v_sent + 1;
  end loop;
  return v_sent;
exception when others then
  raise warning 'Cannot dispatch agents now: %', sqlerrm; -- cron does it later
  return 0;
end
$$;
comment on function private.dispatch_agent_runs(integer) is
  'Posts runs that wait, and those whose request was lost, to chat. Called whenever one hands over and by cron. Returns how many were sent; 0 until Vault has project_url and automations_key.';

create function private.dispatch_due_runs()
returns trigger
language plpgsql
security definer -- the service role may not dispatch by itself
set search_path = ''
as $$
begin
  perform private.dispatch_agent_runs();
  return null;
end
$$;
comment on function private.dispatch_due_runs() is 'Dispatches as soon as a run hands over; pg_net sends when the transaction commits.';
create trigger ai_agent_runs_dispatch
  after update of run_at on public.ai_agent_runs
  for each row when (new.run_at is distinct from old.run_at and new.run_at <= private.clock())
  execute function private.dispatch_due_runs();

create function private.hasten_run()
returns trigger
language plpgsql
security definer -- users ask for it by what they may write
set search_path = ''
as $$
begin
  update public.ai_agent_runs as run set run_at = private.clock()
  where run.org_id = new.org_id and run.conversation_id = new.conversation_id and run.message_id = new.id and run.run_at is not null;
  return null;
end
$$;
comment on function private.hasten_run() is 'A run that is asked to stop between two requests is taken up at once, to be ended.';
create trigger ai_messages_hasten_run
  after update of stop_requested_at on public.ai_messages
  for each row when (new.status = 'continues' and old.stop_requested_at is null and new.stop_requested_at is not null)
  execute function private.hasten_run();

create function private.go_on_after_decision()
returns trigger
language plpgsql
security definer -- users decide; that the run goes on is the back end's to write
set search_path = ''
as $$
begin
  update public.ai_agent_runs as run set run_at = private.clock() + interval '5 seconds'
  where run.org_id = new.org_id and run.conversation_id = new.conversation_id and run.message_id = new.message_id
    and run.handed_over_at is not null and run.run_at is null and run.busy_until is null
    and not exists (
      select from public.ai_tool_calls as other
      where other.org_id = new.org_id and other.conversation_id = new.conversation_id and other.message_id = new.message_id
        and other.status = 'awaiting_approval'
    );
  return null;
end
$$;
comment on function private.go_on_after_decision() is
  'A job whose user has decided goes on by itself; five seconds are for the user who wants to see it and resumes.';
create trigger ai_tool_calls_go_on
  after update of status on public.ai_tool_calls
  for each row when (old.status = 'awaiting_approval' and new.status in ('approved', 'denied'))
  execute function private.go_on_after_decision();

revoke execute on function private.dispatch_agent_runs(integer), private.dispatch_due_runs(), private.hasten_run(), private.go_on_after_decision() from public;
grant execute on function private.fail_run(public.ai_agent_runs, text), public.continue_chat(uuid, jsonb, jsonb) to service_role;
