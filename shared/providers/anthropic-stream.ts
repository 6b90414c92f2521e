import { anthropicChatAnswer } from "./anthropic-answer.ts";
import { AnthropicStreamState } from "./anthropic-stream-state.ts";
import { answerError, type Attempt, bodyError } from "./classify-error.ts";
import type { ChatRequest, ChatStreamEvent } from "./provider.ts";
import { serverSentEvents } from "./server-sent-events.ts";
import { streamJson } from "./stream-json.ts";

/**
 * Reads a stream of message events. It is finished only with a stop reason and `message_stop`: without either it throws
 * `cut`, with what was produced so far in `partial`.
 */
export async function* anthropicStream(
  body: ReadableStream<Uint8Array>,
  request: ChatRequest,
  { answerTool, attempt }: { answerTool: string | null; attempt: Attempt },
): AsyncGenerator<ChatStreamEvent, void, undefined> {
  const state = new AnthropicStreamState(answerTool);
  for await (const event of serverSentEvents(body, request.signal)) {
    const message = streamJson(event, attempt);
    if (event.event === "error" || message.type === "error") {
      throw bodyError(message, { status: null, attempt, mayBeBilled: true });
    }
    const { text, call, token } = state.add(message);
    attempt.partial = { text: state.text, usage: state.usage, final: state.rawFinishReason !== null };
    request.onProgress?.({ token, usage: state.usage });
    if (text !== "") yield { type: "delta", text };
    if (call !== null) yield { type: "tool_call", call };
    if (state.stopped) break;
  }
  request.signal.throwIfAborted();
  if (!state.stopped || state.rawFinishReason === null) {
    throw answerError("cut", `its stream ended without ${state.stopped ? "a stop reason" : "its end marker"}`, attempt);
  }
  const { text, toolCalls, rawFinishReason, explanation, isAnswerTool, usage, model: responseModel } = state;
  const parts = { text, toolCalls, rawFinishReason, explanation, isAnswerTool, usage, responseModel };
  yield { type: "done", answer: anthropicChatAnswer(parts, attempt) };
}
