import type { Isolate } from "./isolate.ts";
import type { IsolateLimits } from "./limits.ts";
import { type ProcessUsage, readProcessUsage } from "./process-usage.ts";

// What a bare Deno process holds outside a function's own data.
const runtimeMemoryMb = 64;

/** Enforces the limits on one isolate by looking at its process from outside: a function that computes for ever cannot prevent it. */
export class Watchdog {
  readonly #isolate: Isolate;
  readonly #limits: IsolateLimits;
  readonly #report: (line: string) => void;
  #seenCpuMs: number | null = null;
  #pinging = false;

  constructor(isolate: Isolate, limits: IsolateLimits, report: (line: string) => void) {
    this.#isolate = isolate;
    this.#limits = limits;
    this.#report = report;
  }

  /** Takes one sample and kills the isolate when it is over a limit. `now` is on the clock of `Isolate.begin`. */
  async check(now: number): Promise<void> {
    const usage = await readProcessUsage(this.#isolate.pid);
    if (this.#isolate.gone) return;
    if (usage !== null) this.#charge(usage);
    const excess = this.#excess(usage, now);
    if (excess === null) return;
    this.#report(`${excess}: shutting down the isolate`);
    this.#isolate.kill();
  }

  #charge({ cpuMs }: ProcessUsage): void {
    const used = cpuMs - (this.#seenCpuMs ?? cpuMs);
    this.#seenCpuMs = cpuMs;
    this.#isolate.clock.charge(used);
    if (used > 0) this.#ping();
  }

  #ping(): void {
    if (this.#pinging) return;
    this.#pinging = true;
    this.#isolate.ping()
      .then(() => this.#isolate.clock.alive(), () => {})
      .finally(() => this.#pinging = false);
  }

  #excess(usage: ProcessUsage | null, now: number): string | null {
    const { clock } = this.#isolate;
    const { cpuMs, memoryMb, wallClockMs } = this.#limits;
    if (clock.worstCpuMs > cpuMs) return `CPU time limit reached (${cpuMs} ms)`;
    if ((usage?.ownMemoryMb ?? 0) > memoryMb + runtimeMemoryMb) return `Memory limit reached (${memoryMb} MB)`;
    if (clock.oldestStart !== null && now - clock.oldestStart > wallClockMs) {
      return `Wall clock time limit reached (${wallClockMs} ms)`;
    }
    return null;
  }
}
