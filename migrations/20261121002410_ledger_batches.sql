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
  v_answers json[];
begin
  begin
    v_answers := private.admit_group(requests);
  exception when others then
    v_answers := array_fill(null::json, array[jsonb_array_length(requests)]); -- one of them is at fault: each alone
  end;
  for n in 1 .. jsonb_array_length(requests) loop
    continue when v_answers[n] is not null;
    begin
      v_answers[n] := public.ai_admit(requests -> (n - 1) || '{"grouped": true}');
    exception when others then
      v_answers[n] := json_build_object('failed', sqlstate);
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
returns public.ai_holds[]
language plpgsql
set search_path = ''
as $$
declare
  v_holds public.ai_holds[] := array_fill(null::public.ai_holds, array[jsonb_array_length(p_settlements)]);
  v_hold  public.ai_holds;
  v_one   record;
begin
  -- By their keys, one by one: a join might be planned while the table is small, and read all of it when it is large.
  for v_one in
    select s.n, (s.item ->> 'org_id')::uuid as org_id, (s.item ->> 'request_id')::uuid as request_id
    from jsonb_array_elements(p_settlements) with ordinality as s (item, n) order by 3
  loop
    select * into v_hold from public.ai_holds as h where h.org_id = v_one.org_id and h.request_id = v_one.request_id for update;
    v_holds[v_one.n] := v_hold;
  end loop;
  return v_holds;
end
$$;
comment on function private.lock_holds(jsonb) is 'Locks the holds of a list of settlements, in one order for everyone: theirs in the list''s order, all NULL where there is none.';
revoke execute on function private.lock_holds(jsonb) from public;

create function public.ai_settle_many(settlements jsonb)
returns jsonb
language plpgsql
security definer -- as ai_settle, to the holds; executable by the service role alone
set search_path = ''
as $$
declare
  -- Holds before state rows, as every single settlement does it.
  v_holds   public.ai_holds[] := private.lock_holds(settlements);
  v_answers jsonb[];
begin
  begin
    v_answers := private.settle_group(settlements, v_holds);
  exception when others then
    v_answers := array_fill(null::jsonb, array[jsonb_array_length(settlements)]); -- one of them is at fault: each alone
  end;
  for n in 1 .. jsonb_array_length(settlements) loop
    continue when v_answers[n] is not null;
    begin
      v_answers[n] := public.ai_settle(settlements -> (n - 1));
    exception when others then
      v_answers[n] := jsonb_build_object('failed', sqlstate);
    end;
  end loop;
  return to_jsonb(v_answers);
end
$$;
comment on function public.ai_settle_many(jsonb) is
  'ai_settle for each of a list of settlements, in order: a list of answers, {failed: SQLSTATE} where one raised. Service role only.';
revoke execute on function public.ai_settle_many(jsonb) from public, anon, authenticated;
grant execute on function public.ai_settle_many(jsonb) to service_role;
