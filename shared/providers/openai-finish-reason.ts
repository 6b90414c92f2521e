import type { FinishReason } from "./provider.ts";

/** @see https://developers.openai.com/api/reference/resources/chat (2026-11-21); Together also says `eos`. */
export function openAiFinishReason(raw: string | null, hasToolCalls: boolean): FinishReason {
  switch (raw) {
    case "stop":
    case "eos":
      // Some compatible servers say "stop" beside tool calls.
      return hasToolCalls ? "tool_calls" : "stop";
    case "length":
      return "length";
    case "tool_calls":
    case "function_call":
      return "tool_calls";
    case "content_filter":
      return "content_filter";
    case "error":
      return "error";
    default:
      return "other";
  }
}
