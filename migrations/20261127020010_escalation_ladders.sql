-- Policies that climb from candidate to candidate instead of from tier to tier (escalate_to).

-- The ladder of catalogue work (domain.md 4.10): Llama, Haiku, Sonnet, GPT-5, dear by 1 : 4 : 15 : 25; at most three attempts, the
-- last rung for critical tasks alone. Work that is done often stays on the first two; OpenAI's there answer where the providers
-- of both fail or have no key, and a weak answer does not come that far. A version of somebody's own stays in force.
update public.ai_policies set status = 'retired'
where org_id is null and status = 'active' and version = 1 and task in (
  'product-extraction', 'product-enrichment', 'document-classification', 'metadata-extraction', 'vision-analysis',
  'image-analysis', 'read-image', 'chunking-quality', 'rag-search', 'rag-knowledge-search');
insert into public.ai_policies
  (task, status, tiers, escalate_to, max_escalations, escalate_below, good_from, excellent_from, max_tier, critical, consensus, complexity_large_from)
select p.task, 'active',
  jsonb_set(
    '{"large": [{"provider": "anthropic", "model": "claude-sonnet-5-5"}], "frontier": [{"provider": "openai", "model": "gpt-5"}]}',
    '{small}',
    '[{"provider": "together", "model": "meta-llama/Llama-4-Scout-17B-16E-Instruct"}, {"provider": "anthropic", "model": "claude-haiku-4-5"}]'::jsonb
      || case when p.max_tier = 'small'
        then '[{"provider": "openai", "model": "gpt-4o-mini"}, {"provider": "openai", "model": "gpt-6-luna"}]'::jsonb else '[]' end
  ),
  'next_candidate', case when p.critical then 3 when p.max_tier = 'small' then 1 else 2 end,
  p.escalate_below, p.good_from, p.excellent_from, p.max_tier, p.critical, p.consensus, p.complexity_large_from
from public.ai_policies as p
where p.org_id is null and p.status = 'retired' and p.version = 1 and p.task in (
  'product-extraction', 'product-enrichment', 'document-classification', 'metadata-extraction', 'vision-analysis',
  'image-analysis', 'read-image', 'chunking-quality', 'rag-search', 'rag-knowledge-search')
  and not exists (select from public.ai_policies as q where q.org_id is null and q.task = p.task and q.status = 'active');
