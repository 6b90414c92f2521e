-- Once a minute: open what holds, see again what still holds, resolve what has been gone for a while, tell who did not respond.

create function private.evaluate_alerts()
returns integer
language plpgsql
set search_path = ''
set jit = off -- many small queries: compiling one takes longer than running all
as $$
declare
  v_now     timestamptz := private.clock();
  v_kind    text;
  v_failed  text[] := array[]::text[];
  v_opened  integer := 0;
  v_count   integer;
begin
  -- One evaluation at a time: a slow one must not be overtaken by the next minute's.
  if not pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended('signalbox.evaluate_alerts', 0)) then
    return 0;
  end if;
  foreach v_kind in array array['budget_90', 'budget_100', 'cost_per_lead', 'error_rate', 'fallback_rate', 'escalation_rate', 'provider_down',
                                'stale_prices', 'overrun', 'spend_anomaly'] loop
    begin
      with holding as (
        select distinct on (c.org_id, c.dedup_key) c.* from private.alert_conditions(v_kind) as c order by c.org_id, c.dedup_key
      ),
      written as (
        insert into public.ai_alerts as a (org_id, rule_id, kind, severity, dedup_key, message, facts, opened_at, respond_by, last_seen_at)
        select h.org_id, h.rule_id, v_kind, h.severity, h.dedup_key, private.alert_in_words(v_kind, h.facts, 'en'), h.facts, v_now,
               v_now + case h.severity when 'critical' then interval '15 minutes' when 'warning' then interval '1 hour' else interval '4 hours' end, v_now
        from holding as h
        on conflict (org_id, dedup_key) where ended_at is null
        do update set message = excluded.message, facts = excluded.facts, last_seen_at = excluded.last_seen_at
        returning a.xmax = 0 as is_new -- an updated row has one
      )
      select (count(*) filter (where w.is_new))::integer into v_count from written as w;
      v_opened := v_opened + v_count;
    exception when others then
      -- One kind that cannot be told must not silence the others, nor look as if it were over.
      raise warning 'Cannot evaluate alerts of kind %: %', v_kind, sqlerrm;
      v_failed := v_failed || v_kind;
    end;
  end loop;

  update public.ai_alerts as a
  set ended_at = v_now, resolved_at = coalesce(a.resolved_at, v_now)
  where a.ended_at is null and a.kind <> all (v_failed)
    and a.last_seen_at <= v_now - coalesce((select r.resolve_after from public.ai_alert_rules as r where r.id = a.rule_id and r.active), interval '0')
    and a.last_seen_at < v_now;

  update public.ai_alerts as a
  set overdue_at = v_now
  where a.ended_at is null and a.resolved_at is null and a.acknowledged_at is null and a.overdue_at is null and a.respond_by < v_now;
  return v_opened;
end
$$;
comment on function private.evaluate_alerts() is
  'Compares every rule with the figures of this minute. Called by cron. Returns how many alerts were opened.';

create function private.forget_alerts()
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_count integer;
begin
  delete from public.ai_alerts as a where a.ended_at < (select private.clock()) - interval '400 days';
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.forget_alerts() is 'Deletes alerts that ended more than 400 days ago. Called by cron. Returns how many.';
revoke execute on function private.evaluate_alerts(), private.forget_alerts() from public;
