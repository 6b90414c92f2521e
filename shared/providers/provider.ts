import type { Bytes } from "@shared/http/mod.ts";
import type { Usage } from "@shared/pricing/mod.ts";

/** JSON Schema 2020-12 as data. */
export type JsonSchema = Record<string, unknown>;

/** A part of a message. Images are data URLs or https URLs. */
export type ContentPart =
  | { type: "text"; text: string }
  | { type: "image"; url: string }
  | { type: "file"; mediaType: string; data: string; name?: string };

/** One message of a conversation. The system prompt is apart, in {@linkcode ChatRequest.system}; images are as those of a part. */
export type Message =
  | { role: "user"; content: string | ContentPart[] }
  | { role: "assistant"; content: string; toolCalls?: ToolCall[] }
  | { role: "tool"; toolCallId: string; content: string; images?: string[]; isError?: boolean };

/** A tool the model may call. */
export interface Tool {
  name: string;
  description: string;
  parameters: JsonSchema;
}

/** A call the model asks for. `arguments` is the raw JSON text: it is validated before use. */
export interface ToolCall {
  id: string;
  name: string;
  arguments: string;
}

/** What every provider adapter is asked to answer. */
export interface ChatRequest {
  model: string;
  system: string | null;
  messages: Message[];
  /** The cap sent to the provider; the hold was computed with it. */
  maxOutputTokens: number;
  temperature?: number;
  topP?: number;
  stop?: string[];
  seed?: number;
  /** Structured output: the provider's native mode where it has one, else an instruction and a check by the caller. */
  responseSchema?: { name: string; schema: JsonSchema };
  tools?: Tool[];
  toolChoice?: "auto" | "none" | "required" | { name: string };
  /** False = at most one tool in a turn; left out = as many as the model likes. */
  parallelToolCalls?: false;
  /** Ask for log-probabilities of the chosen tokens where the provider gives them. */
  logprobs?: boolean;
  /**
   * How much a reasoning model may think before it answers; models that do not reason ignore it. Thinking is paid and counted
   * inside `maxOutputTokens`, so a small cap can be used up before the first word: absent, a cap under 8,000 means `least`
   * (as little as the model can be told to) and any other the vendor's default, which `default` asks for by name.
   */
  effort?: "least" | "low" | "medium" | "high" | "default";
  /** An opaque name of the person asking, which vendors take to find abuse. */
  endUser?: string;
  /** Provider-specific parameters passed through as they are (gateway). What the fields above decide wins over them. */
  extra?: Record<string, unknown>;
  /** Told of everything that arrives in a stream, events that yield nothing included: what limits are measured by. */
  onProgress?: (progress: StreamProgress) => void;
  signal: AbortSignal;
}

/** Something arrived in a stream. */
export interface StreamProgress {
  /** Whether it carries output, be it text, a tool call or thinking; false for pings, headers and usage. */
  token: boolean;
  /** Tokens reported so far; null when none were. */
  usage: Usage | null;
}

export type FinishReason = "stop" | "length" | "content_filter" | "tool_calls" | "error" | "other";

/** A provider's whole answer. */
export interface ChatAnswer {
  text: string;
  toolCalls: ToolCall[];
  finishReason: FinishReason;
  rawFinishReason: string | null;
  /** Null when the provider sent none. */
  usage: Usage | null;
  responseModel: string | null;
  /** Natural logarithms of the probabilities of the chosen tokens; null when not given. */
  logprobs: number[] | null;
  /** True when the local provider stand-in answered (response header `x-signalbox-stand-in`). */
  standIn: boolean;
  /** Remaining requests and tokens as the provider's rate-limit headers say; null when it does not say. */
  headroom: { requests: number | null; tokens: number | null };
}

/** Events of a stream. It is finished only when `done` was seen; an iterator that ends without it throws `cut`. */
export type ChatStreamEvent =
  | { type: "delta"; text: string }
  | { type: "tool_call"; call: ToolCall }
  | { type: "done"; answer: ChatAnswer };

/** A text to embed, or its tokens by the model's own tokenizer. */
export type EmbeddingText = string | number[];

export interface EmbeddingRequest {
  model: string;
  texts: EmbeddingText[];
  dimensions?: number;
  signal: AbortSignal;
}

export interface EmbeddingAnswer {
  /** One vector for each text, in order. */
  vectors: number[][];
  usage: Usage | null;
  responseModel: string | null;
  standIn: boolean;
  headroom: { requests: number | null; tokens: number | null };
}

/** Speech to be written down. */
export interface TranscriptionRequest {
  model: string;
  audio: { bytes: Bytes; mimeType: string; fileName: string };
  /** ISO 639-1, where the caller knows it; null = the model hears it. */
  language: string | null;
  signal: AbortSignal;
}

/** A stretch of speech; milliseconds from the beginning. */
export interface SpeechSegment {
  startMs: number;
  endMs: number;
  text: string;
}

export interface TranscriptionAnswer {
  text: string;
  /** As the provider names it; null when it does not say. */
  language: string | null;
  /** Empty where the model gives none. */
  segments: SpeechSegment[];
  usage: Usage | null;
  responseModel: string | null;
  standIn: boolean;
  headroom: { requests: number | null; tokens: number | null };
}

/** One vendor behind one face. Every method is exactly ONE HTTP attempt; failures are {@linkcode ProviderError}. */
export interface Provider {
  readonly slug: string;
  chat(request: ChatRequest): Promise<ChatAnswer>;
  stream(request: ChatRequest): AsyncIterable<ChatStreamEvent>;
  embed(request: EmbeddingRequest): Promise<EmbeddingAnswer>;
  transcribe(request: TranscriptionRequest): Promise<TranscriptionAnswer>;
}

/** Why an attempt failed, decided once, where the vendor's error is read. */
export type ProviderErrorKind =
  | "timeout" // no answer within the attempt's limit (total, first token or idle): retry
  | "rate_limited" // 429: retry after Retry-After, else fall back
  | "server" // 5xx, 529 overloaded: fall back at once
  | "network" // reset, refused, DNS: retry once, then fall back
  | "cut" // a stream or body that ended without its end: fall back
  | "malformed" // unparsable bytes where JSON or SSE was promised: fall back
  | "authentication" // 401, 403, missing key: takes the provider out, fall back, alert
  | "quota" // the account's money is gone (402, insufficient_quota): fall back, alert
  | "not_found" // the provider does not know the model: fall back
  | "context_length" // larger window or compression
  | "content_filter" // stop with the reason
  | "invalid_request" // other 4xx: our request is wrong, stop
  | "cancelled"; // our own caller went away

/** What a failed attempt had produced. */
export interface PartialAnswer {
  text: string;
  /** As reported so far; null when nothing was. */
  usage: Usage | null;
  /** True when the provider had finished counting: then `usage` is what it bills, not the start of it. */
  final?: boolean;
}

/** One failed attempt. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly kind: ProviderErrorKind;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** From Retry-After (seconds or date), retry-after-ms or the vendor's reset headers; null when not said. */
  readonly retryAfterMs: number | null;
  /**
   * Whether the provider may have billed this attempt: false for an HTTP error status or a refused connection,
   * true when bytes were lost after the request was sent.
   */
  readonly mayBeBilled: boolean;
  /** What was produced before the failure. */
  readonly partial: PartialAnswer | null;
  readonly standIn: boolean;

  constructor(
    kind: ProviderErrorKind,
    message: string,
    fields: {
      status?: number | null;
      retryAfterMs?: number | null;
      mayBeBilled?: boolean;
      partial?: PartialAnswer | null;
      standIn?: boolean;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: fields.cause });
    this.kind = kind;
    this.status = fields.status ?? null;
    this.retryAfterMs = fields.retryAfterMs ?? null;
    this.mayBeBilled = fields.mayBeBilled ?? false;
    this.partial = fields.partial ?? null;
    this.standIn = fields.standIn ?? false;
  }
}
