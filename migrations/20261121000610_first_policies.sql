-- The tasks that exist and the policies that the installation starts with.

insert into public.ai_tasks
  (slug, title, description, operation, prompt_key, has_rules, streams, base_tier, critical, variables)
values
  ('generate-followup', 'Follow-up message', 'Writes the next message to a lead: text, channel and time.',
    'chat', 'generate-followup', true, false, 'large', false, '{channel,reason,lead,history,sender}'),
  ('classify-material', 'Material classification', 'Names the material a description is about, with its category and properties.',
    'chat', 'classify-material', true, false, 'small', true, '{product}'),
  ('classify-lead', 'Lead classification', 'Puts a lead into class A, B or C, with the reasons.',
    'chat', 'classify-lead', true, false, 'small', false, '{lead}'),
  ('embed-text', 'Text embedding', 'Turns one or many texts into vectors of 1,536 dimensions.',
    'embedding', null, false, false, null, false, null);

-- The default: what every chat task uses that says nothing else. Each tier names one model of each provider, so that a
-- provider's outage never empties a tier, and then the successor of a model whose vendor has announced its end.
--
-- The learned score (docs/complexity.md) sends 15 % of exam questions and 18 % of word problems up from 0.70 on, and recovers 30 %
-- and 25 % of the gap between the models with them: the hardest sixth for a third of the gain. Our own tasks' texts are of kinds it has never
-- seen, where it is no better than length, so policies of single tasks leave it out until simulate_policy has something to say.
insert into public.ai_policies (task, version, status, tiers, complexity_large_from)
values (
  null, 1, 'active',
  '{
    "small": [
      {"provider": "openai", "model": "gpt-4o-mini"},
      {"provider": "anthropic", "model": "claude-haiku-4-5"},
      {"provider": "together", "model": "meta-llama/Llama-4-Scout-17B-16E-Instruct"},
      {"provider": "openai", "model": "gpt-6-luna"}
    ],
    "large": [
      {"provider": "openai", "model": "gpt-4o"},
      {"provider": "anthropic", "model": "claude-sonnet-5-5"},
      {"provider": "together", "model": "meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8"},
      {"provider": "openai", "model": "gpt-6.2-sol"}
    ],
    "frontier": [
      {"provider": "openai", "model": "gpt-5"},
      {"provider": "anthropic", "model": "claude-opus-5-5"},
      {"provider": "openai", "model": "gpt-5.6-sol"}
    ]
  }',
  0.7
);

insert into public.ai_policies (task, version, status, tiers, max_tier, max_escalations)
values ('embed-text', 1, 'active', '{"small": [{"provider": "openai", "model": "text-embedding-3-small"}]}', 'small', 0);

-- Tasks that start large because their answers are read by customers, and tasks for which the small tier is enough.
-- Slugs without a row in ai_tasks wait for their function.
insert into public.ai_policies (task, version, status, base_tier, complexity_large_from)
values
  ('sales-coach-chat', 1, 'active', 'large', null),
  ('objection-handler', 1, 'active', 'large', null),
  ('closing-helper', 1, 'active', 'large', null),
  ('lead-analysis', 1, 'active', 'large', null),
  ('offer-create', 1, 'active', 'large', null),
  ('generate-followup', 1, 'active', 'large', null),
  ('template-optimization', 1, 'active', 'large', null),
  ('research-person', 1, 'active', 'large', null),
  ('call-script', 1, 'active', 'large', null),
  ('sentiment-analysis', 1, 'active', 'small', null),
  ('classification', 1, 'active', 'small', null),
  ('daily-plan', 1, 'active', 'small', null),
  ('generate-message', 1, 'active', 'small', null),
  ('summary-coaching', 1, 'active', 'small', null),
  ('classify-lead', 1, 'active', 'small', null);

-- Confidence from which an answer is good enough, by kind of work; image, chunking and search work is done often and never
-- worth a dear model, while a wrong material or product ends up in a catalogue and is worth asking three.
insert into public.ai_policies
  (task, version, status, escalate_below, good_from, excellent_from, max_tier, critical, consensus)
values
  ('classify-material', 1, 'active', 0.70, 0.80, 0.90, 'frontier', true, '{"models": 3, "agree": 0.8, "weighted": 0.5}'),
  ('product-extraction', 1, 'active', 0.75, 0.85, 0.92, 'frontier', true, '{"models": 3, "agree": 0.8, "weighted": 0.5}'),
  ('product-enrichment', 1, 'active', 0.72, 0.82, 0.91, 'frontier', false, null),
  ('document-classification', 1, 'active', 0.73, 0.83, 0.92, 'frontier', false, null),
  ('metadata-extraction', 1, 'active', 0.71, 0.81, 0.90, 'frontier', false, null),
  ('vision-analysis', 1, 'active', 0.67, 0.77, 0.87, 'frontier', false, null),
  ('embedding-quality', 1, 'active', 0.75, 0.85, 0.93, 'frontier', false, null),
  ('image-analysis', 1, 'active', 0.65, 0.75, 0.88, 'small', false, null),
  ('chunking-quality', 1, 'active', 0.70, 0.80, 0.90, 'small', false, null),
  ('rag-search', 1, 'active', 0.68, 0.78, 0.88, 'small', false, null),
  -- The same two by the names of our tasks.
  ('read-image', 1, 'active', 0.65, 0.75, 0.88, 'small', false, null),
  ('rag-knowledge-search', 1, 'active', 0.68, 0.78, 0.88, 'small', false, null);
