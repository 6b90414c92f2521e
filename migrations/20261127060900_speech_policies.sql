-- Policies may name speech models too.
create or replace function private.tiers_problem(p_tiers jsonb, p_org uuid)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  candidates constant jsonb := '{"type":"array","minItems":1,"maxItems":10,"items":{"type":"object","required":["provider","model"],"additionalProperties":false,"properties":{"provider":{"type":"string"},"model":{"type":"string"}}}}'::jsonb;
  problem text;
  kinds bigint;
begin
  problem := private.setting_problem(
    jsonb_build_object(
      'type', 'object',
      'additionalProperties', false,
      'properties', jsonb_build_object('small', candidates, 'large', candidates, 'frontier', candidates)
    ),
    p_tiers,
    'tiers'
  );
  if problem is not null then
    return problem;
  end if;

  select format('tiers.%s names %s %s, which is no active model', tier.key, entry.value ->> 'provider', entry.value ->> 'model')
  into problem
  from jsonb_each(p_tiers) as tier
  cross join jsonb_array_elements(tier.value) as entry
  where not exists (
    select from public.ai_models as model
    where model.provider = entry.value ->> 'provider'
      and model.model = entry.value ->> 'model'
      and (model.org_id is null or model.org_id = p_org)
      and model.kind in ('chat', 'embedding', 'speech')
      and model.active
  )
  limit 1;
  if problem is not null then
    return problem;
  end if;

  -- Vectors of two models cannot be compared, so an embedding policy may only offer several ways to one model.
  select count(distinct case model.kind when 'embedding' then model.model else model.kind end) into kinds
  from jsonb_each(p_tiers) as tier
  cross join jsonb_array_elements(tier.value) as entry
  join public.ai_models as model
    on model.provider = entry.value ->> 'provider' and model.model = entry.value ->> 'model';
  return case when kinds > 1 then 'tiers mix kinds of models, or embedding models: embeddings never change model' end;
end
$$;

comment on function private.tiers_problem(jsonb, uuid) is
  'Why tiers cannot be used by an organization (NULL = the platform), as one sentence; NULL when they can.';
