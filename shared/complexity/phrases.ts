import type { ReadText } from "./read-text.ts";

/**
 * The words and word pairs of a text, each with `1 + ln(count)` scaled so that the squares add up to 1. Numbers read as `#` and
 * their digits (4 = 4 or more).
 */
export function phraseValues(text: ReadText): Map<string, number> {
  const values = new Map<string, number>();
  for (const [phrase, count] of countPhrases(text.words)) values.set(phrase, 1 + Math.log(count));
  let squares = 0;
  for (const value of values.values()) squares += value * value;
  const norm = Math.sqrt(squares);
  for (const [phrase, value] of values) values.set(phrase, value / norm);
  return values;
}

/**
 * The values of the known phrases, each times the share of the text that is known (the sum of their squares): in a text of mostly
 * unknown phrases, another language or another field, the few known ones say next to nothing.
 */
export function knownPhrases(
  values: ReadonlyMap<string, number>,
  isKnown: (phrase: string) => boolean,
): { phrase: string; value: number }[] {
  const known = [...values].filter(([phrase]) => isKnown(phrase));
  const coverage = known.reduce((sum, [, value]) => sum + value * value, 0);
  return known.map(([phrase, value]) => ({ phrase, value: value * coverage }));
}

function countPhrases(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (phrase: string) => counts.set(phrase, (counts.get(phrase) ?? 0) + 1);
  let previous: string | null = null;
  for (const word of words) {
    const token = /^\d/.test(word) ? `#${Math.min(word.length, 4)}` : word;
    add(token);
    if (previous !== null) add(`${previous} ${token}`);
    previous = token;
  }
  return counts;
}

/** FNV-1a over UTF-16 units: 32 bits, unsigned. */
export function hashPhrase(phrase: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < phrase.length; i++) hash = Math.imul(hash ^ phrase.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
