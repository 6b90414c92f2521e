import { AsyncLocalStorage } from "node:async_hooks";

const muted = new AsyncLocalStorage<true>();
let watching = false;

/**
 * Runs `work` with nothing of what it prints as a warning or an error reaching the terminal: `@supabase/lite` prints
 * a stack for every request that the database refuses, which to us is an ordinary answer.
 */
export function quietly<Result>(work: () => Result): Result {
  watchConsole();
  return muted.run(true, work);
}

function watchConsole(): void {
  if (watching) return;
  watching = true;
  const { console } = globalThis;
  for (const level of ["warn", "error", "log"] as const) {
    const print = console[level];
    console[level] = (...parts: unknown[]) => {
      if (muted.getStore() === undefined) print.apply(console, parts);
    };
  }
}
