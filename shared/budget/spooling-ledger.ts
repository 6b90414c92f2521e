import type { CallOptions } from "@shared/db/mod.ts";
import { AppError, errorKinds } from "@shared/errors/mod.ts";
import { addUsd, compareUsd, subtractUsd } from "@shared/pricing/mod.ts";
import type { Admission, AdmissionRequest } from "./admission.ts";
import type { Ledger } from "./ledger.ts";
import { allowanceUsd, SparePlans } from "./spare-plans.ts";

/** What a spooling ledger uses of its surroundings. */
export interface SpoolTools {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after so many milliseconds. */
  wait(ms: number): Promise<void>;
  /** Writes one line where operators look. */
  print(line: string): void;
}

/** Clock, timers and log of this isolate. */
const systemSpoolTools: SpoolTools = {
  now: Date.now,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  print: (line) => globalThis.console.error(line),
};

/** For so long after it could not be reached the database is not asked again by a request that can do without. */
const PAUSE_MS = 2_000;
/** Waits between two attempts to settle; the last one stays. */
const BACKOFF_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];
/** For so long settlements are kept trying: the platform ends an isolate after 400 s. */
const KEEP_TRYING_MS = 300_000;

interface Spooled {
  request: AdmissionRequest;
  holdUsd: string;
  since: number;
}

/**
 * The same ledger, which for tasks named in `ai.ledger.spool.tasks` goes on while the database cannot be reached, where
 * `ai.ledger.on_outage` is `spool`. A request is then admitted by the plan of an earlier one of the same caller, and its upper bound
 * taken from an allowance of this isolate; its settlement is tried until the database is back, where it counts as `recovered` and
 * is alerted as an overrun. When the isolate ends before that, the settlement stands in the function's log: never silently free.
 * Everything else fails as it would: `ledger_unavailable`.
 */
export function spoolingLedger(ledger: Ledger, tools: SpoolTools = systemSpoolTools): Ledger {
  const plans = new SparePlans();
  const spool = new Map<string, Spooled>();
  /** US dollars of upper bounds that wait to be settled. */
  let pendingUsd = "0";
  let pauseUntil = 0;

  function spare(request: AdmissionRequest): Admission | null {
    const plan = plans.planFor(request, tools.now());
    if (plan === null) return null;
    const pending = addUsd(pendingUsd, plan.hold_usd);
    if (compareUsd(pending, allowanceUsd(plan)) > 0) return null;
    pendingUsd = pending;
    spool.set(request.request_id, { request, holdUsd: plan.hold_usd, since: tools.now() });
    const { request_id, task } = request;
    tools.print(
      JSON.stringify({ event: "ai_ledger_spooled", request_id, task, org_id: plan.org_id, hold_usd: plan.hold_usd }),
    );
    return { outcome: "admitted", plan };
  }

  async function admit(args: Record<string, unknown>, options?: CallOptions): Promise<Admission> {
    const request = args["request"] as AdmissionRequest;
    const early = tools.now() < pauseUntil ? spare(request) : null;
    if (early !== null) return early;
    try {
      const admission = await ledger.rpc<Admission>("ai_admit", args, options);
      plans.remember(request, admission, tools.now());
      return admission;
    } catch (error) {
      const admission = isOutage(error) ? spare(request) : null;
      if (admission === null) throw error;
      pauseUntil = tools.now() + PAUSE_MS;
      return admission;
    }
  }

  /** Tries until it is settled. The database takes one settlement of a request, whoever else may have sent it meanwhile. */
  async function settle<Result>(spooled: Spooled, settlement: object, options?: CallOptions): Promise<Result> {
    const { request, since } = spooled;
    const { job_id, subject_type, subject_id, key_hash } = request;
    // The bound stands where nobody knows what it cost.
    const whole = { ...settlement, spooled: { job_id, subject_type, subject_id, key_hash, hold_usd: spooled.holdUsd } };
    for (let attempt = 0;; attempt++) {
      try {
        const result = await ledger.rpc<Result>("ai_settle", { settlement: whole }, options);
        pendingUsd = subtractUsd(pendingUsd, spooled.holdUsd);
        spool.delete(request.request_id);
        tools.print(JSON.stringify({ event: "ai_ledger_unspooled", request_id: request.request_id, result }));
        return result;
      } catch (error) {
        if (!isOutage(error) || tools.now() - since > KEEP_TRYING_MS) throw error;
        if (attempt === 0) {
          tools.print(
            JSON.stringify({ event: "ai_ledger_waiting", request_id: request.request_id, kinds: errorKinds(error) }),
          );
        }
      }
      await tools.wait(BACKOFF_MS[Math.min(attempt, BACKOFF_MS.length - 1)] ?? 0);
    }
  }

  return {
    async rpc<Result>(name: string, args: Record<string, unknown>, options?: CallOptions): Promise<Result> {
      if (name === "ai_admit") return await admit(args, options) as Result;
      if (name === "ai_settle") {
        const settlement = args["settlement"] as { request_id: string };
        const spooled = spool.get(settlement.request_id);
        if (spooled !== undefined) return await settle<Result>(spooled, settlement, options);
      }
      return await ledger.rpc<Result>(name, args, options);
    },
  };
}

function isOutage(error: unknown): boolean {
  return !(error instanceof AppError) || error.code === "ledger_unavailable";
}
