import type { Candidate, Extension } from "@shared/budget/mod.ts";
import type { RetryBudget } from "./retry-budget.ts";
import type {
  AttemptLimits,
  ChatAnswer,
  ChatRequest,
  ChatStreamEvent,
  Message,
  Provider,
} from "@shared/providers/mod.ts";

/** What a judge says of an answer. */
export type Verdict<Output> =
  /** Usable. `score` is its confidence, 0..1; null where confidence means nothing, such an answer is never weak. */
  | { valid: true; output: Output; score: number | null; factors: Record<string, unknown> | null }
  /** Not what was asked for. `problem` is told to the model in the repair attempt. */
  | { valid: false; problem: string };

/** What arrives in a stream before its end. */
export type StreamPiece = Exclude<ChatStreamEvent, { type: "done" }>;

/** Where a streamed answer goes. A returned promise slows the provider down until the client has read. */
export interface StreamSink {
  piece(piece: StreamPiece, candidate: Candidate): void | Promise<void>;
  /** Forget everything so far: the answer starts again. */
  restart(reason: string): void | Promise<void>;
}

/** What follows an answer that calls tools. */
export type Following<Output> =
  /** The same model is asked again, with these messages after the ones it had. */
  | {
    next: "ask";
    messages: Message[];
    /** What stands in the place of the answer that called. Default: the answer. */
    instead?: Pick<ChatAnswer, "text" | "toolCalls">;
    /** Replaces these parts of what is asked, from here on. */
    change?: Partial<Pick<ChatRequest, "system" | "tools" | "toolChoice" | "temperature">>;
  }
  /** The request ends here, with this as its output. */
  | { next: "end"; output: Output };

/** Where a request stands when an answer calls tools. */
export interface SoFar {
  /** What the model has said in this request, the answer that calls included. */
  said: string;
  /** US dollars of all calls, decimal string. */
  spentUsd: string;
}

/** What is asked of the models. */
export interface Ask<Output> {
  /** Everything of a provider request that does not depend on the candidate. */
  chat: Omit<ChatRequest, "model" | "maxOutputTokens" | "logprobs" | "signal" | "onProgress">;
  /** Upper bound of the tokens of all of it. */
  inputTokens: number;
  /** How many of them admission has not counted into the candidates' worst cost. Default: none. */
  extraTokens?: number;
  /**
   * Judges an answer.
   *
   * @param agreement Share of the other answers' values that agree with it, of the same model or of others; null for a single answer.
   */
  judge(answer: ChatAnswer, agreement: number | null): Verdict<Output>;
  /**
   * Carries out the tool calls of an answer. Must not throw, and must come to an end: it is what bounds the number of steps.
   * Default: an answer is the end, whatever it calls.
   */
  follow?(answer: ChatAnswer, soFar: SoFar): Promise<Following<Output>>;
  /** The part of an output that answers are compared by; default: all of it. */
  comparedBy?: (output: Output) => unknown;
  /** What is asked now with a good part of it left out, each time more, where no window is large enough; null = it cannot be. */
  shorten?: (chat: Ask<Output>["chat"]) => Ask<Output>["chat"] | null;
  /** Null = the answer is wanted whole. */
  stream: StreamSink | null;
  /** The caller has put the candidates in an order, and a failed one is followed by the next in it. */
  inOrder?: boolean;
  /** Aborts when nobody waits for the answer any more. */
  signal: AbortSignal;
  /** Epoch milliseconds after which no attempt starts and every attempt has ended. */
  deadline: number;
}

/** The router's surroundings. */
export interface RouterTools {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after so many milliseconds, or at once when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** 0..1. */
  random(): number;
  /** The adapter that reaches a candidate, its limits enforced. */
  open(candidate: Candidate, limits: AttemptLimits): Provider;
  /** Retries left over all requests. Absent: as many as each request is allowed by itself. */
  retries?: RetryBudget;
  /** More money for this request, US dollars as a decimal string. */
  extend(amountUsd: string): Promise<Extension>;
  /**
   * Milliseconds until a breaker lets a call through again, asked when admission has found nobody; null = nobody can say. Absent: whoever
   * waits is answered otherwise.
   */
  breakerWait?(): Promise<number | null>;
}
