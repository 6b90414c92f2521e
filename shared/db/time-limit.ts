/** Calls back once after so many milliseconds unless it is stopped before. */
export type After = (delayMs: number, ring: () => void) => () => void;

/** The reason of a signal that fired because a call took too long. */
export class TimeLimitExceeded extends Error {
  override readonly name = "TimeLimitExceeded";
  constructor(readonly limitMs: number) {
    super(`no answer within ${limitMs} ms`);
  }
}

/** When work is given up. */
export interface TimeLimit {
  timeoutMs: number;
  /** The caller's own signal. */
  signal: AbortSignal | undefined;
  after: After;
}

/**
 * Runs work under a signal that fires when its time is over or its caller gives up. The work is left behind at that moment,
 * whether or not it listens.
 *
 * @throws The signal's reason: {@linkcode TimeLimitExceeded}, or the caller's own.
 */
export async function withinTime<Result>(
  { timeoutMs, signal: outer, after }: TimeLimit,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  outer?.throwIfAborted();
  const limit = new AbortController();
  const giveUp = () => limit.abort(outer?.reason);
  outer?.addEventListener("abort", giveUp, { once: true });
  const stop = after(timeoutMs, () => limit.abort(new TimeLimitExceeded(timeoutMs)));
  const { signal } = limit;
  try {
    return await Promise.race([
      work(signal),
      new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true })),
    ]);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    stop();
    outer?.removeEventListener("abort", giveUp);
  }
}

/** {@linkcode After} by the runtime's timers. */
export function afterTimeout(delayMs: number, ring: () => void): () => void {
  const timer = setTimeout(ring, delayMs);
  return () => clearTimeout(timer);
}
