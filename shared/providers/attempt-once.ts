import { type Attempt, classifyError } from "./classify-error.ts";

/** What attempts of one provider share. */
export interface AttemptSource {
  slug: string;
  now: () => number;
}

/** A new attempt: nothing sent, nothing received. */
export function newAttempt({ slug, now }: AttemptSource, signal: AbortSignal): Attempt {
  return { provider: slug, signal, sent: false, headers: null, partial: null, now };
}

/** Runs one attempt; whatever it throws becomes a {@linkcode ProviderError}. */
export async function attemptOnce<Result>(
  source: AttemptSource,
  signal: AbortSignal,
  run: (attempt: Attempt) => Promise<Result>,
): Promise<Result> {
  const attempt = newAttempt(source, signal);
  try {
    signal.throwIfAborted();
    return await run(attempt);
  } catch (error) {
    throw classifyError(error, attempt);
  }
}

/**
 * Runs one streaming attempt each time it is iterated. `return()` (which `break` calls) aborts the request even while a
 * `next()` is waiting for the provider; so does the caller's signal.
 */
export function streamOnce<Event>(
  source: AttemptSource,
  callerSignal: AbortSignal,
  run: (attempt: Attempt) => AsyncGenerator<Event, void, undefined>,
): AsyncIterable<Event> {
  return {
    [Symbol.asyncIterator](): AsyncIterator<Event, void, undefined> {
      const controller = new AbortController();
      const follow = () => controller.abort(callerSignal.reason);
      callerSignal.addEventListener("abort", follow, { once: true });
      if (callerSignal.aborted) follow();
      const release = () => callerSignal.removeEventListener("abort", follow);
      const events = classified(newAttempt(source, controller.signal), run, release);
      return {
        next: () => events.next(),
        return: async () => {
          controller.abort();
          await events.return();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

async function* classified<Event>(
  attempt: Attempt,
  run: (attempt: Attempt) => AsyncGenerator<Event, void, undefined>,
  release: () => void,
): AsyncGenerator<Event, void, undefined> {
  try {
    attempt.signal.throwIfAborted();
    yield* run(attempt);
  } catch (error) {
    throw classifyError(error, attempt);
  } finally {
    release();
  }
}
