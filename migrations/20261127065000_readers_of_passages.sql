-- Who reads a passage is told by its document's row, and to a search by its base and one flag: asking every document of an
-- organization took longer than the search. Only documents with readers of their own have to be asked one by one.

-- security definer (both): passages are written by ingestion and by nobody else; these keep what follows from the document.
create function private.restrict_new_passage()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Locked, or readers changed at this moment would miss the passage.
  select d.reader_roles is not null or d.reader_users is not null into new.restricted
  from public.documents as d
  where d.org_id = new.org_id and d.id = new.document_id
  for share;
  new.restricted := coalesce(new.restricted, true);
  return new;
end
$$;
comment on function private.restrict_new_passage() is 'A new passage is restricted if its document is.';

create function private.restrict_passages()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.document_chunks as c
  set restricted = new.reader_roles is not null or new.reader_users is not null
  where c.org_id = new.org_id and c.document_id = new.id;
  return null;
end
$$;
comment on function private.restrict_passages() is 'Passages follow their document when it gets readers of its own, or loses them.';

create trigger document_chunks_restrict
  before insert on public.document_chunks
  for each row execute function private.restrict_new_passage();

create trigger documents_restrict_passages
  after update of reader_roles, reader_users on public.documents
  for each row
  when ((old.reader_roles is null and old.reader_users is null) is distinct from (new.reader_roles is null and new.reader_users is null))
  execute function private.restrict_passages();

-- security definer: asks rows whose policies ask it; answers for auth.uid() alone.
create function private.my_restricted_document_ids()
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return query
  select document.id
  from public.documents as document
  join public.organization_members as member on member.org_id = document.org_id and member.user_id = (select auth.uid())
  where (document.reader_roles is not null or document.reader_users is not null)
    and document.base_id in (select private.my_base_ids())
    and (
      member.role = any (document.reader_roles) or member.user_id = any (document.reader_users)
      or member.role in ('owner', 'admin') or document.created_by = member.user_id
    );
end
$$;
comment on function private.my_restricted_document_ids() is
  'Documents with readers of their own that the calling user may read: by role or name, as their creator, or as owner or admin.';

create index documents_restricted_idx on public.documents (org_id) where reader_roles is not null or reader_users is not null;
create policy document_chunks_select_readers on public.document_chunks for select to authenticated
  using (
    org_id in (select private.my_org_ids())
    and exists (
      select from public.documents as d
      where d.org_id = document_chunks.org_id and d.id = document_chunks.document_id and d.edition = document_chunks.edition
    )
  );
create policy documents_select_readers on public.documents for select to authenticated
  using (
    org_id in (select private.my_org_ids())
    and base_id in (select private.my_base_ids())
    -- By the row itself, not by my_restricted_document_ids(): who has just given a document readers must still see it.
    and (
      (reader_roles is null and reader_users is null)
      or org_id in (select private.my_org_ids_as('owner', 'admin'))
      or created_by = (select auth.uid())
      or (select auth.uid()) = any (reader_users)
      or ('manager' = any (reader_roles) and org_id in (select private.my_org_ids_as('manager')))
      or ('member' = any (reader_roles) and org_id in (select private.my_org_ids_as('member')))
      or ('guest' = any (reader_roles) and org_id in (select private.my_org_ids_as('guest')))
    )
  );

revoke execute on function private.restrict_new_passage(), private.restrict_passages(), private.my_restricted_document_ids() from public;
grant execute on function private.my_restricted_document_ids() to authenticated, service_role;

-- security definer: asks membership and documents past their policies; answers for the caller alone.
create function private.reading_rights(p_org_id uuid, out everything boolean, out bases uuid[], out documents uuid[])
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  everything := private.is_trusted();
  bases := '{}';
  documents := '{}';
  if p_org_id in (select private.my_org_ids()) then
    bases := array(select private.my_base_ids());
    documents := array(select private.my_restricted_document_ids());
  end if;
end
$$;
comment on function private.reading_rights(uuid) is
  'What the caller may read of an organization''s passages, for searches that look past the policies: everything (service role, postgres), else passages of these bases that are not restricted or are of these documents.';
revoke execute on function private.reading_rights(uuid) from public;
grant execute on function private.reading_rights(uuid) to authenticated, service_role;

create function public.may_read_passages(p_chunk_ids uuid[], p_org_id uuid default null)
returns boolean
language sql
stable
security invoker
set search_path = ''
as $$
  select not exists (
    select from unnest(p_chunk_ids) as given (id)
    where not exists (select from public.document_chunks as c where c.org_id = o.id and c.id = given.id)
  )
  from (select private.meant_org(p_org_id)) as o (id)
$$;
comment on function public.may_read_passages(uuid[], uuid) is
  'Whether all of the passages are still there for the caller to read: what was once answered from them is his to see again only then.';
revoke execute on function public.may_read_passages(uuid[], uuid) from public, anon;
grant execute on function public.may_read_passages(uuid[], uuid) to authenticated, service_role;
