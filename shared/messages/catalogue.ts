/** Sentences with their translations, `{}` for whatever is filled in. */
export class Catalogue {
  readonly #exact = new Map<string, string>();
  readonly #patterns: { pattern: RegExp; translation: string }[] = [];

  /** @param lines One a line: `English = translation`. */
  constructor(lines: string) {
    for (const line of lines.split("\n")) {
      const at = line.indexOf(" = ");
      if (at < 0) continue;
      const [english, translation] = [line.slice(0, at), line.slice(at + 3)];
      if (english.includes("{}")) this.#patterns.push({ pattern: patternOf(english), translation });
      else this.#exact.set(english, translation);
    }
    // The one that says most fits best: `{} is not allowed` before `{}`.
    this.#patterns.sort((one, other) => other.pattern.source.length - one.pattern.source.length);
  }

  /** The translation of a sentence; null when there is none. */
  translate(sentence: string): string | null {
    const exact = this.#exact.get(sentence);
    if (exact !== undefined) return exact;
    for (const { pattern, translation } of this.#patterns) {
      const found = pattern.exec(sentence);
      if (found === null) continue;
      let at = 0;
      // What is filled in may be a word of ours itself: `the body`, `organization`.
      return translation.replaceAll("{}", () => {
        const value = found[++at] ?? "";
        return this.#exact.get(value) ?? value;
      });
    }
    return null;
  }

  /** Whether it has a sentence, `{}` and all. */
  has(sentence: string): boolean {
    return this.#exact.has(sentence) ||
      this.#patterns.some(({ pattern }) => pattern.source === patternOf(sentence).source);
  }
}

function patternOf(english: string): RegExp {
  const parts = english.split("{}").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("(.+?)")}$`, "s");
}
