import type { Block } from "./block.ts";

const ROWS_A_BLOCK = 20;

/** Tables of at most 20 rows each, every row as `column: value` pairs, so that a passage says by itself what its values are. */
export function readCsv(text: string): Block[] {
  const rows = parseCsv(text, separatorOf(text));
  const [columns = [], ...records] = rows;
  if (records.length === 0) return rows.length === 0 ? [] : [table([columns.join(" | ")])];
  const lines = records.map((record) =>
    record.map((value, index) => ({ name: columns[index]?.trim() ?? "", value: value.trim() }))
      .filter(({ value }) => value !== "")
      .map(({ name, value }) => name === "" ? value : `${name}: ${value}`).join(" | ")
  ).filter((line) => line !== "");
  const blocks: Block[] = [];
  for (let from = 0; from < lines.length; from += ROWS_A_BLOCK) {
    blocks.push(table(lines.slice(from, from + ROWS_A_BLOCK)));
  }
  return blocks;
}

function table(lines: readonly string[]): Block {
  return { type: "table", text: lines.join("\n"), headings: [], page: null };
}

/** What the first line has most of: German spreadsheets write semicolons. */
function separatorOf(text: string): string {
  const first = text.slice(0, 4_000).split("\n")[0] ?? "";
  const count = (separator: string) => first.split(separator).length;
  return [",", ";", "\t"].reduce((best, separator) => count(separator) > count(best) ? separator : best);
}

/** RFC 4180: quotes may hold separators, line ends and, doubled, themselves. */
function parseCsv(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let value = "";
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? "";
    if (quoted) {
      if (character !== '"') value += character;
      else if (text[at + 1] === '"') {
        value += '"';
        at++;
      } else quoted = false;
    } else if (character === '"' && value === "") quoted = true;
    else if (character === separator) {
      row.push(value);
      value = "";
    } else if (character === "\n") {
      rows.push([...row, value]);
      row = [];
      value = "";
    } else value += character;
  }
  if (value !== "" || row.length > 0) rows.push([...row, value]);
  return rows.filter((cells) => cells.some((cell) => cell.trim() !== ""));
}
