-- What is laid over the counters, without a variable that nobody read.

create or replace function private.even_counters(
  p_org_id uuid, p_accounts text[], p_periods private.periods, p_budgets private.card_budget[], p_counters integer
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_share    numeric := trim_scale(1.0 / p_counters);
  v_accounts text[];
begin
  -- What has a budget, and the organization's own account, which says that it was done.
  select array_agg(a.account) into v_accounts
  from unnest(p_accounts) as a (account)
  where a.account = 'organization:' || p_org_id
     or exists (
       select from unnest(p_budgets) as b
       where b.period <> 'request' and (a.account = b.account or (b.prefix and starts_with(a.account, b.account)))
     );
  for n in 0 .. p_counters - 1 loop
    perform private.open_accounts(p_org_id, v_accounts, p_periods, n);
  end loop;
  update private.ai_budget_counters as c
  set day_settled = trim_scale(u.day * s.share - c.day_held), week_settled = trim_scale(u.week * s.share - c.week_held),
      month_settled = trim_scale(u.month * s.share - c.month_held), total_settled = trim_scale(u.total * s.share - c.total_held), shape = p_counters
  from (
    select x.account, sum(x.day_settled + x.day_held) as day, sum(x.week_settled + x.week_held) as week,
           sum(x.month_settled + x.month_held) as month, sum(x.total_settled + x.total_held) as total
    from private.ai_budget_counters as x
    where x.org_id = p_org_id and x.account = any (v_accounts)
    group by x.account
  ) as u
  cross join generate_series(0, 31) as n (counter)
  cross join lateral (select case when n.counter < p_counters then v_share else 0 end as share) as s
  where c.org_id = p_org_id and c.account = u.account and c.counter = n.counter;
end
$$;
