import { type SettleTools, systemTools } from "@shared/ai-logger/mod.ts";
import type { Candidate, Ledger } from "@shared/budget/mod.ts";
import { type Config, config } from "@shared/config/mod.ts";
import { openDatabase } from "@shared/db/mod.ts";
import { type Authenticate, authenticator, type Log, logLine, waitUntil } from "@shared/http/mod.ts";
import {
  openProvider,
  openRelay,
  type Provider,
  type ProviderConfiguration,
  ProviderError,
  type Relay,
} from "@shared/providers/mod.ts";
import { batchedLedger } from "./batched-ledger.ts";
import { checkOutgoing } from "./outgoing-address.ts";
import { rememberKeys } from "./remember-keys.ts";
import { wait } from "./wait.ts";

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
  /** Resolves after so many milliseconds, or at once when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** Keeps the isolate alive for work after the answer. */
  waitUntil(work: Promise<unknown>): void;
  settling: SettleTools;
  newId(): string;
  log: Log;
}

let cached: GatewayDeps | undefined;

/** This deployment's surroundings, made on first use. */
export function systemDeps(): GatewayDeps {
  return cached ??= depsOf(config());
}

function depsOf(environment: Config): GatewayDeps {
  return {
    authenticate: rememberKeys(authenticator(environment)),
    ledger: batchedLedger(openDatabase(environment)),
    providers: Object.keys(environment.providers),
    // Added latency is what a gateway is judged by: nothing of an SDK on its way.
    open: (candidate) => openProvider({ ...reachable(candidate, environment), transport: "direct" }),
    openRelay: (candidate) => openRelay(reachable(candidate, environment)),
    now: Date.now,
    random: Math.random,
    wait,
    waitUntil,
    settling: systemTools,
    newId: () => crypto.randomUUID(),
    log: logLine,
  };
}

/** Hosts that rows with keys of their own may name, separated by commas; not set = every public one by https. */
const ALLOWED_HOSTS = "SIGNALBOX_PROVIDER_ALLOWED_HOSTS";

/** {@linkcode configurationOf}, the address looked at before each call where it comes from a row that brings its own key. */
function reachable(candidate: Candidate, environment: Config): ProviderConfiguration {
  const configuration = configurationOf(candidate, environment);
  const { secret_name: secretName } = candidate;
  if (secretName === null || configuration.baseUrl === null) return configuration;
  const allowed = environment.secret(ALLOWED_HOSTS)?.split(",").map((host) => host.trim().toLowerCase()) ?? null;
  return {
    ...configuration,
    fetch: async (input, init) => {
      const address = input instanceof Request ? input.url : String(input);
      await checkOutgoing(address, { allowed, resolve: (name, type) => Deno.resolveDns(name, type) });
      return await fetch(input, init);
    },
  };
}

/**
 * Where a candidate is and with which key. A row with a secret of its own says where that key is good for; the deployment's
 * addresses are for the deployment's keys.
 *
 * @throws {ProviderError} `authentication` without a key, `not_found` for a kind nobody knows.
 */
export function configurationOf(
  { provider: slug, kind, base_url: baseUrl, secret_name: secretName }: Candidate,
  environment: Pick<Config, "providers" | "secret">,
): ProviderConfiguration {
  const own = Object.entries(environment.providers).find(([name]) => name === slug)?.[1];
  const apiKey = secretName === null ? own?.apiKey : environment.secret(secretName);
  if (apiKey === undefined || apiKey === null) {
    throw new ProviderError("authentication", `Cannot reach ${slug}: this deployment has no key for it`);
  }
  if (kind !== "openai" && kind !== "anthropic" && kind !== "openai_compatible") {
    throw new ProviderError("not_found", `Cannot reach ${slug}: its kind is unknown`);
  }
  return { slug, kind, apiKey, baseUrl: secretName === null ? own?.baseUrl ?? baseUrl : baseUrl };
}
