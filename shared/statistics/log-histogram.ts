/** A bucket of a histogram on a logarithmic scale. */
export interface LogBucket {
  /** Holds values above `base^(bucket - 1)` up to `base^bucket`. */
  bucket: number;
  count: number;
}

/** Which bucket a positive value falls in; values up to 1 are in bucket 0. The same rule as `private.latency_bucket` for base 1.1. */
export function logBucket(value: number, base = 1.1): number {
  // A value that is a power of the base belongs to its own bucket; the logarithm may land a hair above.
  return Math.max(0, Math.ceil(Math.log(value) / Math.log(base) - 1e-9));
}

/**
 * A quantile (0.95 = the 95th percentile) of a histogram, placed within its bucket by rank on the logarithmic scale: it is never further
 * from the truth than the bucket is wide (10 % for base 1.1). Null for an empty histogram. Buckets may come in any order, and twice.
 */
export function quantileOfLogHistogram(buckets: readonly LogBucket[], quantile: number, base = 1.1): number | null {
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  const rank = quantile * total;
  let below = 0;
  const ordered = buckets.filter(({ count }) => count > 0).sort((a, b) => a.bucket - b.bucket);
  for (const { bucket, count } of ordered) {
    if (below + count >= rank) return base ** (bucket - 1 + (rank - below) / count);
    below += count;
  }
  return base ** (ordered.at(-1)?.bucket ?? 0);
}
