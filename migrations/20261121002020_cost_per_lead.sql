-- What a new lead and a new order cost: (AI + infrastructure + sales time at 45 EUR an hour) / new ones.
--
-- AI is what budgets counted. The other two are not in this database: an organization states them by month, or by settings that
-- hold for every month without a statement. What nobody stated is unknown, and so is then the whole; the part that is known is a
-- lower bound, which is enough for an alert.

insert into public.ai_setting_definitions (key, type, scopes, default_value, schema, description, public) values
  ('kpi.infra.monthly_cost', 'number', '{global,organization}', 'null', '{"type":["number","null"],"minimum":0,"maximum":1000000000000}',
    'Infrastructure cost of a month in the organization''s currency, where ai_cost_inputs has none. Null: unknown.', false),
  ('kpi.sales.minutes_per_lead', 'number', '{global,organization}', 'null', '{"type":["number","null"],"minimum":0,"maximum":1000000000000}',
    'Minutes of sales time a new lead takes, where ai_cost_inputs has no minutes of the month. Null: unknown.', false),
  ('kpi.sales.eur_per_hour', 'number', '{global,organization}', '45', '{"type":"number","minimum":0,"maximum":1000000000000}',
    'What an hour of sales time costs, in EUR.', false);

create table public.ai_cost_inputs (
  org_id        uuid        not null references public.organizations (id) on delete cascade,
  month         date        not null,
  infra_cost    numeric,
  sales_minutes numeric,
  new_orders    integer,
  updated_at    timestamptz not null default private.clock(),

  constraint ai_cost_inputs_pkey primary key (org_id, month),
  constraint ai_cost_inputs_month_is_first check (extract(day from month) = 1 and month between '2000-01-01' and '9999-12-01'),
  constraint ai_cost_inputs_bounded check (
    infra_cost between 0 and 1000000000000 and sales_minutes between 0 and 1000000000000 and new_orders >= 0
  )
);
comment on table public.ai_cost_inputs is
  'What of a month''s acquisition cost only the organization itself knows. Read by ai_cost_per_lead and ai_cost_per_order.';
comment on column public.ai_cost_inputs.month is 'First day of the month.';
comment on column public.ai_cost_inputs.infra_cost is
  'Infrastructure of the month in the organization''s currency. NULL: the setting kpi.infra.monthly_cost.';
comment on column public.ai_cost_inputs.sales_minutes is
  'Sales time of the month in minutes. NULL: new leads × the setting kpi.sales.minutes_per_lead.';
comment on column public.ai_cost_inputs.new_orders is 'Orders of the month. NULL: unknown.';

create trigger ai_cost_inputs_touch
  before update on public.ai_cost_inputs
  for each row execute function private.touch_updated_at();

alter table public.ai_cost_inputs enable row level security;
grant select, insert, update, delete on public.ai_cost_inputs to authenticated, service_role;
create policy ai_cost_inputs_select_managed on public.ai_cost_inputs
  for select to authenticated using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')));
create policy ai_cost_inputs_insert_admin on public.ai_cost_inputs
  for insert to authenticated with check (org_id in (select private.my_org_ids_as('owner', 'admin')));
create policy ai_cost_inputs_update_admin on public.ai_cost_inputs
  for update to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin')))
  with check (org_id in (select private.my_org_ids_as('owner', 'admin')));
create policy ai_cost_inputs_delete_admin on public.ai_cost_inputs
  for delete to authenticated using (org_id in (select private.my_org_ids_as('owner', 'admin')));

create function private.acquisition_costs(p_since date default null)
returns table (
  org_id uuid, month date, currency text, ai_cost numeric, infra_cost numeric, sales_minutes numeric, sales_rate numeric, sales_cost numeric,
  total_cost numeric, known_cost numeric, new_leads bigint, new_orders integer, assumed text[]
)
language sql
stable
security definer -- reads counters, leads and settings of organizations the caller manages, past their policies
set search_path = ''
set jit = off -- a report: compiling it takes longer than running it
as $$
  with org as materialized (
    select o.id, o.currency, o.time_zone, private.settings_for(o.id, null, 'kpi.') as settings
    from public.organizations as o
    where o.id in (select m.id from private.managed_org_ids() as m (id))
  ),
  spent as (
    -- A counter row moves its month to the closed ones when it is next used: it may still be an old one.
    select s.org_id, s.month, s.month_settled as cost from public.ai_budget_states as s where s.account = 'organization:' || s.org_id
    union all
    select c.org_id, c.period_start, c.settled from public.ai_closed_periods as c where c.account = 'organization:' || c.org_id and c.period = 'month'
  ),
  arrived as (
    select l.org_id, date_trunc('month', l.created_at at time zone org.time_zone)::date as month, count(*) as leads
    from public.leads as l
    join org on org.id = l.org_id
    where p_since is null or l.created_at >= p_since::timestamp at time zone org.time_zone
    group by 1, 2
  ),
  months as (
    select s.org_id, s.month from spent as s
    union
    select a.org_id, a.month from arrived as a
    union
    select i.org_id, i.month from public.ai_cost_inputs as i
  ),
  known as (
    select m.org_id, m.month, org.currency, coalesce(s.cost, 0) as ai_cost,
           coalesce(i.infra_cost, (org.settings ->> 'kpi.infra.monthly_cost')::numeric) as infra_cost,
           coalesce(i.sales_minutes, (org.settings ->> 'kpi.sales.minutes_per_lead')::numeric * coalesce(a.leads, 0)) as sales_minutes,
           (org.settings ->> 'kpi.sales.eur_per_hour')::numeric
             * case when org.currency = 'EUR' then 1 else rate.own / rate.eur end as sales_rate,
           coalesce(a.leads, 0) as new_leads, i.new_orders,
           array_remove(array[
             case when i.infra_cost is null and org.settings ->> 'kpi.infra.monthly_cost' is not null
               then 'infra_cost: setting kpi.infra.monthly_cost' end,
             case when i.sales_minutes is null and org.settings ->> 'kpi.sales.minutes_per_lead' is not null
               then 'sales_minutes: new leads × setting kpi.sales.minutes_per_lead' end,
             'sales_rate: setting kpi.sales.eur_per_hour'
           ], null) as assumed
    from months as m
    join org on org.id = m.org_id
    left join spent as s on s.org_id = m.org_id and s.month = m.month
    left join arrived as a on a.org_id = m.org_id and a.month = m.month
    left join public.ai_cost_inputs as i on i.org_id = m.org_id and i.month = m.month
    cross join lateral (
      select private.per_usd(org.currency, (m.month + interval '1 month') at time zone org.time_zone) as own,
             private.per_usd('EUR', (m.month + interval '1 month') at time zone org.time_zone) as eur
    ) as rate
    where p_since is null or m.month >= p_since
  )
  select k.org_id, k.month, k.currency, k.ai_cost, k.infra_cost, k.sales_minutes, k.sales_rate, k.sales_minutes / 60 * k.sales_rate,
         k.ai_cost + k.infra_cost + k.sales_minutes / 60 * k.sales_rate,
         k.ai_cost + coalesce(k.infra_cost, 0) + coalesce(k.sales_minutes / 60 * k.sales_rate, 0),
         k.new_leads, k.new_orders, k.assumed
  from known as k
$$;
comment on function private.acquisition_costs(date) is
  'Behind public.ai_cost_per_lead and public.ai_cost_per_order: a row per month of each organization the caller manages, from a month on.';
revoke execute on function private.acquisition_costs(date) from public;
grant execute on function private.acquisition_costs(date) to authenticated, service_role;

create view public.ai_cost_per_lead with (security_invoker = true) as
select a.org_id, a.month, a.currency, a.ai_cost, a.infra_cost, a.sales_minutes, round(a.sales_rate, 4) as sales_rate_per_hour,
       round(a.sales_cost, 6) as sales_cost, round(a.total_cost, 6) as total_cost, a.new_leads,
       round(a.total_cost / nullif(a.new_leads, 0), 4) as cost_per_lead,
       round(a.known_cost / nullif(a.new_leads, 0), 4) as cost_per_lead_at_least, a.assumed
from private.acquisition_costs() as a;
comment on view public.ai_cost_per_lead is
  '(AI + infrastructure + sales time) / new leads by month, in the organization''s currency. For owner, admin and manager.';
comment on column public.ai_cost_per_lead.cost_per_lead is
  'NULL when there was no new lead, or when infrastructure or sales time is unknown (neither in ai_cost_inputs nor a setting).';
comment on column public.ai_cost_per_lead.cost_per_lead_at_least is 'The same with what is known alone: a lower bound. NULL without a new lead.';
comment on column public.ai_cost_per_lead.assumed is 'Which parts come from a setting instead of a statement about the month.';

create view public.ai_cost_per_order with (security_invoker = true) as
select a.org_id, a.month, a.currency, a.ai_cost, a.infra_cost, a.sales_minutes, round(a.sales_rate, 4) as sales_rate_per_hour,
       round(a.sales_cost, 6) as sales_cost, round(a.total_cost, 6) as total_cost, a.new_orders,
       round(a.total_cost / nullif(a.new_orders, 0), 4) as cost_per_order,
       round(a.known_cost / nullif(a.new_orders, 0), 4) as cost_per_order_at_least, a.assumed
from private.acquisition_costs() as a;
comment on view public.ai_cost_per_order is
  '(AI + infrastructure + sales time) / new orders by month, in the organization''s currency. For owner, admin and manager. Orders are those of ai_cost_inputs.';
comment on column public.ai_cost_per_order.cost_per_order is 'NULL when any part, or the number of orders, is unknown or there was no order.';
comment on column public.ai_cost_per_order.cost_per_order_at_least is 'The same with what is known alone: a lower bound.';
comment on column public.ai_cost_per_order.assumed is 'Which parts come from a setting instead of a statement about the month.';

revoke all on public.ai_cost_per_lead, public.ai_cost_per_order from anon, authenticated, service_role;
grant select on public.ai_cost_per_lead, public.ai_cost_per_order to authenticated, service_role;
