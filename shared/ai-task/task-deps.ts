import { type SettleTools, systemTools } from "@shared/ai-logger/mod.ts";
import { type Candidate, knowingLedger, type Ledger, spoolingLedger } from "@shared/budget/mod.ts";
import { type Config, config } from "@shared/config/mod.ts";
import { type Database, openDatabase } from "@shared/db/mod.ts";
import { type Authenticate, authenticator, type Log, logLine, waitUntil } from "@shared/http/mod.ts";
import { type AttemptLimits, type Provider, vaultKeys, withLimits } from "@shared/providers/mod.ts";
import { RetryBudget, wait } from "@shared/router/mod.ts";
import { openCandidate } from "./open-candidate.ts";

/** The surroundings of a task's handler. */
export interface TaskDeps {
  authenticate: Authenticate;
  /** The database under the service role. */
  ledger: Ledger;
  /** The database under a user's own rights, by their verified token; null = by the back end's own key. */
  asUser(token: string | null, claims: Record<string, unknown>): Database;
  /** Slugs of the providers this deployment has keys for. */
  providers: string[];
  /** The adapter that reaches a candidate within limits. */
  open(candidate: Candidate, limits: AttemptLimits): Provider;
  /** Epoch milliseconds. */
  now(): number;
  /** 0..1. */
  random(): number;
  /** Retries left at each provider, over all requests of this isolate. */
  retries: RetryBudget;
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
  const database = openDatabase(environment);
  const tools = { environment, vault: vaultKeys(database) };
  return {
    authenticate: authenticator(environment),
    ledger: spoolingLedger(knowingLedger(database)),
    asUser: database.asUser,
    providers: Object.keys(environment.providers),
    open: (candidate, limits) => withLimits(openCandidate(candidate, tools), limits),
    now: Date.now,
    random: Math.random,
    retries: new RetryBudget(),
    wait,
    waitUntil,
    settling: systemTools,
    newId: () => crypto.randomUUID(),
    log: logLine,
  };
}
