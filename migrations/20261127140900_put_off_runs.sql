-- A run that the queue works on survives an outage of providers: it waits, and says again what stands.
create or replace function public.end_turn(turn jsonb)
returns boolean
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_org uuid := (turn ->> 'org_id')::uuid;
  v_request uuid := (turn ->> 'request_id')::uuid;
  v_assistant uuid := (turn ->> 'assistant_id')::uuid;
  c_most_attempts constant integer := 5;
  v_status text := turn ->> 'status';
  v_put_off boolean := false;
  v_before uuid;
  v_message uuid;
  v_conversation uuid;
begin
  -- What the queue works on may wait for better times; whoever listens to a request of his own is told.
  if v_status = 'failed' and turn ->> 'error_code' in ('provider_unavailable', 'rate_limited', 'timeout', 'ledger_unavailable') and exists (
    select from public.ai_agent_runs as run
    where run.org_id = v_org and run.requests @> array[v_request] and run.attempts between 1 and c_most_attempts - 1
  ) then
    v_status := 'continues';
    v_put_off := true;
  end if;
  select message.assistant_id into v_before
  from public.ai_messages as message
  where message.org_id = v_org and message.request_id = v_request and message.role = 'assistant' and message.status = 'streaming'
  for update;
  update public.ai_messages as message
  set content = turn ->> 'content', direction = turn ->> 'direction', language = coalesce(turn ->> 'language', message.language), status = v_status,
    provider = turn ->> 'provider', model = turn ->> 'model',
    tokens = case when exists (select from public.ai_agent_runs as run where run.org_id = v_org and run.conversation_id = message.conversation_id and run.message_id = message.id)
      then coalesce(message.tokens + (turn ->> 'tokens')::integer, (turn ->> 'tokens')::integer, message.tokens)
      else (turn ->> 'tokens')::integer end,
    error_code = case when not v_put_off then turn ->> 'error_code' end, completed_at = case when v_status <> 'continues' then private.clock() end,
    assistant_id = coalesce(v_assistant, message.assistant_id),
    assistant_version = coalesce((turn ->> 'assistant_version')::integer, message.assistant_version)
  where message.org_id = v_org and message.request_id = v_request and message.role = 'assistant'
    and message.status = 'streaming'
  returning message.conversation_id, message.id into v_conversation, v_message;
  if not found then
    return false;
  end if;
  update public.ai_conversations as conversation
  set language = coalesce(turn ->> 'language', conversation.language),
    assistant_id = case
      when v_assistant is distinct from v_before and exists (
        select from public.ai_assistants as assistant where assistant.org_id = v_org and assistant.id = v_assistant
      ) then v_assistant
      else conversation.assistant_id
    end
  where conversation.org_id = v_org and conversation.id = v_conversation;
  update public.ai_agent_runs as run
  set spent_usd = run.spent_usd + coalesce((turn ->> 'cost_usd')::numeric, 0),
    active_ms = run.active_ms + coalesce((turn ->> 'elapsed_ms')::bigint, 0),
    events = private.last_run_event(run), attempts = case when v_put_off then run.attempts else 0 end, busy_until = null,
    run_at = case
      when v_put_off then private.clock() + interval '30 seconds' * power(2, run.attempts - 1)
      when v_status = 'continues' then private.clock()
    end,
    handed_over_at = case when v_status = 'continues' then coalesce(run.handed_over_at, private.clock()) else run.handed_over_at end,
    ended_at = case when v_status not in ('continues', 'awaiting_approval') then private.clock() end
  where run.org_id = v_org and run.conversation_id = v_conversation and run.message_id = v_message;
  return true;
end
$$;

create or replace function public.continue_chat(p_run_id uuid, turn jsonb, request jsonb)
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
    return json_build_object('turn', null, 'admission', json_build_object('outcome', 'refused', 'code', v_code, 'detail', v_detail));
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
