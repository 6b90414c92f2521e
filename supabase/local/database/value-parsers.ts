const asText = (value: string): string => value;

/** A number where nothing is lost, else the digits: `1.50` and 20-digit integers stay text. */
function exactNumber(text: string): number | string {
  const number = Number(text);
  return Number.isFinite(number) && String(number) === text ? number : text;
}

function exactInteger(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** `2026-11-21 04:33:51.3+00` as Postgres writes it inside JSON, and so as PostgREST answers: with a T and whole offset. */
function isoTime(text: string): string {
  return text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00");
}

/** Parsers by type OID: values as PostgREST would answer them, since `@supabase/lite` passes them on as they are. */
export const valueParsers: Record<number, (text: string) => unknown> = {
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
