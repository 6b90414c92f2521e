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

create or replace function private.record_breakers(p_calls jsonb, p_failed integer, p_admitted_at timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_call   record;
begin
  if p_failed = 0 and not exists (select from public.ai_breakers as b where b.failures > 0 or b.state <> 'closed') then
    perform private.note_headroom(p_calls, private.clock());
    return; -- the common case: nothing failed and nothing is to be healed
  end if;

  -- First every row that may change, in one order for everyone; then what happened, in the order it happened.
  insert into public.ai_breakers (provider, model)
  select distinct c.item ->> 'provider', case when c.item ->> 'error_code' in ('authentication', 'quota') then '*' else c.item ->> 'request_model' end
  from jsonb_array_elements(p_calls) as c (item)
  where private.breaker_fails_on(c.item ->> 'error_code')
  order by 1, 2
  on conflict do nothing;
  perform from public.ai_breakers as b
  where (b.provider, b.model) in (
    select c.item ->> 'provider', key.model
    from jsonb_array_elements(p_calls) as c (item)
    cross join lateral (values (c.item ->> 'request_model'), ('*')) as key (model)
  )
  order by b.provider, b.model
  for update;

  for v_call in
    select c.item ->> 'provider' as provider, c.item ->> 'request_model' as model, c.item ->> 'error_code' as error_code,
           (c.item ->> 'retry_after_ms')::integer as retry_after_ms
    from jsonb_array_elements(p_calls) as c (item)
    where coalesce(c.item ->> 'error_code', '') <> 'cancelled'
    order by (c.item ->> 'attempt')::integer
  loop
    perform private.record_breaker_outcome(v_call.provider, v_call.model, v_call.error_code, p_admitted_at, v_call.retry_after_ms);
  end loop;
  perform private.note_headroom(p_calls, private.clock());
end
$$;
comment on function private.record_breakers(jsonb, integer, timestamptz) is
  'Counts the outcomes of a request''s calls and what is left of rate limits. Rows are locked in the order of their names: two settles cannot deadlock.';
