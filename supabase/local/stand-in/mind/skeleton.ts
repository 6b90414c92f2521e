import { jsonValues } from "../language/evidence.ts";
import type { Json } from "../wire/prompt.ts";

/** The schema that an example in the words of a prompt implies, such as `{"label": "a|b", "score": 0.5}`; null when there is none. */
export function skeletonSchema(instructions: string): Json | null {
  const example = jsonValues(instructions).find((value) => !Array.isArray(value));
  if (example !== undefined) return schemaOf(example);
  const names = Array.from(instructions.matchAll(/["'`]([a-z][a-z0-9_]{0,40})["'`]\s*:/gi), ([, name]) => name ?? "");
  if (names.length === 0) return null;
  const properties = Object.fromEntries(names.map((name) => [name, { type: "string" }]));
  return { type: "object", properties, required: Object.keys(properties) };
}

function schemaOf(value: unknown): Json {
  if (Array.isArray(value)) return { type: "array", items: schemaOf(value[0] ?? "") };
  if (typeof value === "object" && value !== null) {
    const properties = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, schemaOf(member)]));
    return { type: "object", properties, required: Object.keys(properties) };
  }
  if (typeof value === "number") return { type: "number" };
  if (typeof value === "boolean") return { type: "boolean" };
  const options = String(value).split("|").map((option) => option.trim());
  return options.length > 1 ? { type: "string", enum: options } : { type: "string", description: String(value) };
}
