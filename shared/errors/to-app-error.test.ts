import assert from "node:assert/strict";
import { AppError } from "./app-error.ts";
import { toAppError } from "./to-app-error.ts";

Deno.test("toAppError returns an AppError unchanged", () => {
  const error = new AppError("forbidden", "Cannot use the organization: no membership");
  assert.equal(toAppError(error), error);
});

Deno.test("toAppError hides what an unexpected error says", () => {
  const cause = new Error("password=hunter2");
  const error = toAppError(cause);
  assert.equal(error.code, "internal");
  assert.equal(error.message.includes("hunter2"), false);
  assert.equal(error.cause, cause);
});

Deno.test("toAppError takes thrown values that are not errors", () => {
  assert.equal(toAppError("boom").code, "internal");
  assert.equal(toAppError(undefined).code, "internal");
});
