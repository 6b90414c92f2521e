/** Values that may be logged: facts about a request, never what its caller wrote. */
export type LogFields = Record<string, string | number | boolean | null | readonly string[]>;

/** Writes one event of an isolate's log. */
export type Log = (event: string, fields: LogFields) => void;

/**
 * One JSON line on the function's log, the only thing that is ever written there. The platform keeps 10,000 characters of a
 * line; who logs keeps well below.
 */
export function logLine(event: string, fields: LogFields): void {
  globalThis.console.info(JSON.stringify({ event, ...fields }));
}
