/** How one call may behave. */
export interface CallOptions {
  /** Milliseconds until the call is given up. @default {10000} */
  timeoutMs?: number;
  /** Gives the call up early. Its reason is then what the call throws. */
  signal?: AbortSignal;
  /**
   * Whether calling twice does no more than calling once: then a connection that breaks is tried once more. Only the caller
   * knows; a broken connection does not say whether the first call was carried out.
   */
  idempotent?: boolean;
  /**
   * Lets go of what the call locked once it is committed, before the commit is on disk, for calls that many wait behind at one row.
   * The answer comes only when it is: what nobody was told may be lost in a crash, as ever. The direct way only.
   */
  releaseEarly?: boolean;
}

/** Functions of the database's `public` schema, callable under one identity. */
export interface Database {
  /**
   * Calls a function with named arguments, in one round trip and one transaction. Objects go in and come out as JSON, so an
   * exact decimal has to be a string in both directions. A set comes back as an array, `void` as null.
   *
   * @throws {AppError} The code a function raised (`PT402` and the like); `ledger_unavailable` when the database cannot be
   * reached, is too busy or does not answer in time; `forbidden` for a user without the right; otherwise `internal`.
   */
  rpc<Result>(name: string, args: Record<string, unknown>, options?: CallOptions): Promise<Result>;
}

/** The identity a call runs under. */
export type Identity =
  | { role: "service_role" }
  /** `token` null: somebody the back end acts for by its own key, without their token. */
  | { role: "authenticated"; token: string | null; claims: Record<string, unknown> };

/** A call on its way. */
export interface Call {
  identity: Identity;
  name: string;
  args: Record<string, unknown>;
  /** Milliseconds until `signal` fires, for databases that can give up by themselves. */
  timeoutMs: number;
  /** Fires when nobody waits for the answer any more. */
  signal: AbortSignal;
  /** As in {@linkcode CallOptions}. */
  releaseEarly: boolean;
}

/** One way to a database. */
export interface Way {
  call(call: Call): Promise<unknown>;
  close(): Promise<void>;
}
