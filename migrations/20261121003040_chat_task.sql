-- The chat: a turn of a conversation with an assistant.
insert into public.ai_tasks
  (slug, title, description, operation, prompt_key, has_rules, streams, base_tier, critical, variables)
values
  ('chat', 'Chat', 'Answers a message in a conversation with an assistant.', 'chat', 'chat', false, true, 'small', false,
    '{message}');
