import { errorKinds } from "@shared/errors/mod.ts";
import { type Log, logLine } from "./log-line.ts";

/** The part of the platform's runtime that keeps an isolate alive after its answer. */
export interface EdgeRuntime {
  waitUntil(promise: Promise<unknown>): void;
}

/** Work that goes on after the answer. */
export interface Background {
  /** Lets the isolate live until the promise settles. A rejection is logged by kind, it reaches nobody else. */
  waitUntil(promise: Promise<unknown>): void;
  /** Resolves when all work handed over so far, and what it handed over itself, has settled. For tests and shutdown. */
  settled(): Promise<void>;
}

/** Background work on a runtime; without one (plain Deno, tests) it is only kept track of. */
export function background(runtime: () => EdgeRuntime | undefined, log: Log = logLine): Background {
  const pending = new Set<Promise<void>>();
  return {
    waitUntil(promise) {
      const tracked: Promise<void> = promise.then(() => {}, (error: unknown) => {
        log("background_failed", { kinds: errorKinds(error) });
      }).finally(() => pending.delete(tracked));
      pending.add(tracked);
      runtime()?.waitUntil(tracked);
    },
    async settled() {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}

const platform = background(() => (globalThis as { EdgeRuntime?: EdgeRuntime }).EdgeRuntime);

/** {@linkcode Background.waitUntil} of this isolate. */
export const waitUntil = platform.waitUntil;
/** {@linkcode Background.settled} of this isolate. */
export const settled = platform.settled;
