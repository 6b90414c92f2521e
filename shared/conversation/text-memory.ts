/**
 * What was found out about texts, as long as it is remembered: a turn chooses mostly from what the turn before has looked at. The
 * texts that were asked for longest ago are forgotten first.
 */
export class TextMemory<Value> {
  readonly #known = new Map<string, Value>();
  #characters = 0;

  /** @param most Characters of all texts remembered together. */
  constructor(readonly most: number) {}

  /** What is known of a text; undefined = nothing. */
  get(text: string): Value | undefined {
    return this.#known.get(text);
  }

  /** Remembers it as the newest. */
  set(text: string, value: Value): void {
    if (!this.#known.delete(text)) this.#characters += text.length;
    this.#known.set(text, value);
    for (const oldest of this.#known.keys()) {
      if (this.#characters <= this.most) break;
      this.#known.delete(oldest);
      this.#characters -= oldest.length;
    }
  }
}
