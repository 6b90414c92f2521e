-- A policy may pay for several answers of one model, compared by value like those of several models. And what it leaves open about
-- a consensus, and what an organization asks for beside it, is the settings' to say: four of them were read by nobody.

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

update public.ai_setting_definitions set description = case key
  when 'ai.fallback.threshold' then 'Confidence below which a task''s rules answer instead of the model; the policy''s threshold unless somebody sets it.'
  when 'ai.escalation.max_attempts' then 'Most steps up a tier in one request, where the policy allows more.'
  when 'ai.consensus.high' then 'Agreement of several answers from which the majority answers, where the policy does not say.'
  else 'Agreement from which the weighted answer counts, where the policy does not say; below it a person decides.'
end
where key in ('ai.fallback.threshold', 'ai.escalation.max_attempts', 'ai.consensus.high', 'ai.consensus.medium');
