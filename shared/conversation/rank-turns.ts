import { contentWords } from "./content-words.ts";
import { TextMemory } from "./text-memory.ts";

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
  const wanted = [...new Set(contentWords(question))];
  const said = turns.map(({ content, at }) => saidOf(content, at, wanted));
  const mean = said.reduce((sum, { length }) => sum + length, 0) / Math.max(1, said.length) || 1;
  const rarity = wanted.map((_, word) => {
    const having = said.filter(({ times }) => times[word] !== 0).length;
    return Math.log(1 + (turns.length - having + 0.5) / (having + 0.5));
  });
  return said.map(({ times, length }, index) => {
    const around = [said[index - 1], said[index + 1]];
    return rarity.reduce((score, rare, word) => {
      const weight = (times[word] ?? 0) +
        NEIGHBOUR * around.reduce((sum, neighbour) => sum + (neighbour?.times[word] ?? 0), 0);
      return score + rare * weight * (K1 + 1) / (weight + K1 * (1 - B + B * length / mean));
    }, 0);
  });
}

/** How often a turn says each of the wanted words, and how many words it says. */
function saidOf(content: string, at: string, wanted: readonly string[]): { times: number[]; length: number } {
  const own = countedWords(content);
  const date = dateWords(at);
  const times = wanted.map((word) => (own.times.get(word) ?? 0) + date.filter((part) => part === word).length);
  return { times, length: own.length + date.length };
}

/** The words of a text, counted. */
interface CountedWords {
  times: ReadonlyMap<string, number>;
  length: number;
}

const counted = new TextMemory<CountedWords>(1_000_000);

/** Counts a text's words once an isolate. */
function countedWords(text: string): CountedWords {
  const known = counted.get(text) ?? countWords(text);
  counted.set(text, known);
  return known;
}

function countWords(text: string): CountedWords {
  const words = contentWords(text);
  const times = new Map<string, number>();
  for (const word of words) times.set(word, (times.get(word) ?? 0) + 1);
  return { times, length: words.length };
}

const MONTHS = new Intl.DateTimeFormat("en", { month: "long", timeZone: "UTC" });
const DAY_MS = 86_400_000;
/** Words of the last day that was asked for: turns beside each other were said on the same, mostly. */
let lastDay = { day: NaN, words: [] as string[] };

/** A date as people ask for it: year, month, day. */
function dateWords(at: string): string[] {
  const time = new Date(at);
  if (at === "" || Number.isNaN(time.getTime())) return [];
  const day = Math.floor(time.getTime() / DAY_MS);
  if (day !== lastDay.day) {
    const words = contentWords(`${time.getUTCFullYear()} ${MONTHS.format(time)} ${time.getUTCDate()}`);
    lastDay = { day, words };
  }
  return lastDay.words;
}
