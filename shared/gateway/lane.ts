interface Waiting<Item, Answer> {
  item: Item;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** More at a time would keep the rows they lock from everybody else for too long. */
const MOST_TOGETHER = 16;

/** Calls back once after so many milliseconds. */
export type Later = (ms: number, run: () => void) => void;

/**
 * Carries items out one batch after the other: an item that comes while nothing is under way goes at once and alone, those that
 * come meanwhile go together next. Where nobody waits for the outcome, the first may wait a moment for company.
 */
export class Lane<Item, Answer> {
  #waiting: Waiting<Item, Answer>[] = [];
  #busy = false;

  /**
   * @param carryOut One answer for each item, in order.
   * @param gathering How long the first item waits for others; null = not at all.
   */
  constructor(
    readonly carryOut: (items: Item[]) => Promise<Answer[]>,
    readonly gathering: { ms: number; later: Later } | null = null,
  ) {}

  /** Nothing waits and nothing is under way. */
  get isIdle(): boolean {
    return !this.#busy && this.#waiting.length === 0;
  }

  run(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (this.#busy) return;
      this.#busy = true;
      if (this.gathering === null) void this.#work();
      else this.gathering.later(this.gathering.ms, () => void this.#work());
    });
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MOST_TOGETHER);
      try {
        const answers = await this.carryOut(batch.map(({ item }) => item));
        batch.forEach(({ resolve, reject }, index) => {
          const answer = answers[index];
          if (answer === undefined) reject(new TypeError("Cannot carry out the batch: an answer is missing"));
          else resolve(answer);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#busy = false;
  }
}
