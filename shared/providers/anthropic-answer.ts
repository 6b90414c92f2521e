import { answerError, type Attempt } from "./classify-error.ts";
import { anthropicFinishReason } from "./anthropic-stop-reason.ts";
import { anthropicUsage } from "./anthropic-usage.ts";
import { headroom } from "./headroom.ts";
import { type JsonRecord, list, record, string } from "./json-value.ts";
import type { ChatAnswer, ToolCall } from "./provider.ts";
import { isStandIn } from "./stand-in.ts";

/**
 * Reads the answer of `POST /v1/messages`.
 *
 * @param answerTool The tool whose input is the answer's text, or null.
 * @throws {ProviderError} `content_filter` for a refusal (its tokens are in `partial`), `malformed` for a body without content.
 */
export function anthropicAnswer(body: JsonRecord, answerTool: string | null, attempt: Attempt): ChatAnswer {
  const blocks = list(body.content).map(record);
  const usage = anthropicUsage(body.usage);
  if (!Array.isArray(body.content)) throw answerError("malformed", "it has no content", attempt);
  const answers = blocks.filter((block) => block.type === "tool_use" && block.name === answerTool);
  const text = answers.length > 0
    ? JSON.stringify(answers[0]?.input ?? {})
    : blocks.filter((block) => block.type === "text").map((block) => string(block.text) ?? "").join("");
  const toolCalls = blocks.filter((block) => block.type === "tool_use" && block.name !== answerTool).map(toolCall);
  return anthropicChatAnswer({
    text,
    toolCalls,
    usage,
    rawFinishReason: string(body.stop_reason),
    explanation: string(record(body.stop_details).explanation),
    responseModel: string(body.model),
    isAnswerTool: answers.length > 0,
  }, attempt);
}

/** The parts of an answer, however they came. */
export interface AnthropicParts
  extends Pick<ChatAnswer, "text" | "toolCalls" | "usage" | "rawFinishReason" | "responseModel"> {
  /** Why the model refused; null when it does not say. */
  explanation: string | null;
  isAnswerTool: boolean;
}

/** Puts an answer together, or throws its refusal. */
export function anthropicChatAnswer(
  { explanation, isAnswerTool, ...parts }: AnthropicParts,
  attempt: Attempt,
): ChatAnswer {
  const finishReason = anthropicFinishReason(parts.rawFinishReason, isAnswerTool);
  if (finishReason === "content_filter") {
    const partial = { text: parts.text, usage: parts.usage, final: parts.usage !== null };
    throw answerError("content_filter", explanation ?? "the model refused to answer", { ...attempt, partial });
  }
  const headers = attempt.headers ?? new Headers();
  return { ...parts, finishReason, logprobs: null, standIn: isStandIn(headers), headroom: headroom(headers) };
}

function toolCall({ id, name, input }: JsonRecord): ToolCall {
  return { id: string(id) ?? "", name: string(name) ?? "", arguments: JSON.stringify(input ?? {}) };
}
