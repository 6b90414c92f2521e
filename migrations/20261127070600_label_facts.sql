-- What a judgement needs to know of its request, kept with the judgement: calibration, prompt comparison and the funnel read labels alone.
--
-- Before, each of them looked every label up in the log, which read whole partitions: 400 ms with a million requests. A request's row does
-- not change any more once somebody can judge it.

alter table public.ai_quality_metrics
  add column requested_at   timestamptz,
  add column prompt_key     text,
  add column prompt_version integer,
  add column prompt_variant text,
  add column raw_score      numeric,
  add column score          numeric(3, 2);
comment on column public.ai_quality_metrics.requested_at is 'ai_request_logs.created_at of the request. NULL: the log did not have it any more.';
comment on column public.ai_quality_metrics.prompt_key is 'Of the request, as prompt_version and prompt_variant. NULL: no prompt, or the log did not have it any more.';
comment on column public.ai_quality_metrics.raw_score is 'Confidence of a model''s own answer before calibration, 0 to 1. NULL: rules or the cache answered, or nothing was judged.';
comment on column public.ai_quality_metrics.score is 'The same as it was told.';
create index ai_quality_metrics_requested_at_idx on public.ai_quality_metrics (org_id, requested_at desc);

create function private.keep_request_facts()
returns trigger
language plpgsql
security definer -- whoever may write a label may not read every request
set search_path = ''
as $$
begin
  select r.created_at, r.prompt_key, r.prompt_version, r.prompt_variant,
         case when r.action = 'use_ai_result' and not r.cached and r.confidence_score is not null
           then coalesce((r.decision #>> '{confidence,raw_score}')::numeric, r.confidence_score) end,
         case when r.action = 'use_ai_result' and not r.cached then r.confidence_score end
  into new.requested_at, new.prompt_key, new.prompt_version, new.prompt_variant, new.raw_score, new.score
  from public.ai_request_logs as r where r.id = new.request_id and r.org_id = new.org_id;
  return new;
end
$$;
comment on function private.keep_request_facts() is 'Writes down beside a label what its request was.';
create trigger ai_quality_metrics_request_facts before insert on public.ai_quality_metrics
  for each row execute function private.keep_request_facts();
revoke execute on function private.keep_request_facts() from public;

update public.ai_quality_metrics as q
set requested_at = r.created_at, prompt_key = r.prompt_key, prompt_version = r.prompt_version, prompt_variant = r.prompt_variant,
    raw_score = case when r.action = 'use_ai_result' and not r.cached and r.confidence_score is not null
      then coalesce((r.decision #>> '{confidence,raw_score}')::numeric, r.confidence_score) end,
    score = case when r.action = 'use_ai_result' and not r.cached then r.confidence_score end
from public.ai_request_logs as r
where r.id = q.request_id and r.org_id = q.org_id;

create or replace view public.ai_answer_labels with (security_invoker = true) as
select distinct on (q.org_id, q.request_id)
  q.org_id, q.request_id, q.task, q.raw_score, q.score,
  q.outcome in ('accepted', 'converted') or (q.outcome = 'rated' and q.user_rating >= 4) as is_right,
  q.source, q.created_at as labelled_at
from public.ai_quality_metrics as q
where q.score is not null and (q.outcome <> 'rated' or q.user_rating <> 3)
order by q.org_id, q.request_id, (q.source = 'review') desc, q.created_at desc;

create or replace function private.prompt_variants()
returns table (
  org_id uuid, prompt_key text, prompt_version integer, prompt_variant text, request_count bigint, failed_count bigint, escalated_count bigint,
  total_cost_usd numeric, avg_latency_ms integer, avg_confidence numeric, rating_count bigint, avg_rating numeric, accepted_count bigint,
  edited_count bigint, rejected_count bigint, converted_count bigint
)
language sql
stable
security definer -- reads a rollup that no API role may; filtered by reported_org_ids()
set search_path = ''
set jit = off -- a report: compiling it takes longer than running it
as $$
  with visible as materialized (select v.id from private.reported_org_ids() as v (id)),
  since as materialized (select private.clock() - interval '30 days' as moment),
  parts as (
    select d.org_id, d.prompt_key, d.prompt_version, d.prompt_variant, d.requests, d.failed, d.escalated, d.cost_usd, d.latency_ms, d.timed,
           d.confidence, d.with_confidence
    from private.ai_prompt_days as d
    where d.org_id in (select id from visible) and d.day >= (select moment from since)::date
    union all
    select f.org_id, f.prompt_key, f.prompt_version, f.prompt_variant, f.requests, f.failed, f.escalated, f.cost_usd, f.latency_ms, f.timed,
           f.confidence, f.with_confidence
    from private.fresh_requests(private.rolled_up_to(), 9223372036854775807) as f
    where f.prompt_key is not null and f.refused = 0 and f.cached = 0 and f.org_id in (select id from visible)
  ),
  sums as (
    select p.org_id, p.prompt_key, p.prompt_version, p.prompt_variant, sum(p.requests) as requests, sum(p.failed) as failed,
           sum(p.escalated) as escalated, sum(p.cost_usd) as cost_usd, sum(p.latency_ms) as latency_ms, sum(p.timed) as timed,
           sum(p.confidence) as confidence, sum(p.with_confidence) as with_confidence
    from parts as p
    group by p.org_id, p.prompt_key, p.prompt_version, p.prompt_variant
    having sum(p.requests) > 0
  ),
  judged as (
    -- By request: three people who say that one lead converted are one conversion.
    select q.org_id, q.prompt_key, q.prompt_version, q.prompt_variant,
           count(q.user_rating) as ratings, avg(q.user_rating) as rating,
           count(distinct q.request_id) filter (where q.outcome = 'accepted') as accepted,
           count(distinct q.request_id) filter (where q.outcome = 'edited') as edited,
           count(distinct q.request_id) filter (where q.outcome = 'rejected') as rejected,
           count(distinct q.request_id) filter (where q.outcome = 'converted') as converted
    from public.ai_quality_metrics as q
    where q.org_id in (select id from visible) and q.requested_at >= (select moment from since) and q.prompt_key is not null
    group by q.org_id, q.prompt_key, q.prompt_version, q.prompt_variant
  )
  select s.org_id, s.prompt_key, s.prompt_version, s.prompt_variant, s.requests::bigint, s.failed::bigint, s.escalated::bigint, s.cost_usd,
         (s.latency_ms / nullif(s.timed, 0))::integer, round(s.confidence / nullif(s.with_confidence, 0), 4),
         coalesce(j.ratings, 0), round(j.rating, 2), coalesce(j.accepted, 0), coalesce(j.edited, 0), coalesce(j.rejected, 0), coalesce(j.converted, 0)
  from sums as s
  left join judged as j using (org_id, prompt_key, prompt_version, prompt_variant)
$$;
