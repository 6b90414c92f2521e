import { cancellableStream } from "../cancellable-stream.ts";
import {
  type ChatAnswer,
  type ChatRequest,
  type ChatStreamEvent,
  type EmbeddingAnswer,
  type EmbeddingRequest,
  type Provider,
  ProviderError,
  type ProviderErrorKind,
  type TranscriptionAnswer,
  type TranscriptionRequest,
} from "../provider.ts";

/** What the fake does with one call. */
export type FakeStep =
  /** Answers with a text or with these fields of an answer. A stream sends the text as one delta. */
  | { answer: string | Partial<ChatAnswer> }
  /** Fails, before anything arrives. */
  | { error: ProviderErrorKind | ProviderError }
  /** Streams these texts, then ends well (`end: "done"`), fails, or never ends (`"silence"`). Whole answers join the texts. */
  | { deltas: string[]; end: "done" | "silence" | ProviderErrorKind | ProviderError; answer?: Partial<ChatAnswer> }
  /** Waits until the call is aborted. */
  | { silence: true }
  /** Answers an embedding call. */
  | { vectors: number[][] }
  /** Answers a transcription. */
  | { heard: Partial<TranscriptionAnswer> };

/** A call the fake got. */
export type FakeCall =
  | { method: "chat" | "stream"; request: ChatRequest }
  | { method: "embed"; request: EmbeddingRequest }
  | { method: "transcribe"; request: TranscriptionRequest };

/** A provider without a network, for the tests of other modules. */
export interface FakeProvider extends Provider {
  /** Every call so far, in order. */
  readonly calls: FakeCall[];
}

/**
 * A provider that follows a script: one step for each call, in order, or a function of the call and its number (from 0).
 * A call beyond the script throws an ordinary error, which no test should take for a provider's failure.
 */
export function fakeProvider(
  script: FakeStep[] | ((call: FakeCall, index: number) => FakeStep),
  { slug = "fake" }: { slug?: string } = {},
): FakeProvider {
  const calls: FakeCall[] = [];
  const step = (call: FakeCall): FakeStep => {
    const index = calls.push(call) - 1;
    const found = typeof script === "function" ? script(call, index) : script[index];
    if (found === undefined) throw new Error(`Cannot answer call ${index + 1} to '${slug}': the script has ended`);
    return found;
  };
  return {
    slug,
    calls,
    chat: async (request) => await fakeChat(step({ method: "chat", request }), request),
    stream: (request) =>
      cancellableStream(request.signal, async function* (signal) {
        yield* eventsOf(step({ method: "stream", request }), { ...request, signal });
      }),
    embed: async (request) => await fakeEmbed(step({ method: "embed", request }), request),
    transcribe: async (request) => await fakeTranscribe(step({ method: "transcribe", request }), request),
  };
}

/** A plain answer of 10 input and 5 output tokens, with the fields a test is about. */
export function fakeAnswer(fields: Partial<ChatAnswer> = {}): ChatAnswer {
  return {
    text: "",
    toolCalls: [],
    finishReason: "stop",
    rawFinishReason: "stop",
    usage: { inputTokens: 10, outputTokens: 5, cacheReadInputTokens: 0, cacheWriteInputTokens: null },
    responseModel: null,
    logprobs: null,
    standIn: false,
    headroom: { requests: null, tokens: null },
    ...fields,
  };
}

async function fakeChat(step: FakeStep, request: ChatRequest): Promise<ChatAnswer> {
  let answer: ChatAnswer | null = null;
  for await (const event of eventsOf(step, request)) if (event.type === "done") answer = event.answer;
  if (answer === null) throw new Error("Cannot answer a chat call with this step");
  return answer;
}

async function fakeEmbed(step: FakeStep, { texts, signal }: EmbeddingRequest): Promise<EmbeddingAnswer> {
  if ("error" in step) throw errorOf(step.error, "");
  if ("silence" in step) await silence(signal, "");
  if (!("vectors" in step)) throw new Error("Cannot answer an embedding call with this step");
  const { usage, responseModel, standIn, headroom } = fakeAnswer();
  return { vectors: step.vectors.slice(0, texts.length), usage, responseModel, standIn, headroom };
}

async function fakeTranscribe(step: FakeStep, { signal }: TranscriptionRequest): Promise<TranscriptionAnswer> {
  if ("error" in step) throw errorOf(step.error, "");
  if ("silence" in step) await silence(signal, "");
  if (!("heard" in step)) throw new Error("Cannot answer a transcription with this step");
  const { usage, responseModel, standIn, headroom } = fakeAnswer();
  return { text: "", language: null, segments: [], usage, responseModel, standIn, headroom, ...step.heard };
}

async function* eventsOf(step: FakeStep, request: ChatRequest): AsyncGenerator<ChatStreamEvent, void, undefined> {
  if (request.signal.aborted) await silence(request.signal, "");
  if ("error" in step) throw errorOf(step.error, null);
  if ("silence" in step) return await silence(request.signal, null);
  if ("vectors" in step || "heard" in step) throw new Error("Cannot answer a chat call with this step");
  const deltas = "deltas" in step ? step.deltas : [textOf(step.answer)].filter((text) => text !== "");
  for (const text of deltas) {
    request.onProgress?.({ token: true, usage: null });
    yield { type: "delta", text };
  }
  const text = deltas.join("");
  const fields = typeof step.answer === "object" ? step.answer : {};
  if ("deltas" in step) {
    if (step.end === "silence") return await silence(request.signal, text);
    if (step.end !== "done") throw errorOf(step.end, text);
  }
  const answer = fakeAnswer({ text, responseModel: request.model, ...fields });
  for (const call of answer.toolCalls) yield { type: "tool_call", call };
  yield { type: "done", answer };
}

function textOf(answer: string | Partial<ChatAnswer>): string {
  return typeof answer === "string" ? answer : answer.text ?? "";
}

function errorOf(error: ProviderErrorKind | ProviderError, text: string | null): ProviderError {
  if (error instanceof ProviderError) return error;
  return new ProviderError(error, `Cannot get an answer from the fake provider: scripted ${error}`, {
    mayBeBilled: text !== null,
    partial: text === null ? null : { text, usage: null },
  });
}

/** Ends when the call is aborted, as the real adapters do: with the reason if that is a provider's error. */
function silence(signal: AbortSignal, text: string | null): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(signal.reason instanceof ProviderError ? signal.reason : errorOf("cancelled", text));
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  });
}
