/**
 * Hands items from one who produces them to one who reads them, one at a time: putting waits until the item is taken, so a slow
 * reader slows the producer down.
 */
export class Channel<Item> implements AsyncIterable<Item> {
  #waiting: { item: Item; taken: () => void }[] = [];
  #wake: () => void = () => {};
  /** Lets the producer of the item go on that the reader has, but has not asked beyond. */
  #taken: () => void = () => {};
  #closed = false;

  /** Resolves when the item has been taken, or at once when nobody reads any more. */
  put(item: Item): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((taken) => {
      this.#waiting.push({ item, taken });
      this.#wake();
    });
  }

  /** Lets the reader end after what has been put, and everybody who waits to put go on. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /** The reader has gone: what was put is dropped. */
  abandon(): void {
    this.close();
    this.#taken();
    for (const { taken } of this.#waiting.splice(0)) taken();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    try {
      while (true) {
        const next = this.#waiting.shift();
        if (next !== undefined) {
          this.#taken = next.taken;
          yield next.item;
          this.#taken();
        } else if (this.#closed) {
          return;
        } else {
          await new Promise<void>((wake) => this.#wake = wake);
        }
      }
    } finally {
      this.abandon();
    }
  }
}
