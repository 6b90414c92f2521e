import { errorKinds } from "@shared/errors/mod.ts";
import { english, type Wording } from "@shared/messages/mod.ts";
import { withCors } from "./cors.ts";
import { type Log, logLine } from "./log-line.ts";
import { logProblem, problemOf } from "./problem.ts";
import { encodeEvent, keepAlive, type ServerSentEvent } from "./sse.ts";

/** An item of a stream: an event, or text or bytes that are in the stream's format already. */
export type StreamItem = ServerSentEvent | string | Uint8Array;

/** Calls back every so many milliseconds until it is stopped. */
export type Every = (intervalMs: number, tick: () => void) => () => void;

/** How a stream behaves. */
export interface EventStreamOptions {
  requestId: string;
  /** `request.signal`: tells of a client that went away before the first byte, when there is no stream to cancel yet. */
  signal?: AbortSignal;
  /** Called once at most, when the client goes away: stop the provider call. Not called after the stream's own end. */
  onCancel?: () => void;
  /** The last event when the source fails after its first item. Default: `event: error` with a problem document. */
  errorEvent?: (thrown: unknown, requestId: string) => StreamItem;
  /** The language of that document. @default {english} */
  wording?: Wording;
  /** @default {15000} */
  keepAliveMs?: number;
  headers?: Record<string, string>;
  every?: Every;
  log?: Log;
}

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};

/**
 * A stream of server-sent events. The source is read one item ahead of the client and no further, so a slow client slows the
 * provider down instead of filling our memory.
 *
 * @returns The response once the first item is there; 204 when there is none, which tells clients not to come back. A source that
 * fails before it throws here, and so keeps its HTTP status; later failures become the stream's last event.
 */
export async function eventStream(source: AsyncIterable<StreamItem>, options: EventStreamOptions): Promise<Response> {
  const { requestId, log = logLine, every = everyInterval, wording = english } = options;
  const errorEvent = options.errorEvent ??
    ((thrown: unknown): StreamItem => ({ event: "error", data: problemOf(thrown, requestId, wording) }));
  const iterator = source[Symbol.asyncIterator]();
  let ended = false;
  let waiting = false;
  let silent = false;
  let stopTicking = () => {};
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined;

  const end = () => {
    ended = true;
    stopTicking();
    options.signal?.removeEventListener("abort", aborted);
  };
  function aborted(): void {
    clientLeft();
    stream?.error(new DOMException("The client went away", "AbortError"));
  }
  function clientLeft(): void {
    if (ended) return;
    end();
    options.onCancel?.();
    // Runs the source's own cleanup; it may have to wait for a provider that is only now being told to stop.
    Promise.resolve(iterator.return?.()).catch((error: unknown) => log("stream_cleanup_failed", kinds(error)));
  }
  const kinds = (error: unknown) => ({ request_id: requestId, kinds: errorKinds(error) });

  options.signal?.addEventListener("abort", aborted, { once: true });
  let ahead: IteratorResult<StreamItem> | undefined;
  try {
    if (options.signal?.aborted === true) aborted();
    ahead = await iterator.next();
  } catch (error) {
    end();
    throw error;
  }
  if (ahead.done === true) {
    end();
    return withCors(new Response(null, { status: 204, headers: { "x-request-id": requestId, ...options.headers } }));
  }

  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      stream = controller;
      stopTicking = every(options.keepAliveMs ?? 15_000, () => {
        if (waiting && silent) controller.enqueue(keepAlive);
        silent = true;
      });
      if (ended) stopTicking();
    },
    async pull(controller) {
      try {
        waiting = true;
        const { done, value } = ahead ?? await iterator.next();
        ahead = undefined;
        waiting = false;
        silent = false;
        if (ended) return;
        if (done !== true) return controller.enqueue(encodeEvent(value));
      } catch (error) {
        waiting = false;
        if (ended) return;
        logProblem(error, requestId, log);
        controller.enqueue(encodeEvent(errorEvent(error, requestId)));
      }
      end();
      controller.close();
    },
    cancel: () => clientLeft(),
  });
  return withCors(new Response(body, { headers: { ...HEADERS, "x-request-id": requestId, ...options.headers } }));
}

function everyInterval(intervalMs: number, tick: () => void): () => void {
  const timer = setInterval(tick, intervalMs);
  return () => clearInterval(timer);
}
