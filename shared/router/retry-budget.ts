/**
 * How often an isolate may ask a provider again, over all its requests: while a provider fails everybody, repeating everybody's
 * calls makes it worse. Each first try earns a part of a retry, each retry costs a whole one, and a burst is allowed. When nothing is
 * left a request goes elsewhere at once. A shortcut of one isolate: the breaker, which all share, opens regardless.
 */
export class RetryBudget {
  readonly #left = new Map<string, number>();
  readonly #burst: number;
  readonly #share: number;

  /**
   * @param burst Retries that may be made in a row at a provider.
   * @param share Retries earned by a first try: 0.2 lets one call in six be a retry for good.
   */
  constructor(burst = 20, share = 0.2) {
    this.#burst = burst;
    this.#share = share;
  }

  /** A request asks a provider for the first time. */
  earn(provider: string): void {
    this.#left.set(provider, Math.min(this.#burst, this.#leftAt(provider) + this.#share));
  }

  /** Takes a retry; false = none is left. */
  spend(provider: string): boolean {
    const left = this.#leftAt(provider);
    if (left < 1) return false;
    this.#left.set(provider, left - 1);
    return true;
  }

  #leftAt(provider: string): number {
    return this.#left.get(provider) ?? this.#burst;
  }
}
