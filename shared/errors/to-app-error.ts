import { AppError } from "./app-error.ts";

/**
 * The failure a caller is told about for any thrown value.
 *
 * @returns The value itself if it is an {@linkcode AppError}; otherwise `internal` with a message that says nothing,
 * the value as its cause.
 */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError("internal", "Cannot complete the request: unexpected error", { cause: thrown });
}
