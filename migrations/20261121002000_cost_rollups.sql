-- Cost rollups by job and by subject, and what is unknown of a user's: a second stage that follows private.roll_up().
--
-- The first stage moves its watermark last, in the same transaction. Here every move is answered by adding exactly the rows
-- between the old mark and the new one, and every withdrawn row it deletes is subtracted. So both stages always stand at the
-- same mark, and one live tail completes both.

create table private.ai_job_days (
  job_id        uuid    not null,
  org_id        uuid    not null,
  day           date    not null,
  requests      bigint  not null,
  failed        bigint  not null,
  input_tokens  bigint  not null,
  output_tokens bigint  not null,
  cost_usd      numeric not null,
  unpriced      bigint  not null,

  constraint ai_job_days_pkey primary key (job_id, org_id, day)
);
comment on table private.ai_job_days is 'Requests by job and day (the organization''s). Additive.';
comment on column private.ai_job_days.cost_usd is 'US dollars, of what is known; unpriced counts the requests whose cost is not.';
create index ai_job_days_org_id_day_idx on private.ai_job_days (org_id, day);

create table private.ai_subject_days (
  subject_type  text    not null,
  subject_id    text    not null,
  org_id        uuid    not null,
  day           date    not null,
  requests      bigint  not null,
  failed        bigint  not null,
  input_tokens  bigint  not null,
  output_tokens bigint  not null,
  cost_usd      numeric not null,
  unpriced      bigint  not null,

  constraint ai_subject_days_pkey primary key (subject_type, subject_id, org_id, day)
);
comment on table private.ai_subject_days is 'Requests by subject (the business row they were about) and day (the organization''s). Additive.';
comment on column private.ai_subject_days.cost_usd is 'US dollars, of what is known; unpriced counts the requests whose cost is not.';
create index ai_subject_days_org_id_day_idx on private.ai_subject_days (org_id, day);

create function private.cost_measures(p_from bigint, p_to bigint, p_withdrawn public.ai_request_logs[])
returns table (
  org_id uuid, day date, user_id uuid, job_id uuid, subject_type text, subject_id text, sign integer, failed integer, input_tokens integer,
  output_tokens integer, cost_usd numeric, unpriced integer
)
language sql
stable
set search_path = ''
as $$
  select f.org_id, (f.created_at at time zone o.time_zone)::date, f.user_id, f.job_id, f.subject_type, f.subject_id, f.sign,
         f.sign * (f.status in ('failed', 'cancelled', 'swept'))::integer, f.sign * coalesce(f.input_tokens, 0),
         f.sign * coalesce(f.output_tokens, 0), f.sign * coalesce(f.cost_usd, 0), f.sign * (f.cost_usd is null)::integer
  from (
    select 1 as sign, l.* from public.ai_request_logs as l where l.settled_tx >= p_from and l.settled_tx < p_to
    union all
    select -1, w.* from unnest(p_withdrawn) as w
  ) as f
  join public.organizations as o on o.id = f.org_id
$$;
comment on function private.cost_measures(bigint, bigint, public.ai_request_logs[]) is
  'Log rows written by transactions of a range as measures to add, the given rows as measures to subtract.';

create function private.add_costs(p_from bigint, p_to bigint, p_withdrawn public.ai_request_logs[])
returns void
language plpgsql
set search_path = ''
as $$
begin
  with measures as materialized (
    select * from private.cost_measures(p_from, p_to, p_withdrawn)
  ),
  job_days as (
    insert into private.ai_job_days as t
    select f.job_id, f.org_id, f.day, sum(f.sign), sum(f.failed), sum(f.input_tokens), sum(f.output_tokens), sum(f.cost_usd), sum(f.unpriced)
    from measures as f
    where f.job_id is not null
    group by f.job_id, f.org_id, f.day
    on conflict (job_id, org_id, day) do update set
      requests = t.requests + excluded.requests, failed = t.failed + excluded.failed, input_tokens = t.input_tokens + excluded.input_tokens,
      output_tokens = t.output_tokens + excluded.output_tokens, cost_usd = t.cost_usd + excluded.cost_usd, unpriced = t.unpriced + excluded.unpriced
  ),
  subject_days as (
    insert into private.ai_subject_days as t
    select f.subject_type, f.subject_id, f.org_id, f.day, sum(f.sign), sum(f.failed), sum(f.input_tokens), sum(f.output_tokens), sum(f.cost_usd),
           sum(f.unpriced)
    from measures as f
    where f.subject_type is not null and f.subject_id is not null
    group by f.subject_type, f.subject_id, f.org_id, f.day
    on conflict (subject_type, subject_id, org_id, day) do update set
      requests = t.requests + excluded.requests, failed = t.failed + excluded.failed, input_tokens = t.input_tokens + excluded.input_tokens,
      output_tokens = t.output_tokens + excluded.output_tokens, cost_usd = t.cost_usd + excluded.cost_usd, unpriced = t.unpriced + excluded.unpriced
  )
  -- The first stage has added everything else of a user's day.
  insert into private.ai_user_days as t (org_id, day, user_id, requests, input_tokens, output_tokens, cost_usd, unpriced)
  select f.org_id, f.day, f.user_id, 0, 0, 0, 0, sum(f.unpriced)
  from measures as f
  where f.user_id is not null and f.unpriced <> 0
  group by f.org_id, f.day, f.user_id
  on conflict (org_id, day, user_id) do update set unpriced = t.unpriced + excluded.unpriced;
end
$$;
comment on function private.add_costs(bigint, bigint, public.ai_request_logs[]) is
  'Adds a range of transactions to the cost rollups and subtracts withdrawn rows.';

create function private.follow_roll_up()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.rolled_up_to < old.rolled_up_to then
    -- private.clear_rollups(): everything is counted again from the log.
    truncate private.ai_job_days, private.ai_subject_days;
  else
    perform private.add_costs(old.rolled_up_to, new.rolled_up_to, '{}');
  end if;
  return null;
end
$$;
comment on function private.follow_roll_up() is 'Brings the cost rollups to the mark that private.roll_up() has just reached.';
create trigger ai_rollup_state_follow
  after update of rolled_up_to on private.ai_rollup_state
  for each row when (old.rolled_up_to <> new.rolled_up_to)
  execute function private.follow_roll_up();

create function private.follow_withdrawal()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- Mostly nothing is withdrawn.
  if exists (select from gone) then
    perform private.add_costs(0, 0, (select array_agg(g.row_data) from gone as g));
  end if;
  return null;
end
$$;
comment on function private.follow_withdrawal() is 'Subtracts from the cost rollups what private.roll_up() has just subtracted from its own.';
create trigger ai_withdrawn_requests_follow
  after delete on private.ai_withdrawn_requests
  referencing old table as gone
  for each statement execute function private.follow_withdrawal();
create function private.roll_up()
returns bigint
language plpgsql
set search_path = ''
as $$
begin
  perform from private.ai_rollup_state for update;
  return private.roll_up_alone();
end
$$;
comment on function private.roll_up() is
  'Adds everything below the oldest running transaction to the rollups, once. Called by cron every minute. Returns the number of new requests.';

-- Who may read. The views below are plain queries, so that a filter for one job or lead reaches an index: a definer function
-- would compute every row first. Hence grants and policies on rollups, which the other rollups do without.

create function private.managed_org_ids()
returns setof uuid
language sql
stable
security definer -- as visible_org_ids(), which it narrows
set search_path = ''
as $$
  select v.id from private.visible_org_ids() as v (id)
  where private.is_trusted() or v.id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
$$;
comment on function private.managed_org_ids() is
  'Organizations all of whose requests the caller may see: every one for postgres and the service role, else where he is owner, admin or manager.';

create function private.withdrawn_requests()
returns setof public.ai_request_logs
language sql
stable
security definer -- withdrawn rows are log rows of tenants in a table without policies: the log's own rule is applied here
set search_path = ''
as $$
  select (w.row_data).*
  from private.ai_withdrawn_requests as w
  where (w.row_data).org_id in (select private.managed_org_ids())
     or ((w.row_data).user_id = (select auth.uid()) and (w.row_data).org_id in (select private.my_org_ids_as('member')))
$$;
comment on function private.withdrawn_requests() is
  'Log rows that are still in the rollups although a late settle replaced them, as far as the caller might see them in the log.';

-- What is new is found by settled_tx alone. Without its upper end the planner would take a third of the log for new; without offset 0 it would see
-- a reader's filters, and walk an index of all requests about leads to find those of the last minute.
create view private.ai_cost_tail with (security_invoker = true) as
select f.org_id, (f.created_at at time zone o.time_zone)::date as day, f.user_id, f.job_id, f.subject_type, f.subject_id, f.sign as requests,
       f.sign * (f.status in ('failed', 'cancelled', 'swept'))::integer as failed, f.sign * coalesce(f.input_tokens, 0) as input_tokens,
       f.sign * coalesce(f.output_tokens, 0) as output_tokens, f.sign * coalesce(f.cost_usd, 0) as cost_usd,
       f.sign * (f.cost_usd is null)::integer as unpriced
from (
  select 1 as sign, l.org_id, l.created_at, l.user_id, l.job_id, l.subject_type, l.subject_id, l.status, l.input_tokens, l.output_tokens, l.cost_usd
  from public.ai_request_logs as l
  where l.settled_tx between (select private.rolled_up_to()) and 9223372036854775807
  union all
  select -1, w.org_id, w.created_at, w.user_id, w.job_id, w.subject_type, w.subject_id, w.status, w.input_tokens, w.output_tokens, w.cost_usd
  from private.withdrawn_requests() as w
  offset 0
) as f
join public.organizations as o on o.id = f.org_id;
comment on view private.ai_cost_tail is 'What the cost rollups do not have yet, of requests the caller may see.';

alter table private.ai_job_days enable row level security;
alter table private.ai_subject_days enable row level security;
grant select on private.ai_job_days, private.ai_subject_days, private.ai_user_days, private.ai_cost_tail to authenticated, service_role;

create policy ai_job_days_select_managed on private.ai_job_days
  for select to authenticated using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')));
create policy ai_subject_days_select_managed on private.ai_subject_days
  for select to authenticated using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')));
create policy ai_user_days_select_visible on private.ai_user_days
  for select to authenticated
  using (
    org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
    or (user_id = (select auth.uid()) and org_id in (select private.my_org_ids_as('member')))
  );

revoke execute on all functions in schema private from public;
grant execute on function private.managed_org_ids(), private.withdrawn_requests() to authenticated, service_role;
