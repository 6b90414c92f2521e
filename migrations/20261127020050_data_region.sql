-- Where data may be processed: an organization can ask for a region, and models that are not known to work there are no candidates.
-- Unknown is not inside: a vendor that decides by itself gets nothing of such an organization.

insert into public.ai_setting_definitions (key, type, scopes, default_value, schema, description) values
  ('ai.data.region', 'string', '{global,organization}', 'null', '{"type":["string","null"],"maxLength":40}',
   'Only models whose region (ai_models.region) is this one are used, e.g. eu. Null: any model.');

create function private.within_region(p_models private.card_model[], p_region text, p_org_id uuid)
returns private.card_model[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_models private.card_model[] := p_models;
  v_region text;
begin
  if p_region is null then
    return v_models;
  end if;
  for n in 1 .. cardinality(v_models) loop
    continue when v_models[n].problem is not null;
    v_region := null;
    select m.region into v_region from public.ai_models as m
    where m.provider = v_models[n].provider and m.model = v_models[n].model and (m.org_id = p_org_id or m.org_id is null) and m.active
    order by m.org_id nulls last limit 1;
    if v_region is distinct from p_region then
      v_models[n].problem := 'outside_region';
    end if;
  end loop;
  return v_models;
end
$$;
comment on function private.within_region(private.card_model[], text, uuid) is
  'Models of a route card, those that are not known to process data in a region with that as their problem. NULL region: all as they are.';
revoke execute on function private.within_region(private.card_model[], text, uuid) from public;
