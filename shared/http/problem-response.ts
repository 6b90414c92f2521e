import { toAppError } from "@shared/errors/mod.ts";
import { english, type Wording } from "@shared/messages/mod.ts";
import { withCors } from "./cors.ts";
import type { Log } from "./log-line.ts";
import { logProblem, problemOf } from "./problem.ts";

/** What an error response needs to know beside the error. */
export interface ProblemContext {
  requestId: string;
  /** The language it is told in. @default {english} */
  wording?: Wording;
  /** Default: one line on the function's log. */
  log?: Log;
}

/**
 * Turns any thrown value into the one kind of error response. Failures of ours (5xx) are logged by kind on the way.
 *
 * @returns `application/problem+json`; `Retry-After` in whole seconds, rounded up, at least 1, where a wait is known.
 */
export function problemResponse(thrown: unknown, { requestId, log, wording = english }: ProblemContext): Response {
  logProblem(thrown, requestId, log);
  const error = toAppError(thrown);
  const headers = new Headers({
    "content-type": "application/problem+json",
    "content-language": wording.language,
    "x-request-id": requestId,
  });
  if (error.retryAfterMs !== undefined) headers.set("retry-after", retryAfterSeconds(error.retryAfterMs));
  if (error.code === "unauthorized") headers.set("www-authenticate", "Bearer");
  const { allow } = error.extensions;
  if (error.code === "method_not_allowed" && Array.isArray(allow)) headers.set("allow", allow.join(", "));
  return withCors(
    new Response(JSON.stringify(problemOf(thrown, requestId, wording)), { status: error.status, headers }),
  );
}

/** Never 0: that would ask for a retry at once. */
export function retryAfterSeconds(retryAfterMs: number): string {
  return String(Math.max(1, Math.ceil(retryAfterMs / 1000)));
}
