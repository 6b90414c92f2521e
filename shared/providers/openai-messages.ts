import type { JsonRecord } from "./json-value.ts";
import type { ContentPart, Message } from "./provider.ts";

/** Writes system prompt and messages as OpenAI's chat format has them. */
export function openAiMessages(system: string | null, messages: Message[]): JsonRecord[] {
  const head = system === null ? [] : [{ role: "system", content: system }];
  const written = messages.flatMap((message, index) => [
    openAiMessage(message),
    ...(messages[index + 1]?.role === "tool" ? [] : imagesOfResults(messages, index)),
  ]);
  return [...head, ...written];
}

/** Results are text here, and nothing may stand between them: what they show comes after the last, from the user. */
function imagesOfResults(messages: Message[], last: number): JsonRecord[] {
  const content: ContentPart[] = [];
  for (let at = last; at >= 0; at--) {
    const message = messages[at];
    if (message?.role !== "tool") break;
    const { images = [], toolCallId } = message;
    if (images.length === 0) continue;
    const words = { type: "text" as const, text: `Images in the result of ${toolCallId}:` };
    content.unshift(words, ...images.map((url) => ({ type: "image" as const, url })));
  }
  return content.length === 0 ? [] : [{ role: "user", content: content.map(openAiPart) }];
}

function openAiMessage(message: Message): JsonRecord {
  switch (message.role) {
    case "user":
      return {
        role: "user",
        content: typeof message.content === "string" ? message.content : message.content.map(openAiPart),
      };
    case "assistant": {
      const calls = message.toolCalls ?? [];
      if (calls.length === 0) return { role: "assistant", content: message.content };
      return {
        role: "assistant",
        content: message.content === "" ? null : message.content,
        tool_calls: calls.map(({ id, name, arguments: text }) => ({
          id,
          type: "function",
          function: { name, arguments: text },
        })),
      };
    }
    case "tool":
      // The format has no mark for a failed tool; the words of the failure are the content.
      return { role: "tool", tool_call_id: message.toolCallId, content: message.content };
  }
}

function openAiPart(part: ContentPart): JsonRecord {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image":
      return { type: "image_url", image_url: { url: part.url } };
    case "file":
      return {
        type: "file",
        file: { filename: part.name ?? "file", file_data: `data:${part.mediaType};base64,${part.data}` },
      };
  }
}
