import type { JsonRecord } from "./json-value.ts";
import type { ChatRequest } from "./provider.ts";

/** Writes tools and the choice between them; nothing when there are none. */
export function anthropicTools({ tools = [], toolChoice }: ChatRequest): JsonRecord {
  if (tools.length === 0) return {};
  return {
    tools: tools.map(({ name, description, parameters }) => ({ name, description, input_schema: parameters })),
    ...(toolChoice === undefined ? {} : { tool_choice: choice(toolChoice) }),
  };
}

function choice(toolChoice: NonNullable<ChatRequest["toolChoice"]>): JsonRecord {
  if (typeof toolChoice !== "string") return { type: "tool", name: toolChoice.name };
  return { type: toolChoice === "required" ? "any" : toolChoice };
}
