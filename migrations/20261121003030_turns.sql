-- A turn of a conversation: begun by the user, ended by the service role, stopped by the user meanwhile.
create function private.turn_organization(p_org_id uuid)
returns uuid
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  mine uuid[] := array(select private.my_org_ids() limit 2);
begin
  if p_org_id is not null then
    if not p_org_id in (select private.my_org_ids()) then
      raise exception 'Cannot act for the organization: the caller is not a member of it' using errcode = 'PT403';
    end if;
    return p_org_id;
  elsif cardinality(mine) = 0 then
    raise exception 'Cannot act for an organization: the caller is a member of none' using errcode = 'PT403';
  elsif cardinality(mine) > 1 then
    raise exception 'Cannot tell the organization: the caller is in several, so org_id is required' using errcode = 'PT400';
  end if;
  return mine[1];
end
$$;

comment on function private.turn_organization(uuid) is
  'The organization the calling user acts for, told as admission tells it (private.resolve_caller).';

create function private.turn_assistant(p_org_id uuid, p_named uuid, p_conversation uuid)
returns public.ai_assistants
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  chosen public.ai_assistants;
begin
  if coalesce(p_named, p_conversation) is null then
    select assistant.* into chosen
    from public.ai_default_assistants as preferred
    join public.ai_assistants as assistant on assistant.org_id = preferred.org_id and assistant.id = preferred.assistant_id
    where preferred.org_id = p_org_id and preferred.user_id = auth.uid() and assistant.status = 'active';
    return chosen;
  end if;
  select assistant.* into chosen
  from public.ai_assistants as assistant
  where assistant.org_id = p_org_id and assistant.id = coalesce(p_named, p_conversation);
  if not found then
    raise exception 'Cannot chat: there is no such assistant' using errcode = 'PT404';
  elsif chosen.status = 'inactive' then
    raise exception 'Cannot chat: the assistant is inactive' using errcode = 'PT400';
  end if;
  return chosen;
end
$$;

comment on function private.turn_assistant(uuid, uuid, uuid) is
  'Who answers: the assistant that is named, else the conversation''s, else the user''s default, else nobody in particular (all NULL). PT404 for one the caller does not see, PT400 for an inactive one.';

-- security definer: settings are read by their own functions, which a user may not call for any key. One key, of an
-- organization the caller is in.
create function private.context_tokens(p_org_id uuid)
returns integer
language sql
stable
security definer
set search_path = ''
as $$
  select (private.setting('ai.context.max_tokens', own.id, null) #>> '{}')::integer
  from private.my_org_ids() as own (id)
  where own.id = p_org_id
$$;

comment on function private.context_tokens(uuid) is
  'Most tokens of system text, history and question together (ai.context.max_tokens). NULL for a foreign organization.';

-- A run that the queue works on survives an outage of providers: it waits, and says again what stands.
create function public.end_turn(turn jsonb)
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
    error_code = case when v_status <> 'continues' then turn ->> 'error_code' end, completed_at = case when v_status <> 'continues' then private.clock() end,
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
    events = private.last_run_event(run), attempts = case when v_put_off then run.attempts else 0 end,
    cut = v_status = 'continues' and turn ->> 'error_code' is not distinct from 'timeout', busy_until = null,
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

comment on function public.end_turn(jsonb) is
  'Writes the answer of a turn, or of one request of an agent''s run: turn {org_id, request_id, content, direction?, status, provider, model, tokens, error_code, language, assistant_id?, assistant_version?, cost_usd?, elapsed_ms?}. False when it was ended before, or its conversation is gone.';

create function public.drop_turn(p_org_id uuid, p_request_id uuid)
returns void
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_conversation uuid;
begin
  delete from public.ai_messages as message
  where message.org_id = p_org_id and message.request_id = p_request_id and message.role = 'user'
  returning message.conversation_id into v_conversation;
  delete from public.ai_conversations as conversation
  where conversation.org_id = p_org_id and conversation.id = v_conversation
    and not exists (
      select from public.ai_messages as message
      where message.org_id = conversation.org_id and message.conversation_id = conversation.id
    );
end
$$;

comment on function public.drop_turn(uuid, uuid) is
  'Takes a turn back as if it had never begun: it turned out to repeat an earlier one (idempotency key).';

create function public.turn_stop_requested(p_org_id uuid, p_request_id uuid)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  -- No row: the conversation was deleted meanwhile, and nobody is left to answer to.
  select coalesce(
    (
      select message.stop_requested_at is not null
      from public.ai_messages as message
      where message.org_id = p_org_id and message.request_id = p_request_id and message.role = 'assistant'
    ),
    true
  )
$$;

comment on function public.turn_stop_requested(uuid, uuid) is 'Whether the answer of a turn should stop: its user said so, or deleted it.';

grant execute on function private.turn_organization(uuid), private.turn_assistant(uuid, uuid, uuid),
  private.context_tokens(uuid) to authenticated;
grant execute on function
  public.end_turn(jsonb), public.drop_turn(uuid, uuid), public.turn_stop_requested(uuid, uuid)
to service_role;
