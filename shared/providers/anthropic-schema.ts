import { anthropicModelTraits } from "./anthropic-model-traits.ts";
import { jsonInstruction } from "./json-instruction.ts";
import type { JsonRecord } from "./json-value.ts";
import type { ChatRequest } from "./provider.ts";
import { anthropicStrict, strictSchema } from "./strict-schema.ts";

/** How a schema is asked for: natively, by a tool the model must call, or in words. */
export type AnthropicSchema =
  | { way: "none" }
  | { way: "format"; format: JsonRecord }
  | { way: "tool"; parameters: JsonRecord; tool: string }
  | { way: "words"; instruction: string };

/**
 * Natively where model and schema allow it. Older models are made to call a tool whose input is the answer, unless the request brings
 * tools of its own. What is left is told in words and checked by the caller.
 */
export function anthropicSchema(request: ChatRequest): AnthropicSchema {
  if (request.responseSchema === undefined) return { way: "none" };
  const { name, schema } = request.responseSchema;
  const traits = anthropicModelTraits(request.model);
  const strict = traits.bindsToSchema ? strictSchema(schema, anthropicStrict) : null;
  if (strict !== null) return { way: "format", format: { type: "json_schema", schema: strict } };
  if (!traits.takesForcedTool || (request.tools ?? []).length > 0) {
    return { way: "words", instruction: jsonInstruction(schema) };
  }
  return {
    way: "tool",
    tool: name,
    parameters: {
      tools: [{ name, description: "Gives the answer. Call it exactly once.", input_schema: schema }],
      tool_choice: { type: "tool", name },
    },
  };
}
