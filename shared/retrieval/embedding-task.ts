import { defineEmbedding } from "@shared/ai-task/mod.ts";
import { z } from "zod";

/** Length of the vectors passages are kept with. */
export const DIMENSIONS = 1536;

/** A vector as pgvector reads it, with zeros up to the column's length: they change no cosine. */
export function vectorText(vector: readonly number[]): string {
  return `[${vector.join(",")}${",0".repeat(Math.max(0, DIMENSIONS - vector.length))}]`;
}

/**
 * What vectors that may be compared have in common: the model's exact id, and their length where it is not the column's own. A model
 * that is asked for fewer dimensions gives other vectors, not the beginning of the same.
 */
export function spaceName(model: string, dimensions: number): string {
  return dimensions === DIMENSIONS ? model : `${model}@${dimensions}`;
}

const output = z.strictObject({ embeddings: z.array(z.array(z.number())), model: z.string() });

/** A vector for each text, and the model that made them. */
export type Embeddings = z.output<typeof output>;

/** The part of a task that turns texts into vectors, admitted and settled under the task's own name. */
export function embeddingTask(task: string, title: string, dimensions: number = DIMENSIONS) {
  return defineEmbedding({
    task,
    title,
    description: "Vectors of passages and questions.",
    input: z.strictObject({ texts: z.array(z.string().min(1).max(32_000)).min(1).max(256) }),
    output,
    example: { input: { texts: ["A passage."] } },
    dimensions,
    texts: ({ texts }) => texts,
    compose: ({ vectors, model }) => ({ embeddings: vectors, model }),
  });
}
