import type { Usage } from "./usage.ts";

/**
 * Adds the tokens of several calls, field by field. A field that any of them left unknown is unknown in the sum: a partial
 * sum would look like a whole one. Null for no calls, and when any usage is missing altogether.
 */
export function sumUsage(usages: (Usage | null)[]): Usage | null {
  if (usages.length === 0 || usages.includes(null)) return null;
  const known = usages.filter((usage) => usage !== null);
  return {
    inputTokens: sumCounts(known.map((usage) => usage.inputTokens)),
    outputTokens: sumCounts(known.map((usage) => usage.outputTokens)),
    cacheReadInputTokens: sumCounts(known.map((usage) => usage.cacheReadInputTokens)),
    cacheWriteInputTokens: sumCounts(known.map((usage) => usage.cacheWriteInputTokens)),
    ...(known.some(({ images }) => images !== undefined)
      ? { images: known.reduce((sum, { images }) => sum + (images ?? 0), 0) }
      : {}),
    ...(known.some(({ audioMs }) => audioMs !== undefined)
      ? { audioMs: sumCounts(known.map(({ audioMs }) => audioMs === undefined ? 0 : audioMs)) }
      : {}),
  };
}

/** Adds counts; null as soon as one of them is unknown. */
export function sumCounts(counts: (number | null)[]): number | null {
  return counts.reduce((sum, count) => sum === null || count === null ? null : sum + count, 0);
}
