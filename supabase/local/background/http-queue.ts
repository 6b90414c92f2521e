import type { Database } from "../database/database.ts";
import { type QueuedRequest, sendQueued } from "./send-queued.ts";

/** How many requests leave at once, as in pg_net (`pg_net.batch_size`). */
const BATCH = 200;
/** How long answers are kept, as in pg_net (`pg_net.ttl`). */
const KEPT = "6 hours";

/** Something that runs beside the requests until it is stopped. */
export interface BackgroundWork {
  /** Starts nothing new, ends what is under way, and has recorded it when it resolves. */
  stop(): Promise<void>;
}

/** Sends what `net.http_get`, `http_post` and `http_delete` queue, and records what came back. */
export async function startHttpQueue(
  { database, log, send = sendQueued }: {
    database: Database;
    log: (line: string) => void;
    send?: typeof sendQueued;
  },
): Promise<BackgroundWork> {
  const underWay = new Set<Promise<unknown>>();
  let draining: Promise<void> | null = null;
  let wokenAgain = false;
  const stopping = new AbortController();

  async function deliver(request: QueuedRequest): Promise<void> {
    const answer = await send(request, stopping.signal);
    await database.query(
      `insert into net._http_response (id, status_code, content_type, headers, content, timed_out, error_msg)
       values ($1, $2, $3, $4::jsonb, $5, $6, $7)`,
      [
        request.id,
        answer.statusCode,
        answer.contentType,
        answer.headers === null ? null : JSON.stringify(answer.headers),
        answer.content,
        answer.timedOut,
        answer.error,
      ],
    );
  }

  async function drain(): Promise<void> {
    do {
      wokenAgain = false;
      await database.query(`delete from net._http_response where created < now() - interval '${KEPT}'`);
      // Taken before it is sent: pg_net too sends at most once.
      const batch = await database.query<QueuedRequest>(
        `delete from net.http_request_queue
         where id in (select id from net.http_request_queue order by id limit ${BATCH} for update skip locked)
         returning id, method, url, headers, convert_from(body, 'UTF8') as body, timeout_milliseconds`,
      );
      if (batch.length === BATCH) wokenAgain = true;
      for (const request of batch) {
        const delivery: Promise<unknown> = deliver(request)
          .catch((error) => log(`[pg_net] Cannot record the answer to request ${request.id}: ${error}`))
          .finally(() => underWay.delete(delivery));
        underWay.add(delivery);
      }
    } while (wokenAgain && !stopping.signal.aborted);
  }

  function wake(): void {
    if (stopping.signal.aborted) return;
    wokenAgain = true;
    draining ??= drain()
      .catch((error) => log(`[pg_net] Cannot read the queue: ${error}`))
      .finally(() => draining = null);
  }

  const unlisten = await database.listen("net_wake", wake, wake);
  wake();
  return {
    async stop() {
      stopping.abort();
      await unlisten();
      await draining;
      await Promise.all(underWay);
    },
  };
}
