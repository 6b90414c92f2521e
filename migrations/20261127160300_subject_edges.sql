-- The broken weeks at both ends of a range, from the nearer side: a week less the days that are not wanted where those are fewer, and the week
-- that is under way as it stands. Nine days of every lead were read for a month of thirty; now it is three at most.

create or replace function private.subject_costs(p_org_id uuid, p_from date, p_to date)
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
