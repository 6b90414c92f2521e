import type { Described } from "@shared/http/mod.ts";
import type { z } from "zod";

/** What the vectors of a request are. */
export interface Embedded {
  /** One for each text, in order. */
  vectors: number[][];
  /** Exact model id; vectors of different models are never compared. */
  model: string;
  dimensions: number;
}

/** A task that turns texts into vectors. No prompt, no judging, no rules: the same text and model give the same vector. */
export interface EmbeddingDefinition<Input extends z.ZodType, Output extends z.ZodType> extends Described {
  operation: "embedding";
  /** Folder name, URL slug and log value: one string everywhere. */
  task: string;
  /** Strict: unknown keys are refused, lengths are bounded. */
  input: Input;
  output: Output;
  /** `example.input`, posted back, answers 200 on a fresh stack. */
  example: { input: z.input<Input> };
  /** Length of every vector. */
  dimensions: number;
  /** The texts to embed; a text that occurs twice is embedded once. */
  texts: (input: z.output<Input>) => string[];
  /** The answer, made of the vectors. */
  compose: (embedded: Embedded) => z.input<Output>;
}

/** Checks a definition's types and returns it unchanged. */
export function defineEmbedding<Input extends z.ZodType, Output extends z.ZodType>(
  definition: Omit<EmbeddingDefinition<Input, Output>, "operation">,
): EmbeddingDefinition<Input, Output> {
  return { ...definition, operation: "embedding" };
}
