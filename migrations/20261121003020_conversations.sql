-- Conversations and their messages. A message names the one it follows, so an edited or repeated question starts a branch and
-- nothing is overwritten.
create table public.ai_conversations (
  org_id        uuid not null,
  id            uuid not null default gen_random_uuid(),
  user_id       uuid not null default auth.uid(),
  assistant_id  uuid,
  title         text not null,
  language      text,
  status        text not null default 'active',
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  summary       text,
  summary_until uuid,
  lead_id       uuid,

  constraint ai_conversations_pkey primary key (org_id, id),
  constraint ai_conversations_org_id_fkey foreign key (org_id) references public.organizations (id) on delete cascade,
  constraint ai_conversations_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint ai_conversations_assistant_fkey
    foreign key (org_id, assistant_id) references public.ai_assistants (org_id, id) on delete set null (assistant_id),
  constraint ai_conversations_title_bounded check (length(btrim(title)) between 1 and 200),
  constraint ai_conversations_language_bounded check (length(language) <= 35),
  constraint ai_conversations_status_known check (status in ('active', 'archived')),
  constraint ai_conversations_summary_bounded check (length(summary) <= 20000),
  constraint ai_conversations_lead_fkey
    foreign key (org_id, lead_id) references public.leads (org_id, id) on delete set null (lead_id)
);

comment on table public.ai_conversations is 'Conversations of one user with assistants of an organization. Nobody else reads them.';
comment on column public.ai_conversations.assistant_id is
  'Whom the next message is for when it names nobody. NULL: the plain assistant, or one that is gone.';
comment on column public.ai_conversations.title is 'At first the start of the first message; the user may change it.';
comment on column public.ai_conversations.language is 'BCP 47 language of the last answer. NULL: none yet.';
comment on column public.ai_conversations.updated_at is 'When the last message was written, or the row changed.';
comment on column public.ai_conversations.summary is 'What was said before the messages that still fit into the context, in few words. NULL: nothing had to leave it yet.';
comment on column public.ai_conversations.summary_until is 'The last message the summary tells of. NULL without a summary.';
comment on column public.ai_conversations.lead_id is 'The lead it is about. NULL: none, or one that is gone.';

create index ai_conversations_user_idx on public.ai_conversations (user_id, org_id, updated_at desc);
create index ai_conversations_assistant_idx on public.ai_conversations (org_id, assistant_id);

create table public.ai_messages (
  org_id            uuid not null,
  id                uuid not null default gen_random_uuid(),
  conversation_id   uuid not null,
  user_id           uuid not null default auth.uid(),
  position          bigint generated always as identity,
  parent_id         uuid,
  role              text not null,
  content           text not null,
  status            text not null default 'complete',
  pinned            boolean not null default false,
  language          text,
  assistant_id      uuid,
  assistant_version integer,
  provider          text,
  model             text,
  tokens            integer,
  request_id        uuid,
  error_code        text,
  stop_requested_at timestamptz,
  created_at        timestamptz not null default now(),
  completed_at      timestamptz,
  attachments       jsonb not null default '[]',
  direction         text,

  constraint ai_messages_pkey primary key (org_id, id),
  constraint ai_messages_conversation_key unique (org_id, conversation_id, id),
  constraint ai_messages_conversation_fkey
    foreign key (org_id, conversation_id) references public.ai_conversations (org_id, id) on delete cascade,
  constraint ai_messages_parent_fkey
    foreign key (org_id, conversation_id, parent_id) references public.ai_messages (org_id, conversation_id, id) on delete cascade,
  constraint ai_messages_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint ai_messages_role_known check (role in ('user', 'assistant', 'system', 'tool')),
  constraint ai_messages_status_known
    check (status in ('streaming', 'continues', 'awaiting_approval', 'complete', 'stopped', 'failed')),
  constraint ai_messages_content_bounded check (length(content) <= 400000),
  constraint ai_messages_language_bounded check (length(language) <= 35),
  constraint ai_messages_tokens_not_negative check (tokens >= 0),
  constraint ai_messages_attachments_list check (
    jsonb_typeof(attachments) = 'array' and jsonb_array_length(attachments) <= 5 and pg_column_size(attachments) <= 1000000
  ),
  constraint ai_messages_direction_known check (direction in ('ltr', 'rtl'))
);

comment on table public.ai_messages is
  'What was said. The user''s message is written before the model is called, the answer''s row with it, to be filled at the end.';
comment on column public.ai_messages.user_id is 'Whose conversation it is, whoever speaks.';
comment on column public.ai_messages.position is 'Order of writing.';
comment on column public.ai_messages.parent_id is 'The message it follows. NULL: it begins the conversation. Siblings are branches.';
comment on column public.ai_messages.status is
  'streaming: the answer is being written; continues: an agent works on as a job, content is what had come; awaiting_approval: a tool call waits for the user, content is what had come; complete; stopped: the user stopped it or left, content is what had come; failed: no answer, or what had come before. One whose isolate is gone is ended as failed within four minutes (private.end_lost_turns).';
comment on column public.ai_messages.pinned is 'Kept in the context when older turns have to leave it.';
comment on column public.ai_messages.language is 'BCP 47 language of the answer. NULL: not an answer.';
comment on column public.ai_messages.assistant_id is 'Who answered; no reference, so that it outlives the assistant. NULL: the plain assistant, or no answer.';
comment on column public.ai_messages.assistant_version is 'Version of the assistant that answered. NULL with assistant_id NULL.';
comment on column public.ai_messages.tokens is 'Output tokens of the answer, as the provider counted. NULL: unknown, or no answer.';
comment on column public.ai_messages.request_id is 'ai_request_logs.id of the turn, for both of its messages.';
comment on column public.ai_messages.error_code is 'Why there is no answer. NULL: there is one.';
comment on column public.ai_messages.stop_requested_at is 'When the user asked to stop. NULL: never.';
comment on column public.ai_messages.completed_at is 'When the answer ended, however. NULL: it is being written, or no answer.';
comment on column public.ai_messages.attachments is
  'What was sent along: [{path, name, media_type, size, text}]; text NULL for a picture. Data, like everything others wrote.';
comment on column public.ai_messages.direction is
  'How the text is written: ltr or rtl. NULL: written before this was noted, or an answer that is not there yet.';

create index ai_messages_parent_idx on public.ai_messages (org_id, conversation_id, parent_id);
create index ai_messages_position_idx on public.ai_messages (org_id, conversation_id, position desc);
create index ai_messages_user_id_idx on public.ai_messages (user_id);
create unique index ai_messages_request_id_role_key on public.ai_messages (org_id, request_id, role);

create trigger ai_conversations_touch
before update on public.ai_conversations
for each row execute function private.touch_updated_at();

alter table public.ai_conversations enable row level security;
alter table public.ai_messages enable row level security;

-- Writing goes by begin_turn, with the caller's rights: so the rights are here, as narrow as it needs them.
grant select, delete on public.ai_conversations to authenticated;
-- Not the id: it names the conversation's channel, and a key with the organization in it would let two tenants have the same one.
grant insert (org_id, assistant_id, title, lead_id) on public.ai_conversations to authenticated;
grant update (assistant_id, title, status, lead_id) on public.ai_conversations to authenticated;
grant select on public.ai_messages to authenticated;
grant insert (
  org_id, id, conversation_id, parent_id, role, content, status, assistant_id, assistant_version, language, request_id, attachments,
  direction
) on public.ai_messages to authenticated;
grant update (pinned, stop_requested_at) on public.ai_messages to authenticated;
grant select, insert, update, delete on public.ai_conversations, public.ai_messages to service_role;

create policy ai_conversations_select_own on public.ai_conversations for select to authenticated
  using (user_id = (select auth.uid()) and org_id in (select private.my_org_ids()));

create policy ai_conversations_insert_own on public.ai_conversations for insert to authenticated
  with check (user_id = (select auth.uid()) and org_id in (select private.my_org_ids()));

create policy ai_conversations_update_own on public.ai_conversations for update to authenticated
  using (user_id = (select auth.uid()) and org_id in (select private.my_org_ids()));

create policy ai_conversations_delete_own on public.ai_conversations for delete to authenticated
  using (user_id = (select auth.uid()) and org_id in (select private.my_org_ids()));

create policy ai_messages_select_own on public.ai_messages for select to authenticated
  using (user_id = (select auth.uid()) and org_id in (select private.my_org_ids()));

-- A user says something, or keeps a place for the answer: what an assistant said is written by the service role alone.
create policy ai_messages_insert_own on public.ai_messages for insert to authenticated
  with check (
    user_id = (select auth.uid())
    and (
      (role = 'user' and status = 'complete' and assistant_id is null)
      or (role = 'assistant' and status = 'streaming' and content = '')
    )
    and exists (
      select from public.ai_conversations as conversation
      where conversation.org_id = ai_messages.org_id and conversation.id = ai_messages.conversation_id
    )
  );

create policy ai_messages_update_own on public.ai_messages for update to authenticated
  using (user_id = (select auth.uid()) and org_id in (select private.my_org_ids()));
