import type { Block } from "./block.ts";

const ROWS_A_BLOCK = 20;

/**
 * Tables of at most 20 rows each, every row as `column: value` pairs, so that a passage says by itself what its values are.
 *
 * @param rows The first one names the columns.
 */
export function tableBlocks(rows: readonly (readonly string[])[], place: Pick<Block, "headings" | "page">): Block[] {
  const [columns = [], ...records] = rows;
  if (records.length === 0) return rows.length === 0 ? [] : [tableBlock([columns.join(" | ")], place)];
  const lines = records.map((record) =>
    record.map((value, index) => ({ name: columns[index]?.trim() ?? "", value: value.trim() }))
      .filter(({ value }) => value !== "")
      .map(({ name, value }) => name === "" ? value : `${name}: ${value}`).join(" | ")
  ).filter((line) => line !== "");
  const blocks: Block[] = [];
  for (let from = 0; from < lines.length; from += ROWS_A_BLOCK) {
    blocks.push(tableBlock(lines.slice(from, from + ROWS_A_BLOCK), place));
  }
  return blocks;
}

function tableBlock(lines: readonly string[], place: Pick<Block, "headings" | "page">): Block {
  return { type: "table", text: lines.join("\n"), ...place };
}
