import type { Bytes } from "@shared/http/mod.ts";
import type { Block } from "./block.ts";

/** Where a reader goes on; what it says is the reader's business. JSON. */
export type ReaderCursor = Record<string, unknown>;

/** Something only a model can read. */
export interface Media {
  kind: "image" | "audio";
  mimeType: string;
  bytes: Bytes;
  /** Page it is, from 1; null where the format has no pages. */
  page: number | null;
}

/** A stretch of a document. */
export interface Reading {
  blocks: Block[];
  /** What a model must read before anything goes on; its text belongs after the blocks. */
  media: Media | null;
  /** Null: that was the end. */
  next: ReaderCursor | null;
  /** Pages or parts done until now, and in all; total null where it is not known. */
  done: number;
  total: number | null;
}

/** Reads a document piece by piece. It may be kept for the next piece, and made anew where it was lost. */
export interface DocumentReader {
  /**
   * The next stretch: as much as there is time for, but at least something.
   *
   * @param cursor Null: from the beginning.
   * @param timeLeft Asked between pieces; once it says no, the stretch ends.
   * @throws {AppError} `invalid_request` or `payload_too_large` when the document cannot be read.
   */
  read(cursor: ReaderCursor | null, timeLeft: () => boolean): Promise<Reading>;
  /** Lets go of the document. */
  close(): Promise<void>;
}

/** Blocks of one stretch: some hundred passages to cut. */
const MOST_CHARACTERS = 120_000;

/** A reader of blocks that are all there. */
export function blockReader(blocks: readonly Block[]): DocumentReader {
  return {
    read(cursor) {
      const from = typeof cursor?.block === "number" ? cursor.block : 0;
      let to = from;
      for (let characters = 0; to < blocks.length && (to === from || characters < MOST_CHARACTERS); to++) {
        characters += blocks[to]?.text.length ?? 0;
      }
      return Promise.resolve({
        blocks: blocks.slice(from, to),
        media: null,
        next: to < blocks.length ? { block: to } : null,
        done: to,
        total: blocks.length,
      });
    },
    close: () => Promise.resolve(),
  };
}

/** A reader of something that only a model can read, whole. */
export function mediaReader(media: Media): DocumentReader {
  return {
    read: () => Promise.resolve({ blocks: [], media, next: null, done: 1, total: 1 }),
    close: () => Promise.resolve(),
  };
}
