-- Whoever sends an idempotency key that is in flight is told so without locking its row. A lock would last to the end of his transaction, and a
-- settlement that comes meanwhile leaves its answer out (it does not wait for whoever takes a key over): the key would look left behind, and
-- the next one who sent it would run the request once more.

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
    where h.org_id = p_key.org_id and h.request_id = p_key.request_id and h.settled_at is null and h.expires_at > p_now
  ) or (
    -- A task of several steps has no hold of its own: it may take as long as the platform lets a function run.
    p_key.expires_at - interval '24 hours' > p_now - interval '400 seconds'
    and not exists (select from public.ai_holds as h where h.org_id = p_key.org_id and h.request_id = p_key.request_id)
  ) then
    return jsonb_build_object('code', 'idempotency_conflict', 'retry_after_ms', 1000,
      'detail', 'Cannot run the request again: the one with this idempotency key is still in flight');
  end if;
  return null;
end
$$;
comment on function private.known_by_key(public.ai_idempotency_keys, text, timestamptz) is
  'What a request with this idempotency key is answered: the stored answer, or code and detail of the conflict. NULL: the key is free, because it has expired or its request died.';
