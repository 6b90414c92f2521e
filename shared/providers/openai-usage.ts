import type { Usage } from "@shared/pricing/mod.ts";
import { count, record } from "./json-value.ts";

/** OpenAI counts cached tokens inside the prompt, as {@linkcode Usage} does. Null when there is no usage. */
export function openAiUsage(usage: unknown): Usage | null {
  if (typeof usage !== "object" || usage === null) return null;
  const { prompt_tokens, completion_tokens, prompt_tokens_details, cached_tokens: cachedAtTogether } = record(usage);
  const { cached_tokens = cachedAtTogether, cache_write_tokens } = record(prompt_tokens_details);
  return {
    inputTokens: count(prompt_tokens),
    outputTokens: count(completion_tokens),
    cacheReadInputTokens: count(cached_tokens),
    cacheWriteInputTokens: count(cache_write_tokens),
  };
}

/** Embeddings have no output: it is known to be zero. */
export function openAiEmbeddingUsage(usage: unknown): Usage | null {
  const read = openAiUsage(usage);
  return read === null ? null : { ...read, outputTokens: 0, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 };
}
