-- What has expired is forgotten: cache entries, idempotency keys, payloads, and pg_cron's history.

create function private.forget_expired()
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_now timestamptz := private.clock();
begin
  delete from public.ai_cache_entries as e where e.expires_at <= v_now;
  delete from public.ai_embedding_cache as e where e.expires_at <= v_now;
  delete from public.ai_idempotency_keys as i where i.expires_at <= v_now;
  with kept as materialized (
    select o.id, v_now - make_interval(days => (private.settings_for(o.id, null) ->> 'ai.log.payload_retention_days')::integer) as since
    from public.organizations as o
    where exists (select from public.ai_payloads as p where p.org_id = o.id)
  )
  delete from public.ai_payloads as p using kept as k where p.org_id = k.id and p.created_at < k.since;
  if to_regclass('cron.job_run_details') is not null then
    delete from cron.job_run_details as d where d.end_time < v_now - interval '7 days';
  end if;
end
$$;
comment on function private.forget_expired() is
  'Deletes expired cache entries, idempotency keys and payloads, and cron history older than seven days. Called by cron.';
revoke execute on function private.forget_expired() from public;
