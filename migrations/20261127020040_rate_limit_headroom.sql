-- What a provider's own rate limit has left, as its answers say, kept beside the breaker: at most every ten seconds a model, for it
-- is told with every answer and read by people.

alter table public.ai_breakers add column headroom_at timestamptz;
comment on column public.ai_breakers.headroom_at is 'When the provider last said what is left; requests_left and tokens_left are of that moment. NULL = never.';
comment on column public.ai_breakers.tokens_left is 'Tokens left in the provider''s own rate limit, as it last said; NULL = it does not say.';

create function private.note_headroom(p_calls jsonb, p_now timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
declare
  c_every constant interval := interval '10 seconds';
  v_call  jsonb;
begin
  -- In one order for everyone, and after all other locks of a settlement: two of them cannot deadlock.
  for v_call in
    select c.item from jsonb_array_elements(p_calls) as c (item)
    where c.item ?| array['requests_left', 'tokens_left']
    order by c.item ->> 'provider', c.item ->> 'request_model'
  loop
    continue when exists (
      select from public.ai_breakers as b
      where b.provider = v_call ->> 'provider' and b.model = v_call ->> 'request_model' and b.headroom_at > p_now - c_every);
    insert into public.ai_breakers (provider, model) values (v_call ->> 'provider', v_call ->> 'request_model') on conflict do nothing;
    -- Whoever has the row locked writes of the same moment: nobody waits for that.
    update public.ai_breakers as b
    set requests_left = (v_call ->> 'requests_left')::integer, tokens_left = (v_call ->> 'tokens_left')::integer, headroom_at = p_now
    where (b.provider, b.model) in (
      select x.provider, x.model from public.ai_breakers as x
      where x.provider = v_call ->> 'provider' and x.model = v_call ->> 'request_model'
      for update skip locked);
  end loop;
end
$$;
comment on function private.note_headroom(jsonb, timestamptz) is
  'Writes down what answered calls said of their provider''s rate limit, unless somebody did a moment ago.';
revoke execute on function private.note_headroom(jsonb, timestamptz) from public;

create or replace function private.record_breaker_success(p_provider text, p_model text, p_admitted_at timestamptz, p_now timestamptz)
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
create function private.record_breakers_together(p_calls jsonb[], p_failed integer[], p_admitted_at timestamptz[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_call record;
begin
  -- Asked once for all: what fails elsewhere meanwhile is not ours to lock halfway through.
  if not (0 < any (p_failed)) and not exists (select from public.ai_breakers as b where b.failures > 0 or b.state <> 'closed') then
    for n in 1 .. cardinality(p_calls) loop
      perform private.note_headroom(p_calls[n], private.clock());
    end loop;
    return; -- the common case: nothing failed and nothing is to be healed
  end if;

  -- First every row that may change, in one order for everyone; then what happened, in the order it happened.
  insert into public.ai_breakers (provider, model)
  select distinct c.item ->> 'provider', case when c.item ->> 'error_code' in ('authentication', 'quota') then '*' else c.item ->> 'request_model' end
  from unnest(p_calls) as of_one (calls) cross join lateral jsonb_array_elements(of_one.calls) as c (item)
  where private.breaker_fails_on(c.item ->> 'error_code')
  order by 1, 2
  on conflict do nothing;
  perform from public.ai_breakers as b
  where (b.provider, b.model) in (
    select c.item ->> 'provider', key.model
    from unnest(p_calls) as of_one (calls)
    cross join lateral jsonb_array_elements(of_one.calls) as c (item)
    cross join lateral (values (c.item ->> 'request_model'), ('*')) as key (model)
  )
  order by b.provider, b.model
  for update;

  for n in 1 .. cardinality(p_calls) loop
    for v_call in
      select c.item ->> 'provider' as provider, c.item ->> 'request_model' as model, c.item ->> 'error_code' as error_code,
             (c.item ->> 'retry_after_ms')::integer as retry_after_ms
      from jsonb_array_elements(p_calls[n]) as c (item)
      where coalesce(c.item ->> 'error_code', '') <> 'cancelled'
      order by (c.item ->> 'attempt')::integer
    loop
      perform private.record_breaker_outcome(v_call.provider, v_call.model, v_call.error_code, p_admitted_at[n], v_call.retry_after_ms);
    end loop;
    perform private.note_headroom(p_calls[n], private.clock());
  end loop;
end
$$;
comment on function private.record_breakers_together(jsonb[], integer[], timestamptz[]) is
  'Counts the outcomes of the calls of requests that are settled together, and what is left of rate limits: for each its calls, how many failed, when it was admitted. Rows are locked once, in the order of their names: no two settlements can deadlock, nor two groups of them.';

create or replace function private.record_breakers(p_calls jsonb, p_failed integer, p_admitted_at timestamptz)
returns void
language sql
set search_path = ''
as $$
  select private.record_breakers_together(array[p_calls], array[p_failed], array[p_admitted_at])
$$;
comment on function private.record_breakers(jsonb, integer, timestamptz) is
  'Counts the outcomes of a request''s calls and what is left of rate limits. Rows are locked in the order of their names: two settles cannot deadlock.';
