import type { TableRow } from "./stream-rows.ts";

/** Rows as one JSON object a line, members in the columns' order, missing values null. */
export const ndjson = {
  type: "application/x-ndjson; charset=utf-8",
  extension: "ndjson",
  header: (): string => "",
  line: (row: TableRow, columns: readonly string[]): string =>
    `${JSON.stringify(Object.fromEntries(columns.map((name) => [name, row[name] ?? null])))}\n`,
};
