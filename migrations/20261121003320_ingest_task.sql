-- The task that reads documents. The vectors of a passage are its work, and so is their price.
insert into public.ai_tasks
  (slug, title, description, operation, prompt_key, has_rules, streams, base_tier, critical)
values
  ('ingest-document', 'Document ingestion', 'Cuts a document into passages and makes them searchable by words and by meaning.',
    'embedding', null, false, false, null, false);
insert into public.ai_policies (task, version, status, tiers, base_tier, complexity_large_from)
select 'ingest-document', 1, 'active', policy.tiers, policy.base_tier, policy.complexity_large_from
from public.ai_policies as policy
where policy.task = 'embed-text' and policy.org_id is null and policy.status = 'active';
