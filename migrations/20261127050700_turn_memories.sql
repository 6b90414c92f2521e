-- What a turn is reminded of: the search by words, in the round trip that begins the turn.
create or replace function private.turn_memories(p_org_id uuid, p_user_id uuid, p_conversation_id uuid, p_text text)
returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_lead  uuid;
  v_hits  private.recall_hit[];
  v_found jsonb;
begin
  if not (private.setting('ai.memory.enabled', p_org_id, p_user_id))::boolean then
    return '[]'::jsonb;
  end if;
  select conversation.lead_id into v_lead
  from public.ai_conversations as conversation where conversation.org_id = p_org_id and conversation.id = p_conversation_id;
  -- A long message is about what it begins and ends with.
  v_hits := array(
    select hit
    from private.recall_hits(
      p_org_id, p_user_id, v_lead,
      array(select term from private.recall_terms(left(p_text, 500) || ' ' || right(substr(p_text, 501), 500)) as term),
      null, null, null, array['memory', 'turn'], p_conversation_id, null, '{}', 8
    ) as hit
  );
  if coalesce((select max(hit.sure) from unnest(v_hits) as hit), 0) < private.recall_least() then
    return '[]'::jsonb;
  end if;
  update public.ai_memories as memory
  set recalled = memory.recalled + 1, last_recalled_at = private.clock()
  from unnest(v_hits) as hit
  where hit.kind = 'memory' and memory.org_id = p_org_id and memory.id = hit.id;
  select coalesce(jsonb_agg(jsonb_build_object('id', found.id, 'text', found.text, 'at', found.at) order by found.place), '[]') into v_found
  from (
    select hit.place, memory.id, replace(memory.type, '_', ' ') || ': ' || memory.content as text, memory.valid_from as at
    from unnest(v_hits) with ordinality as hit (kind, id, word_score, similarity, score, sure, place)
    join public.ai_memories as memory on hit.kind = 'memory' and memory.org_id = p_org_id and memory.id = hit.id
    union all
    select hit.place, turn.id, turn.speaker || ' said: ' || left(coalesce(turn.content, message.content), 600), turn.said_at
    from unnest(v_hits) with ordinality as hit (kind, id, word_score, similarity, score, sure, place)
    join public.ai_memory_turns as turn on hit.kind = 'turn' and turn.org_id = p_org_id and turn.id = hit.id
    left join public.ai_messages as message on message.org_id = turn.org_id and message.id = turn.message_id
  ) as found;
  return v_found;
exception when others then
  -- A turn without a memory is better than none.
  raise warning 'Cannot recall: %', sqlerrm;
  return '[]'::jsonb;
end
$$;
comment on function private.turn_memories(uuid, uuid, uuid, text) is
  'What is remembered of the user, and of the lead the conversation is about, that fits what he says, best first: [{id, text, at}]; nothing where nothing fits. Told to the model as data, as far as it fits into the context. Never fails.';

-- A lead that somebody may not see is none he is reminded of: recall asks for it by the conversation, whose lead is checked here.
create function private.check_conversation_lead()
returns trigger
language plpgsql
security invoker
set search_path = ''
as $$
begin
  if new.lead_id is not null and auth.uid() is not null and not exists (
    select from public.leads as lead where lead.org_id = new.org_id and lead.id = new.lead_id
  ) then
    raise exception 'Cannot use the lead: there is none with this id' using errcode = 'PT404';
  end if;
  return new;
end
$$;
comment on function private.check_conversation_lead() is 'A conversation is about a lead only its user may see.';
create trigger ai_conversations_check_lead
before insert or update of lead_id on public.ai_conversations
for each row execute function private.check_conversation_lead();
revoke execute on function private.check_conversation_lead() from public;

-- The search over history is everybody's own, with or without notes.
update public.ai_setting_definitions as definition
set description = 'Whether assistants take notes of conversations and are reminded of earlier ones. Off: nothing is noted or recalled; one''s own history is still searched, and what is noted stays until erased.'
where definition.key = 'ai.memory.enabled';

create or replace function private.remember_message()
returns trigger
language plpgsql
security definer -- whoever writes a message need not write what memory makes of it
set search_path = ''
as $$
begin
  if new.role in ('user', 'assistant') and new.status in ('complete', 'stopped') and btrim(new.content) <> '' then
    insert into public.ai_memory_turns (org_id, user_id, lead_id, thread_id, message_id, speaker, language, said_at, seq, words, word_count)
    select new.org_id, new.user_id, conversation.lead_id, new.conversation_id, new.id, new.role, new.language, new.created_at, 0, '', 0
    from public.ai_conversations as conversation
    join public.organization_members as member on member.org_id = new.org_id and member.user_id = new.user_id
    where conversation.org_id = new.org_id and conversation.id = new.conversation_id
    on conflict (org_id, message_id) do nothing;
  end if;
  return null;
end
$$;

create or replace function private.queue_note_taking()
returns trigger
language plpgsql
security definer -- whoever chats need not write to the queue
set search_path = ''
as $$
begin
  if new.message_id is null or new.speaker <> 'assistant' or not (private.setting('ai.memory.enabled', new.org_id, new.user_id))::boolean then
    return null;
  end if;
  -- One job waits for a conversation at a time and reads everything that was said until it runs.
  if exists (
    select from public.ai_job_queue as job
    where job.org_id = new.org_id and job.task = 'conversation-memory-store' and job.status = 'pending'
      and job.input ->> 'conversation_id' = new.thread_id::text
  ) or not exists (
    select from public.ai_memory_turns as turn
    join public.ai_messages as message on message.org_id = turn.org_id and message.id = turn.message_id
    where turn.org_id = new.org_id and turn.thread_id = new.thread_id and turn.speaker = 'user'
      and turn.seq > coalesce((select m.seq from private.memory_marks as m where m.org_id = new.org_id and m.thread_id = new.thread_id), 0)
      and private.worth_remembering(message.content)
  ) then
    return null;
  end if;
  insert into public.ai_job_queue (org_id, task, input, options, run_at)
  values (
    new.org_id, 'conversation-memory-store', jsonb_build_object('conversation_id', new.thread_id),
    jsonb_build_object('subject', jsonb_build_object('type', 'conversation', 'id', new.thread_id), 'cache', 'off'),
    private.clock() + interval '15 seconds'
  );
  return null;
end
$$;
