/**
 * Documents into passages, and passages into answers that can be checked.
 *
 * @module
 */
export type { Block, BlockType } from "./block.ts";
export { callerDatabase } from "./caller-database.ts";
export { callTask, type StepAnswer } from "./call-task.ts";
export { checkClaim } from "./check-claim.ts";
export { type Chunk, cutChunks, type CutOptions } from "./cut-chunks.ts";
export { detectLanguage } from "./detect-language.ts";
export { type MimeType, mimeTypeOf, mimeTypes, readDocument } from "./read-document.ts";
export { DIMENSIONS, embeddingTask } from "./embedding-task.ts";
export { type KnowledgeDeps, systemKnowledgeDeps } from "./knowledge-deps.ts";
export { metaOfSteps, metaWithoutCalls } from "./step-meta.ts";
