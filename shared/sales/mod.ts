/**
 * What the sales tasks share: the lead as they take it, and its score by rules.
 *
 * @module
 */
export { type Lead, leadFacts, leadSchema } from "./lead.ts";
export { classOfPriority, type LeadClass, leadClasses } from "./lead-class.ts";
export { type Priority, priorityOf, type PrioritySignal } from "./priority.ts";
