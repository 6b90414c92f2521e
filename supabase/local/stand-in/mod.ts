/**
 * Plays OpenAI, Anthropic and Together on a laptop without keys: their wire formats by aimock, answers computed from the prompt, and
 * faults on demand.
 *
 * @module
 */
export type { Fault } from "./faults/fault.ts";
export type { JournalEntry } from "./journal.ts";
export { type StandIn, startStandIn } from "./start-stand-in.ts";
