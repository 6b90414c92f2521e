import type { ProviderName } from "../wire/prompt.ts";
import type { Fault, Operation } from "./fault.ts";

/** What a fault is matched with. */
export interface FaultTarget {
  provider: ProviderName;
  model: string;
  operation: Operation;
}

/** Decides for each request whether, and how, it fails. Counters belong to a fault and start when it is set. */
export class FaultPlan {
  #faults: { fault: Fault; seen: number; spent: number; random: () => number }[] = [];

  /** Replaces all faults. */
  set(faults: readonly Fault[]): void {
    this.#faults = faults.map((fault) => ({ fault, seen: 0, spent: 0, random: sequence(fault.seed ?? 1) }));
  }

  /** Faults in force, spent ones included. */
  get faults(): Fault[] {
    return this.#faults.map(({ fault }) => fault);
  }

  /** The fault of the next matching request; null when it is to succeed. Every call counts as one request. */
  next(target: FaultTarget): Fault | null {
    for (const entry of this.#faults) {
      if (!matches(entry.fault, target)) continue;
      if (this.#due(entry)) return entry.fault;
    }
    return null;
  }

  #due(entry: { fault: Fault; seen: number; spent: number; random: () => number }): boolean {
    const { times, flapping, probability } = entry.fault;
    const turn = entry.seen;
    entry.seen += 1;
    if (times !== undefined && entry.spent >= times) return false;
    if (flapping !== undefined && turn % (flapping.fail + flapping.pass) >= flapping.fail) return false;
    if (probability !== undefined && entry.random() >= probability) return false;
    entry.spent += 1;
    return true;
  }
}

function matches({ provider, model, operation }: Fault, target: FaultTarget): boolean {
  if (provider !== undefined && provider !== target.provider) return false;
  if ((operation ?? "chat") !== target.operation) return false;
  if (model === undefined) return true;
  const pattern = model.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*");
  return new RegExp(`^${pattern}$`).test(target.model);
}

/** Numbers 0..1 that are the same for the same seed (mulberry32). */
function sequence(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
