import { answerError, type Attempt, bodyError } from "./classify-error.ts";
import { headroom } from "./headroom.ts";
import { openAiFinishReason } from "./openai-finish-reason.ts";
import { OpenAiStreamState } from "./openai-stream-state.ts";
import type { ChatRequest, ChatStreamEvent } from "./provider.ts";
import { serverSentEvents } from "./server-sent-events.ts";
import { streamJson } from "./stream-json.ts";
import { isStandIn } from "./stand-in.ts";

/**
 * Reads a stream of chat completion chunks. It is finished only with a finish reason and `[DONE]`: without either it throws
 * `cut`, with what was produced so far in `partial`.
 */
export async function* openAiStream(
  body: ReadableStream<Uint8Array>,
  request: ChatRequest,
  attempt: Attempt,
): AsyncGenerator<ChatStreamEvent, void, undefined> {
  const state = new OpenAiStreamState();
  let ended = false;
  for await (const event of serverSentEvents(body, request.signal)) {
    if (event.data === "[DONE]") {
      ended = true;
      break;
    }
    const chunk = streamJson(event, attempt);
    if (event.event === "error" || (chunk.error !== undefined && chunk.error !== null)) {
      throw bodyError(chunk, { status: null, attempt, mayBeBilled: true });
    }
    const { text, token } = state.add(chunk);
    const final = state.usage !== null && state.rawFinishReason !== null;
    attempt.partial = { text: state.text, usage: state.usage, final };
    request.onProgress?.({ token, usage: state.usage });
    if (text !== "") yield { type: "delta", text };
  }
  request.signal.throwIfAborted();
  if (!ended || state.rawFinishReason === null) {
    throw answerError("cut", `its stream ended without ${ended ? "a finish reason" : "its end marker"}`, attempt);
  }
  yield* finish(state, attempt);
}

function* finish(state: OpenAiStreamState, attempt: Attempt): Generator<ChatStreamEvent, void, undefined> {
  const { text, toolCalls, rawFinishReason, usage, model: responseModel } = state;
  const finishReason = openAiFinishReason(rawFinishReason, toolCalls.length > 0);
  if (finishReason === "content_filter" || state.refusal !== "") {
    throw answerError("content_filter", state.refusal || "the answer was withheld by the content filter", attempt);
  }
  for (const call of toolCalls) yield { type: "tool_call", call };
  const headers = attempt.headers ?? new Headers();
  yield {
    type: "done",
    answer: {
      text,
      toolCalls,
      finishReason,
      rawFinishReason,
      usage,
      responseModel,
      logprobs: state.logprobs.length === 0 ? null : state.logprobs,
      standIn: isStandIn(headers),
      headroom: headroom(headers),
    },
  };
}
