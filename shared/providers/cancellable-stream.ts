/**
 * A stream that starts anew each time it is iterated, with a signal that aborts when the caller's does and when the
 * iteration is left (`break` calls `return()`), even while a `next()` is waiting.
 */
export function cancellableStream<Event>(
  callerSignal: AbortSignal,
  start: (signal: AbortSignal) => AsyncGenerator<Event, void, undefined>,
): AsyncIterable<Event> {
  return {
    [Symbol.asyncIterator](): AsyncIterator<Event, void, undefined> {
      const controller = new AbortController();
      const follow = () => controller.abort(callerSignal.reason);
      callerSignal.addEventListener("abort", follow, { once: true });
      if (callerSignal.aborted) follow();
      const release = () => callerSignal.removeEventListener("abort", follow);
      const events = released(start(controller.signal), release);
      return {
        next: () => events.next(),
        return: async () => {
          // A generator that was never asked for anything does not run its own clean-up.
          release();
          controller.abort();
          await events.return();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

async function* released<Event>(
  events: AsyncGenerator<Event, void, undefined>,
  release: () => void,
): AsyncGenerator<Event, void, undefined> {
  try {
    yield* events;
  } finally {
    release();
  }
}
