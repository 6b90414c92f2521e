-- Whoever sends an idempotency key that is in flight is told so without locking its row. The lock lasted to the end of his
-- transaction, and a settlement that came meanwhile left its answer out (it does not wait for whoever takes a key over): the
-- key looked left behind, and the next one who sent it ran the request once more.

create function private.known_by_key(p_key public.ai_idempotency_keys, p_hash text, p_now timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  if p_key.expires_at <= p_now then
    return null;
  end if;
  if p_key.body_hash <> p_hash then
    return jsonb_build_object('code', 'idempotency_conflict',
      'detail', 'Cannot use the idempotency key: it was used with another body');
  end if;
  if p_key.answer is not null then
    return jsonb_build_object('outcome', 'replayed', 'request_id', p_key.request_id, 'org_id', p_key.org_id, 'answer', p_key.answer);
  end if;
  if exists (
    select from public.ai_holds as h
    where h.org_id = p_key.org_id and h.request_id = p_key.request_id and h.status = 'held' and h.expires_at > p_now
  ) then
    return jsonb_build_object('code', 'idempotency_conflict', 'retry_after_ms', 1000,
      'detail', 'Cannot run the request again: the one with this idempotency key is still in flight');
  end if;
  return null;
end
$$;
comment on function private.known_by_key(public.ai_idempotency_keys, text, timestamptz) is
  'What a request with this idempotency key is answered: the stored answer, or code and detail of the conflict. NULL: the key is free, because it has expired or its request died.';

create or replace function private.claim_idempotency(p private.admission_request, p_hold public.ai_holds, p_now timestamptz)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_caller text := coalesce('key:' || p_hold.key_id, 'user:' || p_hold.user_id, 'service');
  v_hash   text := coalesce(p.body_hash, '');
  v_key    public.ai_idempotency_keys;
  v_known  jsonb;
begin
  insert into public.ai_idempotency_keys (org_id, caller, key, body_hash, request_id, expires_at)
  values (p_hold.org_id, v_caller, p.idempotency_key, v_hash, p.request_id, p_now + interval '24 hours')
  on conflict (org_id, caller, key) do nothing;
  if found then
    return null;
  end if;
  select * into v_key from public.ai_idempotency_keys as i
  where i.org_id = p_hold.org_id and i.caller = v_caller and i.key = p.idempotency_key;
  if found then
    v_known := private.known_by_key(v_key, v_hash, p_now);
    if v_known is not null then
      return v_known;
    end if;
  end if;
  -- It seems free. Taking it over needs the lock, and under it another look: it may have been settled, or taken, between the two.
  select * into v_key from public.ai_idempotency_keys as i
  where i.org_id = p_hold.org_id and i.caller = v_caller and i.key = p.idempotency_key
  for update;
  if not found then
    -- Freed between the two statements: whoever freed it is done.
    return private.claim_idempotency(p, p_hold, p_now);
  end if;
  v_known := private.known_by_key(v_key, v_hash, p_now);
  if v_known is not null then
    return v_known;
  end if;
  update public.ai_idempotency_keys as i
  set body_hash = v_hash, request_id = p.request_id, answer = null, expires_at = p_now + interval '24 hours'
  where i.org_id = v_key.org_id and i.caller = v_key.caller and i.key = v_key.key;
  return null;
end
$$;
