import { addUsd, boundUsd, compareUsd, tokenBound } from "@shared/pricing/mod.ts";
import type { Admission, AdmissionRequest, Candidate, Plan, PlanPrompt } from "./admission.ts";

/** How long an admission may be taken for what the next one would have said, milliseconds. */
const GOOD_FOR_MS = 600_000;
/** Callers and questions that are remembered. */
const MOST_REMEMBERED = 500;
/** Longer inputs may fall into a dearer tier of context than the price that is remembered. */
const MOST_INPUT_TOKENS = 100_000;
/** As `ai.hold.ttl` has it by default: there is no hold to expire, but the plan has a time. */
const HOLD_TTL_MS = 60_000;

interface Remembered {
  plan: Plan;
  at: number;
}

/**
 * Plans of admissions that the database gave, for the time it cannot be asked. Who was admitted with the same question within the
 * last ten minutes is known to be a member, and what prices, prompts and models were then; nobody else is known at all.
 */
export class SparePlans {
  readonly #plans = new Map<string, Remembered>();

  remember(request: AdmissionRequest, admission: Admission, now: number): void {
    if (admission?.outcome !== "admitted" || !maySpool(admission.plan, request)) return;
    const key = keyOf(request);
    this.#plans.delete(key);
    this.#plans.set(key, { plan: admission.plan, at: now });
    const [oldest] = this.#plans.keys();
    if (this.#plans.size > MOST_REMEMBERED && oldest !== undefined) this.#plans.delete(oldest);
  }

  /** A plan for this request, bounded by its own tokens; null when there is none to go by. */
  planFor(request: AdmissionRequest, now: number): Plan | null {
    const remembered = this.#plans.get(keyOf(request));
    if (remembered === undefined || now - remembered.at > GOOD_FOR_MS) return null;
    // Only the database could tell whether the key was used before.
    if (request.idempotency_key !== null || request.input_tokens > MOST_INPUT_TOKENS) return null;
    return boundedPlan(remembered.plan, request, now);
  }
}

/** US dollars an isolate may spend during an outage by the settings a plan came with, decimal string. */
export function allowanceUsd({ settings }: Plan): string {
  return String(settings["ai.ledger.spool.allowance"] ?? 0);
}

function maySpool({ settings }: Plan, { task, operation }: AdmissionRequest): boolean {
  const tasks = settings["ai.ledger.spool.tasks"];
  return settings["ai.ledger.on_outage"] === "spool" && operation === "chat" && Array.isArray(tasks) &&
    tasks.includes(task);
}

/** Who asks what of which models: two requests with one key would have been given the same plan but for their tokens. */
function keyOf(request: AdmissionRequest): string {
  const { org_id, user_id, key_hash, service, task, models, needs, providers, max_output_tokens } = request;
  return JSON.stringify([org_id, user_id, key_hash, service, task, models, needs, providers, max_output_tokens]);
}

function boundedPlan(plan: Plan, request: AdmissionRequest, now: number): Plan | null {
  const inputTokens = request.input_tokens + promptTokens(plan.prompt, request);
  const candidates = plan.candidates.filter(({ breaker }) => breaker === "closed")
    .map((candidate) => bounded(candidate, inputTokens, request));
  const worst = candidates.filter(({ tier }) => tier === plan.tier).map(({ worst_cost_usd }) => worst_cost_usd)
    .sort(compareUsd).at(-1);
  if (worst === undefined) return null;
  return {
    ...plan,
    request_id: request.request_id,
    candidates,
    budget: null,
    hold_usd: worst,
    expires_at: new Date(now + request.deadline_ms + HOLD_TTL_MS).toISOString(),
    items: null,
  };
}

function bounded(candidate: Candidate, inputTokens: number, request: AdmissionRequest): Candidate {
  const { images, audio_ms: audioMs } = request;
  const worst = boundUsd(candidate.price, {
    inputTokens,
    outputTokens: candidate.max_output_tokens,
    ...(images === undefined ? {} : { images }),
    ...(audioMs === undefined ? {} : { audioMs }),
  });
  return { ...candidate, worst_cost_usd: addUsd(worst) };
}

/** A prompt of the registry counts by its bytes; the task's own is bounded in the request. */
function promptTokens(prompt: PlanPrompt, request: AdmissionRequest): number {
  if (prompt.system === null && prompt.template === null) return request.prompt_tokens;
  const shots = prompt.few_shot.map(({ input, output }) => `${input}${output}`).join("");
  return tokenBound(`${prompt.system ?? ""}${prompt.template ?? ""}${shots}`) + request.prompt_tokens;
}
