-- Ingestion is a job: steps over many invocations, each short enough for the runtime's limits. Its rows say how far it is, live
-- over Realtime; what it works on (sources, drafts of chunks) is private.

create table public.ingestion_jobs (
  org_id               uuid not null,
  id                   uuid not null default gen_random_uuid(),
  kind                 text not null default 'ingest',
  base_id              uuid not null,
  document_id          uuid,
  name                 text not null,
  created_by           uuid,
  state                text not null default 'queued',
  step                 text not null,
  progress             numeric(4, 3) not null default 0,
  edition              integer,
  chunk_size           integer,
  chunk_overlap        integer,
  batch_size           integer not null,
  context_prefix       boolean not null default false,
  embedding_model      text not null,
  embedding_dimensions integer not null,
  tries                integer not null default 0,
  most_tries           integer not null,
  run_at               timestamptz not null default private.clock(),
  deadline_at          timestamptz not null,
  cursor               jsonb,
  lease_id             uuid,
  busy_until           timestamptz,
  error_code           text,
  problem              text,
  chunk_count          integer,
  created_at           timestamptz not null default private.clock(),
  finished_at          timestamptz,

  constraint ingestion_jobs_pkey primary key (org_id, id),
  constraint ingestion_jobs_base_fkey foreign key (org_id, base_id) references public.knowledge_bases (org_id, id) on delete cascade,
  constraint ingestion_jobs_created_by_fkey foreign key (created_by) references auth.users (id) on delete set null,
  constraint ingestion_jobs_kind_known check (kind in ('ingest', 'reembed')),
  constraint ingestion_jobs_kind_has_its_subject check ((kind = 'ingest') = (document_id is not null)),
  constraint ingestion_jobs_state_known check (state in ('queued', 'running', 'done', 'error', 'cancelled')),
  constraint ingestion_jobs_step_known check (step in ('read', 'embed', 'finish')),
  constraint ingestion_jobs_progress_bounded check (progress between 0 and 1),
  constraint ingestion_jobs_tries_not_negative check (tries >= 0 and most_tries >= 1)
);
comment on table public.ingestion_jobs is 'Processing of a document, or of all passages of a base (reembed). id is the job_id of its requests in the log. Kept when the document is not.';
comment on column public.ingestion_jobs.document_id is 'No foreign key: a file that could not be read leaves no document, but says here why. NULL: reembed.';
comment on column public.ingestion_jobs.step is 'What is done now, or was done last.';
comment on column public.ingestion_jobs.progress is '0 … 1, never going back.';
comment on column public.ingestion_jobs.edition is 'Edition of the document that is being made. NULL: reembed.';
comment on column public.ingestion_jobs.tries is 'Failed tries of the current stretch; 0 again with every stretch that succeeds.';
comment on column public.ingestion_jobs.run_at is 'When the next invocation is due.';
comment on column public.ingestion_jobs.deadline_at is 'When it is given up (kb.processingTimeoutSeconds).';
comment on column public.ingestion_jobs.cursor is 'Where to go on; the step''s own words.';
comment on column public.ingestion_jobs.lease_id is 'The invocation that may write. NULL: none works on it.';
comment on column public.ingestion_jobs.busy_until is 'When whoever was sent, or took it, is given up for lost. NULL: nobody was.';
comment on column public.ingestion_jobs.error_code is 'Code of the last failure, as in an answer''s problem. NULL: none.';
comment on column public.ingestion_jobs.problem is 'The last failure in words.';
comment on column public.ingestion_jobs.chunk_count is 'Passages made. NULL: not finished.';
create index ingestion_jobs_due_idx on public.ingestion_jobs (run_at) where state in ('queued', 'running');
create index ingestion_jobs_document_idx on public.ingestion_jobs (org_id, document_id, created_at desc);
create index ingestion_jobs_base_idx on public.ingestion_jobs (org_id, base_id, created_at desc);
create index ingestion_jobs_created_by_idx on public.ingestion_jobs (created_by);

create table public.ingestion_steps (
  org_id        uuid not null,
  job_id        uuid not null,
  step          text not null,
  place         integer not null,
  done          integer not null default 0,
  total         integer,
  calls         integer not null default 0,
  input_tokens  bigint not null default 0,
  output_tokens bigint not null default 0,
  cost_usd      numeric(18, 9) default 0,
  started_at    timestamptz not null default private.clock(),
  finished_at   timestamptz,

  constraint ingestion_steps_pkey primary key (org_id, job_id, step),
  constraint ingestion_steps_job_fkey foreign key (org_id, job_id) references public.ingestion_jobs (org_id, id) on delete cascade,
  constraint ingestion_steps_step_known check (step in ('read', 'images', 'audio', 'context', 'embed')),
  constraint ingestion_steps_not_negative check (least(done, coalesce(total, 0), calls, input_tokens, output_tokens, coalesce(cost_usd, 0)) >= 0)
);
comment on table public.ingestion_steps is
  'What a job has done, used and paid: read (pages or parts), images (by read-image), audio (minutes, by transcribe-audio), context (passages introduced), embed (passages).';
comment on column public.ingestion_steps.place is 'Order in which they are shown, from 1.';
comment on column public.ingestion_steps.total is 'NULL: not known before the end.';
comment on column public.ingestion_steps.cost_usd is 'US dollars of its provider calls. NULL: one of them has no known price.';

create table private.ingestion_sources (
  org_id       uuid not null,
  job_id       uuid not null,
  mime_type    text not null,
  text         text,
  path         text,
  content_hash text not null,
  size_bytes   bigint not null,

  constraint ingestion_sources_pkey primary key (org_id, job_id),
  constraint ingestion_sources_job_fkey foreign key (org_id, job_id) references public.ingestion_jobs (org_id, id) on delete cascade,
  constraint ingestion_sources_one check (num_nonnulls(text, path) = 1)
);
comment on table private.ingestion_sources is 'What a job under way reads. It becomes the document''s source when the job is done.';
alter table private.ingestion_sources enable row level security;

create table private.chunk_drafts (
  org_id   uuid not null,
  job_id   uuid not null,
  position integer not null,
  chunk    jsonb not null,

  constraint chunk_drafts_pkey primary key (org_id, job_id, position),
  constraint chunk_drafts_job_fkey foreign key (org_id, job_id) references public.ingestion_jobs (org_id, id) on delete cascade
);
comment on table private.chunk_drafts is 'Passages that are cut and not yet embedded.';
alter table private.chunk_drafts enable row level security;

alter table public.ingestion_jobs enable row level security;
alter table public.ingestion_steps enable row level security;
grant select on public.ingestion_jobs, public.ingestion_steps to authenticated;
grant select, insert, update, delete on public.ingestion_jobs, public.ingestion_steps to service_role;

-- security definer: ask rows whose policies ask this; answers for auth.uid() alone.
create function private.my_ingestion_ids()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select job.id
  from public.ingestion_jobs as job
  where job.org_id in (select private.my_org_ids()) and (
    job.created_by = (select auth.uid())
    or job.org_id in (select private.my_org_ids_as('owner', 'admin'))
    or case
      when job.document_id is null then job.base_id in (select private.my_base_ids())
      else job.document_id in (select private.my_document_ids())
    end
  )
$$;
comment on function private.my_ingestion_ids() is 'Jobs the caller may see: his own, those of documents and bases he may read, for owners and admins all.';
grant execute on function private.my_ingestion_ids() to authenticated;

create policy ingestion_jobs_select_readers on public.ingestion_jobs for select to authenticated
  using (org_id in (select private.my_org_ids()) and id in (select private.my_ingestion_ids()));
create policy ingestion_steps_select_readers on public.ingestion_steps for select to authenticated
  using (org_id in (select private.my_org_ids()) and job_id in (select private.my_ingestion_ids()));

-- Live ------------------------------------------------------------------------------------------------------------------------

create function private.ingestion_news(p_org_id uuid, p_job_id uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'job_id', job.id, 'kind', job.kind, 'base_id', job.base_id, 'document_id', job.document_id, 'name', job.name,
    'state', job.state, 'step', job.step, 'progress', job.progress, 'error_code', job.error_code, 'problem', job.problem,
    'chunks', job.chunk_count,
    'steps', coalesce((
      select jsonb_agg(jsonb_build_object('step', s.step, 'done', s.done, 'total', s.total, 'calls', s.calls,
        'input_tokens', s.input_tokens, 'output_tokens', s.output_tokens, 'cost_usd', s.cost_usd) order by s.place)
      from public.ingestion_steps as s where s.org_id = job.org_id and s.job_id = job.id
    ), '[]')
  )
  from public.ingestion_jobs as job
  where job.org_id = p_org_id and job.id = p_job_id
$$;
comment on function private.ingestion_news(uuid, uuid) is 'A job with its steps, as it is broadcast.';

create function private.tell_ingestion()
returns trigger
language plpgsql
security definer -- realtime.send is not everybody's
set search_path = ''
as $$
begin
  perform realtime.send(private.ingestion_news(new.org_id, new.id), 'progress', 'ingestion:' || new.id, true);
  if new.created_by is not null then
    perform realtime.send(private.ingestion_news(new.org_id, new.id), 'progress', 'ingestions:' || new.created_by, true);
  end if;
  return null;
exception when others then
  raise warning 'Cannot broadcast progress: %', sqlerrm; -- news is a courtesy: the rows are the truth
  return null;
end
$$;
comment on function private.tell_ingestion() is 'Broadcasts a job to ingestion:<job id> and to ingestions:<user id> of whoever began it.';
create trigger ingestion_jobs_tell
  after insert or update of state, step, progress on public.ingestion_jobs
  for each row execute function private.tell_ingestion();

create policy ingestion_news_select_readers on realtime.messages for select to authenticated
  using (
    extension = 'broadcast' and (
      (select realtime.topic()) = 'ingestions:' || (select auth.uid())::text
      or ((select realtime.topic()) like 'ingestion:%'
        and substr((select realtime.topic()), 11) in (select mine.id::text from private.my_ingestion_ids() as mine (id)))
    )
  );

revoke execute on function private.ingestion_news(uuid, uuid), private.tell_ingestion() from public;
