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

/** Parsers by type OID, equal to those `@supabase/lite` gives its own connections, so that both answer alike. */
export const valueParsers: Record<number, (text: string) => unknown> = {
  20: exactInteger, // int8
  114: JSON.parse,
  3802: JSON.parse, // jsonb
  1700: exactNumber, // numeric
  1082: asText, // date
  1083: asText, // time
  1114: asText, // timestamp
  1184: asText, // timestamptz
  1266: asText, // timetz
};
