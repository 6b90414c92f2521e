import { exactTokens, tokenBound, type Tokenizer } from "@shared/pricing/mod.ts";
import { rememberCounts } from "./remember-counts.ts";

/** How a family of models counts tokens. */
export interface ModelFamily {
  tokenizer: Tokenizer;
  /** Tokens of the model for one of the tokenizer's, at most as far as is known: 1 where the vocabulary is the model's own. */
  factor: number;
}

/** OpenAI's present vocabulary. */
export const DEFAULT_FAMILY: ModelFamily = { tokenizer: "o200k_base", factor: 1 };

/**
 * Vendors that publish no vocabulary are counted by OpenAI's, with what theirs is known to need more: Anthropic speaks of up to 35 %
 * more for its present tokenizer against the one before, which was near o200k on prose; Llama's and the others' are within 15 %.
 */
const FAMILIES: [model: RegExp, family: ModelFamily][] = [
  [/^gpt-(3\.5|4($|-(?!o|1)))/, { tokenizer: "cl100k_base", factor: 1 }],
  [/^(gpt-|o[134]|chatgpt|openai\/gpt-oss)/, DEFAULT_FAMILY],
  [/^claude/, { tokenizer: "o200k_base", factor: 1.5 }],
];
const OTHERS: ModelFamily = { tokenizer: "o200k_base", factor: 1.2 };

/** How the model counts. */
export function modelFamily(model: string | undefined): ModelFamily {
  if (model === undefined) return DEFAULT_FAMILY;
  return FAMILIES.find(([pattern]) => pattern.test(model))?.[1] ?? OTHERS;
}

/** Tokens of a text. */
export type CountTokens = (text: string) => Promise<number>;

/** What this isolate has counted. */
const COUNTS: Record<Tokenizer, CountTokens> = {
  o200k_base: rememberCounts((text) => exactTokens(text, "o200k_base")),
  cl100k_base: rememberCounts((text) => exactTokens(text, "cl100k_base")),
};

/** Counts as a family does, by its vocabulary, which is loaded at the first text. */
export function exactly({ tokenizer, factor }: ModelFamily): CountTokens {
  return async (text) => Math.ceil(await COUNTS[tokenizer](text) * factor);
}

/** An upper bound of what a family counts, without its vocabulary. */
export function atMost(text: string, { tokenizer, factor }: ModelFamily): number {
  return Math.ceil(tokenBound(text, tokenizer) * factor);
}
