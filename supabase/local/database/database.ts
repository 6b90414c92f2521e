/** One statement at a time, in somebody's transaction. */
export interface Session {
  /**
   * The rows of one statement; `$1` … take `parameters`.
   * Values come as the Data API shows them: dates and times as text, numeric as number where it round-trips.
   */
  query<Row = Record<string, unknown>>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
}

/** The Postgres the stack runs on, as its owner: embedded PGlite or a server named by DATABASE_URL. */
export interface Database extends Session {
  /**
   * Runs a script of statements and gives what the last one reported, worded as pg_cron does: "2 rows" or "INSERT 0 1".
   * A transaction that the script leaves open is rolled back.
   * @param as The role that runs it; the owner when left out.
   */
  script(text: string, as?: string): Promise<string>;
  /** Runs `work` in one transaction: nothing of anyone else comes between, an exception rolls back. */
  transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result>;
  /**
   * Calls `onPayload` for each notification on the channel until the returned function is called.
   * @param onAgain Called when the server was away meanwhile, and notifications may have been missed.
   */
  listen(channel: string, onPayload: (payload: string) => void, onAgain?: () => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** Quotes a name for use in SQL text. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a text for use in SQL text; safe whatever `standard_conforming_strings` says. */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes("\\") ? ` E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}
