import type { Block } from "./block.ts";
import { tableBlocks } from "./table-blocks.ts";
import { tooMuch } from "./unreadable.ts";

/** Most characters of one value: a quotation that never ends would take the rest of the file. */
const MOST_VALUE = 1_000_000;

/**
 * The rows of a table, each as `column: value` pairs.
 *
 * @throws {AppError} `payload_too_large` for a value of more than a million characters, or too many of them.
 */
export function readCsv(text: string): Block[] {
  return tableBlocks(parseCsv(text, separatorOf(text)), { headings: [], page: null });
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
    if (value.length > MOST_VALUE) throw tooMuch("one of its values is too long, or a quotation in it does not end");
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
