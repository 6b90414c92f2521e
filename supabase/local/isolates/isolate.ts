import { type IsolateProcess, killProcess, type ProcessOptions, startProcess } from "./isolate-process.ts";
import { type OpenRequest, RequestClock } from "./request-clock.ts";
import { controlHeader, type GuestRequest, requestHeader, tokenHeader } from "./wire.ts";

/** Why an isolate ended. `limit` covers CPU, memory and wall clock; `crash` is everything nobody asked for. */
export type EndReason = "stopped" | "limit" | "crash";

/** Reason told to the function's `beforeunload` listeners, in the platform's words. */
export type UnloadReason = "early_drop" | "termination";

/** One function process and its private connection. */
export class Isolate {
  readonly clock = new RequestClock();
  /** Resolves once the process is gone. */
  readonly ended: Promise<EndReason>;
  /** Milliseconds on the clock that was passed to `begin`; decides which idle isolate is stopped first. */
  lastUsedAt = 0;
  readonly #process: IsolateProcess;
  readonly #client: Deno.HttpClient;
  readonly #origin: string;
  readonly #drainMs: number;
  #reason: EndReason = "crash";
  #gone = false;
  #idle: (() => void)[] = [];

  /** Starts a function; rejects with `BootError`. */
  static async start(options: ProcessOptions): Promise<Isolate> {
    return new Isolate(await startProcess(options), options.limits.drainMs);
  }

  private constructor(process: IsolateProcess, drainMs: number) {
    this.#process = process;
    this.#drainMs = drainMs;
    const { endpoint } = process;
    // The limit of idle connections only bounds memory; open ones are not limited.
    const pool = { poolMaxIdlePerHost: 64 };
    this.#client = "path" in endpoint
      ? Deno.createHttpClient({ ...pool, proxy: { transport: "unix", path: endpoint.path } })
      : Deno.createHttpClient(pool);
    this.#origin = "path" in endpoint ? "isolate" : `127.0.0.1:${endpoint.port}`;
    this.ended = process.ended.then(({ outOfMemory }) => {
      this.#gone = true;
      this.#client.close();
      return outOfMemory ? "limit" : this.#reason;
    });
  }

  /** Process id. */
  get pid(): number {
    return this.#process.child.pid;
  }

  /** Whether the process has ended. */
  get gone(): boolean {
    return this.#gone;
  }

  /** Counts a request as open until {@linkcode Isolate.end}. */
  begin(now: number): OpenRequest {
    this.lastUsedAt = now;
    return this.clock.begin(now);
  }

  /** Closes a request that {@linkcode Isolate.begin} opened; a second call does nothing. */
  end(request: OpenRequest): void {
    this.clock.end(request);
    if (this.clock.open > 0) return;
    for (const resume of this.#idle.splice(0)) resume();
  }

  /** Passes a request on. The answer is whatever the function says; rejects when the process ends or the signal fires first. */
  send(seen: GuestRequest, init: { method: string; body: BodyInit | null; signal: AbortSignal }): Promise<Response> {
    return fetch(`http://${this.#origin}/`, {
      ...init,
      redirect: "manual",
      headers: { ...this.#headers(seen), "accept-encoding": "identity" },
      client: this.#client,
    });
  }

  /** Opens a WebSocket to the function. */
  connect(seen: GuestRequest, protocols: string[]): WebSocket {
    return new WebSocket(`ws://${this.#origin}/`, { protocols, headers: this.#headers(seen), client: this.#client });
  }

  /** Resolves when the function's event loop has answered; rejects when the process ends first. */
  async ping(): Promise<void> {
    await this.#control("ping");
  }

  /** Ends the function at once because it went over a limit. */
  kill(): void {
    this.#reason = "limit";
    killProcess(this.#process.child);
  }

  /** Lets open requests finish, then stops. */
  async retire(reason: UnloadReason): Promise<void> {
    if (this.clock.open > 0) await new Promise<void>((resume) => this.#idle.push(resume));
    await this.stop(reason);
  }

  /** Announces the end, gives background work the drain time, then ends the process. */
  async stop(reason: UnloadReason): Promise<void> {
    this.#reason = "stopped";
    const timer = setTimeout(() => killProcess(this.#process.child), this.#drainMs);
    // The function exits instead of answering.
    await this.#control(`stop:${reason}`).catch(() => {});
    await this.ended;
    clearTimeout(timer);
  }

  async #control(message: string): Promise<void> {
    const answer = await fetch(`http://${this.#origin}/`, {
      headers: { [tokenHeader]: this.#process.token, [controlHeader]: message },
      client: this.#client,
    });
    await answer.body?.cancel();
  }

  #headers(seen: GuestRequest): Record<string, string> {
    return { [tokenHeader]: this.#process.token, [requestHeader]: JSON.stringify(seen) };
  }
}
