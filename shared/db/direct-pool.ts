import postgres from "postgres";
import { Connections } from "./connections.ts";

/** Enough to keep one isolate busy, few enough for many isolates behind one pooler. */
const MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_S = 5;
const IDLE_TIMEOUT_S = 60;
/**
 * Pause before connecting again after a failure, seconds. The driver would pause up to 20 s and hold back every call meanwhile: here
 * callers decide how often to ask, and each is told at once that nobody answers.
 */
const RECONNECT_PAUSE_S = 0.05;
/** How long calls under way may take to finish when their pool is closed. */
const CLOSE_TIMEOUT_S = 5;

/** Connections to one database. */
export interface Pool {
  /** The connections to use for a call. */
  current(): Connections<postgres.Sql>;
  /**
   * Starts afresh if `seen` is still in use: a call on it got no answer at all, which happens when the other end is gone
   * without a word. The server's own time limit comes first, so a slow database does not lead here.
   */
  replace(seen: Connections<postgres.Sql>): void;
  close(): Promise<void>;
}

/** Connects on first use. */
export function openPool(databaseUrl: string): Pool {
  // One connection each: the driver's own pool takes them in turn.
  const connect = () =>
    postgres(databaseUrl, {
      // Poolers in transaction mode keep no prepared statement.
      prepare: false,
      fetch_types: false,
      max: 1,
      connect_timeout: CONNECT_TIMEOUT_S,
      idle_timeout: IDLE_TIMEOUT_S,
      backoff: () => RECONNECT_PAUSE_S,
      connection: { application_name: "signalbox" },
      onnotice: () => {},
    });
  let connections = new Connections(connect, MAX_CONNECTIONS);
  const end = async ({ all }: Connections<postgres.Sql>) => {
    await Promise.all(all.map((sql) => sql.end({ timeout: CLOSE_TIMEOUT_S })));
  };
  return {
    current: () => connections,
    replace(seen) {
      if (seen !== connections) return;
      connections = new Connections(connect, MAX_CONNECTIONS);
      end(seen).catch(() => {});
    },
    close: () => end(connections),
  };
}
