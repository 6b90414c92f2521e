-- Notes of a conversation that was held elsewhere, on any channel: its turns become part of memory together with what they say.

create table private.memory_notes (
  org_id     uuid not null,
  user_id    uuid not null,
  key        text not null,
  thread_id  uuid not null,
  request_id uuid not null,
  created_at timestamptz not null default now(),

  constraint memory_notes_pkey primary key (org_id, user_id, key),
  constraint memory_notes_member_fkey
    foreign key (org_id, user_id) references public.organization_members (org_id, user_id) on delete cascade
);
comment on table private.memory_notes is 'Notes that were asked for with an idempotency key: asking again changes nothing. Forgotten after 24 hours.';
alter table private.memory_notes enable row level security;
grant select, insert, delete on private.memory_notes to service_role;

create function private.noted(p_org uuid, p_thread uuid, p_request uuid, p_worth boolean)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'thread_id', p_thread, 'asked', p_worth,
    'turns', (select count(*) from public.ai_memory_turns as turn where turn.org_id = p_org and turn.thread_id = p_thread),
    'memories', coalesce((
      select jsonb_agg(private.memory_item(memory) order by memory.created_at, memory.id)
      from public.ai_memories as memory where memory.org_id = p_org and memory.request_id = p_request
    ), '[]')
  )
$$;
comment on function private.noted(uuid, uuid, uuid, boolean) is 'What was kept of a conversation by one request.';

create function public.begin_notes(notes jsonb)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_org    uuid := private.meant_org((notes ->> 'org_id')::uuid);
  v_user   uuid := coalesce(auth.uid(), (notes ->> 'user_id')::uuid);
  v_lead   uuid := (notes ->> 'lead_id')::uuid;
  v_thread uuid := (notes ->> 'thread_id')::uuid;
  v_name   text;
begin
  if auth.uid() is not null and notes ->> 'user_id' is not null and (notes ->> 'user_id')::uuid <> auth.uid() then
    raise exception 'Cannot take notes: a memory is its user''s own' using errcode = 'PT403';
  elsif v_user is null then
    raise exception 'Cannot take notes: user_id is required with a secret key' using errcode = 'PT400';
  elsif not exists (select from public.organization_members as member where member.org_id = v_org and member.user_id = v_user) then
    raise exception 'Cannot take notes: the user is not a member of the organization' using errcode = 'PT403';
  end if;
  if v_lead is not null then
    select lead.name into v_name from public.leads as lead where lead.org_id = v_org and lead.id = v_lead;
    if not found then
      raise exception 'Cannot take notes: there is no such lead' using errcode = 'PT404';
    end if;
  end if;
  if exists (
    select from public.ai_memory_turns as turn
    where turn.org_id = v_org and turn.thread_id = v_thread and (turn.user_id <> v_user or turn.message_id is not null)
  ) or exists (select from public.ai_conversations as conversation where conversation.id = v_thread) then
    raise exception 'Cannot add to the conversation: it is not one that was brought here' using errcode = 'PT403';
  end if;
  return jsonb_build_object(
    'org_id', v_org, 'user_id', v_user, 'lead', case when v_lead is not null then jsonb_build_object('id', v_lead, 'name', v_name) end,
    'known', private.known_memories(v_org, v_user, v_lead, left(notes ->> 'said', 4000)),
    'worth', exists (select from jsonb_array_elements_text(notes -> 'texts') as said where private.worth_remembering(said)) or v_lead is not null
  );
end
$$;
comment on function public.begin_notes(jsonb) is
  'What is needed to take notes: notes {org_id, user_id, lead_id, thread_id, said, texts}. Says whose they are, what is known already and whether a model is worth asking. PT403 and PT404 for what the caller does not see.';

create function public.earlier_notes(p_org_id uuid, p_user_id uuid, p_key text)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select private.noted(note.org_id, note.thread_id, note.request_id, false) || jsonb_build_object('request_id', note.request_id)
  from private.memory_notes as note
  where note.org_id = p_org_id and note.user_id = p_user_id and note.key = p_key and note.created_at > private.clock() - interval '24 hours'
$$;
comment on function public.earlier_notes(uuid, uuid, text) is 'What was kept under an idempotency key. NULL: nothing within 24 hours.';

create function public.store_notes(notes jsonb)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_org     uuid := (notes ->> 'org_id')::uuid;
  v_user    uuid := (notes ->> 'user_id')::uuid;
  v_thread  uuid := (notes ->> 'thread_id')::uuid;
  v_request uuid := (notes ->> 'request_id')::uuid;
  v_known   boolean := false;
begin
  if notes ->> 'key' is not null then
    delete from private.memory_notes as note where note.created_at <= private.clock() - interval '24 hours' and note.org_id = v_org and note.user_id = v_user;
    insert into private.memory_notes (org_id, user_id, key, thread_id, request_id) values (v_org, v_user, notes ->> 'key', v_thread, v_request)
    on conflict (org_id, user_id, key) do nothing;
    v_known := not found;
    if v_known then
      select note.thread_id, note.request_id into v_thread, v_request
      from private.memory_notes as note where note.org_id = v_org and note.user_id = v_user and note.key = notes ->> 'key';
    end if;
  end if;
  if not v_known then
    insert into public.ai_memory_turns (org_id, user_id, lead_id, thread_id, speaker, content, channel, language, said_at, seq, words, word_count)
    select v_org, v_user, (notes ->> 'lead_id')::uuid, v_thread, turn ->> 'speaker', turn ->> 'text', notes ->> 'channel', notes ->> 'language',
      coalesce((turn ->> 'said_at')::timestamptz, private.clock()), 0, '', 0
    from jsonb_array_elements(notes -> 'turns') with ordinality as t (turn, place)
    order by place;
    perform private.store_memories(
      v_org, v_user, (notes ->> 'lead_id')::uuid, null, null, v_request,
      coalesce((select max((turn ->> 'said_at')::timestamptz) from jsonb_array_elements(notes -> 'turns') as turn), private.clock()),
      notes -> 'memories'
    );
  end if;
  return private.noted(v_org, v_thread, v_request, coalesce((notes ->> 'asked')::boolean, false))
    || jsonb_build_object('unembedded', private.unembedded(v_org, v_user));
end
$$;
comment on function public.store_notes(jsonb) is
  'Keeps turns and what a model took down of them, in one transaction, once for a key: notes {org_id, user_id, lead_id, thread_id, channel, language, key, request_id, turns, memories}. Answers what is kept and which texts have no vector yet.';

-- Vectors of turns nobody took notes of, and of what a person wrote down: one job a user, when there is something to do.
create function private.queue_memory_vectors()
returns integer
language plpgsql
security definer -- called by cron
set search_path = ''
as $$
declare
  v_queued integer;
begin
  with waiting as (
    select turn.org_id, turn.user_id from public.ai_memory_turns as turn where turn.embedding is null
    union
    select memory.org_id, memory.user_id from public.ai_memories as memory where memory.embedding is null and memory.superseded_at is null
  )
  insert into public.ai_job_queue (org_id, task, input, options)
  select waiting.org_id, 'conversation-memory-store', jsonb_build_object('user_id', waiting.user_id),
    jsonb_build_object('cache', 'off', 'subject', jsonb_build_object('type', 'memory', 'id', waiting.user_id))
  from waiting
  where not exists (
    -- One at a time; after one that failed for good, an hour's pause.
    select from public.ai_job_queue as job
    where job.org_id = waiting.org_id and job.task = 'conversation-memory-store' and job.input ->> 'user_id' = waiting.user_id::text
      and (job.status in ('pending', 'running') or (job.status = 'failed' and job.finished_at > private.clock() - interval '1 hour'))
  )
  limit 50;
  get diagnostics v_queued = row_count;
  return v_queued;
end
$$;
comment on function private.queue_memory_vectors() is 'Queues the embedding of texts that have no vector yet, one job a user. Called by cron.';
create index ai_memory_turns_unembedded_idx on public.ai_memory_turns (org_id, user_id) where embedding is null;
create index ai_memories_unembedded_idx on public.ai_memories (org_id, user_id) where embedding is null and superseded_at is null;
create index ai_job_queue_waiting_user_idx on public.ai_job_queue (org_id, task, (input ->> 'user_id')) where input ? 'user_id';

revoke execute on function private.queue_memory_vectors() from public;
grant execute on function private.known_memories(uuid, uuid, uuid, text), private.worth_remembering(text), public.begin_notes(jsonb)
to authenticated;
grant execute on function
  private.noted(uuid, uuid, uuid, boolean), public.begin_notes(jsonb), public.earlier_notes(uuid, uuid, text), public.store_notes(jsonb)
to service_role;
