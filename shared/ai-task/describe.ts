import { z } from "zod";
import type { Described } from "@shared/http/mod.ts";
import type { JsonSchema } from "@shared/providers/mod.ts";

/** What `GET` on a task answers. */
export interface TaskDescription extends Described {
  task: string;
  /** JSON Schema 2020-12 of `input`. */
  input_schema: JsonSchema;
  /** JSON Schema 2020-12 of `data`. */
  output_schema: JsonSchema;
  example: { input: unknown } | null;
  tiers: readonly string[];
  has_rules: boolean;
  streams: boolean;
}

/** What of any definition a description is made of. */
export interface Describable extends Described {
  task: string;
  input: z.ZodType;
  output: z.ZodType;
  example: { input: unknown } | null;
  tiers?: readonly string[];
  rules?: unknown;
  streams?: boolean;
}

/** Describes a task to people and programs that want to call it. */
export function describeTask(definition: Describable): TaskDescription {
  return {
    task: definition.task,
    title: definition.title,
    description: definition.description,
    translations: definition.translations,
    input_schema: z.toJSONSchema(definition.input, { io: "input" }),
    output_schema: z.toJSONSchema(definition.output, { io: "output" }),
    example: definition.example,
    tiers: definition.tiers ?? ["small", "large", "frontier"],
    has_rules: (definition.rules ?? null) !== null,
    streams: definition.streams ?? false,
  };
}

const answerSchemas = new WeakMap<z.ZodType, JsonSchema>();

/** The JSON Schema a model is given for its answer. Made once: a definition never changes. */
export function answerSchema(output: z.ZodType): JsonSchema {
  const known = answerSchemas.get(output);
  if (known !== undefined) return known;
  const { $schema: _, ...schema } = z.toJSONSchema(output, { io: "input" });
  answerSchemas.set(output, schema);
  return schema;
}
