import type { JsonSchema } from "./provider.ts";

/** Tells a model in words to answer in JSON, for providers that cannot be bound to the schema. */
export function jsonInstruction(schema: JsonSchema): string {
  return "Answer with one JSON object and nothing else: no words before or after it, no code fence. " +
    `It must match this JSON Schema:\n${JSON.stringify(schema)}`;
}

/** Adds the instruction after the system prompt. */
export function withInstruction(system: string | null, instruction: string): string {
  return system === null ? instruction : `${system}\n\n${instruction}`;
}
