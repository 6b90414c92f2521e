import type { Rejection, Settlement } from "@shared/ai-logger/mod.ts";
import type {
  Admission,
  AdmissionRequest,
  Candidate,
  Extension,
  Ledger,
  Plan,
  StoredAnswer,
} from "@shared/budget/mod.ts";
import type { ErrorCode } from "@shared/errors/mod.ts";
import { addUsd, boundUsd, compareUsd, costUsd, subtractUsd } from "@shared/pricing/mod.ts";

/** The one organization a fake ledger knows. */
export const fakeOrgId = "00000000-0000-4000-8000-0000000000aa";

/** A ledger in memory: who, one budget, exact cache, idempotency, holds. For tests; the real one is SQL. */
export class FakeLedger implements Ledger {
  readonly admissions: AdmissionRequest[] = [];
  readonly settlements: Settlement[] = [];
  readonly rejections: Rejection[] = [];
  /** US dollars nobody has spent or held. */
  leftUsd: string;
  /** Changes every plan before it is handed out. */
  adjustPlan: (plan: Plan) => Plan = (plan) => plan;
  /** Refuses every request with this code; null = admits. */
  refuseWith: ErrorCode | null = null;
  readonly #candidates: Candidate[];
  readonly #holds = new Map<string, { heldUsd: string; request: AdmissionRequest }>();
  readonly #answers = new Map<string, { bodyHash: string | null; requestId: string; answer: StoredAnswer | null }>();
  readonly #cache = new Map<string, StoredAnswer>();
  readonly #vectors = new Map<string, number[]>();

  constructor(candidates: Candidate[], leftUsd = "100") {
    this.#candidates = candidates;
    this.leftUsd = leftUsd;
  }

  /** Requests admitted and not settled: what a lost settlement would leave behind. */
  get openHolds(): number {
    return this.#holds.size;
  }

  rpc<Result>(name: string, args: Record<string, unknown>): Promise<Result> {
    return Promise.resolve(this.#answer(name, structuredClone(args)) as Result);
  }

  #answer(name: string, args: Record<string, unknown>): unknown {
    switch (name) {
      case "ai_admit":
        return this.#admit(args["request"] as AdmissionRequest);
      case "ai_extend":
        return this.#extend(String(args["p_request_id"]), String(args["p_amount_usd"]));
      case "ai_settle":
        return this.#settle(args["settlement"] as Settlement);
      case "ai_reject":
        return this.rejections.push(args["rejection"] as Rejection);
      default:
        throw new Error(`Cannot call ${name}: the fake ledger does not have it`);
    }
  }

  #admit(request: AdmissionRequest): Admission {
    this.admissions.push(request);
    if (request.org_id !== null && request.org_id !== fakeOrgId) return refusal(request, null, "forbidden");
    if (request.service && request.org_id === null) return refusal(request, null, "invalid_request");
    if (this.refuseWith !== null) return refusal(request, fakeOrgId, this.refuseWith);
    const claimed = this.#claim(request);
    if (claimed !== null) return claimed;
    const cached = request.cache === "use" ? this.#cache.get(cacheKey(request)) : undefined;
    if (cached !== undefined) {
      return {
        outcome: "cached",
        request_id: request.request_id,
        org_id: fakeOrgId,
        answer: cached,
        budget: this.#budget(),
      };
    }
    return this.#hold(request);
  }

  #claim(request: AdmissionRequest): Admission | null {
    const { idempotency_key: key, body_hash: bodyHash, request_id: requestId } = request;
    if (key === null) return null;
    const known = this.#answers.get(key);
    if (known === undefined) {
      this.#answers.set(key, { bodyHash, requestId, answer: null });
      return null;
    }
    if (known.bodyHash !== bodyHash || known.answer === null) {
      return refusal(request, fakeOrgId, "idempotency_conflict");
    }
    return { outcome: "replayed", request_id: known.requestId, org_id: fakeOrgId, answer: known.answer };
  }

  #hold(request: AdmissionRequest): Admission {
    const inputTokens = request.input_tokens + request.prompt_tokens;
    const audio = request.audio_ms === undefined ? {} : { audioMs: request.audio_ms };
    const candidates = this.#candidates.map((candidate) => {
      const outputTokens = Math.min(candidate.max_output_tokens, request.max_output_tokens);
      const worst = boundUsd(candidate.price, { inputTokens, outputTokens, ...audio });
      return { ...candidate, max_output_tokens: outputTokens, worst_cost_usd: worst };
    });
    const heldUsd = candidates[0]?.worst_cost_usd ?? "0";
    if (compareUsd(heldUsd, this.leftUsd) > 0) return refusal(request, fakeOrgId, "budget_exhausted");
    const budget = this.#budget();
    this.leftUsd = subtractUsd(this.leftUsd, heldUsd);
    this.#holds.set(request.request_id, { heldUsd, request });
    const items = (request.items ?? []).flatMap(({ hash }) => {
      const vector = this.#vectors.get(hash);
      return vector === undefined ? [] : [[hash, vector] as const];
    });
    const plan: Plan = {
      request_id: request.request_id,
      org_id: fakeOrgId,
      candidates,
      tier: candidates[0]?.tier ?? "small",
      prompt: { ...request.prompt, variant: "A", system: null, template: null, few_shot: [] },
      thresholds: {
        escalate_below: 0.7,
        good_from: 0.8,
        excellent_from: 0.9,
        max_escalations: 2,
        escalate_to: "next_tier",
        max_cost_usd: null,
        critical: false,
        stream_on_failure: "restart",
        consensus: null,
      },
      settings: {},
      budget,
      hold_usd: heldUsd,
      expires_at: "2026-11-21T00:03:00.000Z",
      items: request.items === null ? null : Object.fromEntries(items),
    };
    return { outcome: "admitted", plan: this.adjustPlan(plan) };
  }

  #extend(requestId: string, amountUsd: string): Extension {
    const hold = this.#holds.get(requestId);
    if (hold === undefined || compareUsd(amountUsd, this.leftUsd) > 0) {
      return { granted: false, code: "budget_exhausted", detail: "Cannot extend the hold: nothing is left" };
    }
    hold.heldUsd = addUsd(hold.heldUsd, amountUsd);
    this.leftUsd = subtractUsd(this.leftUsd, amountUsd);
    return { granted: true, hold_usd: hold.heldUsd };
  }

  #settle(settlement: Settlement): { settled: boolean; cost_usd: string } {
    const hold = this.#holds.get(settlement.request_id);
    if (hold === undefined) return { settled: false, cost_usd: "0" };
    this.#holds.delete(settlement.request_id);
    this.settlements.push(settlement);
    const cost = addUsd(...settlement.calls.map((call) => this.#callCost(call)));
    this.leftUsd = subtractUsd(addUsd(this.leftUsd, hold.heldUsd), cost);
    const { idempotency_key: key } = hold.request;
    const claim = key === null ? undefined : this.#answers.get(key);
    if (claim !== undefined) claim.answer = settlement.answer;
    if (key !== null && settlement.answer === null) this.#answers.delete(key);
    if (settlement.cacheable && settlement.answer !== null) this.#cache.set(cacheKey(hold.request), settlement.answer);
    for (const { hash, vector } of settlement.items ?? []) this.#vectors.set(hash, vector);
    return { settled: true, cost_usd: cost };
  }

  #callCost(call: Settlement["calls"][number]): string {
    if (call.usage_source === "none") return "0";
    const price = this.#candidates.find((candidate) => candidate.price.id === call.price_id)?.price;
    const usage = {
      inputTokens: call.input_tokens,
      outputTokens: call.output_tokens,
      cacheReadInputTokens: call.cache_read_input_tokens,
      cacheWriteInputTokens: call.cache_write_input_tokens,
      ...(call.audio_ms === undefined ? {} : { audioMs: call.audio_ms }),
    };
    const cost = price === undefined ? null : costUsd(price, usage);
    if (cost === null) throw new Error("Cannot settle the call: its price or its tokens are unknown");
    return cost;
  }

  #budget() {
    return { state: "ok", remaining: this.leftUsd, currency: "USD", per_usd: "1" } as const;
  }
}

function refusal(request: AdmissionRequest, orgId: string | null, code: ErrorCode): Admission {
  return {
    outcome: "refused",
    request_id: request.request_id,
    org_id: orgId,
    code,
    detail: `Cannot admit the request: ${code}`,
    retry_after_ms: code === "rate_limited" ? 12_000 : null,
    extensions: null,
  };
}

function cacheKey(request: AdmissionRequest): string {
  const { visibility, user_id, task, language, models, output_settings, input_hash } = request;
  return JSON.stringify([visibility ?? user_id, task, language, models, output_settings, input_hash]);
}
