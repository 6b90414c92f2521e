-- A signed upload URL is written as the platform when it is used, hours after it was made: the policies of storage.objects are
-- not asked then. Its owner is: whoever has left the organization meanwhile, or only reads there now, adds and replaces no file.
-- Triggers on storage.objects stay allowed on the hosted service: https://github.com/orgs/supabase/discussions/34270

create function private.refuse_former_members()
returns trigger
language plpgsql
security definer -- asks about the owner of the file, who need not be the caller
set search_path = ''
as $$
begin
  if not exists (
    select from public.organization_members as m
    where m.org_id = private.organization_of_path(new.name) and m.user_id::text = new.owner_id
      and (new.bucket_id = 'chat' or m.role <> 'guest')
  ) then
    raise exception 'Cannot upload the file: its owner may not write into that folder' using errcode = '42501';
  end if;
  return new;
end
$$;
comment on function private.refuse_former_members() is
  'Whoever a file would belong to must be allowed to upload it when it arrives. Files of nobody are the service role''s.';
revoke execute on function private.refuse_former_members() from public;

create trigger objects_of_members
  before insert or update of owner_id, version on storage.objects
  for each row when (new.bucket_id in ('knowledge', 'chat') and new.owner_id is not null)
  execute function private.refuse_former_members();
