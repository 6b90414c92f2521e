import { countWordGroups } from "./count-word-groups.ts";
import { readLanguage } from "./language.ts";
import type { ReadText } from "./read-text.ts";

/** More letters than this make a long word: German compounds and Romance endings run longer than English words. */
const longWordLetters = { en: 9, de: 13, fr: 10, es: 10, other: 10 };

/** Vocabulary: shares between 0 and 1, and `ln(1 + n)` words of each group in `word-groups.ts`. */
export function wordingFeatures({ share, words }: ReadText): Record<string, number> {
  const { language, functionShare } = readLanguage(words);
  const wordCount = Math.max(words.length, 1);
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  const opening = words.slice(0, 100);
  const isLong = (word: string) => word.length > longWordLetters[language ?? "other"];
  const features: Record<string, number> = {
    "wording.word_length": Math.min(letters / wordCount, 30),
    "wording.long_words": words.filter(isLong).length / wordCount,
    "wording.distinct": new Set(opening).size / Math.max(opening.length, 1),
    "wording.function_words": functionShare,
  };
  for (const [group, count] of Object.entries(countWordGroups(words, language ?? "en"))) {
    features[`words.${group}`] = Math.log1p(count / share);
  }
  return features;
}
