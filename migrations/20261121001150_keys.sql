-- Virtual keys: `sbx_…`, stored hashed, shown once.

create table public.ai_keys (
  id             uuid        not null default gen_random_uuid(),
  org_id         uuid        not null references public.organizations (id) on delete cascade,
  user_id        uuid        references auth.users (id) on delete cascade,
  name           text        not null,
  prefix         text        not null,
  hash           text        not null,
  allowed_models text[],
  allowed_tasks  text[],
  expires_at     timestamptz,
  revoked_at     timestamptz,
  created_at     timestamptz not null default private.clock(),
  created_by     uuid,

  constraint ai_keys_pkey primary key (org_id, id),
  constraint ai_keys_hash_unique unique (org_id, hash),
  constraint ai_keys_hash_is_sha256 check (hash ~ '^[0-9a-f]{64}$'),
  constraint ai_keys_name_length check (char_length(name) between 1 and 100)
);
comment on table public.ai_keys is 'Virtual keys. The key itself is never stored, only its SHA-256.';
comment on column public.ai_keys.user_id is 'Whom requests with this key count for; NULL = a service of the organization.';
comment on column public.ai_keys.prefix is 'First characters, to recognise a key by.';
comment on column public.ai_keys.allowed_models is 'Exact model ids; NULL = every model the organization may use.';
comment on column public.ai_keys.allowed_tasks is 'Task slugs (gateway included); NULL = every task.';
create index ai_keys_hash_idx on public.ai_keys (hash);
create index ai_keys_user_id_idx on public.ai_keys (user_id);

alter table public.ai_keys enable row level security;
-- The hash stays out of reach: columns are granted one by one.
grant select (id, org_id, user_id, name, prefix, allowed_models, allowed_tasks, expires_at, revoked_at, created_at, created_by)
  on public.ai_keys to authenticated;
grant select, insert, update, delete on public.ai_keys to service_role;
create policy ai_keys_select_admin on public.ai_keys
  for select to authenticated
  using (
    org_id in (select private.my_org_ids_as('owner', 'admin'))
    or (user_id = (select auth.uid()) and org_id in (select private.my_org_ids_as('owner', 'admin', 'manager', 'member')))
  );

create function private.create_ai_key(
  p_org_id uuid, p_name text, p_user_id uuid, p_allowed_models text[], p_allowed_tasks text[], p_expires_at timestamptz
)
returns jsonb
language plpgsql
security definer -- writes the hash, which no API role may read
set search_path = ''
as $$
declare
  -- 24 random bytes: 192 bits, beyond guessing; hex keeps it safe in every header.
  v_key text := 'sbx_' || encode(extensions.gen_random_bytes(24), 'hex');
  v_id  uuid;
begin
  if (select auth.uid()) is not null
     and not exists (select from private.my_org_ids_as('owner', 'admin') as a (id) where a.id = p_org_id) then
    raise exception 'Cannot create a key: the caller is neither owner nor admin of the organization' using errcode = '42501';
  end if;
  if p_user_id is not null and not exists (
    select from public.organization_members as m where m.org_id = p_org_id and m.user_id = p_user_id
  ) then
    raise exception 'Cannot create a key: the user is not a member of the organization' using errcode = '22023';
  end if;
  insert into public.ai_keys (org_id, user_id, name, prefix, hash, allowed_models, allowed_tasks, expires_at, created_by)
  values (p_org_id, p_user_id, p_name, left(v_key, 10), encode(sha256(convert_to(v_key, 'UTF8')), 'hex'),
          p_allowed_models, p_allowed_tasks, p_expires_at, (select auth.uid()))
  returning id into v_id;
  return jsonb_build_object('id', v_id, 'key', v_key, 'prefix', left(v_key, 10));
end
$$;
comment on function private.create_ai_key(uuid, text, uuid, text[], text[], timestamptz) is 'Behind public.create_ai_key.';
revoke execute on function private.create_ai_key(uuid, text, uuid, text[], text[], timestamptz) from public;
grant execute on function private.create_ai_key(uuid, text, uuid, text[], text[], timestamptz) to authenticated, service_role;

create function public.create_ai_key(
  p_org_id uuid,
  p_name text,
  p_user_id uuid default null,
  p_allowed_models text[] default null,
  p_allowed_tasks text[] default null,
  p_expires_at timestamptz default null
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.create_ai_key(p_org_id, p_name, p_user_id, p_allowed_models, p_allowed_tasks, p_expires_at)
$$;
comment on function public.create_ai_key(uuid, text, uuid, text[], text[], timestamptz) is
  'Makes a virtual key for an organization the caller administers: {id, key, prefix}. The key is shown here and never again.';
revoke execute on function public.create_ai_key(uuid, text, uuid, text[], text[], timestamptz) from public, anon;
grant execute on function public.create_ai_key(uuid, text, uuid, text[], text[], timestamptz) to authenticated, service_role;

create function private.revoke_ai_key(p_org_id uuid, p_id uuid)
returns boolean
language plpgsql
security definer -- the API roles have no write grant on keys
set search_path = ''
as $$
begin
  if (select auth.uid()) is not null
     and not exists (select from private.my_org_ids_as('owner', 'admin') as a (id) where a.id = p_org_id) then
    raise exception 'Cannot revoke the key: the caller is neither owner nor admin of the organization' using errcode = '42501';
  end if;
  update public.ai_keys set revoked_at = private.clock() where org_id = p_org_id and id = p_id and revoked_at is null;
  return found;
end
$$;
comment on function private.revoke_ai_key(uuid, uuid) is 'Behind public.revoke_ai_key.';
revoke execute on function private.revoke_ai_key(uuid, uuid) from public;
grant execute on function private.revoke_ai_key(uuid, uuid) to authenticated, service_role;

create function public.revoke_ai_key(p_org_id uuid, p_id uuid)
returns boolean
language sql
set search_path = ''
as $$
  select private.revoke_ai_key(p_org_id, p_id)
$$;
comment on function public.revoke_ai_key(uuid, uuid) is 'Revokes a virtual key at once. False when it was revoked already or is not there.';
revoke execute on function public.revoke_ai_key(uuid, uuid) from public, anon;
grant execute on function public.revoke_ai_key(uuid, uuid) to authenticated, service_role;
