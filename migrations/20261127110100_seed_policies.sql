-- Policies of the source systems' tasks that must not start by the default, the dear mistakes among them. As with the first policies, slugs
-- without a row in ai_tasks wait for their function.

-- domain.md 4.10: what is critical in a catalogue climbs the whole ladder, and three are asked.
insert into public.ai_policies
  (task, status, tiers, escalate_to, max_escalations, escalate_below, good_from, excellent_from, max_tier, critical, consensus)
select slug, 'active', p.tiers, p.escalate_to, p.max_escalations, 0.70, 0.80, 0.90, p.max_tier, true, p.consensus
from private.policy_for(null, 'product-extraction') as p
cross join unnest(array['safety-information', 'compliance-data', 'technical-specifications', 'pricing-data']) as slug
where p.id is not null and not exists (select from public.ai_policies as q where q.org_id is null and q.task = slug);

-- domain.md 2.1: three that begin small and go up when they are weak, four that must never be given to the small tier.
insert into public.ai_policies (task, status, base_tier, requires_large)
select slug, 'active', base_tier, base_tier = 'large'
from (values
  ('email-categorize', 'small'), ('help-draft', 'small'), ('contact-role-detect', 'small'),
  ('roi-recommend', 'large'), ('multi-contact-strategy', 'large'), ('sample-product-match', 'large'), ('seasonal-optimize', 'large')
) as task (slug, base_tier)
where not exists (select from public.ai_policies as q where q.org_id is null and q.task = slug);
