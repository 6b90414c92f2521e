type Parser = (text: string) => unknown;

const asText: Parser = (text) => text;

/** A number where nothing is lost, else the digits: `1.50` and 20-digit integers stay text. */
function exactNumber(text: string): number | string {
  const number = Number(text);
  return Number.isFinite(number) && String(number) === text ? number : text;
}

function exactInteger(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** The number a JSON reader would make of it; `NaN` and `Infinity`, which JSON has no number for, stay text. */
function jsonNumber(text: string): number | string {
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

/** `2026-11-21T04:33:51.3+00:00`, as Postgres writes a time inside JSON. */
function isoTime(text: string): string {
  return text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00");
}

/** By type OID, for the owner's own queries: times as JSON has them, numbers only where they are exact. */
export const valueParsers: Readonly<Record<number, Parser>> = {
  20: exactInteger, // int8
  114: JSON.parse,
  3802: JSON.parse, // jsonb
  1700: exactNumber, // numeric
  1082: asText, // date
  1083: asText, // time
  1114: isoTime, // timestamp
  1184: isoTime, // timestamptz
  1266: asText, // timetz
};

/** By type OID, for the Data API: `@supabase/lite` passes values on as they are, so they must be as PostgREST's. */
export const apiValueParsers: Readonly<Record<number, Parser>> = {
  ...valueParsers,
  17: asText, // bytea, as \x…
  700: jsonNumber, // float4
  701: jsonNumber, // float8
  1700: jsonNumber,
};
