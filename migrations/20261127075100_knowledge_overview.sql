-- What is in the bases a person may read, for lists and filters.
create function public.knowledge_overview(p_org_id uuid)
returns table (
  base_id uuid, name text, description text, reader_roles text[], reader_users uuid[], created_by uuid, created_at timestamptz,
  documents bigint, passages bigint, processing bigint, failed bigint, languages text[], tags text[], changed_at timestamptz
)
language sql
stable
security invoker
set search_path = ''
as $$
  select b.id, b.name, b.description, b.reader_roles, b.reader_users, b.created_by, b.created_at,
    count(d.id), coalesce(sum(d.chunk_count), 0)::bigint,
    count(*) filter (where d.state in ('uploaded', 'processing', 'reprocessing')), count(*) filter (where d.state = 'error'),
    coalesce(array_agg(distinct d.language order by d.language) filter (where d.language is not null), '{}'),
    coalesce((
      select array_agg(distinct tag.tag order by tag.tag)
      from public.documents as t cross join unnest(t.tags) as tag (tag)
      where t.org_id = b.org_id and t.base_id = b.id
    ), '{}'),
    max(d.updated_at)
  from public.knowledge_bases as b
  left join public.documents as d on d.org_id = b.org_id and d.base_id = b.id
  where b.org_id = p_org_id
  group by b.org_id, b.id, b.name, b.description, b.reader_roles, b.reader_users, b.created_by, b.created_at
  order by b.name, b.id
$$;
comment on function public.knowledge_overview(uuid) is
  'The bases of an organization that the caller may read, with what he may read in them: documents and passages, how many are being processed or failed, their languages and tags, the latest change (NULL without documents).';
revoke execute on function public.knowledge_overview(uuid) from public, anon;
grant execute on function public.knowledge_overview(uuid) to authenticated, service_role;
