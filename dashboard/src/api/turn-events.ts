import type { SupabaseClient } from "@supabase/supabase-js";
import { ApiError } from "./api-error.ts";
import { readEvents, type StreamEvent } from "./events.ts";
import { openStream, problemError } from "./functions.ts";

/** How often a lost connection is taken up again before it is given up, and how long it is waited between, in milliseconds. */
const TRIES = 8;
const PAUSE_MS = 1000;

/** Nothing more comes. */
export function lost(requestId: string | null): ApiError {
  return new ApiError("The connection was lost", { code: null, status: 0, requestId });
}

/**
 * The events of a turn up to its end, `done`. Where the connection breaks it is taken up again after the last event that
 * came: the back end writes a turn on for a while when nobody listens, and keeps its events.
 *
 * @param pause How it is waited. Default: by the clock.
 * @throws {ApiError} what an `error` event or a refusal says; that the connection is lost for good.
 */
export async function* turnEvents(
  client: SupabaseClient,
  body: Record<string, unknown>,
  signal: AbortSignal,
  pause: (milliseconds: number, signal: AbortSignal) => Promise<void> = wait,
): AsyncGenerator<StreamEvent> {
  let response: Response | null = await openStream(client, "chat", body, { signal });
  let requestId: string | null = null;
  let last: string | null = null;
  let tries = 0;
  for (;;) {
    if (response !== null) {
      for await (const event of untilBroken(response, signal)) {
        tries = 0;
        last = event.id ?? last;
        if (event.event === "meta") requestId = event.data.request_id;
        if (event.event === "error") {
          throw problemError({ request_id: requestId ?? undefined, ...event.data }, "No answer came");
        }
        yield event;
        if (event.event === "done") return;
      }
    }
    if (requestId === null || last === null || tries >= TRIES) throw lost(requestId);
    tries++;
    await pause(PAUSE_MS, signal);
    response = await resume(client, requestId, last, signal);
  }
}

/** Events as long as the connection holds. */
async function* untilBroken(response: Response, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  try {
    yield* readEvents(response);
  } catch {
    signal.throwIfAborted();
  }
}

/** The rest of a turn; null while nothing answers. */
async function resume(client: SupabaseClient, requestId: string, last: string, signal: AbortSignal) {
  try {
    const headers = { "last-event-id": last };
    return await openStream(client, `chat?request_id=${requestId}`, null, { method: "GET", headers, signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ApiError && (error.unreachable || error.status >= 500)) return null;
    // The events are no longer kept; what is stored tells the rest.
    throw lost(requestId);
  }
}

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
