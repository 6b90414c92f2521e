import { jsonInstruction } from "./json-instruction.ts";
import type { JsonRecord } from "./json-value.ts";
import type { OpenAiDialect } from "./openai-dialect.ts";
import type { ChatRequest } from "./provider.ts";
import { openAiStrict, strictSchema } from "./strict-schema.ts";

/** How a schema is asked for: by parameter, in words, or both. */
export interface ResponseFormat {
  parameters: JsonRecord;
  /** To be added to the system prompt; null when the parameter alone binds the model. */
  instruction: string | null;
}

/**
 * Asks for structured output. OpenAI is bound to the schema where its strict mode can express it, else gets JSON mode and the schema in words.
 * Together wants the parameter and the words; other servers get the same, as none of them is sure to enforce it.
 *
 * @see https://docs.together.ai/docs/inference/chat/structured-outputs (2026-11-21)
 */
export function openAiResponseFormat({ responseSchema }: ChatRequest, dialect: OpenAiDialect): ResponseFormat {
  if (responseSchema === undefined) return { parameters: {}, instruction: null };
  const { name, schema } = responseSchema;
  const strict = strictSchema(schema, openAiStrict);
  if (dialect === "openai") {
    return strict === null
      ? { parameters: { response_format: { type: "json_object" } }, instruction: jsonInstruction(schema) }
      : { parameters: format({ name, schema: strict, strict: true }), instruction: null };
  }
  return { parameters: format({ name, schema: strict ?? schema }), instruction: jsonInstruction(schema) };
}

function format(jsonSchema: JsonRecord): JsonRecord {
  return { response_format: { type: "json_schema", json_schema: jsonSchema } };
}
