-- The way from a request to what came of it: asked, answered, judged, judged well, converted.

create function private.quality_funnel(p_org_id uuid, p_from date, p_to date, p_task text)
returns table (
  request_count bigint, answered_count bigint, judged_count bigint, good_count bigint, converted_count bigint, rating_count bigint, ratings bigint[]
)
language sql
stable
security definer -- reads rollups that no API role may; only for organizations whose totals the caller may see
set search_path = ''
set jit = off -- a report: compiling it takes longer than running it
as $$
  with asked as materialized (
    select coalesce(sum(u.requests), 0)::bigint as requests, coalesce(sum(u.requests - u.failed - u.refused), 0)::bigint as answered
    from private.usage_parts(p_org_id, p_from, p_to) as u
    where p_task is null or u.task = p_task
  ),
  judged as materialized (
    select q.request_id, bool_or(q.outcome = 'converted') as converted, array_agg(q.user_rating) filter (where q.user_rating is not null) as stars,
           (array_agg(q.outcome in ('accepted', 'converted') or (q.outcome = 'rated' and q.user_rating >= 4)
              order by (q.source = 'review') desc, q.created_at desc) filter (where q.outcome <> 'rated' or q.user_rating <> 3))[1] as is_right
    from public.ai_quality_metrics as q
    join public.organizations as o on o.id = q.org_id
    where q.org_id = p_org_id and (p_task is null or q.task = p_task)
      and q.requested_at >= p_from::timestamp at time zone o.time_zone and q.requested_at < (p_to + 1)::timestamp at time zone o.time_zone
    group by q.request_id
  ),
  stars as materialized (
    select n.star, count(s.star) as given
    from generate_series(1, 5) as n (star)
    left join (select unnest(j.stars) as star from judged as j) as s on s.star = n.star
    group by n.star
  )
  select a.requests, a.answered, (select count(*) from judged), (select count(*) from judged as j where j.is_right),
         (select count(*) from judged as j where j.converted), (select sum(s.given)::bigint from stars as s),
         (select array_agg(s.given order by s.star) from stars as s)
  from asked as a
  where p_org_id in (select v.id from private.reported_org_ids() as v (id))
$$;
comment on function private.quality_funnel(uuid, date, date, text) is 'Behind public.ai_quality_funnel.';

create function public.ai_quality_funnel(p_org_id uuid, p_from date, p_to date, p_task text default null)
returns table (
  request_count bigint, answered_count bigint, judged_count bigint, good_count bigint, converted_count bigint, rating_count bigint, ratings bigint[]
)
language sql
stable
set search_path = ''
set jit = off -- a report: compiling it takes longer than running it
as $$
  select f.* from private.quality_funnel($1, $2, $3, $4) as f
$$;
comment on function public.ai_quality_funnel(uuid, date, date, text) is
  'Requests of an organization''s days, both ends included, and what became of them: answered (by a model, the cache or rules), judged by somebody or a business row, judged well (as ai_answer_labels counts right), converted; and how many stars were given, one to five. Every figure counts requests of these days, whenever they were judged. No row for an organization whose totals the caller may not see.';

revoke execute on function private.quality_funnel(uuid, date, date, text) from public;
revoke execute on function public.ai_quality_funnel(uuid, date, date, text) from public, anon;
grant execute on function private.quality_funnel(uuid, date, date, text), public.ai_quality_funnel(uuid, date, date, text) to authenticated, service_role;
