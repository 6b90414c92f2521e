import type { AppError } from "@shared/errors/mod.ts";
import type { RouteResult } from "./run.ts";

/** A route on which nothing was called, because something failed before. */
export function nothingCalled<Output>(
  { code, message }: Pick<AppError, "code" | "message">,
  cancelled = false,
): RouteResult<Output> {
  return {
    best: null,
    failure: { code, reason: code, detail: message, retryAfterMs: null },
    cancelled,
    weak: false,
    needsReview: false,
    calls: [],
    costUsd: "0",
    escalated: false,
    fellBack: false,
    streamed: false,
    piecesStand: false,
    shortened: false,
    agreement: null,
    decisions: [],
  };
}
