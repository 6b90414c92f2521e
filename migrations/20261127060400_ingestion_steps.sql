-- What the invocations of a job do: take it, put aside what they read, put in place what they embedded, end it. One at a time:
-- whoever lost the job while working is told so by 409 and writes nothing. All of it is the service role's.

create function private.ingestion_in_hand(p_org_id uuid, p_job_id uuid, p_lease_id uuid)
returns public.ingestion_jobs
language plpgsql
set search_path = ''
as $$
declare
  v_job public.ingestion_jobs;
begin
  select job.* into v_job from public.ingestion_jobs as job
  where job.org_id = p_org_id and job.id = p_job_id and job.lease_id = p_lease_id and job.state = 'running'
  for update;
  if not found then
    raise exception 'Cannot go on with the ingestion: it was cancelled or passed on' using errcode = 'PT409';
  end if;
  return v_job;
end
$$;
comment on function private.ingestion_in_hand(uuid, uuid, uuid) is 'The job, locked, for whoever holds its lease. PT409 for everybody else.';

create function private.end_ingestion(p_job public.ingestion_jobs, p_state text, p_error_code text, p_problem text, p_keep boolean)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_path     text;
  v_document public.documents;
begin
  delete from private.chunk_drafts as draft where draft.org_id = p_job.org_id and draft.job_id = p_job.id;
  delete from private.ingestion_sources as source where source.org_id = p_job.org_id and source.job_id = p_job.id
  returning source.path into v_path;
  select d.* into v_document from public.documents as d
  where d.org_id = p_job.org_id and d.id = p_job.document_id and d.attempt_id = p_job.id
  for update;
  if found then
    delete from public.document_chunks as c
    where c.org_id = p_job.org_id and c.document_id = p_job.document_id and c.edition = p_job.edition and c.edition <> v_document.edition;
    if v_document.processed_at is null and not p_keep then
      delete from public.documents as d where d.org_id = v_document.org_id and d.id = v_document.id;
    else
      update public.documents as d
      set state = case when p_state = 'cancelled' and d.processed_at is not null then 'processed' else 'error' end,
          problem = case when p_state = 'cancelled' and d.processed_at is not null then d.problem else left(p_problem, 1000) end,
          attempt_id = null
      where d.org_id = v_document.org_id and d.id = v_document.id;
    end if;
    -- A file that was to replace the document's own, and now does not.
    if v_path is not null and v_path is distinct from v_document.storage_path then
      perform private.remove_file(v_path);
    end if;
  end if;
  update public.ingestion_jobs as job
  set state = p_state, error_code = p_error_code, problem = left(p_problem, 1000), finished_at = private.clock(), lease_id = null,
      busy_until = null
  where job.org_id = p_job.org_id and job.id = p_job.id;
end
$$;
comment on function private.end_ingestion(public.ingestion_jobs, text, text, text, boolean) is
  'Ends a job that does not succeed. What was made is gone; a processed document keeps its old passages; a new one is kept, without any, only if told so.';

create function public.claim_ingestion(p_org_id uuid, p_job_id uuid)
returns jsonb
language plpgsql
security definer -- reads sources nobody else may see; executable by the service role alone
set search_path = ''
as $$
declare
  v_now timestamptz := private.clock();
  v_job public.ingestion_jobs;
begin
  select job.* into v_job from public.ingestion_jobs as job where job.org_id = p_org_id and job.id = p_job_id for update;
  if not found then
    raise exception 'Cannot go on with the ingestion: there is no such job' using errcode = 'PT404';
  elsif v_job.state not in ('queued', 'running') then
    return jsonb_build_object('outcome', 'over');
  elsif v_job.lease_id is not null and v_job.busy_until > v_now then
    return jsonb_build_object('outcome', 'busy');
  elsif v_job.deadline_at <= v_now then
    perform private.end_ingestion(v_job, 'error', 'timeout', 'Cannot ingest: it took longer than kb.processingTimeoutSeconds', true);
    return jsonb_build_object('outcome', 'over');
  -- Whoever had it died of it. Once may have been a neighbour's doing; what ends two invocations at the same place ends a third one.
  elsif v_job.lease_id is not null and v_job.tries + 1 >= least(2, v_job.most_tries) then
    perform private.end_ingestion(
      v_job, 'error', 'payload_too_large', 'Cannot ingest: it takes more memory or processor time than the runtime gives', true);
    return jsonb_build_object('outcome', 'over');
  end if;
  update public.ingestion_jobs as job
  set state = 'running', lease_id = gen_random_uuid(), busy_until = v_now + interval '150 seconds',
      tries = job.tries + (job.lease_id is not null)::integer
  where job.org_id = p_org_id and job.id = p_job_id
  returning job.* into v_job;
  return to_jsonb(v_job) || jsonb_build_object(
    'outcome', 'mine',
    'position', (select count(*) from private.chunk_drafts as draft where draft.org_id = p_org_id and draft.job_id = p_job_id),
    'source', (
      select jsonb_build_object('mime_type', s.mime_type, 'text', s.text, 'path', s.path, 'content_hash', s.content_hash)
      from private.ingestion_sources as s
      where v_job.step = 'read' and s.org_id = p_org_id and s.job_id = p_job_id
    ),
    'settings', private.settings_for(p_org_id, v_job.created_by, 'kb.')
  );
end
$$;
comment on function public.claim_ingestion(uuid, uuid) is
  'Takes a job for one invocation: outcome mine with lease_id, step, cursor, source and settings; busy while another works on it; over when it has ended.';
grant execute on function public.claim_ingestion(uuid, uuid) to service_role;

create function private.count_steps(p_job public.ingestion_jobs, p_steps jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into public.ingestion_steps as s
    (org_id, job_id, step, place, done, total, calls, input_tokens, output_tokens, cost_usd, finished_at)
  select p_job.org_id, p_job.id, given.step, array_position(array['read', 'images', 'audio', 'context', 'embed'], given.step),
    given.done, given.total, coalesce(given.calls, 0), coalesce(given.input_tokens, 0), coalesce(given.output_tokens, 0),
    case when given.calls > 0 then given.cost_usd else 0 end, case when given.done >= given.total then private.clock() end
  from jsonb_to_recordset(p_steps) as given
    (step text, done integer, total integer, calls integer, input_tokens bigint, output_tokens bigint, cost_usd numeric)
  on conflict on constraint ingestion_steps_pkey do update
  set done = s.done + excluded.done, total = coalesce(excluded.total, s.total), calls = s.calls + excluded.calls,
      input_tokens = s.input_tokens + excluded.input_tokens, output_tokens = s.output_tokens + excluded.output_tokens,
      cost_usd = s.cost_usd + excluded.cost_usd, -- unknown and known is unknown
      finished_at = case when s.done + excluded.done >= coalesce(excluded.total, s.total) then private.clock() end
$$;
comment on function private.count_steps(public.ingestion_jobs, jsonb) is 'Adds done, calls, tokens and cost of a stretch to the job''s steps; total as known now.';

create function private.advance_ingestion(p_job public.ingestion_jobs, p_step text, p_cursor jsonb, p_steps jsonb, p_release boolean)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_now      timestamptz := private.clock();
  v_progress numeric;
begin
  perform private.count_steps(p_job, p_steps);
  -- Embedding is most of the time; a step whose size is not known yet counts as half done.
  select sum(weight.weight * case
      when s.step is null then 0 when s.total is null then 0.5 when s.total = 0 then 1 else least(1, s.done::numeric / s.total) end)
    / sum(weight.weight) into v_progress
  from (values ('read', 1), ('embed', 3)) as weight (step, weight)
  left join public.ingestion_steps as s on s.org_id = p_job.org_id and s.job_id = p_job.id and s.step = weight.step;
  update public.ingestion_jobs as job
  set step = p_step, cursor = p_cursor, tries = 0, error_code = null, problem = null,
      progress = greatest(job.progress, round(0.99 * v_progress, 3)),
      state = case when p_release then 'queued' else 'running' end,
      lease_id = case when not p_release then job.lease_id end,
      busy_until = case when not p_release then v_now + interval '150 seconds' end,
      run_at = v_now
  where job.org_id = p_job.org_id and job.id = p_job.id
  returning job.progress into v_progress;
  update public.documents as d set progress = v_progress
  where d.org_id = p_job.org_id and d.id = p_job.document_id and d.attempt_id = p_job.id;
  if p_release then
    perform private.dispatch_ingestions();
  end if;
end
$$;
comment on function private.advance_ingestion(public.ingestion_jobs, text, jsonb, jsonb, boolean) is
  'Books a stretch that succeeded. Released, the job goes to another invocation at once.';

create function public.stage_passages(
  p_org_id uuid, p_job_id uuid, p_lease_id uuid, p_passages jsonb, p_step text, p_cursor jsonb, p_steps jsonb, p_release boolean
)
returns void
language plpgsql
security definer -- writes drafts nobody else may see; executable by the service role alone
set search_path = ''
as $$
declare
  v_job public.ingestion_jobs := private.ingestion_in_hand(p_org_id, p_job_id, p_lease_id);
begin
  insert into private.chunk_drafts (org_id, job_id, position, chunk)
  select p_org_id, p_job_id, (given.passage ->> 'position')::integer, given.passage
  from jsonb_array_elements(p_passages) as given (passage);
  perform private.advance_ingestion(v_job, p_step, p_cursor, p_steps, p_release);
end
$$;
comment on function public.stage_passages(uuid, uuid, uuid, jsonb, text, jsonb, jsonb, boolean) is
  'Puts passages aside that were cut, and says where to go on: step and cursor. p_release hands the job to another invocation.';
grant execute on function public.stage_passages(uuid, uuid, uuid, jsonb, text, jsonb, jsonb, boolean) to service_role;

create function public.take_passages(p_org_id uuid, p_job_id uuid, p_lease_id uuid, p_limit integer)
returns jsonb
language plpgsql
security definer -- reads drafts nobody else may see; executable by the service role alone
set search_path = ''
as $$
declare
  v_job public.ingestion_jobs := private.ingestion_in_hand(p_org_id, p_job_id, p_lease_id);
begin
  if v_job.kind = 'reembed' then
    return private.take_passages_to_reembed(v_job, p_limit);
  end if;
  return jsonb_build_object(
    'left', (select count(*) from private.chunk_drafts as draft where draft.org_id = v_job.org_id and draft.job_id = v_job.id),
    'passages', coalesce((
      select jsonb_agg(next.chunk order by next.position)
      from (
        select draft.position, draft.chunk from private.chunk_drafts as draft
        where draft.org_id = v_job.org_id and draft.job_id = v_job.id
        order by draft.position limit p_limit
      ) as next
    ), '[]')
  );
end
$$;
comment on function public.take_passages(uuid, uuid, uuid, integer) is
  'The next passages to embed, drafts in order or those of a base that is re-embedded, and how many are left with them.';
grant execute on function public.take_passages(uuid, uuid, uuid, integer) to service_role;

create function public.place_passages(
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
  with embedded as (
    select (given.item ->> 'position')::integer as position, given.item ->> 'embedding' as embedding, given.item ->> 'context' as context
    from jsonb_array_elements(p_embeddings) as given (item)
  ),
  drafts as (
    delete from private.chunk_drafts as draft using embedded
    where draft.org_id = v_job.org_id and draft.job_id = v_job.id and draft.position = embedded.position
    returning draft.position, draft.chunk, embedded.embedding, embedded.context
  )
  insert into public.document_chunks (
    org_id, base_id, document_id, edition, position, content, section, context, page, char_start, char_end, type, language,
    token_count, embedding, embedding_model
  )
  select v_job.org_id, v_job.base_id, v_job.document_id, v_job.edition, drafts.position, given.content, given.section, drafts.context,
    given.page, given.char_start, given.char_end, given.type, given.language, given.token_count,
    drafts.embedding::extensions.vector, p_embedding_model
  from drafts
  cross join jsonb_to_record(drafts.chunk) as given (
    content text, section text, page integer, char_start integer, char_end integer, type text, language text, token_count integer
  );
  perform private.advance_ingestion(v_job, 'embed', v_job.cursor, p_steps, p_release);
end
$$;
comment on function public.place_passages(uuid, uuid, uuid, jsonb, text, jsonb, boolean) is
  'Writes passages with their vectors [{position, embedding, context}] into the edition that is being made, which nobody sees yet.';
grant execute on function public.place_passages(uuid, uuid, uuid, jsonb, text, jsonb, boolean) to service_role;

create function public.finish_ingestion(p_org_id uuid, p_job_id uuid, p_lease_id uuid)
returns jsonb
language plpgsql
security definer -- shows passages, which nobody else may; executable by the service role alone
set search_path = ''
as $$
declare
  v_job      public.ingestion_jobs := private.ingestion_in_hand(p_org_id, p_job_id, p_lease_id);
  v_now      timestamptz := private.clock();
  v_source   private.ingestion_sources;
  v_count    integer;
  v_language text;
begin
  select count(*), mode() within group (order by c.language) filter (where c.language is not null) into v_count, v_language
  from public.document_chunks as c
  where c.org_id = v_job.org_id and c.document_id = v_job.document_id and c.edition = v_job.edition;
  delete from private.ingestion_sources as source where source.org_id = v_job.org_id and source.job_id = v_job.id
  returning source.* into v_source;
  update public.documents as d
  set state = 'processed', progress = 1, problem = null, attempt_id = null, processed_at = v_now, updated_at = v_now,
      edition = v_job.edition, chunk_count = v_count, language = v_language, source_text = v_source.text,
      storage_path = v_source.path, content_hash = v_source.content_hash, size_bytes = v_source.size_bytes, mime_type = v_source.mime_type
  where d.org_id = v_job.org_id and d.id = v_job.document_id and d.attempt_id = v_job.id;
  if not found then
    raise exception 'Cannot finish the ingestion: the document is gone' using errcode = 'PT409';
  end if;
  delete from public.document_chunks as c
  where c.org_id = v_job.org_id and c.document_id = v_job.document_id and c.edition <> v_job.edition;
  update public.ingestion_jobs as job
  set state = 'done', step = 'finish', progress = 1, chunk_count = v_count, error_code = null, problem = null, finished_at = v_now,
      lease_id = null, busy_until = null
  where job.org_id = v_job.org_id and job.id = v_job.id;
  return jsonb_build_object('chunks', v_count, 'language', v_language);
end
$$;
comment on function public.finish_ingestion(uuid, uuid, uuid) is
  'Shows the new edition in the place of the old one, in one transaction. The job''s source becomes the document''s.';
grant execute on function public.finish_ingestion(uuid, uuid, uuid) to service_role;

create function public.fail_ingestion(
  p_org_id uuid, p_job_id uuid, p_lease_id uuid, p_error_code text, p_problem text, p_retryable boolean, p_keep boolean
)
returns text
language plpgsql
security definer -- clears what nobody else may write; executable by the service role alone
set search_path = ''
as $$
declare
  v_job public.ingestion_jobs := private.ingestion_in_hand(p_org_id, p_job_id, p_lease_id);
begin
  if p_retryable and v_job.tries + 1 < v_job.most_tries then
    update public.ingestion_jobs as job
    set state = 'queued', tries = job.tries + 1, error_code = p_error_code, problem = left(p_problem, 1000), lease_id = null,
        busy_until = null, run_at = private.clock() + interval '5 seconds' * power(3, least(job.tries, 5))
    where job.org_id = v_job.org_id and job.id = v_job.id;
    return 'queued';
  end if;
  perform private.end_ingestion(v_job, 'error', p_error_code, p_problem, p_keep);
  return 'error';
end
$$;
comment on function public.fail_ingestion(uuid, uuid, uuid, text, text, boolean, boolean) is
  'Books a failure: queued again after 5, 15, 45 … seconds while it is retryable and tries are left, else the job has ended and nothing of it stays but a document to keep.';
grant execute on function public.fail_ingestion(uuid, uuid, uuid, text, text, boolean, boolean) to service_role;

create function private.cancel_ingestion(p_job_id uuid)
returns text
language plpgsql
security definer -- ends what nobody may write; checks the job is the caller's to cancel
set search_path = ''
as $$
declare
  v_job public.ingestion_jobs;
begin
  select job.* into v_job from public.ingestion_jobs as job
  where job.id = p_job_id and (private.is_trusted() or job.id in (select private.my_ingestion_ids()))
  for update;
  if not found then
    raise exception 'Cannot cancel the ingestion: there is no such job' using errcode = 'PT404';
  elsif not coalesce(private.is_trusted(), false) and v_job.created_by is distinct from auth.uid()
    and not private.can_see_org_requests(v_job.org_id) then
    raise exception 'Cannot cancel the ingestion: it is somebody else''s' using errcode = 'PT403';
  elsif v_job.state in ('queued', 'running') then
    perform private.end_ingestion(v_job, 'cancelled', null, null, false);
    return 'cancelled';
  end if;
  return v_job.state;
end
$$;
comment on function private.cancel_ingestion(uuid) is 'Body of public.cancel_ingestion.';
grant execute on function private.cancel_ingestion(uuid) to authenticated, service_role;

create function public.cancel_ingestion(p_job_id uuid)
returns text
language sql
security invoker
set search_path = ''
as $$
  select private.cancel_ingestion(p_job_id)
$$;
comment on function public.cancel_ingestion(uuid) is
  'Cancels a job under way: a new document is gone, an old one keeps its passages. Returns the job''s state: cancelled, or what it had ended as before.';
grant execute on function public.cancel_ingestion(uuid) to authenticated, service_role;

revoke execute on function private.ingestion_in_hand(uuid, uuid, uuid),
  private.end_ingestion(public.ingestion_jobs, text, text, text, boolean), private.count_steps(public.ingestion_jobs, jsonb),
  private.advance_ingestion(public.ingestion_jobs, text, jsonb, jsonb, boolean) from public;
