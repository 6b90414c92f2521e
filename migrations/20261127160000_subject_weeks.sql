-- Which leads cost most, at any size: whole weeks are added up once, not at every look.
--
-- Subjects are the one key that grows with the business: a month of ten million calls about fourteen thousand leads is four hundred thousand
-- rows by day. A range is its whole weeks and what is left of days at both ends; only the few subjects that are shown are then read by day.

create table private.ai_subject_weeks (
  org_id       uuid    not null,
  week         date    not null,
  subject_type text    not null,
  subject_id   text    not null,
  requests     bigint  not null,
  cost_usd     numeric not null,

  constraint ai_subject_weeks_pkey primary key (org_id, week, subject_type, subject_id),
  constraint ai_subject_weeks_monday check (extract(isodow from week) = 1)
);
comment on table private.ai_subject_weeks is
  'What private.ai_subject_days says of whole weeks, to rank subjects by. week: its Monday. Kept by triggers of that table.';
comment on column private.ai_subject_weeks.cost_usd is 'US dollars, of what is known.';

create table private.ai_about_days (
  org_id        uuid    not null,
  day           date    not null,
  requests      bigint  not null,
  failed        bigint  not null,
  input_tokens  bigint  not null,
  output_tokens bigint  not null,
  cost_usd      numeric not null,
  unpriced      bigint  not null,

  constraint ai_about_days_pkey primary key (org_id, day)
);
comment on table private.ai_about_days is
  'Requests about any subject by day: the sum of private.ai_subject_days, of which a chart takes away what it shows. Kept by triggers of that table.';
comment on column private.ai_about_days.cost_usd is 'US dollars, of what is known.';

alter table private.ai_subject_weeks enable row level security;
alter table private.ai_about_days enable row level security;

create function private.follow_subject_days()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'TRUNCATE' then
    truncate private.ai_subject_weeks, private.ai_about_days;
  elsif tg_op = 'INSERT' then
    insert into private.ai_subject_weeks as t
    select c.org_id, date_trunc('week', c.day::timestamp)::date, c.subject_type, c.subject_id, sum(c.sign * c.requests), sum(c.sign * c.cost_usd)
    from (select 1 as sign, a.* from added as a) as c
    group by 1, 2, 3, 4
    on conflict (org_id, week, subject_type, subject_id) do update set
      requests = t.requests + excluded.requests, cost_usd = t.cost_usd + excluded.cost_usd;
    insert into private.ai_about_days as t
    select c.org_id, c.day, sum(c.sign * c.requests), sum(c.sign * c.failed), sum(c.sign * c.input_tokens), sum(c.sign * c.output_tokens),
           sum(c.sign * c.cost_usd), sum(c.sign * c.unpriced)
    from (select 1 as sign, a.* from added as a) as c
    group by 1, 2
    on conflict (org_id, day) do update set
      requests = t.requests + excluded.requests, failed = t.failed + excluded.failed, input_tokens = t.input_tokens + excluded.input_tokens,
      output_tokens = t.output_tokens + excluded.output_tokens, cost_usd = t.cost_usd + excluded.cost_usd, unpriced = t.unpriced + excluded.unpriced;
  else
    insert into private.ai_subject_weeks as t
    select c.org_id, date_trunc('week', c.day::timestamp)::date, c.subject_type, c.subject_id, sum(c.sign * c.requests), sum(c.sign * c.cost_usd)
    from (select 1 as sign, a.* from added as a union all select -1, r.* from removed as r) as c
    group by 1, 2, 3, 4
    on conflict (org_id, week, subject_type, subject_id) do update set
      requests = t.requests + excluded.requests, cost_usd = t.cost_usd + excluded.cost_usd;
    insert into private.ai_about_days as t
    select c.org_id, c.day, sum(c.sign * c.requests), sum(c.sign * c.failed), sum(c.sign * c.input_tokens), sum(c.sign * c.output_tokens),
           sum(c.sign * c.cost_usd), sum(c.sign * c.unpriced)
    from (select 1 as sign, a.* from added as a union all select -1, r.* from removed as r) as c
    group by 1, 2
    on conflict (org_id, day) do update set
      requests = t.requests + excluded.requests, failed = t.failed + excluded.failed, input_tokens = t.input_tokens + excluded.input_tokens,
      output_tokens = t.output_tokens + excluded.output_tokens, cost_usd = t.cost_usd + excluded.cost_usd, unpriced = t.unpriced + excluded.unpriced;
  end if;
  return null;
end
$$;
comment on function private.follow_subject_days() is 'Brings the sums of subjects by week, and of all of them by day, to what the rollup by subject and day says.';

create trigger ai_subject_days_follow_inserted after insert on private.ai_subject_days
  referencing new table as added for each statement execute function private.follow_subject_days();
create trigger ai_subject_days_follow_updated after update on private.ai_subject_days
  referencing old table as removed new table as added for each statement execute function private.follow_subject_days();
create trigger ai_subject_days_follow_truncated after truncate on private.ai_subject_days
  for each statement execute function private.follow_subject_days();

-- Reading ----------------------------------------------------------------------------------------------------------------

create function private.subject_costs(p_org_id uuid, p_from date, p_to date)
returns table (subject_type text, subject_id text, requests numeric, cost_usd numeric)
language plpgsql
stable
security definer -- reads rollups that no API role may; only for organizations all of whose requests the caller may see
set search_path = ''
set jit = off -- a report: compiling it takes longer than running it
set plan_cache_mode = force_custom_plan -- how many days are read decides how
set work_mem = '32MB' -- twenty thousand subjects in one hash table
as $$
declare
  v_first_week constant date := date_trunc('week', p_from::timestamp)::date;
  v_last_week  constant date := date_trunc('week', p_to::timestamp)::date;
  -- Whole weeks, and the days that are added to them (1) or taken away (-1) at either end.
  v_weeks_from date := v_first_week;
  v_weeks_to   date := v_last_week + 7;
  v_head_sign  integer := -1;
  v_head_from  date := v_first_week;
  v_head_to    date := p_from - 1;
  v_tail_sign  integer := -1;
  v_tail_from  date := p_to + 1;
  v_tail_to    date := v_last_week + 6;
begin
  if p_org_id not in (select m.id from private.managed_org_ids() as m (id)) then
    return;
  end if;
  if v_first_week >= v_last_week then
    -- Within one week: day by day.
    v_weeks_to := v_weeks_from;
    v_head_sign := 1;
    v_head_from := p_from;
    v_head_to := p_to;
    v_tail_to := p_to;
  else
    if p_from - v_first_week > 3 then
      v_weeks_from := v_first_week + 7;
      v_head_sign := 1;
      v_head_from := p_from;
      v_head_to := v_first_week + 6;
    end if;
    if p_to - v_last_week < 3 and exists (
      select from private.ai_about_days as a where a.org_id = p_org_id and a.day > p_to and a.day <= v_last_week + 6
    ) then
      v_weeks_to := v_last_week;
      v_tail_sign := 1;
      v_tail_from := v_last_week;
      v_tail_to := p_to;
    end if;
  end if;
  return query
  select p.subject_type, p.subject_id, sum(p.requests), sum(p.cost_usd)
  from (
    select w.subject_type, w.subject_id, w.requests, w.cost_usd
    from private.ai_subject_weeks as w
    where w.org_id = p_org_id and w.week >= v_weeks_from and w.week < v_weeks_to
    union all
    select d.subject_type, d.subject_id, v_head_sign * d.requests, v_head_sign * d.cost_usd
    from private.ai_subject_days as d
    where d.org_id = p_org_id and d.day between v_head_from and v_head_to
    union all
    select d.subject_type, d.subject_id, v_tail_sign * d.requests, v_tail_sign * d.cost_usd
    from private.ai_subject_days as d
    where d.org_id = p_org_id and d.day between v_tail_from and v_tail_to
    union all
    select t.subject_type, t.subject_id, t.requests, t.cost_usd
    from private.ai_cost_tail as t
    where t.org_id = p_org_id and t.day between p_from and p_to and t.subject_type is not null and t.subject_id is not null
  ) as p
  group by p.subject_type, p.subject_id
  having sum(p.requests) > 0;
end
$$;
comment on function private.subject_costs(uuid, date, date) is
  'Requests about each subject and what is known of their cost in US dollars, in a range of days, for owner, admin and manager.';

create function private.subject_parts(p_org_id uuid, p_from date, p_to date, p_types text[], p_ids text[])
returns table (
  day date, key text, requests bigint, failed bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, unpriced bigint
)
language sql
stable
security definer -- as subject_costs()
set search_path = ''
as $$
  with asked as (select a.subject_type, a.subject_id from unnest(p_types, p_ids) as a (subject_type, subject_id))
  select d.day, d.subject_type || ':' || d.subject_id, d.requests, d.failed, d.input_tokens, d.output_tokens, d.cost_usd, d.unpriced
  from asked as a
  join private.ai_subject_days as d using (subject_type, subject_id)
  where d.org_id = p_org_id and d.day between p_from and p_to and p_org_id in (select m.id from private.managed_org_ids() as m (id))
  union all
  select t.day, t.subject_type || ':' || t.subject_id, t.requests, t.failed, t.input_tokens, t.output_tokens, t.cost_usd, t.unpriced
  from asked as a
  join private.ai_cost_tail as t using (subject_type, subject_id)
  where t.org_id = p_org_id and t.day between p_from and p_to and p_org_id in (select m.id from private.managed_org_ids() as m (id))
$$;
comment on function private.subject_parts(uuid, date, date, text[], text[]) is 'As cost_parts(), of the subjects asked for alone: the first type with the first id, and so on.';

create function private.about_parts(p_org_id uuid, p_from date, p_to date)
returns table (day date, requests bigint, failed bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, unpriced bigint)
language sql
stable
security definer -- as subject_costs()
set search_path = ''
as $$
  select d.day, d.requests, d.failed, d.input_tokens, d.output_tokens, d.cost_usd, d.unpriced
  from private.ai_about_days as d
  where d.org_id = p_org_id and d.day between p_from and p_to and p_org_id in (select m.id from private.managed_org_ids() as m (id))
  union all
  select t.day, t.requests, t.failed, t.input_tokens, t.output_tokens, t.cost_usd, t.unpriced
  from private.ai_cost_tail as t
  where t.org_id = p_org_id and t.day between p_from and p_to and t.subject_type is not null and t.subject_id is not null
    and p_org_id in (select m.id from private.managed_org_ids() as m (id))
$$;
comment on function private.about_parts(uuid, date, date) is 'Additive measures of requests about any subject, by day.';

create function private.subject_breakdown(p_org_id uuid, p_from date, p_to date, p_limit integer, p_after text)
returns table (
  key text, request_count bigint, failed_count bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, cost numeric, unpriced_count bigint
)
language sql
stable
set search_path = ''
as $$
  with costs as materialized (select c.* from private.subject_costs(p_org_id, p_from, p_to) as c),
  page as materialized (
    select c.subject_type, c.subject_id
    from costs as c
    where p_after is null
       or (-c.cost_usd, c.subject_type || ':' || c.subject_id) > (
         select -last.cost_usd, p_after
         from costs as last
         where last.subject_type = split_part(p_after, ':', 1) and last.subject_id = substr(p_after, strpos(p_after, ':') + 1)
       )
    order by c.cost_usd desc, c.subject_type || ':' || c.subject_id
    limit least(p_limit, 1000)
  ),
  asked as (select array_agg(p.subject_type) as types, array_agg(p.subject_id) as ids from page as p),
  sums as (
    select p.key, sum(p.requests)::bigint as requests, sum(p.failed)::bigint as failed, sum(p.input_tokens)::bigint as input_tokens,
           sum(p.output_tokens)::bigint as output_tokens, sum(p.cost_usd) as cost_usd,
           case when count(*) filter (where r.per_usd is null and p.cost_usd <> 0) = 0 then coalesce(sum(p.cost_usd * r.per_usd), 0) end as cost,
           sum(p.unpriced)::bigint as unpriced
    from asked as a
    cross join lateral private.subject_parts(p_org_id, p_from, p_to, a.types, a.ids) as p
    left join private.day_rates(p_org_id, p_from, p_to) as r on r.day = p.day
    group by p.key
  )
  select s.key, s.requests, s.failed, s.input_tokens, s.output_tokens,
         case when s.unpriced < s.requests or s.cost_usd > 0 then s.cost_usd end,
         case when s.unpriced < s.requests or s.cost_usd > 0 then s.cost end, s.unpriced
  from sums as s
  order by s.cost_usd desc, s.key
$$;
comment on function private.subject_breakdown(uuid, date, date, integer, text) is 'Behind public.ai_usage_breakdown, by subject.';

create function private.subject_series(p_org_id uuid, p_from date, p_to date, p_keys integer)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with shown as materialized (
    select array_agg(c.subject_type) as types, array_agg(c.subject_id) as ids
    from (
      select s.subject_type, s.subject_id
      from private.subject_costs(p_org_id, p_from, p_to) as s
      order by s.cost_usd desc, s.requests desc, s.subject_type || ':' || s.subject_id
      limit p_keys
    ) as c
  ),
  parts as materialized (
    select p.* from shown as s cross join lateral private.subject_parts(p_org_id, p_from, p_to, s.types, s.ids) as p
  ),
  days as (
    select p.day, p.key, sum(p.requests) as requests, sum(p.failed) as failed, sum(p.input_tokens) as input_tokens,
           sum(p.output_tokens) as output_tokens, sum(p.cost_usd) as cost_usd, sum(p.unpriced) as unpriced
    from (
      select s.day, s.key, s.requests, s.failed, s.input_tokens, s.output_tokens, s.cost_usd, s.unpriced from parts as s
      union all
      -- The others are everything but those shown.
      select a.day, null, a.requests, a.failed, a.input_tokens, a.output_tokens, a.cost_usd, a.unpriced
      from private.about_parts(p_org_id, p_from, p_to) as a
      union all
      select s.day, null, -s.requests, -s.failed, -s.input_tokens, -s.output_tokens, -s.cost_usd, -s.unpriced from parts as s
    ) as p
    group by p.day, p.key
    having sum(p.requests) > 0
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'day', d.day, 'key', d.key, 'request_count', d.requests, 'failed_count', d.failed, 'fell_back_count', null,
    'input_tokens', d.input_tokens, 'output_tokens', d.output_tokens, 'cost_usd', d.cost_usd, 'cost', d.cost_usd * r.per_usd,
    'unpriced_count', d.unpriced
  ) order by d.day, d.key), '[]')
  from days as d
  left join private.day_rates(p_org_id, p_from, p_to) as r on r.day = d.day
$$;
comment on function private.subject_series(uuid, date, date, integer) is 'Behind public.ai_usage_series, by subject.';

create function public.ai_usage_series(p_org_id uuid, p_from date, p_to date, p_by text default 'all', p_keys integer default 8)
returns jsonb
language sql
stable
set search_path = ''
set jit = off -- a report: compiling it takes longer than running it
as $$
  select case p_by when 'subject' then private.subject_series($1, $2, $3, $5) else private.usage_series($1, $2, $3, $4, $5) end
$$;
comment on function public.ai_usage_series(uuid, date, date, text, integer) is
  'Requests, tokens and cost by day and by p_by (all, task, model, user, job, subject), as one array: [{day, key, request_count, failed_count, fell_back_count, input_tokens, output_tokens, cost_usd, cost, unpriced_count}]. key: a slug, provider/model (empty = no model answered), an id, type:id; NULL = everything but the p_keys that cost most. cost is in the organization''s currency at the day''s rate. Days without requests are left out. Jobs and subjects for owner, admin and manager; a member sees himself among users.';
revoke execute on function public.ai_usage_series(uuid, date, date, text, integer) from public, anon;
grant execute on function public.ai_usage_series(uuid, date, date, text, integer) to authenticated, service_role;

revoke execute on function private.follow_subject_days(), private.subject_costs(uuid, date, date),
  private.subject_parts(uuid, date, date, text[], text[]), private.about_parts(uuid, date, date),
  private.subject_breakdown(uuid, date, date, integer, text), private.subject_series(uuid, date, date, integer) from public;
grant execute on function private.subject_costs(uuid, date, date), private.subject_parts(uuid, date, date, text[], text[]),
  private.about_parts(uuid, date, date), private.subject_breakdown(uuid, date, date, integer, text),
  private.subject_series(uuid, date, date, integer) to authenticated, service_role;
