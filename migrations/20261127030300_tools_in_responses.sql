-- Some models take function tools in OpenAI's responses only: whoever asks in that format may ask them, whoever asks in another may not.

alter table public.ai_models drop constraint ai_models_capabilities_known;
alter table public.ai_models add constraint ai_models_capabilities_known check (
  capabilities <@ array['vision', 'tools', 'responses_tools', 'json_schema', 'logprobs', 'prefill', 'streaming', 'temperature']);
comment on column public.ai_models.capabilities is
  'What it can be asked for. tools: in every format; responses_tools: in responses only. temperature: accepts sampling parameters; models without it refuse a request that has them.';

-- Checked 27 November 2026 against the rows' own note: their function calls work in the Responses API only.
update public.ai_models as m set capabilities = m.capabilities || '{responses_tools}'
where m.provider = 'openai' and m.org_id is null and m.model like 'gpt-6%' and not 'tools' = any (m.capabilities);

create function private.takes_tools_in_responses(p_provider text, p_model text, p_org_id uuid)
returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    -- The organization's own row of a model stands before the platform's.
    select m.capabilities && array['tools', 'responses_tools']
    from public.ai_models as m
    where m.provider = p_provider and m.model = p_model and m.active and (m.org_id = p_org_id or m.org_id is null)
    order by m.org_id nulls last limit 1
  );
end
$$;
comment on function private.takes_tools_in_responses(text, text, uuid) is
  'Whether a model can be given tools by a request in OpenAI''s responses format: those with tools can in any. NULL: no such model.';

create or replace function private.card_models(
  p private.admission_request, p_org_id uuid, p_policy public.ai_policies, p_price_unknown text, p_now timestamptz
)
returns private.card_model[]
language plpgsql
stable
set search_path = ''
as $$
declare
  v_tools  boolean := 'responses_tools' = any (p.needs);
  v_models private.card_model[];
begin
  p.providers := p.providers || private.keyed_providers();
  p.needs := array_remove(p.needs, 'responses_tools');
  v_models := private.card_models_at(p, p_org_id, p_policy, p_price_unknown, p_now);
  if v_tools then
    for n in 1 .. coalesce(cardinality(v_models), 0) loop
      if v_models[n].problem is null and not private.takes_tools_in_responses(v_models[n].provider, v_models[n].model, p_org_id) then
        v_models[n].problem := 'lacks_capability';
      end if;
    end loop;
  end if;
  return v_models;
end
$$;
comment on function private.card_models(private.admission_request, uuid, public.ai_policies, text, timestamptz) is
  'The models a request may use, in order: those the caller named, else the policy''s. At providers the deployment has a key for, and at those that bring their own. The need responses_tools is met by tools as well.';
delete from private.route_cards; -- made without it

revoke execute on function private.takes_tools_in_responses(text, text, uuid) from public;
