-- Images and recordings into text: what the knowledge base cannot read by itself, as tasks of their own.
insert into public.ai_tasks
  (slug, title, description, operation, prompt_key, has_rules, streams, base_tier, critical)
values
  ('read-image', 'Image reading', 'Transcribes the text in an image and says what it shows.',
    'chat', 'read-image', false, false, 'small', false),
  ('transcribe-audio', 'Transcription', 'Writes down what is said in a recording.',
    'speech', null, false, false, 'small', false);

-- Whisper is sold by the minute and says when each sentence was spoken; the larger model hears better, for a little more or less.
insert into public.ai_policies (task, version, status, tiers, max_tier, max_escalations, base_tier, complexity_large_from)
values (
  'transcribe-audio', 1, 'active',
  '{
    "small": [{"provider": "openai", "model": "whisper-1"}],
    "large": [{"provider": "openai", "model": "gpt-4o-transcribe"}]
  }',
  'large', 0, 'small', null
);
