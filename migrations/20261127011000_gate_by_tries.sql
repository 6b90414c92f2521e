-- The gate is tried a few times before it is queued for. A lock that is handed to somebody in the queue belongs to him while he is
-- still asleep, and on a busy machine it takes milliseconds until he runs: a row of such handovers was what 16 and more connections at
-- one organization waited for. Whoever tries takes it from nobody. Measured beside the queue alone, on two cores at load 28: the same at
-- 8 connections, 1.6 times as many at 16, 1.4 to 3 times at 32.

create or replace function private.enter_gate(p_org_id uuid, p_wait boolean)
returns boolean
language plpgsql
volatile
set search_path = ''
as $$
declare
  -- Any number that nobody else uses as the first of two: 'sbx' in ASCII.
  c_namespace constant integer := 7561848;
  -- A millisecond each, the shortest sleep there is; who has had no luck by then queues, so that nobody waits for ever.
  c_tries     constant integer := 4;
begin
  -- A lock and not a row: whoever waits for a row wakes up to an old version and has to walk to the newest one, and the more
  -- wait, the longer the walk. Two organizations with one hash share a gate, which costs them time and nothing else.
  if pg_try_advisory_xact_lock(c_namespace, uuid_hash(p_org_id)) then
    return true;
  elsif not p_wait then
    return false;
  end if;
  for n in 1 .. c_tries loop
    perform pg_sleep(0.001);
    if pg_try_advisory_xact_lock(c_namespace, uuid_hash(p_org_id)) then
      return true;
    end if;
  end loop;
  perform pg_advisory_xact_lock(c_namespace, uuid_hash(p_org_id));
  return true;
end
$$;
