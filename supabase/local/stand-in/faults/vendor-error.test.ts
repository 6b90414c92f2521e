import { deepEqual, equal } from "node:assert/strict";
import { errorOf } from "./vendor-error.ts";

Deno.test("errorOf() speaks each vendor's language", () => {
  const openai = errorOf({ kind: "status", status: 429 }, "openai", 0);
  deepEqual(openai?.body, {
    error: { message: "Rate limit reached for requests", type: "requests", param: null, code: "rate_limit_exceeded" },
  });
  const anthropic = errorOf({ kind: "status", status: 529 }, "anthropic", 0);
  equal((anthropic?.body["error"] as { type: string }).type, "overloaded_error");
  equal(errorOf({ kind: "cut" }, "openai", 0), null);
});

Deno.test("errorOf() says when to come back in seconds or as a date", () => {
  equal(errorOf({ kind: "status", status: 429, retry_after: 7 }, "openai", 0)?.headers["retry-after"], "7");
  equal(
    errorOf({ kind: "status", status: 429, retry_after: "date:60" }, "openai", 0)?.headers["retry-after"],
    "Thu, 01 Jan 1970 00:01:00 GMT",
  );
  deepEqual(errorOf({ kind: "status", status: 429 }, "openai", 0)?.headers, {});
});
