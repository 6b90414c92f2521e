import assert from "node:assert/strict";
import { decide, type Decision, type FailedAttempt } from "./decide.ts";

const failed: FailedAttempt = {
  kind: "server",
  retryAfterMs: null,
  failures: 1,
  retryCount: 3,
  haveAnswer: false,
  leftMs: 60_000,
};
const stop: Decision = { next: "stop" };
const move: Decision = { next: "fallback", out: "nothing" };
const retry = (waitMs: number): Decision => ({ next: "retry", waitMs });

const cases: [name: string, change: Partial<FailedAttempt>, decision: Decision][] = [
  ["moves on at once after a server error", { kind: "server" }, move],
  ["moves on at once after a cut stream", { kind: "cut" }, move],
  ["moves on at once after malformed bytes", { kind: "malformed" }, move],
  ["takes the whole provider out after an authentication error", { kind: "authentication" }, {
    next: "fallback",
    out: "provider",
  }],
  ["takes the whole provider out when its account is empty", { kind: "quota" }, { next: "fallback", out: "provider" }],
  ["takes a model out that the provider does not know", { kind: "not_found" }, { next: "fallback", out: "candidate" }],
  ["looks for a larger window", { kind: "context_length" }, { next: "larger" }],
  ["stops at a content filter", { kind: "content_filter" }, stop],
  ["stops at a request that is wrong", { kind: "invalid_request" }, stop],
  ["stops when the caller is gone", { kind: "cancelled" }, stop],
  ["retries a reset once", { kind: "network" }, retry(250)],
  ["moves on after the second reset", { kind: "network", failures: 2 }, move],
  ["retries a timeout once", { kind: "timeout" }, retry(250)],
  ["moves on after the second timeout", { kind: "timeout", failures: 2 }, move],

  ["does not retry when the setting says 0", { kind: "timeout", retryCount: 0 }, move],
  ["waits a short Retry-After out", { kind: "rate_limited", retryAfterMs: 1_500 }, retry(1_500)],
  ["moves on from a long Retry-After", { kind: "rate_limited", retryAfterMs: 2_001 }, move],
  ["moves on from a rate limit that names no time", { kind: "rate_limited" }, move],
  ["does not wait past the deadline", { kind: "rate_limited", retryAfterMs: 1_500, leftMs: 1_500 }, move],
  ["does not retry for a better answer", { kind: "network", haveAnswer: true }, move],
];
for (const [name, change, decision] of cases) {
  Deno.test(`decide() ${name}`, () => {
    assert.deepEqual(decide({ ...failed, ...change }, () => 1), decision);
  });
}

Deno.test("decide() draws its waits from the whole range below the doubling bound", () => {
  const waits = [0, 0.5, 1].map((drawn) => decide({ ...failed, kind: "network" }, () => drawn));
  assert.deepEqual(waits, [retry(0), retry(125), retry(250)]);
});
