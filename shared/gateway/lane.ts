interface Waiting<Item, Answer> {
  item: Item;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** More at a time would keep the rows they lock from everybody else for too long. */
const MOST_TOGETHER = 16;

/**
 * Carries items out one batch after the other: an item that comes while nothing is under way goes at once and alone, those that
 * come meanwhile go together next. Nobody ever waits for company.
 */
export class Lane<Item, Answer> {
  #waiting: Waiting<Item, Answer>[] = [];
  #busy = false;

  /** @param carryOut One answer for each item, in order. */
  constructor(readonly carryOut: (items: Item[]) => Promise<Answer[]>) {}

  /** Nothing waits and nothing is under way. */
  get isIdle(): boolean {
    return !this.#busy && this.#waiting.length === 0;
  }

  run(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#busy) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#busy = true;
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
