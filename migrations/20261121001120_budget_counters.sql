-- What is settled and held of every scope that spends: its current periods, and those that are over.
--
-- A hard budget that many requests take from at once may be kept in several counters, each with a share of the cap. A request counts in the
-- counter its id hashes to, beside those of others, as long as that counter's share holds it. When it does not, it waits until it has all
-- counters to itself, looks at their sum, and afterwards lays what is used evenly over them again. So exactly what fits is admitted, as with
-- one counter. docs/decisions/2026-11-27-split-counters.md

create table private.ai_budget_counters (
  org_id          uuid        not null,
  account         text        not null,
  scope           text,
  scope_key       text,
  day             date        not null,
  day_settled     numeric     not null default 0,
  day_held        numeric     not null default 0,
  week            date        not null,
  week_settled    numeric     not null default 0,
  week_held       numeric     not null default 0,
  month           date        not null,
  month_settled   numeric     not null default 0,
  month_held      numeric     not null default 0,
  total_settled   numeric     not null default 0,
  total_held      numeric     not null default 0,
  minute          timestamptz not null,
  minute_requests integer     not null default 0,
  minute_tokens   bigint      not null default 0,
  counter         smallint    not null default 0,
  shape           smallint    not null default 1,

  constraint ai_budget_counters_pkey primary key (org_id, account, counter),
  constraint ai_budget_counters_held_not_negative check (
    day_held >= 0 and week_held >= 0 and month_held >= 0 and total_held >= 0
  )
) with (fillfactor = 50); -- updated in place on every request: leave room for HOT updates

comment on table private.ai_budget_counters is
  'What is settled and held of each scope that ever spent, in its current day, week, month and in all, and the current minute''s rate; one row for each counter it is split into. In the organization''s currency. Added up in public.ai_budget_states.';
comment on column private.ai_budget_counters.account is 'scope:key, e.g. user:4711 or subject:lead:9: what a hold names.';
comment on column private.ai_budget_counters.scope is 'What stands before the first colon of account.';
comment on column private.ai_budget_counters.scope_key is 'What stands after the first colon of account.';
comment on column private.ai_budget_counters.day is 'The current day in the organization''s time zone; older days are in ai_closed_periods.';
comment on column private.ai_budget_counters.counter is
  'Which of several, from 0. Settled may be negative in one of them: what is used is laid evenly, held stays where it is.';
comment on column private.ai_budget_counters.shape is
  'In rows of the organization''s own account: over how many counters what is used was laid last.';
create index ai_budget_counters_split_idx on private.ai_budget_counters (org_id, account) where counter > 0;

create function private.name_account()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- Not generated columns: those are looked at again on every update, and this table lives on updates.
  new.scope := split_part(new.account, ':', 1);
  new.scope_key := substr(new.account, strpos(new.account, ':') + 1);
  return new;
end
$$;
comment on function private.name_account() is 'Splits an account into its scope and key.';
revoke execute on function private.name_account() from public;
create trigger ai_budget_counters_name_account before insert on private.ai_budget_counters
  for each row execute function private.name_account();

create table public.ai_closed_periods (
  org_id       uuid    not null,
  account      text    not null,
  period       text    not null,
  period_start date    not null,
  settled      numeric not null,
  held         numeric not null,

  constraint ai_closed_periods_pkey primary key (org_id, account, period, period_start),
  constraint ai_closed_periods_period_known check (period in ('day', 'week', 'month')),
  constraint ai_closed_periods_held_not_negative check (held >= 0)
);
comment on table public.ai_closed_periods is
  'Counters of past periods. A settle that comes late still lands in its hold''s own period, here.';

alter table private.ai_budget_counters enable row level security;
alter table public.ai_closed_periods enable row level security;
grant select on private.ai_budget_counters, public.ai_closed_periods to authenticated, service_role;
create policy ai_budget_counters_select_managed on private.ai_budget_counters
  for select to authenticated
  using (
    org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
    or (account = 'user:' || (select auth.uid()) and org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member')))
  );
create policy ai_closed_periods_select_managed on public.ai_closed_periods
  for select to authenticated
  using (
    org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
    or (account = 'user:' || (select auth.uid()) and org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member')))
  );

create view public.ai_budget_states with (security_invoker = true) as
select c.org_id, c.account, c.scope, c.scope_key, c.day, c.day_settled, c.day_held, c.week, c.week_settled, c.week_held, c.month, c.month_settled,
       c.month_held, c.total_settled, c.total_held, c.minute, c.minute_requests, c.minute_tokens
from private.ai_budget_counters as c
where c.counter = 0
  and not exists (select from private.ai_budget_counters as x where x.org_id = c.org_id and x.account = c.account and x.counter > 0)
union all
select s.org_id, s.account, min(s.scope), min(s.scope_key),
       max(s.day), coalesce(sum(s.day_settled) filter (where s.day = s.latest_day), 0), coalesce(sum(s.day_held) filter (where s.day = s.latest_day), 0),
       max(s.week), coalesce(sum(s.week_settled) filter (where s.week = s.latest_week), 0), coalesce(sum(s.week_held) filter (where s.week = s.latest_week), 0),
       max(s.month), coalesce(sum(s.month_settled) filter (where s.month = s.latest_month), 0),
       coalesce(sum(s.month_held) filter (where s.month = s.latest_month), 0),
       sum(s.total_settled), sum(s.total_held), max(s.minute), coalesce(sum(s.minute_requests) filter (where s.minute = s.latest_minute), 0)::integer,
       coalesce(sum(s.minute_tokens) filter (where s.minute = s.latest_minute), 0)::bigint
from (
  select c.*, max(c.day) over account as latest_day, max(c.week) over account as latest_week, max(c.month) over account as latest_month,
         max(c.minute) over account as latest_minute
  from private.ai_budget_counters as c
  where exists (select from private.ai_budget_counters as x where x.org_id = c.org_id and x.account = c.account and x.counter > 0)
  window account as (partition by c.org_id, c.account)
) as s
group by s.org_id, s.account;
comment on view public.ai_budget_states is
  'One row per scope that ever spent: what is settled and what is held in its current day, week, month and in all, and the current minute''s rate. In the organization''s currency. Under load up to a minute behind: settles of a busy organization wait in private.ai_unbooked_changes, which public.ai_budget_status adds.';
comment on column public.ai_budget_states.account is 'scope:key, e.g. user:4711 or subject:lead:9: what a hold names.';
comment on column public.ai_budget_states.day is 'The current day in the organization''s time zone; older days are in ai_closed_periods.';
revoke all on public.ai_budget_states from anon, authenticated, service_role;
grant select on public.ai_budget_states to authenticated, service_role;
