import { type Admission, type AdmissionRequest, admit, type Plan } from "@shared/budget/mod.ts";
import { hashBody, hashInput } from "@shared/cache/mod.ts";
import { settleBehind, type Settlement } from "@shared/ai-logger/mod.ts";
import { type ChatRequest, type JsonSchema, requestTokenBound } from "@shared/providers/mod.ts";
import type { RenderedPrompt } from "@shared/prompts/mod.ts";
import { type Ask, nothingCalled, type RouteResult, routerTools, run } from "@shared/router/mod.ts";
import { complexity } from "@shared/complexity/mod.ts";
import { parseCalibration } from "@shared/statistics/mod.ts";
import { requestSettings } from "@shared/settings/mod.ts";
import { AppError, errorKinds } from "@shared/errors/mod.ts";
import type { z } from "zod";
import { commonAdmission, DEADLINE_MS } from "./admission-request.ts";
import type { TaskCall } from "./call.ts";
import { conclude, type Conclusion } from "./conclude.ts";
import type { TaskContext, TaskDefinition } from "./define-task.ts";
import { answerSchema } from "./describe.ts";
import { judgeAnswer } from "./judge.ts";
import { type PromptMaterial, promptOf, systemWith, tokenBounds, withTurn } from "./prompt.ts";
import { shortenMaterial, shortenMessages } from "./shorten.ts";
import type { TaskDeps } from "./task-deps.ts";
import type { TaskSink } from "./task-sink.ts";
import type { Turn, TurnStage } from "./turn.ts";
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
    };
    this.#schema = answerSchema(definition.output);
    const bounds = tokenBounds(definition, this.#material, this.#responseSchema());
    this.#inputTokens = bounds.input;
    this.#promptTokens = bounds.prompt;
  }

  /** Asks for admission. */
  async admit(): Promise<Admission> {
    return await admit(this.#deps.ledger, await this.admissionRequest());
  }

  /** What admission is asked for. */
  async admissionRequest(): Promise<AdmissionRequest> {
    const definition = this.#definition;
    const { options } = this.#call;
    const { score, features } = complexity(this.#complexityText());
    const images = this.#material.attachments.filter((part) => part.type === "image").length;
    return {
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
    };
  }

  /**
   * Carries an admitted request out and settles it in the background.
   *
   * @param signal Aborts when nobody waits any more.
   */
  async carryOut(plan: Plan, sink: TaskSink | null, signal: AbortSignal): Promise<Conclusion> {
    const watch = this.#turn === null ? null : new TurnWatch(this.#turn, sink, signal, this.#deps);
    const result = await this.#route(plan, watch === null ? sink : watch.sink, watch?.signal ?? signal);
    const conclusion = this.#conclude(plan, result);
    await settleBehind(this.#settlement(plan, result, conclusion), this.#call.idempotencyKey, this.#deps);
    return watch === null ? conclusion : await watch.end(conclusion, this.#definition.task, this.#call, plan, result);
  }

  async #route(plan: Plan, sink: TaskSink | null, signal: AbortSignal): Promise<RouteResult<z.output<Output>>> {
    const { breakerWait, ...tools } = routerTools(plan, this.#deps);
    try {
      // Where rules answer, nobody has to come back.
      const asksBreakers = this.#definition.rules === null ? { breakerWait } : {};
      return await run(plan, await this.#ask(plan, sink, signal), { ...tools, ...asksBreakers });
    } catch (error) {
      // Before the first call: what a turn cannot do, or a prompt row that cannot be filled. The hold is given back.
      if (error instanceof AppError) return nothingCalled(error, signal.aborted);
      this.#deps.log("request_failed", { request_id: plan.request_id, code: "internal", kinds: errorKinds(error) });
      return nothingCalled(new AppError("internal", "Cannot answer: unexpected error"), signal.aborted);
    }
  }

  async #ask(plan: Plan, sink: TaskSink | null, signal: AbortSignal): Promise<Ask<z.output<Output>>> {
    const definition = this.#definition;
    let material = this.#material;
    const rendered = promptOf(definition, plan, material);
    const responseSchema = this.#responseSchema();
    const { prompt, ...turnParts } = await this.#turnParts(plan, rendered, sink, signal);
    const chat = {
      ...prompt,
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
      shorten: (now) => {
        if (this.#turn !== null) {
          const messages = shortenMessages(now.messages);
          return messages === null ? null : { ...now, messages };
        }
        const shortened = shortenMaterial(material);
        if (shortened === null) return null;
        material = shortened;
        return { ...chat, ...promptOf(definition, plan, material) };
      },
      inputTokens: this.#inputTokens + this.#promptTokens,
      ...turnParts,
      judge: (answer, agreement) => judgeAnswer(definition, asked, answer, agreement),
      ...(definition.compare === undefined ? {} : { comparedBy: definition.compare }),
      stream: sink,
      signal,
      deadline: this.#call.startedAt + DEADLINE_MS,
    };
  }

  /** What a turn makes of the request; nothing where calls stand alone. */
  async #turnParts(
    plan: Plan,
    rendered: RenderedPrompt,
    sink: TaskSink | null,
    signal: AbortSignal,
  ): Promise<
    & { prompt: RenderedPrompt & Pick<ChatRequest, "tools"> }
    & Partial<Pick<Ask<z.output<Output>>, "inputTokens" | "extraTokens" | "follow">>
  > {
    const turn = this.#turn;
    if (turn === null) return { prompt: rendered };
    const stage: TurnStage = {
      signal,
      emit: async (event, data) => await sink?.event(event, data, plan),
      systemWith: (own) => systemWith(rendered.system, own),
    };
    const told = await turn.prepare(plan, stage);
    const prompt = { ...withTurn(rendered, told), ...(told.tools.length === 0 ? {} : { tools: told.tools }) };
    const inputTokens = requestTokenBound(prompt);
    return {
      prompt,
      inputTokens,
      // What the history turned out to hold beyond what admission counted is paid for before the first call.
      extraTokens: Math.max(0, inputTokens - turn.admittedTokens - this.#promptTokens),
      follow: (answer, soFar) => turn.follow(answer, soFar, stage),
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
