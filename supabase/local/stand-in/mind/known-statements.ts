import { stems } from "../language/words.ts";

/** A statement the prompt lists under a key, as `[1a2b3c4d] fact: Has a hotel with 40 rooms`. */
export interface KnownStatement {
  key: string;
  text: string;
}

/** So much of the words of the shorter of two statements makes them speak of the same. */
const SAME = 0.6;

/** The statements a part of a prompt lists. */
export function readKnown(text: string): KnownStatement[] {
  return Array.from(
    text.matchAll(/^\s*\[([\w-]{1,36})\]\s+(?:\w+:\s+)?(\S.*)$/gm),
    ([, key = "", text = ""]) => ({ key, text }),
  );
}

/** Keys of what a new statement makes untrue: it says the same of something else, by other figures or other names. */
export function madeUntrue(statement: string, known: readonly KnownStatement[]): string[] {
  const [own, ownFigures] = taken(statement);
  return known.filter(({ text }) => {
    const [words, figures] = taken(text);
    const shared = [...own].filter((word) => words.has(word)).length;
    if (shared < SAME * Math.min(own.size, words.size)) return false;
    return figures.join() !== ownFigures.join() ||
      /\b(?:no longer|not any ?more|nicht mehr|ya no|ne \w+ plus)\b/i.test(statement);
  }).map(({ key }) => key);
}

/** The words that carry meaning, and the figures. */
function taken(text: string): [words: Set<string>, figures: string[]] {
  return [new Set(stems(text.replace(/\d+/g, " "))), text.match(/\d+(?:[.,]\d+)?/g) ?? []];
}
