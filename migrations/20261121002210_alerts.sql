-- Alerts: opened by a condition, acknowledged and resolved by people, resolved by themselves when the condition has ended.

create table public.ai_alerts (
  id              uuid        not null default gen_random_uuid(),
  org_id          uuid        references public.organizations (id) on delete cascade,
  rule_id         uuid        references public.ai_alert_rules (id) on delete set null,
  kind            text        not null,
  severity        text        not null,
  dedup_key       text        not null,
  message         text        not null,
  facts           jsonb       not null,
  opened_at       timestamptz not null,
  respond_by      timestamptz not null,
  last_seen_at    timestamptz not null,
  overdue_at      timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by uuid,
  resolved_at     timestamptz,
  resolved_by     uuid,
  ended_at        timestamptz,

  constraint ai_alerts_pkey primary key (id),
  constraint ai_alerts_severity_known check (severity in ('info', 'warning', 'critical')),
  constraint ai_alerts_ended_is_resolved check (ended_at is null or resolved_at is not null)
);
comment on table public.ai_alerts is 'One row from a condition''s beginning to its end: the same condition never has two open ones.';
comment on column public.ai_alerts.org_id is 'NULL: about the platform, for operators.';
comment on column public.ai_alerts.rule_id is 'NULL: the rule is gone.';
comment on column public.ai_alerts.dedup_key is 'What the condition is about, e.g. budget_90:warning:<budget>:<account>:2026-11-01.';
comment on column public.ai_alerts.facts is 'The figures behind the message, as they were when it was last seen.';
comment on column public.ai_alerts.respond_by is 'When somebody should have acknowledged it: after 15 minutes (critical), 1 hour (warning), 4 hours (info).';
comment on column public.ai_alerts.last_seen_at is 'When the condition last held.';
comment on column public.ai_alerts.overdue_at is 'When respond_by was found past without an acknowledgement; channels are told once. NULL: it was not.';
comment on column public.ai_alerts.acknowledged_by is 'NULL with acknowledged_at set: the service role, or the user is gone.';
comment on column public.ai_alerts.resolved_by is 'NULL with resolved_at set: by itself, or by the service role.';
comment on column public.ai_alerts.ended_at is 'When the condition was over. NULL after a person resolved it: the condition still holds and opens no new alert.';
create unique index ai_alerts_one_open_idx on public.ai_alerts (org_id, dedup_key) nulls not distinct where ended_at is null;
create index ai_alerts_opened_at_idx on public.ai_alerts (org_id, opened_at desc);
create index ai_alerts_rule_id_idx on public.ai_alerts (rule_id);

alter table public.ai_alerts enable row level security;
grant select on public.ai_alerts to authenticated, service_role;
create policy ai_alerts_select_managed on public.ai_alerts
  for select to authenticated
  using (
    org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
    or (org_id is null and (select private.is_operator()))
  );

create type private.alert_condition as (
  org_id    uuid,
  rule_id   uuid,
  severity  text,
  dedup_key text,
  message   text,
  facts     jsonb
);
comment on type private.alert_condition is 'A condition of a rule that holds right now.';

create function private.open_alert_of(p_alert_id uuid, p_verb text)
returns public.ai_alerts
language plpgsql
set search_path = ''
as $$
declare
  v_alert public.ai_alerts;
begin
  select * into v_alert from public.ai_alerts as a where a.id = p_alert_id for update;
  -- One answer for an unknown alert and one that the caller may not see.
  if not found or not (
    private.is_trusted()
    or v_alert.org_id in (select private.my_org_ids_as('owner', 'admin', 'manager'))
    or (v_alert.org_id is null and private.is_operator())
  ) then
    raise exception 'Cannot % the alert: there is none with this id', p_verb using errcode = 'PT404';
  end if;
  return v_alert;
end
$$;
comment on function private.open_alert_of(uuid, text) is 'Locks an alert that the caller may act on. PT404 otherwise.';

create function private.acknowledge_alert(p_alert_id uuid)
returns public.ai_alerts
language plpgsql
security definer -- nobody has a write grant on alerts; who may is checked by open_alert_of()
set search_path = ''
as $$
declare
  v_alert public.ai_alerts := private.open_alert_of(p_alert_id, 'acknowledge');
begin
  if v_alert.acknowledged_at is null and v_alert.resolved_at is null then
    update public.ai_alerts as a set acknowledged_at = private.clock(), acknowledged_by = (select auth.uid())
    where a.id = p_alert_id returning * into v_alert;
  end if;
  return v_alert;
end
$$;
comment on function private.acknowledge_alert(uuid) is 'Behind public.acknowledge_alert.';

create function private.resolve_alert(p_alert_id uuid)
returns public.ai_alerts
language plpgsql
security definer -- nobody has a write grant on alerts; who may is checked by open_alert_of()
set search_path = ''
as $$
declare
  v_alert public.ai_alerts := private.open_alert_of(p_alert_id, 'resolve');
begin
  if v_alert.resolved_at is null then
    update public.ai_alerts as a
    set resolved_at = private.clock(), resolved_by = (select auth.uid()),
        acknowledged_at = coalesce(a.acknowledged_at, private.clock()), acknowledged_by = coalesce(a.acknowledged_by, (select auth.uid()))
    where a.id = p_alert_id returning * into v_alert;
  end if;
  return v_alert;
end
$$;
comment on function private.resolve_alert(uuid) is 'Behind public.resolve_alert.';

create function public.acknowledge_alert(p_alert_id uuid)
returns public.ai_alerts
language sql
set search_path = ''
as $$
  select private.acknowledge_alert(p_alert_id)
$$;
comment on function public.acknowledge_alert(uuid) is
  'Says that the caller looks after an alert of an organization he manages. The first one counts. Returns the alert; PT404 for one he may not see.';

create function public.resolve_alert(p_alert_id uuid)
returns public.ai_alerts
language sql
set search_path = ''
as $$
  select private.resolve_alert(p_alert_id)
$$;
comment on function public.resolve_alert(uuid) is
  'Closes an alert of an organization the caller manages; while its condition goes on no new one is opened. Returns the alert; PT404 for one he may not see.';

revoke execute on all functions in schema private from public;
revoke execute on function public.acknowledge_alert(uuid), public.resolve_alert(uuid) from public, anon;
grant execute on function private.acknowledge_alert(uuid), private.resolve_alert(uuid), public.acknowledge_alert(uuid), public.resolve_alert(uuid)
  to authenticated, service_role;
