-- Breakers: closed, open, half_open, per provider and model, shared by every isolate.

create table public.ai_breakers (
  provider     text        not null,
  model        text        not null,
  state        text        not null default 'closed',
  failures     integer     not null default 0,
  openings     integer     not null default 0,
  opened_at    timestamptz,
  open_until   timestamptz,
  probe_until  timestamptz,
  last_error   text,
  last_failure_at timestamptz,
  updated_at   timestamptz not null default private.clock(),

  constraint ai_breakers_pkey primary key (provider, model),
  constraint ai_breakers_state_known check (state in ('closed', 'open', 'half_open')),
  constraint ai_breakers_open_has_times check (state = 'closed' or (opened_at is not null and open_until is not null))
);
comment on table public.ai_breakers is
  'Circuit breakers by provider and model; model * stands for the whole provider. No row = closed.';
comment on column public.ai_breakers.failures is 'Failures in a row since the last success.';
comment on column public.ai_breakers.openings is 'Times opened in a row: each doubles the pause, up to 5 minutes.';
comment on column public.ai_breakers.probe_until is 'Lease of the one half-open probe; after it another request may try.';

create table public.ai_breaker_events (
  id         uuid        not null default gen_random_uuid(),
  created_at timestamptz not null default private.clock(),
  provider   text        not null,
  model      text        not null,
  from_state text        not null,
  to_state   text        not null,
  reason     text,

  constraint ai_breaker_events_pkey primary key (id)
);
comment on table public.ai_breaker_events is 'History of breaker transitions.';
create index ai_breaker_events_created_at_idx on public.ai_breaker_events (created_at desc);

alter table public.ai_breakers enable row level security;
alter table public.ai_breaker_events enable row level security;
grant select on public.ai_breakers, public.ai_breaker_events to authenticated, service_role;
-- Provider health is the platform's and carries nothing of any tenant.
create policy ai_breakers_select_signed_in on public.ai_breakers for select to authenticated using (true);
create policy ai_breaker_events_select_signed_in on public.ai_breaker_events for select to authenticated using (true);

create function private.breaker_fails_on(p_error_code text)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return coalesce(p_error_code in ('timeout', 'server', 'network', 'cut', 'malformed', 'authentication', 'quota', 'not_found', 'rate_limited'), false);
end
$$;
comment on function private.breaker_fails_on(text) is
  'Whether an error kind speaks against the provider''s health. Our own mistakes (invalid_request, context_length) and refusals of content do not.';
revoke execute on function private.breaker_fails_on(text) from public;

create function private.record_breaker_success(p_provider text, p_model text, p_admitted_at timestamptz, p_now timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_row record;
begin
  for v_row in
    select b.model, b.state from public.ai_breakers as b
    where b.provider = p_provider and b.model in (p_model, '*') and (b.failures > 0 or b.state <> 'closed')
      -- A request admitted before the breaker opened says nothing about now. Both times are the database's: isolates' clocks differ.
      and (b.opened_at is null or p_admitted_at >= b.opened_at)
    order by b.model
    -- What could be seen is locked already, in order. A row that somebody made meanwhile is his: waiting for it here, out of order,
    -- would be a deadlock with whoever waits for ours.
    for update skip locked
  loop
    update public.ai_breakers as b
    set state = 'closed', failures = 0, openings = 0, probe_until = null, opened_at = null, open_until = null, updated_at = p_now
    where b.provider = p_provider and b.model = v_row.model;
    if v_row.state <> 'closed' then
      insert into public.ai_breaker_events (provider, model, from_state, to_state, reason)
      values (p_provider, v_row.model, v_row.state, 'closed', 'a call succeeded');
    end if;
  end loop;
end
$$;
comment on function private.record_breaker_success(text, text, timestamptz, timestamptz) is
  'Closes what a success asked for after the opening closes. The common case costs one read: a healthy breaker has nothing to change.';
revoke execute on function private.record_breaker_success(text, text, timestamptz, timestamptz) from public;

create function private.record_breaker_outcome(
  p_provider text, p_model text, p_error_code text, p_admitted_at timestamptz, p_retry_after_ms integer default null
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  -- Five failures in a row open a breaker; a refused key or an empty account opens the provider at once.
  c_threshold constant integer := 5;
  -- A wait of nothing is none: whoever has just refused is not asked again by everybody at once.
  c_least_ms  constant integer := 1000;
  v_now    timestamptz := private.clock();
  v_key    text := case when p_error_code in ('authentication', 'quota') then '*' else p_model end;
  v_row    public.ai_breakers;
  v_until  timestamptz;
begin
  if p_error_code is null or not private.breaker_fails_on(p_error_code) then
    perform private.record_breaker_success(p_provider, p_model, p_admitted_at, v_now);
    return;
  end if;

  insert into public.ai_breakers (provider, model) values (p_provider, v_key) on conflict do nothing;
  select * into v_row from public.ai_breakers as b where b.provider = p_provider and b.model = v_key for update;
  if v_row.state <> 'closed' and p_admitted_at < v_row.opened_at then
    return; -- a straggler from before the opening
  end if;
  if v_row.state = 'closed' and v_row.failures + 1 < c_threshold and v_key <> '*' and p_retry_after_ms is null then
    update public.ai_breakers
    set failures = failures + 1, last_error = p_error_code, last_failure_at = v_now, updated_at = v_now
    where provider = p_provider and model = v_key;
    return;
  end if;
  -- A rate limit says itself how long; every other pause doubles with each opening in a row.
  v_until := v_now + case
    when p_error_code = 'rate_limited' and p_retry_after_ms is not null then make_interval(secs => greatest(p_retry_after_ms, c_least_ms) / 1000.0)
    else least(interval '30 seconds' * power(2, least(v_row.openings, 4)), interval '5 minutes')
  end;
  update public.ai_breakers
  set state = 'open', failures = failures + 1, openings = openings + (p_error_code <> 'rate_limited')::integer, opened_at = v_now, open_until = v_until,
      probe_until = null, last_error = p_error_code, last_failure_at = v_now, updated_at = v_now
  where provider = p_provider and model = v_key;
  insert into public.ai_breaker_events (provider, model, from_state, to_state, reason)
  values (p_provider, v_key, v_row.state, 'open', p_error_code);
end
$$;
comment on function private.record_breaker_outcome(text, text, text, timestamptz, integer) is
  'Counts one call''s outcome: opens after five failures in a row, closes on a success asked for after the opening.';
revoke execute on function private.record_breaker_outcome(text, text, text, timestamptz, integer) from public;

create function private.claim_probe(p_provider text, p_model text, p_now timestamptz)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  -- Long enough for a slow model's answer, short enough that a crashed prober does not block recovery.
  c_lease constant interval := interval '60 seconds';
begin
  update public.ai_breakers as b
  set state = 'half_open', opened_at = p_now, probe_until = p_now + c_lease, updated_at = p_now
  where b.provider = p_provider and b.model in (
    select x.model from public.ai_breakers as x
    where x.provider = p_provider and x.model in (p_model, '*')
      and x.state in ('open', 'half_open') and x.open_until <= p_now
      and (x.probe_until is null or x.probe_until <= p_now)
    for update skip locked -- whoever has it locked is claiming it or hearing from it: an admission does not wait for that
  );
  return found;
end
$$;
comment on function private.claim_probe(text, text, timestamptz) is
  'Claims the one half-open probe of a breaker whose pause is over. False when another request holds it.';
revoke execute on function private.claim_probe(text, text, timestamptz) from public;
