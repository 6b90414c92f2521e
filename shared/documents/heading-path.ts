/** The headings above the place a reader has come to. */
export class HeadingPath {
  #titles: string[];

  constructor(titles: readonly string[] = []) {
    this.#titles = [...titles];
  }

  /** A heading begins, level 1 the outermost. Those of its level and below end. */
  enter(level: number, title: string): void {
    this.#titles.length = Math.min(this.#titles.length, level - 1);
    while (this.#titles.length < level - 1) this.#titles.push("");
    this.#titles.push(title);
  }

  /** Outermost first, without the levels that were skipped. */
  get titles(): string[] {
    return this.#titles.filter(Boolean);
  }

  /** By level, skipped ones empty: what {@linkcode HeadingPath} can be made of again. */
  get levels(): string[] {
    return [...this.#titles];
  }
}
