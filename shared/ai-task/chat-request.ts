import { type Admission, admit, extend, type Plan } from "@shared/budget/mod.ts";
import { hashBody, hashInput } from "@shared/cache/mod.ts";
import { settle, type Settlement } from "@shared/ai-logger/mod.ts";
import type { JsonSchema } from "@shared/providers/mod.ts";
import { type Ask, type RouteResult, run, type StreamSink } from "@shared/router/mod.ts";
import { complexity } from "@shared/complexity/mod.ts";
import { parseCalibration } from "@shared/statistics/mod.ts";
import { requestSettings } from "@shared/settings/mod.ts";
import { errorKinds } from "@shared/errors/mod.ts";
import type { z } from "zod";
import { commonAdmission, DEADLINE_MS } from "./admission-request.ts";
import type { TaskCall } from "./call.ts";
import { conclude, type Conclusion } from "./conclude.ts";
import type { TaskContext, TaskDefinition } from "./define-task.ts";
import { answerSchema } from "./describe.ts";
import { judgeAnswer } from "./judge.ts";
import { type PromptMaterial, promptOf, tokenBounds } from "./prompt.ts";
import { shortenMaterial } from "./shorten.ts";
import type { TaskDeps } from "./task-deps.ts";
import type { Turn } from "./turn.ts";
import { TurnWatch } from "./turn-watch.ts";

/** One call of a chat task on its way from admission to settlement. */
export class ChatRequestRun<Input extends z.ZodType, Output extends z.ZodType> {
  readonly #definition: TaskDefinition<Input, Output>;
  readonly #call: TaskCall<z.output<Input>>;
  readonly #deps: TaskDeps;
  readonly #material: PromptMaterial;
  readonly #schema: JsonSchema;
  readonly #inputTokens: number;
  readonly #promptTokens: number;
  readonly #turn: Turn<z.output<Output>> | null;

  /** @param turn What `definition.turn` gave; null where calls stand alone. */
  constructor(
    definition: TaskDefinition<Input, Output>,
    call: TaskCall<z.output<Input>>,
    deps: TaskDeps,
    turn: Turn<z.output<Output>> | null = null,
  ) {
    this.#turn = turn;
    this.#definition = definition;
    this.#call = call;
    this.#deps = deps;
    const context: TaskContext = { language: call.language, now: new Date(call.startedAt).toISOString() };
    this.#material = {
      variables: definition.variables(call.input, context),
      context,
      attachments: definition.attachments?.(call.input) ?? [],
      turn,
    };
    this.#schema = answerSchema(definition.output);
    const bounds = tokenBounds(definition, this.#material, this.#responseSchema());
    this.#inputTokens = bounds.input;
    this.#promptTokens = bounds.prompt;
  }

  /** Asks for admission. */
  async admit(): Promise<Admission> {
    const definition = this.#definition;
    const { options } = this.#call;
    const { score, features } = complexity(this.#complexityText());
    const images = this.#material.attachments.filter((part) => part.type === "image").length;
    return await admit(this.#deps.ledger, {
      ...await commonAdmission(this.#call, definition.task, this.#deps.providers),
      operation: "chat",
      complexity: score,
      complexity_features: features,
      input_hash: await hashInput(this.#call.input),
      visibility: definition.cachedBy === "input" ? "input" : null,
      output_settings: { temperature: definition.temperature ?? null, schema: await hashBody(this.#schema) },
      input_tokens: this.#inputTokens,
      prompt_tokens: this.#promptTokens,
      prompt: { key: definition.task, version: definition.prompt.version },
      max_output_tokens: definition.maxOutputTokens,
      ...(images > 0 ? { images } : {}),
      needs: [
        ...(images > 0 ? ["vision"] : []),
        ...(options.stream === true ? ["streaming"] : []),
      ],
      items: null,
    });
  }

  /**
   * Carries an admitted request out and settles it in the background.
   *
   * @param signal Aborts when nobody waits any more.
   */
  async carryOut(plan: Plan, sink: StreamSink | null, signal: AbortSignal): Promise<Conclusion> {
    const watch = this.#turn === null ? null : new TurnWatch(this.#turn, sink, signal, this.#deps);
    const result = await this.#route(plan, watch === null ? sink : watch.sink, watch?.signal ?? signal);
    const conclusion = this.#conclude(plan, result);
    this.#deps.waitUntil(settle(this.#deps.ledger, this.#settlement(plan, result, conclusion), this.#deps.settling));
    return watch === null ? conclusion : await watch.end(conclusion, this.#definition.task, this.#call, plan, result);
  }

  async #route(plan: Plan, sink: StreamSink | null, signal: AbortSignal): Promise<RouteResult<z.output<Output>>> {
    const { ledger, now, random, wait, open, retries } = this.#deps;
    try {
      return await run(plan, this.#ask(plan, sink, signal), {
        now,
        random,
        retries,
        wait,
        open,
        extend: (amountUsd) =>
          extend(ledger, { org_id: plan.org_id, request_id: plan.request_id, amount_usd: amountUsd }),
      });
    } catch (error) {
      // Before the first call: a prompt row that cannot be filled. Rules may still answer, and the hold is given back.
      this.#deps.log("request_failed", { request_id: plan.request_id, code: "internal", kinds: errorKinds(error) });
      return unroutable();
    }
  }

  #ask(plan: Plan, sink: StreamSink | null, signal: AbortSignal): Ask<z.output<Output>> {
    const definition = this.#definition;
    const responseSchema = this.#responseSchema();
    let material = this.#material;
    const chat = {
      ...promptOf(definition, plan, material),
      ...(definition.temperature === undefined ? {} : { temperature: definition.temperature }),
      ...(responseSchema === null
        ? {}
        : { responseSchema: { name: definition.task.replaceAll("-", "_"), schema: responseSchema } }),
    };
    const asked = {
      schema: this.#schema,
      input: this.#call.input,
      context: this.#material.context,
      calibration: plan.calibration ? parseCalibration(plan.calibration) : null,
    };
    return {
      chat,
      shorten: () => {
        const shortened = shortenMaterial(material);
        if (shortened === null) return null;
        material = shortened;
        return { ...chat, ...promptOf(definition, plan, material) };
      },
      inputTokens: this.#inputTokens + this.#promptTokens,
      judge: (answer, agreement) => judgeAnswer(definition, asked, answer, agreement),
      ...(definition.compare === undefined ? {} : { valueOf: definition.compare }),
      stream: sink,
      signal,
      deadline: this.#call.startedAt + DEADLINE_MS,
    };
  }

  #conclude(plan: Plan, result: RouteResult<z.output<Output>>): Conclusion {
    const context = { ...this.#material.context, nowMs: this.#deps.now() };
    try {
      return conclude(this.#definition, this.#call, plan, result, context);
    } catch (error) {
      // Rules that fail: the calls made are settled all the same.
      this.#deps.log("request_failed", { request_id: plan.request_id, code: "internal", kinds: errorKinds(error) });
      return conclude({ ...this.#definition, rules: null }, this.#call, plan, result, context);
    }
  }

  #settlement(plan: Plan, result: RouteResult<z.output<Output>>, conclusion: Conclusion): Settlement {
    const { envelope, cacheable, outcome } = conclusion;
    const call = this.#call;
    const mayCache = cacheable && call.options.cache !== "off";
    const isKept = envelope !== null && (mayCache || call.idempotencyKey !== null);
    return {
      request_id: plan.request_id,
      org_id: plan.org_id,
      task: this.#definition.task,
      user_id: call.identity.kind === "user" ? call.identity.userId : null,
      calls: result.calls,
      outcome,
      answer: isKept ? { data: envelope.data, meta: { ...envelope.meta } } : null,
      cacheable: mayCache,
      items: null,
      payload: requestSettings(plan.settings).logPayloads
        ? { input: call.input, output: envelope?.data ?? null }
        : null,
    };
  }

  #complexityText(): string {
    return this.#definition.complexityText?.(this.#call.input) ?? Object.values(this.#material.variables).join("\n");
  }

  #responseSchema(): JsonSchema | null {
    return this.#definition.fromText === undefined ? this.#schema : null;
  }
}

function unroutable<Output>(): RouteResult<Output> {
  return {
    best: null,
    failure: { code: "internal", reason: "internal", detail: "Cannot answer: unexpected error", retryAfterMs: null },
    cancelled: false,
    weak: false,
    needsReview: false,
    calls: [],
    costUsd: "0",
    escalated: false,
    fellBack: false,
    streamed: false,
    piecesStand: false,
    shortened: false,
    agreement: null,
    decisions: [],
  };
}
