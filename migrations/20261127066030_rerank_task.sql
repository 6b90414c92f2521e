-- Passages ordered again by a model, where an organization or a search wants it: each time is a call that costs.
insert into public.ai_tasks
  (slug, title, description, operation, prompt_key, has_rules, streams, base_tier, critical)
values
  ('rerank-passages', 'Passage ranking', 'Says how well each passage answers a question.', 'chat', 'rerank-passages', true, false, 'small', false);
