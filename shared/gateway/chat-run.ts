import { settleBehind } from "@shared/ai-logger/mod.ts";
import type { Candidate, Plan } from "@shared/budget/mod.ts";
import { AppError } from "@shared/errors/mod.ts";
import { type AttemptLimits, type Provider, ProviderError, withLimits } from "@shared/providers/mod.ts";
import { type Answered, type Ask, type RouteResult, routerTools, run } from "@shared/router/mod.ts";
import { ableCandidates, unheard } from "./able-candidates.ts";
import { deadlineMs, mayKeep } from "./admission.ts";
import type { Asked, Body, ClientFormat, StreamWriter, Translated, Translator } from "./asked.ts";
import type { BytePipe } from "./byte-pipe.ts";
import type { CallContext } from "./call-context.ts";
import { chatFailure, nothingRun } from "./chat-failure.ts";
import type { GatewayDeps } from "./gateway-deps.ts";
import { gatewayLimits } from "./gateway-limits.ts";
import { relayProvider } from "./relay-provider.ts";
import type { Recall } from "./semantic/recall.ts";
import { chatSettlement, storedAnswer } from "./settlement.ts";

/** What a client asks of whom, and in which format. */
export interface ChatCall {
  format: ClientFormat;
  asked: Asked;
  context: CallContext;
  /** Whether and how an answer is kept for its caller to go on from. */
  keeper?: (plan: Plan) => ((answer: Body) => Promise<void>) | null;
}

/** An admitted chat: carried out by the router, its bytes going past it. */
export class ChatRun {
  /** Who is being asked, or was last. */
  asking: Candidate | null = null;
  /** The headers of the provider that answers; null before. */
  upstream: Headers | null = null;
  /** A whole answer as it came; null while there is none, or when it was translated. */
  whole: { text: string; body: Body } | null = null;
  /** Hints that the answering model was not told. */
  ignored: string[] = [];
  /** Events that went to the client. */
  passed = 0;
  /** Whether somebody keeps the answer. */
  readonly keeps: boolean;
  /** Resolves when the answer is kept for its caller; null when it is not. */
  kept: Promise<void> | null = null;
  readonly #keep: ((answer: Body) => Promise<void>) | null;
  /** `store` where the organization keeps nothing. */
  readonly #unkept: string[];
  /** What is asked of those who speak another format. */
  #elsewhere: Translated | null = null;
  #translator: Translator | null = null;
  #writer: StreamWriter | null = null;
  /** The events of a stream that is kept; null when nobody keeps it. */
  #events: Body[] | null = null;
  #lastError: ProviderError | null = null;
  #refusal: AppError | null = null;

  constructor(
    readonly plan: Plan,
    readonly call: ChatCall,
    readonly deps: GatewayDeps,
    readonly pipe: BytePipe | null,
    readonly recall: Recall | null = null,
  ) {
    const { asked, context } = call;
    this.#keep = call.keeper?.(plan) ?? null;
    this.#unkept = this.#keep === null && call.keeper !== undefined && asked.body["store"] === true ? ["store"] : [];
    this.keeps = mayKeep(asked, context) || context.idempotencyKey !== null || recall !== null || this.#keep !== null;
    if (pipe !== null && this.keeps) this.#events = [];
  }

  /** Never throws but for a defect before the first call; the hold is given back then as well. */
  async run(signal: AbortSignal): Promise<RouteResult<null>> {
    const { plan, call: { format, asked, context } } = this;
    const translated = await this.#translated();
    const able = ableCandidates(plan.candidates, { format, asked, translated });
    this.#refusal = able.refusal;
    if (able.refusal !== null) return nothingRun("invalid_request");
    // What the client has begun to read cannot be taken back in its format.
    const thresholds = { ...plan.thresholds, stream_on_failure: "error" as const, consensus: null };
    const alone = able.candidates.length === 1;
    const leftMs = () => context.startedAt + deadlineMs(asked) - this.deps.now();
    const open = (candidate: Candidate, limits: AttemptLimits) =>
      this.#open(candidate, gatewayLimits(limits, { leftMs: leftMs(), alone, stream: asked.stream }));
    return await run(
      { ...plan, candidates: able.candidates, thresholds },
      this.#ask(translated, signal),
      routerTools(plan, { ...this.deps, open }),
    );
  }

  /** The answer as a body of the client's format. A stream's only where somebody keeps it. */
  async bodyOf({ answer, candidate }: Answered<null>): Promise<Body | null> {
    const { format, asked } = this.call;
    if (!format.speaks(candidate.kind)) {
      const identity = this.#identity(candidate);
      return (this.#translator ?? await format.translator()).whole(answer, asked, identity);
    }
    if (this.pipe === null) return this.whole?.body ?? null;
    return this.#events === null ? null : (await format.store()).assemble(this.#events);
  }

  /** The end of a translated stream; null where the provider's own bytes were the end. */
  endOf({ answer, candidate }: Answered<null>): string | null {
    return this.call.format.speaks(candidate.kind) ? null : this.#writing(candidate).end(answer);
  }

  failureOf(result: RouteResult<null>): AppError {
    return this.#refusal ?? chatFailure(result, this.#lastError);
  }

  /** Writes what it did and cost, in the background. Resolves when the client may be answered. */
  async settle(result: RouteResult<null>, body: Body | null): Promise<void> {
    const { context, asked } = this.call;
    const settlement = chatSettlement(this.plan, context, asked.body, {
      result,
      body,
      mayKeep: mayKeep(asked, context),
      latencyMs: Math.round(this.deps.now() - context.startedAt),
    });
    const answerable = settleBehind(settlement, context.idempotencyKey, this.deps);
    const { best } = result;
    if (best !== null && body !== null && this.#keep !== null) this.kept = this.#keep(body);
    // Only what the model ended by itself, in words, fits another question.
    if (this.recall !== null && best !== null && body !== null && best.answer.finishReason === "stop") {
      this.deps.waitUntil(this.recall.keep(storedAnswer(this.plan, body, best, result.costUsd)));
    }
    await answerable;
  }

  /** Null where every candidate speaks the client's format; an error where no other format can express the request. */
  async #translated(): Promise<Translated | AppError | null> {
    const { format, asked } = this.call;
    if (this.plan.candidates.every(({ kind }) => format.speaks(kind))) return null;
    this.#translator = await format.translator();
    try {
      return this.#elsewhere = this.#translator.read(asked);
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }

  #ask(translated: Translated | AppError | null, signal: AbortSignal): Ask<null> {
    const { asked, context } = this.call;
    const chat = translated === null || translated instanceof AppError ? { system: null, messages: [] } : translated;
    return {
      chat,
      inputTokens: asked.inputTokens,
      judge: () => ({ valid: true, output: null, score: null, factors: null }),
      stream: this.pipe === null ? null : {
        piece: async (piece, candidate) => {
          if (this.call.format.speaks(candidate.kind)) return;
          const events = this.#writing(candidate).piece(piece);
          this.passed += events.split("\n\n").length - 1;
          await this.pipe?.write(events);
        },
        restart: () => {},
      },
      inOrder: asked.choice.models !== null,
      signal,
      deadline: context.startedAt + deadlineMs(asked),
    };
  }

  #open(candidate: Candidate, limits: AttemptLimits): Provider {
    const { format, asked, context } = this.call;
    this.asking = candidate;
    this.whole = null;
    this.#writer = null;
    const hints = format.speaks(candidate.kind) || this.#elsewhere === null
      ? []
      : unheard(candidate, this.#elsewhere, format.effortName);
    this.ignored = [...hints, ...this.#unkept];
    const remember = (error: unknown) => {
      if (error instanceof ProviderError) this.#lastError = error;
    };
    if (!format.speaks(candidate.kind)) return remembering(withLimits(this.deps.open(candidate), limits), remember);
    const relayed = relayProvider(this.deps.openRelay(candidate), candidate, limits, {
      format,
      asked,
      clientHeaders: context.headers,
      pipe: this.pipe,
      onWhole: (text, body) => this.whole = { text, body },
      onEvents: (events) => {
        this.passed += events.length;
        this.#events?.push(...events);
      },
      onHeaders: (headers) => this.upstream = headers,
      now: this.deps.now,
    });
    return remembering(relayed, remember);
  }

  #writing(candidate: Candidate): StreamWriter {
    if (this.#writer !== null) return this.#writer;
    if (this.#translator === null) throw new TypeError("Cannot write the stream: nothing was translated");
    return this.#writer = this.#translator.stream(this.call.asked, this.#identity(candidate));
  }

  #identity({ model }: Candidate) {
    const { requestId, startedAt } = this.call.context;
    return { requestId, model, created: Math.floor(startedAt / 1000) };
  }
}

/** The same provider, its errors told to somebody on their way. */
function remembering(provider: Provider, remember: (error: unknown) => void): Provider {
  const told = (error: unknown): never => {
    remember(error);
    throw error;
  };
  return {
    ...provider,
    chat: (request) => provider.chat({ ...request, logprobs: false }).catch(told),
    stream: (request) => ({
      [Symbol.asyncIterator]() {
        const events = provider.stream({ ...request, logprobs: false })[Symbol.asyncIterator]();
        return {
          next: () => events.next().catch(told),
          return: async () => await events.return?.() ?? { done: true, value: undefined },
        };
      },
    }),
  };
}
