-- What assistants do with leads, under the rights of the user they work for.
create function public.find_leads(p_org_id uuid, p_query text, p_limit integer default 5)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  with wanted as (
    select distinct lower(word.part) as part
    from regexp_split_to_table(btrim(p_query), '[\s,;]+') as word (part)
    where length(word.part) > 1
  ),
  found as (
    select lead.*, (
      select count(*) filter (where position(wanted.part in lower(concat_ws(' ', lead.name, lead.company, lead.email))) > 0) * 3
        + count(*) filter (where position(wanted.part in lower(concat_ws(' ', lead.notes, array_to_string(lead.tags, ' '), lead.status))) > 0)
      from wanted
    ) as fit
    from public.leads as lead
    where lead.org_id = p_org_id
  ),
  best as (
    select * from found where found.fit > 0
    order by found.fit desc, found.p_score desc nulls last, found.created_at desc
    limit least(greatest(p_limit, 1), 20)
  )
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'id', best.id, 'name', best.name, 'company', best.company, 'email', best.email, 'phone', best.phone, 'status', best.status,
        'stage', best.stage, 'class', best.class, 'score', best.p_score, 'temperature', best.temperature, 'tags', best.tags,
        'notes', left(best.notes, 1000), 'last_contact_at', best.last_contact_at, 'next_contact_at', best.next_contact_at,
        'do_not_contact', best.do_not_contact
      )
      order by best.fit desc, best.p_score desc nulls last, best.created_at desc
    ),
    '[]'
  )
  from best
$$;

comment on function public.find_leads(uuid, text, integer) is
  'Leads the caller sees that have words of the query in name, company, e-mail, notes, tags or status; names count most. At most 20.';

create function public.add_lead_note(p_org_id uuid, p_lead_id uuid, p_note text)
returns jsonb
language plpgsql
security invoker
set search_path = ''
as $$
declare
  noted public.leads;
begin
  update public.leads as lead
  set notes = btrim(concat_ws(E'\n', nullif(lead.notes, ''), to_char(private.clock(), 'YYYY-MM-DD') || ': ' || btrim(p_note)))
  where lead.org_id = p_org_id and lead.id = p_lead_id
  returning lead.* into noted;
  if noted.id is null then
    raise exception 'Cannot note: there is no such lead' using errcode = 'PT404';
  end if;
  return jsonb_build_object('id', noted.id, 'name', noted.name, 'notes', right(noted.notes, 1000));
end
$$;

comment on function public.add_lead_note(uuid, uuid, text) is 'Adds a dated line to the notes of a lead. PT404 for one the caller does not see.';

grant execute on function public.find_leads(uuid, text, integer), public.add_lead_note(uuid, uuid, text) to authenticated;
