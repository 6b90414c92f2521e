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
  /** Images sent, for models that charge for each beside its tokens. Absent: none. */
  images?: number;
  /**
   * Milliseconds of audio that the provider bills, as it says (OpenAI's `usage.seconds` times 1,000): it rounds, we do not. Null:
   * there was audio, but nobody knows how long it was. Absent: none.
   */
  audioMs?: number | null;
}

/** A dated price row. Dollar amounts are decimal strings, exact as the database stores them; null means not priced that way. */
export interface Price {
  /** `ai_model_prices.id`, kept on every call row. */
  id: string;
  /** Null: sold by the minute alone (`audio_minute_usd`), whatever tokens there are. */
  input_usd_per_mtok: string | null;
  output_usd_per_mtok: string;
  cache_read_usd_per_mtok: string | null;
  cache_write_usd_per_mtok: string | null;
  /** For each image, beside its tokens. Null or absent: images cost their tokens only. */
  image_usd?: string | null;
  /** For a minute of audio. Null or absent: not sold by the minute. */
  audio_minute_usd?: string | null;
  /** Input tokens from which it is in force. Absent: it is the only one, or that of the shortest inputs. */
  from_input_tokens?: number;
  /** The model's prices for shorter inputs, the longest first: a request's bound may fall in a dearer tier than the request. */
  shorter?: Price[];
}
