-- The summary of a range, with its percentiles computed once: as a part of the sum they were computed for every row of it.

create or replace function private.usage_summary(p_org_id uuid, p_from date, p_to date)
returns table (
  request_count bigint, failed_count bigint, refused_count bigint, cached_count bigint, escalated_count bigint, fell_back_count bigint,
  rules_count bigint, review_count bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, cost numeric, currency text,
  unpriced_count bigint, avg_latency_ms integer, p50_latency_ms integer, p95_latency_ms integer, p99_latency_ms integer, avg_confidence numeric,
  confidence_count bigint
)
language sql
stable
security definer -- reads rollups that no API role may; only for organizations whose totals the caller may see
set search_path = ''
set jit = off -- a report: compiling it takes longer than running it
as $$
  with sums as materialized (
    select coalesce(sum(p.requests), 0)::bigint as requests, coalesce(sum(p.failed), 0)::bigint as failed, coalesce(sum(p.refused), 0)::bigint as refused,
           coalesce(sum(p.cached), 0)::bigint as cached, coalesce(sum(p.escalated), 0)::bigint as escalated, coalesce(sum(p.fell_back), 0)::bigint as fell_back,
           coalesce(sum(p.by_rules), 0)::bigint as by_rules, coalesce(sum(p.for_review), 0)::bigint as for_review,
           coalesce(sum(p.input_tokens), 0)::bigint as input_tokens, coalesce(sum(p.output_tokens), 0)::bigint as output_tokens,
           coalesce(sum(p.cost_usd), 0) as cost_usd,
           case when count(*) filter (where r.per_usd is null and p.cost_usd <> 0) = 0 then coalesce(sum(p.cost_usd * r.per_usd), 0) end as cost,
           coalesce(sum(p.unpriced), 0)::bigint as unpriced, (sum(p.latency_ms) / nullif(sum(p.timed), 0))::integer as latency_ms,
           round(sum(p.confidence) / nullif(sum(p.with_confidence), 0), 4) as confidence, coalesce(sum(p.with_confidence), 0)::bigint as with_confidence
    from private.usage_parts(p_org_id, p_from, p_to) as p
    left join private.day_rates(p_org_id, p_from, p_to) as r on r.day = p.day
  ),
  histogram as materialized (
    select array_agg(x.bucket) as buckets, array_agg(x.n) as counts
    from (select b.bucket, sum(b.requests)::bigint as n from private.latency_parts(p_org_id, p_from, p_to) as b group by b.bucket) as x
  )
  select s.requests, s.failed, s.refused, s.cached, s.escalated, s.fell_back, s.by_rules, s.for_review, s.input_tokens, s.output_tokens, s.cost_usd,
         s.cost, o.currency, s.unpriced, s.latency_ms, private.percentile_of(h.buckets, h.counts, 0.50),
         private.percentile_of(h.buckets, h.counts, 0.95), private.percentile_of(h.buckets, h.counts, 0.99), s.confidence, s.with_confidence
  from public.organizations as o
  cross join sums as s
  cross join histogram as h
  where o.id = p_org_id and o.id in (select v.id from private.reported_org_ids() as v (id))
$$;
