import { countMatches } from "./count-matches.ts";
import type { ReadText } from "./read-text.ts";

/**
 * What the text is built of: counts as `ln(1 + n)`, shares of characters or words as 0 to 1. No pattern may look back over more than
 * a line or a fixed number of characters: a hostile text must not cost more than a friendly one.
 */
export function structureFeatures({ sample, share, words }: ReadText): Record<string, number> {
  const count = (pattern: RegExp) => Math.log1p(countMatches(sample, pattern) / share);
  const characters = Math.max(sample.length, 1);
  const wordCount = Math.max(words.length, 1);
  return {
    "structure.lines": count(/\n/g),
    "structure.list_items": count(/^[ \t]{0,12}(?:[-*•]|\d{1,2}[.)])[ \t]/gm),
    "structure.choices": count(/^[ \t]{0,12}\(?[A-J][.):][ \t]/gm),
    "structure.short_choices": count(/^[ \t]{0,12}\(?[A-J][.):][ \t].{1,12}$/gm),
    "structure.code_fences": count(/```/g),
    "structure.code_symbols": countMatches(sample, /[{}[\];<>]|=>|::|\(\)/g) / characters,
    "structure.table_rows": count(/^[ \t]{0,12}\|.*\|[ \t]{0,12}$/gm),
    "structure.json_keys": count(/"[^"\n]{1,40}" ?:/g),
    "structure.questions": count(/[?？]/g),
    "structure.quotes": count(/["“”„«»]/g),
    "structure.parentheses": count(/\(/g),
    "structure.colons": count(/:/g),
    "structure.semicolons": count(/;/g),
    "structure.commas": countMatches(sample, /,/g) / wordCount,
    "structure.blanks": count(/_{2,}|\.{3,}|…/g),
    "structure.links": count(/https?:\/\/|\S@\S/g),
    "structure.capitalized": countMatches(sample, /[\p{Ll},] \p{Lu}\p{Ll}/gu) / wordCount,
    "structure.capitals": count(/(?<!\p{L})\p{Lu}{2,12}(?!\p{L})/gu),
  };
}
