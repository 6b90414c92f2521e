/** Adds counts; null as soon as one of them is unknown: a partial sum would look like a whole one. */
export function sumCounts(counts: (number | null)[]): number | null {
  return counts.reduce((sum, count) => sum === null || count === null ? null : sum + count, 0);
}
