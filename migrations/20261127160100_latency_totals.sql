-- The latency histogram of a whole organization by day: the overview asks for the percentiles of everything, and added up the histograms
-- of every task and model for that, a hundred thousand rows for a quarter.

create table private.ai_latency_totals (
  org_id   uuid     not null,
  day      date     not null,
  bucket   smallint not null,
  requests bigint   not null,

  constraint ai_latency_totals_pkey primary key (org_id, day, bucket)
);
comment on table private.ai_latency_totals is 'What private.ai_latency_days says of all tasks and models together. Kept by triggers of that table.';
alter table private.ai_latency_totals enable row level security;

create function private.follow_latency_days()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'TRUNCATE' then
    truncate private.ai_latency_totals;
  elsif tg_op = 'INSERT' then
    insert into private.ai_latency_totals as t
    select a.org_id, a.day, a.bucket, sum(a.requests) from added as a group by a.org_id, a.day, a.bucket
    on conflict (org_id, day, bucket) do update set requests = t.requests + excluded.requests;
  else
    insert into private.ai_latency_totals as t
    select c.org_id, c.day, c.bucket, sum(c.requests)
    from (
      select a.org_id, a.day, a.bucket, a.requests from added as a
      union all
      select r.org_id, r.day, r.bucket, -r.requests from removed as r
    ) as c
    group by c.org_id, c.day, c.bucket
    on conflict (org_id, day, bucket) do update set requests = t.requests + excluded.requests;
  end if;
  return null;
end
$$;
comment on function private.follow_latency_days() is 'Brings the histogram of an organization''s day to the sum of its tasks'' and models''.';
create trigger ai_latency_days_follow_inserted after insert on private.ai_latency_days
  referencing new table as added for each statement execute function private.follow_latency_days();
create trigger ai_latency_days_follow_updated after update on private.ai_latency_days
  referencing old table as removed new table as added for each statement execute function private.follow_latency_days();
create trigger ai_latency_days_follow_truncated after truncate on private.ai_latency_days
  for each statement execute function private.follow_latency_days();

-- What was rolled up before this migration.
insert into private.ai_latency_totals
select l.org_id, l.day, l.bucket, sum(l.requests) from private.ai_latency_days as l group by l.org_id, l.day, l.bucket;

create function private.latency_totals(p_org_id uuid, p_from date, p_to date)
returns table (bucket smallint, requests bigint)
language sql
stable
set search_path = ''
as $$
  select p.bucket, sum(p.requests)::bigint
  from (
    select l.bucket, l.requests
    from private.ai_latency_totals as l
    where l.org_id = p_org_id and l.day between p_from and p_to
    union all
    select f.bucket, f.requests
    from private.fresh_requests(private.rolled_up_to(), 9223372036854775807) as f
    where f.org_id = p_org_id and f.day between p_from and p_to and f.bucket is not null
  ) as p
  group by p.bucket
$$;
comment on function private.latency_totals(uuid, date, date) is 'Latency histogram of an organization''s answered requests.';

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
    select array_agg(x.bucket) as buckets, array_agg(x.requests) as counts from private.latency_totals(p_org_id, p_from, p_to) as x
  )
  select s.requests, s.failed, s.refused, s.cached, s.escalated, s.fell_back, s.by_rules, s.for_review, s.input_tokens, s.output_tokens, s.cost_usd,
         s.cost, o.currency, s.unpriced, s.latency_ms, private.percentile_of(h.buckets, h.counts, 0.50),
         private.percentile_of(h.buckets, h.counts, 0.95), private.percentile_of(h.buckets, h.counts, 0.99), s.confidence, s.with_confidence
  from public.organizations as o
  cross join sums as s
  cross join histogram as h
  where o.id = p_org_id and o.id in (select v.id from private.reported_org_ids() as v (id))
$$;

revoke execute on function private.follow_latency_days(), private.latency_totals(uuid, date, date) from public;
