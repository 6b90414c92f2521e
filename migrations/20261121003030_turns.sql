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

create function private.turn_history(p_org_id uuid, p_conversation_id uuid, p_last uuid)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  with recursive chain as (
    select message.id, message.parent_id, message.role, message.content, message.pinned, 1 as back,
      octet_length(message.content)::bigint as bytes
    from public.ai_messages as message
    where message.org_id = p_org_id and message.conversation_id = p_conversation_id and message.id = p_last
    union all
    select message.id, message.parent_id, message.role, message.content, message.pinned, chain.back + 1,
      chain.bytes + octet_length(message.content)
    from chain
    join public.ai_messages as message
      on message.org_id = p_org_id and message.conversation_id = p_conversation_id and message.id = chain.parent_id
    where chain.back < 2000
  )
  select coalesce(
    jsonb_agg(
      jsonb_build_object('id', chain.id, 'role', chain.role, 'content', chain.content, 'pinned', chain.pinned)
      order by chain.back desc
    ),
    '[]'
  )
  from chain
  where chain.role in ('user', 'assistant') and chain.content <> '' and (chain.bytes <= 400000 or chain.pinned)
$$;

comment on function private.turn_history(uuid, uuid, uuid) is
  'The branch that ends at a message, oldest first: the newest 400,000 bytes of at most 2,000 messages, and what is pinned among them.';

create function public.begin_turn(turn jsonb)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_org uuid := (turn ->> 'org_id')::uuid;
  v_named uuid := (turn ->> 'assistant_id')::uuid;
  v_parent uuid := (turn ->> 'parent_message_id')::uuid;
  v_request uuid := (turn ->> 'request_id')::uuid;
  v_conversation public.ai_conversations;
  v_assistant public.ai_assistants;
  v_question uuid := gen_random_uuid();
  v_answer uuid := gen_random_uuid();
begin
  if turn ->> 'conversation_id' is not null then
    select conversation.* into v_conversation
    from public.ai_conversations as conversation
    where conversation.id = (turn ->> 'conversation_id')::uuid and conversation.user_id = auth.uid();
    if not found or v_org <> v_conversation.org_id then
      raise exception 'Cannot chat: there is no such conversation' using errcode = 'PT404';
    end if;
    v_org := v_conversation.org_id;
  else
    v_org := private.turn_organization(v_org);
  end if;

  if v_parent is null then
    select message.id into v_parent
    from public.ai_messages as message
    where message.org_id = v_org and message.conversation_id = v_conversation.id
    order by message.position desc
    limit 1;
  elsif not exists (
    select from public.ai_messages as message
    where message.org_id = v_org and message.conversation_id = v_conversation.id and message.id = v_parent
  ) then
    raise exception 'Cannot chat: there is no such message in the conversation' using errcode = 'PT404';
  end if;

  v_assistant := private.turn_assistant(v_org, v_named, v_conversation.assistant_id);
  if v_conversation.id is null then
    v_conversation.id := gen_random_uuid();
    insert into public.ai_conversations (org_id, id, assistant_id, title)
    values (
      v_org, v_conversation.id, v_assistant.id,
      coalesce(nullif(left(btrim(regexp_replace(turn ->> 'message', '\s+', ' ', 'g')), 80), ''), '…')
    );
  elsif v_named is distinct from v_conversation.assistant_id and v_named is not null then
    update public.ai_conversations as conversation
    set assistant_id = v_named
    where conversation.org_id = v_org and conversation.id = v_conversation.id;
  end if;

  insert into public.ai_messages (org_id, id, conversation_id, parent_id, role, content, request_id)
  values (v_org, v_question, v_conversation.id, v_parent, 'user', turn ->> 'message', v_request);
  insert into public.ai_messages (
    org_id, id, conversation_id, parent_id, role, content, status, assistant_id, assistant_version, language, request_id
  )
  values (
    v_org, v_answer, v_conversation.id, v_question, 'assistant', '', 'streaming', v_assistant.id, v_assistant.version,
    turn ->> 'language', v_request
  );

  return jsonb_build_object(
    'org_id', v_org,
    'conversation_id', v_conversation.id,
    'user_message_id', v_question,
    'message_id', v_answer,
    'assistant', case when v_assistant.id is not null then
      private.assistant_config(v_assistant) || jsonb_build_object('id', v_assistant.id, 'version', v_assistant.version)
    end,
    'history', private.turn_history(v_org, v_conversation.id, v_parent),
    'max_context_tokens', private.context_tokens(v_org)
  );
end
$$;

comment on function public.begin_turn(jsonb) is
  'Begins a turn: turn {request_id, message, language, org_id?, conversation_id?, assistant_id?, parent_message_id?}. Writes the user''s message and a place for the answer, in a new conversation where none is named, and gives the branch so far, the assistant and the size of the context. PT404 for what the caller does not see.';

create function public.end_turn(turn jsonb)
returns boolean
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_org uuid := (turn ->> 'org_id')::uuid;
  v_request uuid := (turn ->> 'request_id')::uuid;
  v_conversation uuid;
begin
  update public.ai_messages as message
  set content = turn ->> 'content', language = coalesce(turn ->> 'language', message.language), status = turn ->> 'status', provider = turn ->> 'provider', model = turn ->> 'model',
    tokens = (turn ->> 'tokens')::integer, error_code = turn ->> 'error_code', completed_at = private.clock()
  where message.org_id = v_org and message.request_id = v_request and message.role = 'assistant'
    and message.status = 'streaming'
  returning message.conversation_id into v_conversation;
  if not found then
    return false;
  end if;
  update public.ai_conversations as conversation
  set language = coalesce(turn ->> 'language', conversation.language)
  where conversation.org_id = v_org and conversation.id = v_conversation;
  return true;
end
$$;

comment on function public.end_turn(jsonb) is
  'Writes the answer of a turn: turn {org_id, request_id, content, status, provider, model, tokens, error_code, language}. False when it was ended before, or its conversation is gone.';

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

create function public.stop_turn(p_request_id uuid)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  stopped public.ai_messages;
begin
  update public.ai_messages as message
  set stop_requested_at = coalesce(message.stop_requested_at, private.clock())
  where message.request_id = p_request_id and message.role = 'assistant' and message.user_id = auth.uid()
    and message.status = 'streaming'
  returning message.* into stopped;
  if not found then
    select message.* into stopped
    from public.ai_messages as message
    where message.request_id = p_request_id and message.role = 'assistant' and message.user_id = auth.uid();
  end if;
  if stopped.id is null then
    raise exception 'Cannot stop: there is no such turn' using errcode = 'PT404';
  end if;
  return jsonb_build_object(
    'request_id', p_request_id, 'conversation_id', stopped.conversation_id, 'message_id', stopped.id,
    'stopping', stopped.status = 'streaming', 'status', stopped.status
  );
end
$$;

comment on function public.stop_turn(uuid) is
  'Asks the answer of one of the caller''s turns to stop; says whether it was still being written. PT404 for a turn that is not the caller''s.';

grant execute on function
  private.turn_organization(uuid), private.turn_assistant(uuid, uuid, uuid), private.turn_history(uuid, uuid, uuid),
  private.context_tokens(uuid), public.begin_turn(jsonb), public.stop_turn(uuid)
to authenticated;
grant execute on function
  public.end_turn(jsonb), public.drop_turn(uuid, uuid), public.turn_stop_requested(uuid, uuid)
to service_role;
