import { badParameter } from "./client-error.ts";
import type { Body } from "./asked.ts";

/** Whether it is a JSON object. */
export function isRecord(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A JSON object, or an empty one. */
export function record(value: unknown): Body {
  return isRecord(value) ? value : {};
}

/** The list, or an empty one. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The string, or null. */
export function string(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** A part of an address as it was meant; where it cannot be read, as it stands: then it names nothing. */
export function unescaped(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Whether a parameter is there: in these formats null means left out. */
export function given(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** @throws {AppError} Unless it is a list that is not empty. */
export function requireList(value: unknown, param: string): unknown[] {
  if (!given(value)) throw missing(param);
  if (!Array.isArray(value)) throw wrongType(param, "an array of objects", value);
  if (value.length > 0) return value;
  throw badParameter(
    `Invalid '${param}': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
    {
      param,
      code: "empty_array",
    },
  );
}

/** More than any model takes or gives, and less than the ledger's whole numbers hold. */
const MOST = 2_000_000_000;

/** A whole number of at least `least`; null when it is left out. */
export function readCount(body: Body, param: string, least = 1): number | null {
  const value = body[param];
  if (!given(value)) return null;
  if (typeof value !== "number" || !Number.isInteger(value)) throw wrongType(param, "an integer", value);
  if (value >= least && value <= MOST) return value;
  const [off, bound, code] = value < least
    ? ["below minimum", `>= ${least}`, "integer_below_min_value"]
    : ["above maximum", `<= ${MOST}`, "integer_above_max_value"];
  throw badParameter(
    `Invalid '${param}': integer ${off} value. Expected a value ${bound}, but got ${value} instead.`,
    { param, code },
  );
}

/** A number; null when it is left out. For what is translated: elsewhere the provider judges it. */
export function readNumber(body: Body, param: string): number | null {
  const value = body[param];
  if (!given(value)) return null;
  if (typeof value === "number") return value;
  throw wrongType(param, "a number", value);
}

/** A list, or an empty one when it is left out. */
export function readList(body: Body, param: string, at = param): unknown[] {
  const value = body[param];
  if (!given(value)) return [];
  if (Array.isArray(value)) return value;
  throw wrongType(at, "an array", value);
}

/** An object, or an empty one when it is left out. */
export function readRecord(body: Body, param: string, at = param): Body {
  const value = body[param];
  if (!given(value)) return {};
  if (isRecord(value)) return value;
  throw wrongType(at, "an object", value);
}

/** @throws {AppError} Unless it is an object. */
export function requireRecord(body: Body, param: string, at = param): Body {
  if (!given(body[param])) throw missing(at);
  return readRecord(body, param, at);
}

/** A text; null when it is left out. */
export function readText(body: Body, param: string, at = param): string | null {
  const value = body[param];
  if (!given(value)) return null;
  if (typeof value === "string") return value;
  throw wrongType(at, "a string", value);
}

/** @throws {AppError} Unless it is a list of texts. */
export function textsOf(value: unknown, param: string): string[] {
  if (Array.isArray(value) && value.every((text) => typeof text === "string")) return value;
  throw wrongType(
    param,
    "an array of strings",
    Array.isArray(value) ? value.find((text) => typeof text !== "string") : value,
  );
}

/** @throws {AppError} Unless it is a text. */
export function requireText(body: Body, param: string, at = param): string {
  const text = readText(body, param, at);
  if (text === null) throw missing(at);
  return text;
}

/** True, false, or false when it is left out. */
export function readFlag(body: Body, param: string): boolean {
  const value = body[param];
  if (!given(value)) return false;
  if (typeof value === "boolean") return value;
  throw wrongType(param, "a boolean", value);
}

/** Whether at most one tool may be called in a turn. */
export function wantsSingle(body: Body): boolean {
  return given(body["parallel_tool_calls"]) && !readFlag(body, "parallel_tool_calls");
}

/** OpenAI's words for what must be there and is not. */
export function missing(param: string) {
  return badParameter(`Missing required parameter: '${param}'.`, { param, code: "missing_required_parameter" });
}

/** OpenAI's words for a value of the wrong type. Names the type it has, never the value. */
export function wrongType(param: string, expected: string, value: unknown) {
  if (value === undefined) return missing(param);
  const type = Array.isArray(value)
    ? "an array"
    : value === null
    ? "null"
    : typeof value === "object"
    ? "an object"
    : `a ${typeof value}`;
  return badParameter(`Invalid type for '${param}': expected ${expected}, but got ${type} instead.`, {
    param,
    code: "invalid_type",
  });
}

/** OpenAI's words for a value that is not one of those it knows. */
export function wrongValue(param: string, allowed: readonly string[]) {
  return badParameter(
    `Invalid value for '${param}'. Supported values are: ${allowed.map((value) => `'${value}'`).join(", ")}.`,
    {
      param,
      code: "invalid_value",
    },
  );
}
