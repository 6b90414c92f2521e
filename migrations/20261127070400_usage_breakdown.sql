-- A page of a breakdown, with the last row of the page before looked up once. As a join it was compared with every row: twenty thousand
-- leads took ten seconds.

create or replace function private.usage_breakdown(p_org_id uuid, p_from date, p_to date, p_by text, p_limit integer, p_after text)
returns table (
  key text, request_count bigint, failed_count bigint, input_tokens bigint, output_tokens bigint, cost_usd numeric, cost numeric, unpriced_count bigint
)
language sql
stable
set search_path = ''
as $$
  with sums as materialized (
    select p.key, sum(p.requests)::bigint as requests, sum(p.failed)::bigint as failed, sum(p.input_tokens)::bigint as input_tokens,
           sum(p.output_tokens)::bigint as output_tokens, sum(p.cost_usd) as cost_usd,
           case when count(*) filter (where r.per_usd is null and p.cost_usd <> 0) = 0 then coalesce(sum(p.cost_usd * r.per_usd), 0) end as cost,
           sum(p.unpriced)::bigint as unpriced
    from private.cost_parts(p_org_id, p_from, p_to, p_by) as p
    left join private.day_rates(p_org_id, p_from, p_to) as r on r.day = p.day
    group by p.key
    having sum(p.requests) > 0
  )
  select s.key, s.requests, s.failed, s.input_tokens, s.output_tokens,
         case when s.unpriced < s.requests or s.cost_usd > 0 then s.cost_usd end,
         case when s.unpriced < s.requests or s.cost_usd > 0 then s.cost end, s.unpriced
  from sums as s
  where p_after is null or (-s.cost_usd, s.key) > (select -last.cost_usd, last.key from sums as last where last.key = p_after)
  order by s.cost_usd desc, s.key
  limit least(p_limit, 1000)
$$;
