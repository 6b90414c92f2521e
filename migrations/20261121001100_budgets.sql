-- Budgets and limits: what organizations allow themselves. What is used of them: 20261121001120_budget_counters.sql.

create table public.ai_budgets (
  id             uuid        not null default gen_random_uuid(),
  org_id         uuid        not null references public.organizations (id) on delete cascade,
  scope          text        not null,
  scope_key      text,
  period         text        not null,
  cap            numeric,
  hard           boolean     not null default true,
  soft_percent   numeric,
  active         boolean     not null default true,
  created_at     timestamptz not null default private.clock(),
  updated_at     timestamptz not null default private.clock(),
  learned_bounds boolean     not null default false,
  counters       smallint    not null default 1,

  constraint ai_budgets_pkey primary key (org_id, id),
  constraint ai_budgets_one_per_scope_and_period unique nulls not distinct (org_id, scope, scope_key, period),
  constraint ai_budgets_scope_known check (scope in ('job', 'subject', 'key', 'user', 'task', 'organization')),
  constraint ai_budgets_period_known check (period in ('request', 'day', 'week', 'month', 'total')),
  -- Alerts and views reckon with the caps of all organizations at once: one that no sum can hold would end them for everybody.
  constraint ai_budgets_cap_bounded check (cap between 0 and 1000000000000),
  constraint ai_budgets_soft_percent_in_range check (soft_percent > 0 and soft_percent <= 100),
  constraint ai_budgets_organization_has_no_key check (scope <> 'organization' or scope_key is null),
  -- Only the organization's month may follow the setting: any other cap has to be said.
  constraint ai_budgets_cap_said check (cap is not null or (scope = 'organization' and period = 'month')),
  -- Shares of a power of two have an end in decimals: nothing is lost when an amount is laid over them.
  constraint ai_budgets_counters_power_of_two check (counters in (1, 2, 4, 8, 16, 32))
);

comment on table public.ai_budgets is
  'Caps on spending. Every active budget that applies to a request must have room for it, or the request is refused.';
comment on column public.ai_budgets.scope_key is
  'Which one: a user''s id, a task''s slug, a key''s id, a job''s id, a subject as type:id. type:* = every subject of a type; NULL = every one.';
comment on column public.ai_budgets.cap is
  'In the organization''s currency. NULL = the setting ai.budget.monthly.cap: the organization''s own, else its plan''s, else the platform''s.';
comment on column public.ai_budgets.hard is
  'true: no request may take used plus held above the cap. false: only warns and keeps to the small tier.';
comment on column public.ai_budgets.soft_percent is
  'Above this share of the cap only the small tier is used. NULL = the setting ai.budget.soft.percent.';
comment on column public.ai_budgets.period is
  'request, day, week (from Monday), month, each in the organization''s time zone, or total.';
comment on column public.ai_budgets.learned_bounds is
  'Whether requests may hold what their answers usually cost instead of what they could. Counts once every active hard budget of the organization says so.';
comment on column public.ai_budgets.counters is
  'How many counters what is used is kept in: 1, 2, 4, 8, 16 or 32. A request counts in all its budgets at once, so the largest number among an organization''s active budgets is that of all.';

create table public.ai_limits (
  id                  uuid        not null default gen_random_uuid(),
  org_id              uuid        not null references public.organizations (id) on delete cascade,
  scope               text        not null,
  scope_key           text,
  requests_per_minute integer,
  tokens_per_minute   integer,
  concurrent_requests integer,
  active              boolean     not null default true,
  created_at          timestamptz not null default private.clock(),

  constraint ai_limits_pkey primary key (org_id, id),
  constraint ai_limits_one_per_scope unique nulls not distinct (org_id, scope, scope_key),
  constraint ai_limits_scope_known check (scope in ('provider', 'key', 'user', 'task', 'organization')),
  constraint ai_limits_not_negative check (
    requests_per_minute >= 0 and tokens_per_minute >= 0 and concurrent_requests >= 0
  )
);

comment on table public.ai_limits is
  'Rate and concurrency limits, checked in the same transaction as the budgets. NULL in a column = no such limit.';
comment on column public.ai_limits.tokens_per_minute is
  'Tokens a minute; a request counts with its upper bound until it is settled, then with what it used.';
comment on column public.ai_limits.concurrent_requests is
  'Requests admitted and neither settled nor expired. Counted from the holds, so a crash cannot leave it high.';

create function private.add_default_budget()
returns trigger
language plpgsql
security definer -- the creator of an organization has no write grant on budgets
set search_path = ''
as $$
begin
  insert into public.ai_budgets (org_id, scope, period) values (new.id, 'organization', 'month');
  return new;
end
$$;
comment on function private.add_default_budget() is
  'Every organization starts with a hard monthly budget whose cap is the setting ai.budget.monthly.cap.';
revoke execute on function private.add_default_budget() from public;

create trigger organizations_add_default_budget
  after insert on public.organizations
  for each row execute function private.add_default_budget();

alter table public.ai_budgets enable row level security;
alter table public.ai_limits enable row level security;

grant select on public.ai_budgets, public.ai_limits to authenticated;
grant insert, update, delete on public.ai_budgets, public.ai_limits to authenticated;
grant select, insert, update, delete on public.ai_budgets, public.ai_limits to service_role;

create policy ai_budgets_select_member on public.ai_budgets
  for select to authenticated using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member')));
create policy ai_budgets_insert_admin on public.ai_budgets
  for insert to authenticated with check (org_id in (select private.my_org_ids_as('owner', 'admin')));
create policy ai_budgets_update_admin on public.ai_budgets
  for update to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin')))
  with check (org_id in (select private.my_org_ids_as('owner', 'admin')));
create policy ai_budgets_delete_admin on public.ai_budgets
  for delete to authenticated using (org_id in (select private.my_org_ids_as('owner', 'admin')));

create policy ai_limits_select_member on public.ai_limits
  for select to authenticated using (org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member')));
create policy ai_limits_insert_admin on public.ai_limits
  for insert to authenticated with check (org_id in (select private.my_org_ids_as('owner', 'admin')));
create policy ai_limits_update_admin on public.ai_limits
  for update to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin')))
  with check (org_id in (select private.my_org_ids_as('owner', 'admin')));
create policy ai_limits_delete_admin on public.ai_limits
  for delete to authenticated using (org_id in (select private.my_org_ids_as('owner', 'admin')));
