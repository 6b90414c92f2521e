import { sumCounts, type Usage } from "@shared/pricing/mod.ts";
import { count, type JsonRecord, record } from "./json-value.ts";

/** Anthropic counts cached tokens beside `input_tokens`; {@linkcode Usage} counts them inside. Null when there is no usage. */
export function anthropicUsage(usage: unknown): Usage | null {
  if (typeof usage !== "object" || usage === null) return null;
  const { input_tokens, output_tokens, cache_read_input_tokens, cache_creation_input_tokens } = record(usage);
  const read = count(cache_read_input_tokens);
  const written = count(cache_creation_input_tokens);
  return {
    // A cache that is not mentioned was not used.
    inputTokens: sumCounts([count(input_tokens), read ?? 0, written ?? 0]),
    outputTokens: count(output_tokens),
    cacheReadInputTokens: read,
    cacheWriteInputTokens: written,
  };
}

/** `message_delta` repeats the counts of `message_start` as they have become; what it leaves out still holds. */
export function mergeUsage(start: JsonRecord, delta: JsonRecord): JsonRecord {
  const told = Object.entries(delta).filter(([, value]) => value !== null && value !== undefined);
  return { ...start, ...Object.fromEntries(told) };
}
