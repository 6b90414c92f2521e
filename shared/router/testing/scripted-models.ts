import type { Candidate } from "@shared/budget/mod.ts";
import {
  type ChatAnswer,
  type ChatRequest,
  type ChatStreamEvent,
  type EmbeddingAnswer,
  type EmbeddingRequest,
  type Provider,
  ProviderError,
} from "@shared/providers/mod.ts";

/** What a model does when it is asked: answer, fail, or (in a stream) say pieces and then do either. */
export type ScriptedReply =
  | string
  | Partial<ChatAnswer>
  | ProviderError
  | { pieces: string[]; then: "done" | ProviderError }
  | "never";

/** A provider's answer: 100 tokens in, 10 out. */
export function answer(text: string, change: Partial<ChatAnswer> = {}): ChatAnswer {
  return {
    text,
    toolCalls: [],
    finishReason: "stop",
    rawFinishReason: "stop",
    usage: { inputTokens: 100, outputTokens: 10, cacheReadInputTokens: 0, cacheWriteInputTokens: 0 },
    responseModel: null,
    logprobs: null,
    standIn: false,
    headroom: { requests: null, tokens: null },
    ...change,
  };
}

/** Models that reply from a script, `provider/model` by `provider/model`; the last reply of a script is repeated. */
export class ScriptedModels {
  /** Every request, in order. */
  readonly asked: { name: string; request: ChatRequest }[] = [];
  readonly embedded: EmbeddingRequest[] = [];
  readonly #scripts: Map<string, ScriptedReply[]>;
  #vector: (text: string) => number[] = (text) => [text.length, 1];

  constructor(scripts: Record<string, ScriptedReply[]>) {
    this.#scripts = new Map(Object.entries(scripts).map(([name, replies]) => [name, [...replies]]));
  }

  /** Names of the models asked, in order. */
  get names(): string[] {
    return this.asked.map(({ name }) => name);
  }

  /** How texts become vectors. */
  embedWith(vector: (text: string) => number[]): this {
    this.#vector = vector;
    return this;
  }

  open(candidate: Candidate): Provider {
    const name = `${candidate.provider}/${candidate.model}`;
    return {
      slug: candidate.provider,
      chat: (request) => this.#chat(name, request),
      stream: (request) => this.#stream(name, request),
      embed: (request) => this.#embed(name, request),
      transcribe: () => Promise.reject(new Error("Cannot transcribe: the script has no words")),
    };
  }

  async #chat(name: string, request: ChatRequest): Promise<ChatAnswer> {
    this.asked.push({ name, request });
    const reply = this.#next(name);
    if (reply === "never") return await untilAborted(request.signal);
    if (reply instanceof ProviderError) throw reply;
    return answered(reply);
  }

  async *#stream(name: string, request: ChatRequest): AsyncGenerator<ChatStreamEvent> {
    this.asked.push({ name, request });
    const reply = this.#next(name);
    if (reply === "never") await untilAborted(request.signal);
    if (reply instanceof ProviderError) throw reply;
    if (typeof reply === "object" && "pieces" in reply) {
      for (const text of reply.pieces) {
        if (request.signal.aborted) await untilAborted(request.signal);
        yield { type: "delta", text };
      }
      if (reply.then !== "done") throw reply.then;
      yield { type: "done", answer: answer(reply.pieces.join("")) };
      return;
    }
    const whole = answered(reply as string | Partial<ChatAnswer>);
    yield { type: "delta", text: whole.text };
    yield { type: "done", answer: whole };
  }

  #embed(name: string, request: EmbeddingRequest): Promise<EmbeddingAnswer> {
    this.embedded.push(request);
    const reply = this.#scripts.has(name) ? this.#next(name) : "";
    if (reply instanceof ProviderError) return Promise.reject(reply);
    return Promise.resolve({
      vectors: request.texts.map((text) => this.#vector(String(text))),
      usage: { inputTokens: 10, outputTokens: 0, cacheReadInputTokens: null, cacheWriteInputTokens: null },
      responseModel: request.model,
      standIn: false,
      headroom: { requests: null, tokens: null },
    });
  }

  #next(name: string): ScriptedReply {
    const script = this.#scripts.get(name);
    const reply = script !== undefined && script.length > 1 ? script.shift() : script?.[0];
    if (reply === undefined) throw new Error(`Cannot reply: nothing is scripted for ${name}`);
    return reply;
  }
}

function answered(reply: Exclude<ScriptedReply, ProviderError | "never">): ChatAnswer {
  if (typeof reply === "string") return answer(reply);
  if ("pieces" in reply) return answer(reply.pieces.join(""));
  return answer(reply.text ?? "", reply);
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const gone = () =>
      reject(new ProviderError("cancelled", "Cannot go on: the caller is gone", { mayBeBilled: true }));
    if (signal.aborted) gone();
    else signal.addEventListener("abort", gone, { once: true });
  });
}
