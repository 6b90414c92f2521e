import type { ResumeTurn, TurnTools } from "@shared/ai-task/mod.ts";
import type { Database } from "@shared/db/mod.ts";
import { AppError, isErrorCode } from "@shared/errors/mod.ts";
import { type ServerSentEvent, validate } from "@shared/http/mod.ts";
import { z } from "zod";

/** How often the database is asked for what is new, milliseconds. */
const ASK_MS = 250;
/** An answer that is being written but says nothing for so long has lost its isolate, milliseconds. */
const SILENCE_MS = 150_000;
/** Its last event follows the end of an answer within this, milliseconds. */
const LAST_EVENT_MS = 5_000;
/** The same where the last event that is kept is an end already: of this request, or of one it went on from. */
const NEXT_EVENT_MS = 1_000;

const asked = z.object({
  request_id: z.uuid(),
  after: z.coerce.number().int().min(0).max(10_000_000).nullable().transform((after) => after ?? 0),
});

interface Kept {
  /** Of the answer; null = its conversation is gone. */
  status: string | null;
  /** Why there is none; null = there is one, or it is not there yet. */
  error_code?: string | null;
  /** Whether the last event that is kept, before the number or after it, is an end. */
  ended: boolean;
  events: { first: number; last: number; event: string; data: unknown }[];
}

/**
 * What a stream has said after an event number, and whatever it still says: `GET ?request_id=…` with `Last-Event-ID`. Deltas the
 * client has seen in part are cut where it left.
 */
export const resumeTurn: ResumeTurn = async (unchecked, identity, tools, signal) => {
  const { request_id, after } = validate(asked, unchecked);
  if (identity.kind !== "user") {
    throw new AppError(
      "forbidden",
      "Cannot go on: a conversation belongs to a user, so it takes a user's token, or x-signalbox-act-as beside a secret key",
    );
  }
  const user = tools.asUser(identity.token, identity.claims);
  const first = await keptAfter(user, request_id, after, signal);
  return rest(first, request_id, after, user, tools, signal);
};

function keptAfter(user: Database, requestId: string, after: number, signal: AbortSignal): Promise<Kept> {
  return user.rpc<Kept>("turn_events", { p_request_id: requestId, p_after: after }, { signal, idempotent: true });
}

async function* rest(
  first: Kept,
  requestId: string,
  after: number,
  user: Database,
  { wait, now }: TurnTools,
  signal: AbortSignal,
): AsyncGenerator<ServerSentEvent> {
  let kept = first;
  let seen = after;
  let heardAt = now();
  while (!signal.aborted) {
    const isWritten = kept.status === "streaming" || kept.status === "continues";
    for (const [index, event] of kept.events.entries()) {
      const before = seen;
      seen = event.last;
      heardAt = now();
      if (waited(event) && (isWritten || index + 1 < kept.events.length)) continue;
      yield told(event, before);
      if (event.event === "done" || event.event === "error") return;
    }
    if (now() - heardAt > (isWritten ? SILENCE_MS : kept.ended ? NEXT_EVENT_MS : LAST_EVENT_MS)) {
      // Whoever asks has heard everything.
      if (!isWritten && kept.ended) return;
      throw brokenOff(kept, isWritten);
    }
    await wait(ASK_MS, signal);
    if (signal.aborted) return;
    kept = await keptAfter(user, requestId, seen, signal);
    // What follows the end of an answer is waited for from that end on, however long the answer had said nothing.
    if (isWritten && kept.status !== "streaming" && kept.status !== "continues") heardAt = now();
  }
}

/** Its last event never comes: its isolate is gone, it was wanted whole, or it is so old that its events are forgotten. */
function brokenOff({ status, error_code }: Kept, isWritten: boolean): AppError {
  if (!isWritten && status !== "failed" && status !== null) {
    return new AppError("not_found", "Cannot go on: the events of the answer are not kept, but its message is");
  }
  const code = error_code ?? "timeout";
  return new AppError(isErrorCode(code) ? code : "timeout", "Cannot go on: the answer broke off");
}

/** Whether an event is the end of a request that its user had to decide about: where it has gone on since, it was no end. */
function waited({ event, data }: Kept["events"][number]): boolean {
  return event === "done" && (data as { data?: { status?: string } }).data?.status === "awaiting_approval";
}

function told({ first, last, event, data }: Kept["events"][number], seen: number): ServerSentEvent {
  if (event !== "delta") return { event, data, id: String(last) };
  const { texts } = data as { texts: string[] };
  return { event, data: { text: texts.slice(Math.max(0, seen - first + 1)).join("") }, id: String(last) };
}
