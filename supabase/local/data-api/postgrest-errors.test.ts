import assert from "node:assert/strict";
import { postgrestAnswer, statusOfSqlState, withPostgrestAnswer } from "./postgrest-errors.ts";

const postgresError = (code: string, message = "m", more: object = {}) =>
  Object.assign(new Error(message), { code, detail: "d", hint: "h" }, more);

const STATUSES: readonly [code: string, message: string, status: number][] = [
  ["P0001", "raised", 400],
  ["P0002", "no data", 500],
  ["22P02", "bad text", 400],
  ["22023", "bad value", 400],
  ["22023", 'role "x" does not exist', 401],
  ["23503", "foreign key", 409],
  ["23505", "unique", 409],
  ["23514", "check", 400],
  ["21000", "UPDATE requires a WHERE clause", 400],
  ["21000", "more than one row", 500],
  ["25006", "read only", 405],
  ["25P02", "aborted", 500],
  ["28000", "authorization", 403],
  ["40001", "serialization", 500],
  ["42501", "denied", 403],
  ["42883", "no function", 404],
  ["42P01", "no table", 404],
  ["42703", "no column", 400],
  ["53300", "too many connections", 503],
  ["53400", "configuration limit", 500],
  ["57014", "cancelled", 500],
  ["57P01", "shutting down", 503],
  ["XX000", "internal", 500],
  ["AI001", "of our own", 400],
];

for (const [code, message, status] of STATUSES) {
  Deno.test(`statusOfSqlState answers ${status} for ${code} "${message}"`, () => {
    assert.equal(statusOfSqlState({ code, message }), status);
  });
}

Deno.test("postgrestAnswer shows code, message, details and hint", async () => {
  const answer = postgrestAnswer(postgresError("P0001"), "authenticated");
  assert.equal(answer?.status, 400);
  assert.deepEqual(await answer?.json(), { code: "P0001", details: "d", hint: "h", message: "m" });
});

Deno.test("postgrestAnswer tells a missing privilege as 401 to somebody without a token, and as 403 to others", () => {
  assert.equal(postgrestAnswer(postgresError("42501"), "anon")?.status, 401);
  assert.equal(postgrestAnswer(postgresError("42501"), "authenticated")?.status, 403);
});

Deno.test("postgrestAnswer takes the status from PT402 and everything from a PGRST raise", async () => {
  assert.equal(postgrestAnswer(postgresError("PT402"), "anon")?.status, 402);
  const raised = postgresError("PGRST", JSON.stringify({ code: "slow_down", message: "wait" }), {
    detail: JSON.stringify({ status: 429, headers: { "Retry-After": "7" } }),
  });
  const answer = postgrestAnswer(raised, "anon");
  assert.equal(answer?.status, 429);
  assert.equal(answer?.headers.get("retry-after"), "7");
  assert.deepEqual(await answer?.json(), { code: "slow_down", details: null, hint: null, message: "wait" });
});

Deno.test("postgrestAnswer has none for an exception that is not the database's", () => {
  assert.equal(postgrestAnswer(new TypeError("x"), "anon"), null);
});

Deno.test("withPostgrestAnswer leaves alone what the inner API answers well", () => {
  for (const error of [postgresError("42703"), postgresError("PT402"), postgresError("PGRST"), new Error("x")]) {
    assert.equal(withPostgrestAnswer(error), error);
  }
});
