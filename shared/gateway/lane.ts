import type { Later } from "./later.ts";

interface Waiting<Item, Answer> {
  item: Item;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Carries items out one batch after the other: an item that comes while nothing is under way goes at once and alone, those that
 * come meanwhile go together next. Where nobody waits for the outcome, an item may wait for company until there is a whole batch.
 */
export class Lane<Item, Answer> {
  #waiting: Waiting<Item, Answer>[] = [];
  /** Somebody who waits may do so no longer. */
  #isDue = false;
  #isBusy = false;
  /** How long the gathering under way may last, milliseconds; null = there is none. */
  #gatheringMs: number | null = null;

  /**
   * @param carryOut One answer for each item, in order.
   * @param most Items of a batch at most.
   */
  constructor(
    readonly carryOut: (items: Item[]) => Promise<Answer[]>,
    readonly most: number,
    readonly later: Later,
  ) {}

  /** Nothing waits and nothing is under way. */
  get isIdle(): boolean {
    return !this.#isBusy && this.#waiting.length === 0;
  }

  /** @param waitMs How long the item may wait for others, milliseconds. */
  run(item: Item, waitMs = 0): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (waitMs === 0 || this.#waiting.length >= this.most) this.#hurry();
      else this.#gather(waitMs);
    });
  }

  #gather(ms: number): void {
    if (this.#gatheringMs !== null && this.#gatheringMs <= ms) return;
    this.#gatheringMs = ms;
    this.later(ms, () => {
      this.#gatheringMs = null;
      if (this.#waiting.length > 0) this.#hurry();
    });
  }

  #hurry(): void {
    this.#isDue = true;
    if (!this.#isBusy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    while (this.#isDue) {
      const batch = this.#waiting.splice(0, this.most);
      this.#isDue = this.#waiting.length > 0;
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
    this.#isBusy = false;
  }
}
