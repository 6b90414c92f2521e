import type { FaultKind, Operation } from "./faults/fault.ts";
import type { ProviderName } from "./wire/prompt.ts";

/** One HTTP request as it reached the stand-in. */
export interface JournalEntry {
  /** Counts from 1 since the start or the last reset. */
  number: number;
  provider: ProviderName;
  operation: Operation;
  /** Null when the request named none. */
  model: string | null;
  stream: boolean;
  /** The injected fault; null when the request was served as it is. */
  fault: FaultKind | null;
  /** Status that was sent; null while none was, and for good after a reset or silence. */
  status: number | null;
  /** Null when nothing was generated. */
  input_tokens: number | null;
  output_tokens: number | null;
}

/** How many requests of one kind came. */
export interface JournalCount {
  provider: ProviderName;
  operation: Operation;
  model: string | null;
  requests: number;
  /** Those that met an injected fault. */
  faults: number;
}

/** What is known of a request when it arrives. */
export type Arrival = Pick<JournalEntry, "provider" | "operation" | "model" | "stream" | "fault">;

const kept = 1_000;

/** Counts every request when it arrives, and keeps the last thousand whole. */
export class Journal {
  #last: JournalEntry[] = [];
  #counts = new Map<string, JournalCount>();
  #number = 0;
  #total = 0;

  /** Writes a request down. What comes of it is set on the entry later. */
  open(arrival: Arrival): JournalEntry {
    this.#number += 1;
    // A list of models is looked at to see whether somebody is there; nothing is generated.
    if (arrival.operation !== "models") this.#total += 1;
    const entry = { number: this.#number, ...arrival, status: null, input_tokens: null, output_tokens: null };
    this.#last.push(entry);
    if (this.#last.length > kept) this.#last.shift();
    const { provider, operation, model } = arrival;
    const key = JSON.stringify([provider, operation, model]);
    const count = this.#counts.get(key) ?? { provider, operation, model, requests: 0, faults: 0 };
    count.requests += 1;
    if (arrival.fault !== null) count.faults += 1;
    this.#counts.set(key, count);
    return entry;
  }

  /** Everything that came since the start or the last {@linkcode Journal.reset}; `total` leaves lists of models out. */
  read(): { total: number; counts: JournalCount[]; last: JournalEntry[] } {
    return {
      total: this.#total,
      counts: Array.from(this.#counts.values(), (count) => ({ ...count })),
      last: this.#last.map((entry) => ({ ...entry })),
    };
  }

  /** Starts again from nothing. */
  reset(): void {
    this.#last = [];
    this.#counts.clear();
    this.#number = 0;
    this.#total = 0;
  }
}
