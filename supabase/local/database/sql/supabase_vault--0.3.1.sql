-- Vault for where it cannot be installed: the same table, view and functions. The original keeps its key outside
-- the database; here it lies beside the secrets, so this hides a secret from a casual select and from nobody else.

create schema if not exists vault;
grant usage on schema vault to service_role;

create table vault._key (
  key text not null default replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''),
  one boolean primary key default true check (one)
);
insert into vault._key default values;

create table vault.secrets (
  id uuid primary key default gen_random_uuid(),
  name text,
  description text not null default '',
  secret text not null,
  key_id uuid,
  nonce bytea,
  created_at timestamptz not null default current_timestamp,
  updated_at timestamptz not null default current_timestamp
);
create unique index secrets_name_idx on vault.secrets (name) where name is not null;

create view vault.decrypted_secrets as
select
  s.id,
  s.name,
  s.description,
  s.secret,
  extensions.pgp_sym_decrypt(decode(s.secret, 'base64'), k.key) as decrypted_secret,
  s.key_id,
  s.nonce,
  s.created_at,
  s.updated_at
from vault.secrets as s
cross join vault._key as k;

-- Definer, as in the original: whoever may store a secret need not see the key or the others.
create function vault.create_secret(
  new_secret text,
  new_name text default null,
  new_description text default '',
  new_key_id uuid default null
) returns uuid language sql security definer set search_path = '' as $$
  insert into vault.secrets (secret, name, description, key_id)
  select encode(extensions.pgp_sym_encrypt(new_secret, k.key), 'base64'), new_name, new_description, new_key_id
  from vault._key as k
  returning id
$$;

-- Definer for the same reason.
create function vault.update_secret(
  secret_id uuid,
  new_secret text default null,
  new_name text default null,
  new_description text default null,
  new_key_id uuid default null
) returns void language sql security definer set search_path = '' as $$
  update vault.secrets as s set
    secret = coalesce(encode(extensions.pgp_sym_encrypt(new_secret, k.key), 'base64'), s.secret),
    name = coalesce(new_name, s.name),
    description = coalesce(new_description, s.description),
    updated_at = now()
  from vault._key as k
  where s.id = secret_id
$$;

revoke execute on function vault.create_secret, vault.update_secret from public;
grant execute on function vault.create_secret, vault.update_secret to service_role;
grant select, delete on vault.secrets, vault.decrypted_secrets to service_role;

-- As on hosted Supabase the project's owner keeps the secrets. As an extension all this belongs to a superuser.
do $$
begin
  execute format('grant all on schema vault to %I', session_user);
  execute format('grant all on vault.secrets, vault.decrypted_secrets to %I', session_user);
  execute format('grant execute on function vault.create_secret, vault.update_secret to %I', session_user);
end $$;
