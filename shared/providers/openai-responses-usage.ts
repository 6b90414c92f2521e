import type { Usage } from "@shared/pricing/mod.ts";
import { count, record } from "./json-value.ts";

/** The usage of a response of OpenAI's; cached tokens are inside the input, as {@linkcode Usage} has them. Null when there is none. */
export function openAiResponsesUsage(usage: unknown): Usage | null {
  if (typeof usage !== "object" || usage === null) return null;
  const { input_tokens, output_tokens, input_tokens_details } = record(usage);
  const { cached_tokens, cache_write_tokens } = record(input_tokens_details);
  return {
    inputTokens: count(input_tokens),
    outputTokens: count(output_tokens),
    cacheReadInputTokens: count(cached_tokens),
    cacheWriteInputTokens: count(cache_write_tokens),
  };
}
