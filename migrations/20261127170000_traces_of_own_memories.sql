-- Which requests left traces of a memory, the erasure asks the memories themselves: a list of ids given to it could have named
-- anybody's requests, and their stored answers and payloads would have gone.

drop function private.erase_memory_traces(uuid, uuid[]);

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
  where key.org_id = p_org and (key.request_id = any (v_requests) or key.key = any (select 'queue:' || job from unnest(v_jobs) as job));
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
revoke execute on function private.erase_memory_traces(uuid) from public;
grant execute on function private.erase_memory_traces(uuid) to authenticated, service_role;

create or replace function public.erase_memories(p_org_id uuid default null, p_lead_id uuid default null)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_org      uuid := private.knowledge_org(p_org_id);
  v_memories integer;
  v_turns    integer;
begin
  if auth.uid() is null then
    raise exception 'Cannot erase: a memory is its user''s own, so it takes a user''s token' using errcode = 'PT403';
  end if;
  if p_lead_id is null then
    perform private.erase_memory_traces(v_org);
  end if;
  with gone as (
    delete from public.ai_memories as memory
    where memory.org_id = v_org
      and case when p_lead_id is null then memory.user_id = auth.uid() else memory.lead_id = p_lead_id end
    returning 1
  )
  select count(*) into v_memories from gone;
  with gone as (
    delete from public.ai_memory_turns as turn
    where turn.org_id = v_org
      and case when p_lead_id is null then turn.user_id = auth.uid() else turn.lead_id = p_lead_id end
    returning 1
  )
  select count(*) into v_turns from gone;
  return jsonb_build_object('org_id', v_org, 'memories', v_memories, 'turns', v_turns);
end
$$;
