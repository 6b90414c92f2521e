import { type SettleTools, systemTools } from "@shared/ai-logger/mod.ts";
import type { Candidate, Ledger } from "@shared/budget/mod.ts";
import { type Config, config } from "@shared/config/mod.ts";
import { openDatabase } from "@shared/db/mod.ts";
import { type Authenticate, authenticator, type Log, logLine, waitUntil } from "@shared/http/mod.ts";
import { type AttemptLimits, openProvider, type Provider, ProviderError, withLimits } from "@shared/providers/mod.ts";

/** The surroundings of a task's handler. */
export interface TaskDeps {
  authenticate: Authenticate;
  /** The database under the service role. */
  ledger: Ledger;
  /** Slugs of the providers this deployment has keys for. */
  providers: string[];
  /** The adapter that reaches a candidate within limits. */
  open(candidate: Candidate, limits: AttemptLimits): Provider;
  /** Epoch milliseconds. */
  now(): number;
  /** 0..1. */
  random(): number;
  /** Resolves after so many milliseconds, or at once when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** Keeps the isolate alive for work after the answer. */
  waitUntil(work: Promise<unknown>): void;
  settling: SettleTools;
  /** A new request id, a UUID. */
  newId(): string;
  log: Log;
}

let cached: TaskDeps | undefined;

/** This deployment's surroundings, made on first use: describing a task needs no database and no provider. */
export function systemDeps(): TaskDeps {
  return cached ??= depsOf(config());
}

function depsOf(environment: Config): TaskDeps {
  return {
    authenticate: authenticator(environment),
    ledger: openDatabase(environment),
    providers: Object.keys(environment.providers),
    open: (candidate, limits) => withLimits(open(candidate, environment), limits),
    now: Date.now,
    random: Math.random,
    wait,
    waitUntil,
    settling: systemTools,
    newId: () => crypto.randomUUID(),
    log: logLine,
  };
}

function open(candidate: Candidate, environment: Config): Provider {
  const { provider: slug, kind, base_url: baseUrl, secret_name: secretName } = candidate;
  const own = Object.entries(environment.providers).find(([name]) => name === slug)?.[1];
  const apiKey = secretName === null ? own?.apiKey : environment.secret(secretName);
  if (apiKey === undefined || apiKey === null) {
    throw new ProviderError("authentication", `Cannot reach ${slug}: this deployment has no key for it`);
  }
  if (kind !== "openai" && kind !== "anthropic" && kind !== "openai_compatible") {
    throw new ProviderError("not_found", `Cannot reach ${slug}: its kind is unknown`);
  }
  // An organization's own row says where its own key is good for; the deployment's address is the deployment's key's.
  return openProvider({
    slug,
    kind,
    apiKey,
    baseUrl: secretName === null ? own?.baseUrl ?? baseUrl : baseUrl,
    transport: "sdk",
  });
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
