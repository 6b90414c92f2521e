-- One's own history: searched by words and meaning, and its figures.

create function public.search_conversations(
  p_query text, p_org_id uuid default null, p_embedding text default null, p_embedding_model text default null,
  p_filters jsonb default '{}', p_limit integer default 20
)
returns jsonb
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_org   uuid := private.meant_org(p_org_id);
  v_hits  private.recall_hit[];
  v_found jsonb;
begin
  if auth.uid() is null then
    raise exception 'Cannot search: a history is its user''s own, so it takes a user''s token' using errcode = 'PT403';
  elsif coalesce(length(p_query), 0) not between 1 and 4000 or p_limit not between 1 and 50 then
    raise exception 'Cannot search: the query or the limit is out of bounds' using errcode = 'PT400';
  end if;
  perform set_config('hnsw.iterative_scan', 'relaxed_order', true);
  v_hits := array(
    select hit
    from private.recall_hits(
      v_org, auth.uid(), null, array(select term from private.recall_terms(p_query) as term), null,
      p_embedding::extensions.vector, p_embedding_model, array['turn'], null, null, '{}', 500
    ) as hit
  );
  select coalesce(jsonb_agg(found.item order by found.score desc, found.id), '[]') into v_found
  from (
    select hit.score, message.id, jsonb_build_object(
      'conversation_id', conversation.id, 'title', conversation.title, 'status', conversation.status, 'assistant_id', message.assistant_id,
      'message_id', message.id, 'role', message.role, 'said_at', message.created_at, 'score', round(hit.score::numeric, 4),
      'similarity', round(hit.similarity::numeric, 4),
      -- Where in a long message it is: the first of its words, with some around it.
      'snippet', substr(message.content, greatest(1, coalesce((
        select min(position(lower(word) in lower(message.content)))
        from regexp_split_to_table(p_query, '\W+') as word where length(word) > 3 and position(lower(word) in lower(message.content)) > 0
      ), 1) - 80), 300)
    ) as item
    from unnest(v_hits) as hit
    join public.ai_memory_turns as turn on turn.org_id = v_org and turn.id = hit.id
    join public.ai_messages as message on message.org_id = v_org and message.id = turn.message_id
    join public.ai_conversations as conversation on conversation.org_id = v_org and conversation.id = message.conversation_id
    where (p_filters ->> 'conversation_id' is null or conversation.id = (p_filters ->> 'conversation_id')::uuid)
      and (p_filters ->> 'assistant_id' is null or message.assistant_id = (p_filters ->> 'assistant_id')::uuid)
      and (p_filters ->> 'role' is null or message.role = p_filters ->> 'role')
      and (p_filters ->> 'status' is null or conversation.status = p_filters ->> 'status')
      and (p_filters ->> 'from' is null or message.created_at >= (p_filters ->> 'from')::timestamptz)
      and (p_filters ->> 'until' is null or message.created_at < (p_filters ->> 'until')::timestamptz)
    order by hit.score desc, message.id
    limit p_limit
  ) as found;
  return jsonb_build_object('org_id', v_org, 'results', v_found);
end
$$;
comment on function public.search_conversations(text, uuid, text, text, jsonb, integer) is
  'The caller''s messages that fit a question, best first, by words and (with an embedding) by meaning, with the conversation they are in. Filters: conversation_id, assistant_id, role, status, from, until. Answers {org_id, results}.';
grant execute on function public.search_conversations(text, uuid, text, text, jsonb, integer) to authenticated, service_role;

create view public.ai_conversation_figures with (security_invoker = true) as
with spoken as (
  select message.org_id, message.conversation_id, message.id, message.parent_id, message.role, message.status, message.created_at,
    message.completed_at, message.tokens, message.content,
    lag(message.role) over conversation as before_role, lag(coalesce(message.completed_at, message.created_at)) over conversation as before_at
  from public.ai_messages as message
  where message.role in ('user', 'assistant')
  window conversation as (partition by message.org_id, message.conversation_id order by message.position)
),
figures as (
  select spoken.org_id, spoken.conversation_id,
    count(*) as message_count,
    count(*) filter (where role = 'user') as user_messages,
    count(*) filter (where role = 'assistant') as answers,
    count(*) filter (where role = 'assistant' and status = 'failed') as failed_answers,
    count(*) filter (where role = 'assistant' and status = 'stopped') as stopped_answers,
    count(*) - count(distinct (parent_id, role)) filter (where parent_id is not null) - count(*) filter (where parent_id is null) as repeats,
    extract(epoch from max(coalesce(completed_at, created_at)) - min(created_at)) as duration_seconds,
    avg(extract(epoch from completed_at - created_at) * 1000) filter (where role = 'assistant' and status = 'complete') as answer_ms,
    avg(least(300, extract(epoch from created_at - before_at))) filter (where role = 'user' and before_role = 'assistant') as reply_seconds,
    sum(tokens) as output_tokens,
    avg(length(content)) filter (where role = 'user') as user_length,
    avg(length(content)) filter (where role = 'assistant' and content <> '') as answer_length
  from spoken
  group by spoken.org_id, spoken.conversation_id
)
select figures.org_id, figures.conversation_id, figures.message_count, figures.user_messages, figures.answers, figures.failed_answers,
  figures.stopped_answers, figures.repeats, round(figures.duration_seconds)::integer as duration_seconds,
  round(3600 * figures.message_count / nullif(figures.duration_seconds, 0)::numeric, 2) as messages_per_hour,
  round(figures.answer_ms)::integer as avg_answer_ms, round(figures.reply_seconds::numeric, 1) as avg_reply_seconds,
  figures.output_tokens, round(figures.user_length)::integer as avg_user_characters, round(figures.answer_length)::integer as avg_answer_characters,
  round((1 - (figures.failed_answers + 0.5 * figures.stopped_answers) / nullif(figures.answers, 0))::numeric, 3) as quality,
  round((1 - figures.reply_seconds / 300)::numeric, 3) as engagement,
  round((1 - least(1, figures.repeats / nullif(figures.user_messages, 0)::numeric)), 3) as clarity
from figures;
comment on view public.ai_conversation_figures is 'Figures of one''s own conversations, as they are now.';
comment on column public.ai_conversation_figures.repeats is 'Messages that took another way from the same place: edited questions and answers tried again.';
comment on column public.ai_conversation_figures.messages_per_hour is 'NULL: a single moment has no rate.';
comment on column public.ai_conversation_figures.avg_reply_seconds is 'How long the user takes to go on after an answer, five minutes at most each. NULL: he never did.';
comment on column public.ai_conversation_figures.output_tokens is 'Of all answers. NULL: none was counted.';
comment on column public.ai_conversation_figures.quality is 'Answers that neither failed (1) nor were stopped (half) by answers. NULL: no answers.';
comment on column public.ai_conversation_figures.engagement is '1 goes on at once … 0 takes five minutes and more: 1 - avg_reply_seconds / 300. NULL as that.';
comment on column public.ai_conversation_figures.clarity is '1 everything was said once … 0 every question needed another try.';
grant select on public.ai_conversation_figures to authenticated, service_role;

create function public.export_conversation(p_conversation_id uuid, p_org_id uuid default null, p_characters integer default 8000000)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  select transcript || jsonb_build_object('summary', (
    select summary.summary_text from public.ai_conversation_summaries as summary
    where summary.org_id = (transcript ->> 'org_id')::uuid and summary.conversation_id = p_conversation_id and summary.summary_type = 'executive'
  ))
  from (select public.conversation_transcript(p_conversation_id, p_org_id, null, p_characters)) as t (transcript)
$$;
comment on function public.export_conversation(uuid, uuid, integer) is
  'A conversation the caller may read, whole, with its last executive summary. PT404 otherwise.';
grant execute on function public.export_conversation(uuid, uuid, integer) to authenticated, service_role;
