-- Tools: what an organization lets its assistants do, and every call of one. A tool's description and schema are told to models;
-- what it finds is data, never an instruction.
create table public.ai_tools (
  org_id        uuid not null,
  id            uuid not null default gen_random_uuid(),
  name          text not null,
  title         text not null,
  description   text not null,
  kind          text not null,
  parameters    jsonb not null,
  config        jsonb not null default '{}',
  writes        boolean not null default false,
  approval      text not null default 'writes',
  min_role      text not null default 'member',
  rate_limit    integer not null default 60,
  timeout_ms    integer not null default 15000,
  enabled       boolean not null default false,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now(),
  mcp_server_id uuid,

  constraint ai_tools_pkey primary key (org_id, id),
  constraint ai_tools_org_id_fkey foreign key (org_id) references public.organizations (id) on delete cascade,
  constraint ai_tools_name_key unique (org_id, name),
  constraint ai_tools_name_callable check (name ~ '^[a-zA-Z][a-zA-Z0-9_-]{0,63}$'),
  constraint ai_tools_texts_bounded check (length(btrim(title)) between 1 and 100 and length(btrim(description)) between 1 and 2000),
  constraint ai_tools_kind_known check (kind in ('builtin', 'task', 'http', 'mcp')),
  constraint ai_tools_parameters_object check (
    jsonb_typeof(parameters) = 'object' and parameters ->> 'type' = 'object' and pg_column_size(parameters) <= 32768
  ),
  constraint ai_tools_config_object check (jsonb_typeof(config) = 'object' and pg_column_size(config) <= 32768),
  constraint ai_tools_approval_known check (approval in ('never', 'writes', 'always')),
  constraint ai_tools_min_role_known check (min_role in ('guest', 'member', 'manager', 'admin', 'owner')),
  constraint ai_tools_rate_limit_bounded check (rate_limit between 1 and 10000),
  constraint ai_tools_timeout_ms_bounded check (timeout_ms between 100 and 60000)
);

comment on table public.ai_tools is 'What assistants of an organization may do, beside talking. An assistant has the tools its configuration names.';
comment on column public.ai_tools.name is 'What models call it by.';
comment on column public.ai_tools.description is 'What it does and when to use it: told to models.';
comment on column public.ai_tools.kind is
  'builtin: config.builtin names it; task: runs the Signalbox task config.task; http: requests to config.hosts; mcp: a tool of an MCP server.';
comment on column public.ai_tools.parameters is 'JSON Schema (2020-12) of the arguments. Arguments that do not fit it are never executed.';
comment on column public.ai_tools.config is 'How it is carried out. Not readable over the API.';
comment on column public.ai_tools.writes is 'Whether it changes anything outside the conversation.';
comment on column public.ai_tools.approval is
  'When the user is asked first: never, writes = if the tool writes, always. After material of others has come in, a tool that writes always asks.';
comment on column public.ai_tools.min_role is 'Least role of a user whose assistant may use it.';
comment on column public.ai_tools.rate_limit is 'Most calls a minute, of the whole organization.';
comment on column public.ai_tools.timeout_ms is 'Milliseconds after which a call is given up.';
comment on column public.ai_tools.mcp_server_id is 'The MCP server it is a tool of. NULL: of none.';

create trigger ai_tools_touch before update on public.ai_tools for each row execute function private.touch_updated_at();
-- The first tools of a new organization are nobody's change.
create trigger ai_tools_audit after insert or update or delete on public.ai_tools
  for each row when (pg_trigger_depth() = 0) execute function private.audit_change('org_id');

create table public.ai_tool_calls (
  org_id          uuid not null,
  id              uuid not null default gen_random_uuid(),
  conversation_id uuid not null,
  message_id      uuid not null,
  request_id      uuid not null,
  user_id         uuid not null,
  assistant_id    uuid,
  step            integer not null,
  said            text not null default '',
  call_id         text not null,
  tool            text not null,
  arguments       text not null,
  writes          boolean not null default false,
  status          text not null,
  result          text,
  error_code      text,
  latency_ms      integer,
  created_at      timestamptz not null default now(),
  decided_at      timestamptz,
  ended_at        timestamptz,
  citations       jsonb,

  constraint ai_tool_calls_pkey primary key (org_id, id),
  constraint ai_tool_calls_message_fkey foreign key (org_id, conversation_id, message_id)
    references public.ai_messages (org_id, conversation_id, id) on delete cascade,
  constraint ai_tool_calls_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint ai_tool_calls_status_known check (
    status in ('awaiting_approval', 'approved', 'denied', 'running', 'succeeded', 'failed')
  ),
  constraint ai_tool_calls_step_positive check (step >= 1),
  constraint ai_tool_calls_texts_bounded check (
    length(call_id) <= 200 and length(tool) <= 200 and length(arguments) <= 100000 and length(said) <= 400000 and length(result) <= 100000
  ),
  constraint ai_tool_calls_citations_listed check (jsonb_typeof(citations) = 'array' and length(citations::text) <= 100000)
);

comment on table public.ai_tool_calls is 'Every tool call of a turn. Written by the service role; the user decides about those that wait for him.';
comment on column public.ai_tool_calls.message_id is 'The answer it was made for.';
comment on column public.ai_tool_calls.request_id is 'ai_request_logs.id of the request that asked for it.';
comment on column public.ai_tool_calls.assistant_id is 'Who called; no reference, so that it outlives the assistant. NULL: the plain assistant.';
comment on column public.ai_tool_calls.step is 'Calls of one step were asked for together. From 1.';
comment on column public.ai_tool_calls.said is 'What the model said before it called, with the first call of the step.';
comment on column public.ai_tool_calls.call_id is 'The model''s own id of the call.';
comment on column public.ai_tool_calls.arguments is 'As the model wrote them, well-formed or not.';
comment on column public.ai_tool_calls.status is
  'awaiting_approval → approved or denied by the user; running; succeeded; failed: error_code says why, result what the model was told.';
comment on column public.ai_tool_calls.result is 'What the model was told. NULL: nothing yet.';
comment on column public.ai_tool_calls.latency_ms is 'Milliseconds of carrying it out. NULL: not carried out.';
comment on column public.ai_tool_calls.citations is
  'Sources of the result, numbered from 1 as the model was told: [{source, document_id, chunk_id, page}]. NULL: it has none. They may be gone, or no longer the user''s to read.';

create index ai_tool_calls_message_idx on public.ai_tool_calls (org_id, conversation_id, message_id, step);
create index ai_tool_calls_rate_idx on public.ai_tool_calls (org_id, tool, created_at desc);
create index ai_tool_calls_user_id_idx on public.ai_tool_calls (user_id);

-- Who may see and change what ------------------------------------------------------------------------------------------------

alter table public.ai_tools enable row level security;
alter table public.ai_tool_calls enable row level security;

-- Not config: it names hosts and secrets. save_tool writes it.
grant select (
  org_id, id, name, title, description, kind, parameters, writes, approval, min_role, rate_limit, timeout_ms, enabled, created_at,
  updated_at
) on public.ai_tools to authenticated;
grant insert, delete on public.ai_tools to authenticated;
grant update (
  name, title, description, parameters, config, writes, approval, min_role, rate_limit, timeout_ms, enabled
) on public.ai_tools to authenticated;
grant select on public.ai_tool_calls to authenticated;
grant update (status, decided_at) on public.ai_tool_calls to authenticated;
grant select, insert, update, delete on public.ai_tools, public.ai_tool_calls to service_role;
grant select (mcp_server_id) on public.ai_tools to authenticated;

create policy ai_tools_select_members on public.ai_tools for select to authenticated
  using (
    org_id in (select private.my_org_ids_as('owner', 'admin'))
    or (
      enabled and org_id in (select private.my_org_ids())
      and private.role_rank(private.my_role(org_id)) >= private.role_rank(min_role)
    )
  );

create policy ai_tools_insert_admins on public.ai_tools for insert to authenticated
  with check (org_id in (select private.my_org_ids_as('owner', 'admin')));

create policy ai_tools_update_admins on public.ai_tools for update to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin')));

create policy ai_tools_delete_admins on public.ai_tools for delete to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin')));

create policy ai_tool_calls_select_own on public.ai_tool_calls for select to authenticated
  using (user_id = (select auth.uid()) and org_id in (select private.my_org_ids()));

create policy ai_tool_calls_decide_own on public.ai_tool_calls for update to authenticated
  using (user_id = (select auth.uid()) and org_id in (select private.my_org_ids()) and status = 'awaiting_approval')
  with check (user_id = (select auth.uid()) and status in ('approved', 'denied'));
