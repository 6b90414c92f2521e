-- When somebody can be asked again: what a request is told that found every breaker open.

create function public.ai_breaker_wait(p_org_id uuid, p_request_id uuid)
returns integer
language plpgsql
stable
security definer -- reads holds and breakers for the service role, by which alone it is executable
set search_path = ''
as $$
declare
  v_now timestamptz := private.clock();
begin
  return (
    -- One that has closed meanwhile lets everybody through at once.
    select ceil(1000 * extract(epoch from min(greatest(opening.at, v_now)) - v_now))::integer
    from public.ai_holds as h
    cross join lateral json_array_elements(h.decision -> 'candidates') as c (model)
    cross join lateral (
      -- The provider's breaker and the model's own have both to let it through; somebody else's probe is over with its lease at the latest.
      select max(greatest(b.open_until, b.probe_until)) as at
      from public.ai_breakers as b
      where b.provider = c.model ->> 'provider' and b.model in (c.model ->> 'model', '*') and b.state <> 'closed'
    ) as opening
    where h.org_id = p_org_id and h.request_id = p_request_id
      and c.model ->> 'breaker' is not null and coalesce(c.model ->> 'problem', 'breaker_open') = 'breaker_open'
  );
end
$$;
comment on function public.ai_breaker_wait(uuid, uuid) is
  'Milliseconds until the first of the breakers lets a call through again that left a held request nobody to ask; NULL = no breaker did. Service role only.';
revoke execute on function public.ai_breaker_wait(uuid, uuid) from public, anon, authenticated;
grant execute on function public.ai_breaker_wait(uuid, uuid) to service_role;
