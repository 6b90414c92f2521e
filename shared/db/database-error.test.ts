import assert from "node:assert/strict";
import { type ErrorCode, errorKinds } from "@shared/errors/mod.ts";
import type { Identity } from "./database.ts";
import { databaseError, type DatabaseFailure } from "./database-error.ts";

const service: Identity = { role: "service_role" };
const user: Identity = { role: "authenticated", token: "t", claims: {} };

function errorFor(failure: Partial<DatabaseFailure>, identity = service) {
  const whole = { code: null, message: "Cannot do it: no", detail: null, hint: null, status: null, ...failure };
  return databaseError(whole, "ai_admit", identity);
}

Deno.test("databaseError gives back what a function raised on purpose", () => {
  const cases: [Partial<DatabaseFailure>, ErrorCode][] = [
    [{ code: "PT400" }, "invalid_request"],
    [{ code: "PT401" }, "unauthorized"],
    [{ code: "PT402" }, "budget_exhausted"],
    [{ code: "PT403" }, "forbidden"],
    [{ code: "PT404" }, "not_found"],
    [{ code: "PT409" }, "idempotency_conflict"],
    [{ code: "PT413" }, "payload_too_large"],
    [{ code: "PT422", hint: "model_unpriced" }, "model_unpriced"],
    [{ code: "PT422", hint: "context_length_exceeded" }, "context_length_exceeded"],
    [{ code: "PT429" }, "rate_limited"],
    [{ code: "PT429", hint: "nudge_budget_exhausted" }, "nudge_budget_exhausted"],
    [{ code: "PT503" }, "ledger_unavailable"],
    [{ code: "PT503", hint: "provider_unavailable" }, "provider_unavailable"],
    [{ code: "PT504" }, "timeout"],
  ];
  for (const [failure, code] of cases) {
    const error = errorFor(failure);
    assert.equal(error.code, code);
    assert.equal(error.message, "Cannot do it: no");
  }
});

Deno.test("databaseError does not believe a hint that contradicts the status", () => {
  assert.equal(errorFor({ code: "PT402", hint: "unauthorized" }).code, "budget_exhausted");
  assert.equal(errorFor({ code: "PT402", hint: "Try again tomorrow" }).code, "budget_exhausted");
});

Deno.test("databaseError reads a wait and further members from a detail that is an object", () => {
  const error = errorFor({ code: "PT404", detail: '{"retry_after_ms":1200,"near":["gpt-4o-mini"]}' });
  assert.equal(error.retryAfterMs, 1200);
  assert.deepEqual(error.extensions, { near: ["gpt-4o-mini"] });
  for (const detail of ["Row 7 of table x", "[1]", "7", '{"retry_after_ms":"soon"}', '{"retry_after_ms":-1}']) {
    const plain = errorFor({ code: "PT404", detail });
    assert.equal(plain.retryAfterMs, undefined);
    assert.deepEqual(plain.extensions, {});
  }
});

Deno.test("databaseError calls passing trouble ledger_unavailable, with a wait", () => {
  const failures: Partial<DatabaseFailure>[] = [
    ...["08006", "40001", "40P01", "53300", "55P03", "57014", "57P01", "25006", "PGRST000", "PGRST003"]
      .map((code) => ({ code, status: 500 })),
    ...[429, 502, 503, 504, 522, 544].map((status) => ({ status })),
  ];
  for (const failure of failures) {
    const error = errorFor(failure);
    assert.equal(error.code, "ledger_unavailable", JSON.stringify(failure));
    assert.equal(error.retryAfterMs, 1000);
  }
});

Deno.test("databaseError keeps everything else inside", () => {
  for (const code of ["42501", "42883", "23505", "22P02", "P0001", "PGRST202", "PGRST301", "XX000"]) {
    const error = errorFor({ code, message: "row of jane@example.com", status: 400 });
    assert.equal(error.code, "internal", code);
    assert.equal(error.message.includes("jane"), false);
    assert.deepEqual(errorKinds(error), ["AppError:internal", `DatabaseError:${code}`]);
  }
  assert.deepEqual(errorKinds(errorFor({ status: 418 })), ["AppError:internal", "DatabaseError:418"]);
});

Deno.test("databaseError tells a user what only concerns them", () => {
  assert.equal(errorFor({ code: "42501", status: 403 }, user).code, "forbidden");
  assert.equal(errorFor({ code: "PGRST301", status: 401 }, user).code, "unauthorized");
  assert.equal(errorFor({ status: 401 }, user).code, "unauthorized");
  assert.equal(errorFor({ status: 401 }, service).code, "internal");
});

Deno.test("databaseError tells a user that their input does not fit, in words that are meant for them only", () => {
  for (const code of ["22023", "55000"]) {
    const error = errorFor({ code, message: "Cannot set it: not a percentage" }, user);
    assert.deepEqual([error.code, error.message], ["invalid_request", "Cannot set it: not a percentage"]);
  }
  for (const code of ["22P02", "23505", "23503", "23514"]) {
    const error = errorFor({ code, message: "Key (email)=(jane@example.com) already exists" }, user);
    assert.deepEqual([error.code, error.message], ["invalid_request", "Cannot use the input: the data refuses it"]);
  }
  assert.equal(errorFor({ code: "22023" }, service).code, "internal");
});
