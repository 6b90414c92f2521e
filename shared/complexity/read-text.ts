/** How many characters of a long text are read: its beginning and its end, where instructions stand. */
const headCharacters = 4_000;
const tailCharacters = 2_000;

/** A text as the features see it. */
export interface ReadText {
  /** Length of the whole text in UTF-16 units. */
  length: number;
  /** The text, or head and tail of a long one. */
  sample: string;
  /** Share of the text that `sample` holds, 0 to 1. Counts are divided by it, so a long text is not taken for a short one. */
  share: number;
  /** Words and numbers of `sample` in order, lower case. */
  words: string[];
}

/** The sample and the words of a text. Its cost is bounded, however long the text. */
export function readText(text: string): ReadText {
  const isLong = text.length > headCharacters + tailCharacters;
  const sample = isLong ? `${text.slice(0, headCharacters)}\n${text.slice(-tailCharacters)}` : text;
  return {
    length: text.length,
    sample,
    share: isLong ? (headCharacters + tailCharacters) / text.length : 1,
    words: sample.toLowerCase().match(/\p{L}[\p{L}\p{M}'’]*|\d+(?:[.,]\d+)*/gu) ?? [],
  };
}
