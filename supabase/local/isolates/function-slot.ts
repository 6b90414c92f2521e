import type { FunctionConfig } from "./function-config.ts";
import type { Isolate, UnloadReason } from "./isolate.ts";

/** Starts the process of a function; the pool bounds how many start at once. */
export type StartIsolate = (config: FunctionConfig) => Promise<Isolate>;

/** The place of one function: at most one isolate that takes requests. */
export class FunctionSlot {
  readonly #start: StartIsolate;
  #current: Isolate | null = null;
  #starting: Promise<Isolate> | null = null;

  constructor(readonly config: FunctionConfig, start: StartIsolate) {
    this.#start = start;
  }

  /** The isolate that takes requests now; null while none runs. */
  get current(): Isolate | null {
    return this.#current;
  }

  /** The running isolate, else a fresh one; callers that come while it starts share it. Rejects with `BootError`. */
  async acquire(): Promise<Isolate> {
    if (this.#current !== null && !this.#current.gone) return this.#current;
    const isolate = await (this.#starting ??= this.#launch());
    // An edit while it started has made it out of date.
    return this.#current === isolate ? isolate : await this.acquire();
  }

  /** Takes the isolate out: the next request starts a fresh one, open requests finish on the old one. */
  retire(reason: UnloadReason): void {
    void this.#current?.retire(reason);
    this.#current = null;
    this.#starting?.then((late) => late.stop(reason), () => {});
    this.#starting = null;
  }

  #launch(): Promise<Isolate> {
    const launch = this.#start(this.config).then((isolate) => {
      if (this.#starting !== launch) return isolate;
      this.#current = isolate;
      void isolate.ended.then(() => {
        if (this.#current === isolate) this.#current = null;
      });
      return isolate;
    }).finally(() => {
      if (this.#starting === launch) this.#starting = null;
    });
    return launch;
  }
}
