import { type SettleTools, systemTools } from "@shared/ai-logger/mod.ts";
import { type Candidate, knowingLedger, type Ledger, spoolingLedger } from "@shared/budget/mod.ts";
import { type Config, config } from "@shared/config/mod.ts";
import { openDatabase } from "@shared/db/mod.ts";
import { type Authenticate, authenticator, type Log, logLine, waitUntil } from "@shared/http/mod.ts";
import { openProvider, openRelay, type Provider, reachProvider, type Relay, vaultKeys } from "@shared/providers/mod.ts";
import { RetryBudget, wait } from "@shared/router/mod.ts";
import { batchedLedger } from "./batched-ledger.ts";
import { type TaskClient, taskClient } from "./mcp/task-client.ts";
import { rememberKeys } from "./remember-keys.ts";

/** The surroundings of the gateway. */
export interface GatewayDeps {
  authenticate: Authenticate;
  /** The database under the service role. */
  ledger: Ledger;
  /** Slugs of the providers this deployment has keys for. */
  providers: string[];
  /** The adapter that translates for a candidate. Its limits are not enforced yet. */
  open(candidate: Candidate): Provider;
  /** The way to a candidate that speaks the client's own format. */
  openRelay(candidate: Candidate): Relay;
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
  /** The tasks beside the gateway. */
  tasks: TaskClient;
  newId(): string;
  log: Log;
}

let cached: GatewayDeps | undefined;

/** This deployment's surroundings, made on first use. */
export function systemDeps(): GatewayDeps {
  return cached ??= depsOf(config());
}

function depsOf(environment: Config): GatewayDeps {
  const database = openDatabase(environment);
  const tools = { environment, vault: vaultKeys(database) };
  return {
    authenticate: rememberKeys(authenticator(environment)),
    ledger: spoolingLedger(knowingLedger(batchedLedger(database))),
    providers: Object.keys(environment.providers),
    // Added latency is what a gateway is judged by: nothing of an SDK on its way.
    open: (candidate) => openProvider({ ...reachProvider(candidate, tools), transport: "direct" }),
    openRelay: (candidate) => openRelay(reachProvider(candidate, tools)),
    now: Date.now,
    random: Math.random,
    retries: new RetryBudget(),
    wait,
    waitUntil,
    settling: systemTools,
    tasks: taskClient(environment),
    newId: () => crypto.randomUUID(),
    log: logLine,
  };
}
