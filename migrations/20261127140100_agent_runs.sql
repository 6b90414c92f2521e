-- An answer of an agent that takes longer than one request goes on as a job: slices, each a request of its own under one job_id.
create table public.ai_agent_runs (
  org_id          uuid not null,
  id              uuid not null,
  user_id         uuid not null,
  conversation_id uuid not null,
  message_id      uuid not null,
  job_id          uuid not null,
  requests        uuid[] not null,
  wishes          jsonb not null default '{}',
  language        text not null,
  spent_usd       numeric not null default 0,
  active_ms       bigint not null default 0,
  events          integer not null default 0,
  attempts        integer not null default 0,
  cut             boolean not null default false,
  run_at          timestamptz,
  busy_until      timestamptz,
  handed_over_at  timestamptz,
  created_at      timestamptz not null default private.clock(),
  ended_at        timestamptz,

  constraint ai_agent_runs_pkey primary key (org_id, id),
  constraint ai_agent_runs_message_key unique (org_id, conversation_id, message_id),
  constraint ai_agent_runs_message_fkey foreign key (org_id, conversation_id, message_id)
    references public.ai_messages (org_id, conversation_id, id) on delete cascade,
  constraint ai_agent_runs_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint ai_agent_runs_totals_not_negative check (spent_usd >= 0 and active_ms >= 0 and events >= 0 and attempts >= 0)
);

comment on table public.ai_agent_runs is
  'Answers of agents over all their requests. How far one is, its message says (ai_messages.status); here is what all requests of it come to.';
comment on column public.ai_agent_runs.id is 'The request that began it. Its events are kept under this number, whichever request sends them.';
comment on column public.ai_agent_runs.user_id is 'Whose verified request began it, and with whose rights it goes on.';
comment on column public.ai_agent_runs.job_id is 'ai_request_logs.job_id of all its requests: the caller''s, else id.';
comment on column public.ai_agent_runs.requests is 'Its requests, in order.';
comment on column public.ai_agent_runs.wishes is 'What the first request asked admission for (models, importance, complexity and the like); the others ask for the same.';
comment on column public.ai_agent_runs.spent_usd is 'US dollars of all requests that have ended.';
comment on column public.ai_agent_runs.active_ms is 'Milliseconds that requests worked; waiting for the user or the queue is not counted.';
comment on column public.ai_agent_runs.events is 'Number of the last event known to be kept.';
comment on column public.ai_agent_runs.attempts is 'How often in a row it was taken up and came no further.';
comment on column public.ai_agent_runs.cut is 'Whether its last request ran out of time while the model answered: the next one tells the model so.';
comment on column public.ai_agent_runs.run_at is 'When the queue takes it up next. NULL: it does not wait for the queue.';
comment on column public.ai_agent_runs.busy_until is 'When a request that is working is given up for lost. NULL: none is.';
comment on column public.ai_agent_runs.handed_over_at is 'When the queue took over from the caller. NULL: it has not.';

create index ai_agent_runs_requests_idx on public.ai_agent_runs using gin (requests);
create index ai_agent_runs_user_id_idx on public.ai_agent_runs (user_id);
create index ai_agent_runs_waiting_idx on public.ai_agent_runs (coalesce(run_at, busy_until)) where run_at is not null or busy_until is not null;

alter table public.ai_agent_runs enable row level security;
grant select on public.ai_agent_runs to authenticated;
grant select, insert, update, delete on public.ai_agent_runs to service_role;
create policy ai_agent_runs_select_own on public.ai_agent_runs for select to authenticated
  using (user_id = (select auth.uid()) and org_id in (select private.my_org_ids()));

-- What works on without its caller may take its time.

insert into public.ai_setting_definitions
  (key, type, scopes, default_value, schema, description)
values
  ('ai.chat.slice', 'duration', '{global,organization}', '"PT1M"',
    '{"type":"string","format":"duration","formatMinimum":"PT0S","formatMaximum":"PT90S"}',
    'How long an agent works within one request, up to the end of a step; then it goes on as a job, in further requests.');
