-- Prices as of 21 November 2026, US dollars per million tokens. tests/architecture/prices.test.ts compares them with an
-- independent list. They count from the beginning of 2026 (nothing was logged before) or from the day of a change.
--
-- cache_write is the five-minute rate at Anthropic. batch is half where the vendor's rule says so. source_on is the day for
-- which the figures were confirmed, not the day of this file: older than 30 days, they count as stale.

insert into public.ai_model_prices (
  provider, model, min_input_tokens, input_usd_per_mtok, output_usd_per_mtok, cache_read_usd_per_mtok,
  cache_write_usd_per_mtok, batch_input_usd_per_mtok, batch_output_usd_per_mtok, effective_from, source_on, source
)
select
  listed.provider, listed.model, listed.min_input_tokens, listed.input, listed.output, listed.cache_read, listed.cache_write,
  listed.batch_input, listed.batch_output, (listed.effective_on || ' 00:00+00')::timestamptz, listed.source_on::date,
  case listed.provider
    when 'openai' then 'https://developers.openai.com/api/docs/pricing'
    when 'anthropic' then 'https://platform.claude.com/docs/en/about-claude/pricing'
    when 'together' then 'https://www.together.ai/pricing'
  end
from (
  values
    -- provider, model, from input tokens, input, output, cache read, cache write, batch input, batch output, from, checked
    ('openai', 'gpt-4o-mini', 0, 0.15, 0.6, 0.075, null::numeric, 0.075, 0.3, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-4o', 0, 2.5, 10, 1.25, null, 1.25, 5, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-4o-2024-11-20', 0, 2.5, 10, 1.25, null, 1.25, 5, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-4.1', 0, 2, 8, 0.5, null, 1, 4, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-4.1-mini', 0, 0.4, 1.6, 0.1, null, 0.2, 0.8, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-4.1-nano', 0, 0.1, 0.4, 0.025, null, 0.05, 0.2, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-5', 0, 1.25, 10, 0.125, null, 0.625, 5, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-5-mini', 0, 0.25, 2, 0.025, null, 0.125, 1, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-5-nano', 0, 0.05, 0.4, 0.005, null, 0.025, 0.2, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-5.1', 0, 1.25, 10, 0.125, null, 0.625, 5, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-5.2', 0, 1.75, 14, 0.175, null, 0.875, 7, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-5.4', 0, 2.5, 15, 0.25, null, 1.25, 7.5, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-5.4', 272001, 5, 22.5, 0.5, null, 2.5, 11.25, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-5.4-mini', 0, 0.75, 4.5, 0.075, null, 0.375, 2.25, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-5.4-nano', 0, 0.2, 1.25, 0.02, null, 0.1, 0.625, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-5.5', 0, 5, 30, 0.5, null, 2.5, 15, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-5.5', 272001, 10, 45, 1, null, 5, 22.5, '2026-01-01', '2026-08-01'),
    -- A lower price is promised until 21 November 2026 and not beyond: after it the list price counts until somebody looks.
    ('openai', 'gpt-5.6-sol', 0, 5, 30, 0.5, 6.25, 2.5, 15, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-5.6-sol', 272001, 10, 45, 1, 12.5, 5, 22.5, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-5.6-sol', 0, 4, 20, 0.4, 5, 2, 10, '2026-08-21', '2026-09-24'),
    ('openai', 'gpt-5.6-sol', 272001, 8, 30, 0.8, 10, 4, 15, '2026-08-21', '2026-09-24'),
    ('openai', 'gpt-5.6-sol', 0, 5, 30, 0.5, 6.25, 2.5, 15, '2026-11-22', '2026-09-24'),
    ('openai', 'gpt-5.6-sol', 272001, 10, 45, 1, 12.5, 5, 22.5, '2026-11-22', '2026-09-24'),
    ('openai', 'gpt-5.6-terra', 0, 2.5, 15, 0.25, 3.125, 1.25, 7.5, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-5.6-terra', 272001, 5, 22.5, 0.5, 6.25, 2.5, 11.25, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-5.6-terra', 0, 2, 12, 0.2, 2.5, 1, 6, '2026-07-30', '2026-08-01'),
    ('openai', 'gpt-5.6-terra', 272001, 4, 18, 0.4, 5, 2, 9, '2026-07-30', '2026-08-01'),
    ('openai', 'gpt-5.6-luna', 0, 1, 6, 0.1, 1.25, 0.5, 3, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-5.6-luna', 272001, 2, 9, 0.2, 2.5, 1, 4.5, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-5.6-luna', 0, 0.2, 1.2, 0.02, 0.25, 0.1, 0.6, '2026-07-30', '2026-08-01'),
    ('openai', 'gpt-5.6-luna', 272001, 0.4, 1.8, 0.04, 0.5, 0.2, 0.9, '2026-07-30', '2026-08-01'),
    ('openai', 'gpt-6-luna', 0, 0.1, 0.5, 0.01, 0.125, 0.05, 0.25, '2026-01-01', '2026-10-13'),
    ('openai', 'gpt-6-luna', 272001, 0.2, 0.75, 0.02, 0.25, 0.1, 0.375, '2026-01-01', '2026-10-13'),
    ('openai', 'gpt-6-sol', 0, 2, 10, 0.2, 2.5, 1, 5, '2026-01-01', '2026-10-13'),
    ('openai', 'gpt-6-sol', 272001, 4, 15, 0.4, 5, 2, 7.5, '2026-01-01', '2026-10-13'),
    ('openai', 'gpt-6.1-sol', 0, 2, 10, 0.1, 2.5, 1, 5, '2026-01-01', '2026-09-30'),
    ('openai', 'gpt-6.1-sol', 272001, 4, 15, 0.2, 5, 2, 7.5, '2026-01-01', '2026-09-30'),
    ('openai', 'gpt-6.2-sol', 0, 2, 10, 0.1, 2.5, null, null, '2026-01-01', '2026-11-17'),
    ('openai', 'gpt-6.2-sol', 272001, 4, 15, 0.2, 5, null, null, '2026-01-01', '2026-11-17'),
    ('openai', 'gpt-6-astra', 0, 10, 50, 1, 12.5, 5, 25, '2026-01-01', '2026-09-25'),
    ('openai', 'gpt-6-astra', 272001, 20, 75, 2, 25, 10, 37.5, '2026-01-01', '2026-09-25'),
    ('openai', 'o3', 0, 2, 8, 0.5, null, 1, 4, '2026-01-01', '2026-08-01'),
    ('openai', 'o1', 0, 15, 60, 7.5, null, 7.5, 30, '2026-01-01', '2026-08-01'),
    ('openai', 'o3-mini', 0, 1.1, 4.4, 0.55, null, 0.55, 2.2, '2026-01-01', '2026-08-01'),
    ('openai', 'o4-mini', 0, 1.1, 4.4, 0.275, null, 0.55, 2.2, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-4-turbo', 0, 10, 30, null, null, 5, 15, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-4', 0, 30, 60, null, null, 15, 30, '2026-01-01', '2026-08-01'),
    ('openai', 'gpt-3.5-turbo', 0, 0.5, 1.5, null, null, 0.25, 0.75, '2026-01-01', '2026-08-01'),
    ('openai', 'text-embedding-3-small', 0, 0.02, 0, null, null, 0.01, 0, '2026-01-01', '2026-08-01'),
    ('openai', 'text-embedding-3-large', 0, 0.13, 0, null, null, 0.065, 0, '2026-01-01', '2026-08-01'),
    ('openai', 'text-embedding-ada-002', 0, 0.1, 0, null, null, 0.05, 0, '2026-01-01', '2026-08-01'),
    -- Audio tokens.
    ('openai', 'gpt-4o-transcribe', 0, 2.5, 10, null, null, null, null, '2026-01-01', '2026-10-27'),
    ('openai', 'gpt-4o-mini-transcribe', 0, 1.25, 5, null, null, null, null, '2026-01-01', '2026-10-27'),
    -- Free, as its model page says: a known zero.
    ('openai', 'omni-moderation-latest', 0, 0, 0, null, null, null, null, '2026-01-01', '2026-10-27'),

    ('anthropic', 'claude-haiku-4-5', 0, 1, 5, 0.1, 1.25, 0.5, 2.5, '2026-01-01', '2026-10-24'),
    ('anthropic', 'claude-haiku-5-5', 0, 0.1, 0.5, 0.01, 0.125, 0.05, 0.25, '2026-01-01', '2026-10-24'),
    ('anthropic', 'claude-haiku-5-5', 100001, 0.5, 2.5, 0.05, 0.625, 0.25, 1.25, '2026-01-01', '2026-10-24'),
    ('anthropic', 'claude-sonnet-4-5', 0, 3, 15, 0.3, 3.75, 1.5, 7.5, '2026-01-01', '2026-10-24'),
    ('anthropic', 'claude-sonnet-4-5', 200001, 6, 22.5, 0.6, 7.5, 3, 11.25, '2026-01-01', '2026-10-24'),
    ('anthropic', 'claude-sonnet-4-6', 0, 3, 15, 0.3, 3.75, 1.5, 7.5, '2026-01-01', '2026-10-24'),
    ('anthropic', 'claude-sonnet-5', 0, 2, 10, 0.2, 2.5, 1, 5, '2026-01-01', '2026-10-24'),
    ('anthropic', 'claude-sonnet-5-5', 0, 2, 10, 0.2, 2.5, 1, 5, '2026-01-01', '2026-10-24'),
    ('anthropic', 'claude-sonnet-5-5', 0, 2, 10, 0.1, 2.5, 1, 5, '2026-10-07', '2026-10-24'),
    ('anthropic', 'claude-opus-4-5', 0, 5, 25, 0.5, 6.25, 2.5, 12.5, '2026-01-01', '2026-10-24'),
    ('anthropic', 'claude-opus-4-6', 0, 5, 25, 0.5, 6.25, 2.5, 12.5, '2026-01-01', '2026-10-24'),
    ('anthropic', 'claude-opus-4-7', 0, 5, 25, 0.5, 6.25, 2.5, 12.5, '2026-01-01', '2026-10-24'),
    ('anthropic', 'claude-opus-4-8', 0, 5, 25, 0.5, 6.25, 2.5, 12.5, '2026-01-01', '2026-10-24'),
    ('anthropic', 'claude-opus-5', 0, 5, 25, 0.5, 6.25, 2.5, 12.5, '2026-01-01', '2026-10-24'),
    ('anthropic', 'claude-opus-5-5', 0, 4, 20, 0.2, 5, 2, 10, '2026-01-01', '2026-10-24'),
    ('anthropic', 'claude-fable-5-1', 0, 10, 50, 0.25, 12.5, 5, 25, '2026-01-01', '2026-10-24'),

    ('together', 'meta-llama/Llama-4-Scout-17B-16E-Instruct', 0, 0.18, 0.59, null, null, null, null, '2026-01-01', '2026-08-01'),
    ('together', 'meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8', 0, 0.27, 0.85, null, null, null, null, '2026-01-01', '2026-08-01'),
    ('together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo', 0, 0.88, 0.88, null, null, null, null, '2026-01-01', '2026-08-01'),
    ('together', 'meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo', 0, 0.18, 0.18, null, null, null, null, '2026-01-01', '2026-08-01'),
    ('together', 'openai/gpt-oss-120b', 0, 0.15, 0.6, null, null, null, null, '2026-01-01', '2026-08-01'),
    ('together', 'openai/gpt-oss-20b', 0, 0.05, 0.2, null, null, null, null, '2026-01-01', '2026-08-01'),
    ('together', 'Qwen/Qwen3-235B-A22B-Instruct-2507-tput', 0, 0.2, 0.6, null, null, null, null, '2026-01-01', '2026-08-01'),
    ('together', 'deepseek-ai/DeepSeek-V3.1', 0, 0.6, 1.7, null, null, null, null, '2026-01-01', '2026-08-01'),
    ('together', 'moonshotai/Kimi-K2.5', 0, 0.5, 2.8, null, null, null, null, '2026-01-01', '2026-08-01')
) as listed (
  provider, model, min_input_tokens, input, output, cache_read, cache_write, batch_input, batch_output, effective_on, source_on
);

insert into public.ai_model_prices (provider, model, audio_minute_usd, effective_from, source_on, source)
values
  ('openai', 'whisper-1', 0.006, '2026-01-01 00:00+00', '2026-10-27', 'https://developers.openai.com/api/docs/pricing');

-- The ECB states what one euro is worth: 1 EUR = 1.1761 USD = 0.9156 CHF on 8 May 2026. A newer row takes over from its day on;
-- until an operator adds one, budgets in euros and francs are counted with these.
insert into public.ai_exchange_rates (currency, rate, effective_from, source)
values
  ('USD', 1, '2026-01-01 00:00+00', 'By definition'),
  ('EUR', round(1 / 1.1761, 9), '2026-01-01 00:00+00', 'ECB euro reference rates of 2026-05-08: 1 EUR = 1.1761 USD'),
  ('CHF', round(0.9156 / 1.1761, 9), '2026-01-01 00:00+00', 'ECB euro reference rates of 2026-05-08: 1 EUR = 1.1761 USD = 0.9156 CHF');
