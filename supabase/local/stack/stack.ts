/** A running stack. */
export interface Stack {
  /** Origin of all APIs, without a slash at the end. */
  readonly url: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  /** Null when it was started without the demo. */
  readonly demo: { email: string; password: string; orgId: string } | null;
  /** The rows of one statement, run as the database's owner. */
  sql<Row = Record<string, unknown>>(text: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** Starts functions ahead of their first request (all of them by default); gives the slugs that failed. */
  warm(slugs?: readonly string[]): Promise<string[]>;
  /** Ends everything; data on disk stays. */
  stop(): Promise<void>;
}
