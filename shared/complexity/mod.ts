/**
 * How hard a text is for a small model, learned from public routing data: one number and its reasons.
 *
 * @module
 */
export { complexity } from "./complexity.ts";
