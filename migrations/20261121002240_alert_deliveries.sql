-- Telling channels about alerts: one delivery for each alert, channel and transition.
--
-- A delivery row is unique and is written in the transaction that changes the alert, so nothing is told twice for want of
-- memory, and nothing is forgotten. HTTP itself cannot promise as much: when an answer is lost, the delivery is sent again
-- under the same Idempotency-Key (the row's id). So it is exactly once for a receiver that knows that header, and at least
-- once for one that does not.

create table public.ai_alert_deliveries (
  id              uuid        not null default gen_random_uuid(),
  alert_id        uuid        not null references public.ai_alerts (id) on delete cascade,
  channel_id      uuid        not null references public.ai_alert_channels (id) on delete cascade,
  transition      text        not null,
  status          text        not null default 'pending',
  attempts        integer     not null default 0,
  next_attempt_at timestamptz not null default private.clock(),
  posted_at       timestamptz,
  net_request_id  bigint,
  response_status integer,
  problem         text,
  created_at      timestamptz not null default private.clock(),
  finished_at     timestamptz,

  constraint ai_alert_deliveries_pkey primary key (id),
  constraint ai_alert_deliveries_once unique (alert_id, channel_id, transition),
  constraint ai_alert_deliveries_transition_known check (transition in ('opened', 'acknowledged', 'overdue', 'resolved')),
  constraint ai_alert_deliveries_status_known check (status in ('pending', 'sending', 'sent', 'failed'))
);
comment on table public.ai_alert_deliveries is
  'pending: to be posted at next_attempt_at; sending: posted, not answered yet; sent: the receiver answered 2xx; failed: given up.';
comment on column public.ai_alert_deliveries.id is 'Sent as Idempotency-Key, the same on every attempt.';
comment on column public.ai_alert_deliveries.net_request_id is 'pg_net''s id of the last attempt.';
comment on column public.ai_alert_deliveries.response_status is 'HTTP status of the last answer; NULL: none came.';
create index ai_alert_deliveries_channel_id_idx on public.ai_alert_deliveries (channel_id);
create index ai_alert_deliveries_due_idx on public.ai_alert_deliveries (next_attempt_at) where status in ('pending', 'sending');

alter table public.ai_alert_deliveries enable row level security;
grant select on public.ai_alert_deliveries to authenticated, service_role;
create policy ai_alert_deliveries_select_managed on public.ai_alert_deliveries
  for select to authenticated
  -- The alerts' own policy says which.
  using (alert_id in (select a.id from public.ai_alerts as a));

create function private.severity_rank(p_severity text)
returns integer
language sql
immutable
set search_path = ''
as $$
  select array_position(array['info', 'warning', 'critical'], p_severity)
$$;
comment on function private.severity_rank(text) is '1 info, 2 warning, 3 critical.';

create function private.queue_alert_deliveries()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  insert into public.ai_alert_deliveries (alert_id, channel_id, transition)
  select new.id, c.id, t.transition
  from public.ai_alert_channels as c
  cross join unnest(array_remove(array[
    case when tg_op = 'INSERT' then 'opened' end,
    -- Whoever resolves has acknowledged on the way: one word about it is enough.
    case when tg_op = 'UPDATE' and old.acknowledged_at is null and new.acknowledged_at is not null and new.resolved_at is null then 'acknowledged' end,
    case when tg_op = 'UPDATE' and old.overdue_at is null and new.overdue_at is not null then 'overdue' end,
    case when tg_op = 'UPDATE' and old.resolved_at is null and new.resolved_at is not null then 'resolved' end
  ], null)) as t (transition)
  where c.org_id is not distinct from new.org_id and c.active
    and private.severity_rank(new.severity) >= private.severity_rank(c.min_severity)
    -- A channel that never heard of the alert is not told its end.
    and (t.transition = 'opened' or c.created_at <= new.opened_at)
  on conflict (alert_id, channel_id, transition) do nothing;
  return null;
end
$$;
comment on function private.queue_alert_deliveries() is 'Writes the deliveries that an alert''s opening, acknowledgement, delay or end asks for.';
create trigger ai_alerts_queue_deliveries
  after insert or update on public.ai_alerts
  for each row execute function private.queue_alert_deliveries();

create function private.alert_language(p_org_id uuid)
returns text
language sql
stable
set search_path = ''
as $$
  -- The default is for figures and dates: nobody chose a language by it.
  select case when s.source <> 'default' then s.value #>> '{}' end from private.settings_in_force(p_org_id, null, array['locale']) as s
$$;
comment on function private.alert_language(uuid) is
  'Whom alerts of an organization (NULL: the platform) are written for: the locale that somebody set, BCP 47. NULL: nobody did, so English.';

create function private.alert_words(p_delivery public.ai_alert_deliveries, p_alert public.ai_alerts)
returns table (message text, severity text, transition text, platform text, organization text, opened text, respond_by text, alert text)
language sql
stable
set search_path = ''
as $$
  select coalesce(private.alert_in_words(p_alert.kind, p_alert.facts, l.lang), p_alert.message),
    case p_alert.severity
      when 'info' then private.in_language(l.lang, 'info', 'Hinweis', 'info', 'información')
      when 'warning' then private.in_language(l.lang, 'warning', 'Warnung', 'avertissement', 'aviso')
      else private.in_language(l.lang, 'critical', 'kritisch', 'critique', 'crítica') end,
    case p_delivery.transition
      when 'opened' then private.in_language(l.lang, 'opened', 'begonnen', 'début', 'inicio')
      when 'acknowledged' then private.in_language(l.lang, 'acknowledged', 'übernommen', 'prise en charge', 'atención')
      when 'overdue' then private.in_language(l.lang, 'overdue', 'überfällig', 'retard', 'retraso')
      else private.in_language(l.lang, 'resolved', 'gelöst', 'résolution', 'resolución') end,
    private.in_language(l.lang, 'platform', 'Plattform', 'plateforme', 'plataforma'),
    private.in_language(l.lang, 'Organization: ', 'Organisation: ', 'Organisation : ', 'Organización: '),
    private.in_language(l.lang, 'Opened: ', 'Begonnen: ', 'Ouverte : ', 'Abierta: '),
    private.in_language(l.lang, 'Respond by: ', 'Antwort bis: ', 'Réponse avant : ', 'Responder antes de: '),
    private.in_language(l.lang, 'Alert: ', 'Alarm: ', 'Alerte : ', 'Alerta: ')
  from (select private.alert_language(p_alert.org_id)) as l (lang)
$$;
comment on function private.alert_words(public.ai_alert_deliveries, public.ai_alerts) is
  'What a channel''s people read of an alert, in their organization''s language.';

create function private.alert_body(p_delivery public.ai_alert_deliveries, p_alert public.ai_alerts, p_channel public.ai_alert_channels)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select case p_channel.kind
    when 'slack' then jsonb_build_object('text',
      format('%s *%s %s* · %s · %s', mark.sign, upper(said.severity), said.transition, mark.owner, p_alert.kind) || E'\n'
      || replace(replace(replace(said.message, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'))
    when 'email' then jsonb_build_object('from', p_channel.email_from, 'to', to_jsonb(p_channel.email_to),
      'subject', format('[%s %s] %s', said.severity, said.transition, left(said.message, 150)),
      'text', concat_ws(E'\n', said.message, '', said.organization || mark.owner, said.opened || p_alert.opened_at,
        said.respond_by || p_alert.respond_by, said.alert || p_alert.id))
    -- A program reads this one: only the message is for people.
    else jsonb_build_object('delivery_id', p_delivery.id, 'transition', p_delivery.transition, 'alert', jsonb_build_object(
      'id', p_alert.id, 'org_id', p_alert.org_id, 'kind', p_alert.kind, 'severity', p_alert.severity, 'message', said.message, 'facts', p_alert.facts,
      'opened_at', p_alert.opened_at, 'respond_by', p_alert.respond_by, 'acknowledged_at', p_alert.acknowledged_at, 'resolved_at', p_alert.resolved_at))
  end
  from private.alert_words(p_delivery, p_alert) as said
  cross join lateral (
    select case when p_delivery.transition = 'resolved' then ':white_check_mark:' when p_alert.severity = 'critical' then ':rotating_light:'
                when p_alert.severity = 'warning' then ':warning:' else ':information_source:' end as sign,
           coalesce((select o.name from public.organizations as o where o.id = p_alert.org_id), said.platform) as owner
  ) as mark
$$;
comment on function private.alert_body(public.ai_alert_deliveries, public.ai_alerts, public.ai_alert_channels) is
  'What a channel is sent: the alert as JSON, Slack''s {text}, or a mail as {from, to, subject, text}, in its organization''s language.';

create function private.collect_alert_answers()
returns integer
language plpgsql
set search_path = ''
as $$
declare
  c_most_attempts constant integer := 10;
  v_now      timestamptz := private.clock();
  v_delivery record;
  v_done     integer := 0;
  v_final    boolean;
begin
  for v_delivery in
    select d.id, d.attempts, d.posted_at, r.status_code, r.error_msg, r.id is not null as answered
    from public.ai_alert_deliveries as d
    left join net._http_response as r on r.id = d.net_request_id
    where d.status = 'sending'
    for update of d skip locked
  loop
    if v_delivery.answered and v_delivery.status_code between 200 and 299 then
      update public.ai_alert_deliveries as d
      set status = 'sent', response_status = v_delivery.status_code, problem = null, finished_at = v_now where d.id = v_delivery.id;
      v_done := v_done + 1;
    elsif v_delivery.answered or v_delivery.posted_at < v_now - interval '2 minutes' then
      -- Asking again does not help against an address or a request that is wrong.
      v_final := v_delivery.attempts >= c_most_attempts or v_delivery.status_code in (400, 401, 403, 404, 405, 410, 413, 415, 422);
      update public.ai_alert_deliveries as d
      set status = case when v_final then 'failed' else 'pending' end,
          response_status = v_delivery.status_code,
          problem = coalesce(v_delivery.error_msg, 'answered with ' || v_delivery.status_code, 'no answer in two minutes'),
          next_attempt_at = v_now + least(interval '30 seconds' * power(2, v_delivery.attempts - 1), interval '1 hour'),
          finished_at = case when v_final then v_now end
      where d.id = v_delivery.id;
      v_done := v_done + 1;
    end if;
  end loop;
  return v_done;
end
$$;
comment on function private.collect_alert_answers() is
  'Reads pg_net''s answers to posted deliveries: sent, to be tried again after a doubling pause, or failed. Returns how many were decided.';

create function private.deliver_alerts(p_limit integer default 100)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_now      timestamptz := private.clock();
  v_delivery public.ai_alert_deliveries;
  v_alert    public.ai_alerts;
  v_channel  public.ai_alert_channels;
  v_address  jsonb;
  v_problem  text;
  v_sent     integer := 0;
begin
  if to_regclass('net._http_response') is null then
    return 0; -- no pg_net: the rows wait
  end if;
  perform private.collect_alert_answers();
  for v_delivery in
    -- Organizations take turns: one with thousands of channels keeps no other's alert waiting.
    select d.* from public.ai_alert_deliveries as d
    join (
      select due.id, row_number() over (partition by c.org_id order by due.next_attempt_at, due.created_at) as turn
      from public.ai_alert_deliveries as due
      join public.ai_alert_channels as c on c.id = due.channel_id
      where due.status = 'pending' and due.next_attempt_at <= v_now
    ) as line on line.id = d.id
    where d.status = 'pending' and d.next_attempt_at <= v_now
    order by line.turn, d.next_attempt_at, d.created_at
    limit p_limit
    for update of d skip locked
  loop
    select * into v_alert from public.ai_alerts as a where a.id = v_delivery.alert_id;
    select * into v_channel from public.ai_alert_channels as c where c.id = v_delivery.channel_id;
    v_address := private.alert_address(v_channel);
    -- Checked again: the list of hosts may have become shorter, and the Vault has other writers.
    v_problem := case when not v_channel.active then 'the channel is switched off' else private.alert_url_problem(v_address ->> 'url') end;
    if v_problem is not null then
      update public.ai_alert_deliveries as d set status = 'failed', problem = v_problem, finished_at = v_now where d.id = v_delivery.id;
      continue;
    end if;
    update public.ai_alert_deliveries as d
    set status = 'sending', attempts = d.attempts + 1, posted_at = v_now, response_status = null,
        net_request_id = net.http_post(
          url := v_address ->> 'url',
          body := private.alert_body(v_delivery, v_alert, v_channel),
          headers := jsonb_strip_nulls(jsonb_build_object('Content-Type', 'application/json', 'Idempotency-Key', v_delivery.id,
            'Authorization', v_address ->> 'authorization')),
          timeout_milliseconds := 10000)
    where d.id = v_delivery.id;
    v_sent := v_sent + 1;
  end loop;
  return v_sent;
end
$$;
comment on function private.deliver_alerts(integer) is
  'Posts due deliveries over pg_net and takes in the answers to earlier ones. Called by cron. Returns how many were posted.';

revoke execute on all functions in schema private from public;
