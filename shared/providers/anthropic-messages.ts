import { type JsonRecord, record } from "./json-value.ts";
import type { ContentPart, Message, ToolCall } from "./provider.ts";

/**
 * Writes messages as Anthropic's format has them: tool results are user content and come first in it, turns alternate, and
 * no text block is empty.
 */
export function anthropicMessages(messages: Message[]): JsonRecord[] {
  const turns: { role: string; content: JsonRecord[] }[] = [];
  for (const message of messages) {
    const role = message.role === "assistant" ? "assistant" : "user";
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...blocks(message));
    else turns.push({ role, content: blocks(message) });
  }
  return turns.filter(({ content }) => content.length > 0).map(({ role, content }) => ({
    role,
    content: trimmed(role, content),
  }));
}

function blocks(message: Message): JsonRecord[] {
  switch (message.role) {
    case "user":
      return typeof message.content === "string" ? textBlocks(message.content) : message.content.flatMap(partBlocks);
    case "assistant":
      return [...textBlocks(message.content), ...(message.toolCalls ?? []).map(toolUse)];
    case "tool":
      return [{
        type: "tool_result",
        tool_use_id: message.toolCallId,
        content: resultContent(message.content, message.images ?? []),
        ...(message.isError === true ? { is_error: true } : {}),
      }];
  }
}

function resultContent(text: string, images: string[]): string | JsonRecord[] {
  return images.length === 0
    ? text
    : [...textBlocks(text), ...images.flatMap((url) => partBlocks({ type: "image", url }))];
}

function textBlocks(text: string): JsonRecord[] {
  return text === "" ? [] : [{ type: "text", text }];
}

function partBlocks(part: ContentPart): JsonRecord[] {
  switch (part.type) {
    case "text":
      return textBlocks(part.text);
    case "image":
      return [{ type: "image", source: imageSource(part.url) }];
    case "file":
      return [{
        type: "document",
        source: part.mediaType === "text/plain"
          ? { type: "text", media_type: "text/plain", data: decodeText(part.data) }
          : { type: "base64", media_type: part.mediaType, data: part.data },
        ...(part.name === undefined ? {} : { title: part.name }),
      }];
  }
}

function imageSource(url: string): JsonRecord {
  const data = /^data:([^;,]+);base64,(.*)$/s.exec(url);
  return data === null ? { type: "url", url } : { type: "base64", media_type: data[1], data: data[2] };
}

function decodeText(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}

/** Arguments a model wrote wrongly cannot be sent back as an object; the tool result beside them says what was wrong. */
function toolUse({ id, name, arguments: text }: ToolCall): JsonRecord {
  let input: JsonRecord = {};
  try {
    input = record(JSON.parse(text));
  } catch {
    // Stays empty.
  }
  return { type: "tool_use", id, name, input };
}

/** The API refuses an answer to be continued (the last turn) that ends in white space. */
function trimmed(role: string, content: JsonRecord[]): JsonRecord[] {
  if (role !== "assistant") return content;
  return content.map((block) => typeof block.text === "string" ? { ...block, text: block.text.trimEnd() } : block)
    .filter((block) => block.text !== "");
}
