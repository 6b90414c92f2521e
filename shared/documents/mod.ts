/**
 * Documents of every format into blocks, and blocks into passages.
 *
 * @module
 */
export type { Block } from "./block.ts";
export { charactersOf, type Chunk, cutChunks } from "./cut-chunks.ts";
export { detectLanguage } from "./detect-language.ts";
export { type FormatKind, formatOfMimeType, formatOfName, FORMATS, mimeTypeOfFormat } from "./formats.ts";
export { blocksOfText, openDocument, openText } from "./open-document.ts";
export type { DocumentReader, Media, ReaderCursor } from "./reader.ts";
export { sniffFormat } from "./sniff-format.ts";
export { tooMuch, unreadable } from "./unreadable.ts";
