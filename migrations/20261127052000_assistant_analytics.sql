-- What assistants are used for, by whom, how fast, for how much and how well: counts and money, never a word of what was said.

-- What an answer took, over all of the requests that made it.
create function private.turn_facts()
returns table (
  org_id uuid, user_id uuid, assistant_id uuid, conversation_id uuid, message_id uuid, question_id uuid, day date, status text, response_ms integer,
  first_token_ms integer, input_tokens bigint, output_tokens bigint, cost_usd numeric, tool_calls bigint, failed_tool_calls bigint, rating numeric,
  ratings bigint, accepted bigint, rejected bigint
)
language sql
stable
security definer -- counts rows whose policies show them to their user alone; filtered by role here
set search_path = ''
as $$
  with managed as materialized (
    select v.id from private.visible_org_ids() as v (id)
    where private.is_trusted() or v.id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
  ),
  mine as materialized (select own.id from private.my_org_ids() as own (id)),
  answers as (
    select message.*
    from public.ai_messages as message
    where message.role = 'assistant' and message.status not in ('streaming', 'continues')
      and (
        message.org_id in (select id from managed)
        or (message.user_id = (select auth.uid()) and message.org_id in (select id from mine))
      )
  )
  select answer.org_id, answer.user_id, answer.assistant_id, answer.conversation_id, answer.id, answer.parent_id,
    (answer.created_at at time zone 'UTC')::date, answer.status,
    case when answer.status = 'complete' then round(extract(epoch from answer.completed_at - answer.created_at) * 1000)::integer end,
    request.time_to_first_token_ms, request.input_tokens, request.output_tokens, request.cost_usd,
    coalesce(tools.n, 0), coalesce(tools.failed, 0), judged.rating, coalesce(judged.ratings, 0), coalesce(judged.accepted, 0), coalesce(judged.rejected, 0)
  from answers as answer
  left join lateral (
    select (array_agg(log.time_to_first_token_ms order by log.created_at))[1] as time_to_first_token_ms,
      sum(log.input_tokens)::bigint as input_tokens, sum(log.output_tokens)::bigint as output_tokens,
      case when bool_and(log.cost_usd is not null) then sum(log.cost_usd) end as cost_usd
    from public.ai_request_logs as log
    -- An answer that waited for its user, or an agent's, is made by several requests; all but the last have called tools. A request is
    -- logged when it ends, soon after its answer does: the bounds find the partition.
    where log.org_id = answer.org_id
      and log.id in (
        select answer.request_id
        union
        select call.request_id from public.ai_tool_calls as call
        where call.org_id = answer.org_id and call.conversation_id = answer.conversation_id and call.message_id = answer.id
      )
      and log.created_at between answer.created_at - interval '1 hour' and coalesce(answer.completed_at, answer.created_at) + interval '1 hour'
  ) as request on true
  left join lateral (
    select count(*) as n, count(*) filter (where call.status = 'failed') as failed
    from public.ai_tool_calls as call
    where call.org_id = answer.org_id and call.conversation_id = answer.conversation_id and call.message_id = answer.id
  ) as tools on true
  left join lateral (
    select avg(metric.user_rating) as rating, count(metric.user_rating) as ratings,
      count(*) filter (where metric.outcome in ('accepted', 'converted')) as accepted,
      count(*) filter (where metric.outcome = 'rejected') as rejected
    from public.ai_quality_metrics as metric
    where metric.org_id = answer.org_id and metric.request_id = answer.request_id
  ) as judged on true
$$;
comment on function private.turn_facts() is
  'One row for every answer of an assistant that the caller may count: managers their organizations'', everybody else his own. Figures only.';

create view public.ai_assistant_usage_daily with (security_invoker = true) as
select fact.org_id, fact.day, fact.assistant_id, fact.user_id,
  count(distinct fact.conversation_id) as conversations, count(*) + count(distinct fact.question_id) as messages, count(*) as answers,
  count(*) filter (where fact.status = 'failed') as failed, count(*) filter (where fact.status = 'stopped') as stopped,
  round(avg(fact.response_ms))::integer as avg_response_ms,
  percentile_disc(0.95) within group (order by fact.response_ms) as p95_response_ms,
  round(avg(fact.first_token_ms))::integer as avg_first_token_ms,
  sum(fact.input_tokens)::bigint as input_tokens, sum(fact.output_tokens)::bigint as output_tokens, sum(fact.cost_usd) as cost_usd,
  count(*) filter (where fact.cost_usd is null) as unpriced,
  sum(fact.tool_calls)::bigint as tool_calls, sum(fact.failed_tool_calls)::bigint as failed_tool_calls,
  round(sum(fact.rating * fact.ratings) / nullif(sum(fact.ratings), 0), 2) as avg_rating, sum(fact.ratings)::bigint as ratings,
  sum(fact.accepted)::bigint as accepted, sum(fact.rejected)::bigint as rejected
from private.turn_facts() as fact
group by fact.org_id, fact.day, fact.assistant_id, fact.user_id;
comment on view public.ai_assistant_usage_daily is
  'Chats by UTC day, assistant and user. Managers see their organizations, everybody else his own.';

create view public.ai_assistant_usage with (security_invoker = true) as
select fact.org_id, fact.assistant_id,
  count(distinct fact.user_id) as users, count(distinct fact.conversation_id) as conversations,
  count(*) + count(distinct fact.question_id) as messages, count(*) as answers,
  count(*) filter (where fact.status = 'failed') as failed, count(*) filter (where fact.status = 'stopped') as stopped,
  round(avg(fact.response_ms))::integer as avg_response_ms,
  percentile_disc(0.95) within group (order by fact.response_ms) as p95_response_ms,
  round(avg(fact.first_token_ms))::integer as avg_first_token_ms,
  sum(fact.input_tokens)::bigint as input_tokens, sum(fact.output_tokens)::bigint as output_tokens, sum(fact.cost_usd) as cost_usd,
  count(*) filter (where fact.cost_usd is null) as unpriced,
  sum(fact.tool_calls)::bigint as tool_calls, sum(fact.failed_tool_calls)::bigint as failed_tool_calls,
  round(sum(fact.rating * fact.ratings) / nullif(sum(fact.ratings), 0), 2) as avg_rating, sum(fact.ratings)::bigint as ratings,
  sum(fact.accepted)::bigint as accepted, sum(fact.rejected)::bigint as rejected, max(fact.day) as last_used_on
from private.turn_facts() as fact
group by fact.org_id, fact.assistant_id;
comment on view public.ai_assistant_usage is 'Chats by assistant, since the beginning. Who sees what as ai_assistant_usage_daily.';

create view public.ai_chat_user_usage with (security_invoker = true) as
select fact.org_id, fact.user_id,
  count(distinct fact.assistant_id) as assistants, count(distinct fact.conversation_id) as conversations,
  count(*) + count(distinct fact.question_id) as messages, count(*) as answers,
  count(*) filter (where fact.status = 'failed') as failed, count(*) filter (where fact.status = 'stopped') as stopped,
  round(avg(fact.response_ms))::integer as avg_response_ms,
  percentile_disc(0.95) within group (order by fact.response_ms) as p95_response_ms,
  sum(fact.input_tokens)::bigint as input_tokens, sum(fact.output_tokens)::bigint as output_tokens, sum(fact.cost_usd) as cost_usd,
  count(*) filter (where fact.cost_usd is null) as unpriced,
  sum(fact.tool_calls)::bigint as tool_calls, sum(fact.failed_tool_calls)::bigint as failed_tool_calls,
  round(sum(fact.rating * fact.ratings) / nullif(sum(fact.ratings), 0), 2) as avg_rating, sum(fact.ratings)::bigint as ratings,
  max(fact.day) as last_used_on
from private.turn_facts() as fact
group by fact.org_id, fact.user_id;
comment on view public.ai_chat_user_usage is 'Chats by user, since the beginning. Who sees what as ai_assistant_usage_daily.';

do $$
declare
  v_view text;
begin
  foreach v_view in array array['ai_assistant_usage_daily', 'ai_assistant_usage', 'ai_chat_user_usage']
  loop
    execute format('comment on column public.%I.messages is %L', v_view, 'Questions and answers; a question that was answered again counts once.');
    execute format('comment on column public.%I.avg_response_ms is %L', v_view, 'From the question to the end of the answer. NULL: no whole answer.');
    execute format('comment on column public.%I.cost_usd is %L', v_view, 'US dollars. NULL: nothing of it is known; unpriced says how many answers are missing.');
    execute format('comment on column public.%I.avg_rating is %L', v_view, '1 bad … 5 good. NULL: nobody rated.');
    execute format('grant select on public.%I to authenticated, service_role', v_view);
  end loop;
end
$$;
grant execute on function private.turn_facts() to authenticated, service_role;
