import { anthropicDirectTransport } from "./anthropic-transport.ts";
import { newAttempt } from "./attempt-once.ts";
import { answerError, type Attempt, classifyError } from "./classify-error.ts";
import { headroom } from "./headroom.ts";
import type { JsonRecord } from "./json-value.ts";
import type { ProviderConfiguration } from "./open-provider.ts";
import { openAiDirectTransport } from "./openai-transport.ts";
import type { ChatAnswer } from "./provider.ts";
import { anthropicRelayFormat } from "./relay-anthropic.ts";
import { EventCutter } from "./relay-events.ts";
import type { RelayFacts, RelayTap } from "./relay-format.ts";
import { openAiRelayFormat } from "./relay-openai.ts";
import { responseJsonText } from "./response-json.ts";
import { send, streamBody } from "./send.ts";
import { isStandIn } from "./stand-in.ts";

/** A request that is in the provider's own format already. */
export interface RelayRequest {
  /** Below the base URL, with its leading slash. */
  path: string;
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
   * A streamed answer; the generator's return value is what its end said. Leaving it aborts the request.
   *
   * @param wanted Whether the client asked for the usage event, which is always asked of the provider.
   */
  stream(
    request: RelayRequest,
    wanted: { usageEvent: boolean },
  ): AsyncGenerator<RelayPiece, ChatAnswer, undefined>;
}

/** Opens a relay. Nothing is sent before its first call; requests travel by plain `fetch`. */
export function openRelay(
  configuration: Omit<ProviderConfiguration, "transport">,
): Relay {
  const { slug, kind, apiKey, baseUrl, now = Date.now } = configuration;
  const options = { apiKey, baseUrl, fetch: configuration.fetch ?? globalThis.fetch };
  const transport = kind === "anthropic" ? anthropicDirectTransport(options) : openAiDirectTransport(options);
  const format = kind === "anthropic" ? anthropicRelayFormat : openAiRelayFormat;
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
        const facts = format.whole(body);
        if (facts === null) throw answerError("malformed", "it is not an answer of this format", attempt);
        return { text, body, answer: answerOf(facts, response.headers) };
      } catch (error) {
        throw classifyError(error, attempt);
      }
    },
    async *stream(request, wanted) {
      const leaving = new AbortController();
      const attempt = newAttempt(source, AbortSignal.any([request.signal, leaving.signal]));
      try {
        const response = await send(transport, attempt, request);
        request.onHeaders?.(response.headers);
        const tap = format.tap(wanted);
        yield* tapped(streamBody(response, attempt), tap, attempt);
        return answerOf(tap.facts(), response.headers);
      } catch (error) {
        throw classifyError(error, { ...attempt, signal: request.signal });
      } finally {
        leaving.abort();
      }
    },
  };
}

async function* tapped(
  body: ReadableStream<Uint8Array>,
  tap: RelayTap,
  attempt: Attempt,
): AsyncGenerator<RelayPiece, void, undefined> {
  const reader = body.getReader();
  const cutter = new EventCutter();
  while (!tap.ended) {
    const { value, done } = await reader.read();
    if (done) {
      throw answerError("cut", "its stream ended without its end marker", { ...attempt, partial: partial(tap) });
    }
    const piece: RelayPiece = { bytes: null, text: "", token: false, events: [] };
    try {
      piece.bytes = cutter.push(value, (event) => tap.event(event, piece, attempt));
    } finally {
      attempt.partial = partial(tap);
    }
    yield piece;
  }
}

function partial(tap: RelayTap): Attempt["partial"] {
  const { text, usage, rawFinishReason } = tap.facts();
  return { text, usage, final: usage !== null && rawFinishReason !== null };
}

function answerOf(facts: RelayFacts, headers: Headers): ChatAnswer {
  return { ...facts, toolCalls: [], logprobs: null, standIn: isStandIn(headers), headroom: headroom(headers) };
}
