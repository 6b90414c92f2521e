-- Several admissions or settlements of one caller in one round trip and one commit.
--
-- On a hot budget the flush to disk while the budget's row is locked is the limit. A gateway under load has several requests of
-- the same caller waiting at the same time: carried out one after the other in one transaction they share one flush, and each
-- is decided exactly as it would be alone. One that fails takes nothing with it. Callers put only requests together that lock
-- the same state rows, so that two batches cannot wait for each other.

create function public.ai_admit_many(requests jsonb)
returns json
language plpgsql
set search_path = ''
as $$
declare
  v_request jsonb;
  v_answers json[] := array[]::json[];
begin
  for v_request in select r.item from jsonb_array_elements(requests) with ordinality as r (item, n) order by r.n loop
    begin
      v_answers := v_answers || public.ai_admit(v_request);
    exception when others then
      v_answers := v_answers || json_build_object('failed', sqlstate);
    end;
  end loop;
  return array_to_json(v_answers);
end
$$;
comment on function public.ai_admit_many(jsonb) is
  'ai_admit for each of a list of requests, in order: a list of answers, {failed: SQLSTATE} where one raised. Service role only.';
revoke execute on function public.ai_admit_many(jsonb) from public, anon, authenticated;
grant execute on function public.ai_admit_many(jsonb) to service_role;

create function private.lock_holds(p_settlements jsonb)
returns void
language sql
security definer -- callers of ai_settle_many have no right to the holds themselves
set search_path = ''
as $$
  select from public.ai_holds as h
  join jsonb_array_elements(p_settlements) as s (item)
    on h.org_id = (s.item ->> 'org_id')::uuid and h.request_id = (s.item ->> 'request_id')::uuid
  order by h.request_id
  for update of h
$$;
comment on function private.lock_holds(jsonb) is 'Locks the holds of a list of settlements, in one order for everyone.';
revoke execute on function private.lock_holds(jsonb) from public;
grant execute on function private.lock_holds(jsonb) to service_role;

create function public.ai_settle_many(settlements jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_settlement jsonb;
  v_answers    jsonb[] := array[]::jsonb[];
begin
  -- Holds before state rows, as every single settlement does it.
  perform private.lock_holds(settlements);
  for v_settlement in select s.item from jsonb_array_elements(settlements) with ordinality as s (item, n) order by s.n loop
    begin
      v_answers := v_answers || public.ai_settle(v_settlement);
    exception when others then
      v_answers := v_answers || jsonb_build_object('failed', sqlstate);
    end;
  end loop;
  return to_jsonb(v_answers);
end
$$;
comment on function public.ai_settle_many(jsonb) is
  'ai_settle for each of a list of settlements, in order: a list of answers, {failed: SQLSTATE} where one raised. Service role only.';
revoke execute on function public.ai_settle_many(jsonb) from public, anon, authenticated;
grant execute on function public.ai_settle_many(jsonb) to service_role;
