import assert from "node:assert/strict";
import { AppError } from "./app-error.ts";
import { errorKinds } from "./error-kinds.ts";

Deno.test("errorKinds names classes and codes along the causes", () => {
  const cause = Object.assign(new RangeError("value 4711 of jane@example.com"), { code: "22003" });
  const error = new AppError("internal", "Cannot write: out of range", { cause });
  assert.deepEqual(errorKinds(error), ["AppError:internal", "RangeError:22003"]);
});

Deno.test("errorKinds never repeats a message, even one disguised as a code", () => {
  const error = Object.assign(new Error("secret"), { code: "could not read secret of jane@example.com" });
  assert.deepEqual(errorKinds(error), ["Error"]);
});

Deno.test("errorKinds says the type of what is not an error", () => {
  assert.deepEqual(errorKinds("secret"), ["string"]);
  assert.deepEqual(errorKinds(null), []);
});

Deno.test("errorKinds ends on a circle of causes", () => {
  const error = new Error("a");
  error.cause = error;
  assert.deepEqual(errorKinds(error), ["Error", "Error", "Error", "Error", "Error"]);
});
