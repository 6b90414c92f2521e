import assert from "node:assert/strict";
import { retryAfterMs } from "./retry-after.ts";

const now = Date.UTC(2026, 10, 21, 12, 0, 0);

function wait(headers: Record<string, string>, status: number | null = 429): number | null {
  return retryAfterMs(new Headers(headers), { status, now });
}

Deno.test("retryAfterMs reads seconds, parts of seconds and dates", () => {
  assert.equal(wait({ "retry-after": "2" }), 2000);
  assert.equal(wait({ "retry-after": "0.2001" }), 201);
  assert.equal(wait({ "retry-after": "0" }), 0);
  assert.equal(wait({ "retry-after": "Sat, 21 Nov 2026 12:01:00 GMT" }), 60_000);
  assert.equal(wait({ "retry-after": "Sat, 21 Nov 2026 11:00:00 GMT" }), 0);
  assert.equal(wait({ "retry-after": "soon" }), null);
});

Deno.test("retryAfterMs believes a wait up to a day: more would not even fit into the log", () => {
  assert.equal(wait({ "retry-after": "86400" }), 86_400_000);
  assert.equal(wait({ "retry-after": "2592000" }), 86_400_000);
  assert.equal(wait({ "retry-after": "9".repeat(400) }), 86_400_000);
  assert.equal(wait({ "retry-after-ms": "1".repeat(20) }), 86_400_000);
  assert.equal(wait({ "retry-after": "Fri, 31 Dec 2100 23:59:59 GMT" }), 86_400_000);
  assert.equal(wait({ "x-ratelimit-reset": "99999999999" }), 86_400_000);
});

Deno.test("retryAfterMs prefers milliseconds to seconds and either to the reset headers", () => {
  const reset = { "x-ratelimit-reset-requests": "9s", "x-ratelimit-remaining-requests": "0" };
  assert.equal(wait({ "retry-after-ms": "420", "retry-after": "1", ...reset }), 420);
  assert.equal(wait({ "retry-after": "1", ...reset }), 1000);
  assert.equal(wait(reset), 9000);
});

Deno.test("retryAfterMs waits for the limit that is used up, else for the first to reset", () => {
  const reset = { "x-ratelimit-reset-requests": "120ms", "x-ratelimit-reset-tokens": "1h2m3.5s" };
  assert.equal(wait(reset), 120);
  assert.equal(wait({ ...reset, "x-ratelimit-remaining-tokens": "0" }), 3_723_500);
  assert.equal(wait({ "anthropic-ratelimit-input-tokens-reset": "2026-11-21T12:00:09Z" }), 9000);
  assert.equal(wait({ "x-ratelimit-reset": "3" }), 3000);
  assert.equal(wait({ "x-ratelimit-reset": String(now / 1000 + 5) }), 5000);
});

Deno.test("retryAfterMs takes reset headers for a wait only after a 429: they come with every answer", () => {
  assert.equal(wait({ "x-ratelimit-reset-requests": "9s" }, 500), null);
  assert.equal(wait({ "x-ratelimit-reset-requests": "9s" }, null), null);
  assert.equal(wait({ "retry-after": "3" }, 503), 3000);
  assert.equal(wait({}), null);
});
