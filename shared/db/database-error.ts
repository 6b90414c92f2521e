import { AppError, type ErrorCode, errorCodes, isErrorCode } from "@shared/errors/mod.ts";
import type { Identity } from "./database.ts";

/** What a database says about a failed call, in the words both ways share. */
export interface DatabaseFailure {
  /** SQLSTATE, or PostgREST's own `PGRST…`; null when the failure came from something in between. */
  code: string | null;
  message: string;
  detail: string | null;
  hint: string | null;
  /** HTTP status of the Data API's answer; null on the direct way. */
  status: number | null;
}

/**
 * SQLSTATEs our functions raise, after PostgREST's convention of `PT` and an HTTP status. Several codes share some of the
 * statuses: the function then gives the exact one as `hint`.
 */
const raised: Record<string, ErrorCode> = {
  PT400: "invalid_request",
  PT401: "unauthorized",
  PT402: "budget_exhausted",
  PT403: "forbidden",
  PT404: "not_found",
  PT409: "idempotency_conflict",
  PT413: "payload_too_large",
  PT422: "invalid_request",
  PT429: "rate_limited",
  PT500: "internal",
  PT503: "ledger_unavailable",
  PT504: "timeout",
};

/**
 * States that pass: connection trouble (08), lock and serialization conflicts (40, 55P03), exhausted resources (53), operator
 * intervention and statement timeout (57), a standby that took over (25006), and PostgREST without a database (PGRST0).
 */
const PASSING = /^(08|40|53|57)|^(55P03|25006)$|^PGRST0/;
/** What gateways in front of the Data API answer when it is away or overloaded. */
const PASSING_STATUS = new Set([408, 429, 502, 503, 504, 520, 521, 522, 523, 524, 544]);

/**
 * States that tell a user their input does not fit: an invalid parameter and a wrong moment, which our functions raise in
 * words meant for them, and violated types and constraints, whose words are the schema's and stay inside. From the service
 * role the same states are a mistake of ours.
 */
const refusedInput = new Set(["22023", "55000", "22P02", "23502", "23503", "23505", "23514", "23P01"]);

/** Milliseconds to wait before trying a database again that is away. */
const RETRY_AFTER_MS = 1_000;

/**
 * The failure a caller is told about. What a function raised on purpose keeps its message: functions raise
 * `using errcode = 'PT422', message = '<safe to show>', hint = '<exact code>', detail = '{"retry_after_ms":1200,"near":[…]}'`,
 * hint and detail where needed. Everything else is ours, and stays inside as the cause.
 */
export function databaseError(failure: DatabaseFailure, name: string, identity: Identity): AppError {
  const cause = new DatabaseError(failure);
  const code = failure.code === null ? undefined : raised[failure.code];
  if (code !== undefined) return raisedError(code, failure, cause);
  if (isPassing(failure)) return unavailable("it is not available now", cause);
  if (identity.role === "authenticated") {
    if (failure.code === "42501") return new AppError("forbidden", "Cannot use this: no permission", { cause });
    if (failure.code?.startsWith("PGRST30") === true || failure.status === 401) {
      return new AppError("unauthorized", "Cannot authenticate: the token is no longer accepted", { cause });
    }
  }
  if (identity.role === "authenticated" && failure.code !== null && refusedInput.has(failure.code)) {
    const own = failure.code === "22023" || failure.code === "55000";
    return new AppError("invalid_request", own ? failure.message : "Cannot use the input: the data refuses it", {
      cause,
    });
  }
  return new AppError("internal", `Cannot call ${name}: the database refused`, { cause });
}

/** Whoever called cannot tell whether it was carried out. */
export function unavailable(state: string, cause: unknown): AppError {
  return new AppError("ledger_unavailable", `Cannot use the database: ${state}`, {
    cause,
    retryAfterMs: RETRY_AFTER_MS,
  });
}

/** The database's own words: a cause, for its class and code in the log; never a response. */
class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  readonly code: string | number | null;

  constructor(failure: DatabaseFailure) {
    super(failure.message);
    this.code = failure.code ?? failure.status;
  }
}

function isPassing({ code, status }: DatabaseFailure): boolean {
  return code === null ? status !== null && PASSING_STATUS.has(status) : PASSING.test(code);
}

function raisedError(code: ErrorCode, failure: DatabaseFailure, cause: DatabaseError): AppError {
  const { hint } = failure;
  const exact = isErrorCode(hint) && errorCodes[hint].status === Number(failure.code?.slice(2)) ? hint : code;
  const { retry_after_ms: wait, ...extensions } = members(failure.detail);
  return new AppError(exact, failure.message, {
    cause,
    extensions,
    retryAfterMs: typeof wait === "number" && wait >= 0 ? wait : undefined,
  });
}

/** A detail in plain words is for the database's log, one that is a JSON object for the caller. */
function members(detail: string | null): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(detail ?? "null");
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : {};
  } catch {
    return {};
  }
}
