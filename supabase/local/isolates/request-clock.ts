/** One request as the limits see it. */
export interface OpenRequest {
  /** Milliseconds on the host's clock. */
  readonly startedAt: number;
  /** CPU charged so far, milliseconds. */
  cpuMs: number;
}

/**
 * Divides an isolate's CPU among its open requests. A process reports one figure for everything it does, so it is charged only where
 * the attribution is sure: between two samples with the same open requests, in equal shares. A busy function is therefore never
 * killed for the work of requests that have already ended.
 */
export class RequestClock {
  readonly #open = new Set<OpenRequest>();
  #changed = false;
  #unansweredMs = 0;
  #idleMs = 0;

  begin(now: number): OpenRequest {
    const request = { startedAt: now, cpuMs: 0 };
    this.#open.add(request);
    this.#changed = true;
    this.#idleMs = 0;
    return request;
  }

  end(request: OpenRequest): void {
    if (this.#open.delete(request)) this.#changed = true;
  }

  /** How many requests are open. */
  get open(): number {
    return this.#open.size;
  }

  /** The event loop answered: all CPU until now was used in pieces, not by one endless computation. */
  alive(): void {
    this.#unansweredMs = 0;
  }

  /** Charges the CPU used since the last sample. */
  charge(cpuMs: number): void {
    this.#unansweredMs += cpuMs;
    // A quiet moment ends a piece of background work: a function that only polls now and then is not computing.
    if (this.#open.size === 0) this.#idleMs = cpuMs === 0 ? 0 : this.#idleMs + cpuMs;
    else if (!this.#changed) { for (const request of this.#open) request.cpuMs += cpuMs / this.#open.size; }
    this.#changed = false;
  }

  /** The most CPU that any one piece of work has certainly used, milliseconds: a request, work after the last one, or one computation. */
  get worstCpuMs(): number {
    return Math.max(this.#unansweredMs, this.#idleMs, ...Array.from(this.#open, (request) => request.cpuMs));
  }

  /** Start of the longest-running request; null when none is open. */
  get oldestStart(): number | null {
    let oldest: number | null = null;
    for (const { startedAt } of this.#open) oldest = oldest === null ? startedAt : Math.min(oldest, startedAt);
    return oldest;
  }
}
