import { answerError, type Attempt } from "./classify-error.ts";
import { headroom } from "./headroom.ts";
import { type JsonRecord, list, record, string } from "./json-value.ts";
import { openAiFinishReason } from "./openai-finish-reason.ts";
import { openAiLogprobs } from "./openai-logprobs.ts";
import { openAiUsage } from "./openai-usage.ts";
import type { ChatAnswer, ToolCall } from "./provider.ts";
import { isStandIn } from "./stand-in.ts";

/**
 * Reads the answer of `POST /chat/completions`.
 *
 * @throws {ProviderError} `content_filter` when the answer was withheld or refused (its tokens are billed and in `partial`),
 * `malformed` when there is no choice.
 */
export function openAiAnswer(body: JsonRecord, attempt: Attempt): ChatAnswer {
  const choice = record(list(body.choices)[0]);
  const message = record(choice.message);
  const usage = openAiUsage(body.usage);
  const text = openAiText(message.content);
  const partial = { text, usage, final: usage !== null };
  if (choice.message === undefined) throw answerError("malformed", "it has no choice", { ...attempt, partial });
  const toolCalls = list(message.tool_calls).map(openAiToolCall);
  const rawFinishReason = string(choice.finish_reason);
  const finishReason = openAiFinishReason(rawFinishReason, toolCalls.length > 0);
  const refusal = string(message.refusal);
  if (finishReason === "content_filter" || refusal !== null) {
    throw answerError("content_filter", refusal ?? "the answer was withheld by the content filter", {
      ...attempt,
      partial,
    });
  }
  const headers = attempt.headers ?? new Headers();
  return {
    text,
    toolCalls,
    finishReason,
    rawFinishReason,
    usage,
    responseModel: string(body.model),
    logprobs: openAiLogprobs(choice.logprobs),
    standIn: isStandIn(headers),
    headroom: headroom(headers),
  };
}

/** Text, or the text parts some compatible servers send. */
export function openAiText(content: unknown): string {
  return string(content) ?? list(content).map((part) => string(record(part).text) ?? "").join("");
}

function openAiToolCall(value: unknown): ToolCall {
  const call = record(value);
  const { name, arguments: text } = record(call.function);
  return { id: string(call.id) ?? "", name: string(name) ?? "", arguments: string(text) ?? "" };
}
