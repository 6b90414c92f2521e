/**
 * Tokens of one call, in one meaning for all providers: `inputTokens` counts ALL input, cached and cache-written tokens included
 * (OpenAI reports it so; Anthropic reports them beside it, its adapter adds them up). Null means the provider did not say.
 */
export interface Usage {
  inputTokens: number | null;
  outputTokens: number | null;
  /** Part of `inputTokens` read from the provider's prompt cache. */
  cacheReadInputTokens: number | null;
  /** Part of `inputTokens` written to the provider's prompt cache. */
  cacheWriteInputTokens: number | null;
}

/** A dated price row. Dollar amounts are decimal strings, exact as the database stores them; null means not priced that way. */
export interface Price {
  /** `ai_model_prices.id`, kept on every call row. */
  id: string;
  input_usd_per_mtok: string;
  output_usd_per_mtok: string;
  cache_read_usd_per_mtok: string | null;
  cache_write_usd_per_mtok: string | null;
}
