import type { SettingDefinition } from "../../api/settings.ts";

/** A value as one line of text. */
export function writeValue(value: unknown): string {
  if (value === null || value === undefined) return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A value as it stands in the field where it is edited. */
export function editedText({ type }: SettingDefinition, value: unknown): string {
  if (value === null || value === undefined) return "";
  return type === "object" || type === "array" ? JSON.stringify(value, null, 2) : String(value);
}

/**
 * What somebody typed, as a value of the setting's type; undefined when it is none. Bounds and patterns are the database's to
 * check: it says what is wrong in a sentence.
 */
export function parseValue({ type, schema }: SettingDefinition, text: string): unknown {
  const trimmed = text.trim();
  const nullable = Array.isArray(schema["type"]) && schema["type"].includes("null");
  if (trimmed === "") return nullable ? null : undefined;
  if (type === "boolean") return trimmed === "true" ? true : trimmed === "false" ? false : undefined;
  if (type === "integer" || type === "number") {
    const number = Number(trimmed);
    return Number.isFinite(number) && (type === "number" || Number.isInteger(number)) ? number : undefined;
  }
  if (type === "string" || type === "duration") return trimmed;
  try {
    const parsed: unknown = JSON.parse(trimmed);
    const isArray = Array.isArray(parsed);
    return (type === "array" ? isArray : typeof parsed === "object" && parsed !== null && !isArray)
      ? parsed
      : undefined;
  } catch {
    return undefined;
  }
}

/** The values of a setting that takes only some; null when it takes others. */
export function choicesOf({ type, schema }: SettingDefinition): string[] | null {
  if (type === "boolean") return ["true", "false"];
  const { enum: allowed } = schema;
  return type === "string" && Array.isArray(allowed) ? allowed.map(String) : null;
}
