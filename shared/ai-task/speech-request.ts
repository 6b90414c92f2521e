import { outcomeOf, settleBehind, type Settlement } from "@shared/ai-logger/mod.ts";
import { type Admission, admit, type Plan } from "@shared/budget/mod.ts";
import { hashInput } from "@shared/cache/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { routerTools, transcribe, type TranscriptionAsk, type TranscriptionResult } from "@shared/router/mod.ts";
import { requestSettings } from "@shared/settings/mod.ts";
import type { z } from "zod";
import { commonAdmission, DEADLINE_MS } from "./admission-request.ts";
import type { TaskCall } from "./call.ts";
import type { Recording, SpeechDefinition } from "./define-speech.ts";
import { type Envelope, metaOf } from "./meta.ts";
import type { TaskDeps } from "./task-deps.ts";

/** A provider may round a recording up to the next second. */
const ROUNDING_MS = 1_000;
/** Bounds for models that are sold by tokens, several times what speech has: OpenAI counts about 10 of audio a second, speech has 3. */
const AUDIO_TOKENS_A_SECOND = 50;
const TEXT_TOKENS_A_SECOND = 12;

/** One call of a speech task on its way from admission to settlement. */
export class SpeechRequestRun<Input extends z.ZodType, Output extends z.ZodType> {
  readonly #definition: SpeechDefinition<Input, Output>;
  readonly #call: TaskCall<z.output<Input>>;
  readonly #deps: TaskDeps;
  readonly #recording: Recording;
  readonly #bounds: TranscriptionAsk["bounds"];

  constructor(definition: SpeechDefinition<Input, Output>, call: TaskCall<z.output<Input>>, deps: TaskDeps) {
    this.#definition = definition;
    this.#call = call;
    this.#deps = deps;
    this.#recording = definition.recording(call.input);
    const audioMs = this.#recording.lengthMs + ROUNDING_MS;
    const seconds = Math.ceil(audioMs / 1_000);
    this.#bounds = {
      audioMs,
      inputTokens: seconds * AUDIO_TOKENS_A_SECOND,
      outputTokens: seconds * TEXT_TOKENS_A_SECOND,
    };
  }

  /** Asks for admission. */
  async admit(): Promise<Admission> {
    const { task } = this.#definition;
    const { contentHash, language } = this.#recording;
    return await admit(this.#deps.ledger, {
      ...await commonAdmission(this.#call, task, this.#deps.providers),
      operation: "speech",
      complexity: null,
      complexity_features: null,
      // What is said depends on nothing but the recording.
      input_hash: await hashInput({ contentHash, language }),
      visibility: "input",
      output_settings: {},
      input_tokens: this.#bounds.inputTokens,
      prompt_tokens: 0,
      prompt: { key: task, version: 1 },
      max_output_tokens: this.#bounds.outputTokens,
      audio_ms: this.#bounds.audioMs,
      needs: [],
      items: null,
    });
  }

  /**
   * Has it written down and settles in the background.
   *
   * @throws {AppError} When nobody did.
   */
  async carryOut(plan: Plan, signal: AbortSignal): Promise<Envelope> {
    const { audio, language } = this.#recording;
    const deadline = this.#call.startedAt + DEADLINE_MS;
    const ask = { audio, language, bounds: this.#bounds, signal, deadline };
    const result = await transcribe(plan, ask, routerTools(plan, this.#deps));
    const outcome = outcomeOf(result, {
      isAnswered: result.heard !== null,
      candidate: result.candidate,
      latencyMs: Math.round(this.#deps.now() - this.#call.startedAt),
      decision: { length_ms: this.#recording.lengthMs },
    });
    const envelope = this.#envelope(plan, result, outcome);
    await settleBehind(this.#settlement(plan, result, outcome, envelope), this.#call.idempotencyKey, this.#deps);
    if (envelope !== null) return envelope;
    throw new AppError(
      result.failure?.code ?? "internal",
      result.failure?.detail ?? "Cannot answer: unexpected error",
      { retryAfterMs: result.failure?.retryAfterMs ?? undefined },
    );
  }

  #envelope(plan: Plan, result: TranscriptionResult, outcome: Settlement["outcome"]): Envelope | null {
    const { heard, calls } = result;
    if (heard === null) return null;
    // Bills are rounded up, lengths may be bounds: the shorter is nearer to the truth.
    const lengthMs = Math.min(this.#recording.lengthMs, calls.at(-1)?.audio_ms ?? Infinity);
    return {
      data: this.#definition.compose({ ...heard, lengthMs }),
      meta: { ...metaOf(this.#definition.task, this.#call, plan, result, outcome), prompt: null },
    };
  }

  #settlement(
    plan: Plan,
    { calls }: TranscriptionResult,
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
      answer: envelope === null ? null : { data: envelope.data, meta: { ...envelope.meta } },
      cacheable: envelope !== null && call.options.cache !== "off",
      items: null,
      // The recording itself is the caller's to keep.
      payload: requestSettings(plan.settings).logPayloads
        ? { input: { content_hash: this.#recording.contentHash }, output: envelope?.data ?? null }
        : null,
    };
  }
}
