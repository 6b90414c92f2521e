import type { Block } from "./block.ts";
import { tooMuch } from "./unreadable.ts";

const ROWS_A_BLOCK = 20;
/** Most characters a table may be told in: one long column name before each of many values is a bomb too. */
export const MOST_TABLE_CHARACTERS = 12_000_000;

/**
 * Tables of at most 20 rows each, every row as `column: value` pairs, so that a passage says by itself what its values are.
 *
 * @param rows The first one names the columns.
 * @throws {AppError} `payload_too_large` when the pairs are more than 12 million characters.
 */
export function tableBlocks(rows: readonly (readonly string[])[], place: Pick<Block, "headings" | "page">): Block[] {
  const [columns = [], ...records] = rows;
  if (records.length === 0) return rows.length === 0 ? [] : [tableBlock([columns.join(" | ")], place)];
  const names = columns.map((name) => name.trim());
  let characters = 0;
  const lines = records.map((record) => {
    const pairs = record.map((value, index) => ({ name: names[index] ?? "", value: value.trim() }))
      .filter(({ value }) => value !== "");
    characters += pairs.reduce((sum, { name, value }) => sum + name.length + value.length, 0);
    if (characters > MOST_TABLE_CHARACTERS) throw tooMuch("its rows and the names of their columns are too long");
    return pairs.map(({ name, value }) => name === "" ? value : `${name}: ${value}`).join(" | ");
  }).filter((line) => line !== "");
  const blocks: Block[] = [];
  for (let from = 0; from < lines.length; from += ROWS_A_BLOCK) {
    blocks.push(tableBlock(lines.slice(from, from + ROWS_A_BLOCK), place));
  }
  return blocks;
}

function tableBlock(lines: readonly string[], place: Pick<Block, "headings" | "page">): Block {
  return { type: "table", text: lines.join("\n"), ...place };
}
