-- The events of a streamed answer, kept for a client whose connection drops: numbered, deltas put together every 250 ms. What is
-- said in the end is in ai_messages; these are forgotten an hour after they were written.
create table public.ai_turn_events (
  org_id     uuid not null,
  request_id uuid not null,
  last       integer not null,
  first      integer not null,
  user_id    uuid not null,
  event      text not null,
  data       jsonb not null,
  created_at timestamptz not null default now(),

  constraint ai_turn_events_pkey primary key (org_id, request_id, last),
  constraint ai_turn_events_org_id_fkey foreign key (org_id) references public.organizations (id) on delete cascade,
  constraint ai_turn_events_user_id_fkey foreign key (user_id) references auth.users (id) on delete cascade,
  constraint ai_turn_events_numbered check (1 <= first and first <= last)
);

comment on table public.ai_turn_events is 'Events of answers being streamed, for clients that come back. Forgotten after an hour.';
comment on column public.ai_turn_events.last is 'Number of the event; of several deltas the last one''s. From 1.';
comment on column public.ai_turn_events.first is 'Of several deltas the first one''s; else as last.';
comment on column public.ai_turn_events.data is 'As it was sent; of deltas {"texts": […]}, one for each number from first to last.';

create index ai_turn_events_request_idx on public.ai_turn_events (request_id, last);
create index ai_turn_events_user_id_idx on public.ai_turn_events (user_id);
create index ai_turn_events_created_at_idx on public.ai_turn_events (created_at);

alter table public.ai_turn_events enable row level security;
grant select on public.ai_turn_events to authenticated;
grant select, insert, delete on public.ai_turn_events to service_role;

create policy ai_turn_events_select_own on public.ai_turn_events for select to authenticated
  using (user_id = (select auth.uid()) and org_id in (select private.my_org_ids()));

-- One stream over all requests of a run: its events are kept under the run's number, whichever request they come from.
create function public.keep_turn_events(p_org_id uuid, p_user_id uuid, p_request_id uuid, p_events jsonb)
returns boolean
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_stop boolean := public.turn_stop_requested(p_org_id, p_request_id);
  v_run uuid;
begin
  select run.id into v_run from public.ai_agent_runs as run where run.org_id = p_org_id and run.requests @> array[p_request_id];
  -- Of a run only the request that writes now is heard: one that was given up for lost may still be talking.
  if v_run is null or exists (
    select from public.ai_messages as message
    where message.org_id = p_org_id and message.request_id = p_request_id and message.role = 'assistant'
  ) then
    insert into public.ai_turn_events (org_id, request_id, last, first, user_id, event, data, created_at)
    select p_org_id, coalesce(v_run, p_request_id), kept.last, kept.first, p_user_id, kept.event, kept.data, private.clock()
    from jsonb_to_recordset(p_events) as kept (first integer, last integer, event text, data jsonb)
    on conflict do nothing;
  end if;
  return v_stop;
end
$$;

comment on function public.keep_turn_events(uuid, uuid, uuid, jsonb) is
  'Keeps events [{first, last, event, data}] of an answer being written, and says whether it should stop. Service role only.';

create function private.forget_turn_events()
returns void
language sql
set search_path = ''
as $$
  delete from public.ai_turn_events as kept where kept.created_at < private.clock() - interval '1 hour'
$$;

comment on function private.forget_turn_events() is 'Forgets the events of answers an hour after they were written. Called by cron.';

grant execute on function public.keep_turn_events(uuid, uuid, uuid, jsonb) to service_role;
revoke execute on function private.forget_turn_events() from public;

insert into public.ai_setting_definitions
  (key, type, scopes, default_value, schema, description)
values
  ('ai.chat.client_grace', 'duration', '{global,organization}', '"PT30S"',
    '{"type":"string","format":"duration","formatMinimum":"PT0S","formatMaximum":"PT2M"}',
    'How long a chat''s answer is written on after its client has gone, so that it can come back for it.');
