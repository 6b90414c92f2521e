-- The job queue: a row here has a task run for it, at least once, with exactly one effect.
--
-- dispatch posts to the task's own function over pg_net with the queue id as idempotency key; ai_settle marks the row done in
-- the transaction that writes the cost, so the effect and the bill cannot part. Cron dispatches again what got no answer.

create table public.ai_job_queue (
  id           uuid        not null default gen_random_uuid(),
  org_id       uuid        not null references public.organizations (id) on delete cascade,
  task         text        not null references public.ai_tasks (slug),
  input        jsonb       not null,
  options      jsonb       not null default '{}',
  status       text        not null default 'pending',
  attempts     integer     not null default 0,
  max_attempts integer     not null default 5,
  run_at       timestamptz not null default private.clock(),
  request_id   uuid,
  result       jsonb,
  meta         jsonb,
  error_code   text,
  created_at   timestamptz not null default private.clock(),
  finished_at  timestamptz,

  constraint ai_job_queue_pkey primary key (org_id, id),
  constraint ai_job_queue_status_known check (status in ('pending', 'running', 'done', 'failed')),
  constraint ai_job_queue_attempts_not_negative check (attempts >= 0 and max_attempts >= 1)
);
comment on table public.ai_job_queue is
  'Tasks to be run by the database itself (triggers, cron). pending → running → done or failed; a failed attempt goes back to pending with a pause.';
comment on column public.ai_job_queue.options is 'The options object of the task call; subject and the like. The idempotency key is added.';
comment on column public.ai_job_queue.result is 'data of the envelope.';
comment on column public.ai_job_queue.meta is 'meta of the envelope: model, cost, confidence, action.';
comment on column public.ai_job_queue.run_at is 'When to dispatch next; while running, when to give the attempt up for lost.';
create index ai_job_queue_due_idx on public.ai_job_queue (org_id, run_at) where status in ('pending', 'running');
create index ai_job_queue_task_idx on public.ai_job_queue (task);

alter table public.ai_job_queue enable row level security;
grant select on public.ai_job_queue to authenticated;
grant select, insert, update, delete on public.ai_job_queue to service_role;
create policy ai_job_queue_select_managed on public.ai_job_queue
  for select to authenticated using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')));

create function private.dispatch_jobs(p_limit integer default 50)
returns integer
language plpgsql
security definer -- reads the Vault and calls pg_net, which no API role may
set search_path = ''
as $$
declare
  -- Longer than a request may take with its hold: an attempt given up for lost cannot still be running.
  c_lease constant interval := interval '8 minutes';
  v_now    timestamptz := private.clock();
  v_access private.project_access;
  v_line   record;
  v_job    public.ai_job_queue;
  v_sent   integer := 0;
begin
  v_access := private.project_access();
  if v_access is null then
    return 0; -- not set up yet: the rows wait
  end if;
  for v_line in
    -- Organizations take turns: one that imports thousands of leads waits for itself, and the others do not wait for it. Only the
    -- head of each line is read, however long it is.
    with recursive waiting as (
      (select due.org_id from public.ai_job_queue as due where due.status in ('pending', 'running') order by due.org_id limit 1)
      union all
      select (
        select due.org_id from public.ai_job_queue as due
        where due.status in ('pending', 'running') and due.org_id > waiting.org_id order by due.org_id limit 1
      )
      from waiting where waiting.org_id is not null
    )
    select waiting.org_id, head.id
    from waiting
    cross join lateral (
      select due.id, due.run_at, row_number() over (order by due.run_at) as turn
      from public.ai_job_queue as due
      where due.org_id = waiting.org_id and due.status in ('pending', 'running') and due.run_at <= v_now
      order by due.run_at limit p_limit
    ) as head
    order by head.turn, head.run_at
    limit p_limit
  loop
    select * into v_job from public.ai_job_queue as j
    where j.org_id = v_line.org_id and j.id = v_line.id and j.status in ('pending', 'running') and j.run_at <= v_now
    for update skip locked;
    continue when not found;
    if v_job.attempts >= v_job.max_attempts then
      update public.ai_job_queue as j set status = 'failed', error_code = coalesce(j.error_code, 'timeout'), finished_at = v_now
      where j.org_id = v_job.org_id and j.id = v_job.id;
      continue;
    end if;
    perform private.call_function(v_access, v_job.task, jsonb_build_object(
      'input', v_job.input, 'org_id', v_job.org_id, 'options', v_job.options || jsonb_build_object('idempotency_key', 'queue:' || v_job.id)
    ), 120000);
    update public.ai_job_queue as j
    set status = 'running', attempts = j.attempts + 1, run_at = v_now + c_lease
    where j.org_id = v_job.org_id and j.id = v_job.id;
    v_sent := v_sent + 1;
  end loop;
  return v_sent;
end
$$;
comment on function private.dispatch_jobs(integer) is
  'Posts due queue rows to their functions. Called by the queue''s trigger and by cron. Returns how many were sent; 0 until Vault has project_url and automations_key.';

create function private.dispatch_new_jobs()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform private.dispatch_jobs();
  return null;
exception when others then
  -- A missing extension or a broken network must not refuse the business row: cron dispatches later.
  raise warning 'Cannot dispatch jobs now: %', sqlerrm;
  return null;
end
$$;
comment on function private.dispatch_new_jobs() is 'Dispatches as soon as a row is queued; pg_net sends when the transaction commits.';
create trigger ai_job_queue_dispatch
  after insert on public.ai_job_queue
  for each statement execute function private.dispatch_new_jobs();

create function private.finish_queued(
  p_org_id uuid, p_queue_id text, p_request_id uuid, p_error_code text, p_answer jsonb, p_now timestamptz
)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if p_queue_id is null then
    return;
  end if;
  if p_answer is not null then
    update public.ai_job_queue as j
    set status = 'done', request_id = p_request_id, result = p_answer -> 'data', meta = p_answer -> 'meta', error_code = null, finished_at = p_now
    where j.org_id = p_org_id and j.id = p_queue_id::uuid and j.status in ('pending', 'running');
  else
    update public.ai_job_queue as j
    set status = case when j.attempts >= j.max_attempts then 'failed' else 'pending' end,
        request_id = p_request_id, error_code = p_error_code,
        run_at = p_now + interval '30 seconds' * power(2, least(j.attempts, 6)),
        finished_at = case when j.attempts >= j.max_attempts then p_now end
    where j.org_id = p_org_id and j.id = p_queue_id::uuid and j.status in ('pending', 'running');
  end if;
end
$$;
comment on function private.finish_queued(uuid, text, uuid, text, jsonb, timestamptz) is
  'Marks the queue row a request was made for done, or pending again with a growing pause. Nothing when there is none.';

revoke execute on all functions in schema private from public;
