-- What raises an alert: rules as rows. A platform rule counts for every organization that has none of its own of that kind.

create table public.ai_alert_rules (
  id            uuid        not null default gen_random_uuid(),
  org_id        uuid        references public.organizations (id) on delete cascade,
  kind          text        not null,
  severity      text        not null,
  threshold     numeric     not null,
  look_back     interval,
  min_count     integer     not null default 1,
  resolve_after interval    not null default '5 minutes',
  active        boolean     not null default true,
  created_at    timestamptz not null default private.clock(),
  updated_at    timestamptz not null default private.clock(),

  constraint ai_alert_rules_pkey primary key (id),
  constraint ai_alert_rules_one_per_severity unique nulls not distinct (org_id, kind, severity),
  constraint ai_alert_rules_kind_known check (kind in (
    'budget_90', 'budget_100', 'cost_per_lead', 'error_rate', 'fallback_rate', 'escalation_rate', 'provider_down', 'stale_prices', 'overrun',
    'spend_anomaly'
  )),
  constraint ai_alert_rules_severity_known check (severity in ('info', 'warning', 'critical')),
  constraint ai_alert_rules_threshold_bounded check (threshold between 0 and 1000000000000),
  constraint ai_alert_rules_rates_are_shares check (kind not in ('error_rate', 'fallback_rate', 'escalation_rate') or threshold <= 1),
  constraint ai_alert_rules_look_back_fits check (
    case when kind in ('error_rate', 'fallback_rate', 'escalation_rate', 'overrun', 'budget_100')
      then look_back between interval '1 minute' and interval '60 minutes' and look_back is not null
      else look_back is null end
  ),
  constraint ai_alert_rules_min_count_positive check (min_count >= 1),
  constraint ai_alert_rules_weeks_are_looked_at check (kind <> 'spend_anomaly' or min_count <= 8),
  constraint ai_alert_rules_resolve_after_bounded check (resolve_after between interval '0' and interval '1 day'),
  constraint ai_alert_rules_prices_are_the_platforms check (org_id is null or kind <> 'stale_prices')
);
comment on table public.ai_alert_rules is
  'What raises an alert. An organization''s rule of a kind, active or not, replaces the platform''s rules of that kind for it.';
comment on column public.ai_alert_rules.org_id is 'NULL: the platform''s.';
comment on column public.ai_alert_rules.kind is
  'budget_90, budget_100: an organization, user, task or key budget; cost_per_lead of the month; error_rate, fallback_rate (another provider, or rules), escalation_rate; provider_down: a breaker; stale_prices; overrun: a request cost more than was held; spend_anomaly: an hour unlike the same hour of other weeks.';
comment on column public.ai_alert_rules.severity is 'Time to respond: critical 15 minutes, warning 1 hour, info 4 hours.';
comment on column public.ai_alert_rules.threshold is
  'From where on: percent (budgets), the organization''s currency (cost_per_lead), share 0..1 (rates), openings in a row (provider_down), days (stale_prices), requests (overrun), robust standard deviations (spend_anomaly).';
comment on column public.ai_alert_rules.look_back is 'How far back rates, overruns and refusals for want of budget are counted, at most an hour. NULL for other kinds.';
comment on column public.ai_alert_rules.min_count is
  'Below it nothing is said: requests (rates), new leads (cost_per_lead), weeks of history (spend_anomaly, at most 8). 1 for other kinds.';
comment on column public.ai_alert_rules.resolve_after is 'How long the condition must be gone before the alert resolves by itself, so that a flapping one speaks once.';

insert into public.ai_alert_rules (kind, severity, threshold, look_back, min_count) values
  ('budget_90', 'warning', 90, null, 1),
  ('budget_100', 'critical', 100, '15 minutes', 1),
  ('cost_per_lead', 'warning', 25, null, 5),
  ('error_rate', 'warning', 0.1, '15 minutes', 20),
  ('error_rate', 'critical', 0.5, '5 minutes', 20),
  ('fallback_rate', 'warning', 0.3, '15 minutes', 20),
  ('escalation_rate', 'info', 0.3, '60 minutes', 50),
  ('provider_down', 'critical', 1, null, 1),
  ('stale_prices', 'info', 30, null, 1),
  ('overrun', 'warning', 1, '60 minutes', 1),
  ('spend_anomaly', 'warning', 6, null, 4);

create trigger ai_alert_rules_touch before update on public.ai_alert_rules
  for each row execute function private.touch_updated_at();
create trigger ai_alert_rules_audit after insert or update or delete on public.ai_alert_rules
  for each row execute function private.audit_change('org_id');

alter table public.ai_alert_rules enable row level security;
grant select, insert, update, delete on public.ai_alert_rules to authenticated, service_role;
create policy ai_alert_rules_select_members on public.ai_alert_rules
  for select to authenticated
  using (org_id is null or org_id in (select private.my_org_ids_as('owner', 'admin', 'manager')));
create policy ai_alert_rules_insert_admins on public.ai_alert_rules
  for insert to authenticated
  with check (org_id in (select private.my_org_ids_as('owner', 'admin')) or (org_id is null and (select private.is_operator())));
create policy ai_alert_rules_update_admins on public.ai_alert_rules
  for update to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin')) or (org_id is null and (select private.is_operator())))
  with check (org_id in (select private.my_org_ids_as('owner', 'admin')) or (org_id is null and (select private.is_operator())));
create policy ai_alert_rules_delete_admins on public.ai_alert_rules
  for delete to authenticated
  using (org_id in (select private.my_org_ids_as('owner', 'admin')) or (org_id is null and (select private.is_operator())));

create function private.alert_rules_for(p_kind text)
returns table (rule_id uuid, org_id uuid, severity text, threshold numeric, look_back interval, min_count integer)
language sql
stable
set search_path = ''
as $$
  select r.id, o.id, r.severity, r.threshold, r.look_back, r.min_count
  from public.ai_alert_rules as r
  join public.organizations as o on o.id = r.org_id
  where r.kind = p_kind and r.active
  union all
  select r.id, o.id, r.severity, r.threshold, r.look_back, r.min_count
  from public.ai_alert_rules as r
  cross join public.organizations as o
  where r.kind = p_kind and r.active and r.org_id is null and p_kind not in ('provider_down', 'stale_prices')
    and not exists (select from public.ai_alert_rules as own where own.org_id = o.id and own.kind = p_kind)
  union all
  -- What is about the platform is the platform's alert.
  select r.id, null, r.severity, r.threshold, r.look_back, r.min_count
  from public.ai_alert_rules as r
  where r.kind = p_kind and r.active and r.org_id is null and p_kind in ('provider_down', 'stale_prices')
$$;
comment on function private.alert_rules_for(text) is
  'Rules of a kind as they count for each organization; org_id NULL for the platform itself.';
revoke execute on function private.alert_rules_for(text) from public;
