import { messageOverheadTokens, tokenBound, type Tokenizer, tokensForTools } from "@shared/pricing/mod.ts";
import { jsonInstruction } from "./json-instruction.ts";
import type { ChatRequest, ContentPart, Message } from "./provider.ts";

/**
 * The most tokens one image counts: gpt-4o-mini at 2,833 + 8 tiles of 5,667. Others count far less (Claude up to 4,784, GPT-4o 1,445).
 *
 * @see https://developers.openai.com/api/docs/guides/images-vision#calculating-costs (2026-11-21)
 */
export const tokensPerImage = 48_169;

/** What of a request costs input tokens. */
export type BoundedRequest = Pick<ChatRequest, "system" | "messages" | "tools" | "responseSchema">;

/**
 * An upper bound of the input tokens of a request, whichever provider gets it: texts, message overhead, tools, and the
 * schema twice, since some providers are told it by parameter and in words. Documents are estimated, not bounded: a PDF's pages
 * cannot be counted without reading it, so each byte counts two.
 *
 * @param tokenizer Known vocabulary, or null for the number of bytes.
 */
export function requestTokenBound(request: BoundedRequest, tokenizer: Tokenizer | null = null): number {
  const { system, messages, tools = [], responseSchema } = request;
  const bound = (text: string) => tokenBound(text, tokenizer);
  const extra = tools.length > 0 || responseSchema !== undefined ? tokensForTools : 0;
  return messageOverheadTokens(messages.length + 1) + extra +
    bound(system ?? "") +
    messages.reduce((sum, message) => sum + messageBound(message, bound), 0) +
    (tools.length === 0 ? 0 : bound(JSON.stringify(tools))) +
    (responseSchema === undefined
      ? 0
      : bound(jsonInstruction(responseSchema.schema)) + bound(JSON.stringify(responseSchema)));
}

function messageBound(message: Message, bound: (text: string) => number): number {
  if (message.role === "assistant") return bound(message.content) + bound(JSON.stringify(message.toolCalls ?? []));
  if (message.role === "tool") {
    return bound(message.content) + bound(message.toolCallId) + (message.images ?? []).length * tokensPerImage;
  }
  if (typeof message.content === "string") return bound(message.content);
  return message.content.reduce((sum, part) => sum + partBound(part, bound), 0);
}

function partBound(part: ContentPart, bound: (text: string) => number): number {
  switch (part.type) {
    case "text":
      return bound(part.text);
    case "image":
      return tokensPerImage;
    case "file":
      return 2 * part.data.length;
  }
}
