import { countMatches } from "./count-matches.ts";
import type { ReadText } from "./read-text.ts";

/** Numbers and notation: counts as `ln(1 + n)`, shares of words or characters as 0 to 1, the largest number by its digits. */
export function mathsFeatures({ sample, share, words }: ReadText): Record<string, number> {
  const count = (pattern: RegExp) => Math.log1p(countMatches(sample, pattern) / share);
  const wordCount = Math.max(words.length, 1);
  const numbers = words.filter((word) => /^\d/.test(word));
  const digits = numbers.reduce((most, number) => Math.max(most, number.replace(/\D/g, "").length), 0);
  return {
    "maths.numbers": Math.log1p(numbers.length / share),
    "maths.number_share": numbers.length / wordCount,
    "maths.decimals": Math.log1p(numbers.filter((number) => /[.,]/.test(number)).length / share),
    "maths.largest_number_digits": Math.min(digits, 12),
    "maths.operators": countMatches(sample, /[+*/=^<>≤≥≠×÷∑∫√∞∈∀∃→↔±-]/g) / Math.max(sample.length, 1),
    "maths.equals": count(/[=≈≡]/g),
    "maths.latex": count(/\\[a-z]{2,12}|\$[^$\n]{1,80}\$/g),
    "maths.percent": count(/%|percent|prozent/gi),
    "maths.money": count(/[$€£] ?\d|\d ?(?:€|EUR|USD|dollars?)/g),
    "maths.single_letters": words.filter((word) => word.length === 1 && !"aiyoàé".includes(word)).length / wordCount,
  };
}
