-- The latency histogram of a whole organization by day: the overview asks for the percentiles of everything, and adding up the histograms of
-- every task and model for that means a hundred thousand rows for a quarter.

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

revoke execute on function private.follow_latency_days(), private.latency_totals(uuid, date, date) from public;
