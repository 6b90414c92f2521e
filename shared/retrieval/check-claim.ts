import { detectLanguage } from "@shared/documents/mod.ts";

/** Share of a claim's words that its passages must hold. */
const ENOUGH = 0.6;
const MEANINGFUL = 4;

/**
 * Whether passages hold what a claim says: all of its figures and most of its longer words, endings aside. A check of words,
 * not of meaning: it finds what was made up, not what was turned round. Null where claim and passages are in different
 * languages and no figure is wrong.
 */
export function checkClaim(claim: string, passages: readonly string[]): boolean | null {
  if (passages.length === 0) return false;
  const source = passages.join("\n").normalize("NFC").toLowerCase();
  const text = claim.normalize("NFC").toLowerCase();
  const figures = new Set(figuresOf(source));
  if (!figuresOf(text).every((figure) => figures.has(figure))) return false;
  const [own, other] = [detectLanguage(text), detectLanguage(source)];
  if (own !== null && other !== null && own !== other) return null;
  const words = wordsOf(text);
  if (words.length === 0) return figuresOf(text).length > 0 ? true : null;
  const known = new Set(wordsOf(source).map(root));
  return words.filter((word) => known.has(root(word))).length >= words.length * ENOUGH;
}

/** Figures without their separators of thousands and decimals: 1.536 and 1,536 are written by different people. */
function figuresOf(text: string): string[] {
  return (text.match(/\d+(?:[.,]\d+)*/g) ?? []).map((figure) => figure.replace(/[.,]/g, ""));
}

function wordsOf(text: string): string[] {
  const pairs = (text.match(/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]+/g) ?? [])
    .flatMap((run) => Array.from({ length: Math.max(1, run.length - 1) }, (_, at) => run.slice(at, at + 2)));
  return [
    ...(text.match(/[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]+/gu) ?? [])
      .filter((word) => word.length >= MEANINGFUL),
    ...pairs,
  ];
}

/** The first five letters: enough to tell words apart, and the same for most of their forms. */
function root(word: string): string {
  return word.slice(0, 5);
}
