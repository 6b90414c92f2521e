import { type Admission, budgetAfter } from "@shared/budget/mod.ts";
import type { TaskCall } from "./call.ts";
import type { Envelope, Meta } from "./meta.ts";

/**
 * The envelope of an answer from the cache: who gave it and how sure they were stays, everything about THIS request is new,
 * and it cost nothing. Under an idempotency key the database has made it already (`private.cached_answer`) and kept it: what is
 * given now is what is given to whoever sends the key again.
 */
export function cachedEnvelope(
  admission: Extract<Admission, { outcome: "cached" }>,
  call: TaskCall<unknown>,
  now: number,
): Envelope {
  if (call.idempotencyKey !== null) return admission.answer as unknown as Envelope;
  const original = admission.answer.meta as unknown as Meta;
  return {
    data: admission.answer.data,
    meta: {
      ...original,
      request_id: admission.request_id,
      job_id: call.options.job_id ?? null,
      usage: { input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0 },
      cost_usd: 0,
      latency_ms: Math.round(now - call.startedAt),
      calls: 0,
      cached: true,
      escalated: false,
      fell_back: false,
      budget: budgetAfter(admission.budget, "0"),
    },
  };
}

/** The envelope of an answer given before under the same idempotency key: exactly as it was. */
export function replayedEnvelope(admission: Extract<Admission, { outcome: "replayed" }>): Envelope {
  return admission.answer as unknown as Envelope;
}
