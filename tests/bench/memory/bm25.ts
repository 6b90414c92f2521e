/** Words of a text as they are compared, with how often each is said. */
export type CountedWords = ReadonlyMap<string, number>;

const K1 = 1.2;
const B = 0.75;

/** The usual search by words, for comparison: BM25 with its usual constants. */
export class Bm25 {
  readonly #texts: { id: string; words: CountedWords; length: number }[];
  readonly #having = new Map<string, number>();
  readonly #mean: number;

  constructor(texts: ReadonlyMap<string, CountedWords>) {
    this.#texts = [...texts].map(([id, words]) => ({ id, words, length: sum([...words.values()]) }));
    for (const { words } of this.#texts) {
      for (const word of words.keys()) this.#having.set(word, (this.#having.get(word) ?? 0) + 1);
    }
    this.#mean = sum(this.#texts.map(({ length }) => length)) / Math.max(1, this.#texts.length);
  }

  /** Ids of the texts that share a word with the question, best first. */
  search(question: CountedWords): string[] {
    return this.#texts.map(({ id, words, length }) => ({
      id,
      score: sum([...question].map(([word, times]) => times * this.#weight(word, words.get(word) ?? 0, length))),
    })).filter(({ score }) => score > 0).sort((one, other) => other.score - one.score).map(({ id }) => id);
  }

  #weight(word: string, times: number, length: number): number {
    const having = this.#having.get(word) ?? 0;
    const rarity = Math.log(1 + (this.#texts.length - having + 0.5) / (having + 0.5));
    return rarity * times * (K1 + 1) / (times + K1 * (1 - B + B * length / this.#mean));
  }
}

/** Words of several texts together. */
export function joined(all: readonly CountedWords[]): CountedWords {
  const together = new Map<string, number>();
  for (const [word, times] of all.flatMap((words) => [...words])) together.set(word, (together.get(word) ?? 0) + times);
  return together;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
