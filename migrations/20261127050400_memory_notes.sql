-- Taking notes: what is worth a model's look, what the model is shown, and what becomes of its answer.

create function private.worth_remembering(p_text text)
returns boolean
language sql
immutable
set search_path = ''
as $$
  -- Said of oneself or one's own, asked to be kept, with a figure, or a statement of some length: a model decides whether it is
  -- worth anything. Greetings, thanks, bare questions and orders are not worth asking.
  select case
    when t.said !~ '\S+\s+\S+\s+\S+' then false
    when t.said ~* '\m(remember|keep in mind|note that|merk|vergiss nicht|denk daran|souviens|rappelle-toi|n''oublie|recuerda|no olvides|ten en cuenta)' then true
    when t.said ~* '\m(i|i''m|i''ve|i''d|my|mine|we|we''re|we''ve|our|ours|us|ich|mein|meine[mnrs]?|mir|mich|wir|uns|unser|unsere[mnrs]?|je|j|moi|mon|mes|nous|notre|nos|yo|mi|mis|nosotros|nosotras|nuestro|nuestra|nuestros|nuestras|tengo|quiero|prefiero|necesito|soy|estoy|somos|tenemos|queremos|necesitamos|trabajo|vivo)\M' then true
    when t.said ~ '[0-9€$£]' then true
    when t.said ~ '^[^?]*\?\s*$' then false
    else t.said ~ '(\S+\s+){5,}\S+'
  end
  from (select btrim(left(p_text, 8000)) as said) as t
$$;
comment on function private.worth_remembering(text) is
  'Whether a message may hold something to remember. Says no only where clearly nothing is: asking a model costs little, forgetting costs more.';

create table private.memory_marks (
  org_id     uuid not null references public.organizations (id) on delete cascade,
  thread_id  uuid not null,
  seq        integer not null,
  updated_at timestamptz not null default now(),

  constraint memory_marks_pkey primary key (org_id, thread_id)
);
comment on table private.memory_marks is 'Up to which turn of a conversation notes were taken.';
alter table private.memory_marks enable row level security;
grant select, insert, update, delete on private.memory_marks to service_role;

create index ai_job_queue_waiting_conversation_idx on public.ai_job_queue (org_id, task, (input ->> 'conversation_id')) where status = 'pending';

create function private.queue_note_taking()
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
comment on function private.queue_note_taking() is 'After an answer: queues note-taking when something was said since the last that may be worth it.';
create trigger ai_memory_turns_queue_notes
after insert on public.ai_memory_turns
for each row execute function private.queue_note_taking();

create function private.known_memories(p_org uuid, p_user uuid, p_lead uuid, p_text text)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('key', left(memory.id::text, 8), 'type', memory.type, 'content', memory.content) order by hit.score desc), '[]')
  from private.recall_hits(
    p_org, p_user, p_lead, array(select term from private.recall_terms(p_text) as term), null, null, null, array['memory'], null, null, '{}', 15
  ) as hit
  join public.ai_memories as memory on memory.org_id = p_org and memory.id = hit.id
$$;
comment on function private.known_memories(uuid, uuid, uuid, text) is
  'Up to 15 memories that what is said now may repeat or replace, each with a key a model can name it by.';

create function private.unembedded(p_org uuid, p_user uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(to_jsonb(waiting)), '[]')
  from (
    select 'memory' as kind, memory.id, memory.content as text, md5(memory.content) as hash
    from public.ai_memories as memory
    where memory.org_id = p_org and memory.user_id = p_user and memory.embedding is null and memory.superseded_at is null
    union all
    select 'turn', turn.id, left(coalesce(turn.content, message.content), 8000), null
    from public.ai_memory_turns as turn
    left join public.ai_messages as message on message.org_id = turn.org_id and message.id = turn.message_id
    where turn.org_id = p_org and turn.user_id = p_user and turn.embedding is null
    limit 200
  ) as waiting
$$;
comment on function private.unembedded(uuid, uuid) is 'Up to 200 texts of a user''s memory that have no vector yet.';

create function public.read_memory_job(p_org_id uuid, p_job_id uuid)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_job      public.ai_job_queue;
  v_thread   uuid;
  v_user     uuid;
  v_lead     uuid;
  v_language text;
  v_from     integer;
  v_turns    jsonb := '[]';
  v_up_to    integer;
  v_said     text;
begin
  select * into v_job from public.ai_job_queue as job
  where job.org_id = p_org_id and job.id = p_job_id and job.task = 'conversation-memory-store' and job.status in ('pending', 'running')
  for update;
  if not found then
    raise exception 'Cannot take notes: there is no such job' using errcode = 'PT404';
  end if;
  if v_job.input ? 'material' then
    -- A second attempt is shown what the first one was, so that it is the same request.
    return v_job.input -> 'material';
  end if;
  v_thread := (v_job.input ->> 'conversation_id')::uuid;
  v_user := (v_job.input ->> 'user_id')::uuid;
  if v_thread is not null then
    select conversation.user_id, conversation.lead_id, conversation.language into v_user, v_lead, v_language
    from public.ai_conversations as conversation where conversation.org_id = p_org_id and conversation.id = v_thread;
    v_from := coalesce((select m.seq from private.memory_marks as m where m.org_id = p_org_id and m.thread_id = v_thread), 0);
    select
      coalesce(jsonb_agg(jsonb_build_object(
        'speaker', turn.speaker, 'text', left(message.content, 6000), 'said_at', turn.said_at, 'new', turn.seq > v_from,
        'message_id', turn.message_id
      ) order by turn.seq), '[]'),
      max(turn.seq), string_agg(left(message.content, 1000), E'\n') filter (where turn.seq > v_from and turn.speaker = 'user')
    into v_turns, v_up_to, v_said
    from (
      select * from public.ai_memory_turns as t
      where t.org_id = p_org_id and t.thread_id = v_thread and t.seq > v_from - 2
      order by t.seq
      limit 20
    ) as turn
    join public.ai_messages as message on message.org_id = turn.org_id and message.id = turn.message_id;
  end if;
  v_job.input := v_job.input || jsonb_build_object('material', jsonb_build_object(
    'user_id', v_user, 'lead', (
      select jsonb_build_object('id', lead.id, 'name', lead.name) from public.leads as lead where lead.org_id = p_org_id and lead.id = v_lead
    ),
    'conversation_id', v_thread, 'language', v_language, 'turns', v_turns, 'up_to', v_up_to,
    'worth', coalesce((private.setting('ai.memory.enabled', p_org_id, v_user))::boolean, false) and coalesce(private.worth_remembering(v_said), false),
    'known', case when v_said is null then '[]' else private.known_memories(p_org_id, v_user, v_lead, left(v_said, 4000)) end,
    'unembedded', private.unembedded(p_org_id, v_user)
  ));
  update public.ai_job_queue as job set input = v_job.input where job.org_id = p_org_id and job.id = p_job_id;
  return v_job.input -> 'material';
end
$$;
comment on function public.read_memory_job(uuid, uuid) is
  'What a note-taking job is about: new turns with two before them, what is known already, and texts without a vector. Fixed when first read. PT404 for a job that is over.';

create function private.is_instruction(p_text text)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select p_text ~* '\m(ignore|disregard|forget|override|ignoriere|vergiss|missachte|ignore[zr]?|oublie[zr]?|ignora|olvida)\M.{0,60}\m(instruction|instructions|prompt|prompts|rule|rules|anweisung|anweisungen|regel|regeln|consignes?|instrucciones|reglas)'
    or p_text ~* '\m(system prompt|developer message|you are now|act as|du bist jetzt|tu es maintenant|ahora eres)\M'
    or p_text ~* '</?(data|system|assistant|tool)\M|\[/?inst\]|<\|'
$$;
comment on function private.is_instruction(text) is
  'Whether a text tries to instruct a model rather than say something. Such statements are not remembered; recalled text is fenced all the same.';

create function private.store_memories(
  p_org uuid, p_user uuid, p_lead uuid, p_conversation uuid, p_message uuid, p_request uuid, p_said_at timestamptz, p_memories jsonb
)
returns setof public.ai_memories
language plpgsql
set search_path = ''
as $$
declare
  v_note   jsonb;
  v_about  uuid;
  v_saved  public.ai_memories;
  v_ttl    interval := (private.setting('ai.memory.context_ttl', p_org, p_user) #>> '{}')::interval;
begin
  -- The same answer is stored once, however often it comes.
  perform pg_advisory_xact_lock(hashtextextended('store-memories:' || p_request, 0));
  if exists (select from public.ai_memories as memory where memory.org_id = p_org and memory.request_id = p_request) then
    return query select memory.* from public.ai_memories as memory where memory.org_id = p_org and memory.request_id = p_request;
    return;
  end if;
  for v_note in select note from jsonb_array_elements(p_memories) as note
  loop
    continue when btrim(coalesce(v_note ->> 'content', '')) = '' or private.is_instruction(v_note ->> 'content');
    v_about := case when v_note ->> 'about' = 'lead' then p_lead end;
    insert into public.ai_memories as memory (
      org_id, user_id, lead_id, type, content, importance, source, conversation_id, message_id, request_id, valid_from, expires_at, words, word_count
    )
    values (
      p_org, p_user, v_about, v_note ->> 'type', left(btrim(v_note ->> 'content'), 2000),
      least(1, greatest(0, coalesce((v_note ->> 'importance')::numeric, 0.5))), 'conversation', p_conversation, p_message, p_request, p_said_at,
      case when v_note ->> 'type' = 'context' then p_said_at + v_ttl end, '', 0
    )
    on conflict (org_id, user_id, lead_id, md5(lower(btrim(content)))) where superseded_at is null do update
    set importance = greatest(memory.importance, excluded.importance),
        expires_at = case when memory.expires_at is not null then greatest(memory.expires_at, excluded.expires_at) end
    returning memory.* into v_saved;
    update public.ai_memories as memory
    set superseded_at = private.clock(), superseded_by = v_saved.id
    where memory.org_id = p_org and memory.user_id = p_user and memory.id <> v_saved.id and memory.superseded_at is null
      and memory.lead_id is not distinct from v_about
      and left(memory.id::text, 8) in (select key from jsonb_array_elements_text(coalesce(nullif(v_note -> 'replaces', 'null'), '[]')) as key);
    return next v_saved;
  end loop;
end
$$;
comment on function private.store_memories(uuid, uuid, uuid, uuid, uuid, uuid, timestamptz, jsonb) is
  'Keeps what a model took down: [{type, content, importance, about: user or lead, replaces: keys}]. A request is stored once; what is known is not written twice; what is replaced stays, marked.';

create function private.finish_memory_job()
returns trigger
language plpgsql
security definer -- settling runs as the ledger, which owns no memories
set search_path = ''
as $$
declare
  m jsonb := new.input -> 'material';
begin
  if new.status = 'done' and jsonb_typeof(new.result -> 'memories') = 'array' and m ->> 'conversation_id' is not null then
    begin
      -- A conversation or an account that is gone by now has nothing to remember.
      if exists (
        select from public.ai_conversations as conversation
        where conversation.org_id = new.org_id and conversation.id = (m ->> 'conversation_id')::uuid
      ) and exists (
        select from public.organization_members as member where member.org_id = new.org_id and member.user_id = (m ->> 'user_id')::uuid
      ) then
        perform private.store_memories(
          new.org_id, (m ->> 'user_id')::uuid, (m #>> '{lead,id}')::uuid, (m ->> 'conversation_id')::uuid,
          (select message.id from public.ai_messages as message
           where message.org_id = new.org_id and message.id = (
             select (turn ->> 'message_id')::uuid from jsonb_array_elements(m -> 'turns') with ordinality as t (turn, place)
             where turn ->> 'speaker' = 'user' order by place desc limit 1
           )),
          coalesce(new.request_id, new.id), coalesce((select max((turn ->> 'said_at')::timestamptz) from jsonb_array_elements(m -> 'turns') as turn), private.clock()),
          new.result -> 'memories'
        );
        insert into private.memory_marks as mark (org_id, thread_id, seq, updated_at)
        values (new.org_id, (m ->> 'conversation_id')::uuid, coalesce((m ->> 'up_to')::integer, 0), private.clock())
        on conflict (org_id, thread_id) do update set seq = greatest(mark.seq, excluded.seq), updated_at = excluded.updated_at;
      end if;
    exception when others then
      -- Notes must never undo the bill they were written under.
      raise warning 'Cannot keep notes of job %: %', new.id, sqlerrm;
      new.error_code := 'internal';
    end;
  end if;
  -- What was said is no business of the queue's once the job is over.
  new.input := new.input - 'material';
  new.result := case when new.result is not null then jsonb_build_object('memories', coalesce(jsonb_array_length(nullif(new.result -> 'memories', 'null')), 0)) end;
  return new;
end
$$;
comment on function private.finish_memory_job() is
  'Keeps what note-taking found in the transaction that settles it, and leaves no text behind in the queue.';
create trigger ai_job_queue_finish_memory
before update of status on public.ai_job_queue
for each row
when (new.task = 'conversation-memory-store' and new.status in ('done', 'failed') and old.status in ('pending', 'running'))
execute function private.finish_memory_job();

create function public.end_memory_job(p_org_id uuid, p_job_id uuid)
returns void
language sql
security invoker
set search_path = ''
as $$
  select private.finish_queued(p_org_id, p_job_id::text, null, null, '{"data": {"memories": []}, "meta": {}}', private.clock())
$$;
comment on function public.end_memory_job(uuid, uuid) is 'Ends a note-taking job for which no model was asked.';

create function public.set_memory_vectors(p_org_id uuid, p_model text, p_vectors jsonb)
returns integer
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_turns    integer;
  v_memories integer;
begin
  update public.ai_memory_turns as turn
  set embedding = (v.item ->> 'embedding')::extensions.vector, embedding_model = p_model
  from jsonb_array_elements(p_vectors) as v (item)
  where turn.org_id = p_org_id and v.item ->> 'kind' = 'turn' and turn.id = (v.item ->> 'id')::uuid;
  get diagnostics v_turns = row_count;
  update public.ai_memories as memory
  set embedding = (v.item ->> 'embedding')::extensions.vector, embedding_model = p_model
  from jsonb_array_elements(p_vectors) as v (item)
  where memory.org_id = p_org_id and v.item ->> 'kind' = 'memory' and memory.id = (v.item ->> 'id')::uuid
    and md5(memory.content) = v.item ->> 'hash'; -- not the vector of a text that was corrected meanwhile
  get diagnostics v_memories = row_count;
  return v_turns + v_memories;
end
$$;
comment on function public.set_memory_vectors(uuid, text, jsonb) is
  'Gives memories and turns their vectors: [{kind, id, hash, embedding}], hash the MD5 of the text a memory''s was made of. Returns how many are still there.';

revoke execute on function private.queue_note_taking(), private.finish_memory_job() from public;
grant execute on function
  private.worth_remembering(text), private.is_instruction(text), private.known_memories(uuid, uuid, uuid, text),
  private.unembedded(uuid, uuid),
  private.store_memories(uuid, uuid, uuid, uuid, uuid, uuid, timestamptz, jsonb), public.read_memory_job(uuid, uuid),
  public.end_memory_job(uuid, uuid), public.set_memory_vectors(uuid, text, jsonb),
  private.finish_queued(uuid, text, uuid, text, jsonb, timestamptz)
to service_role;
