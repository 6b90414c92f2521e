-- Prompt versions and variants side by side: what they cost, how sure they were, what people and business rows made of them.

create function private.prompt_variants()
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
comment on function private.prompt_variants() is 'Behind public.ai_prompt_variants.';

create function private.share_p_value(p_hits bigint, p_of bigint, p_other_hits bigint, p_other_of bigint)
returns numeric
language sql
immutable
set search_path = ''
as $$
  select case when p_of >= 30 and p_other_of >= 30 and pooled.share > 0 and pooled.share < 1 then
    round(erfc(abs(p_hits::float8 / p_of - p_other_hits::float8 / p_other_of)
      / sqrt(pooled.share * (1 - pooled.share) * (1.0 / p_of + 1.0 / p_other_of)) / sqrt(2.0))::numeric, 4) end
  from (select (p_hits + p_other_hits)::float8 / nullif(p_of + p_other_of, 0) as share) as pooled
$$;
comment on function private.share_p_value(bigint, bigint, bigint, bigint) is
  'How likely two shares differ this much by chance (two-sided z test, pooled). NULL below 30 on either side, or when all or none hit.';

revoke execute on function private.prompt_variants(), private.share_p_value(bigint, bigint, bigint, bigint) from public;
grant execute on function private.prompt_variants(), private.share_p_value(bigint, bigint, bigint, bigint) to authenticated, service_role;

create view public.ai_prompt_variants with (security_invoker = true) as
select v.*, round(v.converted_count::numeric / nullif(v.request_count, 0), 4) as conversion_rate,
       round(v.rejected_count::numeric / nullif(v.request_count, 0), 4) as rejection_rate,
       case when v.prompt_variant <> first_value(v.prompt_variant) over in_version then
         private.share_p_value(v.converted_count, v.request_count, first_value(v.converted_count) over in_version, first_value(v.request_count) over in_version)
       end as conversion_p_value
from private.prompt_variants() as v
window in_version as (partition by v.org_id, v.prompt_key, v.prompt_version order by v.prompt_variant);
comment on view public.ai_prompt_variants is
  'The last 30 days by prompt version and variant: requests a model answered (none from the cache), and what became of them by ai_quality_metrics. Live.';
comment on column public.ai_prompt_variants.avg_rating is '1 to 5; NULL without a rating.';
comment on column public.ai_prompt_variants.converted_count is 'Requests, not statements: however many say so.';
comment on column public.ai_prompt_variants.conversion_p_value is
  'Of the difference to the version''s first variant. NULL for that variant, below 30 requests on either side, or without any conversion.';
revoke all on public.ai_prompt_variants from anon, authenticated, service_role;
grant select on public.ai_prompt_variants to authenticated, service_role;
