-- Providers and models as of 21 November 2026. Facts come from the vendors' model pages; dates of shutdown from their
-- deprecation pages. Nothing is aliased but the snapshot an id stands for: another snapshot is another model.

-- A provider that speaks OpenAI's format without being OpenAI has an address of its own: without one its requests, and its key, would go to
-- OpenAI. Together's is https://docs.together.ai/docs/inference/openai-compatibility (seen 2026-11-27).
insert into public.ai_providers (slug, title, kind, base_url)
values
  ('openai', 'OpenAI', 'openai', null),
  ('anthropic', 'Anthropic', 'anthropic', null),
  ('together', 'Together AI', 'openai_compatible', 'https://api.together.ai/v1');

-- Capabilities in groups, so that a row says what is special about it.
insert into public.ai_models
  (provider, model, tier, context_window, max_output_tokens, capabilities, tokenizer, aliases, shutdown_on, active)
select
  'openai', listed.model, listed.tier, listed.context_window, listed.max_output_tokens,
  case listed.family
    when 'gpt-4' then '{streaming,tools,temperature,logprobs}'
    when 'gpt-4o' then '{streaming,tools,temperature,logprobs,vision,json_schema}'
    when 'reasoning' then '{streaming,tools,vision,json_schema}'
    -- Their function calls work in the Responses API only, unless reasoning is switched off (checked 27 November 2026).
    when 'gpt-6' then '{streaming,vision,json_schema,responses_tools}'
    when 'o3-mini' then '{streaming,tools,json_schema}'
  end::text[],
  listed.tokenizer, listed.aliases::text[], listed.shutdown_on::date,
  listed.shutdown_on is null or listed.shutdown_on::date > date '2026-11-21'
from (
  values
    ('gpt-4o-mini', 'small', 128000, 16384, 'gpt-4o', 'o200k_base', '{gpt-4o-mini-2024-07-18}', '2027-01-14'),
    ('gpt-4o', 'large', 128000, 16384, 'gpt-4o', 'o200k_base', '{gpt-4o-2024-08-06}', '2027-01-14'),
    ('gpt-4o-2024-11-20', 'large', 128000, 16384, 'gpt-4o', 'o200k_base', '{}', '2027-01-14'),
    ('gpt-4.1', 'large', 1047576, 32768, 'gpt-4o', 'o200k_base', '{gpt-4.1-2025-04-14}', '2027-01-14'),
    ('gpt-4.1-mini', 'small', 1047576, 32768, 'gpt-4o', 'o200k_base', '{gpt-4.1-mini-2025-04-14}', '2027-01-14'),
    ('gpt-4.1-nano', 'small', 1047576, 32768, 'gpt-4o', 'o200k_base', '{gpt-4.1-nano-2025-04-14}', '2026-10-23'),
    ('gpt-5', 'frontier', 400000, 128000, 'reasoning', 'o200k_base', '{gpt-5-2025-08-07}', '2026-12-11'),
    ('gpt-5-mini', 'small', 400000, 128000, 'reasoning', 'o200k_base', '{gpt-5-mini-2025-08-07}', '2026-12-11'),
    ('gpt-5-nano', 'small', 400000, 128000, 'reasoning', 'o200k_base', '{gpt-5-nano-2025-08-07}', '2026-12-11'),
    ('gpt-5.1', 'large', 400000, 128000, 'reasoning', 'o200k_base', '{gpt-5.1-2025-11-13}', '2027-04-01'),
    ('gpt-5.2', 'large', 400000, 128000, 'reasoning', 'o200k_base', '{gpt-5.2-2025-12-11}', null),
    ('gpt-5.4', 'large', 1050000, 128000, 'reasoning', null, '{gpt-5.4-2026-03-05}', null),
    ('gpt-5.4-mini', 'small', 400000, 128000, 'reasoning', null, '{gpt-5.4-mini-2026-03-17}', null),
    ('gpt-5.4-nano', 'small', 400000, 128000, 'reasoning', null, '{gpt-5.4-nano-2026-03-17}', '2027-04-01'),
    ('gpt-5.5', 'frontier', 1050000, 128000, 'reasoning', null, '{gpt-5.5-2026-04-23}', null),
    ('gpt-5.6-sol', 'frontier', 1050000, 128000, 'reasoning', null, '{gpt-5.6}', null),
    ('gpt-5.6-terra', 'large', 1050000, 128000, 'reasoning', null, '{}', null),
    ('gpt-5.6-luna', 'small', 1050000, 128000, 'reasoning', null, '{}', null),
    ('gpt-6-luna', 'small', 1050000, 128000, 'gpt-6', null, '{}', null),
    ('gpt-6-sol', 'large', 1050000, 128000, 'gpt-6', null, '{}', null),
    ('gpt-6.1-sol', 'large', 1050000, 128000, 'gpt-6', null, '{}', null),
    ('gpt-6.2-sol', 'large', 1050000, 128000, 'gpt-6', null, '{}', null),
    ('gpt-6-astra', 'frontier', 1050000, 128000, 'gpt-6', null, '{}', null),
    ('o3', 'frontier', 200000, 100000, 'reasoning', 'o200k_base', '{o3-2025-04-16}', '2026-12-11'),
    ('o1', 'frontier', 200000, 100000, 'reasoning', 'o200k_base', '{o1-2024-12-17}', '2026-10-23'),
    ('o3-mini', 'large', 200000, 100000, 'o3-mini', 'o200k_base', '{o3-mini-2025-01-31}', '2026-10-23'),
    ('o4-mini', 'large', 200000, 100000, 'reasoning', 'o200k_base', '{o4-mini-2025-04-16}', '2026-10-23'),
    ('gpt-4-turbo', 'large', 128000, 4096, 'gpt-4', 'cl100k_base', '{gpt-4-turbo-2024-04-09}', '2026-10-23'),
    ('gpt-4', 'large', 8192, 4096, 'gpt-4', 'cl100k_base', '{gpt-4-0613}', '2026-10-23'),
    ('gpt-3.5-turbo', 'small', 16385, 4096, 'gpt-4', 'cl100k_base', '{gpt-3.5-turbo-0125}', '2026-10-23')
) as listed (model, tier, context_window, max_output_tokens, family, tokenizer, aliases, shutdown_on);

insert into public.ai_models (provider, model, kind, context_window, dimensions, tokenizer, shutdown_on)
values
  ('openai', 'text-embedding-3-small', 'embedding', 8191, 1536, 'cl100k_base', null),
  ('openai', 'text-embedding-3-large', 'embedding', 8191, 3072, 'cl100k_base', null),
  ('openai', 'text-embedding-ada-002', 'embedding', 8191, 1536, 'cl100k_base', null),
  ('openai', 'whisper-1', 'speech', null, null, null, '2027-02-26'),
  ('openai', 'gpt-4o-transcribe', 'speech', 16000, null, null, '2027-02-26'),
  ('openai', 'gpt-4o-mini-transcribe', 'speech', 16000, null, null, '2027-02-26'),
  ('openai', 'omni-moderation-latest', 'moderation', null, null, null, null);

insert into public.ai_models
  (provider, model, tier, context_window, max_output_tokens, capabilities, aliases, shutdown_on)
select
  'anthropic', listed.model, listed.tier, listed.context_window, listed.max_output_tokens,
  case listed.family
    when '4.5' then '{streaming,tools,vision,json_schema,temperature,prefill}'
    -- From here on an answer that is already begun is refused …
    when '4.6' then '{streaming,tools,vision,json_schema,temperature}'
    -- … and so are temperature and the like.
    when '5' then '{streaming,tools,vision,json_schema}'
  end::text[],
  listed.aliases::text[], listed.shutdown_on::date
from (
  values
    ('claude-haiku-4-5', 'small', 200000, 64000, '4.5', '{claude-haiku-4-5-20251001}', null),
    ('claude-haiku-5-5', 'small', 1000000, 128000, '5', '{}', null),
    ('claude-sonnet-4-5', 'large', 200000, 64000, '4.5', '{claude-sonnet-4-5-20250929}', '2026-11-30'),
    ('claude-sonnet-4-6', 'large', 1000000, 64000, '4.6', '{}', null),
    ('claude-sonnet-5', 'large', 1000000, 128000, '5', '{}', null),
    ('claude-sonnet-5-5', 'large', 1000000, 128000, '5', '{}', null),
    ('claude-opus-4-5', 'frontier', 200000, 64000, '4.5', '{claude-opus-4-5-20251101}', null),
    ('claude-opus-4-6', 'frontier', 1000000, 128000, '4.6', '{}', null),
    ('claude-opus-4-7', 'frontier', 1000000, 128000, '5', '{}', null),
    ('claude-opus-4-8', 'frontier', 1000000, 128000, '5', '{}', null),
    ('claude-opus-5', 'frontier', 1000000, 128000, '5', '{}', null),
    ('claude-opus-5-5', 'frontier', 1000000, 128000, '5', '{}', null),
    ('claude-fable-5-1', 'frontier', 1000000, 128000, '5', '{}', null)
) as listed (model, tier, context_window, max_output_tokens, family, aliases, shutdown_on);

-- Together names no limit on output: 8,192 is what we ask for at most.
insert into public.ai_models (provider, model, tier, context_window, max_output_tokens, capabilities)
values
  ('together', 'meta-llama/Llama-4-Scout-17B-16E-Instruct', 'small', 327680, 8192,
    '{streaming,tools,vision,json_schema,temperature,logprobs}'),
  ('together', 'meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8', 'large', 524288, 8192,
    '{streaming,tools,vision,json_schema,temperature,logprobs}'),
  ('together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo', 'large', 131072, 8192,
    '{streaming,tools,json_schema,temperature,logprobs}'),
  ('together', 'meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo', 'small', 131072, 8192,
    '{streaming,tools,json_schema,temperature,logprobs}'),
  ('together', 'openai/gpt-oss-120b', 'large', 131072, 8192, '{streaming,tools,json_schema,temperature}'),
  ('together', 'openai/gpt-oss-20b', 'small', 128000, 8192, '{streaming,tools,json_schema,temperature}'),
  ('together', 'Qwen/Qwen3-235B-A22B-Instruct-2507-tput', 'large', 262000, 8192,
    '{streaming,tools,json_schema,temperature}'),
  ('together', 'deepseek-ai/DeepSeek-V3.1', 'large', 128000, 8192, '{streaming,tools,json_schema,temperature}'),
  ('together', 'moonshotai/Kimi-K2.5', 'large', 256000, 8192, '{streaming,tools,vision,json_schema,temperature}');
