-- A provider that speaks OpenAI's format without being OpenAI has an address of its own: without one its requests, and its key,
-- went to OpenAI's. Together's is https://docs.together.ai/docs/inference/openai-compatibility (seen 2026-11-27).

update public.ai_providers set base_url = 'https://api.together.ai/v1' where slug = 'together' and base_url is null;

comment on column public.ai_providers.base_url is
  'NULL: the vendor''s own (OpenAI and Anthropic only), or the deployment''s …_BASE_URL. OpenAI and compatible ones with /v1, Anthropic without.';
