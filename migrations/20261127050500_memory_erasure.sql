-- Erasing a memory, for good and at once; and what memory costs.

create function public.erase_memories(p_org_id uuid default null, p_lead_id uuid default null)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_org      uuid := private.meant_org(p_org_id);
  v_memories integer;
  v_turns    integer;
begin
  if auth.uid() is null then
    raise exception 'Cannot erase: a memory is its user''s own, so it takes a user''s token' using errcode = 'PT403';
  end if;
  if p_lead_id is null then
    perform private.erase_memory_traces(v_org);
  else
    perform private.erase_lead_traces(v_org, p_lead_id);
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
comment on function public.erase_memories(uuid, uuid) is
  'Erases the caller''s whole memory in an organization, in one transaction: statements, replaced ones, turns, vectors, waiting notes. Conversations themselves stay, but are no longer searched. With a lead: all that is remembered of it and the caller may delete. Answers {memories, turns}.';

-- What memory costs -------------------------------------------------------------------------------------------------------

create function private.memory_costs()
returns table (
  org_id uuid, day date, message_count bigint, note_count bigint, vector_count bigint, input_tokens bigint, output_tokens bigint,
  cost_usd numeric, unpriced_count bigint, cost_usd_per_1000_messages numeric
)
language sql
stable
security definer -- counts rows whose policies show each user only his own; filtered by reported_org_ids()
set search_path = ''
as $$
  with visible as materialized (select v.id from private.reported_org_ids() as v (id)),
  messages as (
    select message.org_id, (message.created_at at time zone 'UTC')::date as day, count(*) as n
    from public.ai_messages as message
    where message.org_id in (select id from visible) and message.role in ('user', 'assistant') and message.status <> 'failed'
    group by 1, 2
  ),
  requests as (
    select request.org_id, (request.created_at at time zone 'UTC')::date as day,
      count(*) filter (where request.task = 'conversation-memory-store') as notes,
      count(*) filter (where request.task = 'conversation-memory-retrieve') as vectors,
      sum(request.input_tokens) as input_tokens, sum(request.output_tokens) as output_tokens, sum(request.cost_usd) as cost_usd,
      count(*) filter (where request.cost_usd is null) as unpriced
    from public.ai_request_logs as request
    where request.org_id in (select id from visible) and request.task in ('conversation-memory-store', 'conversation-memory-retrieve')
    group by 1, 2
  )
  select org_id, day, coalesce(messages.n, 0), coalesce(requests.notes, 0), coalesce(requests.vectors, 0),
    coalesce(requests.input_tokens, 0)::bigint, coalesce(requests.output_tokens, 0)::bigint, coalesce(requests.cost_usd, 0),
    coalesce(requests.unpriced, 0), 1000 * coalesce(requests.cost_usd, 0) / nullif(messages.n, 0)
  from messages full join requests using (org_id, day)
$$;
comment on function private.memory_costs() is 'Messages and what note-taking, recall and their vectors cost, by organization and UTC day.';

create view public.ai_memory_costs with (security_invoker = true) as select * from private.memory_costs();
comment on view public.ai_memory_costs is
  'What memory costs by UTC day, in US dollars: note-taking and recall with their vectors, and per 1,000 messages of that day. NULL: no messages. The organization''s, for its members.';
grant select on public.ai_memory_costs to authenticated, service_role;

insert into public.ai_tasks
  (slug, title, description, operation, prompt_key, has_rules, streams, base_tier, critical)
values
  ('conversation-memory-store', 'Note-taking', 'Takes down what is worth remembering of what was said.', 'chat', 'conversation-memory-store',
    false, false, 'small', false),
  ('conversation-memory-retrieve', 'Recall', 'Finds what is remembered on a question, by words and by meaning.', 'embedding', null, true, false, null, false);
insert into public.ai_policies (task, version, status, tiers, base_tier, complexity_large_from)
select 'conversation-memory-retrieve', 1, 'active', policy.tiers, policy.base_tier, policy.complexity_large_from
from public.ai_policies as policy where policy.task = 'embed-text' and policy.org_id is null and policy.status = 'active';
grant execute on function public.erase_memories(uuid, uuid), private.memory_costs() to authenticated, service_role;
