/**
 * Plays OpenAI, Anthropic and Together on a laptop without keys: their wire formats by aimock, answers computed from the prompt, and
 * faults on demand.
 *
 * @module
 */
export type { Control } from "./control.ts";
export type { Fault, FaultKind, Operation } from "./faults/fault.ts";
export type { JournalCount, JournalEntry } from "./journal.ts";
export { type StandIn, type StandInOptions, startStandIn } from "./start-stand-in.ts";
