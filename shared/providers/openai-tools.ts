import type { JsonRecord } from "./json-value.ts";
import type { ChatRequest } from "./provider.ts";

/** Writes tools and the choice between them; nothing when there are none. */
export function openAiTools({ tools = [], toolChoice, parallelToolCalls }: ChatRequest): JsonRecord {
  if (tools.length === 0) return {};
  return {
    tools: tools.map(({ name, description, parameters }) => ({
      type: "function",
      function: { name, description, parameters },
    })),
    ...(parallelToolCalls === undefined ? {} : { parallel_tool_calls: parallelToolCalls }),
    ...(toolChoice === undefined
      ? {}
      : { tool_choice: typeof toolChoice === "string" ? toolChoice : { type: "function", function: toolChoice } }),
  };
}
