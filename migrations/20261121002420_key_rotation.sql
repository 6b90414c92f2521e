-- Rotation of virtual keys: a new secret for the same key, which keeps its id and with it its budgets, limits and history.

create function private.rotate_ai_key(p_org_id uuid, p_id uuid)
returns jsonb
language plpgsql
security definer -- writes the hash, which no API role may read
set search_path = ''
as $$
declare
  -- 24 random bytes: 192 bits, beyond guessing; hex keeps it safe in every header.
  v_key text := 'sbx_' || encode(extensions.gen_random_bytes(24), 'hex');
begin
  if (select auth.uid()) is not null
     and not exists (select from private.my_org_ids_as('owner', 'admin') as a (id) where a.id = p_org_id) then
    raise exception 'Cannot rotate the key: the caller is neither owner nor admin of the organization' using errcode = '42501';
  end if;
  update public.ai_keys as k
  set hash = encode(sha256(convert_to(v_key, 'UTF8')), 'hex'), prefix = left(v_key, 10)
  where k.org_id = p_org_id and k.id = p_id and k.revoked_at is null;
  if not found then
    raise exception 'Cannot rotate the key: it is revoked or not there' using errcode = 'PT404';
  end if;
  return jsonb_build_object('id', p_id, 'key', v_key, 'prefix', left(v_key, 10));
end
$$;
comment on function private.rotate_ai_key(uuid, uuid) is 'Behind public.rotate_ai_key.';
revoke execute on function private.rotate_ai_key(uuid, uuid) from public;
grant execute on function private.rotate_ai_key(uuid, uuid) to authenticated, service_role;

create function public.rotate_ai_key(p_org_id uuid, p_id uuid)
returns jsonb
language sql
set search_path = ''
as $$
  select private.rotate_ai_key(p_org_id, p_id)
$$;
comment on function public.rotate_ai_key(uuid, uuid) is
  'Gives a virtual key a new secret: {id, key, prefix}, shown here and never again. The old secret stops at once; who needs both for a while makes a second key and revokes the first.';
revoke execute on function public.rotate_ai_key(uuid, uuid) from public, anon;
grant execute on function public.rotate_ai_key(uuid, uuid) to authenticated, service_role;
