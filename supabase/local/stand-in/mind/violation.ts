import { resolveSchema, typesOf } from "./schema-shape.ts";
import type { Json } from "../wire/prompt.ts";

/** What is wrong with a value under a JSON Schema, for tests: the first complaint, or null. Knows the keywords the stand-in honours. */
export function violation(value: unknown, given: Json, root: Json = given, path = "$"): string | null {
  const schema = resolveSchema(given, root);
  const options = (schema["anyOf"] ?? schema["oneOf"]) as Json[] | undefined;
  if (options !== undefined) {
    return options.some((option) => violation(value, option, root, path) === null) ? null : `${path}: no option fits`;
  }
  if ("const" in schema) return value === schema["const"] ? null : `${path}: not the constant`;
  if (Array.isArray(schema["enum"])) {
    return schema["enum"].includes(value) ? null : `${path}: ${value} is not in the enum`;
  }
  const type = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  const allowed = typesOf(schema);
  if (!allowed.includes(type) && !(type === "number" && allowed.includes("integer") && Number.isInteger(value))) {
    return `${path}: ${type} instead of ${allowed}`;
  }
  if (typeof value === "number") return number(value, schema, path);
  if (typeof value === "string") return string(value, schema, path);
  if (Array.isArray(value)) return list(value, schema, root, path);
  return type === "object" ? object(value as Json, schema, root, path) : null;
}

function number(
  value: number,
  { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: Json,
  path: string,
): string | null {
  const wrong = (typeof minimum === "number" && value < minimum) || (typeof maximum === "number" && value > maximum) ||
    (typeof exclusiveMinimum === "number" && value <= exclusiveMinimum) ||
    (typeof exclusiveMaximum === "number" && value >= exclusiveMaximum) ||
    (typeof multipleOf === "number" && Math.abs(value / multipleOf - Math.round(value / multipleOf)) > 1e-9);
  return wrong ? `${path}: ${value} is out of bounds` : null;
}

function string(value: string, { minLength, maxLength, pattern }: Json, path: string): string | null {
  const length = Array.from(value).length;
  if (typeof minLength === "number" && length < minLength) return `${path}: shorter than ${minLength}`;
  if (typeof maxLength === "number" && length > maxLength) return `${path}: longer than ${maxLength}`;
  return typeof pattern === "string" && !new RegExp(pattern, "u").test(value)
    ? `${path}: ${value} does not match ${pattern}`
    : null;
}

function list(
  value: unknown[],
  { items, minItems, maxItems, uniqueItems }: Json,
  root: Json,
  path: string,
): string | null {
  if (typeof minItems === "number" && value.length < minItems) return `${path}: fewer than ${minItems}`;
  if (typeof maxItems === "number" && value.length > maxItems) return `${path}: more than ${maxItems}`;
  const distinct = new Set(value.map((item) => JSON.stringify(item)));
  if (uniqueItems === true && distinct.size < value.length) return `${path}: not unique`;
  if (items === undefined) return null;
  return value.map((item, index) => violation(item, items as Json, root, `${path}[${index}]`)).find((found) =>
    found !== null
  ) ?? null;
}

function object(
  value: Json,
  { properties = {}, required = [], additionalProperties }: Json,
  root: Json,
  path: string,
): string | null {
  const known = properties as Record<string, Json>;
  const missing = (required as string[]).find((name) => !(name in value));
  if (missing !== undefined) return `${path}: ${missing} is missing`;
  for (const [name, member] of Object.entries(value)) {
    if (name in known) {
      const found = violation(member, known[name] ?? {}, root, `${path}.${name}`);
      if (found !== null) return found;
    } else if (additionalProperties === false) return `${path}: ${name} is unknown`;
  }
  return null;
}
