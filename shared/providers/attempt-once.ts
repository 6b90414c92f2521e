import { cancellableStream } from "./cancellable-stream.ts";
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

/** Runs one streaming attempt each time it is iterated; leaving the iteration aborts its request. */
export function streamOnce<Event>(
  source: AttemptSource,
  callerSignal: AbortSignal,
  run: (attempt: Attempt) => AsyncGenerator<Event, void, undefined>,
): AsyncIterable<Event> {
  return cancellableStream(callerSignal, async function* (signal) {
    const attempt = newAttempt(source, signal);
    try {
      signal.throwIfAborted();
      yield* run(attempt);
    } catch (error) {
      throw classifyError(error, attempt);
    }
  });
}
