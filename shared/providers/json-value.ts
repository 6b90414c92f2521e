/** A JSON object whose fields are not known yet. */
export type JsonRecord = Record<string, unknown>;

/** Reads what vendors send, loosely: a wrong shape reads as nothing instead of throwing. */
export function record(value: unknown): JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as JsonRecord : {};
}

/** The list, or an empty one. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The string, or null. */
export function string(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** Beyond any bill; sums of four still fit into the log's columns. */
const MOST = 500_000_000;

/** A whole number of at least zero and no more than anybody could mean, or null: what a count of tokens must be to be believed. */
export function count(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MOST ? value : null;
}

/** Leaves out what is undefined, so that a body can be compared and spread. */
export function defined(fields: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
