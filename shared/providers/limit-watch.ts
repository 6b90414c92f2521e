import type { Usage } from "@shared/pricing/mod.ts";
import { type ChatStreamEvent, ProviderError, type StreamProgress } from "./provider.ts";
import type { AttemptLimits, Timers } from "./with-limits.ts";

type LimitName = "total" | "first token" | "idle";

/** The timers of one attempt and what had arrived when one of them ran out. */
export class LimitWatch {
  readonly #controller = new AbortController();
  readonly #follow: () => void;
  readonly #stops = new Map<LimitName, () => void>();
  #reject: ((error: ProviderError) => void) | null = null;
  #text = "";
  #usage: Usage | null = null;
  /** First output has not arrived, has arrived, or is not waited for. */
  #token: "expected" | "arrived" | null = null;
  #waiting = false;

  constructor(
    readonly options: { provider: string; limits: AttemptLimits; timers: Timers; signal: AbortSignal },
  ) {
    const { signal, limits } = options;
    this.#follow = () => this.#controller.abort(signal.reason);
    signal.addEventListener("abort", this.#follow, { once: true });
    if (signal.aborted) this.#follow();
    this.#start("total", limits.totalMs);
  }

  /** Aborts when the caller does and when a limit passes; then its reason is the error. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The same promise, rejected when a limit passes, whether or not the provider heeds its signal. */
  guard<Value>(work: Promise<Value>): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      this.#reject = reject;
      work.then(resolve, reject);
    });
  }

  expectToken(): void {
    this.#token = "expected";
    this.#start("first token", this.options.limits.firstTokenMs);
  }

  /** The consumer asks for the next event: only now silence is the provider's. */
  wait(): void {
    this.#waiting = true;
    if (this.#token === "arrived") this.#start("idle", this.options.limits.idleMs);
  }

  progress({ token, usage }: StreamProgress): void {
    this.#usage = usage ?? this.#usage;
    if (token && this.#token === "expected") {
      this.#token = "arrived";
      this.#stop("first token");
    }
    if (this.#token === "arrived" && this.#waiting) this.#start("idle", this.options.limits.idleMs);
  }

  received(event: ChatStreamEvent): void {
    this.#waiting = false;
    if (event.type === "delta") this.#text += event.text;
    if (event.type !== "done") this.progress({ token: true, usage: null });
    this.#stop("idle");
  }

  end(): void {
    this.options.signal.removeEventListener("abort", this.#follow);
    for (const stop of this.#stops.values()) stop();
    this.#stops.clear();
    this.#reject = null;
  }

  /** Ends because the consumer left: the provider has to stop too. */
  cancel(): void {
    this.end();
    this.#controller.abort();
  }

  #start(name: LimitName, ms: number | null): void {
    this.#stop(name);
    if (ms !== null) this.#stops.set(name, this.options.timers.start(() => this.#expire(name, ms), ms));
  }

  #stop(name: LimitName): void {
    this.#stops.get(name)?.();
    this.#stops.delete(name);
  }

  #expire(name: LimitName, ms: number): void {
    const message = `Cannot get an answer from '${this.options.provider}': the ${name} limit of ${ms} ms passed`;
    const error = new ProviderError("timeout", message, {
      mayBeBilled: true,
      partial: this.#text === "" && this.#usage === null ? null : { text: this.#text, usage: this.#usage },
    });
    const reject = this.#reject;
    this.end();
    this.#controller.abort(error);
    reject?.(error);
  }
}
