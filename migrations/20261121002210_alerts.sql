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
comment on column public.ai_alerts.message is 'What the facts say, in English; channels are told in their organization''s language.';
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
  facts     jsonb
);
comment on type private.alert_condition is 'A condition of a rule that holds right now.';

create function private.figure(p_value numeric, p_language text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case when left(p_language, 2) in ('de', 'fr', 'es') then replace(p_value::text, '.', ',') else p_value::text end
$$;
comment on function private.figure(numeric, text) is 'A number with the decimal mark of a language.';

create function private.budget_alert_in_words(p_facts jsonb, p_language text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case when f.cap > 0 and f.used * 100 >= f.threshold * f.cap
    then format(private.in_language(p_language, '%6$s %% of the %1$s budget of %2$s is used: %3$s of %4$s %5$s',
           'Das %1$s %2$s ist zu %6$s %% verbraucht: %3$s von %4$s %5$s', 'Le budget %1$s %2$s est consommé à %6$s %% : %3$s sur %4$s %5$s',
           'El presupuesto %1$s %2$s está gastado al %6$s %%: %3$s de %4$s %5$s'),
         named.period, named.whose, named.used, named.cap, f.currency, private.figure(round(f.used_percent, 1), p_language))
    else format(private.in_language(p_language, 'The %1$s budget of %2$s refuses requests: %6$s lately, with %3$s of %4$s %5$s used',
           'Das %1$s %2$s lehnt Anfragen ab: %6$s in letzter Zeit, verbraucht sind %3$s von %4$s %5$s',
           'Le budget %1$s %2$s refuse des requêtes : %6$s récemment, %3$s sur %4$s %5$s consommés',
           'El presupuesto %1$s %2$s rechaza solicitudes: %6$s últimamente, con %3$s de %4$s %5$s gastados'),
         named.period, named.whose, named.used, named.cap, f.currency, f.refused_requests) end
  from jsonb_to_record(p_facts) as f (scope text, scope_key text, period text, used numeric, cap numeric, currency text, used_percent numeric,
    threshold numeric, refused_requests integer)
  cross join lateral (
    select private.figure(round(f.used, 2), p_language) as used, private.figure(round(f.cap, 2), p_language) as cap,
      case f.period
        when 'day' then private.in_language(p_language, 'day', 'Tagesbudget', 'quotidien', 'diario')
        when 'week' then private.in_language(p_language, 'week', 'Wochenbudget', 'hebdomadaire', 'semanal')
        when 'month' then private.in_language(p_language, 'month', 'Monatsbudget', 'mensuel', 'mensual')
        when 'total' then private.in_language(p_language, 'total', 'Gesamtbudget', 'total', 'total')
        else private.in_language(p_language, f.period, 'Budget', 'par requête', 'por solicitud') end as period,
      case f.scope || case when f.scope_key is null then ':*' else '' end
        when 'user:*' then private.in_language(p_language, 'user *', 'jedes Benutzers', 'de chaque utilisateur', 'de cada usuario')
        when 'task:*' then private.in_language(p_language, 'task *', 'jeder Aufgabe', 'de chaque tâche', 'de cada tarea')
        when 'key:*' then private.in_language(p_language, 'key *', 'jedes Schlüssels', 'de chaque clé', 'de cada clave')
        when 'user' then private.in_language(p_language, 'user ', 'des Benutzers ', 'de l’utilisateur ', 'del usuario ') || f.scope_key
        when 'task' then private.in_language(p_language, 'task ', 'der Aufgabe ', 'de la tâche ', 'de la tarea ') || f.scope_key
        when 'key' then private.in_language(p_language, 'key ', 'des Schlüssels ', 'de la clé ', 'de la clave ') || f.scope_key
        else private.in_language(p_language, 'the organization', 'der Organisation', 'de l’organisation', 'de la organización') end as whose
  ) as named
$$;
comment on function private.budget_alert_in_words(jsonb, text) is 'What the facts of a budget_90 or budget_100 alert say.';

create function private.alert_in_words(p_kind text, p_facts jsonb, p_language text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case
    when p_kind in ('budget_90', 'budget_100') then private.budget_alert_in_words(p_facts, p_language)
    when p_kind = 'cost_per_lead' then
      format(case when (p_facts ->> 'complete')::boolean
          then private.in_language(p_language, 'A new lead costs %s %s in %s, more than %s', 'Ein neuer Lead kostet in %3$s %1$s %2$s, mehr als %4$s',
            'Un nouveau prospect coûte %s %s en %s, plus que %s', 'Un cliente potencial nuevo cuesta %s %s en %s, más de %s')
          else private.in_language(p_language, 'A new lead costs at least %s %s in %s, more than %s', 'Ein neuer Lead kostet in %3$s mindestens %1$s %2$s, mehr als %4$s',
            'Un nouveau prospect coûte au moins %s %s en %s, plus que %s', 'Un cliente potencial nuevo cuesta al menos %s %s en %s, más de %s') end,
        private.figure(round((p_facts ->> 'cost_per_lead_at_least')::numeric, 2), p_language), p_facts ->> 'currency', left(p_facts ->> 'month', 7),
        private.figure(round((p_facts ->> 'threshold')::numeric, 2), p_language))
    when p_kind in ('error_rate', 'fallback_rate', 'escalation_rate') then
      format(private.in_language(p_language, '%s %% of %s requests in %s minutes %s', '%s %% von %s Anfragen in %s Minuten %s',
          '%s %% de %s requêtes en %s minutes %s', 'El %s %% de %s solicitudes en %s minutos %s'),
        private.figure(round((p_facts ->> 'hits')::numeric * 100 / (p_facts ->> 'requests')::numeric, 1), p_language), p_facts ->> 'requests',
        p_facts ->> 'look_back_minutes',
        case p_kind
          when 'error_rate' then private.in_language(p_language, 'failed', 'sind gescheitert', 'ont échoué', 'fallaron')
          when 'fallback_rate' then private.in_language(p_language, 'fell back to another provider or to rules',
            'gingen an einen anderen Anbieter oder an Regeln', 'se sont rabattues sur un autre fournisseur ou sur des règles', 'pasaron a otro proveedor o a reglas')
          else private.in_language(p_language, 'escalated', 'wurden eskaliert', 'ont été escaladées', 'se escalaron') end)
    when p_kind = 'provider_down' then
      format(private.in_language(p_language, '%s does not answer: %s, %s failures in a row', '%s antwortet nicht: %s, %s Fehler in Folge',
          '%s ne répond pas : %s, %s échecs de suite', '%s no responde: %s, %s fallos seguidos'),
        concat_ws('/', p_facts ->> 'provider', nullif(p_facts ->> 'model', '*')), p_facts ->> 'last_error', p_facts ->> 'failures')
    when p_kind = 'stale_prices' then
      format(private.in_language(p_language, '%s prices were last checked more than %s days ago, the oldest on %s',
          '%s Preise wurden zuletzt vor mehr als %s Tagen geprüft, der älteste am %s', '%s prix ont été vérifiés pour la dernière fois il y a plus de %s jours, le plus ancien le %s',
          '%s precios se comprobaron por última vez hace más de %s días, el más antiguo el %s'),
        p_facts ->> 'prices', round((p_facts ->> 'days')::numeric), p_facts ->> 'oldest_on')
    when p_kind = 'overrun' then
      concat_ws('; ',
        case when (p_facts ->> 'requests')::integer > 0 then
          format(private.in_language(p_language, '%s requests cost more than was held for them, %s US dollars in all',
              '%s Anfragen kosteten mehr, als für sie zurückgelegt war, zusammen %s US-Dollar', '%s requêtes ont coûté plus que leur réserve, %s dollars US en tout',
              '%s solicitudes costaron más de lo reservado para ellas, %s dólares en total'),
            p_facts ->> 'requests', private.figure(round((p_facts ->> 'excess_usd')::numeric, 6), p_language)) end,
        case when (p_facts ->> 'unknown')::integer > 0 then
          format(private.in_language(p_language, 'requests without a hold whose cost is unknown: %s', 'Anfragen ohne Rücklage, deren Kosten unbekannt sind: %s',
            'requêtes sans réserve dont le coût est inconnu : %s', 'solicitudes sin reserva cuyo coste se desconoce: %s'), p_facts ->> 'unknown') end)
    when p_kind = 'spend_anomaly' then
      format(private.in_language(p_language, '%s US dollars in the hour from %s, where %s is usual', '%s US-Dollar in der Stunde ab %s, üblich sind %s',
          '%s dollars US dans l’heure à partir de %s, où %s est habituel', '%s dólares en la hora desde %s, donde lo habitual es %s'),
        private.figure(round((p_facts ->> 'spent_usd')::numeric, 2), p_language), p_facts ->> 'local_hour',
        private.figure(round((p_facts ->> 'typical_usd')::numeric, 2), p_language))
    end
$$;
comment on function private.alert_in_words(text, jsonb, text) is 'What the facts of an alert of a kind say, in a language; NULL for an unknown kind.';

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
