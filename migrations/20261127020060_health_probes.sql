-- Health probes: cron asks providers for their list of models, which costs nothing, where traffic has not told how they are: a quiet
-- quarter of an hour, or a pause after failures that is over. Where calls succeed nobody is asked anything.

create table private.provider_probes (
  provider   text        not null,
  asked_at   timestamptz not null,
  told_at    timestamptz,
  error_code text,
  latency_ms integer,

  constraint provider_probes_pkey primary key (provider)
);
comment on table private.provider_probes is 'The last health probe of each provider.';
comment on column private.provider_probes.asked_at is 'When the probe was sent: the next is due a while after, answered or not.';
comment on column private.provider_probes.told_at is 'When the last result came. NULL: none ever did (the deployment has no key for the provider).';
comment on column private.provider_probes.error_code is 'Kind of failure of the last result. NULL: the provider answered.';
comment on column private.provider_probes.latency_ms is 'Of the last result, milliseconds.';
alter table private.provider_probes enable row level security;

create function private.providers_to_probe(p_now timestamptz)
returns text[]
language sql
stable
set search_path = ''
as $$
  select array_agg(p.slug order by p.slug)
  from public.ai_providers as p
  left join private.provider_probes as last on last.provider = p.slug
  where p.active and p.org_id is null and p.secret_name is null
    -- One probe a minute at most, also of one that does not answer.
    and (last.asked_at is null or last.asked_at <= p_now - interval '55 seconds')
    and (
      -- A pause is over: better a question that costs nothing than somebody's request.
      exists (
        select from public.ai_breakers as b
        where b.provider = p.slug and b.state <> 'closed' and b.open_until <= p_now and (b.probe_until is null or b.probe_until <= p_now))
      or not exists (
        select from public.ai_call_logs as c
        where c.provider = p.slug and c.created_at > p_now - interval '15 minutes' and c.error_code is null)
      and (last.asked_at is null or last.asked_at <= p_now - interval '15 minutes')
    )
$$;
comment on function private.providers_to_probe(timestamptz) is
  'Providers of the deployment''s own keys that nobody knows the state of: a breaker''s pause is over, or neither a call nor a probe in a quarter of an hour.';

create function private.request_probes()
returns integer
language plpgsql
security definer -- reads the Vault and calls pg_net, which no API role may
set search_path = ''
as $$
declare
  v_now       timestamptz := private.clock();
  v_providers text[] := private.providers_to_probe(v_now);
  v_access    private.project_access;
begin
  if v_providers is null then
    return 0;
  end if;
  v_access := private.project_access();
  if v_access is null then
    return 0;
  end if;
  insert into private.provider_probes (provider, asked_at) select x, v_now from unnest(v_providers) as x
  on conflict (provider) do update set asked_at = excluded.asked_at;
  perform private.call_function(v_access, 'ai-probe', jsonb_build_object('providers', (
    select jsonb_agg(jsonb_build_object('slug', p.slug, 'kind', p.kind, 'base_url', p.base_url))
    from public.ai_providers as p where p.slug = any (v_providers)
  )), 10000);
  return cardinality(v_providers);
end
$$;
comment on function private.request_probes() is 'Sends the function ai-probe to the providers that are due. Returns how many. Called by cron.';

create function private.note_probe(p_provider text, p_error_code text, p_latency_ms integer, p_now timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_twice boolean;
begin
  select error_code is not null into v_twice from private.provider_probes as x where x.provider = p_provider;
  insert into private.provider_probes (provider, asked_at, told_at, error_code, latency_ms)
  values (p_provider, p_now, p_now, p_error_code, p_latency_ms)
  on conflict (provider) do update set told_at = excluded.told_at, error_code = excluded.error_code, latency_ms = excluded.latency_ms;

  if p_error_code is null then
    -- The whole provider is well again, but for its account: that is not asked for a list.
    perform from public.ai_breakers as b
    where b.provider = p_provider and b.model = '*' and b.state <> 'closed' and b.last_error is distinct from 'quota'
    for update;
    if found then
      perform private.record_breaker_success(p_provider, '*', p_now, p_now);
    end if;
    -- Models it was not reached for may be tried at once; one that failed by itself is not well because its provider is.
    update public.ai_breakers as b set open_until = p_now
    where b.provider = p_provider and b.state = 'open' and b.open_until > p_now and b.last_error in ('network', 'timeout', 'authentication');
  elsif p_error_code in ('authentication', 'quota') or (v_twice and p_error_code in ('network', 'timeout', 'server')) then
    -- A refused key is one at once; being unreachable is believed the second time.
    perform private.record_breaker_outcome(p_provider, '*', p_error_code, p_now);
  end if;
end
$$;
comment on function private.note_probe(text, text, integer, timestamptz) is
  'Keeps what a probe found. An answer closes the provider''s breaker and ends its models'' pauses; a refused key, or a second failure in a row, opens it.';

create function public.ai_note_probes(findings jsonb)
returns integer
language plpgsql
security definer -- the breakers' one door for probes; executable by the service role alone
set search_path = ''
as $$
declare
  v_finding record;
  v_noted   integer := 0;
begin
  for v_finding in
    select f.* from jsonb_to_recordset(findings) as f (provider text, error_code text, latency_ms integer)
    join public.ai_providers as p on p.slug = f.provider
    order by f.provider
  loop
    perform private.note_probe(v_finding.provider, v_finding.error_code, v_finding.latency_ms, private.clock());
    v_noted := v_noted + 1;
  end loop;
  return v_noted;
end
$$;
comment on function public.ai_note_probes(jsonb) is
  'Takes what the function ai-probe found: [{"provider", "error_code" or null, "latency_ms"}]. Returns how many providers are known. Service role only.';

create function private.probed_providers()
returns table (provider text, probed_at timestamptz, error_code text, latency_ms integer)
language sql
stable
security definer -- provider health is the platform's and carries nothing of any tenant
set search_path = ''
as $$
  select x.provider, x.told_at, x.error_code, x.latency_ms from private.provider_probes as x where x.told_at is not null
$$;
comment on function private.probed_providers() is 'Behind public.ai_provider_probes.';

create view public.ai_provider_probes with (security_invoker = true) as
select p.provider, p.probed_at, p.error_code is null as answers, p.error_code, p.latency_ms from private.probed_providers() as p;
comment on view public.ai_provider_probes is
  'What the last health probe of each provider found. Probes cost nothing and are made only where traffic does not tell.';
comment on column public.ai_provider_probes.error_code is 'Kind of the failure; NULL when it answered.';

revoke execute on function private.providers_to_probe(timestamptz), private.request_probes(), private.note_probe(text, text, integer, timestamptz),
  private.probed_providers() from public;
revoke execute on function public.ai_note_probes(jsonb) from public, anon, authenticated;
grant execute on function public.ai_note_probes(jsonb) to service_role;
grant execute on function private.probed_providers() to authenticated, service_role;
revoke all on public.ai_provider_probes from anon, authenticated, service_role;
grant select on public.ai_provider_probes to authenticated, service_role;
