import type { Block } from "./block.ts";
import type { HeadingPath } from "./heading-path.ts";
import type { PdfLine } from "./pdf-lines.ts";
import { plainText } from "./plain-text.ts";

/** A heading stands out from the body by this much. */
const HEADING_RATIO = 1.15;
const LONGEST_HEADING = 200;
/** Beyond it, lines are of two paragraphs, or two headings, whose lines are closer. */
const LINE_GAP = 1.65;
const HEADING_LINE_GAP = 1.35;

/**
 * The blocks of a page by how its lines look: larger ones are headings, neighbouring ones paragraphs, and lines that keep the same
 * columns are a table. A PDF says none of this; where the look misleads, the words are there all the same.
 *
 * @param bodySize Height of the document's ordinary letters.
 */
export function blocksOfPage(
  lines: readonly PdfLine[],
  { page, bodySize, headings }: { page: number; bodySize: number; headings: HeadingPath },
): Block[] {
  const blocks: Block[] = [];
  const push = (type: Block["type"], text: string) => {
    if (text.trim() !== "") blocks.push({ type, text, headings: headings.titles, page });
  };
  for (let at = 0; at < lines.length;) {
    const tableEnd = endOfTable(lines, at);
    if (tableEnd > at) {
      push("table", lines.slice(at, tableEnd).map(rowOf).join("\n"));
      at = tableEnd;
      continue;
    }
    const isLarge = (lines[at]?.size ?? bodySize) / bodySize >= HEADING_RATIO;
    const end = endOfParagraph(lines, at, isLarge ? HEADING_LINE_GAP : LINE_GAP);
    const text = joined(lines.slice(at, end));
    const ratio = (lines[at]?.size ?? bodySize) / bodySize;
    if (isLarge && text.length <= LONGEST_HEADING && /\p{L}/u.test(text)) {
      headings.enter(ratio >= 1.8 ? 1 : ratio >= 1.4 ? 2 : 3, text);
    } else push("text", text);
    at = end;
  }
  return blocks;
}

function endOfParagraph(lines: readonly PdfLine[], from: number, lineGap: number): number {
  let end = from + 1;
  for (; end < lines.length; end++) {
    const [above, line] = [lines[end - 1], lines[end]];
    if (above === undefined || line === undefined || endOfTable(lines, end) > end) break;
    const gap = above.baseline - line.baseline;
    if (
      Math.abs(above.size - line.size) > 0.1 * above.size || gap < 0 || gap > lineGap * Math.max(above.size, line.size)
    ) break;
  }
  return end;
}

/** Where the table that begins here ends; the same place when none does. */
function endOfTable(lines: readonly PdfLine[], from: number): number {
  const first = lines[from];
  if (first === undefined || first.cells.length < 2) return from;
  let end = from + 1;
  while (end < lines.length && keepsColumns(lines[end - 1], lines[end])) end++;
  return end - from >= 2 ? end : from;
}

/** Whether two lines share at least two columns, aligned left or right. */
function keepsColumns(above: PdfLine | undefined, line: PdfLine | undefined): boolean {
  if (above === undefined || line === undefined || line.cells.length < 2) return false;
  const near = Math.max(above.size, line.size) * 0.7;
  const shared = line.cells.filter(({ left, right }) =>
    above.cells.some((cell) => Math.abs(cell.left - left) < near || Math.abs(cell.right - right) < near)
  );
  const gap = above.baseline - line.baseline;
  return shared.length >= 2 && gap > 0 && gap < 4 * line.size;
}

function rowOf({ cells }: PdfLine): string {
  return `| ${cells.map(({ text }) => plainText(text).trim().replaceAll("|", "\\|")).join(" | ")} |`;
}

/** One paragraph of its lines, with the words put together again that were torn at a line's end. */
function joined(lines: readonly PdfLine[]): string {
  let text = "";
  for (const { cells } of lines) {
    const line = plainText(cells.map((cell) => cell.text).join(" ")).replace(/\s+/g, " ").trim();
    const torn = /\p{Ll}[-\u2010]$/u.test(text) && /^\p{Ll}/u.test(line);
    text = text === "" ? line : torn ? text.slice(0, -1) + line : `${text} ${line}`;
  }
  return text;
}
