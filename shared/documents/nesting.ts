import { tooMuch } from "./unreadable.ts";

/** Watches how deep elements lie in each other. */
export interface Nesting {
  open(): void;
  close(): void;
}

/**
 * Ends the reading of what is nested deeper than any document is: parsers and tables take more time for each level than for the one
 * before.
 *
 * @throws {AppError} `payload_too_large` from `open()`.
 */
export function watchNesting(most: number): Nesting {
  let depth = 0;
  return {
    open() {
      if (++depth > most) throw tooMuch(`its elements lie in each other more than ${most} deep`);
    },
    close() {
      depth--;
    },
  };
}
