import { settleBehind, type Settlement } from "@shared/ai-logger/mod.ts";
import { type Admission, admit, budgetAfter, extend, type Plan } from "@shared/budget/mod.ts";
import { hashText } from "@shared/cache/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { tokenBound } from "@shared/pricing/mod.ts";
import { breakerWait, embed, type EmbeddingResult } from "@shared/router/mod.ts";
import { requestSettings } from "@shared/settings/mod.ts";
import type { z } from "zod";
import { commonAdmission, DEADLINE_MS } from "./admission-request.ts";
import type { TaskCall } from "./call.ts";
import type { EmbeddingDefinition } from "./define-embedding.ts";
import { type Envelope, standInOf, usageOf } from "./meta.ts";
import type { TaskDeps } from "./task-deps.ts";

interface Item {
  text: string;
  hash: string;
  inputTokens: number;
}

/** One call of an embedding task on its way from admission to settlement. */
export class EmbeddingRequestRun<Input extends z.ZodType, Output extends z.ZodType> {
  readonly #definition: EmbeddingDefinition<Input, Output>;
  readonly #call: TaskCall<z.output<Input>>;
  readonly #deps: TaskDeps;
  /** Hash of each text, in the order of the input. */
  readonly #order: string[] = [];
  /** Each different text once. */
  readonly #items = new Map<string, Item>();

  constructor(definition: EmbeddingDefinition<Input, Output>, call: TaskCall<z.output<Input>>, deps: TaskDeps) {
    this.#definition = definition;
    this.#call = call;
    this.#deps = deps;
  }

  /** Asks for admission; vectors that are known come back with it. */
  async admit(): Promise<Admission> {
    for (const text of this.#definition.texts(this.#call.input)) {
      const hash = await hashText(text);
      this.#order.push(hash);
      // The shortest text is one token: a bound of nothing would hold nothing.
      this.#items.set(hash, { text, hash, inputTokens: Math.max(1, tokenBound(text)) });
    }
    const items = [...this.#items.values()];
    return await admit(this.#deps.ledger, {
      ...await commonAdmission(this.#call, this.#definition.task, this.#deps.providers),
      operation: "embedding",
      complexity: null,
      complexity_features: null,
      input_hash: null,
      visibility: null,
      output_settings: { dimensions: this.#definition.dimensions },
      input_tokens: items.reduce((sum, item) => sum + item.inputTokens, 0),
      prompt_tokens: 0,
      prompt: { key: this.#definition.task, version: 1 },
      max_output_tokens: 0,
      needs: [],
      items: items.map(({ hash, inputTokens }) => ({ hash, input_tokens: inputTokens })),
    });
  }

  /**
   * Embeds what is not known yet and settles in the background.
   *
   * @throws {AppError} When not every text got its vector.
   */
  async carryOut(plan: Plan, signal: AbortSignal): Promise<Envelope> {
    const known = plan.items ?? {};
    const missing = [...this.#items.values()].filter(({ hash }) => !Object.hasOwn(known, hash));
    const { ledger, now, random, wait, open, retries } = this.#deps;
    const result = await embed(plan, {
      texts: missing,
      dimensions: this.#definition.dimensions,
      signal,
      deadline: this.#call.startedAt + DEADLINE_MS,
    }, {
      now,
      random,
      retries,
      wait,
      open,
      extend: (amountUsd) =>
        extend(ledger, { org_id: plan.org_id, request_id: plan.request_id, amount_usd: amountUsd }),
      breakerWait: () => breakerWait(ledger, plan),
    });
    const fresh = missing.slice(0, result.vectors.length).map(({ hash }, index) => ({
      hash,
      vector: result.vectors[index] ?? [],
    }));
    const envelope = result.failure === null ? this.#envelope(plan, known, fresh, result) : null;
    await settleBehind(this.#settlement(plan, result, fresh, envelope), this.#call.idempotencyKey, this.#deps);
    if (envelope !== null) return envelope;
    throw new AppError(
      result.failure?.code === "invalid_request" ? "internal" : result.failure?.code ?? "internal",
      result.failure?.detail ?? "Cannot answer: unexpected error",
      { retryAfterMs: result.failure?.retryAfterMs ?? undefined },
    );
  }

  #envelope(
    plan: Plan,
    known: Record<string, number[]>,
    fresh: { hash: string; vector: number[] }[],
    result: EmbeddingResult,
  ): Envelope {
    const candidate = result.candidate ?? plan.candidates[0] ?? null;
    const vectorOf = new Map([...Object.entries(known), ...fresh.map(({ hash, vector }) => [hash, vector] as const)]);
    const vectors = this.#order.map((hash) => vectorOf.get(hash) ?? []);
    const { dimensions, task } = this.#definition;
    return {
      data: this.#definition.compose({ vectors, dimensions, model: candidate?.model ?? "" }),
      meta: {
        request_id: plan.request_id,
        job_id: this.#call.options.job_id ?? null,
        task,
        provider: candidate?.provider ?? null,
        model: candidate?.model ?? null,
        tier: candidate?.tier ?? null,
        usage: usageOf(result.calls),
        cost_usd: Number(result.costUsd),
        latency_ms: Math.round(this.#deps.now() - this.#call.startedAt),
        calls: result.calls.length,
        cached: result.calls.length === 0,
        escalated: false,
        fell_back: result.fellBack,
        confidence: null,
        action: "use_ai_result",
        fallback_reason: null,
        needs_review: false,
        prompt: { key: plan.prompt.key, version: plan.prompt.version, variant: plan.prompt.variant },
        budget: budgetAfter(plan.budget, result.costUsd),
        ...standInOf(result.calls),
      },
    };
  }

  #settlement(
    plan: Plan,
    result: EmbeddingResult,
    fresh: { hash: string; vector: number[] }[],
    envelope: Envelope | null,
  ): Settlement {
    const call = this.#call;
    const candidate = result.candidate ?? (envelope === null ? null : plan.candidates[0]) ?? null;
    const failed = result.cancelled ? "cancelled" : "failed";
    return {
      request_id: plan.request_id,
      org_id: plan.org_id,
      task: this.#definition.task,
      user_id: call.identity.kind === "user" ? call.identity.userId : null,
      calls: result.calls,
      outcome: {
        status: envelope === null ? failed : "succeeded",
        error_code: envelope !== null ? null : result.cancelled ? "cancelled" : result.failure?.code ?? "internal",
        tier: candidate?.tier ?? null,
        provider: candidate?.provider ?? null,
        model: candidate?.model ?? null,
        latency_ms: Math.round(this.#deps.now() - call.startedAt),
        time_to_first_token_ms: null,
        escalated: false,
        fell_back: result.fellBack,
        confidence_score: null,
        confidence_breakdown: null,
        action: envelope === null ? null : "use_ai_result",
        fallback_reason: null,
        needs_review: false,
        decision: { texts: this.#order.length, from_cache: this.#items.size - fresh.length },
      },
      answer: envelope !== null && call.idempotencyKey !== null
        ? { data: envelope.data, meta: { ...envelope.meta } }
        : null,
      cacheable: false,
      items: call.options.cache === "off" || fresh.length === 0 ? null : fresh,
      payload: requestSettings(plan.settings).logPayloads ? { input: call.input, output: null } : null,
    };
  }
}
