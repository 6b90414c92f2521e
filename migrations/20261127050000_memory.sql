-- Memory: what assistants keep of what was said. ai_memories holds what was learned, ai_memory_turns what was said, as a search
-- finds it. Both are their user's own; what is about a lead is also for whoever may see the lead.
create table public.ai_memories (
  org_id            uuid not null,
  id                uuid not null default gen_random_uuid(),
  user_id           uuid not null default auth.uid(),
  lead_id           uuid,
  type              text not null,
  content           text not null,
  importance        numeric(3, 2) not null default 0.5,
  language          text,
  source            text not null default 'person',
  conversation_id   uuid,
  message_id        uuid,
  request_id        uuid,
  valid_from        timestamptz not null default now(),
  expires_at        timestamptz,
  superseded_at     timestamptz,
  superseded_by     uuid,
  recalled          integer not null default 0,
  last_recalled_at  timestamptz,
  words             tsvector not null,
  word_count        integer not null,
  embedding         extensions.vector(1536),
  embedding_model   text,
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),

  constraint ai_memories_pkey primary key (org_id, id),
  constraint ai_memories_member_fkey
    foreign key (org_id, user_id) references public.organization_members (org_id, user_id) on delete cascade,
  constraint ai_memories_lead_fkey foreign key (org_id, lead_id) references public.leads (org_id, id) on delete cascade,
  constraint ai_memories_conversation_fkey
    foreign key (org_id, conversation_id) references public.ai_conversations (org_id, id) on delete set null (conversation_id),
  constraint ai_memories_message_fkey
    foreign key (org_id, message_id) references public.ai_messages (org_id, id) on delete set null (message_id),
  constraint ai_memories_superseded_by_fkey
    foreign key (org_id, superseded_by) references public.ai_memories (org_id, id) on delete set null (superseded_by),
  constraint ai_memories_type_known
    check (type in ('fact', 'preference', 'context', 'relationship', 'pain_point', 'buying_signal')),
  constraint ai_memories_content_bounded check (length(btrim(content)) between 1 and 2000),
  constraint ai_memories_importance_bounded check (importance between 0 and 1),
  constraint ai_memories_source_known check (source in ('person', 'conversation')),
  constraint ai_memories_superseded_dated check (superseded_by is null or superseded_at is not null),
  constraint ai_memories_embedding_named check ((embedding is null) = (embedding_model is null))
);
comment on table public.ai_memories is 'What is remembered of and for a user, one statement a row. Replaced statements stay, marked.';
comment on column public.ai_memories.user_id is 'Whose memory it is.';
comment on column public.ai_memories.lead_id is 'The lead it is about: then everybody who may see the lead sees it. NULL: about the user or his work.';
comment on column public.ai_memories.importance is '0 trifle … 1 must never be forgotten; weighs in a search.';
comment on column public.ai_memories.language is 'BCP 47, decides how its words are stemmed. NULL: not recognized.';
comment on column public.ai_memories.source is 'person: somebody wrote it down; conversation: taken from what was said.';
comment on column public.ai_memories.conversation_id is 'Where it was said. NULL: not in a conversation kept here, or that is gone.';
comment on column public.ai_memories.message_id is 'The message it was said in. NULL as conversation_id.';
comment on column public.ai_memories.request_id is 'ai_request_logs.id of the call that took it down. NULL: a person did.';
comment on column public.ai_memories.valid_from is 'When it was said.';
comment on column public.ai_memories.expires_at is 'No longer recalled from then on. NULL: kept.';
comment on column public.ai_memories.superseded_at is 'When something newer took its place; no longer recalled. NULL: it holds.';
comment on column public.ai_memories.superseded_by is 'What took its place. NULL: nothing did, or that is gone.';
comment on column public.ai_memories.recalled is 'How often it was put before a model.';
comment on column public.ai_memories.words is 'What a search by words looks in: stems, and its date in words.';
comment on column public.ai_memories.word_count is 'Words in it, stop words aside.';
comment on column public.ai_memories.embedding is 'NULL: not embedded yet; words find it.';
comment on column public.ai_memories.embedding_model is 'Exact model id: vectors of different models are never compared.';

-- The same statement is not remembered twice.
create unique index ai_memories_live_key
on public.ai_memories (org_id, user_id, lead_id, md5(lower(btrim(content)))) nulls not distinct
where superseded_at is null;
create index ai_memories_user_idx on public.ai_memories (org_id, user_id, created_at desc);
create index ai_memories_lead_idx on public.ai_memories (org_id, lead_id);
create index ai_memories_conversation_idx on public.ai_memories (org_id, conversation_id);
create index ai_memories_message_idx on public.ai_memories (org_id, message_id);
create index ai_memories_superseded_by_idx on public.ai_memories (org_id, superseded_by);
create index ai_memories_request_idx on public.ai_memories (org_id, request_id);
create index ai_memories_embedding_idx on public.ai_memories using hnsw (embedding extensions.vector_cosine_ops);

create table public.ai_memory_turns (
  org_id          uuid not null,
  id              uuid not null default gen_random_uuid(),
  user_id         uuid not null default auth.uid(),
  lead_id         uuid,
  thread_id       uuid not null,
  seq             integer not null,
  message_id      uuid,
  speaker         text not null,
  content         text,
  channel         text,
  language        text,
  said_at         timestamptz not null,
  words           tsvector not null,
  word_count      integer not null,
  embedding       extensions.vector(1536),
  embedding_model text,
  created_at      timestamptz not null default now(),

  constraint ai_memory_turns_pkey primary key (org_id, id),
  constraint ai_memory_turns_seq_key unique (org_id, thread_id, seq),
  constraint ai_memory_turns_message_key unique (org_id, message_id),
  constraint ai_memory_turns_member_fkey
    foreign key (org_id, user_id) references public.organization_members (org_id, user_id) on delete cascade,
  constraint ai_memory_turns_lead_fkey foreign key (org_id, lead_id) references public.leads (org_id, id) on delete cascade,
  constraint ai_memory_turns_message_fkey
    foreign key (org_id, message_id) references public.ai_messages (org_id, id) on delete cascade,
  constraint ai_memory_turns_content_somewhere check ((content is null) = (message_id is not null)),
  constraint ai_memory_turns_content_bounded check (length(content) between 1 and 32000),
  constraint ai_memory_turns_speaker_bounded check (length(btrim(speaker)) between 1 and 100),
  constraint ai_memory_turns_channel_bounded check (length(channel) <= 50),
  constraint ai_memory_turns_embedding_named check ((embedding is null) = (embedding_model is null))
);
comment on table public.ai_memory_turns is
  'What was said, as memory and the search over history find it: every finished message of a chat, and turns brought from other channels.';
comment on column public.ai_memory_turns.user_id is 'Whose memory it is: the one who chatted, or brought the turns.';
comment on column public.ai_memory_turns.lead_id is 'The lead the conversation is with or about; NULL: none.';
comment on column public.ai_memory_turns.thread_id is 'The conversation: ai_conversations.id, or the id given to one brought from elsewhere.';
comment on column public.ai_memory_turns.seq is 'Place in the conversation, from 1, without gaps: neighbours say what a turn is about.';
comment on column public.ai_memory_turns.message_id is 'The chat message it is. NULL: brought from elsewhere.';
comment on column public.ai_memory_turns.speaker is 'user, assistant, or a name.';
comment on column public.ai_memory_turns.content is 'What was said. NULL: stands in the message.';
comment on column public.ai_memory_turns.channel is 'Where it was said: email, whatsapp and the like. NULL: in a chat here.';
comment on column public.ai_memory_turns.words is 'Stems of what was said, and its date in words.';
comment on column public.ai_memory_turns.embedding is 'NULL: not embedded yet; words find it.';
create index ai_memory_turns_user_idx on public.ai_memory_turns (org_id, user_id, said_at desc);
create index ai_memory_turns_lead_idx on public.ai_memory_turns (org_id, lead_id);
create index ai_memory_turns_words_idx on public.ai_memory_turns using gin (words);
create index ai_memory_turns_embedding_idx on public.ai_memory_turns using hnsw (embedding extensions.vector_cosine_ops);

-- A conversation may be about a lead: what is remembered of it is then the lead's too.
create index ai_conversations_lead_idx on public.ai_conversations (org_id, lead_id);

insert into public.ai_setting_definitions (key, type, scopes, default_value, schema, description) values
  ('ai.memory.enabled', 'boolean', '{global,organization,user}', 'true', '{"type":"boolean"}',
    'Whether assistants take notes of conversations and are reminded of earlier ones. Off: nothing is noted or recalled; one''s own history is still searched, and what is noted stays until erased.'),
  ('ai.memory.context_ttl', 'duration', '{global,organization}', '"P30D"', '{"type":"string","format":"duration","formatMinimum":"PT1H"}',
    'How long a memory of type context, the passing kind, is recalled.');

-- Who sees what -----------------------------------------------------------------------------------------------------------

alter table public.ai_memories enable row level security;
alter table public.ai_memory_turns enable row level security;

grant select, delete on public.ai_memories, public.ai_memory_turns to authenticated;
grant insert (org_id, id, lead_id, type, content, importance, language, expires_at, words, word_count) on public.ai_memories to authenticated;
grant update (type, content, importance, language, expires_at, words, word_count, embedding, embedding_model, updated_at)
on public.ai_memories to authenticated;
grant insert (org_id, id, lead_id, thread_id, seq, speaker, content, channel, language, said_at, words, word_count)
on public.ai_memory_turns to authenticated;
grant select, insert, update, delete on public.ai_memories, public.ai_memory_turns to service_role;

-- A lead's own policies decide who sees it.
create policy ai_memories_select_own_and_leads on public.ai_memories for select to authenticated
  using (
    org_id in (select private.my_org_ids())
    and (
      user_id = (select auth.uid())
      or exists (select from public.leads as lead where lead.id = ai_memories.lead_id and lead.org_id = ai_memories.org_id)
    )
  );
create policy ai_memories_insert_own on public.ai_memories for insert to authenticated
  with check (
    user_id = (select auth.uid()) and org_id in (select private.my_org_ids())
    and (
      lead_id is null
      or exists (select from public.leads as lead where lead.id = ai_memories.lead_id and lead.org_id = ai_memories.org_id)
    )
  );
create policy ai_memories_update_own on public.ai_memories for update to authenticated
  using (user_id = (select auth.uid()) and org_id in (select private.my_org_ids()));
create policy ai_memories_delete_own_and_managed on public.ai_memories for delete to authenticated
  using (
    (user_id = (select auth.uid()) and org_id in (select private.my_org_ids()))
    or (lead_id is not null and org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')))
  );

-- What was said in a chat is its user's alone, whatever it is about; what was brought from a channel goes with the lead.
create policy ai_memory_turns_select_own_and_leads on public.ai_memory_turns for select to authenticated
  using (
    org_id in (select private.my_org_ids())
    and (
      user_id = (select auth.uid())
      or (
        message_id is null
        and exists (select from public.leads as lead where lead.id = ai_memory_turns.lead_id and lead.org_id = ai_memory_turns.org_id)
      )
    )
  );
create policy ai_memory_turns_insert_own on public.ai_memory_turns for insert to authenticated
  with check (
    user_id = (select auth.uid()) and message_id is null and org_id in (select private.my_org_ids())
    and (
      lead_id is null
      or exists (select from public.leads as lead where lead.id = ai_memory_turns.lead_id and lead.org_id = ai_memory_turns.org_id)
    )
  );
create policy ai_memory_turns_delete_own_and_managed on public.ai_memory_turns for delete to authenticated
  using (
    (user_id = (select auth.uid()) and org_id in (select private.my_org_ids()))
    or (message_id is null and lead_id is not null and org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')))
  );
