/**
 * Documents into passages, and passages into answers that can be checked.
 *
 * @module
 */
export type { Block, BlockType } from "./block.ts";
export { type Chunk, cutChunks, type CutOptions } from "./cut-chunks.ts";
export { detectLanguage } from "./detect-language.ts";
export { type MimeType, mimeTypeOf, mimeTypes, readDocument } from "./read-document.ts";
