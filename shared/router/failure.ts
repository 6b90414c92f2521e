import type { ErrorCode } from "@shared/errors/mod.ts";
import type { ProviderError } from "@shared/providers/mod.ts";

/** Why there is no answer, as the caller may be told. */
export interface RouteFailure {
  code: ErrorCode;
  /** What went wrong last: a provider's error kind, `invalid_model_output`, `truncated`, `deadline`, `budget` or `no_candidate`. */
  reason: string;
  detail: string;
  /** Milliseconds after which trying again can help; null when nobody said. */
  retryAfterMs: number | null;
}

/** The failure that stands when a provider's error was the last word. */
export function providerFailure(error: ProviderError): RouteFailure {
  const { code, detail } = FAILURES[error.kind] ?? UNAVAILABLE;
  return { code, reason: error.kind, detail: `Cannot answer: ${detail}`, retryAfterMs: error.retryAfterMs };
}

/** The answer did not fit the schema, after repair and every other candidate. */
export function invalidOutput(truncated: boolean, problem: string): RouteFailure {
  return {
    code: "invalid_model_output",
    reason: truncated ? "truncated" : "invalid_model_output",
    detail: truncated
      ? "Cannot use the answer: it was cut off at the output limit"
      : `Cannot use the answer: ${problem.slice(0, 300)}`,
    retryAfterMs: null,
  };
}

/** Time ran out before an answer came. */
export function deadlinePassed(): RouteFailure {
  return { code: "timeout", reason: "deadline", detail: "Cannot answer: the deadline has passed", retryAfterMs: null };
}

/** Money for the call was refused. */
export function notCovered(code: ErrorCode, detail: string): RouteFailure {
  return { code, reason: "budget", detail, retryAfterMs: null };
}

/** There was nobody to ask. */
export function nobodyToAsk(retryAfterMs: number | null = null): RouteFailure {
  return { ...UNAVAILABLE, reason: "no_candidate", detail: `Cannot answer: ${UNAVAILABLE.detail}`, retryAfterMs };
}

const UNAVAILABLE: { code: ErrorCode; detail: string } = {
  code: "provider_unavailable",
  detail: "no provider is available",
};

const FAILURES: Partial<Record<ProviderError["kind"], { code: ErrorCode; detail: string }>> = {
  timeout: { code: "timeout", detail: "the providers did not answer in time" },
  context_length: { code: "context_length_exceeded", detail: "the input is longer than any allowed model takes" },
  content_filter: { code: "content_filtered", detail: "the provider's content filter stopped it" },
  invalid_request: { code: "invalid_request", detail: "the provider refused the request" },
};
