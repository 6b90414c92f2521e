-- Re-embedding: a base changes its model or the length of its vectors. Every document gets a new edition of the same passages with new
-- vectors, written in the background; the last stretch shows all of them and changes the base, in one transaction. Until then searches
-- find the old ones.

create table private.reembedded_documents (
  org_id       uuid not null,
  job_id       uuid not null,
  document_id  uuid not null,
  from_edition integer not null,
  edition      integer not null,

  constraint reembedded_documents_pkey primary key (org_id, job_id, document_id),
  constraint reembedded_documents_job_fkey foreign key (org_id, job_id) references public.ingestion_jobs (org_id, id) on delete cascade,
  constraint reembedded_documents_document_fkey
    foreign key (org_id, document_id) references public.documents (org_id, id) on delete cascade
);
comment on table private.reembedded_documents is 'Documents of a base that is being re-embedded: the edition that is seen, and the one that is being made of it.';
create index reembedded_documents_document_idx on private.reembedded_documents (org_id, document_id);
alter table private.reembedded_documents enable row level security;

create function private.list_for_reembedding(p_job public.ingestion_jobs)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_listed integer;
begin
  -- Editions that were made of what is no longer seen are of no use.
  delete from public.document_chunks as c using private.reembedded_documents as r, public.documents as d
  where r.org_id = p_job.org_id and r.job_id = p_job.id and d.org_id = r.org_id and d.id = r.document_id and d.edition <> r.from_edition
    and c.org_id = r.org_id and c.document_id = r.document_id and c.edition = r.edition;
  delete from private.reembedded_documents as r using public.documents as d
  where r.org_id = p_job.org_id and r.job_id = p_job.id and d.org_id = r.org_id and d.id = r.document_id and d.edition <> r.from_edition;
  insert into private.reembedded_documents (org_id, job_id, document_id, from_edition, edition)
  select d.org_id, p_job.id, d.id, d.edition, 1 + greatest(
    d.edition,
    (select max(c.edition) from public.document_chunks as c where c.org_id = d.org_id and c.document_id = d.id),
    (select job.edition from public.ingestion_jobs as job where job.org_id = d.org_id and job.id = d.attempt_id))
  from public.documents as d
  where d.org_id = p_job.org_id and d.base_id = p_job.base_id and d.processed_at is not null
  on conflict do nothing;
  get diagnostics v_listed = row_count;
  return v_listed;
end
$$;
comment on function private.list_for_reembedding(public.ingestion_jobs) is
  'Lists documents of the base that are not listed yet or were replaced meanwhile. Returns how many.';

create function private.reembed_base(p_base_id uuid, p_model text, p_dimensions integer)
returns uuid
language plpgsql
security definer -- begins what nobody may write; checks that the base is the caller's to manage
set search_path = ''
as $$
declare
  v_trusted  boolean := coalesce(private.is_trusted(), false);
  v_now      timestamptz := private.clock();
  v_base     public.knowledge_bases;
  v_settings jsonb;
  v_model    text;
  v_length   integer;
  v_job      public.ingestion_jobs;
  v_total    integer;
begin
  select b.* into v_base from public.knowledge_bases as b
  where b.id = p_base_id and (v_trusted or b.id in (select private.my_base_ids()))
  for update;
  if not found then
    raise exception 'Cannot re-embed: there is no such base' using errcode = 'PT404';
  elsif not v_trusted and v_base.org_id not in (select private.my_org_ids_as('owner', 'admin', 'manager')) then
    raise exception 'Cannot re-embed: it takes the role of a manager' using errcode = 'PT403';
  elsif exists (
    select from public.ingestion_jobs as job
    where job.org_id = v_base.org_id and job.base_id = v_base.id and job.kind = 'reembed' and job.state in ('queued', 'running')
  ) then
    raise exception 'Cannot re-embed: it is being done' using errcode = 'PT409';
  end if;
  v_settings := private.settings_for(v_base.org_id, auth.uid(), 'kb.');
  v_model := coalesce(p_model, v_base.embedding_model, v_settings ->> 'kb.embeddingModel');
  select least(m.dimensions, 1536) into v_length from public.ai_models as m
  where m.model = v_model and m.kind = 'embedding' and m.active and (m.org_id is null or m.org_id = v_base.org_id)
  limit 1;
  if not found then
    raise exception 'Cannot re-embed: % is no active embedding model', v_model using errcode = 'PT404';
  elsif p_dimensions > v_length or p_dimensions < 64 then
    raise exception 'Cannot re-embed: % has vectors of 64 to % dimensions', v_model, v_length using errcode = 'PT400';
  end if;
  insert into public.ingestion_jobs as job
    (org_id, kind, base_id, name, created_by, step, batch_size, embedding_model, embedding_dimensions, most_tries, deadline_at)
  values (v_base.org_id, 'reembed', v_base.id, v_base.name, auth.uid(), 'embed', (v_settings ->> 'kb.batchSize')::integer, v_model,
    coalesce(p_dimensions, v_length), 1 + (v_settings ->> 'kb.retryAttempts')::integer, v_now + interval '7 days')
  returning job.* into v_job;
  perform private.list_for_reembedding(v_job);
  select coalesce(sum(d.chunk_count), 0) into v_total from public.documents as d
  where d.org_id = v_base.org_id and d.base_id = v_base.id and d.processed_at is not null;
  perform private.count_steps(v_job, jsonb_build_array(jsonb_build_object('step', 'embed', 'done', 0, 'total', v_total)));
  return v_job.id;
end
$$;
comment on function private.reembed_base(uuid, text, integer) is 'Body of public.reembed_base.';
grant execute on function private.reembed_base(uuid, text, integer) to authenticated, service_role;

create function public.reembed_base(p_base_id uuid, p_model text default null, p_dimensions integer default null)
returns uuid
language sql
security invoker
set search_path = ''
as $$
  select private.reembed_base(p_base_id, p_model, p_dimensions)
$$;
comment on function public.reembed_base(uuid, text, integer) is
  'Embeds all passages of a base anew, by another model or in another length (up to 1,536), in the background. Returns the job. For managers.';
grant execute on function public.reembed_base(uuid, text, integer) to authenticated, service_role;

create function private.take_passages_to_reembed(p_job public.ingestion_jobs, p_limit integer)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with waiting as (
    select c.id, c.section, c.content, c.context
    from private.reembedded_documents as r
    join public.documents as d on d.org_id = r.org_id and d.id = r.document_id and d.edition = r.from_edition
    join public.document_chunks as c on c.org_id = r.org_id and c.document_id = r.document_id and c.edition = r.from_edition
    where r.org_id = p_job.org_id and r.job_id = p_job.id
      and not exists (
        select from public.document_chunks as made
        where made.org_id = c.org_id and made.document_id = c.document_id and made.edition = r.edition and made.position = c.position
      )
  ),
  next as (select w.* from waiting as w limit p_limit)
  select jsonb_build_object(
    'left', (select count(*) from waiting),
    'passages', coalesce((
      select jsonb_agg(jsonb_build_object('id', next.id, 'section', next.section, 'content', next.content, 'context', next.context)) from next
    ), '[]')
  )
$$;
comment on function private.take_passages_to_reembed(public.ingestion_jobs, integer) is 'The next passages to embed anew, and how many are left with them.';

create function public.replace_vectors(
  p_org_id uuid, p_job_id uuid, p_lease_id uuid, p_embeddings jsonb, p_embedding_model text, p_steps jsonb, p_release boolean
)
returns void
language plpgsql
security definer -- writes passages, which nobody else may; executable by the service role alone
set search_path = ''
as $$
declare
  v_job public.ingestion_jobs := private.ingestion_in_hand(p_org_id, p_job_id, p_lease_id);
begin
  insert into public.document_chunks (
    org_id, base_id, document_id, edition, position, content, section, context, page, char_start, char_end, type, language,
    token_count, embedding, embedding_model
  )
  select c.org_id, c.base_id, c.document_id, r.edition, c.position, c.content, c.section, c.context, c.page, c.char_start, c.char_end,
    c.type, c.language, c.token_count, (given.item ->> 'embedding')::extensions.vector, p_embedding_model
  from jsonb_array_elements(p_embeddings) as given (item)
  join public.document_chunks as c on c.org_id = v_job.org_id and c.id = (given.item ->> 'id')::uuid
  join private.reembedded_documents as r
    on r.org_id = c.org_id and r.job_id = v_job.id and r.document_id = c.document_id and r.from_edition = c.edition;
  perform private.advance_ingestion(v_job, 'embed', v_job.cursor, p_steps, p_release);
end
$$;
comment on function public.replace_vectors(uuid, uuid, uuid, jsonb, text, jsonb, boolean) is
  'Writes passages of a base again with their new vectors [{id, embedding}] into editions that nobody sees yet.';
grant execute on function public.replace_vectors(uuid, uuid, uuid, jsonb, text, jsonb, boolean) to service_role;

create function public.finish_reembedding(p_org_id uuid, p_job_id uuid, p_lease_id uuid)
returns jsonb
language plpgsql
security definer -- shows passages, which nobody else may; executable by the service role alone
set search_path = ''
as $$
declare
  v_job   public.ingestion_jobs := private.ingestion_in_hand(p_org_id, p_job_id, p_lease_id);
  v_count integer;
begin
  -- Nobody begins an ingestion by the old model while the base changes.
  perform from public.knowledge_bases as b where b.org_id = v_job.org_id and b.id = v_job.base_id for update;
  perform from public.documents as d where d.org_id = v_job.org_id and d.base_id = v_job.base_id order by d.id for update;
  if private.list_for_reembedding(v_job) > 0 then
    return jsonb_build_object('finished', false);
  end if;
  update public.documents as d set edition = r.edition
  from private.reembedded_documents as r
  where r.org_id = v_job.org_id and r.job_id = v_job.id and d.org_id = r.org_id and d.id = r.document_id;
  delete from public.document_chunks as c using private.reembedded_documents as r
  where r.org_id = v_job.org_id and r.job_id = v_job.id and c.org_id = r.org_id and c.document_id = r.document_id and c.edition = r.from_edition;
  update public.knowledge_bases as b
  set embedding_model = v_job.embedding_model, embedding_dimensions = v_job.embedding_dimensions
  where b.org_id = v_job.org_id and b.id = v_job.base_id;
  -- What is under way by the old model is made by the new one.
  update public.ingestion_jobs as job
  set embedding_model = v_job.embedding_model, embedding_dimensions = v_job.embedding_dimensions
  where job.org_id = v_job.org_id and job.base_id = v_job.base_id and job.kind = 'ingest' and job.state in ('queued', 'running')
    and not exists (
      select from public.document_chunks as c
      where c.org_id = job.org_id and c.document_id = job.document_id and c.edition = job.edition
    );
  select count(*) into v_count from public.document_chunks as c
  join private.reembedded_documents as r on r.org_id = c.org_id and r.document_id = c.document_id and r.edition = c.edition
  where r.org_id = v_job.org_id and r.job_id = v_job.id;
  delete from private.reembedded_documents as r where r.org_id = v_job.org_id and r.job_id = v_job.id;
  update public.ingestion_jobs as job
  set state = 'done', step = 'finish', progress = 1, chunk_count = v_count, error_code = null, problem = null,
      finished_at = private.clock(), lease_id = null, busy_until = null
  where job.org_id = v_job.org_id and job.id = v_job.id;
  return jsonb_build_object('finished', true, 'chunks', v_count, 'language', null);
end
$$;
comment on function public.finish_reembedding(uuid, uuid, uuid) is
  'Shows the new editions of all documents of the base and changes its model, in one transaction; finished = false when documents came in meanwhile and there is more to embed.';
grant execute on function public.finish_reembedding(uuid, uuid, uuid) to service_role;

create function private.drop_reembedding()
returns trigger
language plpgsql
security definer -- clears what nobody may write
set search_path = ''
as $$
begin
  delete from public.document_chunks as c using private.reembedded_documents as r
  where r.org_id = new.org_id and r.job_id = new.id and c.org_id = r.org_id and c.document_id = r.document_id and c.edition = r.edition;
  delete from private.reembedded_documents as r where r.org_id = new.org_id and r.job_id = new.id;
  return null;
end
$$;
comment on function private.drop_reembedding() is 'Clears the unseen editions of a re-embedding that was cancelled or failed.';
create trigger ingestion_jobs_drop_reembedding
  after update of state on public.ingestion_jobs
  for each row when (new.kind = 'reembed' and new.state in ('error', 'cancelled') and old.state in ('queued', 'running'))
  execute function private.drop_reembedding();

create function private.embedding_space(p_org_id uuid, p_base_ids uuid[])
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object('model', b.embedding_model, 'dimensions', b.embedding_dimensions)
  from public.knowledge_bases as b
  where b.org_id = p_org_id and (p_base_ids is null or b.id = any (p_base_ids))
  group by b.embedding_model, b.embedding_dimensions
  order by sum((select coalesce(sum(d.chunk_count), 0) from public.documents as d where d.org_id = b.org_id and d.base_id = b.id)) desc
  limit 1
$$;
comment on function private.embedding_space(uuid, uuid[]) is
  'Model and length of the vectors that most passages of these bases have; model NULL: kb.embeddingModel. A question can be embedded in one space at a time: passages of others are found by words.';
grant execute on function private.embedding_space(uuid, uuid[]) to authenticated, service_role;

revoke execute on function private.list_for_reembedding(public.ingestion_jobs),
  private.take_passages_to_reembed(public.ingestion_jobs, integer), private.drop_reembedding() from public;
