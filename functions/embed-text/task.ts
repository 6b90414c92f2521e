/**
 * Turns one or many texts into vectors of 1,536 dimensions.
 *
 * @module
 */
import { defineEmbedding } from "@shared/ai-task/mod.ts";
import { z } from "zod";

/** The model takes 8,191 tokens; a text that is longer in tokens than that is refused by it with `context_length_exceeded`. */
const text = z.string().min(1).max(32_000).refine((value) => value.trim() !== "", "must not be blank");

const input = z.union([
  z.strictObject({ text: text.describe("One text.") }),
  z.strictObject({ texts: z.array(text).min(1).max(256).describe("Up to 256 texts.") }),
]);

const output = z.strictObject({
  embeddings: z.array(z.array(z.number())).describe("One vector for each text, in order."),
  dimensions: z.number().int().describe("Length of each vector."),
  model: z.string().describe("Exact model id. Vectors of different models are never compared."),
});

/** Texts in, vectors out. Each text is cached by itself. */
export const embedText = defineEmbedding({
  task: "embed-text",
  title: "Text embedding",
  description: "Turns one or many texts into vectors of 1,536 dimensions.",
  translations: {
    de: { title: "Texteinbettung", description: "Macht aus einem oder vielen Texten Vektoren mit 1.536 Dimensionen." },
    fr: {
      title: "Plongement de textes",
      description: "Transforme un ou plusieurs textes en vecteurs de 1 536 dimensions.",
    },
    es: {
      title: "Incrustación de textos",
      description: "Convierte uno o varios textos en vectores de 1.536 dimensiones.",
    },
  },
  input,
  output,
  example: {
    input: { texts: ["A warm, matt floor tile of porcelain stoneware.", "Ein Angebot für 200 Essen am Tag."] },
  },
  dimensions: 1536,
  texts: (given) => "text" in given ? [given.text] : given.texts,
  compose: ({ vectors, dimensions, model }) => ({ embeddings: vectors, dimensions, model }),
});
