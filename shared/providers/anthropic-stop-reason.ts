import type { FinishReason } from "./provider.ts";

/** @see https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons (2026-11-21) */
export function anthropicFinishReason(raw: string | null, isAnswerTool: boolean): FinishReason {
  switch (raw) {
    case "end_turn":
    case "stop_sequence":
      return "stop";
    case "max_tokens":
    case "model_context_window_exceeded":
      return "length";
    case "tool_use":
      return isAnswerTool ? "stop" : "tool_calls";
    case "refusal":
      return "content_filter";
    default:
      return "other";
  }
}
