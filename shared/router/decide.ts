import type { ProviderErrorKind } from "@shared/providers/mod.ts";
import { backoffMs } from "./backoff.ts";

/** What is known when an attempt has failed. */
export interface FailedAttempt {
  kind: ProviderErrorKind;
  /** What the provider asked to wait; null when it did not say. */
  retryAfterMs: number | null;
  /** Failures of this candidate in a row, this one included: 1, 2, … */
  failures: number;
  /** `ai.retry.count`: most retries at one candidate. */
  retryCount: number;
  /** Whether a usable answer is already there, and this attempt was only to better it. */
  haveAnswer: boolean;
  /** Milliseconds until the deadline. */
  leftMs: number;
}

/** What to do after a failed attempt. */
export type Decision =
  /** The same candidate again. */
  | { next: "retry"; waitMs: number }
  /** Another candidate. `out` says what must not be asked again in this request. */
  | { next: "fallback"; out: "nothing" | "candidate" | "provider" }
  /** A candidate with a larger context window. */
  | { next: "larger" }
  /** Nothing would help. */
  | { next: "stop" };

/** More attempts than this for one question are a loop, whatever is decided. */
export const MOST_ATTEMPTS = 12;

/** A `Retry-After` this short is cheaper than a change of model. */
const SHORT_WAIT_MS = 2_000;

/**
 * Retry, fall back or stop: the one place where the kinds of provider errors become decisions.
 *
 * A retry at once is for failures that say little about the next try, and there is one of it. Everything else moves on at once; a
 * candidate that failed in passing comes up again when all others have failed as well, until its retries are used up.
 */
export function decide(failed: FailedAttempt, random: () => number): Decision {
  switch (failed.kind) {
    case "cancelled":
    case "content_filter":
    case "invalid_request":
      return { next: "stop" };
    case "context_length":
      return { next: "larger" };
    case "authentication":
    case "quota":
      return { next: "fallback", out: "provider" };
    case "not_found":
      return { next: "fallback", out: "candidate" };
    case "server":
    case "cut":
    case "malformed":
      return { next: "fallback", out: "nothing" };
    case "network":
    case "timeout":
      return retryOrMove(failed, backoffMs(failed.failures - 1, random));
    case "rate_limited":
      if (failed.retryAfterMs === null || failed.retryAfterMs > SHORT_WAIT_MS) {
        return { next: "fallback", out: "nothing" };
      }
      return retryOrMove(failed, failed.retryAfterMs);
  }
}

function retryOrMove(failed: FailedAttempt, waitMs: number): Decision {
  if (failed.haveAnswer || failed.failures > Math.min(1, failed.retryCount) || waitMs >= failed.leftMs) {
    return { next: "fallback", out: "nothing" };
  }
  return { next: "retry", waitMs };
}
