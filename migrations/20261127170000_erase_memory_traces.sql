-- Which requests left traces of a memory, the erasure asks the memories themselves: a list of ids given to it could name anybody's
-- requests, and their stored answers and payloads would go.

create function private.erase_memory_traces(p_org uuid)
returns void
language plpgsql
security definer -- queue, stored answers and payloads are nobody's to delete; this removes those of the caller's own notes only
set search_path = ''
as $$
declare
  v_jobs     uuid[];
  v_requests uuid[];
begin
  if auth.uid() is null then
    return;
  end if;
  with gone as (
    delete from public.ai_job_queue as job
    where job.org_id = p_org and job.task = 'conversation-memory-store'
      and (
        job.input ->> 'user_id' = auth.uid()::text
        or exists (
          select from public.ai_conversations as conversation
          where conversation.org_id = p_org and conversation.id::text = job.input ->> 'conversation_id' and conversation.user_id = auth.uid()
        )
      )
    returning job.id, job.request_id
  )
  select array_agg(gone.id), coalesce(array_agg(gone.request_id), '{}') into v_jobs, v_requests from gone;
  v_requests := v_requests || array(
    select distinct memory.request_id from public.ai_memories as memory
    where memory.org_id = p_org and memory.user_id = auth.uid() and memory.request_id is not null
  );
  delete from public.ai_idempotency_keys as key
  where key.org_id = p_org and (
    key.request_id = any (v_requests)
    or key.key = any (select 'queue:' || job from unnest(v_jobs) as job)
    or (key.caller = 'user:' || auth.uid()::text and key.answer #>> '{meta,task}' like 'conversation-memory-%')
  );
  delete from public.ai_payloads as payload where payload.org_id = p_org and payload.request_id = any (v_requests);
  delete from private.memory_notes as note where note.org_id = p_org and note.user_id = auth.uid();
  delete from private.memory_marks as mark
  where mark.org_id = p_org and mark.thread_id in (
    select conversation.id from public.ai_conversations as conversation
    where conversation.org_id = p_org and conversation.user_id = auth.uid()
  );
end
$$;
comment on function private.erase_memory_traces(uuid) is
  'Removes what note-taking for the caller left elsewhere: waiting and finished jobs, stored answers, kept payloads, marks. Call it before the memories are gone: they name the requests.';

create function private.erase_lead_traces(p_org uuid, p_lead uuid)
returns void
language plpgsql
security definer -- as above; removes those of memories that the caller may delete only
set search_path = ''
as $$
declare
  v_manages boolean := p_org in (select private.my_org_ids_as('owner', 'admin', 'manager'));
begin
  if not p_org in (select private.my_org_ids()) then
    return;
  end if;
  delete from public.ai_payloads as payload
  where payload.org_id = p_org and payload.request_id in (
    select memory.request_id from public.ai_memories as memory
    where memory.org_id = p_org and memory.lead_id = p_lead and (v_manages or memory.user_id = auth.uid())
  );
  -- Notes and recalls name the lead; whoever sends the key again is answered from what is left.
  delete from public.ai_idempotency_keys as key
  where key.org_id = p_org and key.answer #>> '{meta,task}' like 'conversation-memory-%'
    and position(p_lead::text in (key.answer -> 'data')::text) > 0
    and (v_manages or key.caller = 'user:' || auth.uid()::text);
end
$$;
comment on function private.erase_lead_traces(uuid, uuid) is
  'Removes what note-taking and recall of a lead left elsewhere: kept payloads and stored answers, for a manager everybody''s, else the caller''s own. Call it before the memories are gone.';

revoke execute on function private.erase_memory_traces(uuid), private.erase_lead_traces(uuid, uuid) from public;
grant execute on function private.erase_memory_traces(uuid), private.erase_lead_traces(uuid, uuid) to authenticated, service_role;
