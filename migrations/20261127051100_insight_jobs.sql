-- From a conversation to its insights: what a task is shown, what is kept of its answer, and when it is asked.

create function private.conversation_branch(p_org uuid, p_conversation uuid, p_up_to bigint)
returns setof public.ai_messages
language sql
stable
set search_path = ''
as $$
  with recursive chain as (
    (
      select message.*, 1 as back
      from public.ai_messages as message
      where message.org_id = p_org and message.conversation_id = p_conversation and (p_up_to is null or message.position <= p_up_to)
      order by message.position desc
      limit 1
    )
    union all
    select message.*, chain.back + 1
    from chain
    join public.ai_messages as message
      on message.org_id = p_org and message.conversation_id = p_conversation and message.id = chain.parent_id
    where chain.back < 5000
  )
  select message.*
  from chain
  join public.ai_messages as message on message.org_id = p_org and message.id = chain.id
  order by message.position
$$;
comment on function private.conversation_branch(uuid, uuid, bigint) is
  'The messages of a conversation from its first to its newest (or the given position), without abandoned branches.';

create function public.may_read_conversation(p_conversation_id uuid, p_org_id uuid default null)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select exists (
    select from public.ai_conversations as conversation
    where conversation.id = p_conversation_id and (p_org_id is null or conversation.org_id = p_org_id)
  )
$$;
comment on function public.may_read_conversation(uuid, uuid) is
  'Whether a conversation is there for the caller: what was once told of it is told again only then.';
revoke execute on function public.may_read_conversation(uuid, uuid) from public, anon;
grant execute on function public.may_read_conversation(uuid, uuid) to authenticated, service_role;

create function public.conversation_transcript(
  p_conversation_id uuid, p_org_id uuid default null, p_up_to bigint default null, p_characters integer default 24000
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_conversation public.ai_conversations;
  v_answer       jsonb;
begin
  if private.is_trusted() then
    perform private.meant_org(p_org_id);
  end if;
  select conversation.* into v_conversation
  from public.ai_conversations as conversation
  where conversation.id = p_conversation_id and (p_org_id is null or conversation.org_id = p_org_id);
  if not found then
    raise exception 'Cannot read the conversation: there is none with this id' using errcode = 'PT404';
  end if;
  with numbered as (
    select branch.*, row_number() over (order by branch.position) as place,
      sum(length(branch.content)) over (order by branch.position desc) as until_end
    from private.conversation_branch(v_conversation.org_id, p_conversation_id, p_up_to) as branch
    where branch.role in ('user', 'assistant') and btrim(branch.content) <> '' and branch.status in ('complete', 'stopped')
  ),
  shown as (
    -- The newest that fit, and the very last in any case.
    select * from numbered where until_end <= p_characters or place = (select max(place) from numbered)
  )
  select jsonb_build_object(
    'org_id', v_conversation.org_id, 'user_id', v_conversation.user_id, 'conversation_id', p_conversation_id,
    'title', v_conversation.title, 'language', v_conversation.language, 'created_at', v_conversation.created_at,
    'assistant', (
      select assistant.name from public.ai_assistants as assistant
      where assistant.org_id = v_conversation.org_id and assistant.id = v_conversation.assistant_id
    ),
    'messages', coalesce(jsonb_agg(jsonb_build_object(
      'index', shown.place, 'id', shown.id, 'speaker', shown.role, 'text', left(shown.content, p_characters), 'said_at', shown.created_at,
      'model', shown.model, 'tokens', shown.tokens, 'status', shown.status
    ) order by shown.place), '[]'),
    'left_out', (select count(*) from numbered) - count(shown.place),
    'earlier', case when (select count(*) from numbered) > count(shown.place) then (
      select summary.summary_text from public.ai_conversation_summaries as summary
      where summary.org_id = v_conversation.org_id and summary.conversation_id = p_conversation_id
      order by summary.summary_type = 'executive' desc, summary.updated_at desc limit 1
    ) end,
    'first_said_at', (select min(created_at) from numbered), 'up_to', (select max(position) from numbered)
  ) into v_answer
  from shown;
  return v_answer;
end
$$;
comment on function public.conversation_transcript(uuid, uuid, bigint, integer) is
  'A conversation the caller may read, its present branch oldest first: the newest messages of so many characters, and the last summary in the place of older ones. PT404 otherwise.';

create function public.store_insight(insight jsonb)
returns void
language plpgsql
security invoker
set search_path = ''
as $$
declare
  v_org          uuid := (insight ->> 'org_id')::uuid;
  v_conversation uuid := (insight ->> 'conversation_id')::uuid;
  v_request      uuid := (insight ->> 'request_id')::uuid;
  v_up_to        bigint := coalesce((insight ->> 'up_to')::bigint, 0);
  d              jsonb := insight -> 'data';
begin
  -- A conversation that is gone by now has nothing to be told of.
  if not exists (select from public.ai_conversations as c where c.org_id = v_org and c.id = v_conversation for share) then
    return;
  end if;
  case insight ->> 'task'
  when 'conversation-summary' then
    insert into public.ai_conversation_summaries as kept (
      org_id, conversation_id, summary_type, summary_text, key_points, action_items, decisions_made, questions_asked, timeline, participants,
      duration_seconds, word_count, token_count, compression_ratio, language, model_used, confidence_score, up_to, request_id, updated_at
    )
    values (
      v_org, v_conversation, d ->> 'summary_type', d ->> 'summary_text',
      array(select jsonb_array_elements_text(d -> 'key_points')), d -> 'action_items', array(select jsonb_array_elements_text(d -> 'decisions_made')),
      array(select jsonb_array_elements_text(d -> 'questions_asked')), d -> 'timeline', array(select jsonb_array_elements_text(d -> 'participants')),
      (d ->> 'duration_seconds')::integer, (d ->> 'word_count')::integer, (d ->> 'token_count')::integer, (d ->> 'compression_ratio')::numeric,
      insight ->> 'language', insight ->> 'model', (insight ->> 'confidence')::numeric, v_up_to, v_request, private.clock()
    )
    on conflict (org_id, conversation_id, summary_type) do update
    set summary_text = excluded.summary_text, key_points = excluded.key_points, action_items = excluded.action_items,
        decisions_made = excluded.decisions_made, questions_asked = excluded.questions_asked, timeline = excluded.timeline,
        participants = excluded.participants, duration_seconds = excluded.duration_seconds, word_count = excluded.word_count,
        token_count = excluded.token_count, compression_ratio = excluded.compression_ratio, language = excluded.language,
        model_used = excluded.model_used, confidence_score = excluded.confidence_score, up_to = excluded.up_to,
        request_id = excluded.request_id, updated_at = excluded.updated_at
    where excluded.up_to >= kept.up_to; -- a slow older answer does not replace a newer one
  when 'topic-detection' then
    if exists (
      select from public.ai_conversation_topics as kept where kept.org_id = v_org and kept.conversation_id = v_conversation and kept.up_to > v_up_to
    ) then
      return;
    end if;
    delete from public.ai_conversation_topics as kept where kept.org_id = v_org and kept.conversation_id = v_conversation;
    insert into public.ai_conversation_topics (
      org_id, conversation_id, topic, category, confidence, keywords, related_topics, frequency, message_indices, model_used, up_to, request_id, updated_at
    )
    select distinct on (t ->> 'topic') v_org, v_conversation, t ->> 'topic', t ->> 'category', (t ->> 'confidence')::numeric,
      array(select jsonb_array_elements_text(t -> 'keywords')), array(select jsonb_array_elements_text(t -> 'related_topics')),
      (t ->> 'frequency')::integer, array(select i::integer from jsonb_array_elements_text(t -> 'message_indices') as i),
      insight ->> 'model', v_up_to, v_request, private.clock()
    from jsonb_array_elements(d -> 'topics') as t
    order by t ->> 'topic';
  when 'sentiment-analysis' then
    insert into public.ai_conversation_sentiments as kept (
      org_id, conversation_id, overall, score, positive, negative, neutral, emotions, dominant_emotion, trend, changes, model_used,
      confidence_score, up_to, request_id, updated_at
    )
    values (
      v_org, v_conversation, d ->> 'overall', (d ->> 'score')::numeric, (d ->> 'positive')::numeric, (d ->> 'negative')::numeric,
      (d ->> 'neutral')::numeric, d -> 'emotions', d ->> 'dominant_emotion', d ->> 'trend', d -> 'changes', insight ->> 'model',
      (insight ->> 'confidence')::numeric, v_up_to, v_request, private.clock()
    )
    on conflict (org_id, conversation_id) do update
    set overall = excluded.overall, score = excluded.score, positive = excluded.positive, negative = excluded.negative,
        neutral = excluded.neutral, emotions = excluded.emotions, dominant_emotion = excluded.dominant_emotion, trend = excluded.trend,
        changes = excluded.changes, model_used = excluded.model_used, confidence_score = excluded.confidence_score, up_to = excluded.up_to,
        request_id = excluded.request_id, updated_at = excluded.updated_at
    where excluded.up_to >= kept.up_to;
  end case;
end
$$;
comment on function public.store_insight(jsonb) is
  'Keeps a task''s answer about a conversation: insight {org_id, conversation_id, task, up_to, language, model, confidence, request_id, data}. An older answer never replaces a newer one.';

-- Refreshing --------------------------------------------------------------------------------------------------------------

create index ai_job_queue_waiting_insight_idx on public.ai_job_queue (org_id, (input ->> 'conversation_id'), task) where status = 'pending';

create function private.queue_insights()
returns trigger
language plpgsql
security definer -- whoever chats need not write to the queue
set search_path = ''
as $$
declare
  c_messages constant integer := 4;
  v_known bigint;
begin
  if new.role <> 'assistant' or new.status <> 'complete'
    or not (private.setting('ai.conversation.insights', new.org_id, new.user_id))::boolean
  then
    return null;
  end if;
  select min(up_to) into v_known
  from public.ai_conversation_summaries as summary
  where summary.org_id = new.org_id and summary.conversation_id = new.conversation_id and summary.summary_type = 'executive';
  -- Two turns are the least a conversation is made of; after that every two more are worth a look.
  if (
    select count(*) from (
      select from public.ai_messages as message
      where message.org_id = new.org_id and message.conversation_id = new.conversation_id and message.position > coalesce(v_known, 0)
        and message.role in ('user', 'assistant') and message.status = 'complete'
      limit c_messages
    ) as fresh
  ) < c_messages then
    return null;
  end if;
  -- A minute's pause: one look at the end of a quick exchange, not one after each answer.
  insert into public.ai_job_queue (org_id, task, input, options, run_at)
  select new.org_id, task.slug,
    jsonb_build_object('conversation_id', new.conversation_id, 'up_to', new.position)
      || case when task.slug = 'conversation-summary' then '{"summary_type": "executive"}' else '{}'::jsonb end,
    jsonb_build_object('subject', jsonb_build_object('type', 'conversation', 'id', new.conversation_id), 'cache', 'off'),
    private.clock() + interval '1 minute'
  from unnest(array['conversation-summary', 'topic-detection', 'sentiment-analysis']) as task (slug)
  where not exists (
    select from public.ai_job_queue as job
    where job.org_id = new.org_id and job.task = task.slug and job.status = 'pending' and job.attempts = 0
      and job.input ->> 'conversation_id' = new.conversation_id::text
  );
  -- One that still waits looks at this answer, too.
  update public.ai_job_queue as job
  set input = job.input || jsonb_build_object('up_to', new.position)
  where job.org_id = new.org_id and job.status = 'pending' and job.attempts = 0
    and job.task in ('conversation-summary', 'topic-detection', 'sentiment-analysis')
    and job.input ->> 'conversation_id' = new.conversation_id::text;
  return null;
end
$$;
comment on function private.queue_insights() is 'Queues a fresh summary, topics and mood after every two turns of a conversation.';
create trigger ai_messages_queue_insights
after update of status on public.ai_messages
for each row execute function private.queue_insights();

create function public.finish_insight_job(p_org_id uuid, p_job_id uuid, p_insight jsonb, p_error_code text default null)
returns void
language plpgsql
security invoker
set search_path = ''
as $$
begin
  if p_insight is not null then
    perform public.store_insight(p_insight);
    perform private.finish_queued(
      p_org_id, p_job_id::text, (p_insight ->> 'request_id')::uuid, null, '{"data": {}, "meta": {}}', private.clock()
    );
  else
    perform private.finish_queued(p_org_id, p_job_id::text, null, p_error_code, null, private.clock());
  end if;
end
$$;
comment on function public.finish_insight_job(uuid, uuid, jsonb, text) is
  'Keeps an insight and marks its job done, in one transaction; without one the job is tried again after a pause. What was said does not go through the queue.';

revoke execute on function private.queue_insights() from public;
grant execute on function private.conversation_branch(uuid, uuid, bigint), public.conversation_transcript(uuid, uuid, bigint, integer)
to authenticated, service_role;
grant execute on function public.store_insight(jsonb), public.finish_insight_job(uuid, uuid, jsonb, text) to service_role;
