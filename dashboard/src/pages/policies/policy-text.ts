import { POLICY_COLUMNS, type PolicyValues } from "../../api/policies.ts";

/** A policy's values as JSON to read and edit. */
export function policyText(policy: PolicyValues): string {
  return JSON.stringify(Object.fromEntries(POLICY_COLUMNS.map((name) => [name, policy[name]])), null, 2);
}

/**
 * The values that a text says.
 * @throws {Error} when it is no JSON object, or names something a policy does not have.
 */
export function parsePolicy(text: string): PolicyValues {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw new Error("{…}");
  const unknown = Object.keys(parsed).find((name) => !(POLICY_COLUMNS as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(unknown);
  return parsed as PolicyValues;
}
