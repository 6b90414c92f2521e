import { ProviderError } from "@shared/providers/mod.ts";

/** Aborts an attempt that takes too long. One timer, moved without being set anew: a stream moves it with every chunk. */
export class AttemptClock {
  readonly #controller = new AbortController();
  readonly #follow: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #firesAt = Infinity;
  #dueAt = Infinity;
  #limit = "";

  constructor(readonly provider: string, readonly outer: AbortSignal, readonly now: () => number) {
    this.#follow = () => this.#controller.abort(outer.reason);
    outer.addEventListener("abort", this.#follow, { once: true });
    if (outer.aborted) this.#follow();
  }

  /** Aborts when the caller does and when a limit passes; then its reason is the error. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on something has to happen within so many milliseconds, the limit's name being told if not; null = nothing has to. */
  expect(limit: string, ms: number | null): void {
    this.#limit = limit;
    this.#dueAt = ms === null ? Infinity : this.now() + ms;
    if (this.#dueAt < this.#firesAt) this.#arm(ms ?? 0);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.outer.removeEventListener("abort", this.#follow);
  }

  #arm(ms: number): void {
    clearTimeout(this.#timer);
    this.#firesAt = this.now() + ms;
    this.#timer = setTimeout(() => {
      this.#firesAt = Infinity;
      if (this.#dueAt === Infinity) return;
      const left = this.#dueAt - this.now();
      if (left > 0) return this.#arm(left);
      this.#controller.abort(
        new ProviderError("timeout", `Cannot get an answer from '${this.provider}': the ${this.#limit} limit passed`, {
          mayBeBilled: true,
        }),
      );
    }, ms);
  }
}
