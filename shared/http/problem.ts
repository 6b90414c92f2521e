import { AppError, type ErrorCode, errorCodes, errorKinds, toAppError } from "@shared/errors/mod.ts";
import { english, type Wording } from "@shared/messages/mod.ts";
import { localized } from "./localized.ts";
import { type Log, logLine } from "./log-line.ts";

/** The body of every error: RFC 9457, with our own members. Some codes add more, e.g. `issues` or `near`. */
export interface Problem {
  /** `urn:signalbox:problem:<code>`: stable, and not an address. */
  type: string;
  /** The code in words, the same for every occurrence. */
  title: string;
  /** HTTP status, repeated from the response line. */
  status: number;
  /** What happened this time. */
  detail: string;
  code: ErrorCode;
  /** Joins the error to the request's log rows. */
  request_id: string;
  /** Whether the same request may succeed later without being changed. */
  retryable: boolean;
  [member: string]: unknown;
}

const NOTHING_SAID = "Cannot complete the request: unexpected error";

/**
 * Renders any thrown value; an unexpected one, and whatever is called `internal`, says nothing about itself.
 *
 * @param wording The language of title and detail. @default {english}
 */
export function problemOf(thrown: unknown, requestId: string, wording: Wording = english): Problem {
  const error = localized(thrown, wording);
  const hidden = error.code === "internal";
  return {
    ...(hidden ? {} : error.extensions),
    type: `urn:signalbox:problem:${error.code}`,
    title: wording.title(errorCodes[error.code].title),
    status: error.status,
    detail: hidden ? wording.say(NOTHING_SAID) : error.message,
    code: error.code,
    request_id: requestId,
    retryable: error.retryable,
  };
}

/** Logs what went wrong on our side (5xx) by kind: class names and codes, no message, no data. */
export function logProblem(thrown: unknown, requestId: string, log: Log = logLine): void {
  const error = toAppError(thrown);
  if (error.status < 500) return;
  log("request_failed", { request_id: requestId, code: error.code, kinds: errorKinds(thrown), at: placeOf(thrown) });
}

/** Where it was thrown: the first frames without the message above them. */
function placeOf(thrown: unknown): string[] {
  const error = thrown instanceof AppError && thrown.cause instanceof Error ? thrown.cause : thrown;
  if (!(error instanceof Error) || error.stack === undefined) return [];
  const frames = error.stack.split("\n").filter((line) => /^\s+at /.test(line));
  return frames.slice(0, 4).map((line) => line.trim().slice(3, 200));
}
