import { tokenBound } from "@shared/pricing/mod.ts";
import type { Block, BlockType } from "./block.ts";
import { detectLanguage } from "./detect-language.ts";

/** A passage of a document. */
export interface Chunk {
  /** Order in the document, from 0. */
  position: number;
  content: string;
  /** The document's name and the headings above the passage. */
  section: string;
  /** From 1; null where the format has no pages. */
  page: number | null;
  /** UTF-16 units of the extracted text: all blocks, with a blank line between two. */
  char_start: number;
  char_end: number;
  type: BlockType;
  /** BCP 47; null when not recognized. */
  language: string | null;
  /** Upper bound. */
  token_count: number;
}

/** How a document is cut. */
export interface CutOptions {
  /** The document's name. */
  title: string;
  /** Most characters of a chunk. */
  size: number;
  /** Characters that a chunk repeats of the one before, where one block had to be cut. */
  overlap: number;
  /** Whether the language of each chunk is told; otherwise it is null, and its words are taken as they are. Default: it is. */
  tellLanguage?: boolean;
  /** What was cut before, where a document is cut piece by piece. */
  before?: { position: number; characters: number };
}

interface Piece {
  block: Block;
  text: string;
  start: number;
}

/** UTF-16 units that blocks take in the extracted text. */
export function charactersOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { text }) => sum + text.length + 2, 0);
}

/**
 * Cuts a document by its structure first: what is under one heading stays together as far as it fits, a block that does not
 * fit is cut at line ends, sentences, blanks, in this order.
 */
export function cutChunks(
  blocks: readonly Block[],
  { title, size, overlap, tellLanguage = true, before }: CutOptions,
): Chunk[] {
  const documentLanguage = detectLanguage(blocks.map(({ text }) => text).join("\n"));
  const languageOf = (content: string) => tellLanguage ? detectLanguage(content) ?? documentLanguage : null;
  const groups: Piece[][] = [];
  let offset = before?.characters ?? 0;
  for (const block of blocks) {
    for (const { text, start } of cutText(block.text, size, Math.min(overlap, size / 2))) {
      const piece = { block, text, start: offset + start };
      const group = groups.at(-1);
      if (group !== undefined && fits(group, piece, size)) group.push(piece);
      else groups.push([piece]);
    }
    offset += block.text.length + 2;
  }
  return groups.map((group, index) => chunkOf(group, (before?.position ?? 0) + index, title, languageOf));
}

function fits(group: readonly Piece[], piece: Piece, size: number): boolean {
  const [first] = group;
  const last = group.at(-1);
  if (first === undefined || last === undefined || last.block === piece.block) return false;
  return first.block.type === piece.block.type && first.block.page === piece.block.page &&
    first.block.headings.join("\n") === piece.block.headings.join("\n") &&
    piece.start + piece.text.length - first.start <= size;
}

function chunkOf(
  group: readonly Piece[],
  position: number,
  title: string,
  languageOf: (content: string) => string | null,
): Chunk {
  const [first] = group;
  const last = group.at(-1);
  if (first === undefined || last === undefined) throw new Error("Cannot cut: a group has no piece");
  const content = group.map(({ text }) => text).join("\n\n");
  return {
    position,
    content,
    section: [title, ...first.block.headings].join(" › ").slice(0, 2_000),
    page: first.block.page,
    char_start: first.start,
    char_end: last.start + last.text.length,
    type: first.block.type,
    language: languageOf(content),
    token_count: tokenBound(content),
  };
}

function cutText(text: string, size: number, overlap: number): { text: string; start: number }[] {
  const cut: { text: string; start: number }[] = [];
  let start = 0;
  while (text.length - start > size) {
    const end = start + breakIn(text.slice(start, start + size));
    push(start, end);
    const back = Math.max(start + 1, end - overlap);
    const blank = text.slice(back, end).search(/\s/);
    start = overlap === 0 ? end : blank < 0 ? back + (isSecondHalf(text, back) ? 1 : 0) : back + blank + 1;
  }
  push(start, text.length);
  return cut;

  function push(from: number, to: number) {
    const raw = text.slice(from, to);
    const content = raw.trim();
    if (content !== "") cut.push({ text: content, start: from + raw.indexOf(content) });
  }
}

function isSecondHalf(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}

/** Where in a window to end a chunk: after the last line, sentence or word of its second half; never inside a character. */
function breakIn(window: string): number {
  const half = Math.floor(window.length / 2);
  for (const end of [/\n/g, /[.!?…]["”’)]?\s|[。！？]/g, /\s/g]) {
    const last = [...window.slice(half).matchAll(end)].at(-1);
    if (last !== undefined) return half + last.index + last[0].length;
  }
  const code = window.charCodeAt(window.length - 1);
  return code >= 0xd800 && code <= 0xdbff ? window.length - 1 : window.length;
}
