-- Logs and KPIs in pages, for the function ai-export: REST stops at a thousand rows, and an offset costs what it skips. A page
-- begins where the one before ended, and shows what the log's own policies show the caller.

create function private.exported_org(p_org_id uuid)
returns uuid
language plpgsql
stable
security definer -- must tell an unknown organization from a missing right, and say neither to strangers
set search_path = ''
as $$
declare
  v_orgs uuid[];
begin
  if private.is_trusted() then
    return private.meant_org(p_org_id);
  end if;
  select array_agg(m.id) into v_orgs
  from (
    select own.id from private.my_org_ids_as('owner', 'admin', 'manager', 'member') as own (id) where p_org_id is null or own.id = p_org_id limit 2
  ) as m;
  if v_orgs is null then
    raise exception 'Cannot export: the caller is a member of no such organization' using errcode = 'PT403';
  elsif cardinality(v_orgs) > 1 then
    raise exception 'Cannot tell the organization: the caller is in several, so org_id is required' using errcode = 'PT400';
  end if;
  return v_orgs[1];
end
$$;
comment on function private.exported_org(uuid) is
  'The organization a caller may export from: the given one, else his only one; guests have none. What of it he gets is up to the log''s policies.';

create function private.export_kpis(p_org_id uuid, p_from date, p_to date, p_task text)
returns table (
  day date, task text, requests bigint, failed bigint, refused bigint, cached bigint, escalated bigint, fell_back bigint, by_rules bigint,
  for_review bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, unpriced bigint, avg_latency_ms integer, avg_confidence numeric
)
language sql
stable
security definer -- reads a rollup that no API role may; filtered by reported_org_ids()
set search_path = ''
set jit = off -- a report: compiling it takes longer than running it
as $$
  select x.day, x.task, sum(x.requests)::bigint, sum(x.failed)::bigint, sum(x.refused)::bigint, sum(x.cached)::bigint, sum(x.escalated)::bigint,
         sum(x.fell_back)::bigint, sum(x.by_rules)::bigint, sum(x.for_review)::bigint, sum(x.input_tokens)::bigint, sum(x.output_tokens)::bigint,
         case when sum(x.unpriced) < sum(x.requests) or sum(x.cost_usd) > 0 then sum(x.cost_usd) end, sum(x.unpriced)::bigint,
         (sum(x.latency_ms) / nullif(sum(x.timed), 0))::integer, round(sum(x.confidence) / nullif(sum(x.with_confidence), 0), 4)
  from (
    select d.day, d.task, d.requests, d.failed, d.refused, d.cached, d.escalated, d.fell_back, d.by_rules, d.for_review, d.input_tokens,
           d.output_tokens, d.cost_usd, d.unpriced, d.latency_ms, d.timed, d.confidence, d.with_confidence
    from private.ai_task_days as d
    where d.org_id = p_org_id
    union all
    select f.day, f.task, f.requests, f.failed, f.refused, f.cached, f.escalated, f.fell_back, f.by_rules, f.for_review, f.input_tokens,
           f.output_tokens, f.cost_usd, f.unpriced, f.latency_ms, f.timed, f.confidence, f.with_confidence
    from private.fresh_requests(private.rolled_up_to(), 9223372036854775807) as f
    where f.org_id = p_org_id
  ) as x
  where p_org_id in (select v.id from private.reported_org_ids() as v (id))
    and (p_from is null or x.day >= p_from) and x.day < p_to and (p_task is null or x.task = p_task)
  group by x.day, x.task
  having sum(x.requests) > 0
$$;
comment on function private.export_kpis(uuid, date, date, text) is
  'A row for each day and task of an organization in a range of days; p_from NULL = from the beginning, p_to exclusive.';

create function private.export_rows(p_kind text, p_org_id uuid, p_from timestamptz, p_to timestamptz, p_task text, p_after jsonb, p_limit integer)
returns table (at timestamptz, tie text, row_data jsonb)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_at  timestamptz := coalesce((p_after ->> 'at')::timestamptz, p_from, '-infinity');
  v_tie text := coalesce(p_after ->> 'tie', '');
begin
  if p_kind = 'requests' then
    return query
    select l.created_at, l.id::text, to_jsonb(l) - 'decision' - 'settled_tx'
    from public.ai_request_logs as l
    where l.org_id = p_org_id and l.created_at >= v_at and l.created_at < p_to and (p_task is null or l.task = p_task)
      and (p_after is null or l.created_at > v_at or l.id::text collate "C" > v_tie)
    order by l.created_at, l.id::text collate "C"
    limit p_limit;
  elsif p_kind = 'calls' then
    return query
    select c.created_at, c.id::text, to_jsonb(c) - 'settled_tx' || jsonb_build_object('task', r.task, 'user_id', r.user_id, 'job_id', r.job_id)
    from public.ai_call_logs as c
    left join public.ai_request_logs as r on r.id = c.request_id and r.org_id = c.org_id
    where c.org_id = p_org_id and c.created_at >= v_at and c.created_at < p_to and (p_task is null or r.task = p_task)
      and (p_after is null or c.created_at > v_at or c.id::text collate "C" > v_tie)
    order by c.created_at, c.id::text collate "C"
    limit p_limit;
  end if;
end
$$;
comment on function private.export_rows(text, uuid, timestamptz, timestamptz, text, jsonb, integer) is
  'The next log rows of a range in order of time, as far as the caller may see them.';

create function public.ai_export_page(
  p_kind text,
  p_org_id uuid default null,
  p_from timestamptz default null,
  p_to timestamptz default null,
  p_task text default null,
  p_after jsonb default null,
  p_limit integer default 1000
)
returns jsonb
language plpgsql
stable
set search_path = ''
set jit = off -- a report: compiling it takes longer than running it
as $$
declare
  c_most constant integer := 200000;
  v_org_id uuid := private.exported_org(p_org_id);
  v_to     timestamptz := coalesce(p_to, private.clock());
  v_zone   text;
  v_rows   jsonb;
  v_count  integer;
begin
  if p_kind = 'kpis' then
    select o.time_zone into v_zone from public.organizations as o where o.id = v_org_id;
    -- Days begun in the range count whole; a day and task is one row however long the log is.
    select coalesce(jsonb_agg(to_jsonb(k) || jsonb_build_object('org_id', v_org_id) order by k.day, k.task), '[]') into v_rows
    from private.export_kpis(v_org_id, (p_from at time zone v_zone)::date, ((v_to - interval '1 microsecond') at time zone v_zone)::date + 1, p_task) as k;
    return jsonb_build_object('rows', v_rows, 'to', v_to, 'next', null);
  elsif p_kind not in ('requests', 'calls') or p_kind is null then
    raise exception 'Cannot export: it is not one of requests, calls, kpis' using errcode = 'PT404';
  end if;
  if p_after is null then
    -- An isolate has two seconds of processor time: more would break off in the middle.
    select count(*) into v_count from (
      select from public.ai_request_logs as l where p_kind = 'requests' and l.org_id = v_org_id and l.created_at >= coalesce(p_from, '-infinity')
        and l.created_at < v_to and (p_task is null or l.task = p_task)
      union all
      select from public.ai_call_logs as c where p_kind = 'calls' and c.org_id = v_org_id and c.created_at >= coalesce(p_from, '-infinity') and c.created_at < v_to
      limit c_most + 1
    ) as found;
    if v_count > c_most then
      raise exception 'Cannot export more than % rows at once: ask for a shorter time', c_most using errcode = 'PT413';
    end if;
  end if;
  select jsonb_agg(x.row_data order by x.at, x.tie collate "C"), count(*) into v_rows, v_count
  from private.export_rows(p_kind, v_org_id, p_from, v_to, p_task, p_after, least(greatest(p_limit, 1), 5000)) as x;
  if v_count = least(greatest(p_limit, 1), 5000) then
    return jsonb_build_object('rows', v_rows, 'to', v_to, 'next', jsonb_build_object(
      'at', v_rows -> -1 -> 'created_at', 'tie', v_rows -> -1 -> 'id'));
  end if;
  return jsonb_build_object('rows', coalesce(v_rows, '[]'), 'to', v_to, 'next', null);
end
$$;
comment on function public.ai_export_page(text, uuid, timestamptz, timestamptz, text, jsonb, integer) is
  'One page of an organization''s requests, calls or kpis (days by task) in order of time: {rows, next}. next is handed back as p_after; null = the last page. Shows what the caller may see in the log. PT413 above 200,000 rows.';

revoke execute on all functions in schema private from public;
revoke execute on function public.ai_export_page(text, uuid, timestamptz, timestamptz, text, jsonb, integer) from public, anon;
grant execute on function private.exported_org(uuid), private.export_kpis(uuid, date, date, text),
  private.export_rows(text, uuid, timestamptz, timestamptz, text, jsonb, integer),
  public.ai_export_page(text, uuid, timestamptz, timestamptz, text, jsonb, integer) to authenticated, service_role;
