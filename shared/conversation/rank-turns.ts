import { contentWords } from "./content-words.ts";

/** A turn as it is looked for: its words, and when it was said in words. */
export interface Rankable {
  content: string;
  /** ISO time; `""` = unknown. */
  at: string;
}

/** Share of a word's weight that it has in the turns before and after: an answer seldom repeats its question. */
const NEIGHBOUR = 0.5;
/** BM25's saturation and length normalization. */
const K1 = 1.2;
const B = 0.6;

/**
 * Scores turns by how well they fit a question: BM25 over a turn's own words, those of its neighbours for less, and its date.
 *
 * @returns A score for each turn; 0 = nothing in common.
 */
export function rankTurns(turns: readonly Rankable[], question: string): number[] {
  const wanted = new Set(contentWords(question));
  const own = turns.map(({ content, at }) => [...contentWords(content), ...dateWords(at)]);
  const fields = own.map((words, index) => weighted(words, own[index - 1], own[index + 1]));
  const lengths = own.map((words) => words.length);
  const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length) || 1;
  const rarity = new Map([...wanted].map((word) => {
    const having = own.filter((words) => words.includes(word)).length;
    return [word, Math.log(1 + (turns.length - having + 0.5) / (having + 0.5))];
  }));
  return fields.map((field, index) => {
    let score = 0;
    for (const word of wanted) {
      const weight = field.get(word) ?? 0;
      const length = 1 - B + B * (lengths[index] ?? 0) / mean;
      score += (rarity.get(word) ?? 0) * weight * (K1 + 1) / (weight + K1 * length);
    }
    return score;
  });
}

function weighted(own: readonly string[], ...neighbours: (readonly string[] | undefined)[]): Map<string, number> {
  const weights = new Map<string, number>();
  const add = (word: string, weight: number) => weights.set(word, (weights.get(word) ?? 0) + weight);
  for (const word of own) add(word, 1);
  for (const words of neighbours) for (const word of words ?? []) add(word, NEIGHBOUR);
  return weights;
}

const MONTHS = new Intl.DateTimeFormat("en", { month: "long", timeZone: "UTC" });

/** A date as people ask for it: year, month, day. */
function dateWords(at: string): string[] {
  const time = new Date(at);
  if (at === "" || Number.isNaN(time.getTime())) return [];
  return contentWords(`${time.getUTCFullYear()} ${MONTHS.format(time)} ${time.getUTCDate()}`);
}
