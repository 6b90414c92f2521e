import { outcomeOf, settleBehind, type Settlement } from "@shared/ai-logger/mod.ts";
import { type Admission, admit, type Plan } from "@shared/budget/mod.ts";
import { hashText } from "@shared/cache/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { tokenBound } from "@shared/pricing/mod.ts";
import { type EmbeddedItems, type EmbeddingItem, embedItems, routerTools } from "@shared/router/mod.ts";
import { requestSettings } from "@shared/settings/mod.ts";
import type { z } from "zod";
import { commonAdmission, DEADLINE_MS } from "./admission-request.ts";
import type { TaskCall } from "./call.ts";
import type { EmbeddingDefinition } from "./define-embedding.ts";
import { type Envelope, metaOf } from "./meta.ts";
import type { TaskDeps } from "./task-deps.ts";

/** One call of an embedding task on its way from admission to settlement. */
export class EmbeddingRequestRun<Input extends z.ZodType, Output extends z.ZodType> {
  readonly #definition: EmbeddingDefinition<Input, Output>;
  readonly #call: TaskCall<z.output<Input>>;
  readonly #deps: TaskDeps;
  /** Hash of each text, in the order of the input. */
  readonly #order: string[] = [];
  /** Each different text once. */
  readonly #items = new Map<string, EmbeddingItem>();

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
    const embedded = await embedItems(plan, [...this.#items.values()], {
      dimensions: this.#definition.dimensions,
      signal,
      deadline: this.#call.startedAt + DEADLINE_MS,
    }, routerTools(plan, this.#deps));
    const { result } = embedded;
    const isAnswered = result.failure === null;
    const outcome = outcomeOf(result, {
      isAnswered,
      candidate: result.candidate ?? (isAnswered ? plan.candidates[0] : null) ?? null,
      latencyMs: Math.round(this.#deps.now() - this.#call.startedAt),
      decision: { texts: this.#order.length, from_cache: this.#items.size - embedded.fresh.length },
    });
    const envelope = isAnswered ? this.#envelope(plan, embedded, outcome) : null;
    await settleBehind(
      this.#settlement(plan, embedded, outcome, envelope),
      this.#call.idempotencyKey,
      this.#deps,
    );
    if (envelope !== null) return envelope;
    throw new AppError(
      result.failure?.code === "invalid_request" ? "internal" : result.failure?.code ?? "internal",
      result.failure?.detail ?? "Cannot answer: unexpected error",
      { retryAfterMs: result.failure?.retryAfterMs ?? undefined },
    );
  }

  #envelope(
    plan: Plan,
    { result, vectorOf }: EmbeddedItems,
    outcome: Settlement["outcome"],
  ): Envelope {
    const { compose, dimensions, task } = this.#definition;
    const vectors = this.#order.map((hash) => vectorOf.get(hash) ?? []);
    return {
      data: compose({ vectors, dimensions, model: outcome.model ?? "" }),
      meta: { ...metaOf(task, this.#call, plan, result, outcome), cached: result.calls.length === 0 },
    };
  }

  #settlement(
    plan: Plan,
    { result: { calls }, fresh }: EmbeddedItems,
    outcome: Settlement["outcome"],
    envelope: Envelope | null,
  ): Settlement {
    const call = this.#call;
    return {
      request_id: plan.request_id,
      org_id: plan.org_id,
      task: this.#definition.task,
      user_id: call.identity.kind === "user" ? call.identity.userId : null,
      calls,
      outcome,
      answer: envelope !== null && call.idempotencyKey !== null
        ? { data: envelope.data, meta: { ...envelope.meta } }
        : null,
      cacheable: false,
      items: call.options.cache === "off" || fresh.length === 0 ? null : fresh,
      payload: requestSettings(plan.settings).logPayloads ? { input: call.input, output: null } : null,
    };
  }
}
