-- Conversation intelligence: what was said, in short; what about; in what mood. Made by tasks, kept here, refreshed after turns.

create table public.ai_conversation_summaries (
  org_id            uuid not null,
  conversation_id   uuid not null,
  summary_type      text not null,
  summary_text      text not null,
  key_points        text[] not null default '{}',
  action_items      jsonb not null default '[]',
  decisions_made    text[] not null default '{}',
  questions_asked   text[] not null default '{}',
  timeline          jsonb not null default '[]',
  participants      text[] not null default '{}',
  duration_seconds  integer not null,
  word_count        integer not null,
  token_count       integer not null,
  compression_ratio numeric(8, 4),
  language          text,
  model_used        text,
  confidence_score  numeric(4, 3),
  up_to             bigint not null,
  request_id        uuid,
  updated_at        timestamptz not null default now(),

  constraint ai_conversation_summaries_pkey primary key (org_id, conversation_id, summary_type),
  constraint ai_conversation_summaries_conversation_fkey
    foreign key (org_id, conversation_id) references public.ai_conversations (org_id, id) on delete cascade,
  constraint ai_conversation_summaries_type_known
    check (summary_type in ('executive', 'detailed', 'action_items', 'key_points', 'decisions', 'timeline')),
  constraint ai_conversation_summaries_counts_not_negative check (duration_seconds >= 0 and word_count >= 0 and token_count >= 0)
);
comment on table public.ai_conversation_summaries is 'The latest summary of each kind of a conversation.';
comment on column public.ai_conversation_summaries.action_items is '[{task, owner, due}], owner and due NULL where nobody said.';
comment on column public.ai_conversation_summaries.timeline is '[{at, event}] in order.';
comment on column public.ai_conversation_summaries.duration_seconds is 'From the first to the last message it covers.';
comment on column public.ai_conversation_summaries.token_count is 'Tokens of summary_text (o200k).';
comment on column public.ai_conversation_summaries.compression_ratio is 'Words of the summary by words of what it covers. NULL: nothing was covered.';
comment on column public.ai_conversation_summaries.model_used is 'Exact model id. NULL: the task''s rules made it.';
comment on column public.ai_conversation_summaries.confidence_score is '0..1. NULL: the rules made it.';
comment on column public.ai_conversation_summaries.up_to is 'ai_messages.position of the last message it covers.';

create table public.ai_conversation_topics (
  org_id          uuid not null,
  conversation_id uuid not null,
  topic           text not null,
  category        text not null,
  confidence      numeric(4, 3) not null,
  keywords        text[] not null default '{}',
  related_topics  text[] not null default '{}',
  frequency       integer not null,
  message_indices integer[] not null,
  model_used      text,
  up_to           bigint not null,
  request_id      uuid,
  updated_at      timestamptz not null default now(),

  constraint ai_conversation_topics_pkey primary key (org_id, conversation_id, topic),
  constraint ai_conversation_topics_conversation_fkey
    foreign key (org_id, conversation_id) references public.ai_conversations (org_id, id) on delete cascade,
  constraint ai_conversation_topics_category_known
    check (category in ('technical', 'business', 'personal', 'support', 'general', 'custom')),
  constraint ai_conversation_topics_confidence_bounded check (confidence between 0 and 1),
  constraint ai_conversation_topics_frequency_positive check (frequency >= 0)
);
comment on table public.ai_conversation_topics is 'What a conversation is about, replaced as a whole.';
comment on column public.ai_conversation_topics.frequency is 'Messages that speak of it.';
comment on column public.ai_conversation_topics.message_indices is 'Their places in the conversation, from 1.';
comment on column public.ai_conversation_topics.model_used is 'Exact model id. NULL: the task''s rules found it.';

create table public.ai_conversation_sentiments (
  org_id           uuid not null,
  conversation_id  uuid not null,
  overall          text not null,
  score            numeric(4, 3) not null,
  positive         numeric(4, 3) not null,
  negative         numeric(4, 3) not null,
  neutral          numeric(4, 3) not null,
  emotions         jsonb not null default '{}',
  dominant_emotion text,
  trend            text not null,
  changes          jsonb not null default '[]',
  model_used       text,
  confidence_score numeric(4, 3),
  up_to            bigint not null,
  request_id       uuid,
  updated_at       timestamptz not null default now(),

  constraint ai_conversation_sentiments_pkey primary key (org_id, conversation_id),
  constraint ai_conversation_sentiments_conversation_fkey
    foreign key (org_id, conversation_id) references public.ai_conversations (org_id, id) on delete cascade,
  constraint ai_conversation_sentiments_overall_known check (overall in ('positive', 'negative', 'neutral', 'mixed')),
  constraint ai_conversation_sentiments_trend_known check (trend in ('improving', 'declining', 'stable')),
  constraint ai_conversation_sentiments_score_bounded check (score between -1 and 1)
);
comment on table public.ai_conversation_sentiments is 'In what mood a conversation''s user is.';
comment on column public.ai_conversation_sentiments.score is 'Mean of the user''s messages, -1 … 1.';
comment on column public.ai_conversation_sentiments.positive is 'Share of the messages, 0..1; so are negative and neutral.';
comment on column public.ai_conversation_sentiments.emotions is '{joy, anger, sadness, fear, surprise, trust}: 0..1 each.';
comment on column public.ai_conversation_sentiments.dominant_emotion is 'NULL: none stands out.';
comment on column public.ai_conversation_sentiments.trend is 'How the later half of the messages differs from the earlier one.';
comment on column public.ai_conversation_sentiments.changes is '[{message_index, from, to}]: where the mood turned.';

alter table public.ai_conversation_summaries enable row level security;
alter table public.ai_conversation_topics enable row level security;
alter table public.ai_conversation_sentiments enable row level security;
grant select on public.ai_conversation_summaries, public.ai_conversation_topics, public.ai_conversation_sentiments to authenticated;
grant select, insert, update, delete on public.ai_conversation_summaries, public.ai_conversation_topics, public.ai_conversation_sentiments
to service_role;

-- As private as the conversation itself.
create policy ai_conversation_summaries_select_own on public.ai_conversation_summaries for select to authenticated
  using (exists (select from public.ai_conversations as c where c.org_id = ai_conversation_summaries.org_id and c.id = ai_conversation_summaries.conversation_id));
create policy ai_conversation_topics_select_own on public.ai_conversation_topics for select to authenticated
  using (exists (select from public.ai_conversations as c where c.org_id = ai_conversation_topics.org_id and c.id = ai_conversation_topics.conversation_id));
create policy ai_conversation_sentiments_select_own on public.ai_conversation_sentiments for select to authenticated
  using (exists (select from public.ai_conversations as c where c.org_id = ai_conversation_sentiments.org_id and c.id = ai_conversation_sentiments.conversation_id));

insert into public.ai_setting_definitions (key, type, scopes, default_value, schema, description) values
  ('ai.conversation.insights', 'boolean', '{global,organization,user}', 'true', '{"type":"boolean"}',
    'Whether summaries, topics and mood of conversations are refreshed by themselves after turns. Off: only where somebody asks.');

insert into public.ai_tasks
  (slug, title, description, operation, prompt_key, has_rules, streams, base_tier, critical)
values
  ('conversation-summary', 'Conversation summary', 'Sums a conversation up: in short, in detail, by action items, key points, decisions or time.',
    'chat', 'conversation-summary', true, false, 'small', false),
  ('topic-detection', 'Topic detection', 'Finds what a conversation is about.', 'chat', 'topic-detection', true, false, 'small', false),
  ('sentiment-analysis', 'Sentiment analysis', 'Tells the mood of a conversation and where it turns.', 'chat', 'sentiment-analysis', true, false, 'small', false);
