/**
 * Token usage and exact cost arithmetic.
 *
 * @module
 */
export type { Price, Usage } from "./usage.ts";
