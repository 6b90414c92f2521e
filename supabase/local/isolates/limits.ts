/** What one function may use, and how many may run. Times are milliseconds, memory is mebibytes. */
export interface IsolateLimits {
  /** Heap, and memory outside the heap, of one function. Above it the isolate is killed (546). */
  memoryMb: number;
  /** CPU time of one request, waiting not counted. Above it the isolate is killed (546). */
  cpuMs: number;
  /** Longest wait for the first byte of an answer (504). */
  idleMs: number;
  /** Longest life of one request, its streamed body included. Above it the isolate is killed (546, or a cut stream). */
  wallClockMs: number;
  /** Longest time from start to listening; generous, because the first start may download packages (503). */
  bootMs: number;
  /** How long a stopping function may still work on what it passed to `EdgeRuntime.waitUntil`. */
  drainMs: number;
  /** How many functions may be starting at the same time. */
  concurrentBoots: number;
  /** How many functions are kept running while idle; above it the least recently used one is stopped. */
  warmIsolates: number;
}

/** The limits of a hosted project on a paid plan, with local numbers where the platform has none. */
export const platformLimits: IsolateLimits = {
  memoryMb: 256,
  cpuMs: 2_000,
  idleMs: 150_000,
  wallClockMs: 400_000,
  bootMs: 60_000,
  drainMs: 5_000,
  concurrentBoots: 2,
  warmIsolates: 24,
};
