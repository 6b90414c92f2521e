import { AppError } from "@shared/errors/mod.ts";

/** Why a document cannot be read, for whoever uploaded it. Trying again does not help. */
export function unreadable(reason: string, cause?: unknown): AppError {
  return new AppError("invalid_request", `Cannot read the document: ${reason}`, { cause });
}

/** A document that holds more than one invocation can take, however often it is tried. */
export function tooMuch(reason: string): AppError {
  return new AppError("payload_too_large", `Cannot read the document: ${reason}`);
}
