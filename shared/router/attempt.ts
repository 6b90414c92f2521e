import type { CallPurpose, CallRecord } from "@shared/ai-logger/mod.ts";
import type { Candidate } from "@shared/budget/mod.ts";
import {
  type AttemptLimits,
  type ChatAnswer,
  type ChatRequest,
  type Message,
  type Provider,
  ProviderError,
} from "@shared/providers/mod.ts";
import type { Ask, RouterTools, StreamPiece } from "./ask.ts";
import { answeredRecord, type AttemptFacts, failedRecord } from "./call-record.ts";

/** One attempt to be made. */
export interface Attempt {
  attempt: number;
  purpose: CallPurpose;
  candidate: Candidate;
  chat: Ask<unknown>["chat"];
  inputTokens: number;
  limits: AttemptLimits;
  signal: AbortSignal;
  /** Takes the pieces of a stream; null = ask for the whole answer. */
  onPiece: ((piece: StreamPiece) => void | Promise<void>) | null;
}

/** How it ended. There is a record in either case. */
export type AttemptEnd =
  | { record: CallRecord; answer: ChatAnswer; error: null }
  /** `seen`: text that had been streamed, `""` for none. */
  | { record: CallRecord; answer: null; error: ProviderError; seen: string };

/** Makes one attempt. Never throws. */
export async function makeAttempt(attempt: Attempt, tools: Pick<RouterTools, "now" | "open">): Promise<AttemptEnd> {
  const startedAt = tools.now();
  let firstTokenAt: number | null = null;
  let seen = "";
  const images = countImages(attempt.chat.messages);
  const facts = (): AttemptFacts => ({ ...attempt, images, startedAt, endedAt: tools.now(), firstTokenAt });
  try {
    const provider = tools.open(attempt.candidate, attempt.limits);
    const request = requestFor(attempt);
    const answer = attempt.onPiece === null
      ? await provider.chat(request)
      : await readStream(provider, request, (piece) => {
        firstTokenAt ??= tools.now();
        seen += textOf(piece);
        return attempt.onPiece?.(piece);
      });
    return { record: answeredRecord(facts(), { ...answer, text: producedBy(answer) }), answer, error: null };
  } catch (thrown) {
    const error = asProviderError(thrown, attempt.signal);
    return { record: failedRecord(facts(), error, attempt.onPiece === null ? null : seen), answer: null, error, seen };
  }
}

function requestFor({ candidate, chat, signal }: Attempt): ChatRequest {
  return {
    ...chat,
    model: candidate.model,
    maxOutputTokens: candidate.max_output_tokens,
    ...(candidate.capabilities.includes("logprobs") ? { logprobs: true } : {}),
    signal,
  };
}

function countImages(messages: Message[]): number {
  return messages.reduce((sum, message) => sum + imagesIn(message), 0);
}

function imagesIn(message: Message): number {
  if (message.role === "tool") return message.images?.length ?? 0;
  return typeof message.content === "string" ? 0 : message.content.filter(({ type }) => type === "image").length;
}

/** Reads a stream to its end; only its `done` is an end. */
async function readStream(
  provider: Provider,
  request: ChatRequest,
  onPiece: (piece: StreamPiece) => void | Promise<void>,
): Promise<ChatAnswer> {
  for await (const event of provider.stream(request)) {
    if (event.type === "done") return event.answer;
    if (textOf(event) !== "") await onPiece(event);
    // Pieces may have been under way when the reader left.
    if (request.signal.aborted) throw gone();
  }
  throw new ProviderError("cut", "Cannot finish the answer: the stream ended without its end", { mayBeBilled: true });
}

function gone(): ProviderError {
  return new ProviderError("cancelled", "Cannot go on: nobody waits for the answer", { mayBeBilled: true });
}

function textOf(piece: StreamPiece): string {
  return piece.type === "delta" ? piece.text : `${piece.call.name}${piece.call.arguments}`;
}

function producedBy(answer: ChatAnswer): string {
  return answer.text + answer.toolCalls.map((call) => `${call.name}${call.arguments}`).join("");
}

/** Whatever is thrown that is no ProviderError is a defect: assume the worst about the bill and go elsewhere. */
export function asProviderError(thrown: unknown, signal: AbortSignal): ProviderError {
  if (thrown instanceof ProviderError) return thrown;
  const kind = signal.aborted ? "cancelled" : "malformed";
  return new ProviderError(kind, "Cannot read the answer: unexpected error", { mayBeBilled: true, cause: thrown });
}
