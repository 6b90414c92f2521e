-- Some models take function tools in OpenAI's responses only: whoever asks in that format may ask them, whoever asks in another may not.

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

revoke execute on function private.takes_tools_in_responses(text, text, uuid) from public;
