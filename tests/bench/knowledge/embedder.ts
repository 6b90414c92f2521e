import OpenAI from "openai";
import { embed } from "../../../supabase/local/stand-in/embeddings.ts";

const DIMENSIONS = 1536;
const MODEL = "text-embedding-3-small";
const PER_CALL = 100;

/** Where the vectors of a run come from. */
export interface Embedder {
  /** Named in every line of figures. */
  name: string;
  /** Asks for the vectors of texts that have none yet. */
  prepare(texts: readonly string[]): Promise<void>;
  /** A prepared text's vector, as pgvector reads it. */
  vectorOf(text: string): string;
}

/** A provider's own vectors where its key is given (`OPENAI_API_KEY`), else the stand-in's: hashed words, not a model. */
export function chooseEmbedder(): Embedder {
  return Deno.env.get("OPENAI_API_KEY") ? openaiEmbedder() : {
    name: "stand-in",
    prepare: () => Promise.resolve(),
    vectorOf: (text) => written(embed(text, DIMENSIONS)),
  };
}

function openaiEmbedder(): Embedder {
  const client = new OpenAI();
  const vectors = new Map<string, string>();
  return {
    name: MODEL,
    async prepare(texts) {
      const missing = [...new Set(texts)].filter((text) => !vectors.has(text));
      for (let from = 0; from < missing.length; from += PER_CALL) {
        const input = missing.slice(from, from + PER_CALL);
        const { data } = await client.embeddings.create({ model: MODEL, input, dimensions: DIMENSIONS });
        for (const { index, embedding } of data) vectors.set(input[index] ?? "", written(embedding));
      }
    },
    vectorOf(text) {
      const vector = vectors.get(text);
      if (vector === undefined) throw new Error("Cannot compare a text: it was not embedded");
      return vector;
    },
  };
}

function written(vector: Iterable<number>): string {
  return `[${Array.from(vector, (value) => value.toFixed(6)).join(",")}]`;
}
