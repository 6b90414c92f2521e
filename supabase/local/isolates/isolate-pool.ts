import { forwardHttp } from "./forward-http.ts";
import { forwardWebSocket, wantsWebSocket } from "./forward-web-socket.ts";
import type { FunctionConfig } from "./function-config.ts";
import { FunctionSlot } from "./function-slot.ts";
import { guestRequest } from "./guest-request.ts";
import { Isolate } from "./isolate.ts";
import type { ProcessOptions } from "./isolate-process.ts";
import { platformResponse } from "./platform-response.ts";
import { Semaphore } from "./semaphore.ts";
import { Watchdog } from "./watchdog.ts";

/** Checks a bearer token for a function with `verify_jwt = true`. */
export type VerifyJwt = (token: string) => Promise<boolean>;

/** What all functions of a pool share. */
export interface PoolOptions extends Omit<ProcessOptions, "config" | "log"> {
  publicUrl: string;
  /** Null refuses every request to a function with `verify_jwt = true`. */
  verifyJwt: VerifyJwt | null;
  log(line: string): void;
}

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

// Often enough that an excess is seen soon, seldom enough that looking costs nothing.
const sampleMs = 100;

/** All functions of a project: one slot each, isolates started on demand. */
export class IsolatePool {
  readonly #options: PoolOptions;
  readonly #boots: Semaphore;
  readonly #watchdogs = new Map<Isolate, Watchdog>();
  readonly #timer: ReturnType<typeof setInterval>;
  #slots = new Map<string, FunctionSlot>();
  #booting = new Set<Promise<unknown>>();

  constructor(configs: Iterable<FunctionConfig>, options: PoolOptions) {
    this.#options = options;
    this.#boots = new Semaphore(options.limits.concurrentBoots);
    this.configure(configs);
    this.#timer = setInterval(() => {
      for (const watchdog of this.#watchdogs.values()) void watchdog.check(performance.now());
    }, sampleMs);
  }

  /** Takes over a changed configuration; functions whose block did not change keep running. */
  configure(configs: Iterable<FunctionConfig>): void {
    const old = this.#slots;
    this.#slots = new Map();
    for (const config of configs) {
      const slot = old.get(config.slug);
      const same = slot !== undefined && JSON.stringify(slot.config) === JSON.stringify(config);
      this.#slots.set(config.slug, same ? slot : new FunctionSlot(config, (config) => this.#start(config)));
      if (same) old.delete(config.slug);
    }
    for (const slot of old.values()) slot.retire("early_drop");
  }

  /** Slugs of all enabled functions. */
  get slugs(): string[] {
    return Array.from(this.#slots.values()).filter(({ config }) => config.enabled).map(({ config }) => config.slug);
  }

  /** Answers a request to a function. Never rejects. */
  async fetch(request: Request, slug: string): Promise<Response> {
    const slot = this.#slots.get(slug);
    if (slot === undefined || !slot.config.enabled) return platformResponse("NOT_FOUND");
    if (!methods.has(request.method)) return platformResponse("METHOD_NOT_ALLOWED");
    const refusal = slot.config.verifyJwt && request.method !== "OPTIONS" ? await this.#refuse(request) : null;
    if (refusal !== null) return refusal;
    let isolate: Isolate;
    try {
      isolate = await slot.acquire();
    } catch (cause) {
      this.#options.log(`[${slug}] ${cause instanceof Error ? cause.message : String(cause)}`);
      return platformResponse("BOOT_ERROR");
    }
    const seen = guestRequest(request, slug, this.#options.publicUrl);
    return wantsWebSocket(request)
      ? await forwardWebSocket(isolate, request, seen)
      : await forwardHttp(isolate, request, seen, this.#options.limits);
  }

  /** Starts functions ahead of their first request, a few at a time. Resolves to the slugs that did not start. */
  async warm(slugs: readonly string[]): Promise<string[]> {
    const started = await Promise.allSettled(slugs.map((slug) => this.#slots.get(slug)?.acquire()));
    return slugs.filter((_, index) => started[index]?.status === "rejected");
  }

  /** Makes functions start afresh with their next request; null means all. */
  reload(slug: string | null): void {
    for (const slot of this.#slots.values()) {
      if (slug !== null && slot.config.slug !== slug) continue;
      if (slot.current !== null) this.#options.log(`[${slot.config.slug}] edited: the next request starts it afresh`);
      slot.retire("early_drop");
    }
  }

  /** Ends every process within the drain time. */
  async stop(): Promise<void> {
    this.#slots.clear();
    await Promise.allSettled(this.#booting);
    await Promise.all(Array.from(this.#watchdogs.keys(), (isolate) => isolate.stop("termination")));
    clearInterval(this.#timer);
  }

  async #start(config: FunctionConfig): Promise<Isolate> {
    const { limits } = this.#options;
    const log = (line: string) => this.#options.log(`[${config.slug}] ${line}`);
    const boot = this.#boots.run(() => Isolate.start({ ...this.#options, config, log }));
    this.#booting.add(boot);
    const isolate = await boot.finally(() => this.#booting.delete(boot));
    this.#watchdogs.set(isolate, new Watchdog(isolate, limits, log));
    void isolate.ended.then((reason) => {
      this.#watchdogs.delete(isolate);
      if (reason === "crash") log("the isolate ended unexpectedly; the next request starts a new one");
    });
    this.#evict(config.slug);
    return isolate;
  }

  /** Stops the least recently used idle function when more run than shall be kept. */
  #evict(justStarted: string): void {
    const running = Array.from(this.#slots.values()).filter(({ current }) => current !== null);
    if (running.length < this.#options.limits.warmIsolates) return;
    const idle = running.filter(({ config, current }) => config.slug !== justStarted && current?.clock.open === 0);
    idle.sort((a, b) => (a.current?.lastUsedAt ?? 0) - (b.current?.lastUsedAt ?? 0));
    idle[0]?.retire("early_drop");
  }

  async #refuse(request: Request): Promise<Response | null> {
    const token = /^Bearer (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    if (token === undefined) return platformResponse("UNAUTHORIZED_NO_AUTH_HEADER");
    const valid = await this.#options.verifyJwt?.(token) ?? false;
    return valid ? null : platformResponse("UNAUTHORIZED_INVALID_JWT_FORMAT");
  }
}
