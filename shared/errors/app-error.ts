import { type ErrorCode, errorCodes } from "./error-codes.ts";

/** What an {@linkcode AppError} may carry beside its code and message. */
export interface AppErrorOptions {
  /** The error underneath. It is logged by kind, never shown to the caller. */
  cause?: unknown;
  /** Milliseconds after which trying again can help; sent as `Retry-After`. */
  retryAfterMs?: number | undefined;
  /** Further members of the problem document, e.g. the near names of an unknown model. */
  extensions?: Record<string, unknown>;
}

/** A failure the caller is told about: its code decides status and retryability, its message is safe to show. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly extensions: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.extensions = options.extensions ?? {};
  }

  /** HTTP status, 400 to 599. */
  get status(): number {
    return errorCodes[this.code].status;
  }

  /** Whether the same request may succeed later without being changed. */
  get retryable(): boolean {
    // A request that is still in flight ends some time; another body stays another.
    if (this.code === "idempotency_conflict" && this.retryAfterMs === undefined) return false;
    return errorCodes[this.code].retryable;
  }
}
