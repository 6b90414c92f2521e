import type { Candidate } from "@shared/budget/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { background, type Caller, type LogFields } from "@shared/http/mod.ts";
import { type FakeCall, type FakeProvider, fakeProvider, type FakeStep } from "@shared/providers/testing/mod.ts";
import { RetryBudget } from "@shared/router/mod.ts";
import { FakeLedger, fakeOrgId } from "./fake-ledger.ts";
import type { TaskDeps } from "../task-deps.ts";

/** A task's surroundings in a test, and what they saw. */
export interface FakeStack {
  deps: TaskDeps;
  ledger: FakeLedger;
  /** All models: each call names the one it is for. */
  provider: FakeProvider;
  /** Posts `body` as a user to a handler, and waits until everything after the answer is done. */
  post(
    handler: (request: Request) => Promise<Response>,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** Everything handed to `waitUntil` is done. */
  settled(): Promise<void>;
  /** Events logged. */
  logged: [event: string, fields: LogFields][];
}

/** The user whose token is `user`. */
export const fakeUserId = "00000000-0000-4000-8000-0000000000b1";
const START = Date.UTC(2026, 10, 21);
/** Waits this long end only by their signal: nothing in a test takes so long. */
const PATIENCE_MS = 60_000;

/**
 * A stack without network, clock or chance: a user (`Bearer user`), a service (`apikey: secret`), a publishable key
 * (`apikey: publishable`), models that follow a script, and a ledger in memory.
 */
export function fakeStack(
  script: FakeStep[] | ((call: FakeCall, index: number) => FakeStep),
  candidates: Candidate[] = fakeCandidates(),
): FakeStack {
  const ledger = new FakeLedger(candidates);
  const provider = fakeProvider(script);
  const work = background(() => undefined, () => {});
  const logged: [string, LogFields][] = [];
  let ids = 0;
  const deps: TaskDeps = {
    authenticate: (headers) => Promise.resolve(callerOf(headers)),
    ledger,
    // Rows a user sees are each test's own matter.
    asUser: () => ledger,
    providers: [...new Set(candidates.map((candidate) => candidate.provider))],
    open: () => provider,
    now: () => START,
    random: () => 1,
    retries: new RetryBudget(),
    wait: (ms, signal) => ms < PATIENCE_MS ? Promise.resolve() : aborted(signal),
    waitUntil: work.waitUntil,
    settling: { wait: () => Promise.resolve(), random: () => 1, print: (line) => logged.push([line, {}]) },
    newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`,
    log: (event, fields) => logged.push([event, fields]),
  };
  return {
    deps,
    ledger,
    provider,
    logged,
    settled: work.settled,
    async post(handler, body, headers = {}) {
      const response = await handler(fakePost(body, headers));
      await work.settled();
      return response;
    },
  };
}

/** A `POST` as the fake user; a body that is a string is sent as it is. */
export function fakePost(body: unknown, headers: Record<string, string> = {}): Request {
  return new Request("https://project.test/functions/v1/task", {
    method: "POST",
    headers: { authorization: "Bearer user", "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

/** A small and a large model of two providers. */
function fakeCandidates(): Candidate[] {
  return [
    fakeCandidate("openai", "gpt-4o-mini", { tier: "small" }),
    fakeCandidate("anthropic", "claude-sonnet", { tier: "large" }),
  ];
}

/** A model at 0.15 and 0.60 US dollars per million tokens. */
export function fakeCandidate(provider: string, model: string, change: Partial<Candidate> = {}): Candidate {
  return {
    provider,
    model,
    tier: "small",
    price: {
      id: `price-${model}`,
      input_usd_per_mtok: "0.15",
      output_usd_per_mtok: "0.6",
      cache_read_usd_per_mtok: null,
      cache_write_usd_per_mtok: null,
    },
    max_output_tokens: 16_000,
    context_window: 128_000,
    capabilities: ["json_schema", "streaming"],
    dimensions: null,
    base_url: null,
    kind: provider === "anthropic" ? "anthropic" : "openai",
    secret_name: null,
    worst_cost_usd: "0",
    breaker: "closed",
    ...change,
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

function callerOf(headers: Headers): Caller {
  if (headers.get("authorization") === "Bearer user") {
    return { kind: "user", userId: fakeUserId, email: null, token: "user", language: null, claims: {} };
  }
  switch (headers.get("apikey")) {
    case "secret":
      return { kind: "service", keyName: "default" };
    case "publishable":
      return { kind: "publishable" };
    default:
      throw new AppError("unauthorized", "Cannot authenticate: send a key");
  }
}

export { fakeOrgId };
