import type { JsonRecord } from "./json-value.ts";
import type { ChatRequest } from "./provider.ts";

/** Writes tools and the choice between them; nothing when there are none. */
export function anthropicTools({ tools = [], toolChoice, parallelToolCalls }: ChatRequest): JsonRecord {
  if (tools.length === 0) return {};
  return {
    tools: tools.map(({ name, description, parameters }) => ({ name, description, input_schema: parameters })),
    ...(toolChoice === undefined && parallelToolCalls === undefined
      ? {}
      : { tool_choice: choice(toolChoice ?? "auto", parallelToolCalls) }),
  };
}

function choice(
  toolChoice: NonNullable<ChatRequest["toolChoice"]>,
  parallel: ChatRequest["parallelToolCalls"],
): JsonRecord {
  if (toolChoice === "none") return { type: "none" };
  const single = parallel === false ? { disable_parallel_tool_use: true } : {};
  if (typeof toolChoice !== "string") return { type: "tool", name: toolChoice.name, ...single };
  return { type: toolChoice === "required" ? "any" : toolChoice, ...single };
}
