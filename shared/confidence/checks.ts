import { roundHalfUp } from "./round.ts";

/** One statement about an output that is true or not. */
export interface Check {
  /** Short name, kept in the log. */
  name: string;
  passed: boolean;
}

/** Share of the checks that passed, 0..1 at 4 digits; null when there was nothing to check. */
export function shareOfPassed(checks: readonly Check[]): number | null {
  if (checks.length === 0) return null;
  return roundHalfUp(checks.filter((check) => check.passed).length / checks.length, 4);
}

/**
 * One check for each required property of an object schema: whether the output fills it with something that says anything.
 * Null, blank text and empty lists fill nothing; 0 and false do.
 *
 * @param schema JSON Schema of the output. Without `required` there is nothing to check.
 */
export function filledFields(output: unknown, schema: Record<string, unknown>): Check[] {
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const fields = typeof output === "object" && output !== null ? output as Record<string, unknown> : {};
  return required
    .filter((name): name is string => typeof name === "string")
    .map((name) => ({ name: `filled:${name}`, passed: isFilled(fields[name]) }));
}

function isFilled(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === "string") return value.trim() !== "";
  if (Array.isArray(value)) return value.length > 0;
  return true;
}
