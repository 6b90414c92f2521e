-- What a search could become, while it is typed: from what the caller may read, and from what was asked before with success.

create index documents_name_idx on public.documents (org_id, lower(name) text_pattern_ops);

create function private.suggestions_on(p_org_id uuid)
returns boolean
language sql
stable
security definer -- settings are read by their own functions; of an organization the caller is in
set search_path = ''
as $$
  select coalesce((private.setting('kb.searchSuggestions', p_org_id, null) #>> '{}')::boolean, false)
  where private.is_trusted() or p_org_id in (select private.my_org_ids())
$$;
comment on function private.suggestions_on(uuid) is 'Whether an organization of the caller''s wants searches completed (kb.searchSuggestions).';

-- security definer: counts who asked what, which is others' business; gives a question only when three people asked it and passages
-- were found that the caller may read.
create function private.asked_before(p_org_id uuid, p_start text, p_limit integer)
returns table (text text, uses bigint)
language sql
stable
security definer
set search_path = ''
as $$
  with rights as materialized (select r.* from private.reading_rights(p_org_id) as r),
  asked as (
    select lower(regexp_replace(btrim(s.query), '\s+', ' ', 'g')) as query, s.user_id, s.chunk_ids
    from public.knowledge_searches as s
    where s.org_id = p_org_id and cardinality(s.chunk_ids) > 0 and coalesce(cardinality(s.cited_ids), 1) > 0
      and s.created_at > private.clock() - interval '90 days'
      and starts_with(lower(btrim(s.query)), p_start)
  )
  select a.query, count(*)
  from asked as a cross join rights as r
  group by a.query
  having (count(distinct a.user_id) >= 3 or bool_or(a.user_id = auth.uid()))
     and bool_or(r.everything or exists (
       select from public.document_chunks as c
       where c.org_id = p_org_id and c.id = a.chunk_ids[1]
         and c.base_id = any (r.bases) and (not c.restricted or c.document_id = any (r.documents))
     ))
  order by 2 desc, 1
  limit p_limit
$$;
comment on function private.asked_before(uuid, text, integer) is
  'Questions that begin so and found something: the caller''s own, and those at least three people asked whose best passage he may read.';

create function public.suggest_searches(p_start text, p_org_id uuid default null, p_limit integer default 8)
returns table (text text, kind text)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_org   uuid := private.meant_org(p_org_id);
  v_start text := lower(regexp_replace(btrim(p_start), '\s+', ' ', 'g'));
  v_like  text := replace(replace(replace(v_start, '\', '\\'), '%', '\%'), '_', '\_');
begin
  if length(p_start) > 200 or p_limit not between 1 and 20 then
    raise exception 'Cannot suggest: the text or the limit is out of bounds' using errcode = 'PT400';
  end if;
  if length(v_start) < 2 or not coalesce(private.suggestions_on(v_org), false) then
    return;
  end if;
  return query
  with offered as (
    select a.text, 'question' as kind, 1 as class, a.uses from private.asked_before(v_org, v_start, p_limit) as a
    union all
    (select d.name, 'document', 2, 0 from public.documents as d
     where d.org_id = v_org and d.state = 'processed' and lower(d.name) like v_like || '%' order by d.name limit p_limit)
    union all
    (select d.name, 'document', 3, 0 from public.documents as d
     where d.org_id = v_org and d.state = 'processed' and lower(d.name) like '% ' || v_like || '%' order by d.name limit p_limit)
    union all
    (select distinct on (tag.name) tag.name, 'tag', 4, 0
     from public.documents as d cross join lateral unnest(d.tags) as tag (name)
     where d.org_id = v_org and d.state = 'processed' and lower(tag.name) like v_like || '%' order by tag.name limit p_limit)
  )
  select o.text, min(o.kind)
  from offered as o
  group by o.text
  order by min(o.class), max(o.uses) desc, o.text
  limit p_limit;
end
$$;
comment on function public.suggest_searches(text, uuid, integer) is
  'How a search that begins so may go on: questions that found something before (the caller''s, or of three people), names and tags of documents he may read. Nothing for fewer than two characters, or where kb.searchSuggestions is off.';

revoke execute on function private.suggestions_on(uuid), private.asked_before(uuid, text, integer) from public;
revoke execute on function public.suggest_searches(text, uuid, integer) from public, anon;
grant execute on function private.suggestions_on(uuid), private.asked_before(uuid, text, integer), public.suggest_searches(text, uuid, integer)
to authenticated, service_role;
