import { countMatches } from "./count-matches.ts";
import type { ReadText } from "./read-text.ts";

/** Length as `ln(1 + n)`, of the whole text even where only a sample of it was read. */
export function lengthFeatures({ length, sample, share, words }: ReadText): Record<string, number> {
  const sentences = Math.max(countMatches(sample, /[.!?](?=\s|$)|[。！？]|[^.!?\s](?=\n|$)/g), 1);
  return {
    "length.characters": Math.log1p(length),
    "length.words": Math.log1p(words.length / share),
    "length.sentences": Math.log1p(sentences / share),
    "length.words_per_sentence": Math.log1p(words.length / sentences),
  };
}
