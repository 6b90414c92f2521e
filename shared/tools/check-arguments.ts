import type { JsonSchema } from "@shared/providers/mod.ts";
import { isEndless } from "./endless-pattern.ts";

/** Arguments that may be executed, or what is wrong with them in words for the model. */
export type CheckedArguments = { values: Record<string, unknown>; problem: null } | { values: null; problem: string };

/** Problems told to the model; more would only confuse it. */
const MAX_PROBLEMS = 3;

/**
 * Reads the arguments a model wrote. Nothing is executed with arguments that do not fit the tool's schema.
 *
 * @param text Raw JSON; blank = no arguments.
 */
export async function checkArguments(text: string, schema: JsonSchema): Promise<CheckedArguments> {
  let values: unknown;
  try {
    values = JSON.parse(text.trim() === "" ? "{}" : text);
  } catch {
    return wrong("the arguments are not valid JSON");
  }
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    return wrong("the arguments are not a JSON object");
  }
  const problem = await schemaProblem(values, schema);
  return problem === null ? { values: { ...values }, problem: null } : wrong(problem);
}

/**
 * What is wrong with a value by a JSON Schema 2020-12; null when it fits. Patterns that could take for ever are not applied.
 *
 * @param isForeign Whether schema and value are both a stranger's: then he could choose a text for any pattern, and none is applied.
 */
export async function schemaProblem(
  value: unknown,
  schema: JsonSchema,
  { isForeign = false } = {},
): Promise<string | null> {
  // Loaded with the first call of a tool: most answers need none.
  const { Validator } = await import("@cfworker/json-schema");
  let result;
  try {
    result = new Validator(withoutPatterns(schema, isForeign), "2020-12", false).validate(value);
  } catch {
    return "the tool's schema cannot be used";
  }
  if (result.valid) return null;
  const { errors } = result;
  // A parent only says that a child does not fit.
  const leaves = errors.filter(({ keyword }) => !["properties", "items", "allOf", "$ref"].includes(keyword));
  return (leaves.length === 0 ? errors : leaves).slice(0, MAX_PROBLEMS)
    .map(({ instanceLocation, error }) => `${instanceLocation.replace(/^#\/?/, "") || "the object"}: ${error}`)
    .join("; ");
}

/** The schema without the patterns that are not applied. */
function withoutPatterns(schema: JsonSchema, all: boolean): JsonSchema {
  const isLeftOut = (pattern: string) => all || isEndless(pattern);
  return JSON.parse(JSON.stringify(schema), (key, value) => {
    if (key === "pattern" && typeof value === "string" && isLeftOut(value)) return undefined;
    if (key !== "patternProperties" || typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).filter(([pattern]) => !isLeftOut(pattern)));
  });
}

function wrong(problem: string): CheckedArguments {
  return { values: null, problem };
}
