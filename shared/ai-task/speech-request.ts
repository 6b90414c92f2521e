import { settleBehind, type Settlement } from "@shared/ai-logger/mod.ts";
import { type Admission, admit, budgetAfter, extend, type Plan } from "@shared/budget/mod.ts";
import { hashInput } from "@shared/cache/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { breakerWait, transcribe, type TranscriptionAsk, type TranscriptionResult } from "@shared/router/mod.ts";
import { requestSettings } from "@shared/settings/mod.ts";
import type { z } from "zod";
import { commonAdmission, DEADLINE_MS } from "./admission-request.ts";
import type { TaskCall } from "./call.ts";
import type { Recording, SpeechDefinition } from "./define-speech.ts";
import { type Envelope, standInOf, usageOf } from "./meta.ts";
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
    const { ledger, now, random, wait, open, retries } = this.#deps;
    const { audio, language } = this.#recording;
    const deadline = this.#call.startedAt + DEADLINE_MS;
    const result = await transcribe(plan, { audio, language, bounds: this.#bounds, signal, deadline }, {
      now,
      random,
      wait,
      open,
      retries,
      extend: (amountUsd) =>
        extend(ledger, { org_id: plan.org_id, request_id: plan.request_id, amount_usd: amountUsd }),
      breakerWait: () => breakerWait(ledger, plan),
    });
    const envelope = result.heard === null ? null : this.#envelope(plan, result, result.heard);
    await settleBehind(this.#settlement(plan, result, envelope), this.#call.idempotencyKey, this.#deps);
    if (envelope !== null) return envelope;
    throw new AppError(
      result.failure?.code ?? "internal",
      result.failure?.detail ?? "Cannot answer: unexpected error",
      { retryAfterMs: result.failure?.retryAfterMs ?? undefined },
    );
  }

  #envelope(plan: Plan, result: TranscriptionResult, heard: NonNullable<TranscriptionResult["heard"]>): Envelope {
    const { candidate, calls, costUsd, fellBack } = result;
    // Bills are rounded up, lengths may be bounds: the shorter is nearer to the truth.
    const lengthMs = Math.min(this.#recording.lengthMs, calls.at(-1)?.audio_ms ?? Infinity);
    return {
      data: this.#definition.compose({ ...heard, lengthMs }),
      meta: {
        request_id: plan.request_id,
        job_id: this.#call.options.job_id ?? null,
        task: this.#definition.task,
        provider: candidate?.provider ?? null,
        model: candidate?.model ?? null,
        tier: candidate?.tier ?? null,
        usage: usageOf(calls),
        cost_usd: Number(costUsd),
        latency_ms: Math.round(this.#deps.now() - this.#call.startedAt),
        calls: calls.length,
        cached: false,
        escalated: false,
        fell_back: fellBack,
        confidence: null,
        action: "use_ai_result",
        fallback_reason: null,
        needs_review: false,
        prompt: null,
        budget: budgetAfter(plan.budget, costUsd),
        ...standInOf(calls),
      },
    };
  }

  #settlement(plan: Plan, result: TranscriptionResult, envelope: Envelope | null): Settlement {
    const call = this.#call;
    const { candidate, failure, fellBack } = result;
    const stored = envelope === null ? null : { data: envelope.data, meta: { ...envelope.meta } };
    return {
      request_id: plan.request_id,
      org_id: plan.org_id,
      task: this.#definition.task,
      user_id: call.identity.kind === "user" ? call.identity.userId : null,
      calls: result.calls,
      outcome: {
        status: envelope !== null ? "succeeded" : result.cancelled ? "cancelled" : "failed",
        error_code: envelope !== null ? null : result.cancelled ? "cancelled" : failure?.code ?? "internal",
        tier: candidate?.tier ?? null,
        provider: candidate?.provider ?? null,
        model: candidate?.model ?? null,
        latency_ms: Math.round(this.#deps.now() - call.startedAt),
        time_to_first_token_ms: null,
        escalated: false,
        fell_back: fellBack,
        confidence_score: null,
        confidence_breakdown: null,
        action: envelope === null ? null : "use_ai_result",
        fallback_reason: null,
        needs_review: false,
        decision: { length_ms: this.#recording.lengthMs },
      },
      answer: stored,
      cacheable: envelope !== null && call.options.cache !== "off",
      items: null,
      // The recording itself is the caller's to keep.
      payload: requestSettings(plan.settings).logPayloads
        ? { input: { content_hash: this.#recording.contentHash }, output: envelope?.data ?? null }
        : null,
    };
  }
}
