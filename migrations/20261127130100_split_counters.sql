-- Split counters: a hard budget that many requests take from at once may be kept in several counters, each with a share of the cap.
--
-- A request counts in the counter its id hashes to, beside those of others, as long as that counter's share holds it. When it does not,
-- it waits until it has all counters to itself, looks at their sum, and afterwards lays what is used evenly over them again. So exactly
-- what fits is admitted, as with one counter. docs/decisions/2026-11-27-split-counters.md

alter table public.ai_budgets
  add column counters smallint not null default 1,
  -- Shares of a power of two have an end in decimals: nothing is lost when an amount is laid over them.
  add constraint ai_budgets_counters_power_of_two check (counters in (1, 2, 4, 8, 16, 32));
comment on column public.ai_budgets.counters is
  'How many counters what is used is kept in: 1, 2, 4, 8, 16 or 32. A request counts in all its budgets at once, so the largest number among an organization''s active budgets is that of all.';

alter table public.ai_budget_states set schema private;
alter table private.ai_budget_states rename to ai_budget_counters;
alter table private.ai_budget_counters rename constraint ai_budget_states_held_not_negative to ai_budget_counters_held_not_negative;
alter table private.ai_budget_counters
  add column counter smallint not null default 0,
  add column shape smallint not null default 1,
  drop constraint ai_budget_states_pkey,
  add constraint ai_budget_counters_pkey primary key (org_id, account, counter);
create index ai_budget_counters_split_idx on private.ai_budget_counters (org_id, account) where counter > 0;
alter policy ai_budget_states_select_managed on private.ai_budget_counters rename to ai_budget_counters_select_managed;
alter trigger ai_budget_states_name_account on private.ai_budget_counters rename to ai_budget_counters_name_account;
comment on table private.ai_budget_counters is
  'What is settled and held of each scope that ever spent, in its current day, week, month and in all, and the current minute''s rate; one row for each counter it is split into. In the organization''s currency. Added up in public.ai_budget_states.';
comment on column private.ai_budget_counters.counter is
  'Which of several, from 0. Settled may be negative in one of them: what is used is laid evenly, held stays where it is.';
comment on column private.ai_budget_counters.shape is
  'In rows of the organization''s own account: over how many counters what is used was laid last.';

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

alter table public.ai_holds add column counter smallint;
comment on column public.ai_holds.counter is 'Which of its accounts'' counters it counts in, from 0. NULL where they are not split.';
alter table private.ai_unbooked_changes add column counter smallint not null default 0;
comment on column private.ai_unbooked_changes.counter is 'That of the hold.';

alter type private.card_budget add attribute counters smallint;
delete from private.route_cards; -- made without it

revoke execute on all functions in schema private from public;
