import { AppError } from "@shared/errors/mod.ts";
import type { Admission, AdmissionRequest } from "./admission.ts";
import type { Ledger } from "./ledger.ts";

/**
 * Asks for everything a request needs before any money is spent: who, budget, limits, cache, prompt and route.
 * It is not repeated on failure: an answer that got lost may have left a hold, which only its own request may not take twice.
 *
 * @returns An answer in every case the database decides; a refusal is one.
 * @throws {AppError} `ledger_unavailable` when the database does not answer or answers nonsense. Nothing may be spent then.
 */
export async function admit(ledger: Ledger, request: AdmissionRequest): Promise<Admission> {
  const admission = await ledger.rpc<Admission | null>("ai_admit", { request }, { releaseEarly: true }).catch(
    (cause: unknown) => {
      throw unavailable("the ledger did not answer", cause);
    },
  );
  if (admission === null || !OUTCOMES.includes(admission.outcome)) throw unavailable("the ledger's answer is unknown");
  return admission;
}

const OUTCOMES: readonly string[] = ["admitted", "cached", "replayed", "refused"] satisfies Admission["outcome"][];

function unavailable(state: string, cause?: unknown): AppError {
  if (cause instanceof AppError) return cause;
  return new AppError("ledger_unavailable", `Cannot admit the request: ${state}`, { cause, retryAfterMs: 1000 });
}
