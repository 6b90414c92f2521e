-- Answers from the knowledge base: the search is the database's, the words are a model's.
insert into public.ai_tasks
  (slug, title, description, operation, prompt_key, has_rules, streams, base_tier, critical, variables)
values
  ('rag-knowledge-search', 'Knowledge search', 'Finds passages of the organization''s documents, and answers from them with citations.',
    'chat', 'rag-knowledge-search', true, false, 'small', false, '{question,passages}');
