import type { Extension } from "@shared/budget/mod.ts";
import { addUsd, compareUsd, subtractUsd } from "@shared/pricing/mod.ts";

/**
 * The money of one request: what is held, what calls in flight may cost, what finished ones did cost. No call starts that the
 * hold does not cover.
 */
export class Purse {
  #held: string;
  #spent = "0";
  #inFlight = "0";
  readonly #extend: (amountUsd: string) => Promise<Extension>;
  readonly #ceiling: string | null;
  /** One extension at a time: two calls side by side must not both count on the same rest. */
  #queue: Promise<unknown> = Promise.resolve();

  /** @param ceilingUsd Beyond this no further call is made, whatever the budgets allow; null = no such limit. */
  constructor(
    heldUsd: string,
    extend: (amountUsd: string) => Promise<Extension>,
    ceilingUsd: string | null = null,
  ) {
    this.#held = heldUsd;
    this.#extend = extend;
    this.#ceiling = ceilingUsd;
  }

  /** US dollars of the finished calls, estimates at their upper bound. */
  get spentUsd(): string {
    return this.#spent;
  }

  /** Sets aside the most a call can cost, with more money if need be. False = it must not be made. */
  reserve(worstUsd: string): Promise<boolean> {
    const granted = this.#queue.then(() => this.#reserve(worstUsd));
    this.#queue = granted;
    return granted;
  }

  /** A reserved call has ended and cost this much. */
  settle(worstUsd: string, costUsd: string): void {
    this.#inFlight = subtractUsd(this.#inFlight, worstUsd);
    this.#spent = addUsd(this.#spent, costUsd);
  }

  async #reserve(worstUsd: string): Promise<boolean> {
    const needed = addUsd(this.#spent, this.#inFlight, worstUsd);
    // The first call is what admission let in.
    if (this.#ceiling !== null && compareUsd(needed, worstUsd) > 0 && compareUsd(needed, this.#ceiling) > 0) {
      return false;
    }
    if (compareUsd(needed, this.#held) > 0) {
      const extension = await this.#extend(subtractUsd(needed, this.#held));
      if (!extension.granted) return false;
      this.#held = extension.hold_usd;
    }
    this.#inFlight = addUsd(this.#inFlight, worstUsd);
    return true;
  }
}
