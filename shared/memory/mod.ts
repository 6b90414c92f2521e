/**
 * What is remembered of conversations: its shape, and how a model is told of it.
 *
 * @module
 */
export { type MemoryItem, memoryItem, memoryTypes, recalled } from "./schemas.ts";
export { recalledLine, recalledOverheadBytes, type RecalledText, recalledText } from "./recalled-text.ts";
export { isStillRecalled } from "./still-recalled.ts";
