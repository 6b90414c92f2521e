-- Percentiles of a day, kept beside its sums: who reads a month of days reads a row a day, task and model, not its histogram.
--
-- Whoever changes a histogram (the roll-up, a correction, a restore) changes its percentiles in the same statement.

create function private.keep_percentiles()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  update private.ai_task_days as d
  set p50_latency_ms = private.percentile_of(l.buckets, l.counts, 0.50),
      p95_latency_ms = private.percentile_of(l.buckets, l.counts, 0.95),
      p99_latency_ms = private.percentile_of(l.buckets, l.counts, 0.99)
  from (
    select h.org_id, h.day, h.task, h.provider, h.model, array_agg(h.bucket) as buckets, array_agg(h.requests) as counts
    from private.ai_latency_days as h
    join (select distinct c.org_id, c.day, c.task, c.provider, c.model from changed as c) as k using (org_id, day, task, provider, model)
    group by h.org_id, h.day, h.task, h.provider, h.model
  ) as l
  where d.org_id = l.org_id and d.day = l.day and d.task = l.task and d.provider = l.provider and d.model = l.model;
  return null;
end
$$;
comment on function private.keep_percentiles() is
  'Brings the percentiles of days to what their histograms say. The sums of a day are written before its histogram.';
create trigger ai_latency_days_keep_inserted after insert on private.ai_latency_days
  referencing new table as changed for each statement execute function private.keep_percentiles();
create trigger ai_latency_days_keep_updated after update on private.ai_latency_days
  referencing new table as changed for each statement execute function private.keep_percentiles();
revoke execute on function private.keep_percentiles() from public;
