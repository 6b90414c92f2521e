/** Wakes those who rest, all at once: one timer for all streams of an isolate, and none while nobody rests. */
export class Pulse {
  readonly #resting = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param ms The longest rest, milliseconds; who joins others is woken with them. */
  constructor(readonly ms: number) {}

  /** Calls `wake` once, at the next beat. */
  rest(wake: () => void): void {
    this.#resting.add(wake);
    this.#timer ??= setTimeout(() => this.beat(), this.ms);
  }

  /** Does not call it after all. */
  leave(wake: () => void): void {
    if (this.#resting.delete(wake) && this.#resting.size === 0) this.#stop();
  }

  /** Wakes everybody now. Who rests again meanwhile is woken by the next beat. */
  beat(): void {
    this.#stop();
    const woken = [...this.#resting];
    this.#resting.clear();
    for (const wake of woken) wake();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
