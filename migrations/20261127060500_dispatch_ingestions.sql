-- Who calls the invocations of a job: the job itself when it hands over, and cron for what was lost on the way.

create function private.dispatch_ingestions(p_at_once integer default 4)
returns integer
language plpgsql
security definer -- reads the Vault and calls pg_net, which no API role may
set search_path = ''
as $$
declare
  v_now    timestamptz := private.clock();
  v_access private.project_access;
  v_job    public.ingestion_jobs;
  v_sent   integer := 0;
begin
  v_access := private.project_access();
  if v_access is null then
    return 0; -- not set up yet: the rows wait
  end if;
  for v_job in
    -- Organizations take turns: what is busy of one counts as its turn.
    select job.* from public.ingestion_jobs as job
    join (
      select waiting.org_id, waiting.id,
        row_number() over (partition by waiting.org_id order by waiting.busy_until > v_now desc nulls last, waiting.run_at) as turn
      from public.ingestion_jobs as waiting
      where waiting.state in ('queued', 'running') and (waiting.run_at <= v_now or waiting.busy_until > v_now)
    ) as line on line.org_id = job.org_id and line.id = job.id
    where job.state in ('queued', 'running') and job.run_at <= v_now and coalesce(job.busy_until <= v_now, true)
    order by line.turn, job.run_at
    -- More at once would only share the same isolate's memory.
    limit greatest(0, p_at_once - (
      select count(*) from public.ingestion_jobs as busy where busy.state in ('queued', 'running') and busy.busy_until > v_now))
    for update of job skip locked
  loop
    if v_job.deadline_at <= v_now then
      perform private.end_ingestion(v_job, 'error', 'timeout', 'Cannot ingest: it took longer than kb.processingTimeoutSeconds', true);
      continue;
    end if;
    perform private.call_function(v_access, 'ingest-document',
      jsonb_build_object('input', jsonb_build_object('job_id', v_job.id), 'org_id', v_job.org_id), 150000);
    -- Taken by nobody within the time, it is sent again.
    update public.ingestion_jobs as job set busy_until = v_now + interval '60 seconds'
    where job.org_id = v_job.org_id and job.id = v_job.id;
    v_sent := v_sent + 1;
  end loop;
  return v_sent;
exception when others then
  raise warning 'Cannot dispatch ingestions now: %', sqlerrm; -- cron does it later
  return 0;
end
$$;
comment on function private.dispatch_ingestions(integer) is
  'Posts due jobs to ingest-document, so many at once. Called whenever a job is due and by cron. Returns how many were sent; 0 until Vault has project_url and automations_key.';

create function private.dispatch_new_ingestions()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform private.dispatch_ingestions();
  return null;
end
$$;
comment on function private.dispatch_new_ingestions() is 'Dispatches as soon as a job is begun; pg_net sends when the transaction commits.';
create trigger ingestion_jobs_dispatch
  after insert on public.ingestion_jobs
  for each statement execute function private.dispatch_new_ingestions();

-- Uploads nobody asked to ingest: a browser that was closed too early. ------------------------------------------------------------

create function private.ingest_orphans(p_after interval default '10 minutes')
returns integer
language plpgsql
security definer -- acts for the uploader, whose session is over
set search_path = ''
as $$
declare
  v_access private.project_access;
  v_found  integer := 0;
  v_file   record;
begin
  v_access := private.project_access();
  if v_access is null then
    return 0;
  end if;
  for v_file in
    select o.name, private.organization_of_path(o.name) as org_id
    from storage.objects as o
    where o.bucket_id = 'knowledge' and o.created_at < private.clock() - p_after
      and exists (select from public.organizations as organization where organization.id = private.organization_of_path(o.name))
      and not exists (select from public.documents as d where d.storage_path = o.name)
      and not exists (select from private.ingestion_sources as s where s.path = o.name)
      and not exists (select from private.file_removals as r where r.path = o.name)
    order by o.created_at
    limit 20
  loop
    -- Never asked for twice: what cannot be ingested then is removed.
    if exists (select from private.orphans as orphan where orphan.path = v_file.name) then
      perform private.remove_file(v_file.name);
      continue;
    end if;
    insert into private.orphans (path) values (v_file.name);
    perform private.call_function(v_access, 'ingest-document',
      jsonb_build_object('input', jsonb_build_object('path', v_file.name), 'org_id', v_file.org_id), 150000);
    v_found := v_found + 1;
  end loop;
  delete from private.orphans as orphan
  where not exists (select from storage.objects as o where o.bucket_id = 'knowledge' and o.name = orphan.path)
    or exists (select from public.documents as d where d.storage_path = orphan.path);
  return v_found;
end
$$;
comment on function private.ingest_orphans(interval) is
  'Ingests uploads that no document and no job refers to. Called by cron, which asks once: an orphan that cannot be ingested is removed with the next sweep.';

create table private.orphans (
  path     text not null,
  found_at timestamptz not null default private.clock(),
  constraint orphans_pkey primary key (path)
);
comment on table private.orphans is 'Uploads that the sweep has had ingested.';
alter table private.orphans enable row level security;

create function private.forget_ingestions()
returns integer
language sql
security definer -- cron's own
set search_path = ''
as $$
  with gone as (
    delete from public.ingestion_jobs as job
    where job.state not in ('queued', 'running') and job.finished_at < private.clock() - interval '30 days'
    returning 1
  )
  select count(*)::integer from gone
$$;
comment on function private.forget_ingestions() is 'Deletes jobs that ended more than 30 days ago. Returns how many.';

revoke execute on function private.dispatch_ingestions(integer), private.dispatch_new_ingestions(), private.ingest_orphans(interval),
  private.forget_ingestions() from public;
