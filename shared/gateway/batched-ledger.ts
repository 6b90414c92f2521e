import { SETTLE_OPTIONS, type Settlement } from "@shared/ai-logger/mod.ts";
import type { Admission, AdmissionRequest, Ledger } from "@shared/budget/mod.ts";
import type { CallOptions } from "@shared/db/mod.ts";
import { Lane } from "./lane.ts";
import { type Later, laterOrAtTheEnd } from "./later.ts";

/** More admissions at a time would keep the rows they lock from everybody else for too long. */
const MOST_ADMISSIONS = 16;
/**
 * Settlements pass the gate last, so that more of them keep nobody out. But they need the processor and the disk that the caller's
 * next admissions need: each batch is a pause for those, and many together cost less than half of what they cost one by one.
 */
const MOST_SETTLEMENTS = 64;
/** How long a settlement that nobody waits for waits for others, milliseconds. */
const UNHURRIED_MS = 50;
/** The same where a budget is short, a limit counts what is held or an answer is to be stored: somebody may wait for it. */
const HURRIED_MS = 10;
/** Requests whose caller is remembered until they are settled; more are settled alone. */
const MOST_REMEMBERED = 20_000;

interface Admitted {
  caller: string;
  unhurried: boolean;
}

interface Lanes {
  admit: Lane<unknown, unknown>;
  settle: Lane<unknown, unknown>;
}

/**
 * The same ledger. Admissions, and settlements, of one caller that would wait for each other at the same budget go together in one
 * round trip and one commit. Only requests that lock the very same rows do: those with a job, a subject or an idempotency key of
 * their own go alone, so that two batches can never wait for each other.
 */
export function batchedLedger(ledger: Ledger, later: Later = laterOrAtTheEnd()): Ledger {
  const lanes = new Map<string, Lanes>();
  const open = new Map<string, Admitted>();

  const lanesOf = (caller: string): Lanes => {
    const known = lanes.get(caller);
    if (known !== undefined) return known;
    for (const [name, { admit, settle }] of lanes) if (admit.isIdle && settle.isIdle) lanes.delete(name);
    const made = {
      admit: new Lane(together(ledger, "ai_admit", "request", { releaseEarly: true }), MOST_ADMISSIONS, later),
      settle: new Lane(together(ledger, "ai_settle", "settlement", SETTLE_OPTIONS), MOST_SETTLEMENTS, later),
    };
    lanes.set(caller, made);
    return made;
  };

  return {
    async rpc<Result>(name: string, args: Record<string, unknown>, options?: CallOptions): Promise<Result> {
      if (name === "ai_admit") {
        const request = args["request"] as AdmissionRequest;
        const caller = callerOf(request);
        if (caller !== null) {
          const admission = await lanesOf(caller).admit.run(request) as Admission | null;
          // Only what was admitted comes back to be settled.
          if (admission?.outcome === "admitted" && open.size < MOST_REMEMBERED) {
            open.set(request.request_id, { caller, unhurried: admission.plan.unhurried === true });
          }
          return admission as Result;
        }
      }
      if (name === "ai_recall_similar") {
        const answer = await ledger.rpc<Result & { hit?: unknown }>(name, args, options);
        // A hit has settled its request.
        if (answer.hit === true) open.delete((args["lookup"] as { request_id: string }).request_id);
        return answer;
      }
      if (name === "ai_settle") {
        const settlement = args["settlement"] as Settlement;
        const admitted = open.get(settlement.request_id);
        open.delete(settlement.request_id);
        if (admitted !== undefined) {
          // Whoever asks the same again at once finds the stored answer.
          const waitMs = admitted.unhurried && settlement.answer === null ? UNHURRIED_MS : HURRIED_MS;
          return await lanesOf(admitted.caller).settle.run(settlement, waitMs) as Result;
        }
      }
      return await ledger.rpc<Result>(name, args, options);
    },
  };
}

/** Null for a request that locks rows of its own. */
function callerOf(request: AdmissionRequest): string | null {
  const { org_id, user_id, key_hash, service, job_id, subject_id, idempotency_key } = request;
  if (job_id !== null || subject_id !== null || idempotency_key !== null) return null;
  return [org_id, user_id, key_hash, service].join(" ");
}

/** Carries items out by `<name>_many`, or one alone by `<name>`. What failed in company is tried once more alone. */
function together(
  ledger: Ledger,
  name: string,
  argument: string,
  options?: CallOptions,
): (items: unknown[]) => Promise<unknown[]> {
  const alone = (item: unknown) => ledger.rpc<unknown>(name, { [argument]: item }, options);
  return async (items) => {
    if (items.length === 1) return [await alone(items[0])];
    const answers = await ledger.rpc<unknown[]>(`${name}_many`, { [`${argument}s`]: items }, options);
    return await Promise.all(answers.map((answer, index) => isFailed(answer) ? alone(items[index]) : answer));
  };
}

function isFailed(answer: unknown): boolean {
  return typeof answer === "object" && answer !== null && "failed" in answer;
}
