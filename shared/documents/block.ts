/** What a piece of a document is. Tables and code are not cut where a sentence would be. */
export type BlockType = "text" | "table" | "code";

/** A piece of a document as its format gives it: a paragraph, a table, a listing. */
export interface Block {
  type: BlockType;
  text: string;
  /** Headings above it, outermost first. */
  headings: readonly string[];
  /** From 1; null where the format has no pages. */
  page: number | null;
}
