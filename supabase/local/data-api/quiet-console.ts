import { AsyncLocalStorage } from "node:async_hooks";
import { format } from "node:util";

const kept = new AsyncLocalStorage<string[]>();
let watching = false;

/**
 * Runs `work` and keeps from the terminal what it prints: `@supabase/lite` prints a stack for every request that the
 * database refuses, which to us is an ordinary answer. `printed` gets it, in order.
 */
export function quietly<Result>(printed: string[], work: () => Result): Result {
  watchConsole();
  return kept.run(printed, work);
}

function watchConsole(): void {
  if (watching) return;
  watching = true;
  const { console } = globalThis;
  for (const level of ["warn", "error", "log"] as const) {
    const print = console[level];
    console[level] = (...parts: unknown[]) => {
      const printed = kept.getStore();
      if (printed === undefined) print.apply(console, parts);
      else printed.push(format(...parts));
    };
  }
}
