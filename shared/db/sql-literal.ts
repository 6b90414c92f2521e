import { storableJson, storableText } from "./storable-json.ts";

/**
 * A text as an SQL literal, safe under every setting of `standard_conforming_strings`: the E form reads backslashes the same
 * way everywhere.
 */
export function quoted(text: string): string {
  return `E'${storableText(text).replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** What kind of value a parameter takes; `other` covers every type that is written as its text. */
export type ParameterKind = "json" | "array" | "other";

/** A value as the literal of a named argument, the way PostgREST would read it from JSON. */
export function argumentLiteral(value: unknown, kind: ParameterKind): string {
  if (value === null || value === undefined) return "null";
  if (kind === "array" && Array.isArray(value)) return quoted(arrayText(value));
  if (kind !== "json" && typeof value === "string") return quoted(value);
  return quoted(storableJson(value));
}

function arrayText(items: unknown[]): string {
  const elements = items.map((item) => {
    if (item === null || item === undefined) return "null";
    if (Array.isArray(item)) return arrayText(item);
    const text = typeof item === "string" ? item : storableJson(item);
    return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
  });
  return `{${elements.join(",")}}`;
}
