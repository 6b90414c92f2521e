import { AppError, toAppError } from "@shared/errors/mod.ts";
import type { Wording } from "@shared/messages/mod.ts";
import { issuesIn, problemWithInput } from "./validate.ts";

/** A thrown value as it is told in a language: the same failure in other words. */
export function localized(thrown: unknown, wording: Wording): AppError {
  const error = toAppError(thrown);
  if (wording.language === "en") return error;
  const issues = issuesIn(error, wording);
  return new AppError(error.code, wording.say(issues === null ? error.message : problemWithInput(issues)), {
    cause: error.cause,
    retryAfterMs: error.retryAfterMs,
    extensions: issues === null ? error.extensions : { ...error.extensions, issues },
  });
}
