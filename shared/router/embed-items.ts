import type { Plan } from "@shared/budget/mod.ts";
import type { EmbeddingText } from "@shared/providers/mod.ts";
import type { RouterTools } from "./ask.ts";
import { embed, type EmbeddingAsk, type EmbeddingResult } from "./embed.ts";

/** A text to embed, known by its hash. */
export interface EmbeddingItem {
  hash: string;
  text: EmbeddingText;
  /** Upper bound. */
  inputTokens: number;
}

/** What became of them. */
export interface EmbeddedItems {
  result: EmbeddingResult;
  /** Vectors made now. */
  fresh: { hash: string; vector: number[] }[];
  /** All there are, kept ones and new ones, by the hash of their text. */
  vectorOf: ReadonlyMap<string, number[]>;
}

/** Embeds those of the texts whose vectors the plan does not bring along. Never throws. */
export async function embedItems(
  plan: Plan,
  items: readonly EmbeddingItem[],
  ask: Omit<EmbeddingAsk, "texts">,
  tools: RouterTools,
): Promise<EmbeddedItems> {
  const known = plan.items ?? {};
  const missing = items.filter(({ hash }) => !Object.hasOwn(known, hash));
  const result = await embed(plan, { ...ask, texts: missing }, tools);
  const fresh = result.vectors.map((vector, index) => ({ hash: missing[index]?.hash ?? "", vector }));
  const vectorOf = new Map([...Object.entries(known), ...fresh.map(({ hash, vector }) => [hash, vector] as const)]);
  return { result, fresh, vectorOf };
}
