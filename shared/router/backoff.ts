/** Waits double from here, milliseconds. */
const BASE_MS = 250;
/** No wait is drawn from more than this, milliseconds. */
const CAP_MS = 4_000;

/**
 * Full jitter: anything between 0 and `min(cap, base × 2^step)` milliseconds, so that callers who failed together do not come
 * back together.
 *
 * @param step 0 for the first wait.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ (2026-11-21)
 */
export function backoffMs(step: number, random: () => number): number {
  return Math.round(random() * Math.min(CAP_MS, BASE_MS * 2 ** step));
}
