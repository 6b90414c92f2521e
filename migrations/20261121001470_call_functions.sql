-- How the database calls the project's own functions: over pg_net, with the key that the Vault keeps for automations.

create type private.project_access as (url text, key text);
comment on type private.project_access is 'Where the project''s API is, and the secret key the database calls it with.';

create function private.project_access()
returns private.project_access
language plpgsql
stable
set search_path = ''
as $$
declare
  v_access private.project_access;
begin
  select s.decrypted_secret into v_access.url from vault.decrypted_secrets as s where s.name = 'project_url';
  select s.decrypted_secret into v_access.key from vault.decrypted_secrets as s where s.name = 'automations_key';
  return case when v_access.url is not null and v_access.key is not null then v_access end;
end
$$;
comment on function private.project_access() is
  'What the Vault has as project_url and automations_key. NULL until it has both: what would be called waits. For functions that may read the Vault.';

create function private.call_function(p_access private.project_access, p_slug text, p_body jsonb, p_timeout_ms integer)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform net.http_post(
    url := p_access.url || '/functions/v1/' || p_slug,
    body := p_body,
    headers := jsonb_build_object('Content-Type', 'application/json', 'apikey', p_access.key),
    timeout_milliseconds := p_timeout_ms
  );
end
$$;
comment on function private.call_function(private.project_access, text, jsonb, integer) is
  'Posts a body to one of the project''s functions. pg_net sends when the transaction commits, and gives up after so many milliseconds.';

revoke execute on function private.project_access(), private.call_function(private.project_access, text, jsonb, integer) from public;
