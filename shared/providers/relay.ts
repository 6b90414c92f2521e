import { anthropicDirectTransport } from "./anthropic-transport.ts";
import { newAttempt } from "./attempt-once.ts";
import { answerError, type Attempt, classifyError } from "./classify-error.ts";
import { headroom } from "./headroom.ts";
import type { JsonRecord } from "./json-value.ts";
import { type ProviderConfiguration, requireAddress } from "./open-provider.ts";
import { openAiDirectTransport } from "./openai-transport.ts";
import type { ChatAnswer } from "./provider.ts";
import { byteReader } from "./byte-reader.ts";
import { anthropicRelayFormat } from "./relay-anthropic.ts";
import { EventCutter } from "./relay-events.ts";
import type { RelayFacts, RelayTap } from "./relay-format.ts";
import { openAiRelayFormat } from "./relay-openai.ts";
import { responsesRelayFormat } from "./relay-responses.ts";
import { responseJsonText } from "./response-json.ts";
import { send, streamBody } from "./send.ts";
import { isStandIn } from "./stand-in.ts";
import { singleFetch } from "./single-fetch.ts";

/** A request that is in the provider's own format already. */
export interface RelayRequest {
  /** Below the base URL, with its leading slash. */
  path: string;
  /** Which of the provider's formats; left out = the one its kind is known by. */
  format?: "responses" | undefined;
  body: JsonRecord;
  headers?: Record<string, string>;
  signal: AbortSignal;
  /** Gets the headers of a good response before its body. */
  onHeaders?: (headers: Headers) => void;
}

/** A provider's answer as it came, and what was read from it. */
export interface RelayAnswer {
  /** The body, byte for byte. */
  text: string;
  body: JsonRecord;
  /** Of `answer.text` and the rest only what the log needs is there: the text of all choices, no tool calls. */
  answer: ChatAnswer;
}

/** What one read from a stream brought. */
export interface RelayPiece {
  /** What to pass on; null = nothing of it is for the client. */
  bytes: Uint8Array | null;
  /** Everything produced in it, tool calls and thinking included: the bill of a call that breaks off is bounded by it. */
  text: string;
  /** Whether it carries output. */
  token: boolean;
  /** The events' JSON. */
  events: JsonRecord[];
}

/** Where the pieces of a stream go. */
export interface RelaySink {
  /** Whether the client asked for the usage event, which is always asked of the provider. */
  usageEvent: boolean;
  /** Takes a piece. A promise holds the next one back; null does not. */
  piece(piece: RelayPiece): Promise<void> | null;
}

/**
 * A provider spoken to in its own format: bodies pass through as they are, and are read once, for usage, finish and failure.
 * Every method is one HTTP attempt; failures are {@linkcode ProviderError}.
 */
export interface Relay {
  readonly slug: string;
  /** Anything else than a chat: the body as it came, not looked into. */
  post(request: RelayRequest): Promise<Pick<RelayAnswer, "text" | "body"> & { standIn: boolean }>;
  /** A whole answer. */
  send(request: RelayRequest): Promise<RelayAnswer>;
  /**
   * A streamed answer, handed on piece by piece; the result is what its end said. A callback and not an iterator: a stream has
   * hundreds of pieces, and each layer of iterators costs as much as reading one.
   */
  stream(request: RelayRequest, sink: RelaySink): Promise<ChatAnswer>;
}

/** Opens a relay. Nothing is sent before its first call; requests travel by plain `fetch`. */
export function openRelay(
  configuration: Omit<ProviderConfiguration, "transport">,
): Relay {
  requireAddress(configuration);
  const { slug, kind, apiKey, baseUrl, now = Date.now } = configuration;
  const options = { apiKey, baseUrl, fetch: singleFetch(configuration.fetch ?? globalThis.fetch) };
  const transport = kind === "anthropic" ? anthropicDirectTransport(options) : openAiDirectTransport(options);
  const usual = kind === "anthropic" ? anthropicRelayFormat : openAiRelayFormat;
  const formatOf = (request: RelayRequest) => request.format === "responses" ? responsesRelayFormat : usual;
  const source = { slug, now };
  return {
    slug,
    async post(request) {
      const attempt = newAttempt(source, request.signal);
      try {
        const response = await send(transport, attempt, request);
        return { ...await responseJsonText(response, attempt), standIn: isStandIn(response.headers) };
      } catch (error) {
        throw classifyError(error, attempt);
      }
    },
    async send(request) {
      const attempt = newAttempt(source, request.signal);
      try {
        const response = await send(transport, attempt, request);
        request.onHeaders?.(response.headers);
        const { text, body } = await responseJsonText(response, attempt);
        const facts = formatOf(request).whole(body, attempt);
        if (facts === null) throw answerError("malformed", "it is not an answer of this format", attempt);
        return { text, body, answer: answerOf(facts, response.headers) };
      } catch (error) {
        throw classifyError(error, attempt);
      }
    },
    async stream(request, sink) {
      const attempt = newAttempt(source, request.signal);
      try {
        const response = await send(transport, attempt, request);
        request.onHeaders?.(response.headers);
        const tap = formatOf(request).tap(sink);
        await pump(streamBody(response, attempt), tap, attempt, sink);
        return answerOf(tap.facts(), response.headers);
      } catch (error) {
        throw classifyError(error, attempt);
      }
    },
  };
}

async function pump(
  body: ReadableStream<Uint8Array>,
  tap: RelayTap,
  attempt: Attempt,
  sink: RelaySink,
): Promise<void> {
  const { read, cancel } = byteReader(body);
  const cutter = new EventCutter();
  attempt.signal.addEventListener("abort", cancel, { once: true });
  try {
    while (!tap.ended) {
      const bytes = await read();
      if (bytes === null) {
        attempt.signal.throwIfAborted();
        throw answerError("cut", "its stream ended without its end marker", { ...attempt, partial: partial(tap) });
      }
      const piece: RelayPiece = { bytes: null, text: "", token: false, events: [] };
      piece.bytes = cutter.push(bytes, (event) => tap.event(event, piece, attempt));
      const full = sink.piece(piece);
      if (full !== null) await full;
    }
  } finally {
    attempt.partial = partial(tap);
    attempt.signal.removeEventListener("abort", cancel);
    cancel();
  }
}

function partial(tap: RelayTap): Attempt["partial"] {
  const { text, usage, rawFinishReason } = tap.facts();
  return { text, usage, final: usage !== null && rawFinishReason !== null };
}

function answerOf(facts: RelayFacts, headers: Headers): ChatAnswer {
  return { ...facts, toolCalls: [], logprobs: null, standIn: isStandIn(headers), headroom: headroom(headers) };
}
