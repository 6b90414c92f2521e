/** What {@linkcode keepTrying} uses of its surroundings. */
export interface TryingTools {
  /** Resolves after so many milliseconds. */
  wait: (ms: number) => Promise<void>;
  /** 0..1. */
  random: () => number;
}

/** Upper bounds of the waits before the second, third, … attempt; each is drawn between half and all of it. */
const BACKOFF_MS = [200, 800, 3_000, 10_000];

/**
 * Tries something that nobody waits for until it succeeds, five times at most.
 *
 * @param first The number of the first attempt: 0, or 1 where somebody tried before.
 * @returns What the last attempt threw; null when one succeeded.
 */
export async function keepTrying(
  attempt: (number: number) => Promise<unknown>,
  { wait, random }: TryingTools,
  first = 0,
): Promise<unknown> {
  let failure: unknown = null;
  for (let number = first; number <= BACKOFF_MS.length; number++) {
    const backoff = BACKOFF_MS[number - 1];
    if (backoff !== undefined) await wait(backoff * (0.5 + random() / 2));
    try {
      await attempt(number);
      return null;
    } catch (error) {
      failure = error;
    }
  }
  return failure;
}
