-- A sentence before each passage, where an organization wants it (kb.contextPrefix): it is embedded with the passage and never cited.
insert into public.ai_tasks
  (slug, title, description, operation, prompt_key, has_rules, streams, base_tier, critical)
values
  ('introduce-passages', 'Passage introduction', 'Says in a sentence what each passage of a document is about.',
    'chat', 'introduce-passages', true, false, 'small', false);
-- A sentence is worth one small call, not a second one of a larger model: what a weak answer leaves out stays without.
insert into public.ai_policies (task, version, status, max_tier, max_escalations, escalate_below, complexity_large_from)
values ('introduce-passages', 1, 'active', 'small', 0, 0.3, null);
