/**
 * Documents of every format into blocks, and blocks into passages.
 *
 * @module
 */
export type { Block, BlockType } from "./block.ts";
export { charactersOf, type Chunk, cutChunks, type CutOptions } from "./cut-chunks.ts";
export { detectLanguage } from "./detect-language.ts";
export {
  type Format,
  type FormatKind,
  type FormatName,
  formatOfMimeType,
  formatOfName,
  FORMATS,
  mimeTypeOfFormat,
} from "./formats.ts";
export { blocksOfText, openDocument, openText } from "./open-document.ts";
export type { DocumentReader, Media, ReaderCursor, Reading } from "./reader.ts";
export { sniffFormat } from "./sniff-format.ts";
export { tooMuch, unreadable } from "./unreadable.ts";
