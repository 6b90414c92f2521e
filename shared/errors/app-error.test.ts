import assert from "node:assert/strict";
import { AppError } from "./app-error.ts";
import { errorCodes, isErrorCode } from "./error-codes.ts";

Deno.test("AppError takes status and retryability from its code", () => {
  const error = new AppError("rate_limited", "Cannot admit the request: 60 requests a minute are used", {
    retryAfterMs: 1200,
  });
  assert.equal(error.status, 429);
  assert.equal(error.retryable, true);
  assert.equal(error.retryAfterMs, 1200);
  assert.deepEqual(error.extensions, {});
});

Deno.test("AppError keeps the error underneath as its cause", () => {
  const cause = new TypeError("x");
  assert.equal(new AppError("internal", "Cannot go on: broken", { cause }).cause, cause);
});

Deno.test("AppError leaves the wait unknown when nobody said one", () => {
  assert.equal(new AppError("timeout", "Cannot wait longer: 400 s are over").retryAfterMs, undefined);
});

Deno.test("AppError calls a conflict of idempotency keys retryable while the other request runs, not where the bodies differ", () => {
  const words = "Cannot run the request again: the one with this idempotency key is still in flight";
  assert.equal(new AppError("idempotency_conflict", words, { retryAfterMs: 1_000 }).retryable, true);
  const other = "Cannot use the idempotency key: it was used with another body";
  assert.equal(new AppError("idempotency_conflict", other).retryable, false);
  assert.equal(new AppError("rate_limited", "Cannot admit the request: too many").retryable, true);
});

Deno.test("errorCodes holds every code of the contract with its status", () => {
  const statuses = Object.fromEntries(Object.entries(errorCodes).map(([code, kind]) => [code, kind.status]));
  assert.deepEqual(statuses, {
    invalid_request: 400,
    unauthorized: 401,
    budget_exhausted: 402,
    forbidden: 403,
    not_found: 404,
    method_not_allowed: 405,
    idempotency_conflict: 409,
    payload_too_large: 413,
    content_filtered: 422,
    context_length_exceeded: 422,
    model_unpriced: 422,
    rate_limited: 429,
    nudge_budget_exhausted: 429,
    internal: 500,
    invalid_model_output: 502,
    provider_unavailable: 503,
    ledger_unavailable: 503,
    timeout: 504,
  });
});

Deno.test("isErrorCode accepts the contract's codes and nothing inherited", () => {
  assert.equal(isErrorCode("budget_exhausted"), true);
  for (const other of ["toString", "__proto__", "BUDGET_EXHAUSTED", "", 402, null]) {
    assert.equal(isErrorCode(other), false, String(other));
  }
});
