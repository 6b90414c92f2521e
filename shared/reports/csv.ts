import type { TableRow } from "./stream-rows.ts";

/** What a spreadsheet takes for the beginning of a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * Rows as RFC 4180 lines, and their header. Text that a spreadsheet would run as a formula begins with an apostrophe; numbers
 * stay numbers, negative ones too. Missing values are empty, objects JSON.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export const csv = {
  type: "text/csv; charset=utf-8; header=present",
  extension: "csv",
  header: (columns: readonly string[]): string => `${columns.join(",")}\r\n`,
  line: (row: TableRow, columns: readonly string[]): string =>
    `${columns.map((name) => field(row[name])).join(",")}\r\n`,
};

function field(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const inert = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(inert) || inert !== inert.trim() ? `"${inert.replaceAll('"', '""')}"` : inert;
}
