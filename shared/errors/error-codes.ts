/** One row of {@linkcode errorCodes}. */
export interface ErrorKind {
  /** HTTP status. */
  status: number;
  /** The problem's short title, the same for every occurrence. */
  title: string;
  /** Whether the same request may succeed later without being changed. */
  retryable: boolean;
}

/** Every code a caller can see, with its status: the one table behind all problem documents. */
export const errorCodes = {
  invalid_request: { status: 400, title: "Invalid request", retryable: false },
  unauthorized: { status: 401, title: "Unauthorized", retryable: false },
  budget_exhausted: { status: 402, title: "Budget exhausted", retryable: false },
  forbidden: { status: 403, title: "Forbidden", retryable: false },
  not_found: { status: 404, title: "Not found", retryable: false },
  method_not_allowed: { status: 405, title: "Method not allowed", retryable: false },
  idempotency_conflict: { status: 409, title: "Idempotency conflict", retryable: true },
  payload_too_large: { status: 413, title: "Payload too large", retryable: false },
  content_filtered: { status: 422, title: "Content filtered", retryable: false },
  context_length_exceeded: { status: 422, title: "Context length exceeded", retryable: false },
  model_unpriced: { status: 422, title: "Model has no price", retryable: false },
  rate_limited: { status: 429, title: "Rate limited", retryable: true },
  nudge_budget_exhausted: { status: 429, title: "Nudge budget exhausted", retryable: true },
  internal: { status: 500, title: "Internal error", retryable: false },
  invalid_model_output: { status: 502, title: "Invalid model output", retryable: true },
  provider_unavailable: { status: 503, title: "Provider unavailable", retryable: true },
  ledger_unavailable: { status: 503, title: "Ledger unavailable", retryable: true },
  timeout: { status: 504, title: "Timeout", retryable: true },
} as const satisfies Record<string, ErrorKind>;

/** A code of the contract. */
export type ErrorCode = keyof typeof errorCodes;

/** Whether a string is a code of the contract (what the database answers is checked with it). */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(errorCodes, value);
}
