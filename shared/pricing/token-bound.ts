import { rareLetterPairs } from "./rare-letter-pairs.ts";

/** Vocabularies the tightened bound is proven for. */
export type Tokenizer = "o200k_base" | "cl100k_base";

const encoder = new TextEncoder();

/**
 * A number of tokens that no tokenizer exceeds on this text, message overhead not included (`messageOverheadTokens`).
 *
 * Without a tokenizer it is the number of UTF-8 bytes: a byte-level tokenizer makes no token of less than one byte. For
 * OpenAI's vocabularies it is tighter (about 0.6 of the bytes of prose) by rules that hold for every text:
 *
 * 1. A tokenizer of this kind ends only when no two neighbouring tokens of a piece join into another token. So where a
 *    pair of letters is a token, two one-letter tokens cannot stand side by side there, and the worst case of a run is the
 *    longest sequence of one- and two-letter tokens without such neighbours (longer tokens only make it shorter).
 * 2. Letter runs are cut into pieces only where a capital follows a small letter, and after `'s`, `'ll` and the like; there
 *    the rule is suspended. A single space before a letter belongs to the letter's piece.
 * 3. Digits are cut three by three, and every group of one to three is a token.
 * 4. Every run of up to 79 spaces is a token, so of more than 79 no two neighbours sum to less than 80.
 *
 * Everything else counts its bytes.
 */
export function tokenBound(text: string, tokenizer: Tokenizer | null = null): number {
  if (tokenizer === null) return encoder.encode(text).length;
  let bound = 0;
  for (const match of text.matchAll(/( *)(?:([A-Za-z]+)|([0-9]+)|([^A-Za-z0-9 ]+))|( +)/g)) {
    const [, spaces = "", letters, digits, others, trailing] = match;
    if (letters !== undefined) {
      const joined = spaces.length > 0;
      bound += spacesBound(joined ? spaces.length - 1 : 0);
      bound += lettersBound(joined ? ` ${letters}` : letters, text[match.index - 1] === "'");
    } else {
      bound += splitSpacesBound(spaces.length + (trailing?.length ?? 0));
      if (digits !== undefined) bound += digitsBound(digits, text, match.index + spaces.length);
      if (others !== undefined) bound += encoder.encode(others).length;
    }
  }
  return bound;
}

function spacesBound(count: number): number {
  return count === 0 ? 0 : Math.floor(count / 40) + 1;
}

/** The last space of a run may be cut off to go with what follows. */
function splitSpacesBound(count: number): number {
  return count === 0 ? 0 : spacesBound(count - 1) + 1;
}

/** Groups of three are counted from the first digit of any script, so beside one the alignment is unknown. */
function digitsBound(digits: string, text: string, start: number): number {
  const before = text.charCodeAt(start - 1);
  return before > 0x7f ? digits.length : Math.ceil(digits.length / 3);
}

/** Rule 1, as the longest path over "ends in a single" and "ends in a double". */
function lettersBound(run: string, afterApostrophe: boolean): number {
  let single = 1;
  let double = 0;
  let shorterBest = 0;
  for (let at = 1; at < run.length; at++) {
    const free = isFree(run, at) || (afterApostrophe && at <= 2);
    const nextSingle = 1 + (free ? Math.max(single, double) : double);
    const nextDouble = 1 + shorterBest;
    shorterBest = Math.max(single, double);
    single = nextSingle;
    double = nextDouble;
  }
  return Math.max(single, double);
}

/** Whether single-letter tokens may stand on both sides of this place. */
function isFree(run: string, at: number): boolean {
  const before = run.charCodeAt(at - 1);
  if (before === SPACE) return false;
  const [first, second] = [before - A, run.charCodeAt(at) - A];
  // Capitals lie below the small letters.
  return first < 0 || second < 0 || isRare[first * 26 + second] === 1;
}

const SPACE = 32;
const A = 97;
/** Asked for every letter of every text, so looked up by place. */
const isRare = new Uint8Array(26 * 26);
for (const pair of rareLetterPairs) isRare[(pair.charCodeAt(0) - A) * 26 + pair.charCodeAt(1) - A] = 1;
