-- Escalation in single steps: a policy may climb from candidate to candidate instead of from tier to tier, and what it allows one
-- request to cost holds for all calls of the request together.

alter table public.ai_policies
  add column escalate_to text not null default 'next_tier',
  add constraint ai_policies_escalate_to_known check (escalate_to in ('next_tier', 'next_candidate'));
comment on column public.ai_policies.escalate_to is
  'Where a weak answer goes: next_tier (the first candidate of the nearest tier above) or next_candidate (whoever comes next in the policy''s order, also within the tier: a ladder such as Llama, Haiku, Sonnet, GPT-5).';
comment on column public.ai_policies.max_cost_usd is
  'Most one request may cost with all its calls, US dollars: candidates that could cost more alone are left out, and a further call is made only while the sum of worst cases stays below. NULL: only budgets limit it.';
grant insert (escalate_to) on public.ai_policies to authenticated;

create or replace function private.judging_for(p_policy public.ai_policies, p_settings jsonb, p_org_id uuid, p_user_id uuid, p_task text)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_asked numeric := (p_settings ->> 'ai.routing.confidence.threshold')::numeric;
  v_map   jsonb;
begin
  -- The default is nobody's wish: only a value that somebody set counts. Looked up only where it would change something.
  if v_asked > p_policy.escalate_below and not exists (
    select from public.ai_settings as s
    where s.key = 'ai.routing.confidence.threshold' and (s.org_id = p_org_id or s.org_id is null) and (s.user_id = p_user_id or s.user_id is null)
  ) then
    v_asked := null;
  end if;
  if (p_settings ->> 'ai.confidence.calibrated')::boolean is not false then
    select c.map into v_map from public.ai_calibrations as c
    where c.task = p_task and c.active and (c.org_id = p_org_id or c.org_id is null)
    order by c.org_id nulls last limit 1;
  end if;
  return jsonb_build_object(
    'thresholds', jsonb_build_object(
      'escalate_below', greatest(p_policy.escalate_below, v_asked), 'good_from', greatest(p_policy.good_from, v_asked),
      'excellent_from', greatest(p_policy.excellent_from, v_asked),
      'max_escalations', p_policy.max_escalations, 'escalate_to', p_policy.escalate_to, 'max_cost_usd', p_policy.max_cost_usd::text,
      'critical', p_policy.critical, 'stream_on_failure', p_policy.stream_on_failure, 'consensus', p_policy.consensus),
    'calibration', v_map);
end
$$;
comment on function private.judging_for(public.ai_policies, jsonb, uuid, uuid, text) is
  'The part of a plan that judges answers: thresholds (the policy''s, or higher where a setting asks for more) and calibration (NULL = scores as they are).';

-- The ladder of catalogue work (domain.md 4.10): Llama, Haiku, Sonnet, GPT-5, dear by 1 : 4 : 15 : 25; at most three attempts, the
-- last rung for critical tasks alone. Work that is done often stays on the first two. A version of somebody's own stays in force.
update public.ai_policies set status = 'retired'
where org_id is null and status = 'active' and version = 1 and task in (
  'product-extraction', 'product-enrichment', 'document-classification', 'metadata-extraction', 'vision-analysis',
  'image-analysis', 'chunking-quality', 'rag-search');
insert into public.ai_policies
  (task, status, tiers, escalate_to, max_escalations, escalate_below, good_from, excellent_from, max_tier, critical, consensus, complexity_large_from)
select p.task, 'active',
  '{"small": [{"provider": "together", "model": "meta-llama/Llama-4-Scout-17B-16E-Instruct"}, {"provider": "anthropic", "model": "claude-haiku-4-5"}],
    "large": [{"provider": "anthropic", "model": "claude-sonnet-5-5"}],
    "frontier": [{"provider": "openai", "model": "gpt-5"}]}',
  'next_candidate', case when p.critical then 3 when p.max_tier = 'small' then 1 else 2 end,
  p.escalate_below, p.good_from, p.excellent_from, p.max_tier, p.critical, p.consensus, p.complexity_large_from
from public.ai_policies as p
where p.org_id is null and p.status = 'retired' and p.version = 1 and p.task in (
  'product-extraction', 'product-enrichment', 'document-classification', 'metadata-extraction', 'vision-analysis',
  'image-analysis', 'chunking-quality', 'rag-search')
  and not exists (select from public.ai_policies as q where q.org_id is null and q.task = p.task and q.status = 'active');
