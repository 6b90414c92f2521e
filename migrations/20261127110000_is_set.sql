-- Whether a setting says something or only has its default: what a policy leaves open, and what an organization asks for beside it, is the
-- settings' to say.

create function private.is_set(p_key text, p_org_id uuid, p_user_id uuid)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return exists (
    select from public.ai_settings as s
    where s.key = p_key and (s.org_id = p_org_id or s.org_id is null) and (s.user_id = p_user_id or s.user_id is null)
  );
end
$$;
comment on function private.is_set(text, uuid, uuid) is 'Whether somebody has set a setting for this organization or user, or for all.';
revoke execute on function private.is_set(text, uuid, uuid) from public;
