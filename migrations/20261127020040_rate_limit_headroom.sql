-- Noting what a provider's own rate limit has left, as its answers say: at most every ten seconds a model, for it is told with every
-- answer and read by people. And the breakers' part of a settlement, which knows the answers.

create function private.told_number(p_text text, p_most integer)
returns integer
language plpgsql
immutable
strict
set search_path = ''
as $$
begin
  return least(greatest(ceil(p_text::numeric), 0), p_most);
end
$$;
comment on function private.told_number(text, integer) is
  'A number that a provider named, from 0 to the most that is believed: no answer of theirs may keep a settlement from being written. NULL = it named none.';
revoke execute on function private.told_number(text, integer) from public;

create function private.note_headroom(p_calls jsonb, p_now timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
declare
  c_every constant interval := interval '10 seconds';
  v_call  jsonb;
begin
  for v_call in
    select c.item from jsonb_array_elements(p_calls) as c (item) where c.item ?| array['requests_left', 'tokens_left']
  loop
    continue when exists (
      select from private.provider_headroom as h
      where h.provider = v_call ->> 'provider' and h.model = v_call ->> 'request_model' and h.told_at > p_now - c_every);
    -- Whoever has the name writes of the same moment.
    continue when not pg_try_advisory_xact_lock(
      hashtextextended(concat_ws('/', 'provider_headroom', v_call ->> 'provider', v_call ->> 'request_model'), 0));
    insert into private.provider_headroom as h (provider, model, requests_left, tokens_left, told_at)
    values (v_call ->> 'provider', v_call ->> 'request_model', private.told_number(v_call ->> 'requests_left', 2147483647),
      private.told_number(v_call ->> 'tokens_left', 2147483647), p_now)
    on conflict (provider, model) do update
    set requests_left = excluded.requests_left, tokens_left = excluded.tokens_left, told_at = excluded.told_at;
  end loop;
end
$$;
comment on function private.note_headroom(jsonb, timestamptz) is
  'Writes down what answered calls said of their provider''s rate limit, unless somebody did a moment ago or is doing it. Never waits.';
revoke execute on function private.note_headroom(jsonb, timestamptz) from public;
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
      continue when not p_calls[n] @? '$[*] ? (exists (@.requests_left) || exists (@.tokens_left))';
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
             private.told_number(c.item ->> 'retry_after_ms', 86400000) as retry_after_ms -- a day: shared/providers/retry-after.ts
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
