import { LimitWatch } from "./limit-watch.ts";
import type { ChatRequest, ChatStreamEvent, Provider } from "./provider.ts";

/** How long one attempt may take, in milliseconds; null = no such limit. */
export interface AttemptLimits {
  /** From the start to the whole answer. */
  totalMs: number | null;
  /** Of a stream: from the start to the first output, thinking included. */
  firstTokenMs: number | null;
  /** Of a stream after its first output: the longest silence, pings not counted as silence. */
  idleMs: number | null;
}

/** Starts timers; a parameter so that tests need not wait. */
export interface Timers {
  /** Runs `run` once after `ms` unless the function it returns is called first. */
  start(run: () => void, ms: number): () => void;
}

const realTimers: Timers = {
  start(run, ms) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * The same provider, every attempt limited. When a limit passes the attempt ends as {@linkcode ProviderError} `timeout`, whose message
 * names the limit and whose `partial` is what had arrived, and the request to the provider is aborted.
 */
export function withLimits(provider: Provider, limits: AttemptLimits, timers: Timers = realTimers): Provider {
  const watched = (signal: AbortSignal) => new LimitWatch({ provider: provider.slug, limits, timers, signal });
  return {
    slug: provider.slug,
    chat: (request) => {
      const watch = watched(request.signal);
      return watch.guard(provider.chat({ ...request, signal: watch.signal })).finally(() => watch.end());
    },
    embed: (request) => {
      const watch = watched(request.signal);
      return watch.guard(provider.embed({ ...request, signal: watch.signal })).finally(() => watch.end());
    },
    transcribe: (request) => {
      const watch = watched(request.signal);
      return watch.guard(provider.transcribe({ ...request, signal: watch.signal })).finally(() => watch.end());
    },
    stream: (request) => ({
      [Symbol.asyncIterator]: () => limitedIterator(provider, request, watched(request.signal)),
    }),
  };
}

function limitedIterator(
  provider: Provider,
  request: ChatRequest,
  watch: LimitWatch,
): AsyncIterator<ChatStreamEvent, void, undefined> {
  const events = provider.stream({
    ...request,
    signal: watch.signal,
    onProgress: (progress) => {
      watch.progress(progress);
      request.onProgress?.(progress);
    },
  })[Symbol.asyncIterator]();
  watch.expectToken();
  return {
    async next() {
      watch.wait();
      try {
        const result = await watch.guard(events.next());
        if (result.done === true) watch.end();
        else watch.received(result.value);
        return result.done === true ? { done: true, value: undefined } : result;
      } catch (error) {
        watch.end();
        throw error;
      }
    },
    async return() {
      watch.cancel();
      await events.return?.();
      return { done: true, value: undefined };
    },
  };
}
