-- A policy may pay for several answers of one model, compared by value like those of several models. And what it leaves open about
-- a consensus, and what an organization asks for beside it, is the settings' to say: four of them were read by nobody.

alter table public.ai_policies drop constraint ai_policies_consensus_fits;
alter table public.ai_policies add constraint ai_policies_consensus_fits check (
  consensus is null or (
    private.setting_problem(
      '{"type":"object","required":["models"],"additionalProperties":false,"properties":{"models":{"type":"integer","minimum":1,"maximum":3},"samples":{"type":"integer","minimum":1,"maximum":5},"temperature":{"type":"number","minimum":0,"maximum":1},"agree":{"type":"number","minimum":0,"maximum":1},"weighted":{"type":"number","minimum":0,"maximum":1}}}',
      consensus
    ) is null
    -- One answer agrees with nobody, and beyond nine there is no call left to retry with.
    and (consensus ->> 'models')::integer * coalesce((consensus ->> 'samples')::integer, 1) between 2 and 9
    and coalesce((consensus ->> 'weighted')::numeric <= (consensus ->> 'agree')::numeric, true)
  )
);
comment on column public.ai_policies.consensus is
  'Several answers, compared by value: {"models": 1..3, of critical tasks only more than one, "samples": answers of each, 1 unless given, 2 to 9 in all, "temperature": of sampled ones, "agree": share for a majority, "weighted": share for a weighted answer}. Shares left out are ai.consensus.high and ai.consensus.medium. NULL: one answer.';

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
